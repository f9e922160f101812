package games

import (
	"errors"
	"fmt"
	"slices"
)

// ErrDraws is what Replayer.Err wraps when recorded draws do not fit the rules
// that replay them.
var ErrDraws = errors.New("the recorded draws do not fit the rules")

// Recorder is a Dice that keeps what it gave, to be stored with the move. It is
// for one move, and for one goroutine.
type Recorder struct {
	dice  Dice
	drawn []int
}

// Record draws from dice and keeps the values.
func Record(dice Dice) *Recorder { return &Recorder{dice: dice} }

// IntN draws from the dice underneath.
func (r *Recorder) IntN(n int) int {
	v := r.dice.IntN(n)
	r.drawn = append(r.drawn, v)
	return v
}

// Drawn gives the values drawn so far, in order; nil when there were none.
func (r *Recorder) Drawn() []int { return slices.Clone(r.drawn) }

// Replayer is a Dice that gives recorded values again. When they do not fit it
// yields 0 from there on, which every n allows, and Err tells why: ask it after
// each move, and throw the move's result away when it is not nil.
type Replayer struct {
	drawn []int
	next  int
	err   error
}

// Replay gives the values that a Recorder has kept. It does not change drawn.
func Replay(drawn []int) *Replayer { return &Replayer{drawn: drawn} }

// IntN gives the next recorded value; n is not part of the record, so a value
// that would not be in [0, n) is a fault.
func (r *Replayer) IntN(n int) int {
	switch {
	case r.err != nil:
		return 0
	case r.next == len(r.drawn):
		r.err = fmt.Errorf("%w: only %d were recorded", ErrDraws, len(r.drawn))
		return 0
	}
	v := r.drawn[r.next]
	if v < 0 || v >= n {
		r.err = fmt.Errorf("%w: draw %d is %d, outside [0, %d)", ErrDraws, r.next+1, v, n)
		return 0
	}
	r.next++
	return v
}

// Err is nil when each recorded value was drawn and was in range. Otherwise it
// wraps ErrDraws: the values ran out, one was out of range, or some were left.
func (r *Replayer) Err() error {
	if r.err == nil && r.next < len(r.drawn) {
		return fmt.Errorf("%w: %d of %d were not drawn", ErrDraws, len(r.drawn)-r.next, len(r.drawn))
	}
	return r.err
}
