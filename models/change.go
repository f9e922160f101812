package models

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"time"

	"worldtravel/models/span"
	"worldtravel/models/store"
)

// errUnchanged and errPlaying are what the functions given to change return
// instead of changing anything.
var (
	errUnchanged = errors.New("nothing to change")
	errPlaying   = errors.New("the game has begun")
)

// retries bounds how often a lost compare-and-set is tried again. At a table of
// four one is lost a few times at most.
const retries = 100

// retry runs a read and compare-and-set until it is not lost to somebody quicker.
func retry(ctx context.Context, attempt func() error) error {
	for range retries {
		err := attempt()
		if !errors.Is(err, store.ErrConflict) {
			return err
		}
		select {
		case <-time.After(rand.N(5 * time.Millisecond)):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return fmt.Errorf("lost %d times in a row: %w", retries, store.ErrConflict)
}

// guarded makes a panic an error: work that no request waits for must not end the
// whole program.
func guarded(work func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return work()
}

type finishingKey struct{}

// finishing gives a context for work that must not stop half done because a
// browser went away; it has a limit of its own, one for all that follows from it.
func finishing(ctx context.Context) (context.Context, context.CancelFunc) {
	if ctx.Value(finishingKey{}) != nil {
		return ctx, func() {}
	}
	ctx = context.WithValue(context.WithoutCancel(ctx), finishingKey{}, true)
	return context.WithTimeout(ctx, FinishLimit)
}

// change reads a room, lets f change it and stores it by compare-and-set, again
// when somebody was quicker. f must replace what it changes inside (seats), not
// write into it.
func (r *Rooms) change(ctx context.Context, id string, f func(*Room) error) (err error) {
	ctx, step := span.Call(ctx)
	defer func() { step.End(err) }()
	ctx, cancel := finishing(ctx)
	defer cancel()
	var before Room
	err = retry(ctx, func() error {
		room, err := r.get(ctx, id)
		if err != nil {
			return err
		}
		before = room.Value
		if err := f(&room.Value); err != nil {
			return err
		}
		room.Value.Changed = r.now()
		if _, err = r.rooms.Update(ctx, room); err != nil {
			return fmt.Errorf("store room: %w", err)
		}
		return nil
	})
	if errors.Is(err, errUnchanged) {
		return nil
	} else if err != nil {
		return err
	}
	// The change is stored: what goes wrong from here on is no refusal of it.
	table, err := r.Open(ctx, id)
	if err != nil {
		r.log.ErrorContext(ctx, "announce a changed room", "room", id, "error", err)
		return nil
	}
	r.announce(ctx, table, before.Members...)
	return nil
}

// get reads a room; NoRoom when there is none.
func (r *Rooms) get(ctx context.Context, id string) (store.Doc[Room], error) {
	if !ValidID(id) {
		return store.Doc[Room]{}, Refuse(NoRoom)
	}
	room, err := r.rooms.Get(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return room, Refuse(NoRoom)
	} else if err != nil {
		return room, fmt.Errorf("read room: %w", err)
	}
	return room, nil
}
