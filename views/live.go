package views

import "github.com/a-h/templ"

// Part is an element of a live page that changes by itself: open pages are sent it
// when it looks different from before.
type Part struct {
	ID string // of the element
	// State is all that the element shows, comparable; while it is the same, and for
	// other viewers for whom it is the same, the element is not drawn again. Nil has
	// it drawn and compared.
	State   any
	Element templ.Component
}

// Frame is what a room's page looks like but for its parts. While it stays the
// same, open pages are sent the parts that changed; otherwise the whole page.
type Frame struct {
	class     string
	closed    bool
	canLeave  bool
	poster    bool
	abandoned bool
}

// Frame says what frame the room's page has.
func (m Room) Frame() Frame {
	switch {
	case m.Game != nil:
		return Frame{class: m.Game.class(), canLeave: m.Game.CanLeave, poster: m.Game.poster(), abandoned: m.Game.Abandoned}
	case m.Waiting != nil:
		return Frame{class: waitingClass}
	}
	return Frame{closed: true}
}

// Parts are the elements of the room's page that change within its frame. Those of
// the log, which grows, come last, the oldest first: a page that has none of a
// line's id puts it first in the log.
func (m Room) Parts() []Part {
	g := m.Game
	switch {
	case m.Waiting != nil:
		return []Part{
			{ID: "facts", Element: facts(m)}, {ID: "stub", Element: stub(m, m.Waiting)}, {ID: "passengers", Element: passengers(m, m.Waiting)},
		}
	case g == nil:
		return nil
	}
	parts := []Part{{ID: g.panelID(), Element: turn(m, g)}}
	for i := range m.Seats {
		parts = append(parts, Part{ID: labelID(i), Element: crewLabel(m, g, i)})
	}
	if !g.poster() {
		parts = append(parts, g.Parts.Board...)
	}
	for i := len(g.Log) - 1; i >= 0; i-- {
		line := g.Log[i]
		parts = append(parts, Part{ID: line.id(), State: line, Element: logEntry(line)})
	}
	return parts
}
