package main

import (
	"maps"
	"strings"
	"testing"
)

// levels are the four ways in which a page is kept up to date, as html's
// data-transport names them.
var levels = []string{"socket", "sse", "stream", "fetch"}

// take has the browser use one of the levels, as its person can: by a choice, or
// by having no scripts.
func (b *browser) take(level string) {
	b.t.Helper()
	switch level {
	case "stream":
		b.withoutScripts()
	case "fetch":
		b.keep("transport", "none")
	default:
		b.keep("transport", level)
	}
}

// storedMoves counts the moves that are stored of a game, by name.
func (p *program) storedMoves(t *testing.T, room string) map[string]int {
	t.Helper()
	table, err := p.database(t).Rooms.Open(t.Context(), strings.TrimPrefix(room, "/rooms/"))
	if err != nil {
		t.Fatal(err)
	}
	stored := map[string]int{}
	for _, entry := range table.Log {
		stored[table.Room.Seats[entry.Seat].Name]++
	}
	return stored
}

func TestPlayersOnEveryPairOfTransportsPlayWholeGames(t *testing.T) {
	t.Parallel()
	site := start(t)
	people := map[string][2]*traveller{} // two on each level
	for _, level := range levels {
		people[level] = [2]*traveller{site.traveller(t, "A_"+level), site.traveller(t, "B_"+level)}
	}
	type seat struct {
		*browser
		level string
	}
	var matches []*match
	var seats []seat
	for i, one := range levels {
		for _, other := range levels[i:] {
			host, guest := people[one][0], people[other][1]
			room := play(one+" and "+other, host, guest)
			a, b := seat{site.browser(t, host), one}, seat{site.browser(t, guest), other}
			seats = append(seats, a, b)
			for _, s := range []seat{a, b} {
				s.take(s.level)
				s.visit(room)
				s.on(s.level)
				s.stay()
			}
			matches = append(matches, matchOf(t, room, a.browser, b.browser))
		}
	}
	playOut(t, matches...)

	for _, m := range matches {
		if stored := site.storedMoves(t, m.room); !maps.Equal(stored, m.moves) {
			t.Errorf("of the moves %v, %v are stored", m.moves, stored)
		}
	}
	for i, s := range seats {
		m := matches[i/2]
		s.on(s.level)
		if !s.stayed() {
			t.Errorf("%s's page was loaded anew", s.name)
		}
		requests, overSocket := s.posted("/move")
		if s.level == "socket" {
			requests, overSocket = overSocket, requests
		}
		if requests != m.moves[s.name] || overSocket != 0 {
			t.Errorf("%s made %d moves on %s, and sent %d so and %d otherwise", s.name, m.moves[s.name], s.level, requests, overSocket)
		}
	}
}

func TestAPlayerMayChangeTransportsInMidGame(t *testing.T) {
	t.Parallel()
	site := start(t)
	ada, ben := site.traveller(t, "Ada"), site.traveller(t, "Ben")
	room := play("Grand tour", ada, ben)
	b := site.browser(t, ada)
	m := matchOf(t, room, b)
	choices := []struct{ choice, level string }{{"sse", "sse"}, {"stream", "stream"}, {"socket", "socket"}, {"none", "fetch"}, {"auto", "socket"}}
	for n := 0; !m.over; n++ {
		next := choices[n%len(choices)]
		b.visit(room + "?transport=" + next.choice)
		b.on(next.level)
		m.shown = gamePage{} // the page is another one
		eventually(t, "Ada's page shows Ben's move", func() bool { ben.roll(room); return m.advance() })
		eventually(t, "Ada's page shows her own", func() bool { return m.over || b.game().Version > m.shown.Version })
	}
	if stored := site.storedMoves(t, room)["Ada"]; stored != m.moves["Ada"] {
		t.Errorf("Ada has moved %d times, and %d moves are stored", m.moves["Ada"], stored)
	}
}
