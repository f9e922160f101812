package live

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// taken is a response whose connection an edge takes over, and the client at the
// other end, which reads it all. It may live in a bubble of its own time.
type taken struct {
	http.ResponseWriter
	header         http.Header
	server, client net.Conn
	head           string // of the response

	mu    sync.Mutex
	body  bytes.Buffer // what has come of it
	ended atomic.Bool
}

func newTaken() *taken {
	w := &taken{header: http.Header{}}
	w.server, w.client = net.Pipe()
	go func() {
		io.Copy(w, w.client)
		w.ended.Store(true)
	}()
	return w
}

func (w *taken) Header() http.Header { return w.header }

func (w *taken) Hijack() (net.Conn, *bufio.ReadWriter, error) { return w.server, nil, nil }

// Write keeps what the client reads.
func (w *taken) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.body.Write(p)
}

// wants compares what has come since the last time.
func (w *taken) wants(t *testing.T, want string) {
	t.Helper()
	synctest.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.head == "" {
		head, body, _ := strings.Cut(w.body.String(), "\r\n\r\n")
		w.head = head + "\r\n"
		w.body.Reset()
		w.body.WriteString(body)
	}
	if got := w.body.String(); got != want {
		t.Fatalf("received %q, want %q", got, want)
	}
	w.body.Reset()
}

// idle is a client that stays and says nothing; it tells of each writing, and of
// the time that it was given for it.
type idle struct {
	http.ResponseWriter
	net.Conn
	header   http.Header
	sent     chan time.Time // the deadline
	err      error          // of writing
	deadline time.Time
	gone     chan struct{}
}

func newIdle() *idle {
	return &idle{header: http.Header{}, sent: make(chan time.Time, 2), gone: make(chan struct{})}
}

func (w *idle) Header() http.Header { return w.header }

func (w *idle) Hijack() (net.Conn, *bufio.ReadWriter, error) { return w, nil, nil }

func (w *idle) Write(p []byte) (int, error) {
	w.sent <- w.deadline
	return len(p), w.err
}

func (w *idle) SetWriteDeadline(at time.Time) error {
	w.deadline = at
	return nil
}

func (w *idle) Read([]byte) (int, error) {
	<-w.gone
	return 0, errors.New("closed")
}

func (w *idle) Close() error {
	close(w.gone)
	return nil
}
