package handlers_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"worldtravel/models"
	"worldtravel/models/store"
	"worldtravel/models/store/storetest"
	"worldtravel/views"
)

// rows are the lines of a board of rooms on the lobby.
func (p *page) rows(id string) []string {
	var rows []string
	if board := p.byID(id); board != nil {
		for n := range board.Descendants() {
			if n.Type == html.ElementNode && n.Data == "tr" && strings.Contains(attr(n, "class"), "departures__row") {
				rows = append(rows, textOf(n))
			}
		}
	}
	return rows
}

// named opens a room of a name, for these players; secret ones are by link only.
func (s *site) named(name string, secret bool, host *browser, others ...*browser) string {
	s.Helper()
	host.open(views.CreateRoomURL)
	listed := "open"
	if secret {
		listed = "link"
	}
	host.press("Create room", "name", name, "seats", "3", "listed", listed)
	host.welcome(host.page)
	for _, b := range others {
		b.open(host.page.address())
		b.press("Join")
		b.press("Ready")
	}
	return roomOn(host.page)
}

func TestOnesOwnRoomsComeFirstAndYourTurnBeforeAll(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, ben, chen := s.player("Ada"), s.player("Ben"), s.player("Chen")
	start := func(b *browser) {
		b.reload()
		b.press("Start")
		b.welcome(b.page)
	}
	s.named("Ada begins", false, ada, ben)
	start(ada)
	s.named("Ben begins", true, ben, ada)
	start(ben)
	s.named("Not begun", false, ada)
	s.named("Without her", false, chen)

	ada.open("/")
	var names []string
	for _, row := range ada.page.rows(views.YourRoomsID) {
		name, _, _ := strings.Cut(row, " World Travel")
		names = append(names, name)
	}
	if want := []string{"Ada begins", "Not begun", "Ben begins"}; !slices.Equal(names, want) {
		t.Errorf("Ada's rooms are %q, want %q", names, want)
	}
	if strings.Index(ada.page.body, `id="`+views.YourRoomsID+`"`) > strings.Index(ada.page.body, `id="`+views.DeparturesID+`"`) {
		t.Error("Ada's rooms do not come first")
	}
	ada.follow("Play Ada begins")
	ada.press("Roll")
	ada.welcome(ada.page)
	ada.open("/")
	if rows := ada.page.rows(views.YourRoomsID); strings.Contains(strings.Join(rows, " "), "Your turn") {
		t.Errorf("after her move Ada's rooms are %q", rows)
	}
}

func TestTheLobbyTellsAVisitorWhatThisIsAndHowToBegin(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, ben := s.player("Ada"), s.player("Ben")
	s.named("Open to all", false, ada)
	s.named("Soon full", false, ada, ben, s.player("Chen"))
	s.won(ada, ben)
	s.game(ada, ben)

	visitor := s.browser()
	visitor.open("/")
	visitor.sees("Race your friends round the world.")
	for _, link := range []string{"Sign up", "Log in", "Leaderboard", "Create room", "Watch Round the world"} {
		if visitor.page.named("a", link) == nil {
			t.Errorf("a visitor finds no link %q", link)
		}
	}
	visitor.sees("Open to all World Travel")
	visitor.sees("1/3 Boarding Join Open to all")
	visitor.sees("3/3 Full Watch Soon full")
	visitor.sees("2/4 Departed Watch Round the world")
	visitor.sees("1 Ada 1 2 Ben 0")
	for _, name := range []string{"Ada", "Ben", "Chen"} {
		if visitor.page.named("a", name) == nil {
			t.Errorf("%s is not online", name)
		}
	}
	if visitor.page.refresh() == "" {
		t.Error("the lobby stands still without JavaScript")
	}
	visitor.follow("Create room")
	visitor.refused(visitor.page, http.StatusUnauthorized, models.LoginNeeded)
}

func TestARoomByLinkIsListedToNobodyElseAndOpenToWhoeverHasTheAddress(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, ben, eve, visitor := s.player("Ada"), s.player("Ben"), s.player("Eve"), s.browser()
	nowhere := func(when string, others ...*browser) {
		t.Helper()
		for _, b := range others {
			for _, address := range []string{"/", "/leaderboard", views.ProfileURL("Ada"), views.ProfileURL("Ben")} {
				if p := b.get(address); strings.Contains(p.text(), "Hush") || strings.Contains(p.body, roomOn(ada.page)) {
					t.Errorf("%s it stands on %s", when, address)
				}
			}
			if e := b.listen("/live").next(); strings.Contains(e.data, "Hush") {
				t.Errorf("%s it is in the lobby's stream", when)
			}
		}
	}
	room := s.named("Hush", true, ada, ben)
	nowhere("waiting", eve, visitor)
	if rows := ben.open("/").rows(views.YourRoomsID); len(rows) != 1 || !strings.HasPrefix(rows[0], "Hush") {
		t.Errorf("Ben's own rooms are %q", rows)
	}
	for _, b := range []*browser{eve, visitor} {
		b.welcome(b.open(views.RoomURL(room)))
		b.sees("Hush")
		b.live().until("Hush")
	}
	ada.open(views.RoomURL(room))
	ada.press("Start")
	nowhere("in play", eve, visitor)
	s.untilNearlyWon(room)
	ada.reload()
	ada.press("Roll")
	ada.sees("You won")
	nowhere("over", eve, visitor)
	ben.open(views.ProfileURL("Ben"))
	ben.sees("Hush Ada 2nd")
}

func TestTheNextRequestSeesWhatHasChangedInTheLobby(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, ben, visitor := s.player("Ada"), s.player("Ben"), s.browser()
	lobby := func(words string, there bool) {
		t.Helper()
		if visitor.open("/"); strings.Contains(visitor.page.text(), words) != there {
			t.Errorf("%q is in the lobby: %t\n%s", words, !there, visitor.page.text())
		}
	}
	lobby("Grand tour", false)
	s.named("Grand tour", false, ada)
	lobby("1/3 Boarding Join Grand tour", true)
	ben.open("/")
	ben.press("Join Grand tour")
	lobby("2/3 Last seat Join Grand tour", true)
	ben.press("Ready")
	ada.reload()
	ada.press("Start")
	lobby("2/3 Departed Watch Grand tour", true)
	lobby("Ada 0 per cent of the way", false) // which is for those who can't see it
	ada.press("Leave")
	ben.reload()
	ben.press("Leave")
	lobby("Grand tour", false)
	lobby("Chen", false)
	s.player("Chen")
	lobby("Chen", true)
}

func TestWhoLogsOutIsNoLongerOnline(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, visitor := s.player("Ada"), s.browser()
	online := func(want bool) {
		t.Helper()
		if got := visitor.open("/").named("a", "Ada") != nil; got != want {
			t.Errorf("Ada is online: %t", got)
		}
	}
	streams := []*stream{ada.listen("/live"), ada.listen("/live")}
	for _, stream := range streams {
		stream.next()
	}
	online(true)
	ada.press("Log out")
	for _, stream := range streams {
		stream.ends()
	}
	online(false)

	one, two := s.logIn("Ada"), s.logIn("Ada")
	stream := two.listen("/live")
	stream.next()
	one.press("Log out")
	online(true)
	two.press("Log out")
	stream.ends()
	online(false)
}

func TestWhoIsGoneWithoutAWordIsOnlineForTwoMinutesMore(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.player("Ada")
	ben := s.player("Ben")
	stream := ben.listen("/live")
	stream.next()
	visitor := s.browser()
	s.clock.advance(119 * time.Second)
	visitor.open("/")
	visitor.sees("Ada Ben")
	s.clock.advance(2 * time.Second)
	s.player("Chen").press("Log out") // has the list looked through
	visitor.open("/")
	if visitor.page.named("a", "Ada") != nil || visitor.page.named("a", "Ben") == nil {
		t.Errorf("after two minutes, with Ben's page open: %s", visitor.page.text())
	}
}

func TestALobbyThatCouldNotBeReadIsReadAgain(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser()
	s.failOnce("rooms", "find")
	b.refused(b.get("/"), http.StatusServiceUnavailable, models.Unavailable)
	b.welcome(b.get("/"))
}

func TestALobbyThatCouldNotBeReadAndIsTheSameAsBeforeTroublesNoStream(t *testing.T) {
	t.Parallel()
	s := newSite(t) // which fails when a fault is logged
	ada, visitor := s.player("Ada"), s.browser()
	stream := visitor.listen("/live") // before there is a room, so that nothing is still to come
	s.room(ada)
	stream.until("Round the world")
	failed := make(chan struct{})
	hook := func(op storetest.Op) error {
		if op.Collection != "standings" || op.Kind != "find" {
			return nil
		}
		s.db.hook.Store(nil)
		close(failed)
		return store.ErrAway
	}
	s.db.hook.Store(&hook)
	ada.press("Ready") // which the lobby does not show
	<-failed
	s.named("Grand tour", false, ada)
	stream.until("Grand tour")
}
