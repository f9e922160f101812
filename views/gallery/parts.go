package gallery

import (
	"github.com/a-h/templ"

	"worldtravel/models/games"
	"worldtravel/models/games/worldtravel"
	"worldtravel/views"
	"worldtravel/views/boards"
	"worldtravel/views/words"
)

// boardParts are what a game draws: its board early, in the middle and at the end, for
// the one whose turn it is, for another player and for somebody who watches, and the
// rest of its pictures.
func boardParts(l *words.Language) []Example {
	board := boards.WorldTravel
	road, strip := part("boards/worldtravel.templ", "road"), part("boards/worldtravel.templ", "strip")
	arrival, stamps := part("boards/worldtravel.templ", "arrival"), part("boards/worldtravel_stamps.templ", "stamps")
	var all []Example
	for _, when := range []struct {
		name  string
		state worldtravel.State
	}{
		{"early", sitting(0, none, 0, 0, 0, 0)}, {"middle", sitting(0, flown, 18, 41, 36, 50)}, {"late", sitting(0, home, 63, 57, 60, 62)},
		{"over", sitting(0, home, 65, 57, 60, 62)},
	} {
		for _, who := range []struct {
			name string
			seat games.Seat
		}{{"turn", 0}, {"other", 1}, {"watch", games.Watcher}} {
			v, t := worldtravel.Rules{}.View(when.state, who.seat), table(l, ada, 0, 4)
			all = append(all, road.as("board-"+when.name+"-"+who.name, templ.Join(board.Picture(v, t))))
			if next := board.Next(v, t); next != nil {
				all = append(all, strip.as("next-"+when.name+"-"+who.name, next))
			}
		}
	}
	won := worldtravel.Rules{}.View(sitting(0, home, 65, 57, 60, 62), 0)
	return append(all,
		arrival.as("arrival", board.End(won, table(l, ada, 0, 4))),
		arrival.as("arrival-long", board.End(won, table(l, wolfe, 0, 4))),
		part("boards/worldtravel.templ", "Sights").as("sights", boards.Sights()),
		stamps.as("stamps-none", board.Stamps(nil, l)),
		stamps.as("stamps-some", board.Stamps(someSouvenirs(), l)),
		stamps.as("stamps-all", board.Stamps(allSouvenirs(), l)),
	)
}

// smallParts are those that many pages have.
func smallParts() []Example {
	var pieces, dice []templ.Component
	for _, bag := range views.Bags() {
		pieces = append(pieces, views.Piece(bag, "label__piece"))
	}
	for n := range 6 {
		dice = append(dice, views.Die(n+1, "die"))
	}
	head := part("parts.templ", "SectionHead")
	return []Example{
		part("parts.templ", "Piece").as("pieces", templ.Join(pieces...)),
		part("parts.templ", "Die").as("dice", templ.Join(dice...)),
		part("parts.templ", "NewDie").as("die-new", views.NewDie(5, 1, "die")),
		head.as("section-head", views.SectionHead("head", "Departures", "")),
		head.as("section-head-note", views.SectionHead("head", "Departures", "in the order of boarding")),
		part("guest.templ", "GuestMark").as("guest-mark", views.GuestMark(true)),
		part("page.templ", "StreamBeat").as("connection-lost", views.StreamBeat(views.Page{RefreshURL: views.LobbyURL})),
	}
}
