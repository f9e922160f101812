package tracing

import (
	"slices"
	"strings"
	"time"

	"worldtravel/models/span"
)

// Concerns reports whether a trace has to do with a page: it was asked for the page or
// one below it, or changed what the page shows.
func (t Trace) Concerns(path string) bool {
	for _, s := range t.Steps {
		asked := s.Known["url.path"]
		if asked == path || path != "/" && strings.HasPrefix(asked, path+"/") {
			return true
		}
	}
	return t.Changed(path)
}

// Changed reports whether a trace changed what a page shows: the lobby shows all rooms.
func (t Trace) Changed(path string) bool {
	return slices.ContainsFunc(t.Named("announce"), func(s Step) bool { return path == "/" || s.Known[span.Topic] == topicOf(path) })
}

// topicOf is the topic of a room's pages; that of other pages is empty.
func topicOf(path string) string {
	below, ok := strings.CutPrefix(path, "/rooms/")
	if !ok {
		return ""
	}
	id, _, _ := strings.Cut(below, "/")
	return "room/" + id
}

// Deliveries gives the steps in which open pages were sent what an announcement caused:
// those of what it is about, and those of the lists in the lobby, which wait for more.
func (t Trace) Deliveries(announce Step) (own, lobby []Step) {
	for _, s := range t.Named("deliver") {
		switch {
		case s.Parent != announce.ID:
		case s.Known[span.Topic] == announce.Known[span.Topic]:
			own = append(own, s)
		default:
			lobby = append(lobby, s)
		}
	}
	return own, lobby
}

// Step gives a step by its id; the zero Step when it is not known.
func (t Trace) Step(id string) Step {
	for _, s := range t.Steps {
		if s.ID == id {
			return s
		}
	}
	return Step{}
}

// Until is when the last step that is known ended, from the beginning of the trace.
func (t Trace) Until() (until time.Duration) {
	for _, s := range t.Steps {
		until = max(until, s.Began.Add(s.Took).Sub(t.Began))
	}
	return until
}

// Depths is how many steps each step is within.
func (t Trace) Depths() map[string]int {
	parents, depths := map[string]string{}, map[string]int{}
	for _, s := range t.Steps {
		parents[s.ID] = s.Parent
	}
	for _, s := range t.Steps {
		for at := s.Parent; at != ""; at = parents[at] {
			depths[s.ID]++
		}
	}
	return depths
}

// Busy gives how long, until a time from the beginning of the trace, something was
// being done: the time in between, as while the computer thinks, is left out.
func (t Trace) Busy() func(time.Duration) time.Duration {
	type stretch struct{ from, to time.Duration }
	var stretches []stretch // one after the other
	for _, s := range t.Steps {
		from := s.Began.Sub(t.Began)
		to := from + s.Took
		if last := len(stretches) - 1; last >= 0 && from <= stretches[last].to {
			stretches[last].to = max(stretches[last].to, to)
		} else {
			stretches = append(stretches, stretch{from, to})
		}
	}
	return func(at time.Duration) (busy time.Duration) {
		for _, s := range stretches {
			busy += max(0, min(at, s.to)-s.from)
		}
		return busy
	}
}
