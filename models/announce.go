package models

import (
	"context"
	"sync"
	"time"

	"worldtravel/models/span"
)

// Notifier is told of every change after it is stored. ctx is that of the step which
// changed it. version is the topic's own, or 0 for a topic that has none stored (the
// lobby, a player's rooms).
type Notifier interface {
	Changed(ctx context.Context, topic string, version int64)
}

// LobbyTopic is the subject of the lobby page.
const LobbyTopic = "lobby"

// RoomTopic is the subject of a room's page.
func RoomTopic(id string) string { return "room/" + id }

// PlayerTopic is the subject of what a player's own pages show: the rooms one
// sits in.
func PlayerTopic(user string) string { return "player/" + user }

// announce tells of a changed room: its page, the lobby, and the rooms of those
// who sit in it or did before; and sees to the computer's next move.
func (r *Rooms) announce(ctx context.Context, t *Table, before ...string) {
	ctx, step := span.Start(ctx, "announce", span.Topic.String(RoomTopic(t.ID)), span.Version.Int64(t.Version))
	defer step.End(nil)
	r.notify.Changed(ctx, RoomTopic(t.ID), t.Version)
	r.notify.Changed(ctx, LobbyTopic, 0)
	told := map[string]bool{"": true}
	tell := func(user string) {
		if !told[user] {
			told[user] = true
			r.notify.Changed(ctx, PlayerTopic(user), 0)
		}
	}
	for _, seat := range t.Room.Seats {
		tell(seat.User)
	}
	for _, user := range before {
		tell(user)
	}
	if _, at, ok := t.ComputerDue(); ok {
		r.alarms.set(span.Carried(ctx), t.ID, at)
	}
}

// alarms call ring for a room at a time. Setting a room's alarm anew replaces it.
// They are no more than a promptness: the sweep finds what a lost alarm was for.
type alarms struct {
	now    func() time.Time
	ring   func(ctx context.Context, room string)
	mu     sync.Mutex
	timers map[string]*time.Timer // nil until start, and after stop
	rings  sync.WaitGroup
}

// start lets alarms be set; before, they are not.
func (a *alarms) start() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.timers = map[string]*time.Timer{}
}

// stop lets no more alarms ring, and waits for those that are ringing.
func (a *alarms) stop() {
	a.mu.Lock()
	for _, timer := range a.timers {
		if timer.Stop() {
			a.rings.Done()
		}
	}
	a.timers = nil
	a.mu.Unlock()
	a.rings.Wait()
}

// set has a room's alarm ring at a time, within what has caused it.
func (a *alarms) set(ctx context.Context, room string, at time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.wind(ctx, room, at)
}

// ensure sets a room's alarm unless there is one.
func (a *alarms) ensure(ctx context.Context, room string, at time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.timers[room] == nil {
		a.wind(ctx, room, at)
	}
}

func (a *alarms) wind(ctx context.Context, room string, at time.Time) {
	if a.timers == nil {
		return
	}
	if timer := a.timers[room]; timer != nil && timer.Stop() {
		a.rings.Done()
	}
	a.rings.Add(1)
	var timer *time.Timer
	timer = time.AfterFunc(at.Sub(a.now()), func() {
		defer a.rings.Done()
		a.mu.Lock()
		if a.timers[room] == timer {
			delete(a.timers, room)
		}
		a.mu.Unlock()
		a.ring(ctx, room)
	})
	a.timers[room] = timer
}
