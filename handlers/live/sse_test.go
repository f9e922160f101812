package live

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
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
	s := newState()
	h := newHub(t, s.render)
	c := h.Subscribe(Viewer{Session: "ada"}, seat)
	h.DropSession("ada")
	w := httptest.NewRecorder()
	ServeSSE(w, c)
	if got, want := w.Body.String(), "id: \ndata: end\nevent: end\n\n"; got != want {
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
			s.ready(t)
			c := s.open(t, "")
			c.want(message{id: "0", data: "room/seat at 0", retry: "2000"})
			c.want(message{event: "beat", data: "beat"})
			s.publish()
			c.want(message{id: "1", data: "room/seat at 1", retry: "2000"})
		})
	}
}
