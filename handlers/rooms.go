package handlers

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"worldtravel/handlers/live"
	"worldtravel/models"
	"worldtravel/views"
	"worldtravel/views/words"
)

func (s *Site) showCreateRoom(c echo.Context) error {
	return render(c, http.StatusOK, views.CreateRoomPage(s.createForm(c, models.NewRoom{ID: models.NewID(), Listed: true}, nil)))
}

// createForm makes the form that opens a room, filled with what was sent before.
func (s *Site) createForm(c echo.Context, form models.NewRoom, wrong models.FieldErrors) views.CreateRoom {
	m := views.CreateRoom{
		Page: s.page(c, ""), ID: form.ID, Name: form.Name, Game: form.Game, Size: form.Size, Listed: form.Listed, Errors: wrong,
	}
	for _, g := range catalogue() {
		info := g.rules.Info()
		m.Games = append(m.Games, views.GameChoice{Slug: info.Slug, Name: info.Name, MinSeats: info.MinSeats, MaxSeats: info.MaxSeats})
	}
	if m.Game == "" {
		m.Game, m.Size = m.Games[0].Slug, m.Games[0].MaxSeats
	}
	return m
}

func (s *Site) createRoom(c echo.Context) error {
	var form struct {
		ID     string `form:"id"`
		Name   string `form:"name"`
		Game   string `form:"game"`
		Seats  int    `form:"seats"`
		Listed string `form:"listed"`
	}
	if err := c.Bind(&form); err != nil {
		return err
	}
	room := models.NewRoom{ID: form.ID, Name: form.Name, Game: form.Game, Size: form.Seats, Listed: form.Listed == "open"}
	err := s.models.Rooms.Create(c.Request().Context(), viewer(c), room)
	var wrong models.FieldErrors
	if errors.As(err, &wrong) {
		return render(c, status(err), views.CreateRoomPage(s.createForm(c, room, wrong)))
	} else if err != nil {
		return err
	}
	return redirect(c, views.RoomURL(form.ID))
}

func (s *Site) showRoom(c echo.Context) error { return s.answerRoom(c, nil) }

func (s *Site) join(c echo.Context) error {
	return s.afterForm(c, s.models.Rooms.Join(c.Request().Context(), c.Param("id"), viewer(c)))
}

func (s *Site) leave(c echo.Context) error {
	return s.afterForm(c, s.models.Rooms.Leave(c.Request().Context(), c.Param("id"), viewer(c)))
}

func (s *Site) ready(c echo.Context) error {
	var form struct {
		Ready string `form:"ready"`
	}
	if err := c.Bind(&form); err != nil {
		return err
	}
	return s.afterForm(c, s.models.Rooms.Ready(c.Request().Context(), c.Param("id"), viewer(c), form.Ready == "yes"))
}

func (s *Site) computer(c echo.Context) error {
	var form struct {
		Computer string `form:"computer"`
		Present  string `form:"present"`
	}
	if err := c.Bind(&form); err != nil {
		return err
	}
	return s.afterForm(c, s.models.Rooms.Computer(
		c.Request().Context(), c.Param("id"), viewer(c), form.Computer, form.Present == "yes"))
}

func (s *Site) start(c echo.Context) error {
	return s.afterForm(c, s.models.Rooms.Start(c.Request().Context(), c.Param("id"), viewer(c)))
}

func (s *Site) again(c echo.Context) error {
	next, err := s.models.Rooms.Again(c.Request().Context(), c.Param("id"), viewer(c))
	if err != nil {
		return s.afterForm(c, err)
	}
	return redirect(c, roomPage(c, next))
}

// afterForm answers a form on a room's page: with the page as it is now, and
// what was refused.
func (s *Site) afterForm(c echo.Context, err error) error {
	var refused *models.Error
	if err != nil && !errors.As(err, &refused) {
		return err
	}
	switch from := c.FormValue("from"); {
	case isHTMX(c):
		return s.answerFragment(c, refused)
	case from == fromStream:
		return s.answerStream(c, refused)
	case refused == nil:
		return c.Redirect(http.StatusSeeOther, roomPage(c, c.Param("id")))
	case from == views.FromText:
		return s.answerText(c, refused)
	default:
		return s.answerRoom(c, refused)
	}
}

// answerRoom shows a room as it is now.
func (s *Site) answerRoom(c echo.Context, refused *models.Error) error {
	t, err := s.models.Rooms.Open(c.Request().Context(), c.Param("id"))
	if err != nil {
		return err
	}
	kind := kindName(t, viewer(c).User)
	if err := stillViewer(c, kind); err != nil {
		return err
	}
	room := s.room(c.Request().Context(), t, viewer(c), s.config.origin(c.Request()))
	s.live(c, &room.Page, views.RoomURL(t.ID), kind)
	room.Page.Notice, room.Page.Card = refused, cardOf(words.Of(c.Request().Context()), room)
	return render(c, refusedStatus(refused), views.RoomPage(room))
}

// answerFragment answers a form that htmx sent: with what was refused, and with the
// fragment that the open pages of the viewer's kind get for what the form did. Over
// a socket that fragment comes by itself.
func (s *Site) answerFragment(c echo.Context, refused *models.Error) error {
	ctx, who, origin := c.Request().Context(), viewer(c), s.config.origin(c.Request())
	// The room as this process last saw it will do: what the form did is in it.
	t, err := s.models.Rooms.OpenAt(ctx, c.Param("id"), 1)
	if err != nil {
		return err
	}
	version, notice := s.announce(ctx, t), views.NoticeFragment(refused)
	if live.OverSocket(c.Request()) {
		return render(c, refusedStatus(refused), notice)
	}
	kind := kindOf(t, who.User, words.Of(ctx), origin)
	conn := s.hub.Subscribe(live.Viewer{}, live.Key{Topic: models.RoomTopic(t.ID), Kind: kind})
	defer conn.Close()
	if page, err := url.Parse(c.Request().Header.Get(headerPage)); err == nil {
		conn.Shown(shownVersion(page.Query(), kind))
	}
	html, err := live.Present(ctx, conn, version)
	if err != nil { // the site is being stopped, say, but the form was seen to
		return render(c, refusedStatus(refused), notice, views.RoomFragment(s.room(ctx, t, who, origin)))
	}
	return render(c, refusedStatus(refused), notice, rawHTML(html))
}

// announce tells the hub of a room that has just been read, for another process may
// have changed it, and gives the version that its pages show at least.
func (s *Site) announce(ctx context.Context, t *models.Table) int64 {
	version := pageVersion(t.Version, s.overdue(t))
	s.hub.Changed(ctx, models.RoomTopic(t.ID), version)
	return version
}

// rawHTML is a component of what was rendered before.
func rawHTML(html []byte) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := w.Write(html)
		return err
	})
}

// refusedStatus is the status of an answer that says what was refused, if anything.
func refusedStatus(refused *models.Error) int {
	if refused == nil {
		return http.StatusOK
	}
	return statuses[refused.Code]
}
