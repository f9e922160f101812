package live

import (
	"bufio"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestAStreamBeginsWithThePresentStateAndGoesOnWithChanges(t *testing.T) {
	s := newSite(t, sseTimes, nil)
	s.store("room")
	c := s.open(t, "")
	c.want(message{id: "1", data: "room/seat at 1", retry: "2000"})
	s.publish()
	c.want(message{id: "2", data: "room/seat at 2", retry: "2000"})

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

func TestTheStreamsOfASessionEndWithIt(t *testing.T) {
	s := newSite(t, sseTimes, nil)
	ada, ben := s.open(t, "session=ada"), s.open(t, "session=ben")
	ada.want(message{id: "0", data: "room/seat at 0", retry: "2000"})
	ben.want(message{id: "0", data: "room/seat at 0", retry: "2000"})
	s.hub.DropSession("ada")
	ada.want(message{event: "end", data: "end"})
	ada.wantEnd()
	s.publish()
	ben.want(message{id: "1", data: "room/seat at 1", retry: "2000"})
}

func TestASessionThatEndedWhileSubscribingGetsNothingButTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHub(t, newState().render)
		c := h.Subscribe(Viewer{Session: "ada"}, seat)
		h.DropSession("ada")
		w := newTaken()
		ServeSSE(w, c)
		w.wants(t, "id: \ndata: end\nevent: end\n\n")
		if !w.ended.Load() {
			t.Error("the stream goes on")
		}
	})
}

func TestShutdownEndsStreamsAndRefusesNewOnes(t *testing.T) {
	s := newSite(t, sseTimes, nil)
	c := s.open(t, "")
	c.want(message{id: "0", data: "room/seat at 0", retry: "2000"})
	s.hub.Shutdown()
	c.wantEnd()
	resp, err := s.Client().Get(s.URL + "/sse")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("after the shutdown the status is %s, want 503", resp.Status)
	}
}

func TestAQuietStreamGivesSignsOfLife(t *testing.T) {
	s := newSite(t, edgeTimes{beat: 50 * time.Millisecond, write: patience}, nil)
	s.ready(t)
	c := s.open(t, "")
	c.want(message{id: "0", data: "room/seat at 0", retry: "2000"})
	c.want(message{event: "beat", data: "beat"})
	c.want(message{event: "beat", data: "beat"})
}

// A server's own time limits, and the edge's, would end a stream that is merely
// at rest.
func TestAStreamOutlivesAllTimeLimits(t *testing.T) {
	const limit = time.Second // enough for a busy machine to greet a browser in
	s := newSite(t, edgeTimes{beat: 5 * limit, write: limit}, func(server *httptest.Server) {
		server.Config.ReadTimeout, server.Config.WriteTimeout = limit, limit
	})
	s.ready(t)
	c := s.open(t, "")
	c.want(message{id: "0", data: "room/seat at 0", retry: "2000"})
	c.want(message{event: "beat", data: "beat"})
	s.publish()
	c.want(message{id: "1", data: "room/seat at 1", retry: "2000"})
}

// A stream takes its connection over, and with HTTP/2 would take those of others.
func TestOverHTTP2AStreamIsRefused(t *testing.T) {
	s := newSite(t, sseTimes, func(server *httptest.Server) { server.EnableHTTP2 = true })
	for _, edge := range []string{"sse", "document"} {
		resp, err := s.Client().Get(s.URL + "/" + edge)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.ProtoMajor != 2 || resp.StatusCode != http.StatusHTTPVersionNotSupported {
			t.Errorf("%s is answered %s over %s", edge, resp.Status, resp.Proto)
		}
	}
	if s.connections() != 0 {
		t.Error("a connection is left in the hub")
	}
}

func TestAStreamHasTheHeadersThatWereSetBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHub(t, newState().render)
		w := newTaken()
		w.header.Set("Content-Security-Policy", "default-src 'self'")
		ServeSSE(w, h.Subscribe(Viewer{}, seat))
		w.wants(t, "id: 0\ndata: room/seat at 0\nretry: 2000\n\n")
		resp, err := http.ReadResponse(bufio.NewReader(strings.NewReader(w.head+"\r\n")), nil)
		if err != nil || resp.StatusCode != 200 || resp.Header.Get("Content-Security-Policy") != "default-src 'self'" || !resp.Close || resp.ContentLength != -1 {
			t.Errorf("the head is %q (%v)", w.head, err)
		}
	})
}
