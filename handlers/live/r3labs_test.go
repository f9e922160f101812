package live

import (
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/r3labs/sse/v2"
)

// Each of these meets a limit of r3labs/sse that our use of it must stay clear of.

// A stream of the library stops for all when one subscriber has not read the
// last 1,936 events of 2 kB.
func TestAReaderThatStopsDoesNotFreezeTheStreamsOfOthers(t *testing.T) {
	s := newSite(t, edgeTimes{beat: time.Minute, write: time.Minute}, nil)
	s.text = fmt.Sprintf("%2000d", 0)
	if err := readUntil(s.dial(t, "sse"), "room/seat at"); err != nil {
		t.Fatal(err)
	}
	p := s.load(t, "sse")
	for want := range int64(2500) {
		if v, err := p.version(); v != want || err != nil {
			t.Fatalf("received version %d, %v; want %d", v, err, want)
		}
		s.publish()
	}
	if s.connections() != 2 {
		t.Error("the one that stopped is gone, so it stood in nobody's way")
	}
}

// The log that AutoReplay fills is never emptied.
func TestNoEventIsReplayedToALaterClient(t *testing.T) {
	s := newSite(t, sseTimes, nil)
	first := s.open(t, "")
	for v := range 101 {
		if v > 0 {
			s.publish()
		}
		first.want(message{id: fmt.Sprint(v), data: fmt.Sprintf("room/seat at %d", v), retry: "2000"})
	}
	s.open(t, "", "Last-Event-ID", "0").want(message{id: "100", data: "room/seat at 100", retry: "2000"})
}

// RemoveStream leaves the goroutines of subscribers behind, and a subscriber has
// room for 64 events, a stream by default for 1,024.
func TestEncodingLeavesNeitherGoroutinesNorMemoryBehind(t *testing.T) {
	data := make([]byte, 10_000)
	some := func(n int) (goroutines int, heap uint64) {
		var encoding sync.WaitGroup
		for range 4 {
			encoding.Go(func() {
				for range n / 4 {
					encode(&sse.Event{Data: data})
				}
			})
		}
		encoding.Wait()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return runtime.NumGoroutine(), m.HeapAlloc
	}
	goroutines, heap := some(40)
	_, after := some(1000)
	eventually(t, "the library's goroutines have ended", func() bool { return runtime.NumGoroutine() <= goroutines })
	if after > heap+1<<20 {
		t.Errorf("the heap has grown by %d kB", (after-heap)>>10)
	}
}

func TestAConnectionAtRestHoldsNoQueue(t *testing.T) {
	const connections, most = 500, 3 << 10 // bytes of the heap for each
	s := newState()
	h := newHub(t, s.render)
	heap := func() uint64 {
		runtime.GC()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := heap()
	var clients []*idle
	for range connections {
		w := newIdle()
		ServeSSE(w, h.Subscribe(Viewer{}, seat))
		clients = append(clients, w)
	}
	for _, w := range clients {
		<-w.sent // the head
		<-w.sent // and a fragment
	}
	if each := (heap() - before) / connections; each > most {
		t.Errorf("a connection holds %d bytes, want %d at most", each, most)
	}
	runtime.KeepAlive(clients)
}

// The library ignores errors of writing, and lets it take for ever.
func TestAWriteThatFailsEndsTheStreamAndNoneTakesForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHub(t, newState().render)
		w := newIdle()
		w.err = errors.New("connection reset by peer")
		c := h.Subscribe(Viewer{}, seat)
		ServeSSE(w, c)
		if left := time.Until(<-w.sent); left < sseTimes.write || left > 2*sseTimes.write {
			t.Errorf("writing may take %v", left)
		}
		<-w.gone
		synctest.Wait()
		if !errors.Is(c.ended(), ErrClosed) {
			t.Errorf("the connection has ended with %v", c.ended())
		}
	})
}

// An event without data ends the responses of all subscribers.
func TestAnEmptyFragmentDoesNotEndTheStream(t *testing.T) {
	s := newSite(t, sseTimes, nil)
	s.empty = true
	c := s.open(t, "")
	c.want(message{id: "0", data: "\n", retry: "2000"})
	s.publish()
	c.want(message{id: "1", data: "\n", retry: "2000"})
}

// With more than 64 events behind an empty one, the stream deadlocks.
func TestManyFragmentsBehindAnEmptyOneArrive(t *testing.T) {
	s := newSite(t, sseTimes, nil)
	s.set(func() { s.empty = true })
	c := s.open(t, "")
	c.want(message{id: "0", data: "\n", retry: "2000"})
	for range 200 {
		s.publish()
	}
	for last := ""; last != "200"; {
		m, err := c.next()
		if err != nil {
			t.Fatalf("after version %s came %v", last, err)
		}
		last = m.id
	}
}

// One that is not a number is answered 400.
func TestAnyLastEventIDIsWelcome(t *testing.T) {
	s := newSite(t, sseTimes, nil)
	for _, id := range []string{"garbage", "-1", "99999999999999999999", "../../x", "7", "\x80"} {
		s.open(t, "", "Last-Event-ID", id).want(message{id: "0", data: "room/seat at 0", retry: "2000"})
	}
}

// Its query names the stream.
func TestTheClientDoesNotChooseTheStream(t *testing.T) {
	s := newSite(t, sseTimes, nil)
	s.open(t, "stream=other&session=ada").want(message{id: "0", data: "room/seat at 0", retry: "2000"})
}

// The id is always sent, and an empty one has the browser forget the last: so
// nothing may depend on it that a client comes back with.
func TestComingBackAfterABeatStartsAtThePresentState(t *testing.T) {
	s := newSite(t, edgeTimes{beat: 50 * time.Millisecond, write: patience}, nil)
	s.store("room")
	s.ready(t)
	c := s.open(t, "")
	c.want(message{id: "1", data: "room/seat at 1", retry: "2000"})
	c.want(message{event: "beat", data: "beat"})
	c.body.Close()
	s.open(t, "").want(message{id: "1", data: "room/seat at 1", retry: "2000"})
}

// Without SplitData the first line end would end the message.
func TestNothingInTheHTMLIsTakenForAField(t *testing.T) {
	s := newSite(t, sseTimes, nil)
	s.text = "\revent: end\r\rdata: x\n: a comment\n:\nid: 9"
	s.open(t, "").want(message{id: "0", retry: "2000",
		data: "room/seat at 0\nevent: end\n\ndata: x\n: a comment\n:\nid: 9"})
}
