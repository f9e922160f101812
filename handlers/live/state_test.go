package live

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"
)

// state is a stand-in for the models: a version of each topic, and how often
// each slot was rendered.
type state struct {
	mu       sync.Mutex
	versions map[string]int64
	rendered map[Key]int
	text     string // follows the key in every fragment
	empty    bool   // fragments are empty
	err      error
	held     chan struct{} // when set, who has read the state waits for its closing
}

func newState() *state {
	return &state{versions: make(map[string]int64), rendered: make(map[Key]int)}
}

func (s *state) render(_ context.Context, key Key, _ int64) (Fragment, error) {
	f, held, err := s.read(key)
	if held != nil {
		<-held
	}
	return f, err
}

func (s *state) read(key Key) (f Fragment, held chan struct{}, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rendered[key]++
	if s.err != nil {
		return f, s.held, s.err
	}
	f.Version = s.versions[key.Topic]
	if !s.empty {
		f.HTML = fmt.Appendf(nil, "%s/%s at %d%s", key.Topic, key.Kind, f.Version, s.text)
	}
	return f, s.held, nil
}

// store stores the next version of a topic, and returns it for publishing.
func (s *state) store(topic string) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.versions[topic]++
	return s.versions[topic]
}

func (s *state) set(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
}

func (s *state) timesRendered(key Key) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.rendered[key]
}

func newHub(t testing.TB, render Renderer) *Hub {
	t.Helper()
	h := NewHub(Options{Render: render, Log: slog.New(slog.DiscardHandler)})
	t.Cleanup(h.Shutdown)
	return h
}

// eventually waits for what nothing announces.
func eventually(t testing.TB, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !is(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited %v in vain until %s", patience, what)
		}
	}
}

// next takes the next fragments of a connection as "text, text".
func next(t *testing.T, c *Conn) string {
	t.Helper()
	news, err := c.next(t.Context(), patience)
	if err != nil {
		t.Fatalf("Next: %v", err)
	}
	var texts []string
	for _, f := range news {
		texts = append(texts, string(f.HTML))
	}
	return strings.Join(texts, ", ")
}

func wantNext(t *testing.T, c *Conn, want string) {
	t.Helper()
	if got := next(t, c); got != want {
		t.Fatalf("next is %q, want %q", got, want)
	}
}

func wantNothing(t *testing.T, c *Conn) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond) // of the bubble's clock
	defer cancel()
	if news, err := c.next(ctx, patience); err == nil {
		t.Fatalf("next is %q, want nothing", news[0].HTML)
	}
}

var (
	seat    = Key{"room", "seat"}
	watcher = Key{"room", "watcher"}
	lobby   = Key{"lobby", "all"}
)
