package handlers

import (
	"errors"

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
