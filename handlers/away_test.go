package handlers_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"worldtravel/models"
	"worldtravel/models/store"
	"worldtravel/models/store/storetest"
	"worldtravel/public"
	"worldtravel/views"
)

func TestWhileTheDatabaseIsAwayEveryPageSaysSoAndThenGoesOn(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, ben, visitor := s.player("Ada"), s.player("Ben"), s.browser()
	room := s.game(ada, ben)
	before := s.stored(room)
	roll, leave := ada.form("Roll"), ben.form("Leave")
	visitor.open(views.LoginURL)
	login := visitor.form("Log in", "name", "Ada", "password", password)
	visitor.open(views.SignupURL)
	signup := visitor.form("Sign up", "name", "Chen", "password", password, "again", password)

	s.faults.expected = true
	s.db.away.Store(true)
	s.clock.advance(models.SweepEvery) // the lobby's cache has run out
	away := func(b *browser, p *page) {
		t.Helper()
		b.refused(p, http.StatusServiceUnavailable, models.Unavailable)
		if p.Header.Get("Retry-After") == "" {
			t.Errorf("%s does not say when to come again", p.address())
		}
		if reloads := p.Header.Get("Refresh") != ""; reloads != (p.Request.Method == http.MethodGet) {
			t.Errorf("%s %s reloads itself: %t", p.Request.Method, p.address(), reloads)
		}
		if p.cookie() != nil {
			t.Errorf("%s sets %v", p.address(), p.cookie())
		}
	}
	for _, address := range []string{
		"/", "/leaderboard", "/players/ada", views.CreateRoomURL, views.EditProfileURL, views.RoomURL(room), "/live",
		views.RoomLive(room, "seat"), "/nowhere",
	} {
		away(ada, ada.get(address))
	}
	for _, address := range []string{"/", "/leaderboard", "/players/ada", views.RoomURL(room)} {
		away(visitor, visitor.get(address))
	}
	for _, f := range []form{roll, leave, login, signup} {
		away(f.from, f.from.send(f.request()))
		away(f.from, f.from.send(f.htmx()))
	}
	visitor.welcome(visitor.get(views.LoginURL))
	if p := visitor.get(public.URL("css/site.css")); p.StatusCode != http.StatusOK {
		t.Errorf("a style sheet is answered %d", p.StatusCode)
	}

	s.db.away.Store(false)
	if after := s.stored(room); after != before {
		t.Errorf("the room was %s, is %s", before, after)
	}
	s.dice.load(2)
	ada.welcome(ada.send(roll.request()))
	visitor.welcome(visitor.send(signup.request()))
	ada.welcome(ada.open("/"))
	ada.sees("Welcome aboard, Ada.")
}

func TestAWriteThatFailedCanBeRepeated(t *testing.T) {
	t.Parallel()
	for _, collection := range []string{"users", "names", "sessions"} {
		s := newSite(t)
		b := s.browser()
		b.open(views.SignupURL)
		signup := b.form("Sign up", "name", "Ada", "password", password, "again", password)
		s.failOnce(collection, "insert")
		b.refused(b.send(signup.request()), http.StatusServiceUnavailable, models.Unavailable)
		b.welcome(b.send(signup.request()))
		b.welcome(b.open("/"))
		b.sees("Welcome aboard, Ada.")
	}
	for _, c := range []struct{ button, collection, kind string }{
		{"Roll", "moves", "insert"}, {"Leave", "moves", "insert"}, {"Play again", "rooms", "update"}, {"Play again", "rooms", "insert"},
	} {
		s := newSite(t)
		ada, ben := s.player("Ada"), s.player("Ben")
		room := ""
		if c.button == "Play again" {
			room = s.won(ada, ben)
		} else {
			room = s.game(ada, ben)
		}
		s.dice.load(2)
		f := ada.form(c.button)
		s.failOnce(c.collection, c.kind)
		ada.refused(ada.send(f.request()), http.StatusServiceUnavailable, models.Unavailable)
		n := s.table(room).N
		ada.welcome(ada.send(f.request()))
		if t := s.table(room); c.collection == "moves" && t.N != n+1 {
			s.Errorf("%s was repeated, and the log has %d entries after %d", c.button, t.N, n)
		}
	}
}

// failOnce lets the next operation of a kind on a collection fail.
func (s *site) failOnce(collection, kind string) {
	s.faults.expected = true
	hook := func(op storetest.Op) error {
		if op.Collection != collection || op.Kind != kind {
			return nil
		}
		s.db.hook.Store(nil)
		return fmt.Errorf("%w: the test lets it fail", store.ErrAway)
	}
	s.db.hook.Store(&hook)
}

func TestAFaultOfOursIsAPageThatSaysSoAndTellsNothingMore(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser()
	b.open("/")
	for name, fault := range map[string]func(storetest.Op) error{
		"an error": func(storetest.Op) error { return errors.New("secret") },
		"a panic":  func(storetest.Op) error { panic("secret") },
	} {
		s.db.hook.Store(&fault)
		p := b.get(views.RoomURL(models.NewID()))
		s.db.hook.Store(nil)
		if logged := s.faults.next(t); !strings.Contains(logged, "secret") {
			t.Errorf("%s is logged as %s", name, logged)
		}
		if p.StatusCode < http.StatusInternalServerError || len(p.body) == 0 || p.named("a", "To the departures") == nil {
			t.Errorf("%s is answered %d", name, p.StatusCode)
		}
		if strings.Contains(p.body, "secret") {
			t.Errorf("%s is on the page", name)
		}
	}
}
