package handlers

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"worldtravel/handlers/live"
	"worldtravel/models"
	"worldtravel/views"
	"worldtravel/views/words"
)

// showPlayNow is the form of playNow by itself.
func (s *Site) showPlayNow(c echo.Context) error {
	if viewer(c).User != "" {
		return c.Redirect(http.StatusSeeOther, views.LobbyURL)
	}
	s.nameBrowser(c)
	return render(c, http.StatusOK, views.PlayPage(s.page(c, ""), views.PlayNow{Room: models.NewID()}))
}

func (s *Site) showJoin(c echo.Context) error { return s.answerJoin(c, "", nil) }

// answerJoin is the form in which a visitor takes a seat by itself, as it was sent
// before.
func (s *Site) answerJoin(c echo.Context, name string, wrong *models.Error) error {
	ctx, who := c.Request().Context(), viewer(c)
	t, err := s.models.Rooms.Open(ctx, c.Param("id"))
	if err != nil {
		return err
	}
	room := s.room(ctx, t, who, s.config.origin(c.Request()))
	if who.User != "" || room.Waiting == nil || !room.Waiting.CanJoin {
		return c.Redirect(http.StatusSeeOther, views.RoomURL(t.ID))
	}
	room.Page = s.page(c, "")
	room.Page.Card = cardOf(words.Of(ctx), room)
	s.nameBrowser(c)
	return render(c, refusedStatus(wrong), views.JoinPage(room, name, wrong))
}

// playNow brings somebody into a game against computer players at once: a visitor as
// a guest, who gives a name.
func (s *Site) playNow(c echo.Context) error {
	var form struct {
		ID   string `form:"id"`
		Name string `form:"name"`
	}
	if err := c.Bind(&form); err != nil {
		return err
	}
	who, err := s.viewerOrGuest(c, form.Name)
	var wrong models.FieldErrors
	if errors.As(err, &wrong) {
		return s.answerLobby(c, views.PlayNow{Room: form.ID, Name: form.Name, Wrong: wrong["name"]})
	} else if err != nil {
		return err
	}
	game := catalogue()[0].rules.Info()
	err = s.models.Rooms.Create(c.Request().Context(), who, models.NewRoom{
		ID: form.ID, Name: words.T(c.Request().Context(), "guest.journey", "Name", who.Name),
		Game: game.Slug, Size: game.MaxSeats, Quick: true,
	})
	if err != nil {
		return err
	}
	return redirect(c, views.RoomURL(form.ID))
}

// viewerOrGuest is the viewer, or for a visitor a new guest with the name given.
func (s *Site) viewerOrGuest(c echo.Context, name string) (models.Identity, error) {
	if who := viewer(c); who.User != "" {
		return who, nil
	}
	token := ""
	if cookie, err := c.Cookie(browserCookie); err == nil && models.ValidID(cookie.Value) {
		token = cookie.Value
	}
	who, err := s.models.Users.Guest(c.Request().Context(), token, name, network(c))
	if err != nil {
		return who, err
	}
	return who, s.logIn(c, who)
}

// joinAsGuest lets a visitor into a room with nothing but a name; whoever is logged
// in joins as usual.
func (s *Site) joinAsGuest(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if viewer(c).User != "" {
			return next(c)
		}
		switch named := c.Request().Form.Has("name"); {
		case !named && fromStreamed(c):
			return models.Refuse(models.LoginNeeded) // the page was drawn for somebody whose session has ended
		case !named: // the button in the lobby, say
			return redirect(c, views.RoomAction(c.Param("id"), "join"))
		case live.OverSocket(c.Request()):
			return models.Refuse(models.NotOverSocket)
		}
		who, err := s.viewerOrGuest(c, c.FormValue("name"))
		var wrong models.FieldErrors
		if errors.As(err, &wrong) {
			return s.answerJoin(c, c.FormValue("name"), wrong["name"])
		} else if err != nil {
			return err
		}
		c.Set("viewer", who)
		return next(c)
	}
}

// showKeep is the form in which a guest chooses a name and a password.
func (s *Site) showKeep(c echo.Context) error {
	if !viewer(c).Guest {
		return c.Redirect(http.StatusSeeOther, views.LobbyURL)
	}
	return render(c, http.StatusOK, views.KeepPage(views.Signup{
		Page: s.page(c, ""), Name: viewer(c).Name, Next: nextPath(c.QueryParam("next")),
	}))
}

// keep makes a guest a player with an account, who has all that the guest had.
func (s *Site) keep(c echo.Context) error {
	var form struct {
		Name     string `form:"name"`
		Password string `form:"password"`
		Again    string `form:"again"`
		Next     string `form:"next"`
	}
	if err := c.Bind(&form); err != nil {
		return err
	}
	who, err := s.models.Users.Keep(c.Request().Context(), viewer(c).User, models.SignUp{
		Name: form.Name, Password: form.Password, Again: form.Again,
	})
	var wrong models.FieldErrors
	if errors.As(err, &wrong) {
		return render(c, status(err), views.KeepPage(views.Signup{
			Page: s.page(c, ""), Name: form.Name, Next: nextPath(form.Next), Errors: wrong,
		}))
	} else if err != nil {
		return err
	}
	if err := s.logIn(c, who); err != nil {
		return err
	}
	return redirect(c, nextPath(form.Next))
}
