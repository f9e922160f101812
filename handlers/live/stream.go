package live

import (
	"bytes"
	"errors"
	"net"
	"net/http"
	"time"
)

// goneAfter is how long a client may be out of reach before it counts as gone.
const goneAfter = time.Minute

// stream is a response that goes on for as long as the page is open. Its
// connection is taken over from net/http, so that the handler can return: the
// goroutine with the stack that the request has grown, the buffers and the request
// itself are let go, which are most of what an open page would cost. The body ends
// with the connection (RFC 9112, section 6.3).
type stream struct {
	net.Conn
	timeout  time.Duration
	deadline time.Time   // of writing
	pieces   net.Buffers // kept for the next send
}

// serveStream answers with a stream, calls more for each thing that there is to
// send until it gives an error, and closes the connection c. When the client goes
// away, c ends. It returns at once.
func serveStream(w http.ResponseWriter, c *Conn, media string, timeout time.Duration, more func(*stream) error) {
	if errors.Is(c.ended(), ErrShutdown) {
		c.Close()
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	header := w.Header()
	header.Set("Content-Type", media)
	header.Set("Cache-Control", "no-store")
	header.Set("X-Accel-Buffering", "no") // nginx would wait for more
	header.Set("Connection", "close")
	header.Set("Date", time.Now().UTC().Format(http.TimeFormat))
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		c.Close()
		w.WriteHeader(http.StatusHTTPVersionNotSupported) // HTTP/2, which proxies don't speak to us
		return
	}
	giveUp(conn)
	out := &stream{Conn: conn, timeout: timeout}
	c.hub.serve(func() {
		defer conn.Close()
		defer c.Close()
		for err := out.send(head(header)); err == nil; {
			err = more(out)
		}
	})
	c.hub.serve(func() {
		defer c.Close()
		var nothing [1]byte // a client has nothing to say, so this waits for it to go
		_, _ = conn.Read(nothing[:])
	})
}

// head is the beginning of the response.
func head(header http.Header) []byte {
	var b bytes.Buffer
	b.WriteString("HTTP/1.1 200 OK\r\n")
	_ = header.Write(&b) // a buffer takes everything
	b.WriteString("\r\n")
	return b.Bytes()
}

// send sends the pieces at once. An error says that the client has not taken
// them for the time given, or up to twice that, or is gone.
func (s *stream) send(pieces ...[]byte) error {
	if now := time.Now(); s.deadline.Sub(now) < s.timeout {
		s.deadline = now.Add(2 * s.timeout)
		if err := s.SetWriteDeadline(s.deadline); err != nil {
			return err
		}
	}
	s.pieces = append(s.pieces[:0], pieces...)
	left := s.pieces
	_, err := left.WriteTo(s.Conn)
	return err
}
