package live

import (
	"context"
	"sync/atomic"
	"time"
)

// Viewer is whose connection it is; the zero Viewer is a visitor.
type Viewer struct {
	Session string // the connection ends with it, see [Hub.DropSession]
	User    string // may become another kind of viewer, see [Hub.Regroup]
}

// Conn is one page's subscription to one or more slots. It keeps no queue: it
// is woken, and takes the newest.
type Conn struct {
	hub    *Hub
	viewer Viewer
	slots  []atomic.Pointer[slot] // changed under the hub's mutex
	taken  []*rendered            // of each slot, the one that next took last
	shown  int64                  // the version of each slot that the page shows when it comes; 0 for none
	all    bool                   // send fragments whole
	news   []*rendered            // what next returns, kept for the next call
	heard  time.Time              // when next returned last
	quiet  *time.Timer            // runs for a while after that
	wake   chan struct{}
	why    atomic.Pointer[error] // why the connection has ended; nil while it has not
	onEnd  []func()              // guarded by the hub's mutex
}

// Subscribe registers a connection for the keys, which differ from one
// another, and only then has the state read: a change in between is not lost.
// The present fragment of each key comes first.
//
// A session may end while its connection is being registered, so check that it
// is still there afterwards. An edge closes the connection, or else the caller
// calls [Conn.Close].
func (h *Hub) Subscribe(viewer Viewer, keys ...Key) *Conn {
	c := &Conn{
		hub:    h,
		viewer: viewer,
		slots:  make([]atomic.Pointer[slot], len(keys)),
		taken:  make([]*rendered, len(keys)),
		wake:   make(chan struct{}, 1),
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		c.why.Store(&ErrShutdown)
		return c
	}
	for i, key := range keys {
		h.enter(c, i, key)
	}
	if h.sessions[viewer.Session] == nil {
		h.sessions[viewer.Session] = make(map[*Conn]struct{})
	}
	h.sessions[viewer.Session][c] = struct{}{}
	return c
}

// enter puts a connection into the slot of a key. The caller holds h.mu.
func (h *Hub) enter(c *Conn, i int, key Key) {
	s := h.slotOf(key)
	s.conns[c] = struct{}{}
	c.slots[i].Store(s)
	if s.newest.Load() == nil && !s.busy {
		h.renew(s)
	}
}

// Shown says that the page already shows a version of each slot: at first it is
// sent what has changed since. It is called before the connection is served.
func (c *Conn) Shown(version int64) { c.shown = version }

// next waits until there is news and returns what the page lacks of the newest
// fragment of each slot that changed since the last call; what came between is
// skipped. A fragment never follows one of a higher version. When nothing happens for the time
// given it returns nothing. It returns [ErrDropped], [ErrShutdown] or
// [ErrClosed] once the connection has ended, and the context's error when that
// ends first. It is for one goroutine at a time, and what it returns holds
// until the next call.
func (c *Conn) next(ctx context.Context, quiet time.Duration) ([]*rendered, error) {
	c.heard = time.Now()
	if c.quiet == nil {
		c.quiet = time.NewTimer(quiet)
	}
	for {
		if err := c.ended(); err != nil {
			return nil, err
		}
		c.news = c.news[:0]
		for i := range c.slots {
			// A slot that it was moved to may be behind the one it was in.
			f, last := c.slots[i].Load().newest.Load(), c.taken[i]
			if f != nil && f != last && (last == nil || f.Version >= last.Version) {
				c.taken[i] = f
				c.news = append(c.news, c.lacking(f, last))
			}
		}
		if len(c.news) > 0 {
			return c.news, nil
		}
		select {
		case <-c.wake:
		case <-c.quiet.C:
			// The timer is set here only, and not for each call: with news forty
			// times a second that would cost as much as waking up.
			left := quiet - time.Since(c.heard)
			if left <= 0 {
				c.quiet.Reset(quiet)
				return nil, nil
			}
			c.quiet.Reset(left)
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// lacking is what the page lacks of a fragment, when last is the one it was sent
// before.
func (c *Conn) lacking(f, last *rendered) *rendered {
	switch {
	case c.all, last == nil && c.shown == 0:
		return f
	case last == nil:
		return f.since(c.shown)
	case last.key != f.key: // its viewer is of another kind now
		return f
	}
	return f.since(last.Version)
}

// shows reports whether each slot has had a fragment, of the version at least.
func (c *Conn) shows(version int64) bool {
	for _, f := range c.taken {
		if f == nil || f.Version < version {
			return false
		}
	}
	return true
}

// OnEnd has f called when the connection has ended, at once if it has already.
func (c *Conn) OnEnd(f func()) {
	c.hub.mu.Lock()
	ended := c.ended() != nil
	if !ended {
		c.onEnd = append(c.onEnd, f)
	}
	c.hub.mu.Unlock()
	if ended {
		f()
	}
}

// Close ends the subscription. It may be called again.
func (c *Conn) Close() { c.hub.end(ErrClosed, c) }

// ended gives why a connection has ended, nil while it has not.
func (c *Conn) ended() error {
	if why := c.why.Load(); why != nil {
		return *why
	}
	return nil
}

// end takes connections out of the hub and says why; those that have ended
// already are left alone.
func (h *Hub) end(why error, conns ...*Conn) {
	var callbacks []func()
	defer func() { // when the mutex is free again
		for _, f := range callbacks {
			f()
		}
	}()
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, c := range conns {
		owned := h.sessions[c.viewer.Session]
		if _, open := owned[c]; !open {
			continue
		}
		delete(owned, c)
		if len(owned) == 0 {
			delete(h.sessions, c.viewer.Session)
		}
		for i := range c.slots {
			s := c.slots[i].Load()
			delete(s.conns, c)
			h.forget(s)
		}
		callbacks = append(callbacks, c.onEnd...)
		c.why.Store(&why)
		c.rouse()
	}
}

// Regroup puts the connections of a topic under the kind of viewer that their
// users are now: one who takes a seat sees it on every open page. Visitors stay
// what they are.
func (h *Hub) Regroup(topic string, kindOf func(user, kind string) string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for kind, s := range h.topics[topic] {
		for c := range s.conns {
			if c.viewer.User == "" {
				continue
			}
			if now := kindOf(c.viewer.User, kind); now != kind {
				h.move(c, s, Key{topic, now})
			}
		}
	}
}

// move puts a connection from one slot into another and wakes it. The caller
// holds h.mu.
func (h *Hub) move(c *Conn, from *slot, to Key) {
	for i := range c.slots {
		if c.slots[i].Load() == from {
			delete(from.conns, c)
			h.enter(c, i, to)
			h.forget(from)
			c.rouse()
		}
	}
}

// rouse wakes the connection, unless it is about to look anyhow.
func (c *Conn) rouse() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}
