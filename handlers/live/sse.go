package live

import (
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/r3labs/sse/v2"
)

// Events of the stream. A fragment is an unnamed message, whose id is its
// version; the script in public/js/live.js listens to these two besides.
const (
	eventBeat  = "beat" // nothing new, but the connection is alive
	eventEnd   = "end"  // the session has ended: ask again who you are
	retryAfter = "2000" // milliseconds, for clients other than our script
)

// beat and end are said as events and not as comments, so that the script hears them.
var (
	beat = sync.OnceValue(func() []byte { return encode(&sse.Event{Event: []byte(eventBeat), Data: []byte(eventBeat)}) })
	end  = sync.OnceValue(func() []byte { return encode(&sse.Event{Event: []byte(eventEnd), Data: []byte(eventEnd)}) })
)

// edgeTimes are the intervals of an edge.
type edgeTimes struct {
	beat  time.Duration // between two signs of life
	write time.Duration // a client that takes no bytes for so long is dropped
}

var sseTimes = edgeTimes{beat: 25 * time.Second, write: 10 * time.Second}

// ServeSSE sends a connection to an EventSource, one message for each
// fragment, until the client goes away or the connection ends. A connection
// dropped with its session ends with the event "end"; one that met a hub shut
// down is answered 503. ServeSSE does not close the connection.
func ServeSSE(w http.ResponseWriter, r *http.Request, c *Conn) {
	serveSSE(w, r, c, sseTimes)
}

func serveSSE(w http.ResponseWriter, r *http.Request, c *Conn, times edgeTimes) {
	if errors.Is(c.ended(), ErrShutdown) {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	out := openStream(w, r, "text/event-stream", times.write)
	err := out.send() // the headers
	for err == nil {
		var news []*rendered
		news, err = c.next(r.Context(), times.beat)
		switch {
		case errors.Is(err, ErrDropped):
			_ = out.send(end()) // the client may be gone already
		case err != nil:
		case news == nil:
			err = out.send(beat())
		default:
			for _, f := range news {
				out.pieces = append(out.pieces, f.event())
			}
			err = out.send(out.pieces...)
			out.pieces = out.pieces[:0]
		}
	}
}

// stream is a response that goes on for as long as the page is open.
type stream struct {
	http.ResponseWriter
	control  *http.ResponseController
	timeout  time.Duration
	deadline time.Time // of writing
	shared   bool      // its connection carries others as well, as in HTTP/2
	pieces   [][]byte  // kept for the next send
}

// openStream begins a response that nothing on the way may hold back or keep.
func openStream(w http.ResponseWriter, r *http.Request, media string, timeout time.Duration) *stream {
	header := w.Header()
	header.Set("Content-Type", media)
	header.Set("Cache-Control", "no-store")
	header.Set("X-Accel-Buffering", "no") // nginx would wait for more
	w.WriteHeader(http.StatusOK)          // or a flush would send it without echo knowing
	return &stream{ResponseWriter: w, control: http.NewResponseController(w), timeout: timeout, shared: r.ProtoMajor > 1}
}

// send sends the pieces at once. An error says that the client has not taken
// them for the time given, or up to twice that, or is gone.
func (s *stream) send(pieces ...[]byte) error {
	if now := time.Now(); s.deadline.Sub(now) < s.timeout {
		s.deadline = now.Add(2 * s.timeout)
		// An error is left: a writer without deadlines can't be stuck.
		_ = s.control.SetWriteDeadline(s.deadline)
	}
	for _, piece := range pieces {
		if _, err := s.Write(piece); err != nil {
			return err
		}
	}
	err := s.control.Flush()
	if s.shared { // there, a deadline that passes ends a stream at rest, too
		s.deadline = time.Time{}
		_ = s.control.SetWriteDeadline(s.deadline)
	}
	return err
}
