package handlers

import (
	"github.com/a-h/templ"

	"worldtravel/models/games"
	"worldtravel/models/games/worldtravel"
	"worldtravel/views"
	"worldtravel/views/boards"
)

// catalogue is every game of the site, one line each: its rules, its board.
func catalogue() []game {
	return []game{
		entry(worldtravel.Rules{}, boards.WorldTravel),
	}
}

// Games gives the rules of every game in the catalogue.
func Games() []games.Game {
	var all []games.Game
	for _, g := range catalogue() {
		all = append(all, g.rules)
	}
	return all
}

// game is a game's rules and board, with their types erased.
type game struct {
	rules games.Game
	board boards.Board[any]
}

func entry[S, V any](rules games.Rules[S, V], b boards.Board[V]) game {
	component := func(f func(V, boards.Table) templ.Component) func(any, boards.Table) templ.Component {
		if f == nil {
			return nil
		}
		return func(v any, t boards.Table) templ.Component { return f(v.(V), t) }
	}
	return game{rules: games.Of(rules), board: boards.Board[any]{
		Picture: component(b.Picture), Last: component(b.Last), Next: component(b.Next), End: component(b.End),
		Button: b.Button, Sentence: b.Sentence, Souvenirs: b.Souvenirs, Stamps: b.Stamps,
		Parts:     func(v any, t boards.Table) []views.Part { return b.Parts(v.(V), t) },
		Words:     func(v any, t boards.Table) []string { return b.Words(v.(V), t) },
		NextWords: func(v any, t boards.Table) []string { return b.NextWords(v.(V), t) },
		LastWords: func(v any, t boards.Table) string { return b.LastWords(v.(V), t) },
		Figure:    func(v any, s games.Seat) string { return b.Figure(v.(V), s) },
		SeatNote:  func(v any, s games.Seat, t boards.Table) string { return b.SeatNote(v.(V), s, t) },
		Percent:   func(v any, s games.Seat) int { return b.Percent(v.(V), s) },
	}}
}
