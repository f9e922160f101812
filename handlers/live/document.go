package live

import (
	"context"
	"errors"
	"net/http"
	"time"

	"worldtravel/models/span"
)

// Limits of a document that grows. One that has reached either ends, and its
// page loads it anew, so that an old phone need not hold a whole evening.
const (
	statesMost   = 200
	documentMost = 4 << 20 // bytes
)

// The beat is quicker than that of the scripts: a style sheet that sees none for
// a while is all that tells a reader that the connection is gone.
var documentTimes = edgeTimes{beat: 10 * time.Second, write: 10 * time.Second}

// Document is an HTML document that grows, for browsers without scripts.
type Document struct {
	Head []byte // its beginning, up to where the states are to stand
	// Around is what stands in a state round the fragments: one piece more than
	// the connection has keys, each before a fragment but for the last.
	Around [][]byte
	Beat   []byte // ends each state, and comes by itself when nothing else does
	Once   bool   // end after the first state; the page comes again
	// Version is what the fragments of the first state are of at least.
	Version int64
	Pause   time.Duration // how long a state is shown at least
}

// ServeDocument sends a connection as an HTML document that does not end: each
// state of the page is one more <div class="state">, and a style sheet shows
// the last. When the document has become long, the session has ended or the site
// stops, the document ends; the page round it brings it back.
// ServeDocument returns at once, and what it began closes the connection.
func ServeDocument(w http.ResponseWriter, c *Conn, d Document) {
	serveDocument(w, c, d, documentTimes)
}

func serveDocument(w http.ResponseWriter, c *Conn, d Document, times edgeTimes) {
	begun, states, sent, shown := false, 0, 0, time.Time{}
	c.all = true // each state stands for itself
	send := func(out *stream, pieces ...[]byte) error {
		for _, piece := range pieces {
			sent += len(piece)
		}
		return out.send(pieces...)
	}
	serveStream(w, c, "text/html; charset=utf-8", times.write, func(out *stream) error {
		if !begun {
			begun = true
			return send(out, d.Head)
		}
		if states == statesMost || d.Once && states == 1 || sent >= documentMost {
			return errLong
		}
		news, err := c.next(context.Background(), times.beat)
		switch {
		case err != nil:
			return err
		case news == nil:
			return send(out, d.Beat)
		case c.shows(d.Version):
			if states++; states > 1 {
				time.Sleep(d.Pause - time.Since(shown))
			}
			shown = time.Now()
			if err := send(out, d.state(c)...); err != nil {
				return err
			}
			for _, f := range news {
				span.Record(f.cause, "deliver", f.ready, f.known("stream", len(f.part()))...)
			}
			return nil
		}
		return nil
	})
}

var errLong = errors.New("live: the document is long enough")

var (
	stateBegin = []byte(`<div class="state">`)
	stateEnd   = []byte(`</div>`)
)

// state puts the newest fragments between what stands round them.
func (d Document) state(c *Conn) [][]byte {
	pieces := [][]byte{stateBegin}
	for i, f := range c.taken {
		pieces = append(pieces, d.Around[i], f.part())
	}
	return append(pieces, d.Around[len(c.taken)], stateEnd, d.Beat)
}

// Present waits until each fragment of a connection is of the version at least, and
// gives what the page lacks of them one after the other: for a page that asks every
// few seconds, and for the answer to a form.
func Present(ctx context.Context, c *Conn, atLeast int64) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, renderTimeout)
	defer cancel()
	for {
		if _, err := c.next(ctx, renderTimeout); err != nil {
			return nil, err
		}
		if c.shows(atLeast) {
			var html []byte
			for _, f := range c.taken {
				html = append(html, c.lacking(f, nil).html()...)
			}
			return html, nil
		}
	}
}
