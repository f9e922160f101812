package live

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// patience is how long a test waits for what must come.
const patience = 10 * time.Second

// site serves a hub's room at /sse, /socket and /document, as the program does.
type site struct {
	*httptest.Server
	*state
	hub      *Hub
	forms    http.Handler // what comes over a socket
	document Document
}

// newSite starts a server; change may alter it before it starts.
func newSite(t testing.TB, times edgeTimes, change func(*httptest.Server)) *site {
	t.Helper()
	s := &site{state: newState(), forms: http.NotFoundHandler()}
	s.document = Document{Head: []byte("<body>"), Around: [][]byte{[]byte("before "), []byte(" after")}, Beat: []byte("<a class=beat></a>")}
	s.hub = newHub(t, s.render)
	s.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := s.hub.Subscribe(Viewer{Session: r.URL.Query().Get("session")}, seat)
		switch r.URL.Path {
		case "/sse":
			serveSSE(w, c, times)
		case "/socket":
			serveSocket(w, r, c, s.forms, times)
		case "/document":
			serveDocument(w, c, s.document, times)
		}
	}))
	if change != nil {
		change(s.Server)
		s.StartTLS()
	} else {
		s.Start()
	}
	t.Cleanup(func() { // streams must end before the server can
		s.hub.Shutdown()
		s.Close()
	})
	return s
}

// eachEdge runs a test for each way in which a page is kept up to date.
func eachEdge(t *testing.T, test func(t *testing.T, edge string)) {
	for _, edge := range []string{"sse", "socket", "document"} {
		t.Run(edge, func(t *testing.T) { test(t, edge) })
	}
}

// publish stores a change and announces it.
func (s *site) publish() { s.hub.Changed(context.Background(), "room", s.store("room")) }

// ready keeps the room's fragment rendered, so that it comes before any beat.
func (s *site) ready(t *testing.T) {
	t.Helper()
	c := s.hub.Subscribe(Viewer{}, seat)
	t.Cleanup(c.Close)
	if _, err := c.next(t.Context(), patience); err != nil {
		t.Fatal(err)
	}
}

// connections is how many the room has.
func (s *site) connections() int {
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	if slot := s.hub.topics[seat.Topic][seat.Kind]; slot != nil {
		return len(slot.conns)
	}
	return 0
}

// ask asks for an edge, and reads nothing of what is answered.
func (s *site) ask(path string) (net.Conn, error) {
	conn, err := net.Dial("tcp", s.Listener.Addr().String())
	if err == nil {
		_, err = fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
			"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n", path)
	}
	return conn, err
}

// dial is ask for the length of a test.
func (s *site) dial(t testing.TB, edge string) net.Conn {
	t.Helper()
	conn, err := s.ask("/" + edge)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetReadDeadline(time.Now().Add(3 * patience))
	return conn
}

// readUntil reads until a text has come.
func readUntil(conn net.Conn, text string) error {
	var got []byte
	for part := make([]byte, 512); !bytes.Contains(got, []byte(text)); {
		n, err := conn.Read(part)
		if err != nil {
			return err
		}
		got = append(got, part[:n]...)
	}
	return nil
}

// page reads the fragments of an edge.
type page struct {
	read  func() (fragment string, err error)
	close func()
}

// load opens a page that is kept up to date over an edge.
func (s *site) load(t *testing.T, edge string) *page {
	t.Helper()
	switch edge {
	case "sse":
		c := s.open(t, "")
		return &page{func() (string, error) {
			m, err := c.next()
			return m.data, err
		}, func() { c.body.Close() }}
	case "socket":
		ws := s.socket(t, "")
		return &page{func() (string, error) {
			_, text, err := ws.ReadMessage()
			return string(text), err
		}, func() { ws.Close() }}
	default:
		body := s.get(t, "/document").Body
		states := bufio.NewReader(body)
		return &page{func() (string, error) {
			for state := ""; ; {
				part, err := states.ReadString('>')
				if state += part; err != nil || strings.HasSuffix(state, "</div>") {
					return state, err
				}
			}
		}, func() { body.Close() }}
	}
}

// version reads fragments until one that shows a version.
func (p *page) version() (v int64, err error) {
	for {
		fragment, err := p.read()
		if err != nil {
			return 0, err
		}
		if _, at, found := strings.Cut(fragment, " at "); found {
			_, err := fmt.Sscan(at, &v)
			return v, err
		}
	}
}

// get begins a request that ends with the test.
func (s *site) get(t *testing.T, path string, headers ...string) *http.Response {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 3*patience)
	t.Cleanup(cancel)
	r, _ := http.NewRequestWithContext(ctx, "GET", s.URL+path, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	resp, err := s.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { resp.Body.Close() })
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("status %s", resp.Status)
	}
	return resp
}

// socket opens a WebSocket.
func (s *site) socket(t *testing.T, query string) *websocket.Conn {
	t.Helper()
	ws, _, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(s.URL, "http")+"/socket?"+query, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ws.Close() })
	ws.SetReadDeadline(time.Now().Add(3 * patience))
	return ws
}

// message is one event of a stream.
type message struct{ id, event, data, retry string }

// client reads one stream.
type client struct {
	t      *testing.T
	header http.Header
	body   io.Closer
	lines  *bufio.Scanner
}

// open opens a stream, with headers given as name and value in turn.
func (s *site) open(t *testing.T, query string, headers ...string) *client {
	t.Helper()
	resp := s.get(t, "/sse?"+query, headers...)
	c := &client{t, resp.Header, resp.Body, bufio.NewScanner(resp.Body)}
	c.lines.Buffer(nil, 1<<20)
	return c
}

// next reads a message as a browser does; io.EOF is the end of the stream.
func (c *client) next() (m message, err error) {
	var data bytes.Buffer
	for c.lines.Scan() {
		line := c.lines.Text()
		if line == "" {
			m.data = strings.TrimSuffix(data.String(), "\n")
			return m, nil
		}
		name, value, _ := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		switch name {
		case "id":
			m.id = value
		case "event":
			m.event = value
		case "retry":
			m.retry = value
		case "data":
			data.WriteString(value + "\n")
		default:
			return m, fmt.Errorf("unknown field in %q", line)
		}
	}
	if err := c.lines.Err(); err != nil {
		return m, err
	}
	return m, io.EOF
}

func (c *client) want(want message) {
	c.t.Helper()
	if got, err := c.next(); err != nil || got != want {
		c.t.Fatalf("received %+v, %v; want %+v", got, err, want)
	}
}

func (c *client) wantEnd() {
	c.t.Helper()
	if got, err := c.next(); !errors.Is(err, io.EOF) {
		c.t.Fatalf("received %+v, %v; want the end of the stream", got, err)
	}
}
