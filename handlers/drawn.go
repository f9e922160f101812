package handlers

import (
	"bytes"
	"context"
	"reflect"
	"sync"

	"github.com/a-h/templ"
)

// drawnHeld is how many parts are kept at most.
const drawnHeld = 2_000

// drawn keeps parts of rooms as they were drawn last: most viewers of a game see
// the same board and the same log, and those are most of the page.
type drawn struct{ parts *kept[drawnPart] }

type drawnPart struct {
	mu    sync.Mutex // while it is being drawn, whoever wants the same waits
	state any        // that was drawn
	html  templ.Component
}

// part gives the part with a name for a state, drawn by draw unless it was last
// drawn for the same.
func (d *drawn) part(name string, state any, draw func() templ.Component) templ.Component {
	p := d.parts.get(name)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.html != nil && reflect.DeepEqual(p.state, state) {
		return p.html
	}
	var html bytes.Buffer
	component := draw()
	if component.Render(context.Background(), &html) != nil {
		return component // whose fault shows where it is rendered
	}
	p.state, p.html = state, templ.Raw(html.String())
	return p.html
}
