package handlers

import (
	"bytes"
	"context"
	"reflect"
	"sync"

	"github.com/a-h/templ"
)

// picturesHeld is how many boards are kept at most.
const picturesHeld = 1_000

// pictures keeps the board of each game as it was drawn last, for most viewers of
// a game see the same board, and it is the largest part of a page.
type pictures struct {
	mu   sync.Mutex
	held map[string]picture // by room
}

type picture struct {
	view any // that was drawn
	html templ.Component
}

// draw gives the board of a room for a view of its game, drawn by draw unless the
// last one was of the same view.
func (p *pictures) draw(room string, view any, draw func() templ.Component) templ.Component {
	p.mu.Lock()
	held, ok := p.held[room]
	p.mu.Unlock()
	if ok && reflect.DeepEqual(held.view, view) {
		return held.html
	}
	var html bytes.Buffer
	component := draw()
	if component.Render(context.Background(), &html) != nil {
		return component // whose fault shows where it is rendered
	}
	drawn := picture{view, templ.Raw(html.String())}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.held) >= picturesHeld {
		for any := range p.held {
			delete(p.held, any)
			break
		}
	}
	p.held[room] = drawn
	return drawn.html
}
