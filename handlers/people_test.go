package handlers_test

import (
	"strings"

	"worldtravel/models"
	"worldtravel/models/games/worldtravel"
	"worldtravel/views"
)

const password = "round the world in 80 days"

// player signs somebody up, in a browser of one's own.
func (s *site) player(name string) *browser {
	s.Helper()
	b := s.browser()
	b.open(views.SignupURL)
	b.press("Sign up", "name", name, "password", password, "again", password)
	b.welcome(b.page)
	return b
}

// guest plays at once, in a browser of one's own.
func (s *site) guest(name string) *browser {
	s.Helper()
	b := s.browser()
	b.open(views.LobbyURL)
	b.press("Play now", "name", name)
	b.welcome(b.page)
	return b
}

func (s *site) players(names ...string) []*browser {
	s.Helper()
	var players []*browser
	for _, name := range names {
		players = append(players, s.player(name))
	}
	return players
}

// logIn logs a player in, in another browser.
func (s *site) logIn(name string) *browser {
	s.Helper()
	b := s.browser()
	b.open(views.LoginURL)
	b.press("Log in", "name", name, "password", password)
	b.welcome(b.page)
	return b
}

// room opens a room; the others join it. All of them look at it then.
func (s *site) room(host *browser, others ...*browser) string {
	s.Helper()
	host.open(views.CreateRoomURL)
	host.press("Create room", "name", "Round the world", "seats", "4")
	host.welcome(host.page)
	for _, b := range others {
		b.open(host.page.address())
		b.press("Join")
		b.welcome(b.page)
	}
	return roomOn(host.page)
}

// roomOn is the id of the room that a page shows.
func roomOn(p *page) string { return strings.TrimPrefix(p.Request.URL.Path, views.RoomsURL+"/") }

// game starts a game of these players, who all look at it then.
func (s *site) game(host *browser, others ...*browser) string {
	s.Helper()
	id := s.room(host, others...)
	for _, b := range others {
		b.reload()
		b.press("Ready")
	}
	host.reload()
	host.press("Start")
	host.welcome(host.page)
	for _, b := range others {
		b.reload()
	}
	return id
}

// rolls lets players roll in turn, each this face.
func (s *site) rolls(face int, players ...*browser) {
	s.Helper()
	s.dice.load(face)
	for _, b := range players {
		b.reload()
		b.press("Roll")
		b.welcome(b.page)
	}
}

// nearlyWon plays a game of two that the winner begins and wins with the next
// roll, a five.
func (s *site) nearlyWon(winner, loser *browser) string {
	s.Helper()
	id := s.game(winner, loser)
	s.untilNearlyWon(id)
	winner.reload()
	return id
}

// untilNearlyWon plays a game of two until the first wins with the next roll: the
// other goes to and fro between 6 and 15, and sees no landmark. It takes the short
// way past the pages.
func (s *site) untilNearlyWon(room string) {
	s.Helper()
	for {
		t := s.table(room)
		state := t.State.(worldtravel.State)
		s.dice.load(5)
		if state.Turn != 0 {
			s.dice.load(1)
		} else if state.Travellers[0].Place+5 >= worldtravel.Home {
			return
		}
		who := models.Identity{User: t.Room.Seats[state.Turn].User}
		s.must(s.models.Rooms.Move(s.Context(), room, who, t.N+1, worldtravel.Roll))
	}
}

// won plays such a game to its end, which both look at then.
func (s *site) won(winner, loser *browser) string {
	s.Helper()
	id := s.nearlyWon(winner, loser)
	winner.press("Roll")
	winner.sees("You won")
	loser.reload()
	return id
}

// identity gives the account of a player.
func (s *site) identity(name string) models.Identity {
	s.Helper()
	id, user, err := s.models.Users.ByName(s.Context(), name)
	s.must(err)
	return models.Identity{User: id, Name: user.Name}
}
