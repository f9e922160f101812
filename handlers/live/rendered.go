package live

import (
	"strconv"
	"sync"

	"github.com/r3labs/sse/v2"
)

// rendered is a fragment, with what each edge makes of it: made when the first
// connection asks, and shared by all.
type rendered struct {
	Fragment
	sse, socket, grown once[[]byte]
}

// event is the fragment as a message of an event stream.
func (f *rendered) event() []byte {
	return f.sse.get(func() []byte {
		return encode(&sse.Event{ID: strconv.AppendInt(nil, f.Version, 10), Data: lines(f.HTML), Retry: []byte(retryAfter)})
	})
}

// message is the fragment as a frame of a WebSocket.
func (f *rendered) message() []byte {
	return f.socket.get(func() []byte { return textFrame(f.HTML) })
}

// part is the fragment as a part of a document that grows.
func (f *rendered) part() []byte {
	return f.grown.get(func() []byte { return inDocument(f.Fragment) })
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
