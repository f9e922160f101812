package handlers

import (
	"context"
	"net/http"
	"strings"
	"sync"

	"github.com/labstack/echo/v4"

	"worldtravel/handlers/live"
	"worldtravel/models"
	"worldtravel/views"
)

// notices keep what refused forms have to say on pages that are streamed
// documents: nothing shows the answer of a form there, so it comes as one more
// live part of the page, whose topic is "notice/BROWSER/ROOM".
type notices struct {
	stamp func() int64
	mu    sync.Mutex
	said  map[string]noticeSaid // by topic, while the page is open
}

type noticeSaid struct {
	version int64
	refused *models.Error // nil for an empty notice
}

// noticeTopic is where a browser hears of the forms it sends in a room.
func noticeTopic(browser, room string) string { return "notice/" + browser + "/" + room }

// say keeps what there is to say and gives its version.
func (n *notices) say(topic string, refused *models.Error) int64 {
	n.mu.Lock()
	defer n.mu.Unlock()
	version := n.stamp()
	n.said[topic] = noticeSaid{version, refused}
	return version
}

// fragment renders a notice; empty when there was nothing to say.
func (n *notices) fragment(ctx context.Context, topic string) (live.Fragment, error) {
	n.mu.Lock()
	said, known := n.said[topic]
	n.mu.Unlock()
	if !known {
		said.version = n.stamp() // newer than what another page of the browser has forgotten
	}
	return fragmentOf(ctx, said.version, views.NoticeFragment(said.refused))
}

// forget lets go of a notice whose page is gone.
func (n *notices) forget(topic string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.said, topic)
}

// fromStream is the value of the field "from" in the forms of a streamed document.
const fromStream = "stream"

// answerStream answers a form that stands in a streamed document: with nothing,
// for what it changed comes as the next state, and what was refused as a notice.
func (s *Site) answerStream(c echo.Context, refused *models.Error) error {
	room, _, _ := strings.Cut(strings.TrimPrefix(c.Request().URL.Path, views.RoomsURL+"/"), "/")
	if topic := noticeTopic(s.browser(c), room); s.hub.Watched(topic) {
		s.hub.Changed(topic, s.notices.say(topic, refused))
	}
	return c.NoContent(http.StatusNoContent)
}

// fromStreamed reports whether a form that was read stands in a streamed document.
func fromStreamed(c echo.Context) bool { return c.Request().PostForm.Get("from") == fromStream }

// endStreams answers a form in a streamed document whose session is gone: the
// document ends, and the page round it leads to the log in.
func (s *Site) endStreams(c echo.Context) error {
	if cookie, err := c.Cookie(sessionCookie); err == nil {
		s.hub.DropSession(models.SessionKey(cookie.Value))
	}
	return c.NoContent(http.StatusNoContent)
}
