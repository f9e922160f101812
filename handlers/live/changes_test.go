package live

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

// abridged renders a state of which every version can be sent as what changed since
// an earlier one, from version least on.
func abridged(s *state, least int64) Renderer {
	return func(ctx context.Context, key Key, atLeast int64) (Fragment, error) {
		f, err := s.render(ctx, key, atLeast)
		f.Changes = func(since int64) ([]byte, bool) {
			return fmt.Appendf(nil, "%d to %d", since, f.Version), since >= least
		}
		return f, err
	}
}

func TestAPageIsSentWhatItLacks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newState()
		h := newHub(t, abridged(s, 0))
		c := h.Subscribe(Viewer{}, seat)
		wantNext(t, c, "room/seat at 0")
		h.Changed(context.Background(), "room", s.store("room"))
		wantNext(t, c, "0 to 1")
		h.Changed(context.Background(), "room", s.store("room"))
		synctest.Wait()
		h.Changed(context.Background(), "room", s.store("room"))
		synctest.Wait()
		wantNext(t, c, "1 to 3") // what came between is skipped, and nothing of it is missing
	})
}

func TestAPageThatSaysWhatItShowsIsNotSentItAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newState()
		s.versions["room"] = 7
		h := newHub(t, abridged(s, 0))
		c := h.Subscribe(Viewer{}, seat)
		c.Shown(5)
		wantNext(t, c, "5 to 7")
	})
}

func TestAPageThatIsTooFarBehindIsSentAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newState()
		s.versions["room"] = 7
		h := newHub(t, abridged(s, 6))
		c := h.Subscribe(Viewer{}, seat)
		c.Shown(5)
		wantNext(t, c, "room/seat at 7")
		h.Changed(context.Background(), "room", s.store("room"))
		wantNext(t, c, "7 to 8")
	})
}

func TestWhoeverBecomesAnotherKindOfViewerIsSentAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newState()
		h := newHub(t, abridged(s, 0))
		c := h.Subscribe(Viewer{User: "ada"}, watcher)
		wantNext(t, c, "room/watcher at 0")
		h.Regroup("room", func(string, string) string { return seat.Kind })
		wantNext(t, c, "room/seat at 0")
	})
}

func TestWhatAPageLacksIsMadeOnceForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, made := newState(), 0
		h := newHub(t, func(ctx context.Context, key Key, atLeast int64) (Fragment, error) {
			f, err := s.render(ctx, key, atLeast)
			f.Changes = func(int64) ([]byte, bool) {
				made++
				return []byte("changes"), true
			}
			return f, err
		})
		var pages []*Conn
		for range 10 {
			pages = append(pages, h.Subscribe(Viewer{}, seat))
		}
		for _, c := range pages {
			wantNext(t, c, "room/seat at 0")
		}
		h.Changed(context.Background(), "room", s.store("room"))
		for _, c := range pages {
			wantNext(t, c, "changes")
		}
		if made != 1 {
			t.Errorf("made %d times, want once", made)
		}
	})
}

func TestAStreamedDocumentGetsEachStateWhole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newState()
		h := newHub(t, abridged(s, 0))
		w := newTaken()
		serveDocument(w, h.Subscribe(Viewer{}, seat), Document{Around: [][]byte{nil, nil}}, documentTimes)
		w.wants(t, `<div class="state">room/seat at 0</div>`)
		h.Changed(context.Background(), "room", s.store("room"))
		w.wants(t, `<div class="state">room/seat at 1</div>`)
		h.Shutdown()
	})
}

func TestThePresentStateIsWhatThePageLacks(t *testing.T) {
	s := newState()
	s.versions["room"] = 3
	h := newHub(t, abridged(s, 0))
	for shown, want := range map[int64]string{0: "room/seat at 3", 2: "2 to 3"} {
		c := h.Subscribe(Viewer{}, seat)
		c.Shown(shown)
		html, err := Present(t.Context(), c, 3)
		if err != nil || string(html) != want {
			t.Errorf("a page at %d is given %q, %v; want %q", shown, html, err, want)
		}
		c.Close()
	}
}

func TestMadeUpVersionsTakeNoMemory(t *testing.T) {
	f := &rendered{Fragment: Fragment{Version: 5, Changes: func(since int64) ([]byte, bool) { return nil, true }}}
	for version := range int64(10_000) {
		f.since(version)
	}
	if n := len(f.changes); n > changesKept {
		t.Errorf("%d kept, want %d at most", n, changesKept)
	}
}

func TestAWholeFragmentIsMadeWhenItIsAskedFor(t *testing.T) {
	made := 0
	h := newHub(t, func(context.Context, Key, int64) (Fragment, error) {
		return Fragment{Version: 1, Whole: func() []byte { made++; return []byte("whole") }}, nil
	})
	c := h.Subscribe(Viewer{}, seat)
	news, err := c.next(t.Context(), time.Minute)
	if err != nil || made != 0 {
		t.Fatalf("made %d times before anybody asked, %v", made, err)
	}
	for range 2 {
		if got := string(news[0].html()); got != "whole" {
			t.Errorf("%q", got)
		}
	}
	if made != 1 {
		t.Errorf("made %d times, want once", made)
	}
}
