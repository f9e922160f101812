package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"sync"
)

// proxy lets one message through to its backend at a time, over all
// connections. FerretDB runs a command to its end and then writes exactly one
// reply, so no two commands ever run at once and each is atomic.
type proxy struct {
	backend string     // host and port
	one     sync.Mutex // held from a complete request to its complete reply
}

// serve forwards every connection until the listener is closed.
func (p *proxy) serve(l net.Listener) {
	for {
		client, err := l.Accept()
		if err != nil {
			return
		}
		go func() {
			defer client.Close()
			if err := p.forward(client); err != nil {
				slog.Error("connection ended", "err", err)
			}
		}()
	}
}

// forward passes requests on and replies back until the client goes away, which
// does not end a command: the reply is read from the backend first.
func (p *proxy) forward(client net.Conn) error {
	server, err := net.Dial("tcp", p.backend)
	if err != nil {
		return err
	}
	defer server.Close()
	for {
		request, err := readMessage(client)
		if err != nil {
			return nil // the client has gone
		}
		if expectsNoReply(request) {
			return errors.New("a request without a reply (w: 0) cannot be waited for")
		}
		reply, err := p.exchange(server, request)
		if err != nil {
			return err
		}
		if _, err := client.Write(reply); err != nil {
			return nil
		}
	}
}

func (p *proxy) exchange(server net.Conn, request []byte) ([]byte, error) {
	p.one.Lock()
	defer p.one.Unlock()
	if _, err := server.Write(request); err != nil {
		return nil, err
	}
	return readMessage(server)
}

// The wire protocol: a message begins with four little-endian int32s (its
// length, these included; a request id; the id answered; an opcode), and an
// OP_MSG goes on with its flags. A server takes messages of 48,000,000 bytes.
// https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/
const (
	headerSize   = 16
	maxMessage   = 48_000_000
	opMsg        = 2013
	opCompressed = 2012
	moreToCome   = 1 << 1
)

// readMessage reads one complete message, whatever its opcode.
func readMessage(r io.Reader) ([]byte, error) {
	var header [headerSize]byte
	if _, err := io.ReadFull(r, header[:]); err != nil {
		return nil, err
	}
	size := binary.LittleEndian.Uint32(header[:])
	if size < headerSize || size > maxMessage {
		return nil, fmt.Errorf("a message of %d bytes", size)
	}
	message := make([]byte, size)
	copy(message, header[:])
	_, err := io.ReadFull(r, message[headerSize:])
	return message, err
}

// expectsNoReply reports whether the sender says that no reply should come, or
// hides its flags by compression.
func expectsNoReply(message []byte) bool {
	switch binary.LittleEndian.Uint32(message[12:]) {
	case opMsg:
		return len(message) < headerSize+4 || binary.LittleEndian.Uint32(message[headerSize:])&moreToCome != 0
	case opCompressed:
		return true
	}
	return false
}
