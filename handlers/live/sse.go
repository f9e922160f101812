package live

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/r3labs/sse/v2"

	"worldtravel/models/span"
)

// Events of the stream. A fragment is an unnamed message, whose id is its
// version; the script in public/js/live.js listens to the beat besides.
const (
	eventBeat  = "beat" // nothing new, but the connection is alive
	eventEnd   = "end"  // the session has ended: ask again who you are
	retryAfter = "2000" // milliseconds, for clients other than our script
)

// beat is said as an event and not as a comment, so that the script hears it. The script
// needs no end: it finds out when it opens the stream again.
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

// ServeSSE sends a connection to an EventSource, one message for each fragment,
// until the client goes away or the connection ends. One that is dropped with its
// session ends with the event "end"; one that met a hub shut down is answered 503.
// ServeSSE returns at once, and what it began closes the connection.
func ServeSSE(w http.ResponseWriter, c *Conn) { serveSSE(w, c, sseTimes) }

func serveSSE(w http.ResponseWriter, c *Conn, times edgeTimes) {
	serveStream(w, c, "text/event-stream", times.write, func(out *stream) error {
		news, err := c.next(context.Background(), times.beat)
		switch {
		case errors.Is(err, ErrDropped):
			_ = out.send(end()) // the client may be gone already
			return err
		case err != nil:
			return err
		case news == nil:
			return out.send(beat())
		}
		for _, f := range news {
			if err := out.send(f.event()); err != nil {
				return err
			}
			span.Record(f.cause, "deliver", f.ready, f.known("sse", len(f.event()))...)
		}
		return nil
	})
}
