package handlers_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"worldtravel/handlers"
	"worldtravel/models"
	"worldtravel/views"
)

// text opens the text version of a room.
func (b *browser) text(room string) *page {
	b.Helper()
	b.welcome(b.open(views.RoomText(room)))
	return b.page
}

// stays asserts that the browser shows the text version of a room.
func (b *browser) stays(room string) {
	b.Helper()
	b.welcome(b.page)
	if got := b.page.Request.URL.Path; got != views.RoomText(room) {
		b.Errorf("the browser shows %s, want the text version of %s", got, room)
	}
}

func TestAGameIsPlayedToTheEndInTheTextVersion(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, ben := s.player("Ada"), s.player("Ben")
	room := s.room(ada)
	ada.follow("Text version")
	ada.stays(room)

	ben.text(room)
	ben.sees("Boarding: 1 of 4 seats taken")
	ben.press("[Join]")
	ben.stays(room)
	ben.press("[Ready]")
	ben.press("[Not ready]")
	ada.follow("Reload")
	ada.sees("Ben is not ready yet.")
	ben.press("[Ready]")
	ada.press("[Add a computer player, Nellie Bly]")
	ada.sees("Nellie Bly: Computer player. Ready.")
	ada.press("[Remove Nellie Bly]")
	ada.stays(room)
	ada.press("[Start]")
	ada.stays(room)

	players, rolls := []*browser{ada, ben}, 0
	for !strings.Contains(ada.page.text(), "won") {
		for _, b := range players {
			b.follow("Reload")
			if b.page.button("[Roll]") {
				b.press("[Roll]")
				b.stays(room)
				rolls++
			}
		}
		if rolls > 500 {
			t.Fatal("the game does not end")
		}
	}
	for _, b := range players {
		b.text(room)
		b.sees("Final places")
		b.sees("1st")
		if b.page.button("[Roll]") || b.page.refresh() != "" {
			t.Errorf("the page still waits for something: %s", b.page.text())
		}
		for _, entry := range []string{"Ada and Ben set off.", "Ada rolled", "won!"} {
			b.sees(entry)
		}
	}
	ada.press("[Play again]")
	next := s.table(room).Room.Next
	ada.stays(next)
	ben.press("[Play again]")
	ben.stays(next)
	ben.press("[Leave the room]")
	ben.stays(next)
	ada.press("[Leave the room]")
	ada.sees("This room has closed")
	if ada.page.refresh() != "" {
		t.Error("the page of a closed room still waits for something")
	}
}

func TestTheTextVersionSaysFirstWhoseTurnItIs(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, ben := s.player("Ada"), s.player("Ben")
	room := s.game(ada, ben)
	s.rolls(3, ada)
	s.rolls(1, ben)

	ada.text(room)
	at := 0
	for _, words := range []string{
		"Reload", "Full page", "Departures", "Round the world", "Your turn, Ada", "Ben rolled 1", "[Roll]", "[Leave the game]",
		"A 1 leads to the Pyramids of Giza (4), to enjoy the view.", "A 3 leads to 6, and by air to 15.", "A 5 leads to 8.",
		"Ada at 3: Your turn", "Ben at 1: Plays next",
		"Ada is at 3, 62 from home. Ahead: the flight 6–15 and the Pyramids of Giza (4).", "30–50", "33 Mount Fuji",
		"Ben rolled 1 and reached 1.", "Ada rolled 3 and reached 3.", "Ada and Ben set off.",
	} {
		next := strings.Index(ada.page.text()[at:], words)
		if next < 0 {
			t.Fatalf("%q does not follow on %q", words, ada.page.text()[:at])
		}
		at += next
	}
	ben.text(room)
	ben.sees("Ada’s turn")
	ben.sees("If Ada is away for a minute, you can play on.")
	if strings.Contains(ben.page.text(), "leads to") || ben.page.button("[Roll]") {
		t.Error("Ben is told of Ada's rolls, or may roll")
	}
	if title := ada.page.named("title", "Your turn, Ada · Round the world · World Travel"); title == nil {
		t.Error("the window's title does not say whose turn it is")
	}
}

func TestTheTextVersionReloadsItselfOnlyWhileOthersAreAwaited(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, ben, visitor := s.player("Ada"), s.player("Ben"), s.browser()
	reloads := func(b *browser, room, want string) {
		t.Helper()
		if got := b.text(room).refresh(); got != want {
			t.Errorf("%s reloads itself every %q seconds, want %q", b.page.address(), got, want)
		}
	}
	waiting := s.room(ada, ben)
	for _, b := range []*browser{ada, ben, visitor} {
		reloads(b, waiting, "8")
	}
	room := s.nearlyWon(ada, ben)
	reloads(ada, room, "")
	reloads(ben, room, "8")
	reloads(visitor, room, "8")
	ada.press("[Roll]")
	for _, b := range []*browser{ada, ben, visitor} {
		reloads(b, room, "")
	}
}

func TestWhatATextVersionsFormIsRefusedIsSaidAtItsTop(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	players := s.players("Ada", "Ben", "Chen", "Dora", "Eve")
	ada, ben, eve := players[0], players[1], players[4]
	full := s.room(players[0], players[1], players[2], players[3])
	playing := s.game(ada, ben)
	over := s.won(ada, ben)

	const conflict, forbidden = http.StatusConflict, http.StatusForbidden
	for _, c := range []struct {
		who    *browser
		room   string
		action string
		fields []string
		status int
		code   models.Code
		args   []any
	}{
		{who: eve, room: full, action: "join", status: conflict, code: models.RoomFull},
		{who: ben, room: full, action: "start", status: forbidden, code: models.NotHost},
		{who: eve, room: full, action: "ready", fields: []string{"ready", "yes"}, status: forbidden, code: models.NotSeated},
		{who: eve, room: full, action: "computer", fields: []string{"computer", models.Computers[0], "present", "yes"}, status: forbidden, code: models.NotHost},
		{who: ben, room: playing, action: "move", fields: []string{"n", "1", "move", "roll"}, status: conflict, code: models.NotYourTurn, args: []any{"Ada"}},
		{who: ada, room: playing, action: "move", fields: []string{"n", "1", "move", "fly"}, status: http.StatusUnprocessableEntity, code: models.Illegal},
		{who: ben, room: playing, action: "play-on", fields: []string{"n", "1"}, status: conflict, code: models.TooEarly, args: []any{"Ada"}},
		{who: eve, room: playing, action: "take-back", status: forbidden, code: models.NotSeated},
		{who: ada, room: playing, action: "again", status: conflict, code: models.NotOver},
		{who: eve, room: over, action: "again", status: forbidden, code: models.NotSeated},
	} {
		t.Run(fmt.Sprint(c.action, " ", c.code), func(t *testing.T) {
			before := s.stored(c.room)
			who := *c.who
			who.T = t
			p := who.post(views.RoomAction(c.room, c.action), append(c.fields, "from", views.FromText)...)
			who.refused(p, c.status, c.code, c.args...)
			if first := p.named("p", p.notice()); first == nil || !strings.HasPrefix(p.text(), p.notice()) || p.named("a", "Full page") == nil {
				t.Errorf("the refusal is not at the top of the text version: %s", p.text())
			}
			if after := s.stored(c.room); after != before {
				t.Errorf("the room was %s, is %s", before, after)
			}
			if p.refresh() != "" && !strings.Contains(p.body, `content="8; url=`+views.RoomText(c.room)+`?at=`) {
				t.Error("the page does not reload itself from its own address")
			}
		})
	}
}

func TestWhoseSessionHasEndedComesBackToTheTextVersion(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, ben := s.player("Ada"), s.player("Ben")
	room := s.game(ada, ben)
	ada.text(room)
	roll := ada.form("[Roll]")
	ada.post(views.LogoutURL)

	ada.page = ada.send(roll.request())
	ada.refused(ada.page, http.StatusUnauthorized, models.LoginNeeded)
	ada.press("Log in", "name", "Ada", "password", password)
	ada.stays(room)
	ada.press("[Roll]")
	ada.stays(room)
	ada.sees("Ada rolled")
}

func TestAVisitorMayReadTheTextVersionAndLogInFromIt(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, visitor := s.player("Ada"), s.browser()
	room := s.room(ada)
	s.player("Ben")
	visitor.text(room)
	for _, button := range []string{"[Join]", "[Ready]", "[Start]", "[Leave the room]", "[Add a computer player"} {
		if visitor.page.button(button) {
			t.Errorf("a visitor may press %s", button)
		}
	}
	visitor.follow("Log in to take it")
	visitor.press("Log in", "name", "Ben", "password", password)
	visitor.stays(room)
	visitor.press("[Join]")
	visitor.stays(room)
}

func TestAWatcherOfTheTextVersionSeesTheGameAndHasNoButtonsOfIt(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, ben, eve := s.player("Ada"), s.player("Ben"), s.player("Eve")
	room := s.game(ada, ben)
	s.rolls(3, ada)
	for _, b := range []*browser{eve, s.browser()} {
		b.text(room)
		b.sees("Ben’s turn")
		b.sees("Ada is at 3")
		for n := range b.page.find("main").Descendants() {
			if n.Data == "button" {
				t.Errorf("a watcher may press %s", textOf(n))
			}
		}
	}
}

func TestTheTextVersionHasNothingButWords(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, ben := s.player("Ada"), s.player("Ben")
	ada.open(views.CreateRoomURL)
	const name = `<img src=x onerror=x>"&`
	ada.press("Create room", "name", name, "seats", "2")
	room := roomOn(ada.page)
	ben.text(room)
	ben.press("[Join]")
	ben.press("[Ready]")
	for range 2 {
		ada.text(room)
		ada.sees(name)
		for n := range ada.page.root.Descendants() {
			switch n.Data {
			case "script", "iframe", "img", "style":
				t.Errorf("there is a <%s> on the text version", n.Data)
			}
		}
		if ada.page.button("[Start]") {
			ada.press("[Start]")
		}
	}
}

func TestEveryGameHasABoardInWords(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada := s.player("Ada")
	for _, game := range handlers.Games() {
		info := game.Info()
		ada.open(views.CreateRoomURL)
		ada.press("Create room", "name", info.Name, "game", info.Slug, "seats", fmt.Sprint(info.MinSeats))
		room := roomOn(ada.page)
		for ada.text(room).button("[Add a computer player") {
			ada.press("[Add a computer player")
		}
		ada.press("[Start]")
		_, board, _ := strings.Cut(ada.page.text(), "The board")
		if board, _, _ = strings.Cut(board, "Flight log"); !strings.Contains(board, "Ada") {
			t.Errorf("the board of %s in words: %q", info.Name, board)
		}
	}
}

func TestNoTwoReloadsHaveTheSameAddress(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, ben := s.player("Ada"), s.player("Ben")
	room := s.game(ada, ben)
	ada.text(room)
	addresses := map[string]bool{ada.page.address(): true}
	see := func() {
		t.Helper()
		ada.stays(room)
		if addresses[ada.page.address()] {
			t.Error("links would show the page as it was: ", ada.page.address())
		}
		addresses[ada.page.address()] = true
	}
	ada.follow("Reload")
	see()
	ada.press("[Roll]")
	see()
	ada.follow("Reload")
	see()
}

func TestThereIsNoTextVersionOfARoomThatIsNot(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser()
	b.refused(b.open(views.RoomText(models.NewID())), http.StatusNotFound, models.NoRoom)
}
