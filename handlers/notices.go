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
// live part of the page, whose topic is "notice/SESSION/ROOM".
type notices struct {
	stamp func() int64
	mu    sync.Mutex
	said  map[string]noticeSaid // by topic, while the page is open
}

type noticeSaid struct {
	version int64
	refused *models.Error // nil for an empty notice
}

// noticeTopic is where a session hears of the forms it sends in a room.
func noticeTopic(session, room string) string { return "notice/" + session + "/" + room }

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
	said := n.said[topic]
	n.mu.Unlock()
	return fragmentOf(ctx, said.version, views.NoticeFragment(said.refused))
}

// forget lets go of a notice whose page is gone.
func (n *notices) forget(topic string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.said, topic)
}

// What a form of a room says of the page it stands on, besides being one of htmx.
const (
	fromStream = "stream" // a document that grows, which shows no answers
)

// answerStream answers a form that stands in a streamed document: with nothing,
// for what it changed comes as the next state, and what was refused as a notice.
func (s *Site) answerStream(c echo.Context, refused *models.Error) error {
	room, _, _ := strings.Cut(strings.TrimPrefix(c.Request().URL.Path, views.RoomsURL+"/"), "/")
	if topic := noticeTopic(owner(c), room); s.hub.Watched(topic) {
		s.hub.Changed(topic, s.notices.say(topic, refused))
	}
	return c.NoContent(http.StatusNoContent)
}
