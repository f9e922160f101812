package models

import (
	"context"
	"errors"
	"fmt"
	"time"

	"worldtravel/models/store"
)

// sweepBatch is how many documents of a kind the sweep reads with one query.
const sweepBatch = 500

// Run does what time brings until ctx ends: computers' moves when they are due,
// and a sweep at once and then every SweepEvery.
func (m *Models) Run(ctx context.Context) {
	m.Rooms.alarms.start()
	defer m.Rooms.alarms.stop()
	ticker := time.NewTicker(SweepEvery)
	defer ticker.Stop()
	for {
		if err := m.Sweep(ctx); err != nil && ctx.Err() == nil {
			m.log.ErrorContext(ctx, "sweep", "error", err)
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
	}
}

// Sweep finishes what a crash left half done and does what time has made due:
// computers' moves, games over but not settled, games and rooms that were
// forgotten, sessions that have expired, guests who have not come back. Any number
// of processes may sweep.
func (m *Models) Sweep(ctx context.Context) error {
	return errors.Join(
		m.Rooms.sweepPlaying(ctx), m.Rooms.sweepWaiting(ctx), m.Rooms.sweepClosed(ctx),
		m.Sessions.sweep(ctx), m.sweepKept(ctx), m.sweepGuests(ctx),
	)
}

// sweepPlaying looks at every game in play.
func (r *Rooms) sweepPlaying(ctx context.Context) error {
	return r.eachRoom(ctx, StagePlaying, time.Time{}, func(room store.Doc[Room]) error {
		t, err := r.openRoom(ctx, room)
		if err != nil {
			return err
		}
		if t.Over {
			return r.settle(ctx, t)
		}
		if r.now().Sub(t.Person) >= AbandonedAfter {
			return r.abandon(ctx, t.ID)
		}
		if _, at, ok := t.ComputerDue(); ok {
			if r.now().Before(at) {
				r.alarms.ensure(ctx, t.ID, at)
				return nil
			}
			return r.computerMove(ctx, t.ID)
		}
		return nil
	})
}

// sweepWaiting closes rooms that nobody has changed for ForgottenAfter.
func (r *Rooms) sweepWaiting(ctx context.Context) error {
	forgotten := r.now().Add(-ForgottenAfter)
	return r.eachRoom(ctx, StageWaiting, forgotten, func(room store.Doc[Room]) error {
		return r.change(ctx, room.ID, func(room *Room) error {
			if room.Stage != StageWaiting || room.Changed.After(forgotten) {
				return errUnchanged
			}
			room.close()
			return nil
		})
	})
}

// sweepClosed deletes rooms that were closed ClosedKept ago.
func (r *Rooms) sweepClosed(ctx context.Context) error {
	return r.eachRoom(ctx, StageClosed, r.now().Add(-ClosedKept), func(room store.Doc[Room]) error {
		if err := r.rooms.Delete(ctx, room.ID); err != nil {
			return fmt.Errorf("delete room: %w", err)
		}
		return nil
	})
}

// eachRoom calls f for every room of a stage that was last changed before a time,
// if any.
func (r *Rooms) eachRoom(ctx context.Context, stage Stage, before time.Time, f func(store.Doc[Room]) error) error {
	q := store.Query{Index: "stage", Equal: []any{string(stage)}}
	if !before.IsZero() {
		q.Max = before
	}
	return each(ctx, r.rooms, q, f)
}

// each calls f for every document that a query asks for, and goes on when f fails
// for one. It stops when ctx ends, which f, whose writes are finished once begun,
// may not notice.
func each[T any](ctx context.Context, all store.Collection[T], q store.Query, f func(store.Doc[T]) error) error {
	q.Limit = sweepBatch
	var failed error
	for {
		found, err := all.Find(ctx, q)
		if err != nil {
			return errors.Join(failed, err)
		}
		for _, doc := range found {
			if ctx.Err() != nil {
				return errors.Join(failed, ctx.Err())
			}
			if err := guarded(func() error { return f(doc) }); err != nil {
				failed = errors.Join(failed, fmt.Errorf("%s: %w", doc.ID, err))
			}
		}
		if len(found) < sweepBatch {
			return failed
		}
		q.After = all.Cursor(found[len(found)-1], q.Index)
	}
}
