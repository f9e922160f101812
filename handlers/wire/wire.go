// Package wire keeps what passes over the streams and sockets of open pages, as it
// passes, for those who want to see how site and browser speak. What people say,
// choose and are called is left out before anything is kept.
package wire

import (
	"bufio"
	"net"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"
)

// What is kept at most.
const (
	connectionsKept = 40
	messagesKept    = 60 // of one connection
	textKept        = 800
	unreadKept      = 128 << 10 // bytes of a frame that is not complete
)

// Wire keeps the newest connections. It is safe for concurrent use.
type Wire struct {
	now     func() time.Time
	changed func(id string)

	mu     sync.Mutex
	opened int
	kept   []*connection // the oldest first
}

// New makes a Wire that calls changed with the name of a connection after each message
// and at its end, from the goroutine that sent or read it.
func New(now func() time.Time, changed func(id string)) *Wire {
	return &Wire{now: now, changed: changed}
}

// Connection is the stream or socket of an open page.
type Connection struct {
	ID       string
	Path     string // of its address
	Socket   bool   // or else Server-Sent Events
	Began    time.Time
	Ended    time.Time // zero while it is open
	Count    int       // of all messages
	Messages []Message // the newest, the oldest of them first
}

// Message is an event of a stream, a frame of a socket, or the head of the request or
// response before them.
type Message struct {
	Number   int // from 1
	At       time.Time
	FromPage bool
	Header   []byte // of a frame (RFC 6455, section 5.2), with its mask; nil otherwise
	Text     string // without what is nobody else's business; its beginning
	Bytes    int    // of all that was sent
	Meaning  string // a sentence or two
}

// Connections are those kept, the newest first, without their messages.
func (w *Wire) Connections() []Connection {
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []Connection
	for _, c := range slices.Backward(w.kept) {
		head := c.Connection
		head.Messages = nil
		all = append(all, head)
	}
	return all
}

// Find gives a connection that is still kept.
func (w *Wire) Find(id string) (Connection, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.kept {
		if c.ID == id {
			found := c.Connection
			found.Messages = slices.Clone(c.Messages)
			return found, true
		}
	}
	return Connection{}, false
}

// Watch gives a response that is kept track of from when its connection is taken over
// from net/http.
func (w *Wire) Watch(to http.ResponseWriter, r *http.Request) http.ResponseWriter {
	return &response{ResponseWriter: to, wire: w, request: r}
}

type response struct {
	http.ResponseWriter
	wire    *Wire
	request *http.Request
}

// Unwrap is for http.ResponseController.
func (r *response) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// Hijack takes the connection over.
func (r *response) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, buffered, err := http.NewResponseController(r.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	return &tap{Conn: conn, to: r.wire.open(r.request)}, buffered, nil
}

// open begins to keep a connection, with the request that asked for it.
func (w *Wire) open(r *http.Request) *connection {
	w.mu.Lock()
	w.opened++
	c := &connection{wire: w, Connection: Connection{
		ID: strconv.Itoa(w.opened), Path: r.URL.Path, Socket: r.Header.Get("Sec-WebSocket-Key") != "", Began: w.now(),
	}}
	w.kept = append(w.kept, c)
	var oldest *connection
	if len(w.kept) > connectionsKept {
		oldest = w.kept[0]
		oldest.gone, oldest.Messages = true, nil
		w.kept = slices.Delete(w.kept, 0, 1)
	}
	w.mu.Unlock()
	if oldest != nil {
		w.changed(oldest.ID)
	}
	c.keep(requestHead(r))
	return c
}

// connection is one that is kept.
type connection struct {
	Connection      // guarded by the wire's mutex
	gone       bool // is not kept any more; guarded as well
	wire       *Wire
	from, to   frames // of the page, and to it
	begun      bool   // the response's head has been sent
}

func (c *connection) isGone() bool {
	c.wire.mu.Lock()
	defer c.wire.mu.Unlock()
	return c.gone
}

func (c *connection) keep(m Message) {
	m.Text, m.Meaning = beginning(m.Text), beginning(m.Meaning)
	c.wire.mu.Lock()
	if c.gone {
		c.wire.mu.Unlock()
		return
	}
	c.Count++
	m.Number, m.At = c.Count, c.wire.now()
	c.Messages = append(c.Messages, m)
	if len(c.Messages) > messagesKept {
		c.Messages = slices.Delete(c.Messages, 0, 1)
	}
	c.wire.mu.Unlock()
	c.wire.changed(c.ID)
}

// tap is a connection of which is kept what passes over it.
type tap struct {
	net.Conn
	to *connection

	writing sync.Mutex // news, answers and pongs come from goroutines of their own
	ended   sync.Once
}

// NetConn gives the connection itself, as that of crypto/tls does.
func (t *tap) NetConn() net.Conn { return t.Conn }

func (t *tap) Write(p []byte) (int, error) {
	t.writing.Lock()
	defer t.writing.Unlock()
	n, err := t.Conn.Write(p)
	t.to.sent(p[:n])
	return n, err
}

func (t *tap) Read(p []byte) (int, error) {
	n, err := t.Conn.Read(p)
	t.to.came(p[:n])
	return n, err
}

func (t *tap) Close() error {
	t.ended.Do(t.to.end)
	return t.Conn.Close()
}

// sent keeps what went to the page: at first the head of the response, and then an
// event or frames at a time.
func (c *connection) sent(p []byte) {
	switch {
	case len(p) == 0, c.isGone():
	case !c.begun:
		c.begun = true
		c.keep(responseHead(p, c.Socket))
	case c.Socket:
		for _, f := range c.to.cut(p) {
			c.keep(f.message(false))
		}
	default:
		c.keep(eventMessage(p))
	}
}

// came keeps what came from the page. Over a stream a browser has nothing to say.
func (c *connection) came(p []byte) {
	if !c.Socket || c.isGone() {
		return
	}
	for _, f := range c.from.cut(p) {
		c.keep(f.message(true))
	}
}

func (c *connection) end() {
	c.wire.mu.Lock()
	c.Ended = c.wire.now()
	c.wire.mu.Unlock()
	c.wire.changed(c.ID)
}
