package live

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// patience is how long a test waits for what must come.
const patience = 10 * time.Second

// site serves a hub's room to EventSources, as the program does.
type site struct {
	*httptest.Server
	*state
	hub *Hub
}

// newSite starts a server; change may alter it before it starts.
func newSite(t testing.TB, times edgeTimes, change func(*httptest.Server)) *site {
	t.Helper()
	s := &site{state: newState()}
	s.hub = newHub(t, s.render)
	s.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := s.hub.Subscribe(Viewer{Session: r.URL.Query().Get("owner")}, seat)
		defer c.Close()
		serveSSE(w, r, c, times)
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

// publish stores a change and announces it.
func (s *site) publish() { s.hub.Changed("room", s.store("room")) }

// connections is how many the room has.
func (s *site) connections() int {
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	if slot := s.hub.topics[seat.Topic][seat.Kind]; slot != nil {
		return len(slot.conns)
	}
	return 0
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
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	r, _ := http.NewRequestWithContext(ctx, "GET", s.URL+"/?"+query, nil)
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
	return &client{t, resp.Header, resp.Body, bufio.NewScanner(resp.Body)}
}

// next reads a message as a browser does; io.EOF is the end of the stream.
func (c *client) next() (m message, err error) {
	var data []string
	for c.lines.Scan() {
		line := c.lines.Text()
		if line == "" {
			m.data = strings.Join(data, "\n")
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
			data = append(data, value)
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

func TestAStreamBeginsWithThePresentStateAndGoesOnWithChanges(t *testing.T) {
	s := newSite(t, sseTimes, nil)
	s.store("room")
	c := s.open(t, "")
	c.want(message{id: "1", data: "room/seat at 1", retry: "2000"})
	s.publish()
	c.want(message{id: "2", data: "room/seat at 2"})

	for name, want := range map[string]string{
		"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no",
	} {
		if got := c.header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

func TestHTMLOfSeveralLinesArrivesIntact(t *testing.T) {
	s := newSite(t, sseTimes, nil)
	s.text = "\n<p>\n\n  two\r\nthree</p>\n"
	s.open(t, "").want(message{id: "0", data: "room/seat at 0\n<p>\n\n  two\nthree</p>\n", retry: "2000"})
}

func TestAnOwnersStreamsEndWithTheirSession(t *testing.T) {
	s := newSite(t, sseTimes, nil)
	ada, ben := s.open(t, "owner=ada"), s.open(t, "owner=ben")
	ada.want(message{id: "0", data: "room/seat at 0", retry: "2000"})
	ben.want(message{id: "0", data: "room/seat at 0", retry: "2000"})
	s.hub.DropSession("ada")
	ada.want(message{event: "end", data: "end"})
	ada.wantEnd()
	s.publish()
	ben.want(message{id: "1", data: "room/seat at 1"})
}

func TestASessionThatEndedWhileSubscribingGetsNothingButTheEnd(t *testing.T) {
	s := newState()
	h := newHub(t, s.render)
	c := h.Subscribe(Viewer{Session: "ada"}, seat)
	h.DropSession("ada")
	w := httptest.NewRecorder()
	ServeSSE(w, httptest.NewRequest("GET", "/", nil), c)
	if got, want := w.Body.String(), "event: end\ndata: end\n\n"; got != want {
		t.Errorf("body is %q, want %q", got, want)
	}
	if got := w.Header().Get("Content-Type"); got != "text/event-stream" {
		t.Errorf("Content-Type is %q", got)
	}
}

func TestShutdownEndsStreamsAndRefusesNewOnes(t *testing.T) {
	s := newSite(t, sseTimes, nil)
	c := s.open(t, "")
	c.want(message{id: "0", data: "room/seat at 0", retry: "2000"})
	s.hub.Shutdown()
	c.wantEnd()
	resp, err := s.Client().Get(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("after the shutdown the status is %s, want 503", resp.Status)
	}
}

func TestAQuietStreamGivesSignsOfLife(t *testing.T) {
	s := newSite(t, edgeTimes{beat: time.Millisecond, write: patience}, nil)
	c := s.open(t, "")
	c.want(message{id: "0", data: "room/seat at 0", retry: "2000"})
	c.want(message{event: "beat", data: "beat"})
	c.want(message{event: "beat", data: "beat"})
}

// A server's own time limits, and over HTTP/2 the edge's, would end a stream
// that is merely at rest.
func TestAStreamOutlivesTheTimeLimitsOfTheServer(t *testing.T) {
	const limit = 100 * time.Millisecond
	for _, h2 := range []bool{false, true} {
		t.Run(fmt.Sprintf("HTTP/2 %t", h2), func(t *testing.T) {
			s := newSite(t, edgeTimes{beat: 3 * limit, write: limit}, func(server *httptest.Server) {
				server.EnableHTTP2 = h2
				server.Config.ReadTimeout, server.Config.WriteTimeout = limit, limit
			})
			c := s.open(t, "")
			c.want(message{id: "0", data: "room/seat at 0", retry: "2000"})
			c.want(message{event: "beat", data: "beat"})
			s.publish()
			c.want(message{id: "1", data: "room/seat at 1"})
		})
	}
}

func TestAClientThatDoesNotReadIsDroppedAndDelaysNobody(t *testing.T) {
	s := newSite(t, edgeTimes{beat: time.Minute, write: 200 * time.Millisecond}, nil)
	s.text = strings.Repeat(" and so on", 10_000) // 100 kB, so that loopback is full after some thirty
	stuck, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer stuck.Close()
	fmt.Fprintf(stuck, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")

	reader := s.open(t, "")
	reader.lines.Buffer(nil, 1<<20)
	if _, err := reader.next(); err != nil {
		t.Fatal(err)
	}
	for s.connections() < 2 { // the stuck one registers at its own time
		runtime.Gosched()
	}
	var slowest time.Duration
	for start := time.Now(); s.connections() == 2; {
		if time.Since(start) > patience {
			t.Fatal("the stuck client is still there")
		}
		began := time.Now()
		s.publish()
		if _, err := reader.next(); err != nil {
			t.Fatal(err)
		}
		slowest = max(slowest, time.Since(began))
	}
	if slowest >= 200*time.Millisecond {
		t.Errorf("the other client waited %v for a fragment", slowest)
	}
}

func TestConnectingAndGoingAwayLeavesNothingBehind(t *testing.T) {
	s := newSite(t, sseTimes, nil)
	s.Client().Transport.(*http.Transport).DisableKeepAlives = true
	before := runtime.NumGoroutine()
	for range 10 {
		var visits sync.WaitGroup
		for range 20 {
			visits.Go(func() {
				ctx, leave := context.WithCancel(t.Context())
				defer leave()
				r, _ := http.NewRequestWithContext(ctx, "GET", s.URL, nil)
				resp, err := s.Client().Do(r)
				if err != nil {
					t.Error(err)
					return
				}
				defer resp.Body.Close()
				if _, err := resp.Body.Read(make([]byte, 1)); err != nil {
					t.Error(err)
				}
			})
		}
		visits.Wait()
		s.publish()
	}
	for deadline := time.Now().Add(patience); runtime.NumGoroutine() > before; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			stacks := make([]byte, 1<<16)
			t.Fatalf("%d goroutines before, %d after:\n%s", before, runtime.NumGoroutine(), stacks[:runtime.Stack(stacks, true)])
		}
	}
	if got := s.hub.Topics(); len(got) != 0 {
		t.Errorf("topics %v still have subscribers", got)
	}
}
