// Package gamestest holds what every game must satisfy: that its rules are pure,
// that it never stalls, and that it can be replayed from its recorded draws.
// Run checks a game; Play is for fuzz tests of one.
package gamestest

import (
	"errors"
	"fmt"
	"reflect"

	"worldtravel/models/games"
)

// Player decides for the whole table: which of the seats in ToAct moves next,
// and how.
type Player func(g games.Game, state any) (games.Seat, games.Move)

// Random plays any legal move of any seat that may move, as choice falls.
func Random(choice games.Dice) Player {
	return func(g games.Game, state any) (games.Seat, games.Move) {
		seats := g.ToAct(state)
		seat := seats[choice.IntN(len(seats))]
		moves := g.Legal(state, seat)
		return seat, moves[choice.IntN(len(moves))]
	}
}

// Absent plays as the table does when nobody is there.
func Absent(g games.Game, state any) (games.Seat, games.Move) {
	seat := g.ToAct(state)[0]
	return seat, g.Absent(state, seat)
}

// Played is a game from Setup to Outcome, as it went.
type Played struct {
	Seats   int
	Drawn   []int // by Setup
	Start   any
	Steps   []Step
	Outcome games.Outcome
}

// Step is one move: what was stored of it, and what came of it.
type Step struct {
	By     games.Seat
	Move   games.Move
	Drawn  []int
	Events []games.Event
	State  any // after the move
}

// Play plays a game to its end and checks on the way all that Run says of a
// single state and a single move. The error says what the game does not satisfy;
// one that has not ended after limit moves is an error too. What was played
// until then is returned in any case.
func Play(g games.Game, seats int, dice games.Dice, player Player, limit int) (Played, error) {
	recorder := games.Record(dice)
	p := Played{Seats: seats, Start: g.Setup(seats, recorder)}
	p.Drawn = recorder.Drawn()

	state := p.Start
	for n := 1; ; n++ {
		if err := checkState(g, state, seats); err != nil {
			return p, fmt.Errorf("before move %d: %w", n, err)
		}
		if outcome, over := g.Outcome(state); over {
			p.Outcome = outcome
			return p, nil
		}
		if n > limit {
			return p, fmt.Errorf("not over after %d moves", limit)
		}
		by, move := player(g, state)
		step, err := apply(g, state, seats, by, move, dice)
		if err != nil {
			return p, fmt.Errorf("move %d, %q by seat %d: %w", n, move, by, err)
		}
		p.Steps = append(p.Steps, step)
		state = step.State
	}
}

func apply(g games.Game, state any, seats int, by games.Seat, move games.Move, dice games.Dice) (Step, error) {
	before, recorder := dump(state), games.Record(dice)
	next, events, err := g.Apply(state, by, move, recorder)
	if err != nil {
		return Step{}, fmt.Errorf("a legal move is refused: %w", err)
	}
	if after := dump(state); after != before {
		return Step{}, fmt.Errorf("the state given to Apply was changed:\n before %s\n after  %s", before, after)
	}
	for _, e := range events {
		if err := checkEvent(e, seats); err != nil {
			return Step{}, err
		}
	}
	return Step{By: by, Move: move, Drawn: recorder.Drawn(), Events: events, State: next}, nil
}

// Replay plays the same moves again with the draws that were recorded. The
// error says where states or events come out differently, as they do when the
// rules have other chance than their dice, or when a later move has reached
// back into an earlier state.
func (p Played) Replay(g games.Game) error {
	replayer := games.Replay(p.Drawn)
	state := g.Setup(p.Seats, replayer)
	if err := errors.Join(replayer.Err(), same("the start", p.Start, state)); err != nil {
		return err
	}
	for i, step := range p.Steps {
		replayer := games.Replay(step.Drawn)
		next, events, err := g.Apply(state, step.By, step.Move, replayer)
		if err := errors.Join(
			err,
			replayer.Err(),
			same("the state", step.State, next),
			same("the events", step.Events, events),
		); err != nil {
			return fmt.Errorf("replaying move %d, %q by seat %d: %w", i+1, step.Move, step.By, err)
		}
		state = next
	}
	outcome, over := g.Outcome(state)
	if !over {
		return errors.New("the replay does not come to the end")
	}
	return same("the outcome", p.Outcome, outcome)
}

func same(what string, played, replayed any) error {
	if reflect.DeepEqual(played, replayed) {
		return nil
	}
	return fmt.Errorf("%s differs:\n played   %s\n replayed %s", what, dump(played), dump(replayed))
}
