package wire

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// What a frame is (RFC 6455, section 5.2).
const (
	kindMore   = 0x0
	kindText   = 0x1
	kindBinary = 0x2
	kindClose  = 0x8
	kindPing   = 0x9
	kindPong   = 0xa
)

// frame is a frame of a WebSocket.
type frame struct {
	header  []byte // as it was sent, with the mask
	payload []byte // without the mask
}

func (f frame) final() bool  { return f.header[0]&0x80 != 0 }
func (f frame) kind() byte   { return f.header[0] & 0x0f }
func (f frame) masked() bool { return f.header[1]&0x80 != 0 }

// frames cuts what passes in one direction into frames.
type frames struct {
	unread []byte // the beginning of one that is not complete
	lost   bool   // one was too long to be kept, and where the next begins is not known
}

// cut gives the frames that p completes.
func (f *frames) cut(p []byte) []frame {
	if f.lost {
		return nil
	}
	var complete []frame
	f.unread = append(f.unread, p...)
	for {
		next, size := first(f.unread)
		if size == 0 {
			break
		}
		complete = append(complete, next)
		f.unread = f.unread[size:]
	}
	switch {
	case len(f.unread) > unreadKept:
		f.unread, f.lost = nil, true
	case len(complete) > 0:
		f.unread = bytes.Clone(f.unread) // and let go of what was read
	}
	return complete
}

// first reads the frame that sent begins with, and says how many bytes it has; 0 while
// it is not complete.
func first(sent []byte) (frame, int) {
	if len(sent) < 2 {
		return frame{}, 0
	}
	begin, length := 2, uint64(sent[1]&0x7f)
	switch length {
	case 126:
		begin += 2
	case 127:
		begin += 8
	}
	mask := begin
	if sent[1]&0x80 != 0 {
		begin += 4
	}
	if len(sent) < begin {
		return frame{}, 0
	}
	switch length {
	case 126:
		length = uint64(binary.BigEndian.Uint16(sent[2:]))
	case 127:
		length = binary.BigEndian.Uint64(sent[2:])
	}
	if uint64(len(sent)-begin) < length {
		return frame{}, 0
	}
	size := begin + int(length)
	f := frame{header: bytes.Clone(sent[:begin]), payload: bytes.Clone(sent[begin:size])}
	if key := sent[mask:begin]; len(key) > 0 {
		for i := range f.payload {
			f.payload[i] ^= key[i%4]
		}
	}
	return f, size
}

// described says what the header says.
func (f frame) described() string {
	what, known := map[byte]string{
		kindText: "A whole message, text", kindBinary: "A whole message, binary", kindMore: "The last part of a message",
		kindClose: "A close", kindPing: "A ping", kindPong: "A pong",
	}[f.kind()]
	switch {
	case !known:
		what = fmt.Sprintf("A frame of unknown kind %x", f.kind())
	case f.final():
	case f.kind() == kindMore:
		what = "A part of a message"
	default:
		what = "The first part of a message"
	}
	if f.masked() {
		what += ", masked"
	}
	return fmt.Sprintf("%s, %d bytes.", what, len(f.payload))
}
