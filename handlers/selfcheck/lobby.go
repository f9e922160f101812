package selfcheck

import (
	"fmt"
	"strconv"

	"golang.org/x/net/html"
)

func lobby(c *check) string {
	one := c.begin("Check one", c.player(), c.player())
	two := c.begin("Check two", c.player(), c.player())
	waiting := c.player().open("Check waiting", 2)

	visitor := c.visitor()
	missing := ""
	listed := c.within(func() bool {
		page := visitor.get("/").page
		missing = ""
		for room, seats := range map[string]string{one.room: "2/2", two.room: "2/2", waiting: "1/2"} {
			if seen := seatsOf(page, room); seen != seats {
				missing = fmt.Sprintf("%q at %s", seen, room)
			}
		}
		return missing == ""
	})
	c.expect(listed, "two games in play (2/2 seats taken) and a room that waits (1/2) in the lobby", missing)

	before := two.log(visitor)
	for range 3 {
		one.roll()
	}
	c.expect(two.log(visitor) == before, "a game to stand still while another is played", two.log(visitor))
	two.roll()
	c.expect(two.log(visitor) != before, "a move in the second game's log", "none")
	return "two games in play and a room that waits stood in it, and moves in one game changed nothing in the other"
}

// seatsOf is how many seats the lobby says are taken in a room; "" when the room is
// not there.
func seatsOf(page *html.Node, room string) string {
	link := linkTo(page, room)
	if link == nil {
		return ""
	}
	row := link
	for row != nil && row.Data != "tr" {
		row = row.Parent
	}
	if row == nil {
		return ""
	}
	cell := byClass(row, "departures__seats")
	if cell == nil {
		return ""
	}
	return text(byClass(cell, "flap"))
}

// leaderboard has four players play: all of them once, and the last two once more,
// so that there are those who won more and those who won the same of less.
func leaderboard(c *check) string {
	players := []*visitor{c.player(), c.player(), c.player(), c.player()}
	played, won := map[*visitor]int{}, map[*visitor]int{}
	for _, party := range [][]*visitor{players, players[:2], players[2:]} {
		won[c.begin("Check the leaderboard", party...).playOut()]++
		for _, player := range party {
			played[player]++
		}
	}
	for _, player := range players {
		lines := linesOf(c, player.get("/leaderboard").page)
		own, ok := lineNamed(lines, player.name)
		c.expect(ok && own.played == played[player] && own.won == won[player],
			fmt.Sprintf("%s to have played %d and won %d", player.name, played[player], won[player]), own)
	}
	lines := linesOf(c, c.visitor().get("/leaderboard").page)
	for i := 1; i < len(lines); i++ {
		above, line := lines[i-1], lines[i]
		c.expect(!line.better(above), "who has won more, or the same of fewer games, to stand higher", fmt.Sprintf("%v above %v", above, line))
		rank := i + 1
		if !above.better(line) {
			rank = above.rank
		}
		c.expect(line.rank == rank, fmt.Sprintf("%s at place %d", line.name, rank), line)
	}
	return fmt.Sprintf("after three games %d lines stand in order, and those of their players count them rightly", len(lines))
}

// line is one of the leaderboard.
type line struct {
	name              string
	rank, played, won int
}

func (l line) String() string {
	if l.name == "" {
		return "no line of that name"
	}
	return fmt.Sprintf("%s at place %d with %d won of %d", l.name, l.rank, l.won, l.played)
}

// better reports whether a line belongs above another: more games won, or the same
// and a greater share of those played, in millionths.
func (l line) better(than line) bool {
	if l.won != than.won {
		return l.won > than.won
	}
	return l.share() > than.share()
}

func (l line) share() int { return l.won * 1_000_000 / max(l.played, 1) }

// linesOf reads the table of the leaderboard. A player who does not stand among the
// others has a line of one's own at its end, in a part of its own.
func linesOf(c *check, page *html.Node) []line {
	var lines []line
	for _, row := range every(page, func(n *html.Node) bool { return hasClass(n, "ranking__row") }) {
		cells := every(row, func(n *html.Node) bool { return n.Data == "td" })
		c.expect(len(cells) == 4, "place, games, share and games won in a line of the leaderboard", text(row))
		number := func(cell *html.Node) int {
			n, err := strconv.Atoi(text(cell))
			c.expect(err == nil, "a number in the leaderboard", text(cell))
			return n
		}
		lines = append(lines, line{
			name: text(find(row, func(n *html.Node) bool { return n.Data == "a" })),
			rank: number(cells[0]), played: number(cells[1]), won: number(cells[3]),
		})
	}
	return lines
}

func lineNamed(lines []line, name string) (line, bool) {
	for _, l := range lines {
		if l.name == name {
			return l, true
		}
	}
	return line{}, false
}
