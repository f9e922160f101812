package handlers

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"worldtravel/handlers/live"
	"worldtravel/models"
	"worldtravel/views"
)

// notices keep what refused forms have to say on pages that are streamed
// documents: nothing shows the answer of a form there, so it comes as one more
// live part of the page, whose topic is "notice/BROWSER/ROOM". They are kept for a
// while even if nobody looks: the document may just be beginning anew.
type notices struct {
	now   func() time.Time
	stamp func() int64
	mu    sync.Mutex
	said  map[string]noticeSaid // by topic
}

type noticeSaid struct {
	version int64
	refused *models.Error // nil for an empty notice
	at      time.Time
}

const (
	noticeKept  = time.Minute
	noticesMost = 10_000
)

// noticeTopic is where a browser hears of the forms it sends in a room.
func noticeTopic(browser, room string) string {
	return "notice/" + models.SessionKey(browser) + "/" + room
}

// say keeps what there is to say and gives its version.
func (n *notices) say(topic string, refused *models.Error) int64 {
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.said) >= noticesMost {
		clear(n.said)
	}
	version := n.stamp()
	n.said[topic] = noticeSaid{version, refused, n.now()}
	return version
}

// fragment renders a notice; empty when there was nothing to say.
func (n *notices) fragment(ctx context.Context, topic string) (live.Fragment, error) {
	n.mu.Lock()
	said, known := n.said[topic]
	n.mu.Unlock()
	if !known {
		said.version = n.stamp() // newer than what was forgotten
	}
	return fragmentOf(ctx, said.version, views.NoticeFragment(said.refused))
}

// expire forgets what was said long ago.
func (n *notices) expire() {
	n.mu.Lock()
	defer n.mu.Unlock()
	for topic, said := range n.said {
		if n.now().Sub(said.at) > noticeKept {
			delete(n.said, topic)
		}
	}
}

// fromStream is the value of the field "from" in the forms of a streamed document.
const fromStream = "stream"

// answerStream answers a form that stands in a streamed document: with nothing,
// for what it changed comes as the next state, and what was refused as a notice.
func (s *Site) answerStream(c echo.Context, refused *models.Error) error {
	room, _, _ := strings.Cut(strings.TrimPrefix(c.Request().URL.Path, views.RoomsURL+"/"), "/")
	if !models.ValidID(room) { // a room that nobody has a page of
		return c.NoContent(http.StatusNoContent)
	}
	topic := noticeTopic(s.browser(c), room)
	s.hub.Changed(c.Request().Context(), topic, s.notices.say(topic, refused))
	return c.NoContent(http.StatusNoContent)
}

// fromStreamed reports whether a form stands in a streamed document. What refused it
// may have done so before it was read.
func fromStreamed(c echo.Context) bool {
	r := c.Request()
	if r.Method != http.MethodPost {
		return false
	}
	if r.PostForm == nil {
		r.Body = http.MaxBytesReader(c.Response(), r.Body, bodyLimit)
		_ = r.ParseForm() // what can't be read says nothing
	}
	return r.PostForm.Get("from") == fromStream
}

// endStreams answers a form in a streamed document whose session is gone: the
// document ends, and the page round it leads to the log in.
func (s *Site) endStreams(c echo.Context) error {
	if cookie, err := c.Cookie(sessionCookie); err == nil {
		s.hub.DropSession(models.SessionKey(cookie.Value))
	}
	return c.NoContent(http.StatusNoContent)
}
