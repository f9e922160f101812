package live

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
)

// seated says that some users have a seat, whatever they were before.
func seated(users ...string) func(user, kind string) string {
	return func(user, kind string) string {
		for _, u := range users {
			if u == user {
				return seat.Kind
			}
		}
		return kind
	}
}

func TestWhoeverTakesASeatSeesItOnEveryOpenPage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newState()
		h := newHub(t, s.render)
		tab1, tab2 := h.Subscribe(Viewer{User: "ada"}, watcher), h.Subscribe(Viewer{User: "ada"}, watcher, lobby)
		ben, visitor := h.Subscribe(Viewer{User: "ben"}, watcher), h.Subscribe(Viewer{}, watcher)
		wantNext(t, tab1, "room/watcher at 0")
		synctest.Wait()
		wantNext(t, tab2, "room/watcher at 0, lobby/all at 0")
		wantNext(t, ben, "room/watcher at 0")
		wantNext(t, visitor, "room/watcher at 0")

		h.Regroup("room", seated("ada", ""))
		wantNext(t, tab1, "room/seat at 0")
		wantNext(t, tab2, "room/seat at 0")
		wantNothing(t, ben)
		wantNothing(t, visitor)

		h.Regroup("room", seated("ada"))
		wantNothing(t, tab1)
		h.Changed(context.Background(), "room", s.store("room"))
		wantNext(t, tab1, "room/seat at 1")
		wantNext(t, ben, "room/watcher at 1")
	})
}

func TestRegroupingATopicLeavesTheOthersAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newState()
		h := newHub(t, s.render)
		other := h.Subscribe(Viewer{User: "ada"}, Key{"elsewhere", "watcher"})
		wantNext(t, other, "elsewhere/watcher at 0")
		h.Regroup("room", seated("ada"))
		wantNothing(t, other)
	})
}

func TestRegroupingLeavesNoSlotBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newState()
		h := newHub(t, s.render)
		tab, other := h.Subscribe(Viewer{User: "ada"}, watcher), h.Subscribe(Viewer{User: "ada"}, watcher)
		synctest.Wait()
		h.Regroup("room", seated("ada"))
		synctest.Wait()
		if kinds := h.topics["room"]; len(kinds) != 1 || kinds["seat"] == nil {
			t.Errorf("the slots are %v, want that of the seat alone", kinds)
		}
		tab.Close()
		other.Close()
		if len(h.topics) != 0 || len(h.sessions) != 0 {
			t.Errorf("%d topics and %d sessions are still in memory", len(h.topics), len(h.sessions))
		}
	})
}

// As in the program, where whoever renders a room has just read who sits there.
func TestRegroupingIsPossibleWhileTheSlotIsRendered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newState()
		var h *Hub
		h = newHub(t, func(ctx context.Context, key Key, _ int64) (Fragment, error) {
			h.Regroup("room", seated("ada"))
			return s.render(ctx, key, 0)
		})
		c := h.Subscribe(Viewer{User: "ada"}, watcher)
		wantNext(t, c, "room/seat at 0")
		synctest.Wait()
		if len(h.topics["room"]) != 1 {
			t.Errorf("the slots are %v, want that of the seat alone", h.topics["room"])
		}
	})
}

func TestAConnectionMovedToASlotThatIsBehindWaitsForItToCatchUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		version := map[string]int64{"watcher": 7, "seat": 5} // the seat's was read before
		h := newHub(t, func(_ context.Context, key Key, _ int64) (Fragment, error) {
			return Fragment{Version: version[key.Kind], HTML: []byte(key.Kind)}, nil
		})
		sitting, c := h.Subscribe(Viewer{}, seat), h.Subscribe(Viewer{User: "ada"}, watcher)
		wantNext(t, sitting, "seat")
		wantNext(t, c, "watcher")
		h.Regroup("room", seated("ada"))
		wantNothing(t, c)
		version["seat"] = 7
		h.Changed(context.Background(), "room", 7)
		wantNext(t, c, "seat")
	})
}

// Publishing, coming, going, sitting down and standing up, all at once.
func TestRegroupingAmidEverythingElseLosesNothing(t *testing.T) {
	const pages, moves = 40, 200
	s := newState()
	h := newHub(t, s.render)
	var sitting atomic.Bool
	kindOf := func(string, string) string {
		if sitting.Load() {
			return seat.Kind
		}
		return watcher.Kind
	}
	var reading, writing sync.WaitGroup
	for i := range pages {
		reading.Go(func() {
			for last := int64(-1); last < moves; { // once more after each leaving
				c := h.Subscribe(Viewer{User: "ada"}, watcher)
				shown := int64(-1) // by this connection: another's slot may have been ahead
				for n := 0; last < moves && (i%2 == 0 || n < 5); n++ {
					news, err := c.next(t.Context(), patience)
					if err != nil || len(news) != 1 || news[0].Version < shown {
						t.Errorf("after version %d came %v, %v", shown, news, err)
						last = moves
						break
					}
					shown = news[0].Version
					last = shown
				}
				c.Close()
			}
		})
	}
	writing.Go(func() {
		for range moves {
			h.Changed(context.Background(), "room", s.store("room"))
		}
	})
	writing.Go(func() {
		for i := range moves {
			sitting.Store(i%2 == 0)
			h.Regroup("room", kindOf)
		}
	})
	writing.Wait()
	reading.Wait()
	h.Shutdown() // waits for the last rendering
	if len(h.topics) != 0 || len(h.sessions) != 0 {
		t.Errorf("%d topics and %d sessions are still in memory", len(h.topics), len(h.sessions))
	}
}
