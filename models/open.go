package models

import (
	"context"
	"fmt"
	"sync"

	"worldtravel/models/span"
	"worldtravel/models/store"
)

// entriesAtOnce is how many entries of a log are read with one query.
const entriesAtOnce = 500

// Open gives a room as it is now, with its game: the fold of the log. A prefix
// of the fold is kept in memory, and the entries after it are read each time, so
// the answer is right also when another process writes. NoRoom when there is none.
func (r *Rooms) Open(ctx context.Context, id string) (_ *Table, err error) {
	ctx, step := span.Call(ctx)
	defer func() { step.End(err) }()
	if t := r.tables.get(id); t != nil && t.underWay() {
		t, err := r.fold(ctx, t)
		if err != nil || !t.Over {
			return t, err
		}
	}
	room, err := r.get(ctx, id)
	if err != nil {
		return nil, err
	}
	return r.openRoom(ctx, room)
}

// underWay reports whether the game is being played. From Start to the last entry
// a room's document stands still.
func (t *Table) underWay() bool { return t.Room.Stage == StagePlaying && !t.Over }

// OpenAt is Open for whoever is content with a table of that version or a later
// one: in mid-game, when this process has made or read it, as after a form or before
// a push, nothing is read again.
func (r *Rooms) OpenAt(ctx context.Context, id string, version int64) (*Table, error) {
	if t := r.tables.get(id); t != nil && t.underWay() && version > 0 && t.Version >= version {
		return t, nil
	}
	return r.Open(ctx, id)
}

// openRoom is Open for a room whose document has just been read.
func (r *Rooms) openRoom(ctx context.Context, room store.Doc[Room]) (*Table, error) {
	if t := r.tables.get(room.ID); t != nil {
		if room.Version > t.doc {
			t = t.with(room)
		}
		return r.fold(ctx, t)
	}
	t, err := newTable(room, r.games)
	if err != nil {
		return nil, err
	}
	return r.fold(ctx, t)
}

// fold adds to a table the entries stored since.
func (r *Rooms) fold(ctx context.Context, t *Table) (*Table, error) {
	for t.started() && !t.Over {
		entries, err := r.entries.Find(ctx, store.Query{
			Index: "room", Equal: []any{t.ID}, Min: t.N + 1, Limit: entriesAtOnce,
		})
		if err != nil {
			return nil, fmt.Errorf("read log of room %s: %w", t.ID, err)
		}
		if len(entries) > 0 {
			t = t.roomFor(len(entries))
		}
		for _, entry := range entries {
			if t, err = t.after(entry.Value); err != nil {
				return nil, err
			}
		}
		if len(entries) < entriesAtOnce {
			break
		}
	}
	r.tables.put(t)
	return t, nil
}

// tableCache keeps tables of started games, at most TablesCached.
type tableCache struct {
	mu     sync.Mutex
	tables map[string]*Table
}

func (c *tableCache) get(id string) *Table {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.tables[id]
}

// put keeps a table unless a newer one is held.
func (c *tableCache) put(t *Table) {
	if !t.started() {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	held := c.tables[t.ID]
	if held != nil && held.Version > t.Version {
		return
	}
	if held == nil && len(c.tables) >= TablesCached {
		for any := range c.tables {
			delete(c.tables, any)
			break
		}
	}
	c.tables[t.ID] = t
}

// Listed gives the rooms that the lobby shows: those one can join, then those in
// play, each with the last changed first.
func (r *Rooms) Listed(ctx context.Context) (waiting, playing []*Table, err error) {
	ctx, step := span.Call(ctx)
	defer func() { step.End(err) }()
	if waiting, err = r.list(ctx, store.Query{
		Index: "listed", Equal: []any{true, string(StageWaiting)}, Desc: true, Limit: ListedWaiting,
	}); err != nil {
		return nil, nil, err
	}
	playing, err = r.list(ctx, store.Query{
		Index: "listed", Equal: []any{true, string(StagePlaying)}, Desc: true, Limit: ListedPlaying,
	})
	return waiting, playing, err
}

// Of gives the rooms that a player sits in, finished ones not counted.
func (r *Rooms) Of(ctx context.Context, user string) ([]*Table, error) {
	return r.list(ctx, store.Query{Index: "member", Equal: []any{user}, Desc: true, Limit: RoomsPerPlayer})
}

func (r *Rooms) list(ctx context.Context, q store.Query) ([]*Table, error) {
	rooms, err := r.rooms.Find(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("list rooms: %w", err)
	}
	tables := make([]*Table, 0, len(rooms))
	for _, room := range rooms {
		t, err := r.openRoom(ctx, room)
		switch {
		case err == nil:
			tables = append(tables, t)
		case Away(err) || ctx.Err() != nil:
			return nil, err
		default: // one room that cannot be read must not hide the others
			r.log.ErrorContext(ctx, "list a room", "room", room.ID, "error", err)
		}
	}
	return tables, nil
}
