// Package games says what a board game is: pure rules that know no clock, no
// storage and no network. It imports the standard library only, and so does
// every game in the folders below it.
package games

// Seat is a place at the table, counted from 0 in turn order.
type Seat int

// Watcher is the seat of somebody who only looks on: View(s, Watcher) holds
// what is public.
const Watcher Seat = -1

// Move is one move in words that a person can type: "roll". The words are the
// game's own; the same text is the value of a button, what a computer player
// chooses, and what is stored.
type Move string

// Dice gives chance to rules: IntN is uniform in [0, n), n > 0. The values drawn
// are stored with the move, and a replay reads them from there.
type Dice interface{ IntN(n int) int }

// Event tells one thing that happened, as a kind and its arguments. The views
// make a sentence of it; what the arguments mean, the game's own list of kinds
// says.
type Event struct {
	Kind string
	By   Seat   // who did it
	Args []int  // what the sentence needs: numbers, places, seats
	Only []Seat // who may know; everybody when empty
}

// VisibleTo reports whether the seat (or Watcher) may know of the event.
func (e Event) VisibleTo(seat Seat) bool {
	if len(e.Only) == 0 {
		return true
	}
	for _, s := range e.Only {
		if s == seat {
			return true
		}
	}
	return false
}

// Outcome is how a game ended. Rank[s] is the rank of seat s, 1 for a winner; seats
// that share a rank share the number. Souvenirs[s] is what seat s brings home, each
// thing once, in keys that the game's board knows; nil in a game without any.
type Outcome struct {
	Rank      []int
	Souvenirs [][]string
}

// Won reports whether the seat is among the winners.
func (o Outcome) Won(s Seat) bool {
	return s >= 0 && int(s) < len(o.Rank) && o.Rank[s] == 1
}

// Info names a game.
type Info struct {
	Slug     string // in addresses and in the database: "world-travel"
	Name     string // as people call it: "World Travel"
	Version  int    // of the rules; a stored game is replayed by the version it began with
	MinSeats int
	MaxSeats int
}

// Rules describes one game. S is the whole truth; V is what one viewer may know
// of it. All methods are pure: they never change the state they are given.
// The engine (models/play.go) checks turn, legality and version before Apply.
type Rules[S, V any] interface {
	Info() Info
	// Setup gives the state before the first move; seats is within Info's limits.
	Setup(seats int, dice Dice) S
	// ToAct names who may move now: several when moves are simultaneous, none
	// when the game is over.
	ToAct(s S) []Seat
	// Legal lists the moves of a seat, never empty for a seat in ToAct. It feeds
	// buttons, computer players, text play and tests.
	Legal(s S, by Seat) []Move
	// Apply makes a move and tells what happened. A move that is not legal is an
	// error that wraps ErrIllegal, and the state returned is then the one given.
	Apply(s S, by Seat, m Move, dice Dice) (S, []Event, error)
	// Absent is the move the table makes for a seat in ToAct whose player is
	// missing; it is always legal.
	Absent(s S, by Seat) Move
	// Outcome says how the game ended, and whether it did.
	Outcome(s S) (Outcome, bool)
	// View is what a seat, or Watcher, may know.
	View(s S, to Seat) V
}
