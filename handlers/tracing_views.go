package handlers

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"worldtravel/handlers/tracing"
	"worldtravel/models/span"
	"worldtravel/views"
)

// traceLine makes the line of a request that has been answered.
func traceLine(t tracing.Trace) views.TraceLine {
	line := views.TraceLine{ID: t.ID, At: t.Began, Took: milliseconds(t.Until()), Steps: len(t.Steps)}
	for _, announce := range t.Named("announce") {
		own, _ := t.Deliveries(announce)
		line.Pages = max(line.Pages, len(own))
	}
	root, _ := t.Root()
	line.What, line.Path, line.Status = root.Name, root.Known[httpMethod]+" "+root.Known[httpPath], root.Known[httpStatus]
	return line
}

func milliseconds(d time.Duration) string {
	return fmt.Sprintf("%.1f ms", float64(d)/float64(time.Millisecond))
}

// trace makes the view of a trace: its steps as a waterfall, each under the one that it
// is part of, and what they come to in sentences.
func (s *Site) trace(c echo.Context, t tracing.Trace) views.Trace {
	m := views.Trace{Page: s.page(c, ""), Line: traceLine(t), Story: s.config.Trace.story(t), Left: t.Left}
	depths, busy := t.Depths(), t.Busy()
	thousandths := func(d time.Duration) int { return int(1000 * busy(d) / max(busy(t.Until()), 1)) }
	for _, step := range ordered(t) {
		at := step.Began.Sub(t.Began)
		m.Steps = append(m.Steps, views.TraceStep{
			Depth: min(depths[step.ID], views.TraceDepthMost), Name: step.Name, Detail: s.config.Trace.detail(step), Error: step.Error,
			At: milliseconds(at), Took: milliseconds(step.Took),
			From: thousandths(at), Wide: max(3, thousandths(at+step.Took)-thousandths(at)),
			Place: placeOf(step),
		})
	}
	return m
}

// ordered puts each step behind the one that it is part of.
func ordered(t tracing.Trace) []tracing.Step {
	within, known := map[string][]tracing.Step{}, map[string]bool{}
	for _, step := range t.Steps {
		known[step.ID] = true
	}
	for _, step := range t.Steps {
		parent := step.Parent
		if !known[parent] { // which has not ended yet
			parent = ""
		}
		within[parent] = append(within[parent], step)
	}
	var all []tracing.Step
	var put func(parent string)
	put = func(parent string) {
		for _, step := range within[parent] {
			all = append(all, step)
			put(step.ID)
		}
	}
	put("")
	return all
}

// detail words what else is known of a step.
func (t *Trace) detail(step tracing.Step) string {
	var parts []string
	for _, key := range slices.Sorted(maps.Keys(step.Known)) {
		name, value := string(key), step.Known[key]
		switch key {
		case span.Collection, span.Operation: // in the name of the step
			continue
		case span.Filter:
			name = "where"
		case span.Component:
			value = t.Source.Component(value)
		}
		parts = append(parts, strings.TrimPrefix(name, "worldtravel.")+" "+value)
	}
	return strings.Join(parts, ", ")
}

// story tells in sentences what became of a request.
func (t *Trace) story(of tracing.Trace) []views.StoryLine {
	root, _ := of.Root()
	story := storyteller{of: of, source: t.Source}
	verb, how := "asks for", "with "+root.Known[httpProtocol]
	if root.Known[httpMethod] == http.MethodPost {
		verb = "posts a form to"
	}
	if root.Known[overSocket] == "true" {
		how = "over its WebSocket"
	}
	story.tell(placeOf(root), "The browser %s %s %s.", verb, root.Known[httpPath], how)
	for _, step := range of.Steps {
		story.step(step)
	}
	story.tell(views.Place{}, "The request itself was answered %s after %s.", root.Known[httpStatus], milliseconds(root.Took))
	return story.lines
}

// storyteller makes the sentences of a story.
type storyteller struct {
	of     tracing.Trace
	source *tracing.Source
	lines  []views.StoryLine
}

func (s *storyteller) tell(place views.Place, format string, args ...any) {
	s.lines = append(s.lines, views.StoryLine{Text: fmt.Sprintf(format, args...), Place: place})
}

// step tells of a step that matters to the story.
func (s *storyteller) step(step tracing.Step) {
	parent := s.of.Step(step.Parent)
	switch {
	case strings.HasPrefix(step.Name, "handlers.(*Site)."):
		s.tell(placeOf(step), "The handler %s takes it.", step.Name)
	case step.Name == "models.(*Rooms).computerMove":
		s.tell(placeOf(step), "%s later it is the computer's turn.", milliseconds(step.Began.Sub(s.of.Began)))
	case strings.HasPrefix(step.Name, "models.") && strings.HasPrefix(parent.Name, "handlers."):
		s.tell(placeOf(step), "It calls %s.", step.Name)
	case strings.HasPrefix(step.Name, "rules "):
		// A game's folder is called as its address, without hyphens.
		folder := strings.ReplaceAll(strings.TrimPrefix(step.Name, "rules "), "-", "")
		s.tell(s.place("models/games/"+folder+".Rules.Apply"), "The rules of the game apply the move, in %s.", milliseconds(step.Took))
	case step.Name == "moves insert" && step.Error == "":
		s.tell(placeOf(step), "It is stored as entry %s of the game's log, in %s.", parent.Known[span.Entry], milliseconds(step.Took))
	case step.Name == "render" && step.Known[span.Component] != "" && parent.Name != "render":
		component := s.source.Component(step.Known[span.Component])
		s.tell(s.place(component), "The component %s is rendered: %s bytes, in %s.",
			component, step.Known[span.Bytes], milliseconds(step.Took))
	case step.Name == "announce":
		s.announced(step)
	}
}

// announced tells how a change reaches open pages.
func (s *storyteller) announced(announce tracing.Step) {
	s.tell(placeOf(announce), "Open pages are told that %s is at version %s.", announce.Known[span.Topic], announce.Known[span.Version])
	rendered := 0
	for _, step := range s.of.Named("render") {
		if step.Parent == announce.ID && step.Known[span.Topic] == announce.Known[span.Topic] {
			rendered++
		}
	}
	if rendered > 0 {
		s.tell(s.place("handlers.(*Site).fragment"), "What changed is rendered %s, for each kind of viewer.", times(rendered))
	}
	own, lobby := s.of.Deliveries(announce)
	if len(own) > 0 {
		by := map[string]int{}
		for _, step := range own {
			by[step.Known[span.Transport]]++
		}
		var over []string
		for _, transport := range slices.Sorted(maps.Keys(by)) {
			over = append(over, fmt.Sprintf("%d over %s", by[transport], transportNames[transport]))
		}
		s.tell(placeOf(own[0]), "It is sent to %s, %s, the last of them %s after it was stored.",
			pages(len(own)), strings.Join(over, " and "), milliseconds(until(own, announce)))
	}
	if len(lobby) > 0 {
		s.tell(placeOf(lobby[0]), "Lists in the lobby, which wait a moment for more, are sent %s, the last after %s.",
			times(len(lobby)), milliseconds(until(lobby, announce)))
	}
}

// until is when the last of some steps ended, from the beginning of another.
func until(steps []tracing.Step, from tracing.Step) (last time.Duration) {
	for _, step := range steps {
		last = max(last, step.Began.Add(step.Took).Sub(from.Began))
	}
	return last
}

// transportNames words what is said of a delivery.
var transportNames = map[string]string{"sse": "Server-Sent Events", "socket": "a WebSocket", "stream": "a document that grows"}

func (s *storyteller) place(function string) views.Place {
	place, _ := s.source.Function(function)
	return views.Place{Function: function, File: place.File, Line: place.Line}
}

func placeOf(step tracing.Step) views.Place {
	return views.Place{Function: step.Function, File: step.File, Line: step.Line}
}

func times(n int) string {
	switch n {
	case 1:
		return "once"
	case 2:
		return "twice"
	}
	return fmt.Sprintf("%d times", n)
}

func pages(n int) string {
	if n == 1 {
		return "1 page"
	}
	return fmt.Sprintf("%d pages", n)
}
