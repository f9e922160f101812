package live

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"

	"github.com/r3labs/sse/v2"
)

// Events of the stream. A fragment is an unnamed message, whose id is its
// version; the script in public/js/live.js listens to these two besides.
const (
	eventBeat = "beat" // nothing new, but the connection is alive
	eventEnd  = "end"  // the session or the access has ended: load the page anew
)

// edgeTimes are the intervals of an edge.
type edgeTimes struct {
	beat  time.Duration // between two signs of life
	write time.Duration // a client that takes no bytes for so long is dropped
}

var sseTimes = edgeTimes{beat: 25 * time.Second, write: 10 * time.Second}

// ServeSSE sends a connection to an EventSource, one message for each
// fragment, until the client goes away or the connection ends. A connection
// dropped with its session ends with the event "end", so that the page loads
// anew instead of asking again; one that met a hub shut down is answered 503.
// ServeSSE does not close the connection.
func ServeSSE(w http.ResponseWriter, r *http.Request, c *Conn) {
	serveSSE(w, r, c, sseTimes)
}

// RefuseSSE answers an EventSource that may not have the stream. A status
// would not do: EventSource does not show it to the script, which would ask
// again and again.
func RefuseSSE(w http.ResponseWriter) {
	setSSEHeaders(w.Header())
	_, _ = w.Write([]byte("event: " + eventEnd + "\ndata: " + eventEnd + "\n\n"))
}

func setSSEHeaders(header http.Header) {
	header.Set("Content-Type", "text/event-stream")
	header.Set("Cache-Control", "no-store")
	header.Set("X-Accel-Buffering", "no") // nginx would hold the messages back
}

// serveSSE gives each connection an r3labs server and stream of its own, with
// a single subscriber, because a stream sends an event to its subscribers in
// turn and one that does not read would hold up all the others. An event is
// published only when the one before it has been flushed, so that nothing
// queues inside the library.
func serveSSE(w http.ResponseWriter, r *http.Request, c *Conn, times edgeTimes) {
	select {
	case <-c.done:
		if errors.Is(c.why, ErrDropped) {
			RefuseSSE(w)
		} else {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		return
	default:
	}

	const name = "page"
	server := sse.New()
	server.AutoReplay = false // its log is never cleared, and a slot has the present state anyhow
	server.BufferSize = 1
	server.SplitData = true // otherwise a line break in the HTML ends the message
	header := make(http.Header)
	setSSEHeaders(header)
	for field := range header {
		server.Headers[field] = header.Get(field)
	}
	server.CreateStream(name)

	ctx, stop := context.WithCancel(r.Context())
	out := &flushWriter{ResponseWriter: w, control: http.NewResponseController(w),
		timeout: times.write, flushed: make(chan struct{}, 1), failed: stop}

	var feeding sync.WaitGroup
	feeding.Go(func() {
		defer stop()
		feed(ctx, c, times.beat, out.flushed, func(e *sse.Event) { server.Publish(name, e) })
	})
	server.ServeHTTP(out, sseRequest(ctx, r, name))
	stop()
	// The library has let go of its subscriber by now: closing the stream any
	// earlier would leave the subscriber's goroutine behind for good.
	server.Close()
	feeding.Wait()
}

// sseRequest is what r3labs reads of a request: the stream's name, which the
// client must not choose, and no Last-Event-ID, which it answers 400 when that
// is no number.
func sseRequest(ctx context.Context, r *http.Request, stream string) *http.Request {
	return (&http.Request{
		Method: r.Method,
		URL:    &url.URL{RawQuery: "stream=" + stream},
		Header: http.Header{},
	}).WithContext(ctx)
}

// feed publishes what the connection has to say until it or the context ends.
// Each flush, that of the headers first, makes room for one event.
func feed(ctx context.Context, c *Conn, beat time.Duration, flushed <-chan struct{}, publish func(*sse.Event)) {
	send := func(e *sse.Event) bool {
		select {
		case <-flushed:
			publish(e)
			return true
		case <-ctx.Done():
			return false
		}
	}
	retry := []byte("2000") // milliseconds; said once, with the first event
	for {
		beatCtx, cancel := context.WithTimeout(ctx, beat)
		news, err := c.Next(beatCtx)
		cancel()
		switch {
		case err == nil:
		case errors.Is(err, ErrDropped):
			if send(&sse.Event{Event: []byte(eventEnd), Data: []byte(eventEnd)}) {
				select { // the last words must be out before the stream is closed
				case <-flushed:
				case <-ctx.Done():
				}
			}
			return
		case ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded):
			// An event and not a comment, so that the script can tell a dead
			// connection from a quiet one.
			if !send(&sse.Event{Event: []byte(eventBeat), Data: []byte(eventBeat)}) {
				return
			}
		default:
			return
		}
		for _, f := range news {
			if !send(&sse.Event{ID: strconv.AppendInt(nil, f.Version, 10), Data: lines(f.HTML), Retry: retry}) {
				return
			}
			retry = nil
		}
	}
}

// lines returns the HTML with line feeds as its only line ends, as an HTML
// parser would read it. In an event stream a lone carriage return ends a line
// as well, and what follows it would be taken for a field. Without any data an
// event would end the response, so an empty fragment is a line end.
func lines(html []byte) []byte {
	if bytes.IndexByte(html, '\r') >= 0 {
		html = bytes.ReplaceAll(html, []byte("\r\n"), []byte("\n"))
		html = bytes.ReplaceAll(html, []byte("\r"), []byte("\n"))
	}
	if len(html) == 0 {
		return []byte("\n")
	}
	return html
}

// flushWriter gathers what is written and sends it on Flush, in one write with
// a time limit. r3labs writes line by line, ignores errors and sets no limit.
type flushWriter struct {
	http.ResponseWriter
	control *http.ResponseController
	timeout time.Duration
	pending *bytes.Buffer
	flushed chan struct{} // one signal for each flush that came through
	failed  func()        // called when the client takes no more
}

// buffers are shared, for a connection at rest needs none.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func (w *flushWriter) Write(p []byte) (int, error) {
	if w.pending == nil {
		w.pending = buffers.Get().(*bytes.Buffer)
	}
	return w.pending.Write(p)
}

func (w *flushWriter) Flush() {
	if err := w.send(); err != nil {
		w.failed()
		return
	}
	w.flushed <- struct{}{}
}

func (w *flushWriter) send() error {
	// Errors of the deadlines are left: a writer without them can't be stuck.
	_ = w.control.SetWriteDeadline(time.Now().Add(w.timeout))
	if w.pending != nil {
		_, err := w.ResponseWriter.Write(w.pending.Bytes())
		w.pending.Reset()
		buffers.Put(w.pending)
		w.pending = nil
		if err != nil {
			return err
		}
	}
	if err := w.control.Flush(); err != nil {
		return err
	}
	// HTTP/2 ends a stream whose deadline passes, even when it is at rest.
	_ = w.control.SetWriteDeadline(time.Time{})
	return nil
}
