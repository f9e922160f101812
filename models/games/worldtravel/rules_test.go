package worldtravel

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"worldtravel/models/games"
	"worldtravel/models/games/gamestest"
)

func TestWorldTravelSatisfiesWhatEveryGameMust(t *testing.T) {
	gamestest.Run(t, games.Of(Rules{}))
}

// travellers makes a table at these places, seat 0 to roll.
func travellers(places ...int) State {
	s := Rules{}.Setup(len(places), nil)
	for i, place := range places {
		s.Travellers[i].Place = place
	}
	return s
}

// viewing lets these seats enjoy the view.
func viewing(s State, seats ...games.Seat) State {
	for _, seat := range seats {
		s.Travellers[seat].Viewing = true
	}
	return s
}

// roll makes the move of the seat whose turn it is.
func roll(t *testing.T, s State, n int) (State, []games.Event) {
	t.Helper()
	dice := games.Replay([]int{n - 1})
	next, events, err := Rules{}.Apply(s, s.Turn, Roll, dice)
	if err := errors.Join(err, dice.Err()); err != nil {
		t.Fatal(err)
	}
	return next, events
}

func wantEvents(t *testing.T, got []games.Event, want ...games.Event) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("events\n got  %v\n want %v", got, want)
	}
}

func TestAllBeginAtTheStartAndSeatZeroRollsFirst(t *testing.T) {
	for seats := 2; seats <= 4; seats++ {
		recorder := games.Record(nil)
		s := Rules{}.Setup(seats, recorder)
		if want := (State{Travellers: make([]Traveller, seats)}); !reflect.DeepEqual(s, want) {
			t.Errorf("Setup(%d) = %+v", seats, s)
		}
		if got := (Rules{}).ToAct(s); !slices.Equal(got, []games.Seat{0}) {
			t.Errorf("ToAct = %v, want seat 0", got)
		}
		if drawn := recorder.Drawn(); drawn != nil {
			t.Errorf("Setup drew %v", drawn)
		}
	}
}

func TestARollWalksThatFarAndPassesTheTurn(t *testing.T) {
	for n := 1; n <= 6; n++ {
		s, events := roll(t, travellers(51, 0), n)
		wantEvents(t, events, event(Rolled, 0, n, 51+n))
		if want := (Traveller{Place: 51 + n, Rolls: 1, Trip: s.Last}); s.Travellers[0] != want {
			t.Errorf("after a %d: %+v, want %+v", n, s.Travellers[0], want)
		}
		if want := (Trip{Seat: 0, Roll: n, From: 51, Walked: 51 + n, Place: 51 + n}); s.Last != want {
			t.Errorf("after a %d: last trip %+v, want %+v", n, s.Last, want)
		}
		if s.Turn != 1 {
			t.Errorf("after a %d it is the turn of seat %d", n, s.Turn)
		}
	}
}

func TestTheTurnGoesRoundTheTable(t *testing.T) {
	s := travellers(0, 0, 0, 0)
	for i := range 8 {
		if want := games.Seat(i % 4); s.Turn != want {
			t.Fatalf("move %d is the turn of seat %d, want %d", i+1, s.Turn, want)
		}
		s, _ = roll(t, s, 1)
	}
}

func TestWhoEndsTheWalkWhereAFlightLeavesIsFlownOnce(t *testing.T) {
	for _, flight := range [][2]int{
		{6, 15}, {7, 11}, {14, 38}, {17, 26}, {19, 23}, {24, 42}, {30, 50}, {34, 59}, {39, 49}, {45, 63},
		{15, 6}, {11, 7}, {38, 14}, {26, 17}, {23, 19}, {42, 24}, {50, 30}, {59, 34}, {49, 39}, {63, 45},
	} {
		from, to := flight[0], flight[1]
		t.Run(fmt.Sprintf("%d to %d", from, to), func(t *testing.T) {
			for n := 1; n <= 6; n++ {
				s, events := roll(t, travellers(from-n, 0), n)
				wantEvents(t, events, event(Rolled, 0, n, from), event(Flew, 0, from, to))
				if want := (Traveller{Place: to, Rolls: 1, Flights: 1, Trip: s.Last}); s.Travellers[0] != want {
					t.Errorf("after a %d: %+v, want %+v", n, s.Travellers[0], want)
				}
				if want := (Trip{Seat: 0, Roll: n, From: from - n, Walked: from, Place: to}); s.Last != want {
					t.Errorf("last trip %+v, want %+v", s.Last, want)
				}
				if s.Turn != 1 {
					t.Errorf("the turn is with seat %d", s.Turn)
				}
			}
		})
	}
}

func TestALandingOnALandmarkSkipsTheNextTurn(t *testing.T) {
	for i, landmark := range Landmarks() {
		t.Run(landmark.Name, func(t *testing.T) {
			for n := 1; n <= min(6, landmark.Place); n++ {
				s, events := roll(t, travellers(landmark.Place-n, 0), n)
				wantEvents(t, events, event(Rolled, 0, n, landmark.Place), event(Enjoys, 0, landmark.Place))
				if want := (Traveller{Place: landmark.Place, Viewing: true, Rolls: 1, Views: 1, Seen: 1 << i, Trip: s.Last}); s.Travellers[0] != want {
					t.Errorf("after a %d: %+v, want %+v", n, s.Travellers[0], want)
				}

				s, events = roll(t, s, 1)
				wantEvents(t, events, event(Rolled, 1, 1, 1), event(Skipped, 0, landmark.Place))
				if s.Turn != 1 || s.Travellers[0].Viewing {
					t.Errorf("the turn is with seat %d, seat 0 still views: %v", s.Turn, s.Travellers[0].Viewing)
				}

				s, events = roll(t, s, 1)
				wantEvents(t, events, event(Rolled, 1, 1, 2))
				if s.Turn != 0 {
					t.Errorf("only one turn is skipped, and yet it is seat %d's again", s.Turn)
				}
			}
		})
	}
}

func TestViewsAreUsedUpInTurnOrder(t *testing.T) {
	for name, test := range map[string]struct {
		before State
		roll   int
		events []games.Event
		turn   games.Seat
	}{
		"the next of three": {
			before: viewing(travellers(50, 13, 1), 1),
			roll:   1,
			events: []games.Event{event(Rolled, 0, 1, 51), event(Skipped, 1, 13)},
			turn:   2,
		},
		"the next but one of three keeps the view": {
			before: viewing(travellers(50, 1, 13), 2),
			roll:   1,
			events: []games.Event{event(Rolled, 0, 1, 51)},
			turn:   1,
		},
		"two of three": {
			before: viewing(travellers(50, 4, 13), 1, 2),
			roll:   1,
			events: []games.Event{event(Rolled, 0, 1, 51), event(Skipped, 1, 4), event(Skipped, 2, 13)},
			turn:   0,
		},
		"two of four, apart": {
			before: viewing(travellers(50, 4, 1, 13), 1, 3),
			roll:   1,
			events: []games.Event{event(Rolled, 0, 1, 51), event(Skipped, 1, 4)},
			turn:   2,
		},
		"all of two": {
			before: viewing(travellers(47, 4), 1),
			roll:   1,
			events: []games.Event{
				event(Rolled, 0, 1, 48), event(Enjoys, 0, 48), event(Skipped, 1, 4), event(Skipped, 0, 48),
			},
			turn: 1,
		},
		"all of three": {
			before: viewing(travellers(47, 4, 13), 1, 2),
			roll:   1,
			events: []games.Event{
				event(Rolled, 0, 1, 48), event(Enjoys, 0, 48),
				event(Skipped, 1, 4), event(Skipped, 2, 13), event(Skipped, 0, 48),
			},
			turn: 1,
		},
		"all of four, at one landmark": {
			before: viewing(travellers(47, 48, 48, 48), 1, 2, 3),
			roll:   1,
			events: []games.Event{
				event(Rolled, 0, 1, 48), event(Enjoys, 0, 48),
				event(Skipped, 1, 48), event(Skipped, 2, 48), event(Skipped, 3, 48), event(Skipped, 0, 48),
			},
			turn: 1,
		},
	} {
		t.Run(name, func(t *testing.T) {
			s, events := roll(t, test.before, test.roll)
			wantEvents(t, events, test.events...)
			if s.Turn != test.turn {
				t.Errorf("the turn is with seat %d, want %d", s.Turn, test.turn)
			}
			for seat, traveller := range s.Travellers {
				skipped := slices.ContainsFunc(events, func(e games.Event) bool {
					return e.Kind == Skipped && e.By == games.Seat(seat)
				})
				if skipped && traveller.Viewing {
					t.Errorf("seat %d has skipped its turn and still enjoys the view", seat)
				}
			}
		})
	}
}

func TestAllViewingStartsFromTheSeatThatMoved(t *testing.T) {
	s := viewing(travellers(4, 13, 47, 21), 0, 1, 3)
	s.Turn = 2
	s, events := roll(t, s, 1)
	wantEvents(t, events,
		event(Rolled, 2, 1, 48), event(Enjoys, 2, 48),
		event(Skipped, 3, 21), event(Skipped, 0, 4), event(Skipped, 1, 13), event(Skipped, 2, 48))
	if s.Turn != 3 {
		t.Errorf("the turn is with seat %d, want 3", s.Turn)
	}
}

func TestReachingHomeOrPassingItWinsAtOnce(t *testing.T) {
	for from := Home - 6; from < Home; from++ {
		for n := Home - from; n <= 6; n++ {
			s, events := roll(t, viewing(travellers(from, 33, 12), 1), n)
			wantEvents(t, events, event(Rolled, 0, n, Home), event(Won, 0))
			if !s.Over || s.Turn != 0 || s.Travellers[0].Place != Home || !s.Travellers[1].Viewing {
				t.Errorf("a %d from %d: %+v", n, from, s)
			}
			if want := (Trip{Seat: 0, Roll: n, From: from, Walked: Home, Place: Home}); s.Last != want {
				t.Errorf("last trip %+v, want %+v", s.Last, want)
			}
			if got := (Rules{}).ToAct(s); got != nil {
				t.Errorf("over, and seats %v may move", got)
			}
		}
	}
}

func TestTheOutcomeRanksByThePlaceReached(t *testing.T) {
	for _, test := range []struct{ places, rank []int }{
		{[]int{65, 0}, []int{1, 2}},
		{[]int{12, 65, 30}, []int{3, 1, 2}},
		{[]int{30, 30, 12, 65}, []int{2, 2, 4, 1}},
		{[]int{65, 7, 7, 7}, []int{1, 2, 2, 2}},
		{[]int{65, 40, 7, 7}, []int{1, 2, 3, 3}},
	} {
		s := travellers(test.places...)
		if _, over := (Rules{}).Outcome(s); over {
			t.Errorf("%v: a game that is not over has an outcome", test.places)
		}
		s.Over = true
		outcome, over := Rules{}.Outcome(s)
		if !over || !slices.Equal(outcome.Rank, test.rank) {
			t.Errorf("%v: ranks %v, want %v", test.places, outcome.Rank, test.rank)
		}
	}
}

func TestEverybodyBringsHomeWhatTheyHaveSeenAndTheWinnerTheWay(t *testing.T) {
	s := travellers(0, 0, 0)
	for _, n := range []int{
		6, 4, 1, // seat 0 flies to 15, seat 1 sees the pyramids
		6, 1, // seat 0 sees the Colosseum, while seat 1 sits there
		1, 1, // seat 1 goes on, while seat 0 sits there
	} {
		s, _ = roll(t, s, n)
	}
	s.Travellers[1].Place, s.Turn = 3, 1 // flown back, and there again
	s, _ = roll(t, s, 1)
	s.Travellers[0].Place, s.Turn = 59, 0
	s, _ = roll(t, s, 1)
	s.Travellers[0].Place, s.Turn = 64, 0
	s, _ = roll(t, s, 1)

	outcome, _ := Rules{}.Outcome(s)
	want := [][]string{{"colosseum", "statue-of-liberty", RoundTheWorld}, {"pyramids-of-giza"}, nil}
	if !reflect.DeepEqual(outcome.Souvenirs, want) {
		t.Errorf("souvenirs %q, want %q", outcome.Souvenirs, want)
	}
}

func TestAMoveThatIsNotLegalChangesNothing(t *testing.T) {
	over := travellers(65, 3)
	over.Over = true
	for name, test := range map[string]struct {
		state State
		by    games.Seat
		move  games.Move
	}{
		"another move":              {travellers(1, 2), 0, "fly"},
		"no move":                   {travellers(1, 2), 0, ""},
		"the move in other letters": {travellers(1, 2), 0, "Roll"},
		"out of turn":               {travellers(1, 2), 1, Roll},
		"a seat that is not there":  {travellers(1, 2), 2, Roll},
		"a watcher":                 {travellers(1, 2), games.Watcher, Roll},
		"the winner, when over":     {over, 0, Roll},
		"another, when over":        {over, 1, Roll},
	} {
		t.Run(name, func(t *testing.T) {
			dice := games.Record(games.Replay([]int{3}))
			next, events, err := Rules{}.Apply(test.state, test.by, test.move, dice)
			if !errors.Is(err, games.ErrIllegal) {
				t.Errorf("error %v, want ErrIllegal", err)
			}
			if !reflect.DeepEqual(next, test.state) || events != nil || dice.Drawn() != nil {
				t.Errorf("state %+v, events %v, drawn %v", next, events, dice.Drawn())
			}
		})
	}
}

func TestTheViewShowsWhereEachRollLeads(t *testing.T) {
	s := travellers(9, 59)
	got := Rules{}.View(s, 1)
	if !reflect.DeepEqual(got.State, s) {
		t.Errorf("view %+v of %+v", got, s)
	}
	if want := []Reach{
		{Roll: 1, Place: 10},
		{Roll: 2, Place: 11, Flight: 7},
		{Roll: 3, Place: 12},
		{Roll: 4, Place: 13, Landmark: "taj-mahal"},
		{Roll: 5, Place: 14, Flight: 38},
		{Roll: 6, Place: 15, Flight: 6},
	}; !reflect.DeepEqual(got.Reach, want) {
		t.Errorf("reach %+v, want %+v", got.Reach, want)
	}

	s.Turn = 1
	if want := []Reach{
		{Roll: 1, Place: 60, Landmark: "statue-of-liberty"},
		{Roll: 2, Place: 61},
		{Roll: 3, Place: 62},
		{Roll: 4, Place: 63, Flight: 45},
		{Roll: 5, Place: 64},
		{Roll: 6, Place: 65},
	}; !reflect.DeepEqual(Rules{}.View(s, games.Watcher).Reach, want) {
		t.Errorf("reach %+v, want %+v", Rules{}.View(s, games.Watcher).Reach, want)
	}
}

func TestTheViewOfAGameThatIsOverLeadsNowhere(t *testing.T) {
	s, _ := roll(t, travellers(62, 0), 6)
	if got := (Rules{}).View(s, 0).Reach; got != nil {
		t.Errorf("reach %v", got)
	}
}

func TestTheViewIsACopy(t *testing.T) {
	s := travellers(1, 2)
	view := Rules{}.View(s, 0)
	view.Travellers[0].Place = 50
	if s.Travellers[0].Place != 1 {
		t.Error("a change of the view has reached the state")
	}
}
