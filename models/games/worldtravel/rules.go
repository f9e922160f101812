package worldtravel

import (
	"fmt"
	"slices"

	"worldtravel/models/games"
)

// Rules is the game; it holds nothing.
type Rules struct{}

var _ games.Rules[State, View] = Rules{}

// faces is how many sides the die has.
const faces = 6

// Info names the game, for two to four travellers.
func (Rules) Info() games.Info {
	return games.Info{Slug: "world-travel", Name: "World Travel", Version: 1, MinSeats: 2, MaxSeats: 4}
}

// Setup puts everybody at Start, seat 0 to roll first. It draws nothing.
func (Rules) Setup(seats int, _ games.Dice) State {
	return State{Travellers: make([]Traveller, seats)}
}

// ToAct is the seat whose turn it is; nobody once somebody is home.
func (Rules) ToAct(s State) []games.Seat {
	if s.Over {
		return nil
	}
	return []games.Seat{s.Turn}
}

// Legal is Roll for the seat whose turn it is, and nothing for the others.
func (Rules) Legal(s State, by games.Seat) []games.Move {
	if s.Over || by != s.Turn {
		return nil
	}
	return []games.Move{Roll}
}

// Absent is Roll: the table rolls for whoever is missing.
func (Rules) Absent(State, games.Seat) games.Move { return Roll }

// Apply rolls the die for the seat whose turn it is, walks and perhaps flies its
// piece, and passes the turn on, past those who enjoy the view. Each event is By
// the seat it is about.
func (Rules) Apply(s State, by games.Seat, m games.Move, dice games.Dice) (State, []games.Event, error) {
	switch {
	case s.Over:
		return s, nil, fmt.Errorf("the game is over: %w", games.ErrIllegal)
	case by != s.Turn:
		return s, nil, fmt.Errorf("seat %d in the turn of seat %d: %w", by, s.Turn, games.ErrIllegal)
	case m != Roll:
		return s, nil, fmt.Errorf("no such move as %q: %w", m, games.ErrIllegal)
	}

	s.Travellers = slices.Clone(s.Travellers)
	mover := &s.Travellers[by]
	reach := reached(mover.Place, 1+dice.IntN(faces))
	s.Last = Trip{Seat: by, Roll: reach.Roll, From: mover.Place, Walked: reach.Place, Place: reach.Place}
	mover.Rolls++
	events := []games.Event{event(Rolled, by, reach.Roll, reach.Place)}

	switch {
	case reach.Place == Home:
		s.Over = true
		events = append(events, event(Won, by))
	case reach.Flight != 0:
		s.Last.Place = reach.Flight
		mover.Flights++
		events = append(events, event(Flew, by, reach.Place, reach.Flight))
	case reach.Landmark != "":
		mover.Viewing = true
		mover.Views++
		mover.Seen |= 1 << slices.IndexFunc(landmarks[:], func(l Landmark) bool { return l.Slug == reach.Landmark })
		events = append(events, event(Enjoys, by, reach.Place))
	}
	mover.Place, mover.Trip = s.Last.Place, s.Last

	if s.Over {
		return s, events, nil
	}
	turn, skipped := passTurn(s.Travellers, by)
	s.Turn = turn
	return s, append(events, skipped...), nil
}

// Outcome ranks the travellers by the place reached once one is home; equal
// places share a rank, as in a competition: 1, 2, 2, 4. Their souvenirs are the
// landmarks they have seen, and RoundTheWorld for the one who is home.
func (Rules) Outcome(s State) (games.Outcome, bool) {
	if !s.Over {
		return games.Outcome{}, false
	}
	outcome := games.Outcome{Rank: make([]int, len(s.Travellers)), Souvenirs: make([][]string, len(s.Travellers))}
	for i, t := range s.Travellers {
		outcome.Rank[i], outcome.Souvenirs[i] = 1, souvenirs(t)
		for _, other := range s.Travellers {
			if other.Place > t.Place {
				outcome.Rank[i]++
			}
		}
	}
	return outcome, true
}

func souvenirs(t Traveller) []string {
	var all []string
	for i, l := range landmarks {
		if t.Seen&(1<<i) != 0 {
			all = append(all, l.Slug)
		}
	}
	if t.Place == Home {
		all = append(all, RoundTheWorld)
	}
	return all
}

// View is the whole state, a copy of it, for everybody.
func (Rules) View(s State, _ games.Seat) View {
	s.Travellers = slices.Clone(s.Travellers)
	v := View{State: s}
	if !s.Over {
		for roll := 1; roll <= faces; roll++ {
			v.Reach = append(v.Reach, reached(s.Travellers[s.Turn].Place, roll))
		}
	}
	return v
}

// reached says where a roll leads from a place.
func reached(from, roll int) Reach {
	place := min(from+roll, Home)
	flight, _ := Flight(place)
	landmark, _ := LandmarkAt(place)
	return Reach{Roll: roll, Place: place, Flight: flight, Landmark: landmark.Slug}
}

// passTurn finds the seat after the mover's that does not enjoy a view, and uses
// up the views on the way, the mover's own among them when all sit still. It
// changes travellers, and ends because each skip leaves one view less.
func passTurn(travellers []Traveller, mover games.Seat) (games.Seat, []games.Event) {
	var skipped []games.Event
	turn := mover
	for {
		turn = (turn + 1) % games.Seat(len(travellers))
		t := &travellers[turn]
		if !t.Viewing {
			return turn, skipped
		}
		t.Viewing = false
		skipped = append(skipped, event(Skipped, turn, t.Place))
	}
}

func event(kind string, by games.Seat, args ...int) games.Event {
	return games.Event{Kind: kind, By: by, Args: args}
}
