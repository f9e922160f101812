package gamestest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"

	"worldtravel/models/games"
)

// noMove is a move that no game knows.
const noMove games.Move = "\x00 no such move"

// checkState checks all that must hold in every state of every game.
func checkState(g games.Game, state any, seats int) error {
	before := dump(state)
	for _, check := range []func(games.Game, any, int) error{
		checkTurn, checkOutcome, checkViews, checkLegal, checkRefused,
	} {
		err := check(g, state, seats)
		if after := dump(state); after != before {
			err = errors.Join(err, fmt.Errorf("the state was changed:\n before %s\n after  %s", before, after))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// checkTurn: somebody may move until the game is over, and then nobody may.
func checkTurn(g games.Game, state any, seats int) error {
	toAct := g.ToAct(state)
	_, over := g.Outcome(state)
	switch {
	case over && len(toAct) > 0:
		return fmt.Errorf("over, and yet seats %v may move", toAct)
	case !over && len(toAct) == 0:
		return errors.New("stalled: not over, and nobody may move")
	}
	for i, seat := range toAct {
		if seat < 0 || int(seat) >= seats {
			return fmt.Errorf("ToAct names seat %d of %d", seat, seats)
		}
		if slices.Contains(toAct[:i], seat) {
			return fmt.Errorf("ToAct names seat %d twice", seat)
		}
		if absent := g.Absent(state, seat); !slices.Contains(g.Legal(state, seat), absent) {
			return fmt.Errorf("the absent move %q of seat %d is not legal", absent, seat)
		}
	}
	for _, seat := range everySeat(seats) {
		if may := slices.Contains(toAct, seat); may != (len(g.Legal(state, seat)) > 0) {
			return fmt.Errorf("seat %d may move: %v, its legal moves: %q", seat, may, g.Legal(state, seat))
		}
	}
	return nil
}

// checkOutcome: each seat has its rank, counted as in a competition, and what it
// brings home, if the game gives anything.
func checkOutcome(g games.Game, state any, seats int) error {
	outcome, over := g.Outcome(state)
	if !over {
		return nil
	}
	if len(outcome.Rank) != seats {
		return fmt.Errorf("%d ranks for %d seats", len(outcome.Rank), seats)
	}
	for seat, rank := range outcome.Rank {
		ahead := 0
		for _, other := range outcome.Rank {
			if other < rank {
				ahead++
			}
		}
		if rank != 1+ahead {
			return fmt.Errorf("ranks %v: seat %d has %d seats before it", outcome.Rank, seat, ahead)
		}
	}
	return checkSouvenirs(outcome.Souvenirs, seats)
}

func checkSouvenirs(souvenirs [][]string, seats int) error {
	if souvenirs != nil && len(souvenirs) != seats {
		return fmt.Errorf("souvenirs of %d seats for %d", len(souvenirs), seats)
	}
	for seat, keys := range souvenirs {
		for i, key := range keys {
			if key == "" || slices.Contains(keys[:i], key) {
				return fmt.Errorf("seat %d brings home %q, which has an empty key or one twice", seat, keys)
			}
		}
	}
	return nil
}

// checkViews: there is a view for everybody, and looking twice shows the same.
func checkViews(g games.Game, state any, seats int) error {
	for seat := games.Watcher; int(seat) < seats; seat++ {
		if err := same("the view of one state", g.View(state, seat), g.View(state, seat)); err != nil {
			return fmt.Errorf("seat %d: %w", seat, err)
		}
	}
	return nil
}

// checkLegal: each legal move can be made, and what one move leads to does not
// change when another one is tried.
func checkLegal(g games.Game, state any, seats int) error {
	type result struct {
		state any
		dump  string
	}
	var results []result
	for _, seat := range g.ToAct(state) {
		for _, move := range g.Legal(state, seat) {
			step, err := apply(g, state, seats, seat, move, rand.New(rand.NewPCG(1, 1)))
			if err != nil {
				return fmt.Errorf("trying %q by seat %d: %w", move, seat, err)
			}
			results = append(results, result{step.State, dump(step.State)})
		}
	}
	for _, r := range results {
		if after := dump(r.state); after != r.dump {
			return fmt.Errorf("trying one move changed what another led to:\n before %s\n after  %s", r.dump, after)
		}
	}
	return nil
}

// checkRefused: whatever is not in a seat's list is refused and changes nothing.
func checkRefused(g games.Game, state any, seats int) error {
	candidates := []games.Move{"", noMove}
	for _, seat := range g.ToAct(state) {
		candidates = append(candidates, g.Legal(state, seat)...)
	}
	for _, seat := range everySeat(seats) {
		legal := g.Legal(state, seat)
		for _, move := range candidates {
			if slices.Contains(legal, move) {
				continue
			}
			next, events, err := g.Apply(state, seat, move, rand.New(rand.NewPCG(1, 1)))
			if !errors.Is(err, games.ErrIllegal) {
				return fmt.Errorf("%q by seat %d is not legal, and Apply says %v", move, seat, err)
			}
			if len(events) > 0 {
				return fmt.Errorf("%q by seat %d is refused, with events %v", move, seat, events)
			}
			if err := same("the state after a refusal", state, next); err != nil {
				return err
			}
		}
	}
	return nil
}

func checkEvent(e games.Event, seats int) error {
	if e.Kind == "" {
		return errors.New("an event without a kind")
	}
	for _, seat := range append([]games.Seat{e.By}, e.Only...) {
		if seat < games.Watcher || int(seat) >= seats {
			return fmt.Errorf("event %q names seat %d of %d", e.Kind, seat, seats)
		}
	}
	return nil
}

// everySeat is the table's seats and some that it does not have.
func everySeat(seats int) []games.Seat {
	all := []games.Seat{games.Watcher - 1, games.Watcher}
	for seat := range seats + 2 {
		all = append(all, games.Seat(seat))
	}
	return all
}
