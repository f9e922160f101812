package main

import (
	"encoding/binary"
	"io"
	"net"
	"testing"
	"time"
)

// message makes an OP_MSG with the flags and some text behind them.
func message(flags uint32, text string) []byte {
	m := make([]byte, headerSize+4, headerSize+4+len(text))
	m = append(m, text...)
	binary.LittleEndian.PutUint32(m, uint32(len(m)))
	binary.LittleEndian.PutUint32(m[12:], opMsg)
	binary.LittleEndian.PutUint32(m[headerSize:], flags)
	return m
}

// request is what the backend of these tests was asked, and its way to answer.
type request struct {
	text  string
	reply func(text string)
}

// start runs a proxy before a backend that hands its requests to the test.
func start(t *testing.T) (dial func() net.Conn, requests chan request) {
	t.Helper()
	listen := func() net.Listener {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { l.Close() })
		return l
	}
	backend, front := listen(), listen()
	requests = make(chan request)
	go func() {
		for {
			c, err := backend.Accept()
			if err != nil {
				return
			}
			go func() {
				for {
					m, err := readMessage(c)
					if err != nil {
						c.Close()
						return
					}
					requests <- request{
						text:  string(m[headerSize+4:]),
						reply: func(text string) { c.Write(message(0, text)) },
					}
				}
			}()
		}
	}()
	p := &proxy{backend: backend.Addr().String()}
	go p.serve(front)
	dial = func() net.Conn {
		c, err := net.Dial("tcp", front.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		return c
	}
	return dial, requests
}

func send(t *testing.T, c net.Conn, bytes []byte) {
	t.Helper()
	if _, err := c.Write(bytes); err != nil {
		t.Fatal(err)
	}
}

func receive(t *testing.T, c net.Conn, want string) {
	t.Helper()
	m, err := readMessage(c)
	if err != nil {
		t.Fatal(err)
	}
	if got := string(m[headerSize+4:]); got != want {
		t.Fatalf("received %q, want %q", got, want)
	}
}

// quiet fails when the backend is asked anything within a moment.
func quiet(t *testing.T, requests chan request) {
	t.Helper()
	select {
	case r := <-requests:
		t.Fatalf("%q came through", r.text)
	case <-time.After(50 * time.Millisecond):
	}
}

func TestOneRequestAtATimeOverAllConnections(t *testing.T) {
	dial, requests := start(t)
	a, b := dial(), dial()
	send(t, a, message(0, "first"))
	first := <-requests
	send(t, b, message(0, "second"))
	quiet(t, requests)
	first.reply("done")
	receive(t, a, "done")
	second := <-requests
	second.reply("done too")
	receive(t, b, "done too")
}

func TestAClientThatLeavesLetsNobodyInBeforeItsReply(t *testing.T) {
	dial, requests := start(t)
	a, b := dial(), dial()
	send(t, a, message(0, "first"))
	first := <-requests
	a.Close()
	send(t, b, message(0, "second"))
	quiet(t, requests)
	first.reply("nobody hears this")
	(<-requests).reply("done")
	receive(t, b, "done")
}

func TestHalfARequestHoldsNobodyUp(t *testing.T) {
	dial, requests := start(t)
	a, b := dial(), dial()
	whole := message(0, "slow")
	send(t, a, whole[:20])
	send(t, b, message(0, "quick"))
	(<-requests).reply("done")
	receive(t, b, "done")
	send(t, a, whole[20:])
	(<-requests).reply("done")
	receive(t, a, "done")
}

func TestARequestWithoutAReplyEndsTheConnection(t *testing.T) {
	dial, requests := start(t)
	a := dial()
	send(t, a, message(moreToCome, "w: 0"))
	if n, err := a.Read(make([]byte, 1)); err != io.EOF {
		t.Fatalf("read %d bytes and %v, want the end of the connection", n, err)
	}
	quiet(t, requests)
}
