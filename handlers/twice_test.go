package handlers_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/html"

	"worldtravel/models"
	"worldtravel/views"
)

// click leads up to a button, and gives its form and the room that it is about.
type click struct {
	button string
	set    func(s *site) (f form, room string)
}

// clicks are those on every button of the site.
var clicks = []click{
	{"Sign up", func(s *site) (form, string) {
		b := s.browser()
		b.open(views.SignupURL)
		return b.form("Sign up", "name", "Ada", "password", password, "again", password), ""
	}},
	{"Log in", func(s *site) (form, string) {
		s.player("Ada")
		b := s.browser()
		b.open(views.LoginURL)
		return b.form("Log in", "name", "Ada", "password", password), ""
	}},
	{"Play now", func(s *site) (form, string) {
		b := s.browser()
		b.open("/")
		return b.form("Play now", "name", "Nell"), ""
	}},
	{"Take a seat", func(s *site) (form, string) {
		room := s.room(s.player("Ada"))
		b := s.browser()
		b.open(views.RoomURL(room))
		return b.form("Take a seat", "name", "Nell"), room
	}},
	{"Send", func(s *site) (form, string) {
		ada := s.player("Ada")
		room := s.game(ada, s.player("Ben"))
		ada.open(views.RoomURL(room))
		s.dice.load(2)
		return ada.form("Send", "typed", " ROLL "), room
	}},
	{"Log out", func(s *site) (form, string) { return s.player("Ada").form("Log out"), "" }},
	{"Save", func(s *site) (form, string) {
		ada := s.player("Ada")
		ada.open(views.EditProfileURL)
		return ada.form("Save", "about", "On the road", "bag", "3"), ""
	}},
	{"Create room", func(s *site) (form, string) {
		ada := s.player("Ada")
		ada.open(views.CreateRoomURL)
		return ada.form("Create room", "name", "Grand tour"), ""
	}},
	{"Join", func(s *site) (form, string) {
		room, ben := s.room(s.player("Ada")), s.player("Ben")
		ben.open(views.RoomURL(room))
		return ben.form("Join"), room
	}},
	{"Ready", func(s *site) (form, string) { return waiting(s, "Ready") }},
	{"Add a computer player", func(s *site) (form, string) { return waiting(s, "Add a computer player") }},
	{"Remove", func(s *site) (form, string) {
		ada := s.player("Ada")
		room := s.room(ada)
		ada.press("Add a computer player")
		return ada.form("Remove Nellie Bly"), room
	}},
	{"Leave", func(s *site) (form, string) { return waiting(s, "Leave") }},
	{"Leave, as the host,", func(s *site) (form, string) {
		ada, ben := s.player("Ada"), s.player("Ben")
		room := s.room(ada, ben)
		return ada.form("Leave"), room
	}},
	{"Start", func(s *site) (form, string) {
		ada, ben := s.player("Ada"), s.player("Ben")
		room := s.room(ada, ben)
		ben.press("Ready")
		ada.reload()
		return ada.form("Start"), room
	}},
	{"Roll", func(s *site) (form, string) {
		ada, ben := s.player("Ada"), s.player("Ben")
		room := s.game(ada, ben)
		s.dice.load(2)
		return ada.form("Roll"), room
	}},
	{"Roll, and win", func(s *site) (form, string) {
		ada, ben := s.player("Ada"), s.player("Ben")
		room := s.nearlyWon(ada, ben)
		return ada.form("Roll"), room
	}},
	{"Play on", func(s *site) (form, string) {
		ada, ben := s.player("Ada"), s.player("Ben")
		room := s.game(ada, ben)
		s.dice.load(2)
		s.clock.advance(models.PlayOnAfter)
		ben.reload()
		return ben.form("Play on for Ada"), room
	}},
	{"Leave the game", func(s *site) (form, string) {
		ada, ben := s.player("Ada"), s.player("Ben")
		room := s.game(ada, ben)
		return ada.form("Leave"), room
	}},
	{"Take back my seat", func(s *site) (form, string) {
		ada, ben := s.player("Ada"), s.player("Ben")
		room := s.game(ada, ben)
		ada.press("Leave")
		return ada.form("Take back my seat"), room
	}},
	{"Play again", func(s *site) (form, string) {
		ada, ben := s.player("Ada"), s.player("Ben")
		room := s.won(ada, ben)
		return ada.form("Play again"), room
	}},
}

// waiting gives a form of a room in which its host waits alone.
func waiting(s *site, button string) (form, string) {
	ada := s.player("Ada")
	room := s.room(ada)
	return ada.form(button), room
}

// shape tells what a click has done, but for ids and times.
func shape(s *site, room string) string {
	s.Helper()
	waiting, playing, err := s.models.Rooms.Listed(s.Context())
	s.must(err)
	text := fmt.Sprintf("%d waiting, %d playing", len(waiting), len(playing))
	if room == "" {
		return text
	}
	t := s.table(room)
	text += fmt.Sprintf(", %s, next: %t", t.Room.Stage, t.Room.Next != "")
	for _, seat := range t.Room.Seats {
		text += fmt.Sprintf(", %s%s ready: %t", seat.Name, seat.Computer, seat.Ready)
	}
	for _, line := range t.Log {
		text += fmt.Sprintf(", %d %s", line.Seat, line.Kind)
	}
	top, _, err := s.models.Results.Top(s.Context(), 0, 10)
	s.must(err)
	for _, line := range top {
		text += fmt.Sprintf(", %s won %d of %d", line.Name, line.Won, line.Played)
	}
	return text
}

func TestASecondClickDoesNothingMoreAndScoldsNobody(t *testing.T) {
	t.Parallel()
	for _, click := range clicks {
		t.Run(click.button, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			f, room := click.set(s)
			first := f.from.send(f.request())
			f.from.welcome(first)
			want := shape(s, room)
			second := f.from.send(f.request())
			f.from.welcome(second)
			if got := shape(s, room); got != want {
				t.Errorf("the second click made of\n%s\nthis:\n%s", want, got)
			}
			if second.address() != first.address() {
				t.Errorf("the first click leads to %s, the second to %s", first.address(), second.address())
			}

			s = newSite(t)
			f, room = click.set(s)
			answers := make([]*page, 4)
			var all sync.WaitGroup
			for i := range answers {
				all.Go(func() { answers[i], _ = f.from.try(f.request()) })
			}
			all.Wait()
			for _, p := range answers {
				if p == nil {
					t.Fatal("a click was not answered")
				}
				f.from.welcome(p)
			}
			if got := shape(s, room); got != want {
				t.Errorf("one click does\n%s\nfour at once\n%s", want, got)
			}

			if room == "" {
				return // htmx sends the forms of rooms only
			}
			s = newSite(t)
			f, room = click.set(s)
			for range 2 {
				p := f.from.send(f.htmx())
				f.from.welcome(p)
				if p.Header.Get("HX-Redirect") == "" && p.byID(views.PageID) == nil {
					t.Error("htmx gets neither a page nor an address")
				}
			}
			if got := shape(s, room); got != want {
				t.Errorf("one click does\n%s\ntwo by htmx\n%s", want, got)
			}
		})
	}
}

func TestNoButtonOfTheSiteIsMissingThere(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, ben := s.player("Ada"), s.player("Ben")
	waiting, over := s.room(ada), s.won(ada, ben)
	playing := s.game(ada, ben)
	for _, address := range []string{
		"/", views.LoginURL, views.SignupURL, views.CreateRoomURL, views.EditProfileURL, views.ProfileURL("Ada"),
		views.RoomURL(waiting), views.RoomURL(playing), views.RoomURL(over),
	} {
		for _, b := range []*browser{ada, ben, s.browser()} {
			for n := range b.get(address).root.Descendants() {
				known := func(c click) bool { return strings.HasPrefix(textOf(n), c.button) }
				if attr(n, "class") == "settings__choice" { // says what is wished, whatever was before
					continue
				}
				if n.Type == html.ElementNode && n.Data == "button" && !slices.ContainsFunc(clicks, known) {
					t.Errorf("the button %q on %s", textOf(n), address)
				}
			}
		}
	}
}
