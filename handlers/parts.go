package handlers

import (
	"context"
	"reflect"
	"sync"
	"sync/atomic"
	"time"

	"github.com/a-h/templ"

	"worldtravel/handlers/live"
)

const (
	// partFresh is how long a part may be behind a change made by another process.
	partFresh = time.Second
	// partsHeld is how many parts are kept at most.
	partsHeld = 1_000
)

// partCache keeps the parts of the lobby as they are sent, by topic, for they are
// asked for far more often than they change. A change in this process makes a
// part stale at once, one in another process after partFresh.
type partCache struct {
	now   func() time.Time
	stamp func() int64
	make  func(ctx context.Context, topic string) (part, error)
	held  *kept[heldPart]
}

// part is what a fragment shows, and how that is drawn under a version.
type part struct {
	state any
	draw  func(version int64) templ.Component
}

type heldPart struct {
	changes atomic.Int64 // counts what made it stale

	mu    sync.Mutex
	state any
	sent  live.Fragment   // state, rendered
	page  templ.Component // the same bytes, to put into a page
	until time.Time       // fresh until then,
	seen  int64           // if there were no more changes than these

	failed   error // how the last try that failed did, and when
	failedAt time.Time
}

// get gives a part as it is, as a fragment and as a component of the same bytes.
// Its version is a new one only when something in it has changed. Whoever waited
// while it could not be made gets the same error, and does not try, and wait, in
// turn.
func (c *partCache) get(ctx context.Context, topic string) (live.Fragment, templ.Component, error) {
	asked, p := c.now(), c.held.get(topic)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.failedAt.After(asked) {
		return live.Fragment{}, nil, p.failed
	}
	changes := p.changes.Load()
	if p.seen == changes && c.now().Before(p.until) {
		return p.sent, p.page, nil
	}
	until, version := c.now().Add(partFresh), c.stamp()
	made, err := c.make(ctx, topic)
	if err != nil {
		if ctx.Err() == nil { // or else it concerns nobody else
			p.failed, p.failedAt = err, c.now()
		}
		return live.Fragment{}, nil, err
	}
	if p.page == nil || !reflect.DeepEqual(made.state, p.state) {
		sent, err := fragmentOf(ctx, version, made.draw(version))
		if err != nil {
			return live.Fragment{}, nil, err
		}
		p.state, p.sent, p.page = made.state, sent, templ.Raw(string(sent.HTML))
	}
	p.until, p.seen = until, changes
	return p.sent, p.page, nil
}

// changed makes a part stale.
func (c *partCache) changed(topic string) {
	if p := c.held.known(topic); p != nil {
		p.changes.Add(1)
	}
}
