package handlers

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/a-h/templ"

	"worldtravel/handlers/live"
	"worldtravel/models"
	"worldtravel/models/span"
	"worldtravel/views"
	"worldtravel/views/words"
)

const (
	// lobbyDelay gathers changes of the lobby's parts, of which there are many.
	lobbyDelay = 100 * time.Millisecond
	// recheckEvery is how often what open pages show is looked at, in case another
	// process has changed it.
	recheckEvery = 5 * time.Second
	// dropEvery is how often the sessions of open pages are looked at, in case one
	// has expired or was ended by another process.
	dropEvery = time.Minute
)

// Push brings changes to open pages: it is the models' Notifier, and has the
// hub render each distinct view once.
type Push struct {
	hub    *live.Hub
	log    *slog.Logger
	now    func() time.Time
	render live.Renderer
	parts  *partCache

	last atomic.Int64 // the newest stamp given
	mu   sync.Mutex
	soon map[string]bool // topics that will be told to the hub in a moment
}

// NewPush makes a Push; New gives it the site that it renders.
func NewPush(now func() time.Time, log *slog.Logger) *Push {
	p := &Push{log: log, now: now, soon: map[string]bool{}}
	p.hub = live.NewHub(live.Options{Log: log, Render: func(ctx context.Context, key live.Key, atLeast int64) (live.Fragment, error) {
		return p.render(ctx, key, atLeast)
	}})
	return p
}

// Changed tells open pages of a change that is stored. A version of 0 stands for
// a topic without one: a part of the lobby.
func (p *Push) Changed(ctx context.Context, topic string, version int64) {
	if version > 0 {
		p.hub.Changed(ctx, topic, pageVersion(version, false))
		return
	}
	p.parts.changed(topic)
	if p.hub.Watched(topic) {
		ctx := span.Carried(ctx)
		p.later(topic, lobbyDelay, func() { p.renewPart(ctx, topic) })
	}
}

// renewPart has the hub send a part of the lobby if it is another than before.
func (p *Push) renewPart(ctx context.Context, topic string) {
	// What can't be read now is looked at again, as rooms are: see recheck.
	if fragment, _, err := p.parts.get(ctx, topic, words.English()); err == nil {
		p.hub.Changed(ctx, topic, fragment.Version) // the same in each language
	}
}

// later calls f after a while, once for each name however often it is asked for.
func (p *Push) later(name string, after time.Duration, f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.soon[name] {
		return
	}
	p.soon[name] = true
	time.AfterFunc(after, func() {
		p.mu.Lock()
		delete(p.soon, name)
		p.mu.Unlock()
		p.guarded(f)
	})
}

// guarded logs a panic: work that no request waits for must not end the whole
// program.
func (p *Push) guarded(work func()) {
	defer func() {
		if fault := recover(); fault != nil {
			p.log.Error("panic", "error", fault, "stack", string(debug.Stack()))
		}
	}()
	work()
}

// stamp gives a version for what has none stored: the time in microseconds since
// 1970, and always more than the one before. It is taken before the state is
// read, so that a later change has a higher one.
func (p *Push) stamp() int64 {
	for {
		last := p.last.Load()
		next := max(last+1, p.now().UnixMicro())
		if p.last.CompareAndSwap(last, next) {
			return next
		}
	}
}

// pageVersion is the version of a room's page: that of its state, and behind it
// whether the one whose turn it is may be played on for, which time alone changes.
func pageVersion(version int64, overdue bool) int64 {
	if overdue {
		return 2*version + 1
	}
	return 2 * version
}

// overdue reports whether the others may play on for the one whose turn it is.
func (s *Site) overdue(t *models.Table) bool {
	_, at, ok := t.PlayOnAt()
	return ok && !s.config.Now().Before(at)
}

// fragment renders the present state of a topic for a kind of viewer.
func (s *Site) fragment(ctx context.Context, key live.Key, atLeast int64) (live.Fragment, error) {
	kind, id, _ := strings.Cut(key.Topic, "/")
	switch kind {
	case "lobby", "player":
		fragment, _, err := s.parts.get(ctx, key.Topic, languageOf(key.Kind))
		return fragment, err
	case "notice":
		return s.notices.fragment(words.In(ctx, languageOf(key.Kind)), key.Topic)
	case traceTopic:
		list := s.traceList("")
		return fragmentOf(words.In(ctx, languageOf(key.Kind)), list.Version, views.TraceListFragment(list))
	case wireTopic:
		return s.wireFragment(words.In(ctx, languageOf(key.Kind)), id)
	case "room":
		t, err := s.models.Rooms.OpenAt(ctx, id, atLeast/2) // see pageVersion
		if err != nil {
			return live.Fragment{}, err
		}
		s.regroup(t)
		ctx := words.In(ctx, languageOf(key.Kind))
		room := s.room(ctx, t, viewerOf(t, key.Kind), originOf(key.Kind))
		late := pageVersion(t.Version, true)
		if _, at, ok := t.PlayOnAt(); ok && room.Version < late {
			s.push.later(fmt.Sprint(key.Topic, " ", late), at.Sub(s.config.Now()), func() { s.hub.Changed(context.Background(), key.Topic, late) })
		}
		return s.roomFragment(ctx, key, room)
	}
	return live.Fragment{}, fmt.Errorf("no such topic: %q", key.Topic)
}

// regroup gives each open page of a room what its viewer has come to be.
func (s *Site) regroup(t *models.Table) {
	s.hub.Regroup(models.RoomTopic(t.ID), func(user, was string) string {
		return kindOf(t, user, languageOf(was), originOf(was))
	})
}

func fragmentOf(ctx context.Context, version int64, component templ.Component) (live.Fragment, error) {
	html := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(html)
	html.Reset()
	if err := renderPart(ctx, html, component); err != nil {
		return live.Fragment{}, fmt.Errorf("render: %w", err)
	}
	return live.Fragment{Version: version, HTML: bytes.Clone(html.Bytes())}, nil
}

// recheck looks at what open pages show, in case another process has changed it.
func (s *Site) recheck(ctx context.Context) {
	for _, topic := range s.hub.Topics() {
		s.push.guarded(func() { s.recheckTopic(ctx, topic) })
	}
}

func (s *Site) recheckTopic(ctx context.Context, topic string) {
	kind, id, _ := strings.Cut(topic, "/")
	switch kind {
	case "lobby", "player":
		s.push.renewPart(ctx, topic)
	case "room":
		// What can't be read now is looked at again next time.
		if t, err := s.models.Rooms.Open(ctx, id); err == nil {
			s.regroup(t)
			s.announce(ctx, t)
		}
	}
}

// dropEnded ends the streams of sessions that are no more.
func (s *Site) dropEnded(ctx context.Context) {
	for _, session := range s.hub.Sessions() {
		// What can't be read now is looked at again next time.
		if alive, err := s.models.Sessions.Alive(ctx, session); err == nil && !alive {
			s.hub.DropSession(session)
		}
	}
}
