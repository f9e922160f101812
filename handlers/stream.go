package handlers

import (
	"errors"
	"net/http"
	"sync"

	"github.com/labstack/echo/v4"

	"worldtravel/handlers/live"
	"worldtravel/models"
)

// streamLobby keeps a lobby page up to date, and the viewer's own rooms on it.
func (s *Site) streamLobby(c echo.Context) error {
	who := viewer(c)
	keys := []live.Key{{Topic: models.LobbyTopic, Kind: kindAll}}
	if who.User != "" {
		keys = append(keys, live.Key{Topic: models.PlayerTopic(who.User), Kind: kindAll})
	}
	return s.stream(c, keys...)
}

// streamRoom keeps a room's page up to date. Whoever has the room's address may
// watch it; what one sees follows from the session. A page that asks as somebody
// it no longer is, because it was logged out or lost its seat, loads anew.
func (s *Site) streamRoom(c echo.Context) error {
	t, err := s.models.Rooms.Open(c.Request().Context(), c.Param("id"))
	if errors.Is(err, models.Refuse(models.NoRoom)) {
		live.RefuseSSE(c.Response())
		return nil
	} else if err != nil {
		return err
	}
	kind := kindOf(t, viewer(c))
	if as := c.QueryParam("as"); as != "" && as != kindName(kind) {
		live.RefuseSSE(c.Response())
		return nil
	}
	return s.stream(c, live.Key{Topic: models.RoomTopic(t.ID), Kind: kind})
}

// stream sends what the keys stand for until the page or the session goes.
func (s *Site) stream(c echo.Context, keys ...live.Key) error {
	leave, ok := s.streams.enter(owner(c), c.RealIP())
	if !ok { // the page asks again, less and less often
		return c.NoContent(http.StatusTooManyRequests)
	}
	defer leave()
	conn := s.hub.Subscribe(owner(c), keys...)
	defer conn.Close()
	// Logging out ends the connections that are registered: this one is, so a
	// session that is still there will end it.
	if viewer(c).User != "" {
		session, err := s.sessions.New(c.Request(), sessionCookie)
		if err != nil {
			return err
		}
		if session.IsNew {
			live.RefuseSSE(c.Response())
			return nil
		}
	}
	defer s.presence.enter(viewer(c))()
	live.ServeSSE(c.Response(), c.Request(), conn)
	return nil
}

// streamCount counts the streams that are open, by session and by address.
type streamCount struct {
	mu   sync.Mutex
	open map[string]int
}

// enter counts one more, until leave is called; ok is false when there are too
// many. The empty session is everybody's who is not logged in, and has no limit.
func (s *streamCount) enter(session, address string) (leave func(), ok bool) {
	limits := map[string]int{"address " + address: models.StreamsPerAddress}
	if session != "" {
		limits["session "+session] = models.StreamsPerSession
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for key, most := range limits {
		if s.open[key] >= most {
			return nil, false
		}
	}
	for key := range limits {
		s.open[key]++
	}
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		for key := range limits {
			if s.open[key]--; s.open[key] == 0 {
				delete(s.open, key)
			}
		}
	}, true
}
