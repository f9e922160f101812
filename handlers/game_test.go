package handlers_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"worldtravel/models"
	"worldtravel/views"
)

func TestAGameIsPlayedToTheEndWithLinksAndFormsAlone(t *testing.T) {
	for seats := 2; seats <= 4; seats++ {
		t.Run(fmt.Sprintf("by %d players", seats), func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			names := []string{"Ada", "Ben", "Chen", "Dora"}[:seats]

			ada := s.browser()
			ada.keepCookie("transport", string(views.TransportNone))
			ada.open("/")
			ada.follow("Sign up")
			ada.press("Sign up", "name", "Ada", "password", password, "again", password)
			ada.sees("Welcome aboard, Ada.")
			ada.follow("Create room")
			ada.press("Create room", "name", "Grand tour", "seats", fmt.Sprint(seats))
			address := ada.page.Request.URL.String()
			ada.sees(address)

			players := []*browser{ada}
			for _, name := range names[1:] {
				b := s.browser()
				b.keepCookie("transport", string(views.TransportNone))
				b.open(address)
				b.follow("Sign up")
				b.press("Sign up", "name", name, "password", password, "again", password)
				b.press("Join")
				b.press("Ready")
				if b.page.Request.URL.String() != address {
					t.Errorf("%s stands at %s, want %s", name, b.page.Request.URL, address)
				}
				players = append(players, b)
			}
			ada.reload()
			ada.press("Start")

			winner := play(s, players)
			for i, b := range players {
				if b.reload(); b == winner {
					b.sees("You won, " + names[i])
				} else if b.page.button("Roll") || b.page.refresh() != "" {
					t.Errorf("%s's page still waits for something", names[i])
				}
			}
			finished := winner.page.address()
			if winner.page.Request.URL.String() != address {
				t.Errorf("the room has moved to %s", finished)
			}

			visitor := s.browser()
			visitor.open(finished)
			visitor.welcome(visitor.page)
			visitor.sees("set off.")
			visitor.sees("rolled")
			visitor.sees("won!")
			if visitor.page.button("Play again") || visitor.page.button("Leave") {
				t.Error("a visitor may play again, or leave")
			}
			if lines := strings.Count(visitor.page.body, "log__entry"); lines <= len(s.table(roomOn(visitor.page)).Log) {
				t.Errorf("the finished game's log has %d lines", lines)
			}

			var rooms []string
			for _, b := range players {
				b.press("Play again")
				b.welcome(b.page)
				rooms = append(rooms, b.page.address())
			}
			for _, room := range rooms {
				if room == finished || room != rooms[0] {
					t.Fatalf("Play again led from %s to %v, want one new room", finished, rooms)
				}
			}
			if next := s.table(roomOn(ada.page)).Room; len(next.Seats) != seats || next.Stage != models.StageWaiting {
				t.Errorf("the new room is %+v, want everybody waiting in it", next)
			}
		})
	}
}

// play rolls until the game is over, and gives the winner.
func play(s *site, players []*browser) (winner *browser) {
	s.Helper()
	for range 500 {
		rolled := 0
		for _, b := range players {
			b.reload()
			if b.page.refresh() == "" != b.page.button("Roll") {
				s.Errorf("refreshed every %q seconds, Roll: %t", b.page.refresh(), b.page.button("Roll"))
			}
			if !b.page.button("Roll") {
				continue
			}
			rolled++
			b.press("Roll")
			b.welcome(b.page)
			if strings.Contains(b.page.text(), "You won") {
				return b
			}
		}
		if rolled == 0 {
			s.Fatal("nobody can roll")
		}
	}
	s.Fatal("the game does not end")
	return nil
}

func TestPlayAgainMakesOneRoomHoweverManyPressIt(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, ben := s.player("Ada"), s.player("Ben")
	room := s.won(ada, ben)
	answers := make([]*page, 8)
	var all sync.WaitGroup
	for i := range answers {
		f := []*browser{ada, ben}[i%2].form("Play again")
		all.Go(func() { answers[i], _ = f.from.try(f.request()) })
	}
	all.Wait()
	next := s.table(room).Room.Next
	for _, p := range answers {
		if p == nil || roomOn(p) != next || p.notice() != "" {
			t.Errorf("Play again is answered %+v, want room %s", p, next)
		}
	}
	if seats := s.table(next).Room.Seats; len(seats) != 2 {
		t.Errorf("in the new room sit %v", seats)
	}
}

func TestAResultStandsOnTheLeaderboardAndOnBothProfiles(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, ben := s.player("Ada"), s.player("Ben")
	room := s.won(ada, ben)

	visitor := s.browser()
	visitor.open("/")
	visitor.follow("Leaderboard")
	visitor.sees("1 Ada 1 100 % 1")
	visitor.sees("2 Ben 1 0 % 0")

	visitor.follow("Ada")
	visitor.sees("Games 1 Won 1 Share won 100 %")
	visitor.sees("Round the world Ben 1st")
	visitor.follow("See the game")
	if got := roomOn(visitor.page); got != room {
		t.Errorf("the journey leads to room %s, want %s", got, room)
	}
	visitor.follow("Ben")
	visitor.sees("Games 1 Won 0 Share won 0 %")
	visitor.sees("Round the world Ada 2nd")
}

func TestAComputerPlayerRollsASecondAfterItsTurnBegan(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada := s.player("Ada")
	id := s.room(ada)
	ada.press("Add a computer player")
	ada.sees("Nellie Bly")
	ada.press("Start")
	s.rolls(2, ada)
	ada.sees("Nellie Bly’s turn")

	s.clock.advance(models.ComputerDelay)
	s.sweep()
	ada.reload()
	ada.sees("Nellie Bly rolled 2")
	if s.table(id).N != 2 || !ada.page.button("Roll") {
		t.Errorf("after the computer's move it is not Ada's turn: %s", ada.page.text())
	}
}

func TestTheOthersMayPlayOnAfterAMinuteAndTheAbsentMayComeBack(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, ben := s.player("Ada"), s.player("Ben")
	id := s.game(ada, ben)
	s.dice.load(2)
	if ben.reload().button("Play on for Ada") {
		t.Error("Ben may play on at once")
	}
	early := ben.post(views.RoomAction(id, "play-on"), "n", "1")
	ben.refused(early, http.StatusConflict, models.TooEarly, models.Seat{Name: "Ada"})

	for range models.AwayAfter {
		s.clock.advance(models.PlayOnAfter)
		if ada.reload().button("Play on for Ada") {
			t.Error("Ada may play on for herself")
		}
		ben.reload()
		ben.press("Play on for Ada")
		ben.sees("Ben played on for Ada.")
		s.rolls(1, ben)
	}
	ben.sees("Away, the computer plays")

	ada.reload()
	if ada.page.button("Roll") {
		t.Error("Ada may roll although the computer keeps her seat")
	}
	roll := ada.post(views.RoomAction(id, "move"), "n", fmt.Sprint(s.table(id).N+1), "move", "roll")
	ada.refused(roll, http.StatusConflict, models.SeatAway)
	ada.press("Take back my seat")
	ada.sees("Ada is back.")
	s.rolls(2, ada)
}

func TestWhoLeavesAGameIsPlayedOnForAndMayReturn(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, ben := s.player("Ada"), s.player("Ben")
	id := s.game(ada, ben)
	ada.press("Leave")
	ada.sees("Ada left. The computer plays on.")
	if ada.page.button("Leave") {
		t.Error("Ada may leave twice")
	}
	ada.press("Take back my seat")
	ada.sees("Ada is back.")
	s.rolls(2, ada)

	ada.press("Leave")
	ben.reload()
	ben.press("Leave")
	ben.sees("Nobody finished this game")
	if t := s.table(id); !t.Over || !t.Abandoned {
		s.Error("the game goes on without anybody")
	}
	ben.follow("Leaderboard")
	ben.sees("Nobody is ranked yet.")
}
