package selfcheck

import (
	"fmt"

	"golang.org/x/net/html"
)

// game is one that players play with plain forms.
type game struct {
	*check
	room    string // its address
	players []*visitor
	next    int // who is looked at first, for it is probably that one's turn
}

// open opens a room that the lobby lists, and gives its address.
func (v *visitor) open(name string, seats int) (room string) {
	return v.accepted(v.submit(v.get("/rooms/new"), "/rooms", "name", name, "seats", fmt.Sprint(seats), "listed", "open"))
}

// press sends a form of a room's page that needs no filling in.
func (v *visitor) press(room, action string) {
	v.accepted(v.submit(v.get(room), room+"/"+action))
}

// begin opens a room for the players and starts the game.
func (c *check) begin(name string, players ...*visitor) *game {
	g := &game{check: c, players: players}
	g.room = players[0].open(name, len(players))
	for _, player := range players[1:] {
		player.press(g.room, "join")
		player.press(g.room, "ready")
	}
	players[0].press(g.room, "start")
	return g
}

// roll makes the next move, whosever turn it is; it reports whether there was one.
func (g *game) roll() bool {
	over := false
	for i := range g.players {
		at := (g.next + i) % len(g.players)
		player := g.players[at]
		page := player.get(g.room)
		if _, turn := formTo(page.page, g.room+"/move"); turn {
			player.accepted(player.submit(page, g.room+"/move"))
			g.next = at + 1
			return true
		}
		_, again := formTo(page.page, g.room+"/again")
		over = over || again
	}
	g.expect(over, "somebody's turn, or the end of the game, at "+g.room, "neither")
	return false
}

// movesMost is far more than any game takes.
const movesMost = 2_000

// playOut plays to the end and gives the winner.
func (g *game) playOut() *visitor {
	moves := 0
	for g.roll() {
		moves++
		g.expect(moves < movesMost, "a game to end", fmt.Sprintf("%d moves, and no end, at %s", moves, g.room))
	}
	first := text(byClass(g.labelOfWinner(), "label__name"))
	for _, player := range g.players {
		if player.name == first {
			return player
		}
	}
	g.expect(false, "one of the players as the winner of "+g.room, fmt.Sprintf("%q", first))
	return nil
}

// labelOfWinner is what a finished game's page says of the one who won.
func (g *game) labelOfWinner() *html.Node {
	label := byClass(g.players[0].get(g.room).page, "label--now")
	g.expect(label != nil, "a winner on the page of the finished game "+g.room, "none")
	return label
}

// log is the game's log as somebody sees it.
func (g *game) log(who *visitor) string {
	list := byID(who.get(g.room).page, "log-list")
	g.expect(list != nil, "a log at "+g.room, "none")
	return text(list)
}
