package handlers

import (
	"context"
	"reflect"
	"sync"
	"sync/atomic"
	"time"

	"github.com/a-h/templ"

	"worldtravel/handlers/live"
	"worldtravel/views"
	"worldtravel/views/words"
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

// part is what a fragment shows, and how that is drawn under a version: whole, and
// where it has elements that change by themselves, as those that did.
type part struct {
	state    any
	draw     func(version int64) templ.Component
	elements []views.Part
	changes  func(version int64, elements templ.Component) templ.Component
}

type heldPart struct {
	changes atomic.Int64 // counts what made it stale

	mu      sync.Mutex
	version int64
	made    part
	drawn   map[*words.Language]drawnIn // state, rendered
	shown   map[*words.Language]*shown  // its elements, as they were rendered last
	until   time.Time                   // fresh until then,
	seen    int64                       // if there were no more changes than these

	failed   error // how the last try that failed did, and when
	failedAt time.Time
}

type drawnIn struct {
	sent live.Fragment
	page templ.Component // the same bytes, to put into a page
}

// get gives a part as it is in a language, as a fragment and as a component of the
// same bytes. Its version is a new one only when something in it has changed.
// Whoever waited while it could not be made gets the same error, and does not try,
// and wait, in turn.
func (c *partCache) get(ctx context.Context, topic string, l *words.Language) (live.Fragment, templ.Component, error) {
	asked, p := c.now(), c.held.get(topic)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.failedAt.After(asked) {
		return live.Fragment{}, nil, p.failed
	}
	if err := c.renew(ctx, topic, p); err != nil {
		return live.Fragment{}, nil, err
	}
	drawn, ok := p.drawn[l]
	if !ok {
		sent, err := p.render(words.In(ctx, l), l)
		if err != nil {
			return live.Fragment{}, nil, err
		}
		drawn = drawnIn{sent: sent, page: templ.Raw(string(sent.HTML))}
		p.drawn[l] = drawn
	}
	return drawn.sent, drawn.page, nil
}

// render draws a part's state in a language, that of the context.
func (p *heldPart) render(ctx context.Context, l *words.Language) (live.Fragment, error) {
	fragment, err := fragmentOf(ctx, p.version, p.made.draw(p.version))
	if err != nil || p.made.elements == nil {
		return fragment, err
	}
	now, err := show(ctx, p.version, nil, p.made.elements, p.shown[l], nil)
	if err != nil {
		return live.Fragment{}, err
	}
	p.shown[l] = now
	ctx, version, changes := context.WithoutCancel(ctx), p.version, p.made.changes
	fragment.Changes = func(since int64) ([]byte, bool) {
		if !now.covers(since) {
			return nil, false
		}
		return rendered(ctx, changes(version, now.changed(since))), true
	}
	return fragment, nil
}

// renew sees to it that a part's state is fresh. The caller holds its mutex.
func (c *partCache) renew(ctx context.Context, topic string, p *heldPart) error {
	changes := p.changes.Load()
	if p.seen == changes && c.now().Before(p.until) {
		return nil
	}
	until, version := c.now().Add(partFresh), c.stamp()
	made, err := c.make(ctx, topic)
	if err != nil {
		if ctx.Err() == nil { // or else it concerns nobody else
			p.failed, p.failedAt = err, c.now()
		}
		return err
	}
	if p.drawn == nil || !reflect.DeepEqual(made.state, p.made.state) {
		p.version, p.made, p.drawn = version, made, map[*words.Language]drawnIn{}
	}
	if p.shown == nil {
		p.shown = map[*words.Language]*shown{}
	}
	p.until, p.seen = until, changes
	return nil
}

// changed makes a part stale.
func (c *partCache) changed(topic string) {
	if p := c.held.known(topic); p != nil {
		p.changes.Add(1)
	}
}
