package live

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestASubscriberGetsThePresentStateOfEachKeyAndThenEveryChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newState()
		h := newHub(t, s.render)
		s.store("room")

		c := h.Subscribe(Viewer{}, seat, lobby)
		synctest.Wait()
		wantNext(t, c, "room/seat at 1, lobby/all at 0")

		h.Changed(context.Background(), "room", s.store("room"))
		synctest.Wait()
		wantNext(t, c, "room/seat at 2")

		late := h.Subscribe(Viewer{}, seat)
		wantNext(t, late, "room/seat at 2")
		wantNothing(t, c)
	})
}

func TestAConnectionSkipsWhatItDidNotTakeInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newState()
		h := newHub(t, s.render)
		c := h.Subscribe(Viewer{}, seat)
		for range 5 {
			h.Changed(context.Background(), "room", s.store("room"))
			synctest.Wait()
		}
		wantNext(t, c, "room/seat at 5")
		wantNothing(t, c)
	})
}

func TestAChangeIsRenderedOncePerKindHoweverManyLook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newState()
		h := newHub(t, s.render)
		for range 100 {
			h.Subscribe(Viewer{}, seat)
			h.Subscribe(Viewer{}, watcher)
		}
		synctest.Wait()
		h.Changed(context.Background(), "room", s.store("room"))
		synctest.Wait()
		for _, key := range []Key{seat, watcher} {
			if got := s.timesRendered(key); got != 2 { // at first, and after the change
				t.Errorf("%v was rendered %d times, want 2", key, got)
			}
		}
	})
}

func TestChangesDuringARenderingAreAnsweredByOneMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newState()
		var inside, most, calls atomic.Int32
		h := newHub(t, func(ctx context.Context, key Key, _ int64) (Fragment, error) {
			calls.Add(1)
			most.Store(max(most.Load(), inside.Add(1)))
			defer inside.Add(-1)
			f, err := s.render(ctx, key, 0)
			time.Sleep(time.Second)
			return f, err
		})
		c := h.Subscribe(Viewer{}, seat)
		synctest.Wait() // the first rendering has read the state
		for range 10 {
			h.Changed(context.Background(), "room", s.store("room"))
		}
		wantNext(t, c, "room/seat at 0")
		wantNext(t, c, "room/seat at 10")
		if calls.Load() != 2 || most.Load() != 1 {
			t.Errorf("%d renderings, at most %d at once; want 2, one at a time", calls.Load(), most.Load())
		}
	})
}

func TestASubscriberLeavingDuringARenderingDoesNotLetASecondOneBegin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var inside atomic.Int32
		h := newHub(t, func(context.Context, Key, int64) (Fragment, error) {
			if inside.Add(1) > 1 {
				t.Error("two renderings of one key at once")
			}
			defer inside.Add(-1)
			time.Sleep(time.Second)
			return Fragment{Version: 1, HTML: []byte("once")}, nil
		})
		h.Subscribe(Viewer{}, seat).Close()
		wantNext(t, h.Subscribe(Viewer{}, seat), "once")
	})
}

func TestAChangeBetweenRegisteringAndReadingIsNotLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newState()
		read := make(chan struct{})
		h := newHub(t, func(ctx context.Context, key Key, _ int64) (Fragment, error) {
			f, err := s.render(ctx, key, 0)
			<-read // the state is read, but not yet in the slot
			return f, err
		})
		c := h.Subscribe(Viewer{}, seat)
		synctest.Wait()
		h.Changed(context.Background(), "room", s.store("room"))
		close(read)
		synctest.Wait()
		wantNext(t, c, "room/seat at 1")
	})
}

func TestALowerVersionNeverFollowsAHigherOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		reads := []int64{3, 2, 5, 1, 6} // as of replicas of which some lag behind
		h := newHub(t, func(context.Context, Key, int64) (Fragment, error) {
			v := reads[0]
			reads = reads[1:]
			return Fragment{Version: v, HTML: fmt.Append(nil, v)}, nil
		})
		c := h.Subscribe(Viewer{}, seat)
		wantNext(t, c, "3")
		h.Changed(context.Background(), "room", 5)
		wantNext(t, c, "5")
		h.Changed(context.Background(), "room", 6)
		wantNext(t, c, "6")
	})
}

func TestAnOldAnnouncementRendersNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newState()
		s.versions["room"] = 7
		h := newHub(t, s.render)
		c := h.Subscribe(Viewer{}, seat)
		synctest.Wait()
		h.Changed(context.Background(), "room", 7)
		h.Changed(context.Background(), "room", 3)
		h.Changed(context.Background(), "elsewhere", 9)
		synctest.Wait()
		if got := s.timesRendered(seat); got != 1 {
			t.Errorf("rendered %d times, want once", got)
		}
		wantNext(t, c, "room/seat at 7")
	})
}

func TestAFragmentBehindItsAnnouncementIsReadAgainUntilItCatchesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newState()
		h := newHub(t, s.render)
		c := h.Subscribe(Viewer{}, seat)
		wantNext(t, c, "room/seat at 0")
		h.Changed(context.Background(), "room", 1) // announced before it can be read
		synctest.Wait()
		wantNothing(t, c)
		s.store("room")
		wantNext(t, c, "room/seat at 1")
	})
}

func TestAFailedRenderingIsLoggedOnceAndTriedAgain(t *testing.T) {
	for name, fail := range map[string]func(){
		"error": nil,
		"panic": func() { panic("a fault in a template") },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newState()
				s.err = errors.New("database away")
				var log bytes.Buffer
				h := NewHub(Options{Log: slog.New(slog.NewTextHandler(&log, nil)),
					Render: func(ctx context.Context, key Key, _ int64) (Fragment, error) {
						f, err := s.render(ctx, key, 0)
						if err != nil && fail != nil {
							fail()
						}
						return f, err
					}})
				defer h.Shutdown()

				c := h.Subscribe(Viewer{}, seat)
				time.Sleep(time.Minute)
				tries := s.timesRendered(seat)
				if tries < 10 || tries > 20 {
					t.Errorf("tried %d times in a minute, want a try each 5 s in the end", tries)
				}
				h.Changed(context.Background(), "room", s.store("room"))
				synctest.Wait()
				if got := s.timesRendered(seat); got != tries+1 {
					t.Errorf("a change led to %d tries at once, want 1", got-tries)
				}
				s.set(func() { s.err = nil })
				wantNext(t, c, "room/seat at 1")
				if n := strings.Count(log.String(), "level=ERROR"); n != 1 {
					t.Errorf("%d errors logged, want 1:\n%s", n, log.String())
				}
			})
		})
	}
}

func TestASlotNobodyLooksAtIsForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newState()
		h := newHub(t, s.render)
		a, b := h.Subscribe(Viewer{}, seat, lobby), h.Subscribe(Viewer{}, seat)
		synctest.Wait()
		if got := h.Topics(); !slices.Equal(got, []string{"lobby", "room"}) {
			t.Errorf("Topics = %v, want lobby and room", got)
		}
		a.Close()
		if got := h.Topics(); !slices.Equal(got, []string{"room"}) {
			t.Errorf("Topics = %v, want room", got)
		}
		b.Close()
		b.Close()
		if len(h.topics) != 0 {
			t.Errorf("%d topics are still in memory", len(h.topics))
		}
		s.store("room")
		wantNext(t, h.Subscribe(Viewer{}, seat), "room/seat at 1")
	})
}

func TestASlotLeftDuringItsFailureIsForgottenToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newState()
		s.err = errors.New("database away")
		h := newHub(t, s.render)
		c := h.Subscribe(Viewer{}, seat)
		synctest.Wait()
		c.Close()
		time.Sleep(retryLast)
		synctest.Wait()
		if len(h.topics) != 0 {
			t.Errorf("%d topics are still in memory", len(h.topics))
		}
	})
}

func TestDropSessionEndsTheConnectionsOfThatSessionOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newState()
		h := newHub(t, s.render)
		tab1, tab2, ben, visitor := h.Subscribe(Viewer{Session: "ada"}, seat), h.Subscribe(Viewer{Session: "ada"}, lobby), h.Subscribe(Viewer{Session: "ben"}, seat), h.Subscribe(Viewer{}, seat)
		synctest.Wait()

		h.DropSession("ada")
		h.DropSession("")
		for _, c := range []*Conn{tab1, tab2} {
			if _, err := c.next(t.Context(), patience); !errors.Is(err, ErrDropped) { // although there is news
				t.Errorf("Next = %v, want ErrDropped", err)
			}
			c.Close()
		}
		wantNext(t, ben, "room/seat at 0")
		wantNext(t, visitor, "room/seat at 0")
	})
}

func TestShutdownEndsConnectionsAndRenderings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := NewHub(Options{Log: slog.New(slog.DiscardHandler),
			Render: func(ctx context.Context, _ Key, _ int64) (Fragment, error) {
				<-ctx.Done()
				return Fragment{}, ctx.Err()
			}})
		c := h.Subscribe(Viewer{Session: "ada"}, seat)
		synctest.Wait()
		h.Shutdown()
		late := h.Subscribe(Viewer{Session: "ada"}, seat)
		for _, c := range []*Conn{c, late} {
			if _, err := c.next(t.Context(), patience); !errors.Is(err, ErrShutdown) {
				t.Errorf("Next = %v, want ErrShutdown", err)
			}
			c.Close()
		}
		h.Changed(context.Background(), "room", 1)
		h.Shutdown()
	})
}

func TestShutdownWaitsForLastWordsButNotForLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHub(t, newState().render)
		reading, stuck := newTaken(), newIdle()
		ServeSSE(reading, h.Subscribe(Viewer{}, seat))
		synctest.Wait()
		began := time.Now()
		stuck.sent = make(chan time.Time)
		ServeSSE(stuck, h.Subscribe(Viewer{}, seat))
		h.Shutdown()
		if took := time.Since(began); took != lastWords || !reading.ended.Load() {
			t.Errorf("Shutdown waited %v for a client that does not read; that of another has ended: %t", took, reading.ended.Load())
		}
		<-stuck.sent
		<-stuck.gone
	})
}

func TestWhatIsToBeDoneAtTheEndIsDoneOnce(t *testing.T) {
	for name, end := range map[string]func(h *Hub, c *Conn){
		"closed":     func(_ *Hub, c *Conn) { c.Close() },
		"dropped":    func(h *Hub, _ *Conn) { h.DropSession("ada") },
		"shut down":  func(h *Hub, _ *Conn) { h.Shutdown() },
		"everything": func(h *Hub, c *Conn) { h.DropSession("ada"); c.Close(); h.Shutdown() },
	} {
		synctest.Test(t, func(t *testing.T) {
			h := newHub(t, newState().render)
			c := h.Subscribe(Viewer{Session: "ada"}, seat)
			var done []string
			c.OnEnd(func() { done = append(done, "first") })
			c.OnEnd(func() {
				done = append(done, "second")
				h.Topics() // the hub may be asked
			})
			if len(done) != 0 {
				t.Errorf("%s: %v was done before the end", name, done)
			}
			end(h, c)
			c.OnEnd(func() { done = append(done, "late") })
			if want := []string{"first", "second", "late"}; !slices.Equal(done, want) {
				t.Errorf("%s: at the end %v was done, want %v", name, done, want)
			}
		})
	}
}

func TestEveryReaderEndsAtTheNewestVersionAndNeverGoesBack(t *testing.T) {
	const writers, readers, moves = 4, 20, 50
	s := newState()
	h := newHub(t, s.render)
	var reading, writing sync.WaitGroup
	for range readers {
		c := h.Subscribe(Viewer{}, seat)
		reading.Go(func() {
			defer c.Close()
			for last := int64(-1); last < writers*moves; {
				news, err := c.next(t.Context(), patience)
				if err != nil || news[0].Version <= last {
					t.Errorf("after version %d came %v, %v", last, news, err)
					return
				}
				last = news[0].Version
			}
		})
	}
	for range writers {
		writing.Go(func() {
			for range moves {
				h.Changed(context.Background(), "room", s.store("room"))
			}
		})
	}
	writing.Wait()
	reading.Wait()
}
