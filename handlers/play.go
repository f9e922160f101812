package handlers

import (
	"github.com/labstack/echo/v4"

	"worldtravel/models/games"
)

// move makes the viewer's move. n is the number that the page was drawn with.
func (s *Site) move(c echo.Context) error {
	var form struct {
		N    int        `form:"n"`
		Move games.Move `form:"move"`
	}
	if err := c.Bind(&form); err != nil {
		return err
	}
	return s.afterForm(c, s.models.Rooms.Move(c.Request().Context(), c.Param("id"), viewer(c), form.N, form.Move))
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
