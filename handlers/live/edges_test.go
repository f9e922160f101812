package live

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestAFragmentIsEncodedOnceForAllConnections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newState()
		h := newHub(t, s.render)
		var conns []*Conn
		for range 100 {
			conns = append(conns, h.Subscribe(Viewer{}, seat))
		}
		for range 2 { // at first, and after a change
			var first *rendered
			for _, c := range conns {
				news, err := c.next(t.Context(), patience)
				if err != nil {
					t.Fatal(err)
				}
				f := news[0]
				if first == nil {
					first = f
				}
				if &f.message()[0] != &first.message()[0] || &f.event()[0] != &first.event()[0] || &f.part()[0] != &first.part()[0] {
					t.Fatal("two connections do not share the bytes of a fragment")
				}
			}
			h.Changed(context.Background(), "room", s.store("room"))
			synctest.Wait()
		}
		if got := s.timesRendered(seat); got != 3 {
			t.Errorf("rendered %d times, want 3", got)
		}
	})
}

func TestEveryPageEndsAtTheNewestVersionAndNeverGoesBack(t *testing.T) {
	const pages, writers, moves = 20, 4, 40
	eachEdge(t, func(t *testing.T, edge string) {
		s := newSite(t, sseTimes, nil)
		var reading, writing sync.WaitGroup
		for range pages {
			p := s.load(t, edge)
			reading.Go(func() {
				for last := int64(-1); last < writers*moves; {
					v, err := p.version()
					if err != nil || v <= last {
						t.Errorf("after version %d came %d, %v", last, v, err)
						return
					}
					last = v
				}
			})
		}
		for range writers {
			writing.Go(func() {
				for range moves {
					s.publish()
				}
			})
		}
		writing.Wait()
		reading.Wait()
	})
}

func TestAStateThatChangesBetweenReadingAndSubscribingIsShown(t *testing.T) {
	eachEdge(t, func(t *testing.T, edge string) {
		s := newSite(t, sseTimes, nil)
		s.store("room") // the page is drawn from this,
		s.publish()     // and this nobody hears
		p := s.load(t, edge)
		if v, err := p.version(); v != 2 || err != nil {
			t.Fatalf("the page begins with version %d, %v; want 2", v, err)
		}
	})
}

func TestAStateThatChangesWhileItIsReadForASubscriberIsShown(t *testing.T) {
	eachEdge(t, func(t *testing.T, edge string) {
		s := newSite(t, sseTimes, nil)
		read := make(chan struct{})
		s.held = read
		p := s.load(t, edge)
		eventually(t, "the state is read", func() bool { return s.timesRendered(seat) == 1 })
		s.publish()
		close(read)
		for last := int64(-1); last < 1; {
			v, err := p.version()
			if err != nil || v <= last {
				t.Fatalf("after version %d came %d, %v", last, v, err)
			}
			last = v
		}
	})
}

// The other end is a hub's connection: it sets the pace, for a slot skips what
// is published before the last was rendered.
func TestAPageThatIsNotReadIsDropped(t *testing.T) {
	eachEdge(t, func(t *testing.T, edge string) {
		s := newSite(t, edgeTimes{beat: time.Minute, write: 100 * time.Millisecond}, nil)
		s.text = strings.Repeat(" and so on", 10_000) // 100 kB, so that loopback is full after some thirty
		other := s.hub.Subscribe(Viewer{}, seat)
		defer other.Close()
		stuck := s.dial(t, edge)
		eventually(t, "it is connected", func() bool { return s.connections() == 2 })

		published := 0
		for start := time.Now(); s.connections() == 2; published += len(s.text) {
			if time.Since(start) > patience {
				t.Fatal("the page is still there")
			}
			s.publish()
			if _, err := other.next(t.Context(), patience); err != nil {
				t.Fatal(err)
			}
		}
		got, _ := io.ReadAll(stuck) // the connection was cut: an error, or none
		if len(got) >= published {
			t.Errorf("the server has sent all of %d bytes, so it was not stuck", published)
		}
	})
}

// Measured is a round: from publishing a fragment of 2 kB until the last of 99
// pages has it, while the server waits for a page that is stuck in its first
// fragment, and then without that page. The middle one of the rounds counts, for
// the machine may be busy with something else; and none may take as long as the
// server waits for the stuck one.
func TestOneStuckPageDoesNotDelayTheOthers(t *testing.T) {
	const pages, rounds, wait, limit = 99, 40, patience, 50 * time.Millisecond
	eachEdge(t, func(t *testing.T, edge string) {
		s := newSite(t, edgeTimes{beat: time.Minute, write: wait}, nil)
		s.set(func() { s.text = strings.Repeat(" and so on", 1<<20) }) // 10 MB, more than loopback holds
		stuck := s.dial(t, edge)
		if err := readUntil(stuck, "room/seat at"); err != nil { // and no further
			t.Fatal(err)
		}
		s.set(func() { s.text = strings.Repeat(" and so on", 200) })
		s.publish()
		eventually(t, "the second is made", func() bool { return s.timesRendered(seat) == 2 })

		received := make(chan error, pages)
		for range pages {
			p := s.load(t, edge)
			go func() {
				for err := error(nil); err == nil; {
					_, err = p.version()
					received <- err
				}
			}()
		}
		all := func() {
			for range pages {
				if err := <-received; err != nil {
					t.Fatal(err)
				}
			}
		}
		all()
		round := func() time.Duration {
			began := time.Now()
			s.publish()
			all()
			return time.Since(began)
		}
		var with, without []time.Duration
		for range rounds {
			with = append(with, round())
		}
		if got := s.connections(); got != pages+1 {
			t.Fatalf("%d pages are connected, so none is stuck", got)
		}
		stuck.Close()
		eventually(t, "the stuck page is gone", func() bool { return s.connections() == pages })
		for range rounds {
			without = append(without, round())
		}
		slices.Sort(with)
		slices.Sort(without)
		if a, b := with[len(with)/2], without[len(without)/2]; a > b+limit {
			t.Errorf("with a stuck page the others have a fragment after %v, without after %v", a, b)
		}
		if worst := with[len(with)-1]; worst >= wait {
			t.Errorf("once the others waited %v for a fragment", worst)
		}
	})
}

func TestAThousandVisitsLeaveNothingBehind(t *testing.T) {
	const visits, atOnce = 1000, 50
	eachEdge(t, func(t *testing.T, edge string) {
		s := newSite(t, sseTimes, nil)
		s.forms = nil
		visit := func(i int) error {
			conn, err := s.ask(fmt.Sprintf("/%s?session=%d", edge, i))
			if err != nil {
				return err
			}
			defer conn.Close()
			if i%2 == 0 {
				return nil // gone before anything has come
			}
			return readUntil(conn, "room/seat at")
		}
		come := func(visits int) {
			var going sync.WaitGroup
			for n := range atOnce {
				going.Go(func() {
					for i := range visits / atOnce {
						if err := visit(i + n); err != nil {
							t.Error(err)
							return
						}
						s.publish()
					}
				})
			}
			going.Wait()
		}
		before := runtime.NumGoroutine()
		gone := func() (heap uint64) {
			eventually(t, "all goroutines are gone", func() bool { return runtime.NumGoroutine() <= before })
			eventually(t, "nothing is left in the hub", func() bool {
				s.hub.mu.Lock()
				defer s.hub.mu.Unlock()
				return len(s.hub.topics) == 0 && len(s.hub.sessions) == 0
			})
			runtime.GC() // what pools keep goes with the second
			runtime.GC()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			return m.HeapAlloc
		}
		come(100)
		first := gone()
		come(visits)
		// One connection that stayed would be 10 kB or more.
		if now := gone(); now > first+visits*1024 {
			t.Errorf("the heap has grown by %d kB", (now-first)>>10)
		}
	})
}
