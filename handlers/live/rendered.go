package live

import (
	"context"
	"strconv"
	"sync"
	"time"

	"github.com/r3labs/sse/v2"
	"go.opentelemetry.io/otel/attribute"

	"worldtravel/models/span"
)

// rendered is a fragment, with what each edge makes of it: made when the first
// connection asks, and shared by all.
type rendered struct {
	Fragment
	key                       Key
	cause                     context.Context // of the step that it was rendered for; nil when there is none
	ready                     time.Time
	whole, sse, socket, grown once[[]byte]

	mu      sync.Mutex
	changes map[int64]*rendered // by the version that a page shows
}

// changesKept is for how many earlier versions the changes since are kept; more are
// not asked for but by somebody who makes versions up.
const changesKept = 20

// html is all of the fragment.
func (f *rendered) html() []byte {
	if f.Whole == nil {
		return f.HTML
	}
	return f.whole.get(f.Whole)
}

// since is what a page lacks that shows an earlier version of the fragment. Pages
// are nearly always one version behind, so what they lack is made once for all.
func (f *rendered) since(version int64) *rendered {
	if f.Changes == nil {
		return f
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if less := f.changes[version]; less != nil {
		return less
	}
	less := f
	if html, ok := f.Changes(version); ok {
		less = &rendered{Fragment: Fragment{Version: f.Version, HTML: html}, key: f.key, cause: f.cause, ready: f.ready}
	}
	if f.changes == nil {
		f.changes = map[int64]*rendered{}
	}
	if len(f.changes) < changesKept {
		f.changes[version] = less
	}
	return less
}

// event is the fragment as a message of an event stream.
func (f *rendered) event() []byte {
	return f.sse.get(func() []byte {
		return encode(&sse.Event{ID: strconv.AppendInt(nil, f.Version, 10), Data: lines(f.html()), Retry: []byte(retryAfter)})
	})
}

// message is the fragment as a frame of a WebSocket.
func (f *rendered) message() []byte {
	return f.socket.get(func() []byte { return textFrame(f.html()) })
}

// part is the fragment as a part of a document that grows.
func (f *rendered) part() []byte {
	return f.grown.get(func() []byte { return inDocument(f.html(), f.Version) })
}

// known is what is recorded when a page has been sent the fragment, if anything is.
func (f *rendered) known(transport string, bytes int) []attribute.KeyValue {
	if !span.Traced(f.cause) {
		return nil
	}
	return []attribute.KeyValue{span.Topic.String(f.key.Topic), span.Transport.String(transport), span.Bytes.Int(bytes), span.Version.Int64(f.Version)}
}

// once makes a value when it is first asked for.
type once[T any] struct {
	sync.Once
	value T
}

func (o *once[T]) get(make func() T) T {
	o.Do(func() { o.value = make() })
	return o.value
}
