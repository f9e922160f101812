package worldtravel

import (
	"errors"
	"fmt"
	"reflect"
	"testing"

	"worldtravel/models/games"
	"worldtravel/models/games/gamestest"
)

// FuzzGame plays whole games, whose dice are the bytes, at 2 to 4 seats.
func FuzzGame(f *testing.F) {
	f.Add([]byte{}, uint8(0))
	f.Add([]byte{3, 3, 3, 3, 0, 0, 0, 0}, uint8(2))    // all enjoy the view at once
	f.Add([]byte{5, 5, 5, 5, 5, 5, 5, 5, 5}, uint8(0)) // sixes: the first flight goes up
	f.Add([]byte{0, 5, 0, 0, 3, 0, 3, 0, 3, 0, 3, 0, 3}, uint8(1))
	f.Fuzz(func(t *testing.T, rolls []byte, table uint8) {
		seats := 2 + int(table%3)
		game := games.Of(Rules{})
		played, err := gamestest.Play(game, seats, gamestest.Bytes(rolls), gamestest.Absent, len(rolls)+5000)
		if err != nil {
			t.Fatal(err)
		}
		before := played.Start.(State)
		if err := sound(before); err != nil {
			t.Fatalf("at the start: %v", err)
		}
		for i, step := range played.Steps {
			after := step.State.(State)
			if err := errors.Join(sound(after), soundMove(before, after, step)); err != nil {
				t.Fatalf("after move %d: %v\n%+v", i+1, err, after)
			}
			before = after
		}
		if err := played.Replay(game); err != nil {
			t.Fatal(err)
		}
	})
}

// FuzzApply tries any text by any seat after any number of moves.
func FuzzApply(f *testing.F) {
	f.Add([]byte{}, 4, 0, "roll")
	f.Add([]byte{3, 1}, 2, 1, "roll")
	f.Add([]byte{3, 3}, 2, -1, "roll")
	f.Add([]byte{5}, 3, 7, "")
	f.Add([]byte{5}, 3, 1, "Roll")
	f.Fuzz(func(t *testing.T, rolls []byte, seats, by int, move string) {
		if seats < 2 || seats > 4 {
			t.Skip("the game is for two to four, so there is no such table")
		}
		dice := gamestest.Bytes(rolls)
		s := Rules{}.Setup(seats, dice)
		for range rolls {
			if s.Over {
				break
			}
			var err error
			if s, _, err = (Rules{}).Apply(s, s.Turn, Roll, dice); err != nil {
				t.Fatal(err)
			}
		}

		next, events, err := Rules{}.Apply(s, games.Seat(by), games.Move(move), dice)
		if legal := !s.Over && games.Seat(by) == s.Turn && move == "roll"; legal {
			if err != nil || len(events) == 0 {
				t.Fatalf("a legal move: events %v, error %v", events, err)
			}
			if err := sound(next); err != nil {
				t.Fatal(err)
			}
			return
		}
		if !errors.Is(err, games.ErrIllegal) || events != nil || !reflect.DeepEqual(next, s) {
			t.Fatalf("%q by seat %d in the turn of %d: state %+v, events %v, error %v", move, by, s.Turn, next, events, err)
		}
	})
}

// sound says what is wrong with a state that no game may come to.
func sound(s State) error {
	if s.Turn < 0 || int(s.Turn) >= len(s.Travellers) {
		return fmt.Errorf("the turn of seat %d of %d", s.Turn, len(s.Travellers))
	}
	if s.Travellers[s.Turn].Viewing {
		return fmt.Errorf("the turn of seat %d, which enjoys the view", s.Turn)
	}
	next := s.Turn // the first seat that has not had its turn in this round
	if s.Over {
		next++
	}
	for i, t := range s.Travellers {
		seat := games.Seat(i)
		_, flight := Flight(t.Place)
		_, landmark := LandmarkAt(t.Place)
		due := turns(s.Travellers[0])
		if next > 0 && seat >= next {
			due--
		}
		switch {
		case t.Place < Start || t.Place > Home:
			return fmt.Errorf("seat %d is at %d", seat, t.Place)
		case (t.Place == Home) != (s.Over && seat == s.Turn):
			return fmt.Errorf("seat %d is at %d, over: %v, turn: %d", seat, t.Place, s.Over, s.Turn)
		case flight && t.Flights == 0:
			return fmt.Errorf("seat %d is at %d and has never flown", seat, t.Place)
		case t.Viewing && !landmark:
			return fmt.Errorf("seat %d enjoys the view at %d, where there is none", seat, t.Place)
		case t.Flights+t.Views > t.Rolls:
			return fmt.Errorf("seat %d rolled %d times for %d flights and %d views", seat, t.Rolls, t.Flights, t.Views)
		case turns(t) != due:
			return fmt.Errorf("seat %d has had %d turns instead of %d", seat, turns(t), due)
		}
	}
	return nil
}

// turns counts the turns a traveller has had: rolls, and views that have been
// used up.
func turns(t Traveller) int {
	if t.Viewing {
		return t.Rolls + t.Views - 1
	}
	return t.Rolls + t.Views
}

// soundMove says what is wrong with a move that no die can make.
func soundMove(before, after State, step gamestest.Step) error {
	trip := after.Last
	mover, was := after.Travellers[trip.Seat], before.Travellers[trip.Seat]
	flight, flies := Flight(trip.Walked)
	switch {
	case trip.Seat != before.Turn || step.By != trip.Seat:
		return fmt.Errorf("seat %d moved in the turn of %d", trip.Seat, before.Turn)
	case len(step.Drawn) != 1 || trip.Roll != 1+step.Drawn[0]:
		return fmt.Errorf("a roll of %d from draws %v", trip.Roll, step.Drawn)
	case trip.From != was.Place || trip.Place != mover.Place || mover.Rolls != was.Rolls+1:
		return fmt.Errorf("trip %+v took %+v to %+v", trip, was, mover)
	case trip.Walked != min(trip.From+trip.Roll, Home):
		return fmt.Errorf("a %d from %d walked to %d", trip.Roll, trip.From, trip.Walked)
	case flies && trip.Place != flight, !flies && trip.Place != trip.Walked:
		return fmt.Errorf("from %d the flight led to %d", trip.Walked, trip.Place)
	}
	for seat := range after.Travellers {
		if games.Seat(seat) != trip.Seat && after.Travellers[seat].Place != before.Travellers[seat].Place {
			return fmt.Errorf("seat %d was moved by seat %d", seat, trip.Seat)
		}
	}
	return nil
}
