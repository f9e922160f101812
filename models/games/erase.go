package games

import "errors"

// ErrIllegal is what Apply wraps when the rules do not allow a move.
var ErrIllegal = errors.New("the rules do not allow this move")

// Game is a Rules whose types are erased, so that one table can hold any game.
// The states that pass through it are the S, and the views the V, of the Rules
// it was made from.
type Game interface {
	Info() Info
	Setup(seats int, dice Dice) any
	ToAct(s any) []Seat
	Legal(s any, by Seat) []Move
	Apply(s any, by Seat, m Move, dice Dice) (any, []Event, error)
	Absent(s any, by Seat) Move
	Outcome(s any) (Outcome, bool)
	View(s any, to Seat) any
}

// Of erases the types of rules.
func Of[S, V any](rules Rules[S, V]) Game { return erased[S, V]{rules} }

type erased[S, V any] struct{ rules Rules[S, V] }

func (e erased[S, V]) Info() Info                     { return e.rules.Info() }
func (e erased[S, V]) Setup(seats int, dice Dice) any { return e.rules.Setup(seats, dice) }
func (e erased[S, V]) ToAct(s any) []Seat             { return e.rules.ToAct(s.(S)) }
func (e erased[S, V]) Legal(s any, by Seat) []Move    { return e.rules.Legal(s.(S), by) }
func (e erased[S, V]) Absent(s any, by Seat) Move     { return e.rules.Absent(s.(S), by) }
func (e erased[S, V]) Outcome(s any) (Outcome, bool)  { return e.rules.Outcome(s.(S)) }
func (e erased[S, V]) View(s any, to Seat) any        { return e.rules.View(s.(S), to) }

func (e erased[S, V]) Apply(s any, by Seat, m Move, dice Dice) (any, []Event, error) {
	return e.rules.Apply(s.(S), by, m, dice)
}
