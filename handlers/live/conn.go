package live

import "context"

// Conn is one page's subscription to one or more slots. It keeps no queue: it
// is woken, and takes the newest.
type Conn struct {
	hub   *Hub
	owner string
	slots []*slot
	taken []*Fragment // of each slot, the one that Next returned last
	wake  chan struct{}
	done  chan struct{} // closed when the connection has ended
	why   error         // set before done is closed
}

// Subscribe registers a connection for the keys, which differ from one
// another, and only then has the state read: a change in between is not lost.
// The present fragment of each key comes first out of [Conn.Next].
//
// The owner is the session that the connection ends with (see
// [Hub.DropOwner]); it is empty for a visitor. A session may end while its
// connection is being registered, so check that it is still there afterwards.
// The caller calls [Conn.Close].
func (h *Hub) Subscribe(owner string, keys ...Key) *Conn {
	c := &Conn{
		hub:   h,
		owner: owner,
		slots: make([]*slot, len(keys)),
		taken: make([]*Fragment, len(keys)),
		wake:  make(chan struct{}, 1),
		done:  make(chan struct{}),
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		c.why = ErrShutdown
		close(c.done)
		return c
	}
	for i, key := range keys {
		s := h.slotOf(key)
		s.conns[c] = struct{}{}
		c.slots[i] = s
		if s.newest.Load() == nil && !s.busy {
			h.renew(s)
		}
	}
	if h.owners[owner] == nil {
		h.owners[owner] = make(map[*Conn]struct{})
	}
	h.owners[owner][c] = struct{}{}
	return c
}

// Next waits until there is news and returns the newest fragment of each slot
// that changed since the last call; what came between is skipped. A fragment
// never follows one of a higher version. It returns [ErrDropped],
// [ErrShutdown] or [ErrClosed] once the connection has ended, and the
// context's error when that ends first. It is for one goroutine at a time.
func (c *Conn) Next(ctx context.Context) ([]*Fragment, error) {
	for {
		select {
		case <-c.done:
			return nil, c.why
		default:
		}
		var news []*Fragment
		for i, s := range c.slots {
			if f := s.newest.Load(); f != c.taken[i] {
				c.taken[i] = f
				news = append(news, f)
			}
		}
		if news != nil {
			return news, nil
		}
		select {
		case <-c.wake:
		case <-c.done:
			return nil, c.why
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// Close ends the subscription. It may be called again.
func (c *Conn) Close() { c.hub.end(ErrClosed, c) }

// end takes connections out of the hub and says why; those that have ended
// already are left alone.
func (h *Hub) end(why error, conns ...*Conn) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, c := range conns {
		owned := h.owners[c.owner]
		if _, open := owned[c]; !open {
			continue
		}
		delete(owned, c)
		if len(owned) == 0 {
			delete(h.owners, c.owner)
		}
		for _, s := range c.slots {
			delete(s.conns, c)
			h.forget(s)
		}
		c.why = why
		close(c.done)
	}
}
