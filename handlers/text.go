package handlers

import (
	"context"

	"github.com/labstack/echo/v4"

	"worldtravel/models"
	"worldtravel/models/games"
	"worldtravel/views"
	"worldtravel/views/words"
)

// textRefresh is how often a room's text version reloads itself while it waits for
// others, in seconds: seldom enough to be read from top to bottom.
const textRefresh = 8

func (s *Site) showRoomText(c echo.Context) error { return s.answerText(c, nil) }

// answerText shows a room's text version as it is now, and what was refused.
func (s *Site) answerText(c echo.Context, refused *models.Error) error {
	t, err := s.models.Rooms.Open(c.Request().Context(), c.Param("id"))
	if err != nil {
		return err
	}
	room := s.roomText(c.Request().Context(), t, viewer(c), s.config.origin(c.Request()))
	room.Page.Notice, room.Page.Prefers = refused, preferred(c)
	return render(c, refusedStatus(refused), views.TextPage(room))
}

// roomText makes the view of a room for its text version.
func (s *Site) roomText(ctx context.Context, t *models.Table, who models.Identity, origin string) views.Room {
	room := s.room(ctx, t, who, origin)
	room.Live, room.RefreshURL = "", freshText(t.ID)
	if room.Refresh > 0 {
		room.Refresh = textRefresh
	}
	if g := room.Game; g != nil {
		board, view, names := s.catalogue[t.Room.Game].board, t.Game.View(t.State, games.Seat(room.You)), tableOf(t, words.Of(ctx))
		g.Parts.Words = board.Words(view, names)
		if g.Parts.Next != nil {
			g.Parts.NextWords = board.NextWords(view, names)
		}
	}
	return room
}

// roomPage is the address of the room's page that a form leads back to: the text
// version if the form was sent from one.
func roomPage(c echo.Context, room string) string {
	if c.FormValue("from") == views.FromText {
		return freshText(room)
	}
	return views.RoomURL(room)
}

// freshText is the address of a room's text version as it will be, one that has
// not been used before: links shows what it has of an address again, whatever the
// headers say.
func freshText(room string) string { return views.RoomText(room) + "?at=" + models.NewID() }
