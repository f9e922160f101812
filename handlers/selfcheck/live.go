package selfcheck

import (
	"fmt"
	"strings"

	"golang.org/x/net/html"
)

// playOverSockets plays a whole game without a single request over HTTP once the two
// pages are open.
func playOverSockets(c *check) string {
	ada, ben := c.player(), c.player()
	room := ada.open("Check the sockets", 2)
	ben.press(room, "join")
	pages := []*livePage{ada.watch(room), ben.watch(room)}
	pages[1].press(room + "/ready")
	pages[0].press(room + "/start")
	for _, p := range pages {
		p.await("the beginning of the game", func(n *html.Node) bool { return byID(n, "go") != nil || byID(n, "wait") != nil })
	}

	moves := 0
	for mover := turnOf(room, pages); mover != nil; mover = turnOf(room, pages) {
		moves++
		c.expect(moves < movesMost, "a game to end", fmt.Sprintf("%d moves, and no end, at %s", moves, room))
		form, _ := formTo(mover.shows, room+"/move")
		number := form.Get("n")
		mover.press(room + "/move")
		for _, p := range pages {
			p.await(fmt.Sprintf("move %s of %s on %s's page, pushed over its socket", number, mover.name, p.name),
				func(n *html.Node) bool { return tellsOfMove(n, number) })
		}
	}
	c.expect(over(room, pages[0]) && over(room, pages[1]), "somebody's turn, or the end of the game", fmt.Sprintf("neither, after %d moves", moves))
	return fmt.Sprintf("%s and %s opened their pages and then played to the end, %d moves, without another request; each move came to both", ada.name, ben.name, moves)
}

// turnOf gives the page on which a move can be made; nil when there is none.
func turnOf(room string, pages []*livePage) *livePage {
	for _, p := range pages {
		if _, ok := formTo(p.shows, room+"/move"); ok {
			return p
		}
	}
	return nil
}

func over(room string, p *livePage) bool {
	_, ok := formTo(p.shows, room+"/again")
	return ok
}

// tellsOfMove reports whether a fragment has a line of the log about a move.
func tellsOfMove(fragment *html.Node, number string) bool {
	return find(fragment, func(n *html.Node) bool { return strings.HasPrefix(attribute(n, "id"), "log-"+number+"-") }) != nil
}
