package models

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"worldtravel/models/games"
	"worldtravel/models/span"
	"worldtravel/models/store"
)

// Move is the only way a player's move is made. n is the number it was drawn
// with: if a move has been made since and it is the player's own, the same form
// was sent twice and all is well; if it is another's, OldVersion, and nothing
// changes. The move may be typed: its case and the space around it do not matter.
func (r *Rooms) Move(ctx context.Context, id string, who Identity, n int, move games.Move) (err error) {
	ctx, step := span.Call(ctx)
	defer func() { step.End(err) }()
	return r.write(ctx, id, func(ctx context.Context, t *Table) (Entry, error) {
		seat := t.Room.SeatOf(who.User)
		if seat < 0 {
			return Entry{}, Refuse(NotSeated)
		}
		if since, ok := t.moveSince(n); ok && since.By == who.User && since.Seat == seat {
			return Entry{}, errUnchanged
		} else if ok {
			return Entry{}, Refuse(OldVersion)
		}
		switch {
		case n > t.N+1 || n < 1:
			return Entry{}, Refuse(BadRequest)
		case t.Over:
			return Entry{}, Refuse(GameOver)
		case !t.toAct(seat):
			return Entry{}, Refuse(NotYourTurn, t.Room.Seats[t.ToAct()[0]])
		case t.PlayedByComputer(seat):
			return Entry{}, Refuse(SeatAway)
		}
		return r.play(ctx, t, EntryMove, seat, who.User, t.legal(seat, move))
	})
}

// legal gives the move that somebody means who types it; what is none stays so.
func (t *Table) legal(seat int, typed games.Move) games.Move {
	word := strings.TrimSpace(string(typed))
	moves := t.Game.Legal(t.State, games.Seat(seat))
	if slices.Contains(moves, games.Move(word)) { // a game may have moves that differ by case alone
		return games.Move(word)
	}
	for _, move := range moves {
		if strings.EqualFold(word, string(move)) {
			return move
		}
	}
	return typed
}

// PlayOn makes the move of a player who has not moved for PlayOnAfter; any other
// player at the table may ask for it. If the turn has passed since the form was
// drawn at n, all is well.
func (r *Rooms) PlayOn(ctx context.Context, id string, who Identity, n int) (err error) {
	ctx, step := span.Call(ctx)
	defer func() { step.End(err) }()
	return r.write(ctx, id, func(ctx context.Context, t *Table) (Entry, error) {
		mine := t.Room.SeatOf(who.User)
		if mine < 0 || t.Players[mine].Left {
			return Entry{}, Refuse(NotSeated)
		}
		if _, passed := t.moveSince(n); passed || t.Over {
			return Entry{}, errUnchanged
		}
		seat, at, ok := t.PlayOnAt()
		switch {
		case n > t.N+1 || n < 1:
			return Entry{}, Refuse(BadRequest)
		case !ok || int(seat) == mine:
			return Entry{}, errUnchanged
		case r.now().Before(at):
			return Entry{}, Refuse(TooEarly, t.Room.Seats[seat])
		}
		return r.play(ctx, t, EntryAbsent, int(seat), who.User, t.Game.Absent(t.State, seat))
	})
}

// TakeBack gives a player the seat back that the computer keeps.
func (r *Rooms) TakeBack(ctx context.Context, id string, who Identity) (err error) {
	ctx, step := span.Call(ctx)
	defer func() { step.End(err) }()
	return r.write(ctx, id, func(_ context.Context, t *Table) (Entry, error) {
		seat := t.Room.SeatOf(who.User)
		switch {
		case seat < 0:
			return Entry{}, Refuse(NotSeated)
		case t.Over || !t.PlayedByComputer(seat):
			return Entry{}, errUnchanged
		case t.Players[seat].Returns >= ReturnsMost:
			return Entry{}, Refuse(TooManyReturns, ReturnsMost)
		}
		return Entry{Kind: EntryReturn, Seat: seat, By: who.User}, nil
	})
}

func (r *Rooms) leaveGame(ctx context.Context, id string, who Identity) error {
	return r.write(ctx, id, func(_ context.Context, t *Table) (Entry, error) {
		seat := t.Room.SeatOf(who.User)
		if seat < 0 || t.Over || t.Players[seat].Left {
			return Entry{}, errUnchanged
		}
		return Entry{Kind: EntryLeave, Seat: seat, By: who.User}, nil
	})
}

// computerMove makes the computer's move when it is due.
func (r *Rooms) computerMove(ctx context.Context, id string) (err error) {
	ctx, step := span.Call(ctx)
	defer func() { step.End(err) }()
	return r.write(ctx, id, func(ctx context.Context, t *Table) (Entry, error) {
		seat, at, ok := t.ComputerDue()
		if !ok || r.now().Before(at) {
			return Entry{}, errUnchanged
		}
		legal := t.Game.Legal(t.State, seat)
		return r.play(ctx, t, EntryMove, int(seat), "", legal[r.dice.IntN(len(legal))])
	})
}

// abandon ends a game in which no person has moved for AbandonedAfter.
func (r *Rooms) abandon(ctx context.Context, id string) error {
	return r.write(ctx, id, func(_ context.Context, t *Table) (Entry, error) {
		if t.Over || r.now().Sub(t.Person) < AbandonedAfter {
			return Entry{}, errUnchanged
		}
		return Entry{Kind: EntryAbandon}, nil
	})
}

// play lets the rules make a move and keeps what the dice gave.
func (r *Rooms) play(ctx context.Context, t *Table, kind EntryKind, seat int, by string, move games.Move) (Entry, error) {
	_, step := span.Start(ctx, "rules "+t.Game.Info().Slug)
	dice := games.Record(r.dice)
	_, _, err := t.Game.Apply(t.State, games.Seat(seat), move, dice)
	step.End(err)
	if err != nil {
		return Entry{}, &Error{Code: Illegal, Err: err}
	}
	return Entry{Kind: kind, Seat: seat, By: by, Move: move, Draws: dice.Drawn()}, nil
}

// write stores one more entry of a game's log. next looks at the table and makes
// the entry, or refuses; it is asked again when another entry was stored first.
// Once the entry is stored, what follows from it is done whether or not the
// browser is still there.
func (r *Rooms) write(ctx context.Context, id string, next func(context.Context, *Table) (Entry, error)) (err error) {
	ctx, step := span.Call(ctx)
	defer func() { step.End(err) }()
	ctx, cancel := finishing(ctx)
	defer cancel()
	for range retries {
		table, err := r.Open(ctx, id)
		if err != nil {
			return err
		}
		if !table.started() {
			return Refuse(NotStarted)
		}
		entry, err := next(ctx, table)
		if errors.Is(err, errUnchanged) {
			return nil
		} else if err != nil {
			return err
		}
		entry.Room, entry.N, entry.At = id, table.N+1, r.now()
		step.Set(span.Room.String(id), span.Entry.Int(entry.N))
		err = r.entries.Insert(ctx, entryID(id, entry.N), entry)
		if errors.Is(err, store.ErrExists) {
			continue
		} else if err != nil {
			return fmt.Errorf("store entry %d of room %s: %w", entry.N, id, err)
		}
		table, err = table.roomFor(1).after(entry)
		if err != nil {
			return err
		}
		r.tables.put(table)
		r.announce(ctx, table)
		if table.Over {
			// The entry is stored: what goes wrong from here on the sweep mends.
			if err := r.settle(ctx, table); err != nil {
				r.log.ErrorContext(ctx, "settle a game", "room", id, "error", err)
			}
		}
		return nil
	}
	return fmt.Errorf("room %s: lost %d entries in a row", id, retries)
}
