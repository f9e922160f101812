package handlers

import (
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"worldtravel/models/games"
	"worldtravel/views/words"
)

// move makes the viewer's move, by a button or typed. n is the number that the page was
// drawn with.
func (s *Site) move(c echo.Context) error {
	var form struct {
		N     int        `form:"n"`
		Move  games.Move `form:"move"`
		Typed string     `form:"typed"`
	}
	if err := c.Bind(&form); err != nil {
		return err
	}
	if form.Typed != "" {
		var err error
		if form.Move, err = s.typedMove(c, form.Typed); err != nil {
			return err
		}
	}
	return s.afterForm(c, s.models.Rooms.Move(c.Request().Context(), c.Param("id"), viewer(c), form.N, form.Move))
}

// typedMove is the move whose button says the word in the viewer's language; a word that
// is on no button is taken for a move as it is.
func (s *Site) typedMove(c echo.Context, word string) (games.Move, error) {
	ctx := c.Request().Context()
	t, err := s.models.Rooms.Open(ctx, c.Param("id"))
	if err != nil {
		return "", err
	}
	seat := games.Seat(t.Room.SeatOf(viewer(c).User))
	if !slices.Contains(t.ToAct(), seat) {
		return games.Move(word), nil
	}
	button, l := s.catalogue[t.Room.Game].board.Button, words.Of(ctx)
	for _, move := range t.Game.Legal(t.State, seat) {
		if strings.EqualFold(strings.TrimSpace(word), button(move, l)) {
			return move, nil
		}
	}
	return games.Move(word), nil
}

// playOn makes the move of a player who has been away too long.
func (s *Site) playOn(c echo.Context) error {
	var form struct {
		N int `form:"n"`
	}
	if err := c.Bind(&form); err != nil {
		return err
	}
	return s.afterForm(c, s.models.Rooms.PlayOn(c.Request().Context(), c.Param("id"), viewer(c), form.N))
}

// takeBack gives the viewer the seat back that the computer keeps.
func (s *Site) takeBack(c echo.Context) error {
	return s.afterForm(c, s.models.Rooms.TakeBack(c.Request().Context(), c.Param("id"), viewer(c)))
}
