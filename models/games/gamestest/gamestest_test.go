package gamestest_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"worldtravel/models/games"
	"worldtravel/models/games/gamestest"
)

// heap is a small sound game: in turn, take one or two stones, and lose as many
// again as the die says; who takes the last has won. The faulty games below
// are heap with one method gone wrong.
type heap struct{}

type stones struct {
	Left  int
	Turn  games.Seat
	Taken []int // by each seat
	log   []int // unexported: the checks must look here too
}

type look struct{ Left int }

func (heap) Info() games.Info {
	return games.Info{Slug: "heap", Name: "Heap", Version: 1, MinSeats: 2, MaxSeats: 3}
}

func (heap) Setup(seats int, dice games.Dice) stones {
	return stones{Left: 8 + dice.IntN(8), Taken: make([]int, seats)}
}

func (heap) ToAct(s stones) []games.Seat {
	if s.Left == 0 {
		return nil
	}
	return []games.Seat{s.Turn}
}

func (heap) Legal(s stones, by games.Seat) []games.Move {
	switch {
	case by != s.Turn || s.Left == 0:
		return nil
	case s.Left == 1:
		return []games.Move{"one"}
	}
	return []games.Move{"one", "two"}
}

func (h heap) Apply(s stones, by games.Seat, m games.Move, dice games.Dice) (stones, []games.Event, error) {
	if !slices.Contains(h.Legal(s, by), m) {
		return s, nil, fmt.Errorf("heap: %w", games.ErrIllegal)
	}
	take := 1
	if m == "two" {
		take = 2
	}
	s.Taken, s.log = slices.Clone(s.Taken), append(slices.Clip(s.log), take)
	s.Taken[by] += take
	s.Left -= take
	if s.Left > 0 {
		s.Left -= dice.IntN(s.Left)
		s.Turn = (by + 1) % games.Seat(len(s.Taken))
	}
	return s, []games.Event{{Kind: "took", By: by, Args: []int{take}}}, nil
}

func (heap) Absent(stones, games.Seat) games.Move { return "one" }

func (heap) Outcome(s stones) (games.Outcome, bool) {
	rank := make([]int, len(s.Taken))
	for seat := range rank {
		rank[seat] = 2
	}
	rank[s.Turn] = 1
	souvenirs := make([][]string, len(s.Taken))
	souvenirs[s.Turn] = []string{"last-stone"}
	return games.Outcome{Rank: rank, Souvenirs: souvenirs}, s.Left == 0
}

func (heap) View(s stones, _ games.Seat) look { return look{s.Left} }

func TestASoundGamePasses(t *testing.T) {
	gamestest.Run(t, games.Of(heap{}), gamestest.Within(15), gamestest.Games(50))
}

type changesItsInput struct{ heap }

func (g changesItsInput) Apply(s stones, by games.Seat, m games.Move, dice games.Dice) (stones, []games.Event, error) {
	if slices.Contains(g.Legal(s, by), m) {
		s.Taken[by]++
	}
	return g.heap.Apply(s, by, m, dice)
}

type changesWhatIsLookedAt struct{ heap }

func (g changesWhatIsLookedAt) View(s stones, to games.Seat) look {
	s.Taken[0]++
	return g.heap.View(s, to)
}

type sharesBetweenMoves struct{ heap }

func (g sharesBetweenMoves) Setup(seats int, dice games.Dice) stones {
	s := g.heap.Setup(seats, dice)
	s.log = make([]int, 0, 100)
	return s
}

func (g sharesBetweenMoves) Apply(s stones, by games.Seat, m games.Move, dice games.Dice) (stones, []games.Event, error) {
	next, events, err := g.heap.Apply(s, by, m, dice)
	if err == nil {
		next.log = append(s.log, next.log[len(s.log)])
	}
	return next, events, err
}

type hasChanceOfItsOwn struct{ heap }

func (g hasChanceOfItsOwn) Setup(seats int, _ games.Dice) stones {
	return g.heap.Setup(seats, rand.New(rand.NewPCG(rand.Uint64(), 0)))
}

type stalls struct{ heap }

func (g stalls) ToAct(s stones) []games.Seat {
	if s.Left < 4 {
		return nil
	}
	return g.heap.ToAct(s)
}

type neverEnds struct{ heap }

func (g neverEnds) Apply(s stones, by games.Seat, m games.Move, dice games.Dice) (stones, []games.Event, error) {
	next, events, err := g.heap.Apply(s, by, m, dice)
	if err == nil && next.Left == 0 {
		next.Left = 8
	}
	return next, events, err
}

type playsAbsurdlyForTheAbsent struct{ heap }

func (playsAbsurdlyForTheAbsent) Absent(stones, games.Seat) games.Move { return "two" }

type asksForMovesItRefuses struct{ heap }

func (asksForMovesItRefuses) Legal(s stones, by games.Seat) []games.Move {
	if by != s.Turn || s.Left == 0 {
		return nil
	}
	return []games.Move{"one", "two"}
}

type letsAnybodyMove struct{ heap }

func (g letsAnybodyMove) Apply(s stones, by games.Seat, m games.Move, dice games.Dice) (stones, []games.Event, error) {
	if by >= 0 && int(by) < len(s.Taken) && (m == "one" || m == "two") && s.Left > 1 {
		s.Turn = by
	}
	return g.heap.Apply(s, by, m, dice)
}

type refusesInItsOwnWords struct{ heap }

func (g refusesInItsOwnWords) Apply(s stones, by games.Seat, m games.Move, dice games.Dice) (stones, []games.Event, error) {
	next, events, err := g.heap.Apply(s, by, m, dice)
	if err != nil {
		err = errors.New("no")
	}
	return next, events, err
}

type losesTheStateWhenRefusing struct{ heap }

func (g losesTheStateWhenRefusing) Apply(s stones, by games.Seat, m games.Move, dice games.Dice) (stones, []games.Event, error) {
	next, events, err := g.heap.Apply(s, by, m, dice)
	if err != nil {
		next = stones{}
	}
	return next, events, err
}

type ranksWithGaps struct{ heap }

func (g ranksWithGaps) Outcome(s stones) (games.Outcome, bool) {
	outcome, over := g.heap.Outcome(s)
	outcome.Rank[(s.Turn+1)%games.Seat(len(outcome.Rank))] = 9
	return outcome, over
}

type givesToNobody struct{ heap }

func (g givesToNobody) Outcome(s stones) (games.Outcome, bool) {
	outcome, over := g.heap.Outcome(s)
	outcome.Souvenirs = outcome.Souvenirs[1:]
	return outcome, over
}

type givesTwice struct{ heap }

func (g givesTwice) Outcome(s stones) (games.Outcome, bool) {
	outcome, over := g.heap.Outcome(s)
	outcome.Souvenirs[s.Turn] = append(outcome.Souvenirs[s.Turn], "last-stone")
	return outcome, over
}

type tellsOfNobody struct{ heap }

func (g tellsOfNobody) Apply(s stones, by games.Seat, m games.Move, dice games.Dice) (stones, []games.Event, error) {
	next, events, err := g.heap.Apply(s, by, m, dice)
	for i := range events {
		events[i].Only = []games.Seat{7}
	}
	return next, events, err
}

func TestAFaultyGameIsFound(t *testing.T) {
	for name, test := range map[string]struct {
		game games.Game
		want string // in the error
	}{
		"changes its input":                {games.Of(changesItsInput{}), "the state given to Apply was changed"},
		"changes what is looked at":        {games.Of(changesWhatIsLookedAt{}), "the state was changed"},
		"shares memory between two moves":  {games.Of(sharesBetweenMoves{}), "trying one move changed what another led to"},
		"has chance of its own":            {games.Of(hasChanceOfItsOwn{}), "the start differs"},
		"stalls":                           {games.Of(stalls{}), "stalled"},
		"never ends":                       {games.Of(neverEnds{}), "not over after 100 moves"},
		"plays absurdly for the absent":    {games.Of(playsAbsurdlyForTheAbsent{}), `the absent move "two" of seat`},
		"asks for moves it refuses":        {games.Of(asksForMovesItRefuses{}), "trying \"two\" by seat"},
		"lets anybody move":                {games.Of(letsAnybodyMove{}), "is not legal, and Apply says <nil>"},
		"refuses in words of its own":      {games.Of(refusesInItsOwnWords{}), "is not legal, and Apply says no"},
		"loses the state when it refuses":  {games.Of(losesTheStateWhenRefusing{}), "the state after a refusal differs"},
		"ranks with gaps":                  {games.Of(ranksWithGaps{}), "ranks ["},
		"gives nothing to one of three":    {games.Of(givesToNobody{}), "souvenirs of 2 seats for 3"},
		"gives one thing twice":            {games.Of(givesTwice{}), `brings home ["last-stone" "last-stone"]`},
		"tells of somebody not at a table": {games.Of(tellsOfNobody{}), "names seat 7 of 3"},
	} {
		t.Run(name, func(t *testing.T) {
			// Chance decides when a fault shows, so several games are played.
			found := errors.New("nothing")
			for seed := range uint64(30) {
				dice, choice := rand.New(rand.NewPCG(seed, 1)), rand.New(rand.NewPCG(seed, 2))
				played, err := gamestest.Play(test.game, 3, dice, gamestest.Random(choice), 100)
				if err == nil {
					err = played.Replay(test.game)
				}
				if err != nil {
					found = err
					break
				}
			}
			if !strings.Contains(found.Error(), test.want) {
				t.Errorf("found %q, want %q", found, test.want)
			}
		})
	}
}

func TestBytesAreTheDrawsAndThenChanceGoesOn(t *testing.T) {
	dice, again := gamestest.Bytes([]byte{7, 250, 3}), gamestest.Bytes([]byte{7, 250, 3})
	for i, want := range []int{1, 4, 3} {
		if got := dice.IntN(6); got != want {
			t.Errorf("draw %d = %d, want %d", i+1, got, want)
		}
		again.IntN(6)
	}
	seen := map[int]bool{}
	for range 200 {
		got := dice.IntN(6)
		if got != again.IntN(6) {
			t.Fatal("the same bytes gave other draws")
		}
		seen[got] = true
	}
	if len(seen) != 6 {
		t.Errorf("after the bytes only %v came up", seen)
	}
}
