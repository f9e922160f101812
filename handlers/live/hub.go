package live

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"worldtravel/models/span"
)

// Why a connection ended.
var (
	ErrClosed   = errors.New("live: the connection was closed")
	ErrDropped  = errors.New("live: the session of the connection has ended")
	ErrShutdown = errors.New("live: the hub is shut down")
)

// Key names a slot: a topic ("room/x", "lobby") and a kind of viewer of it
// ("seat 2", "watcher"). All viewers of one kind see the same bytes.
type Key struct{ Topic, Kind string }

// Fragment is a rendered piece of a page and the version of the state it
// shows. Connections share it: nobody writes to it once it is rendered. It may
// hold several elements; each has an id.
type Fragment struct {
	Version int64
	HTML    []byte
	// Whole makes HTML when somebody needs it; nil where HTML is given.
	Whole func() []byte
	// Changes makes what a page lacks that shows the fragment in an earlier
	// version; ok is false when it lacks all of it. It may be nil: then it does.
	Changes func(since int64) (html []byte, ok bool)
	// State is the renderer's own, for the next rendering: see [Hub.Newest].
	State any
}

// Renderer makes the present fragment of a slot: it reads the state and
// renders it. The hub calls it once for each key and change, never twice at
// once for one key. The version is that of the state it read; atLeast is the
// highest that was announced, 0 when somebody has only just begun to look.
type Renderer func(ctx context.Context, key Key, atLeast int64) (Fragment, error)

// Options are what a Hub is made from.
type Options struct {
	Render Renderer
	Log    *slog.Logger
}

// Hub knows who looks at what, and keeps it at the newest version. Any number
// of goroutines may use it.
type Hub struct {
	options Options

	ctx       context.Context // of all rendering; ends at Shutdown
	cancel    context.CancelFunc
	rendering sync.WaitGroup
	serving   sync.WaitGroup // edges

	mu       sync.Mutex
	closed   bool
	topics   map[string]map[string]*slot // by topic and kind
	sessions map[string]map[*Conn]struct{}
}

// NewHub makes a hub without connections. Call [Hub.Shutdown] when done.
func NewHub(options Options) *Hub {
	ctx, cancel := context.WithCancel(context.Background())
	return &Hub{
		options:  options,
		ctx:      ctx,
		cancel:   cancel,
		topics:   make(map[string]map[string]*slot),
		sessions: make(map[string]map[*Conn]struct{}),
	}
}

// Changed says that the topic is at this version now. Every slot of it that
// shows a lower one is rendered anew in the background; several changes during
// one rendering are answered by one more. It never waits.
// What is done for it belongs to the step that ctx is in.
func (h *Hub) Changed(ctx context.Context, topic string, version int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, s := range h.topics[topic] {
		if version > s.version() && version > s.announced {
			s.announced, s.cause = version, span.Carried(ctx)
			h.renew(s)
		}
	}
}

// Newest gives the fragment that a slot holds; the zero Fragment when it holds none.
func (h *Hub) Newest(key Key) Fragment {
	h.mu.Lock()
	defer h.mu.Unlock()
	if s := h.topics[key.Topic][key.Kind]; s != nil {
		if f := s.newest.Load(); f != nil {
			return f.Fragment
		}
	}
	return Fragment{}
}

// Watched reports whether a topic has subscribers.
func (h *Hub) Watched(topic string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.topics[topic]) > 0
}

// Topics returns the topics that have subscribers, sorted. Whoever compares
// them with the stored versions and calls [Hub.Changed] repairs what was missed.
func (h *Hub) Topics() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	var topics []string
	for topic, kinds := range h.topics {
		for _, s := range kinds {
			if len(s.conns) > 0 {
				topics = append(topics, topic)
				break
			}
		}
	}
	slices.Sort(topics)
	return topics
}

// Sessions lists those that have connections.
func (h *Hub) Sessions() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	var sessions []string
	for session := range h.sessions {
		if session != "" {
			sessions = append(sessions, session)
		}
	}
	return sessions
}

// DropSession ends all connections of a session with [ErrDropped], for a log
// out. Visitors have no session, so theirs stay.
func (h *Hub) DropSession(session string) {
	if session == "" {
		return
	}
	h.mu.Lock()
	conns := slices.Collect(maps.Keys(h.sessions[session]))
	h.mu.Unlock()
	h.end(ErrDropped, conns...)
}

// lastWords is how long Shutdown waits for connections to say goodbye.
const lastWords = time.Second

// Shutdown ends all connections with [ErrShutdown], every later one as well,
// waits a moment for their edges and then until nothing is being rendered any
// more.
func (h *Hub) Shutdown() {
	h.mu.Lock()
	h.closed = true
	var conns []*Conn
	for _, owned := range h.sessions {
		conns = slices.AppendSeq(conns, maps.Keys(owned))
	}
	h.mu.Unlock()
	h.end(ErrShutdown, conns...)
	h.cancel()
	served := make(chan struct{})
	go func() {
		h.serving.Wait()
		close(served)
	}()
	select {
	case <-served:
	case <-time.After(lastWords): // some clients don't take them
	}
	h.rendering.Wait()
}

// serve runs a part of an edge for as long as its page is open. A panic in it is
// logged, as it is in net/http, for it must not end the whole program.
func (h *Hub) serve(edge func()) {
	h.mu.Lock()
	awaited := !h.closed
	if awaited {
		h.serving.Add(1)
	}
	h.mu.Unlock()
	go func() {
		if awaited {
			defer h.serving.Done()
		}
		defer func() {
			if fault := recover(); fault != nil {
				h.options.Log.Error("panic", "error", fault, "stack", string(debug.Stack()))
			}
		}()
		edge()
	}()
}
