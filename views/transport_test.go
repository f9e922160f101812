package views_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"worldtravel/public"
	"worldtravel/views"
)

func TestALivePageCanSayHowItIsConnectedAndThatItIsNot(t *testing.T) {
	w := httptest.NewRecorder()
	public.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, public.URL("css/site.css"), nil))
	styles := w.Body.String()
	got := rendered(t, views.RoomPage(views.Room{Page: views.Page{Live: views.RoomLive("r", "seat")}, You: -1}))
	for state, words := range map[string]string{
		"socket": "by WebSocket", "sse": "by event stream (SSE)", "stream": "as a streamed page",
		"fetch": "asks every 5 seconds", "lost": "trying again",
	} {
		_, mark, ok := strings.Cut(got, `<span class="transport__state transport__state--`+state+`">`)
		if mark, _, _ = strings.Cut(mark, "</span>"); !ok || !strings.Contains(mark, words) {
			t.Errorf("%s is not in the footer as %q: %s", state, words, mark)
		}
		if !strings.Contains(styles, `[data-transport="`+state+`"] .transport__state--`+state) {
			t.Errorf("no style shows that the page is on %s", state)
		}
	}
	if !strings.Contains(got, `<div class="lost" role="status">`) {
		t.Error("nothing can say aloud that the connection is lost")
	}
}

func TestAPageThatStandsStillSaysNothingOfAConnection(t *testing.T) {
	got := rendered(t, views.RoomPage(views.Room{You: -1}))
	for _, part := range []string{`class="lost"`, "transport__state", "data-transport"} {
		if strings.Contains(got, part) {
			t.Errorf("%s is there", part)
		}
	}
}

func TestAPageInAFrameHasNoLinksWithinItself(t *testing.T) {
	m := views.Room{Page: views.Page{Framed: true}, You: -1}
	if got := rendered(t, views.RoomPage(m)); strings.Contains(got, `href="#`) {
		t.Error("a link within the page would lead the window around it to the frame's address")
	}
}
