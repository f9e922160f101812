package main

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// wire is the network between browsers and a program, which the test can cut,
// freeze, or close to some kinds of traffic. It passes requests on, not bytes, and
// so knows one kind from another even on a connection that carries several.
type wire struct {
	server *http.Server

	mu       sync.Mutex
	isCut    bool
	conns    map[*wireConn]bool
	barriers map[traffic]barrier
	passing  map[*passage]bool
	passed   map[traffic]int
}

// traffic is a kind of request.
type traffic string

const (
	trafficSocket traffic = "socket"
	trafficSSE    traffic = "sse"
	trafficStream traffic = "stream" // a page that grows
	trafficFetch  traffic = "fetch"  // of the present state
	trafficForm   traffic = "form"
	trafficPage   traffic = "page" // or a file that it is made of
)

func trafficOf(r *http.Request) traffic {
	live := strings.HasSuffix(r.URL.Path, "/live")
	switch {
	case r.Header.Get("Upgrade") != "":
		return trafficSocket
	case r.Method == http.MethodPost:
		return trafficForm
	case live && r.Header.Get("Accept") == "text/event-stream":
		return trafficSSE
	case live && r.Header.Get("HX-Request") != "":
		return trafficFetch
	case live:
		return trafficStream
	}
	return trafficPage
}

// barrier is what something on the way does with a kind of traffic.
type barrier int

const (
	free    barrier = iota
	refuse          // answers 502 itself
	swallow         // never answers
)

func (b barrier) String() string { return []string{"free", "refused", "swallowed"}[b] }

// passage is a request on its way, or a stream or socket that is open.
type passage struct {
	kind traffic
	conn *wireConn
	end  context.CancelFunc
}

// connKey is the place of a request's connection in its context.
type connKey struct{}

// wire lays a network to the program, and gives the program as it is reached
// through it.
func (p *program) wire(t *testing.T) (*wire, *program) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	target, err := url.Parse(p.url)
	if err != nil {
		t.Fatal(err)
	}
	silent := log.New(io.Discard, "", 0)
	transport := &http.Transport{DisableCompression: true}
	proxy := &httputil.ReverseProxy{
		Rewrite:       func(r *httputil.ProxyRequest) { r.SetURL(target); r.Out.Host = r.In.Host },
		Transport:     transport,
		FlushInterval: -1,
		ErrorLog:      silent,
		// No answer from the program is none from the wire.
		ErrorHandler: func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) },
	}
	w := &wire{conns: map[*wireConn]bool{}, barriers: map[traffic]barrier{}, passing: map[*passage]bool{}, passed: map[traffic]int{}}
	w.server = &http.Server{ErrorLog: silent}
	w.server.ConnContext = func(ctx context.Context, c net.Conn) context.Context { return context.WithValue(ctx, connKey{}, c) }
	w.server.Handler = http.HandlerFunc(func(response http.ResponseWriter, r *http.Request) {
		ctx, end := context.WithCancel(r.Context())
		defer end()
		conn, _ := ctx.Value(connKey{}).(*wireConn)
		switch w.enter(ctx, &passage{trafficOf(r), conn, end}) {
		case free:
			proxy.ServeHTTP(response, r.WithContext(ctx))
		case refuse:
			http.Error(response, "Bad gateway", http.StatusBadGateway)
		case swallow:
			<-ctx.Done()
			panic(http.ErrAbortHandler)
		}
	})
	go func() { _ = w.server.Serve(wireListener{listener, w}) }()
	t.Cleanup(func() {
		w.cut()
		w.server.Close()
		transport.CloseIdleConnections()
	})
	through := *p
	through.url = "http://" + listener.Addr().String()
	return w, &through
}

// enter registers a passage until its context ends, and says how it fares.
func (w *wire) enter(ctx context.Context, p *passage) barrier {
	w.mu.Lock()
	defer w.mu.Unlock()
	if b := w.barriers[p.kind]; b != free {
		return b
	}
	w.passed[p.kind]++
	w.passing[p] = true
	context.AfterFunc(ctx, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.passing, p)
	})
	return free
}

// set raises a barrier for kinds of traffic, cutting what is open of them, or
// lifts it.
func (w *wire) set(b barrier, kinds ...traffic) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, kind := range kinds {
		w.barriers[kind] = b
		for p := range w.passing {
			if p.kind == kind && b != free {
				p.end()
			}
		}
	}
}

// count tells how many requests of a kind have passed so far.
func (w *wire) count(kind traffic) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.passed[kind]
}

// cut resets every connection and each new one, until mend.
func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.isCut = true
	for c := range w.conns {
		c.reset()
	}
}

func (w *wire) mend() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.isCut = false
}

// freeze leaves connections half open for good, as when a device changes networks:
// nothing passes any more, and nobody is told. It does so to those that carry the
// kinds of traffic now, or to all when no kind is given. New ones work.
func (w *wire) freeze(kinds ...traffic) {
	w.each(kinds, func(c *wireConn) { c.mute.Store(true); c.deaf.Store(true) })
}

// loseAnswers lets such connections carry requests still, but no answers.
func (w *wire) loseAnswers(kinds ...traffic) {
	w.each(kinds, func(c *wireConn) { c.mute.Store(true) })
}

func (w *wire) each(kinds []traffic, do func(*wireConn)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(kinds) == 0 {
		for c := range w.conns {
			do(c)
		}
	}
	for p := range w.passing {
		if slices.Contains(kinds, p.kind) {
			do(p.conn)
		}
	}
}

// wireListener accepts what the wire carries.
type wireListener struct {
	net.Listener
	wire *wire
}

func (l wireListener) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		c := &wireConn{Conn: conn, wire: l.wire, closed: make(chan struct{})}
		l.wire.mu.Lock()
		isCut := l.wire.isCut
		if !isCut {
			l.wire.conns[c] = true
		}
		l.wire.mu.Unlock()
		if !isCut {
			return c, nil
		}
		c.reset()
	}
}

// wireConn is a connection of a browser.
type wireConn struct {
	net.Conn
	wire       *wire
	mute, deaf atomic.Bool // the browser hears nothing; it is not heard
	once       sync.Once
	closed     chan struct{}
}

func (c *wireConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if err == nil && c.deaf.Load() {
		<-c.closed
		return 0, net.ErrClosed
	}
	return n, err
}

func (c *wireConn) Write(p []byte) (int, error) {
	if c.mute.Load() {
		<-c.closed
		return 0, net.ErrClosed
	}
	return c.Conn.Write(p)
}

func (c *wireConn) Close() error {
	c.once.Do(func() { close(c.closed) })
	go func() { // reset holds the lock
		c.wire.mu.Lock()
		defer c.wire.mu.Unlock()
		delete(c.wire.conns, c)
	}()
	return c.Conn.Close()
}

func (c *wireConn) reset() {
	if tcp, ok := c.Conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // a connection that has gone needs no reset
	}
	c.Close()
}
