// Package worldtravel is the die race round the world: sixty-five places, ten
// flights, eight landmarks.
package worldtravel

import "worldtravel/models/games"

// Home is the last place; reaching it or passing it wins.
const Home = 65

// Roll is the only move there is.
const Roll games.Move = "roll"

// RoundTheWorld is what the winner brings home beside the slugs of the landmarks
// seen on the way, which are everybody's souvenirs.
const RoundTheWorld = "round-the-world"

// The kinds of event, and what Args holds.
const (
	Rolled  = "rolled"  // roll, place reached on foot (Home at most)
	Flew    = "flew"    // from, to
	Enjoys  = "enjoys"  // place of the landmark: the next turn will be skipped
	Skipped = "skipped" // place of the landmark: a turn was skipped
	Won     = "won"     // (none)
)

// State is the whole truth of a game; nothing in it is hidden.
type State struct {
	Travellers []Traveller
	Turn       games.Seat // whose turn it is; the winner's seat when Over
	Last       Trip       // the last move made; zero before the first
	Over       bool
}

// Traveller is one player's piece.
type Traveller struct {
	Place                 int  // 0 to Home
	Viewing               bool // enjoying the view: the next turn is skipped
	Rolls, Flights, Views int  // counted for the story at the end
	Seen                  Seen // for the souvenirs
	Trip                  Trip // the traveller's last one
}

// Seen is a set of landmarks: bit i is for the one with index i in Landmarks.
type Seen uint16

// Trip is one move: a walk, and perhaps a flight at its end.
type Trip struct {
	Seat   games.Seat
	Roll   int // 1 to 6; 0 means that nobody has moved yet
	From   int
	Walked int // where the walk ended
	Place  int // where the flight ended; the same as Walked when there was none
}

// View is what anybody sees, the same for all.
type View struct {
	State
	Reach []Reach // what each roll of the one whose turn it is would lead to; six, or none when over
}

// Reach is where one roll leads.
type Reach struct {
	Roll     int
	Place    int    // on foot, Home at most
	Flight   int    // where the flight from there leads; 0 for none (no flight leads to 0)
	Landmark string // the landmark's slug, "eiffel-tower"; empty for none
}
