package live

import (
	"bytes"
	"context"
	"net/http"
	"net/url"

	"github.com/r3labs/sse/v2"
)

// encode has r3labs/sse write an event, which must have data. The library writes
// an event while it sends it to a subscriber, once for each of them; here the one
// subscriber is a buffer, and the connections share the bytes. With a stream of
// the library for each connection an event went from goroutine to goroutine to
// goroutine: that was a quarter slower and took half as much memory again, and
// one reader that stopped could have held up a shared stream for good.
func encode(e *sse.Event) []byte {
	const name = "event"
	server := sse.New()
	server.AutoReplay = false // or the stream would keep the event
	server.BufferSize = 1     // room for the event: publishing it need not wait
	server.SplitData = true   // otherwise a line break in the HTML ends the message
	server.CreateStream(name)

	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	out := &recorder{header: make(http.Header)}
	out.body.Grow(len(e.Data) + 100) // the rest of the event is short
	out.flushed = func() {
		out.flushed = cancel // the second flush is that of the event
		server.Publish(name, e)
	}
	server.ServeHTTP(out, (&http.Request{URL: &url.URL{RawQuery: "stream=" + name}}).WithContext(ctx))
	// Only now, when its subscriber has left: closing the stream any earlier
	// would leave a goroutine of the library behind for good.
	server.Close()
	return out.body.Bytes()
}

// recorder is a response that is kept.
type recorder struct {
	header  http.Header
	status  int
	body    bytes.Buffer
	flushed func()
}

func (w *recorder) Header() http.Header { return w.header }

func (w *recorder) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
}

func (w *recorder) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(p)
}

func (w *recorder) Flush() {
	if w.flushed != nil {
		w.flushed()
	}
}

// lines returns the HTML with line feeds as its only line ends, as an HTML
// parser would read it. In an event stream a lone carriage return ends a line
// as well, and what follows it would be taken for a field. Without any data an
// event would end the stream, so an empty fragment is a line end.
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
