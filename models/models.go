// Package models is the domain: who plays, in which rooms, and what their games
// came to. It stores through models/store, plays by models/games, and knows
// neither HTTP nor HTML.
package models

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/alexedwards/argon2id"

	"worldtravel/models/games"
	"worldtravel/models/store"
)

// Models is the whole domain over one database.
type Models struct {
	Users    *Users
	Sessions *Sessions
	Rooms    *Rooms
	Results  *Results

	db  store.Backend
	log *slog.Logger
	now func() time.Time
}

// Config is what the domain needs from outside. Every field must be set.
type Config struct {
	Games    []games.Game
	Dice     games.Dice       // safe for concurrent use
	Now      func() time.Time // cut to milliseconds by the models
	Notifier Notifier
	Log      *slog.Logger
	Hash     argon2id.Params // HashParams, but for tests
	HashWait time.Duration   // HashWait, but for tests
}

// Open makes the collections ready and wires the domain.
func Open(ctx context.Context, db store.Backend, config Config) (*Models, error) {
	now := func() time.Time { return config.Now().UTC().Truncate(time.Millisecond) }
	passwords, err := newPasswords(config.Hash, config.HashWait)
	if err != nil {
		return nil, err
	}
	results := &Results{}
	users := &Users{
		results: results, passwords: passwords, now: now,
		logins: newAttempts(FailedLogins, FailedLoginTime, LoginsTracked, now),
		guests: newAttempts(GuestsPerAddress, GuestTime, GuestsTracked, now),
	}
	sessions := &Sessions{users: users, now: now}
	rooms := &Rooms{
		users: users, results: results, games: map[string]games.Game{}, tables: &tableCache{tables: map[string]*Table{}},
		dice: config.Dice, now: now, notify: config.Notifier, log: config.Log,
	}
	for _, game := range config.Games {
		rooms.games[game.Info().Slug] = game
	}
	rooms.alarms = &alarms{now: now, ring: func(ctx context.Context, room string) {
		if err := guarded(func() error { return rooms.computerMove(ctx, room) }); err != nil {
			config.Log.Error("computer's move", "room", room, "error", err)
		}
	}}
	o := opener{ctx: ctx, db: db}
	open(&o, &users.users, store.Schema{Name: "users", Indexes: []store.Index{
		{Name: "used", Fields: []string{"guest", "used"}},
		{Name: "uncounted", Fields: []string{"uncounted"}},
	}})
	open(&o, &users.claims, store.Schema{Name: "names"})
	open(&o, &sessions.sessions, store.Schema{Name: "sessions", Indexes: []store.Index{
		{Name: "expires", Fields: []string{"expires"}},
	}})
	open(&o, &rooms.rooms, store.Schema{Name: "rooms", Indexes: []store.Index{
		{Name: "stage", Fields: []string{"stage", "changed"}},
		{Name: "listed", Fields: []string{"listed", "stage", "changed"}},
		{Name: "member", Fields: []string{"members", "changed"}},
	}})
	open(&o, &rooms.entries, store.Schema{Name: "moves", Indexes: []store.Index{
		{Name: "room", Fields: []string{"room", "n"}},
	}})
	open(&o, &results.results, store.Schema{Name: "results", Indexes: []store.Index{
		{Name: "user", Fields: []string{"user", "ended"}},
		{Name: "won", Fields: []string{"user", "won"}},
		{Name: "souvenir", Fields: []string{"souvenirs", "user", "game"}},
	}})
	open(&o, &results.standings, store.Schema{Name: "standings", Indexes: []store.Index{
		{Name: "rank", Fields: []string{"won", "share"}},
	}})
	if o.err != nil {
		return nil, o.err
	}
	return &Models{Users: users, Sessions: sessions, Rooms: rooms, Results: results, db: db, log: config.Log, now: now}, nil
}

// Ping reports whether the database answers.
func (m *Models) Ping(ctx context.Context) error { return m.db.Ping(ctx) }

// opener opens collections until one fails.
type opener struct {
	ctx context.Context
	db  store.Backend
	err error
}

func open[T any](o *opener, into *store.Collection[T], schema store.Schema) {
	if o.err != nil {
		return
	}
	if *into, o.err = store.Open[T](o.ctx, o.db, schema); o.err != nil {
		o.err = fmt.Errorf("open collection %s: %w", schema.Name, o.err)
	}
}
