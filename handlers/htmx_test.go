package handlers_test

import (
	"net/http"
	"strings"
	"testing"

	"worldtravel/models"
	"worldtravel/views"
)

// version is that of a live part of a page.
func (p *page) version(id string) string {
	if n := p.byID(id); n != nil {
		return attr(n, "data-version")
	}
	return ""
}

// fragment asserts that an answer is the notice and the room at its present
// version, and nothing round them.
func (b *browser) fragment(p *page, room string) {
	b.Helper()
	if strings.Contains(p.body, "<html") || p.byID(views.NoticeID) == nil || p.byID(views.PageID) == nil {
		b.Errorf("htmx is answered %s", p.body)
	}
	if got, want := p.version(views.PageID), b.get(views.RoomURL(room)).version(views.PageID); got == "" || got != want {
		b.Errorf("htmx is answered version %q, the page is at %q", got, want)
	}
}

func TestHtmxIsAnsweredTheNoticeAndThePageAtItsPresentVersion(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, ben := s.player("Ada"), s.player("Ben")
	room := s.room(ada)
	ben.open(views.RoomURL(room))
	ben.page = ben.send(ben.form("Join").htmx())
	ben.welcome(ben.page)
	ben.fragment(ben.page, room)
	ben.welcome(ben.send(ben.form("Ready").htmx()))

	ada.reload()
	ada.page = ada.send(ada.form("Start").htmx())
	ada.welcome(ada.page)
	ada.fragment(ada.page, room)
	s.dice.load(2)
	roll := ada.form("Roll")
	ada.page = ada.send(roll.htmx())
	ada.fragment(ada.page, room)
	ada.sees("Ada rolled 2")

	early := ben.request(http.MethodPost, views.RoomAction(room, "move"), values("n", "1", "move", "roll"))
	early.Header.Set("HX-Request", "true")
	old := ben.send(early)
	ben.refused(old, http.StatusConflict, models.OldVersion)
	ben.fragment(old, room)
}

func TestHtmxIsSentToOtherPagesByAHeader(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, ben := s.player("Ada"), s.player("Ben")
	room := s.won(ada, ben)
	again := ada.send(ada.form("Play again").htmx())
	next := again.Header.Get("HX-Redirect")
	if again.StatusCode != http.StatusOK || next != views.RoomURL(s.table(room).Room.Next) {
		t.Errorf("Play again is answered %d and leads to %q", again.StatusCode, next)
	}
	ada.open(next)
	ada.sees("Ada")

	ready := ada.form("Ready")
	ada.press("Log out")
	p := ada.send(ready.htmx())
	if to := p.Header.Get("HX-Redirect"); to != views.LoginURLTo(next) {
		t.Errorf("whoever is logged out is sent to %q", to)
	}
	ada.open(p.Header.Get("HX-Redirect"))
	ada.press("Log in", "name", "Ada", "password", password)
	if ada.page.address() != next {
		t.Errorf("logging in leads to %s, not back to %s", ada.page.address(), next)
	}
}

func TestHtmxIsToldInWordsWhatThereIsNoPageFor(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada := s.player("Ada")
	room := s.room(ada)
	for _, c := range []struct {
		address string
		fields  []string
		status  int
		code    models.Code
	}{
		{views.RoomAction(models.NewID(), "join"), nil, http.StatusNotFound, models.NoRoom},
		{views.RoomAction(room, "move"), []string{"n", "x"}, http.StatusBadRequest, models.BadRequest},
		{views.RoomAction(room, "ready"), []string{"ready", strings.Repeat("x", 65<<10)}, http.StatusRequestEntityTooLarge, models.TooLarge},
		{"/nowhere", nil, http.StatusNotFound, models.NotFound},
		{"/leaderboard", nil, http.StatusMethodNotAllowed, models.WrongMethod},
	} {
		r := ada.request(http.MethodPost, c.address, values(c.fields...))
		r.Header.Set("HX-Request", "true")
		p := ada.send(r)
		ada.refused(p, c.status, c.code)
		if p.notice() == "" || strings.Contains(p.body, "<html") {
			t.Errorf("%s is answered %s", c.address, p.body)
		}
	}
}
