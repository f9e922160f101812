package handlers_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"worldtravel/models"
	"worldtravel/views"
)

func TestAVisitorIsInAGameWithOneNameAndOnePress(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser()
	b.open("/")
	b.press("Play now", "name", "Nell")
	b.welcome(b.page)
	room := s.table(roomOn(b.page))
	if seats := room.Room.Seats; room.Room.Stage != models.StagePlaying || len(seats) != 4 || seats[0].Name != "Nell" || !seats[0].Guest {
		t.Errorf("the game is %s, with %v", room.Room.Stage, seats)
	}
	b.sees("Your turn, Nell")
	if !strings.Contains(b.page.body, `class="guest"`) {
		t.Error("the guest is not marked as one")
	}
	b.press("Roll")
	b.sees("Nell rolled")
}

func TestANameThatWillNotDoIsSaidBesideIt(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for name, code := range map[string]models.Code{"": models.NameLength, strings.Repeat("n", 21): models.NameLength, "a b": models.NameLetters, "<b>": models.NameLetters} {
		b := s.browser()
		b.open("/")
		b.press("Play now", "name", name)
		if b.page.StatusCode != http.StatusUnprocessableEntity || b.page.byID("guest-name-error") == nil {
			t.Errorf("%q (%s) is answered %d: %s", name, code, b.page.StatusCode, b.page.text())
		}
		if got := attr(b.page.byID("guest-name"), "value"); got != name {
			t.Errorf("%q is to be typed again, there stands %q", name, got)
		}
	}
}

func TestAGuestTakesASeatByAnInvitation(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada := s.player("Ada")
	room := s.room(ada)
	guest := s.browser()
	guest.open(views.RoomURL(room))
	guest.press("Take a seat", "name", "Nell")
	guest.welcome(guest.page)
	if got := guest.page.address(); got != views.RoomURL(room) {
		t.Errorf("the page is %s", got)
	}
	if seats := s.table(room).Room.Seats; len(seats) != 2 || seats[1].Name != "Nell" || !seats[1].Guest {
		t.Errorf("there sit %v", seats)
	}
	ada.reload()
	ada.sees("Nell guest")
	if ada.page.named("a", "Nell") != nil {
		t.Error("a guest's name leads to a profile that there is not")
	}
}

func TestAVisitorWhoJoinsFromTheLobbyIsAskedForAName(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	room := s.room(s.player("Ada"))
	b := s.browser()
	b.open("/")
	b.press("Join")
	if got := b.page.address(); got != views.RoomAction(room, "join") {
		t.Fatalf("the page is %s", got)
	}
	b.press("Take a seat", "name", "Nell")
	if got := b.page.address(); got != views.RoomURL(room) || len(s.table(room).Room.Seats) != 2 {
		t.Errorf("the page is %s, and there sit %v", got, s.table(room).Room.Seats)
	}
}

func TestAGuestKeepsEverything(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada := s.player("Ada")
	guest := s.browser()
	room := s.room(ada)
	guest.open(views.RoomURL(room))
	guest.press("Take a seat", "name", "Nell")
	user := s.table(room).Room.Seats[1].User

	guest.open(views.KeepURL)
	guest.press("Keep everything", "name", "Nellie", "password", password, "again", "another")
	if guest.page.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("two passwords are answered %d", guest.page.StatusCode)
	}
	guest.press("Keep everything", "name", "Nellie", "password", password, "again", password)
	guest.welcome(guest.page)
	if who := s.identity("Nellie"); who.User != user {
		t.Errorf("the account is %s, the guest was %s", who.User, user)
	}
	guest.open(views.RoomURL(room))
	if !guest.page.button("Ready") {
		t.Error("the seat is lost")
	}
	guest.open(views.ProfileURL("Nellie"))
	guest.welcome(guest.page)
	elsewhere := s.browser()
	elsewhere.open(views.LoginURL)
	elsewhere.press("Log in", "name", "Nellie", "password", password)
	elsewhere.sees("Welcome aboard, Nellie")
}

func TestAGuestWhoKeepsAWonGameComesBackToIt(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	guest := s.guest("Nell")
	room := s.won(guest, s.player("Ben"))
	guest.follow("Keep my journeys")
	if later := guest.page.named("a", "Not now"); later == nil || attr(later, "href") != views.RoomURL(room) {
		t.Error("who keeps nothing does not come back to the game")
	}
	guest.press("Keep everything", "name", "Nellie", "password", password, "again", password)
	if guest.page.address() != views.RoomURL(room) {
		t.Errorf("who keeps everything comes to %s", guest.page.address())
	}
}

func TestTheFormThatKeepsLeadsBackWithinTheSite(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for next, want := range map[string]string{
		"/leaderboard": "/leaderboard", "": "/", "https://evil.example/": "/", "//evil.example": "/", `/\evil.example`: "/",
	} {
		guest := s.guest("Nell")
		guest.open(views.KeepURL + "?" + values("next", next).Encode())
		f := guest.form("Keep everything", "password", password, "again", "another")
		guest.page = guest.send(f.request()) // next is not lost by a form that was wrong
		f = guest.form("Keep everything", "name", "Kept"+models.NewID()[:6], "password", password, "again", password)
		for _, sent := range []string{f.fields.Get("next"), next} {
			f.fields.Set("next", sent)
			if to := guest.hop(f.request()).Header.Get("Location"); to != want {
				t.Errorf("from next=%q it leads to %q, want %q", next, to, want)
			}
		}
	}
}

func TestOnlyAGuestIsAskedWhetherToKeep(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada := s.player("Ada")
	if p := ada.open(views.KeepURL); p.address() != views.LobbyURL {
		t.Errorf("a player is led to %s", p.address())
	}
	p := ada.post(views.KeepURL, "name", "Adele", "password", password, "again", password)
	ada.refused(p, http.StatusConflict, models.NotGuest, "Ada")
	visitor := s.browser()
	visitor.open(views.LobbyURL)
	visitor.refused(visitor.post(views.KeepURL, "name", "Eve", "password", password, "again", password), http.StatusUnauthorized, models.LoginNeeded)
	guest := s.guest("Nell")
	guest.open(views.KeepURL)
	guest.press("Keep everything", "name", "ADA", "password", password, "again", password)
	guest.refused(guest.page, http.StatusUnprocessableEntity, models.NameTaken, "ADA")
}

func TestAGuestsGamesCountOnceTheGuestIsKept(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, guest := s.player("Ada"), s.browser()
	room := s.room(ada)
	guest.open(views.RoomURL(room))
	guest.press("Take a seat", "name", "Nell")
	guest.press("Ready")
	ada.reload()
	ada.press("Start")
	s.untilNearlyWon(room)
	ada.reload()
	ada.press("Roll")
	ada.sees("You won")
	visitor := s.browser()
	visitor.open(views.LeaderboardURL)
	visitor.sees("1 Ada 1 100 % 1")
	if strings.Contains(visitor.page.text(), "Nell") {
		t.Error("a guest is ranked")
	}
	guest.open(views.KeepURL)
	guest.press("Keep everything", "name", "Nellie", "password", password, "again", password)
	visitor.reload()
	visitor.sees("2 Nellie 1 0 % 0")
}

func TestAGuestHasAProfileOfOnesOwnAndNoneByName(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser()
	b.open("/")
	b.press("Play now", "name", "Nell")
	b.welcome(b.open(views.OwnProfileURL))
	b.sees("Nell")
	b.refused(b.open(views.ProfileURL("Nell")), http.StatusNotFound, models.NoPlayer, "Nell")
}

func TestWhoeverPlaysAsAGuestAfterAGuestIsSomebodyElse(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser()
	b.open("/")
	b.press("Play now", "name", "Nell")
	first := s.table(roomOn(b.page)).Room.Seats[0].User
	b.press("Forget this guest")
	b.open("/")
	b.press("Play now", "name", "Nell")
	if second := s.table(roomOn(b.page)).Room.Seats[0].User; second == first {
		t.Error("the next guest in this browser has what the one before had")
	}
}

func TestAFormThatABrowserSendsTwiceMakesOneGuestInOneRoom(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser()
	b.open(views.LobbyURL)
	f := b.form("Play now", "name", "Nell")
	sending := []*browser{s.browser(), s.browser(), s.browser()} // each as the browser is before an answer
	var all sync.WaitGroup
	for _, b := range sending {
		b.keepCookie("browser", f.from.cookie("browser"))
		all.Go(func() { b.page, _ = b.try(f.request()) })
	}
	all.Wait()
	for _, b := range sending {
		if b.page == nil || roomOn(b.page) != f.fields.Get("id") {
			t.Fatalf("answered %+v", b.page)
		}
		b.welcome(b.page)
		b.sees("Your turn, Nell")
	}
	if _, playing, err := s.models.Rooms.Listed(t.Context()); err != nil || len(playing) > 1 {
		t.Errorf("there are %d games: %v", len(playing), err)
	}
}

func TestAnAccountCannotBeHadByTheFormForGuests(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	first := s.browser()
	first.open(views.LobbyURL)
	cookie := first.cookie("browser")
	first.press("Play now", "name", "Nell")
	first.open(views.KeepURL)
	first.press("Keep everything", "name", "Nellie", "password", password, "again", password)

	second := s.browser()
	second.keepCookie("browser", cookie)
	second.open(views.LobbyURL)
	second.press("Play now", "name", "Nellie")
	seat := s.table(roomOn(second.page)).Room.Seats[0]
	if !seat.Guest || seat.User == s.identity("Nellie").User {
		t.Errorf("the one who knows the cookie of a guest that was kept is %+v", seat)
	}
}

func TestWhoIsLoggedInPlaysAtOnceAsOneself(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada := s.player("Ada")
	ada.page = ada.post(views.PlayURL, "id", models.NewID(), "name", "Nell")
	if seat := s.table(roomOn(ada.page)).Room.Seats[0]; seat.Guest || seat.Name != "Ada" {
		t.Errorf("at the table sits %+v", seat)
	}
}

func TestAGuestHasToTakeASeatOverHTTPForASocketBringsNoCookie(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	room := s.room(s.player("Ada"))
	visitor := s.browser()
	visitor.open(views.RoomURL(room))
	before := s.stored(room)
	p := visitor.socket().post(views.RoomAction(room, "join"), "name=Nell")
	visitor.refused(p, http.StatusForbidden, models.NotOverSocket)
	if after := s.stored(room); after != before {
		t.Errorf("the room was %s, is %s", before, after)
	}
}

func TestAGuestOfANameThatIsAtTheTableIsToldFromTheOther(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	room := s.room(s.player("Ada"))
	guest := s.browser()
	guest.open(views.RoomURL(room))
	guest.press("Take a seat", "name", "ADA")
	guest.welcome(guest.page)
	guest.sees("ADA 2")
}

func TestAGuestWhoCannotSitDownIsToldWhy(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	players := s.players("Ada", "Ben", "Chen", "Dora")
	room := s.room(players[0])
	late, misspelt := s.browser(), s.browser()
	for _, b := range []*browser{late, misspelt} {
		b.open(views.RoomURL(room))
	}
	misspelt.press("Take a seat", "name", "a b")
	if got := attr(misspelt.page.byID("guest-name"), "value"); misspelt.page.StatusCode != http.StatusUnprocessableEntity || misspelt.page.byID("guest-name-error") == nil || got != "a b" {
		t.Errorf("answered %d, %q stands in the field: %s", misspelt.page.StatusCode, got, misspelt.page.text())
	}
	misspelt.press("Take a seat", "name", "Nell")
	misspelt.welcome(misspelt.page)
	for _, b := range players[1:3] {
		b.open(views.RoomURL(room))
		b.press("Join")
	}
	late.press("Take a seat", "name", "Otto")
	late.refused(late.page, http.StatusConflict, models.RoomFull)
	if seats := s.table(room).Room.Seats; len(seats) != 4 {
		t.Errorf("there sit %v", seats)
	}
}

func TestTooManyGuestsOfOneAddressAreRefused(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for range models.GuestsPerAddress {
		b := s.browser()
		b.welcome(b.post(views.PlayURL, "id", models.NewID(), "name", "Nell"))
	}
	b := s.browser()
	p := b.post(views.PlayURL, "id", models.NewID(), "name", "Nell")
	if p.StatusCode != http.StatusTooManyRequests || !strings.Contains(p.text(), "minute") {
		t.Errorf("answered %d: %s", p.StatusCode, p.text())
	}
	s.clock.advance(models.GuestTime)
	b.welcome(b.post(views.PlayURL, "id", models.NewID(), "name", "Nell"))
}
