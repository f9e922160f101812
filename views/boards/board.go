// Package boards draws games: one templ file per game. A Board is the whole of
// what the site needs to know to show one.
package boards

import (
	"github.com/a-h/templ"

	"worldtravel/models/games"
	"worldtravel/views"
	"worldtravel/views/words"
)

// Table is who sits at the table, in seat order, and the language that its viewer
// reads.
type Table struct {
	Names []string
	Bags  []int // 1 to 4: the shape and colour of each seat's piece
	Words *words.Language
}

// Board is how a game looks and speaks. V is the view that its rules give.
type Board[V any] struct {
	// Picture is the board with its pieces.
	Picture func(V, Table) templ.Component
	// Parts are the elements of the Picture that change, each as it stands in it;
	// open pages are sent those that did.
	Parts func(V, Table) []views.Part
	// Last is what the turn panel shows of the last move: the die. It may be nil.
	Last func(V, Table) templ.Component
	// Next is what the turn panel shows to the one whose turn it is: what each
	// roll would lead to. It may be nil.
	Next func(V, Table) templ.Component
	// Words is the board in sentences, for those who don't see the Picture.
	Words func(V, Table) []string
	// NextWords is what Next shows in sentences, one for each choice, for those who
	// don't see it. It may be empty.
	NextWords func(V, Table) []string
	// End is the picture in the board's place when the game is over. It may be nil.
	End func(V, Table) templ.Component
	// Button words a move: "Roll".
	Button func(games.Move, *words.Language) string
	// LastWords says the last move in a few words: "Amelia rolled 3".
	LastWords func(V, Table) string
	// Figure is the seat's number on its label: the place.
	Figure func(V, games.Seat) string
	// SeatNote is what the game says of a seat: "Enjoying the view"; empty for nothing.
	SeatNote func(V, games.Seat, Table) string
	// Sentence words an event for the log, with a full stop.
	Sentence func(games.Event, Table) string
	// Souvenirs are all that can be brought home, in the keys of the rules' Outcome;
	// nil in a game without any.
	Souvenirs []string
	// Stamps is the page of a passport that shows what its bearer has brought home,
	// each souvenir with the number of games. It is nil when there are no Souvenirs.
	Stamps func(brought map[string]int, l *words.Language) templ.Component
	// Percent is how far a seat is, 0 to 100.
	Percent func(V, games.Seat) int
}
