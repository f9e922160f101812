package live

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync/atomic"
	"time"

	"worldtravel/models/span"
)

// A rendering that fails is tried again after retryFirst, then after twice
// that, and so on up to retryLast.
const (
	renderTimeout = 10 * time.Second
	retryFirst    = 100 * time.Millisecond
	retryLast     = 5 * time.Second
)

// slot holds the newest fragment for a key while somebody looks at it. All but
// newest is guarded by the hub's mutex.
type slot struct {
	key       Key
	newest    atomic.Pointer[rendered] // nil until the first rendering; only ever replaced by a newer one
	announced int64                    // highest version that Changed named
	cause     context.Context          // of the step that changed it; nil when there is none
	conns     map[*Conn]struct{}

	stale   bool          // must be rendered
	busy    bool          // a goroutine is in keepFresh
	failing bool          // the last rendering failed, and the log knows
	retry   chan struct{} // closed to cut short the wait after a failure; nil when there is none
}

// version is that of the newest fragment, or below any other when there is none.
func (s *slot) version() int64 {
	if f := s.newest.Load(); f != nil {
		return f.Version
	}
	return -1
}

// put makes f the newest fragment and wakes the connections, unless the one
// it has is as new.
func (s *slot) put(f Fragment, cause context.Context) {
	if f.Version <= s.version() {
		return
	}
	s.newest.Store(&rendered{Fragment: f, key: s.key, cause: cause, ready: time.Now()})
	for c := range s.conns {
		c.rouse()
	}
}

// renew asks for one more rendering of the slot, and begins it unless one is
// under way. The caller holds h.mu.
func (h *Hub) renew(s *slot) {
	s.stale = true
	if s.retry != nil {
		close(s.retry)
		s.retry = nil
	}
	if !s.busy && !h.closed {
		s.busy = true
		h.rendering.Go(func() { h.keepFresh(s) })
	}
}

// keepFresh renders the slot until it shows the present state, or nobody looks
// at it any more.
func (h *Hub) keepFresh(s *slot) {
	wait := retryFirst
	for {
		atLeast, cause, stale := h.next(s)
		if !stale {
			return
		}
		f, err := h.renderOnce(cause, s.key, atLeast)
		if retry := h.keep(s, f, cause, err); retry != nil {
			select {
			case <-retry:
			case <-time.After(wait):
			case <-h.ctx.Done():
			}
			wait = min(2*wait, retryLast)
		}
	}
}

// next reports whether the slot is to be rendered, and of which version at least;
// it takes it out of memory when it has no subscribers.
func (h *Hub) next(s *slot) (atLeast int64, cause context.Context, stale bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	s.busy = s.stale && len(s.conns) > 0 && !h.closed
	s.stale = false
	h.forget(s)
	return s.announced, s.cause, s.busy
}

// keep puts a rendered fragment into its slot. After a failure it returns a
// channel that is closed when a new change makes waiting pointless.
func (h *Hub) keep(s *slot, f Fragment, cause context.Context, err error) <-chan struct{} {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err == nil {
		s.put(f, cause)
		// Older than what was announced: the state was read from a place that
		// has not caught up.
		if s.version() < s.announced {
			err = fmt.Errorf("version %d is announced, but %d was read", s.announced, s.version())
		}
	}
	if err == nil {
		s.failing = false
		return nil
	}
	if s.stale { // changed meanwhile: it is to be rendered at once anyhow
		return nil
	}
	if !s.failing && h.ctx.Err() == nil {
		h.options.Log.Error("a fragment could not be rendered, trying again",
			"topic", s.key.Topic, "kind", s.key.Kind, "error", err)
	}
	s.failing, s.stale = true, true
	s.retry = make(chan struct{})
	return s.retry
}

// renderOnce calls the renderer under a context of its own: the browser that
// came first may go away while others wait. A panic is an error like any
// other, as it is in net/http, for it must not end the whole program.
func (h *Hub) renderOnce(cause context.Context, key Key, atLeast int64) (f Fragment, err error) {
	ctx, cancel := context.WithTimeout(span.Within(h.ctx, cause), renderTimeout)
	defer cancel()
	ctx, step := span.Start(ctx, "render", span.Topic.String(key.Topic), span.Viewer.String(key.Kind))
	defer func() {
		step.Set(span.Version.Int64(f.Version))
		step.End(err)
	}()
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return h.options.Render(ctx, key, atLeast)
}

// slotOf returns the slot of a key, made when there is none.
func (h *Hub) slotOf(key Key) *slot {
	kinds := h.topics[key.Topic]
	if kinds == nil {
		kinds = make(map[string]*slot)
		h.topics[key.Topic] = kinds
	}
	s := kinds[key.Kind]
	if s == nil {
		s = &slot{key: key, conns: make(map[*Conn]struct{})}
		kinds[key.Kind] = s
	}
	return s
}

// forget takes a slot without subscribers out of memory. While it is being
// rendered it stays, so that the next subscriber does not begin a second
// rendering of the same key.
func (h *Hub) forget(s *slot) {
	if s.busy || len(s.conns) > 0 {
		return
	}
	kinds := h.topics[s.key.Topic]
	delete(kinds, s.key.Kind)
	if len(kinds) == 0 {
		delete(h.topics, s.key.Topic)
	}
}
