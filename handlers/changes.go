package handlers

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/a-h/templ"

	"worldtravel/handlers/live"
	"worldtravel/views"
)

const (
	// peersHeld is for how many rooms what was shown last is kept at most.
	peersHeld = 1_000
	// versionsHeld is how many versions back a page may be to be sent what changed.
	versionsHeld = 20
)

// shown is a live page, or a fragment of one, as it was rendered for a kind of viewer.
type shown struct {
	frame    any     // all that is not in a part
	versions []int64 // that were rendered one after the other in this frame, the last of them this one
	parts    []shownPart
	byID     map[string]int // where in parts
}

// shownPart is a part, rendered.
type shownPart struct {
	id    string
	state any
	html  []byte
	since int64 // the version in which it was last another
}

// shows reports whether a part, if there is one, shows the same as another.
func (p *shownPart) shows(part views.Part) bool {
	return p != nil && p.state != nil && p.state == part.State
}

// part finds a part by its id; nil when there is none.
func (s *shown) part(id string) *shownPart {
	if s == nil {
		return nil
	}
	if i, ok := s.byID[id]; ok {
		return &s.parts[i]
	}
	return nil
}

// show renders the parts, but for those of before that are the same, and those that
// another kind of viewer was shown just now.
func show(ctx context.Context, version int64, frame any, parts []views.Part, before, other *shown) (*shown, error) {
	now := &shown{frame: frame, versions: []int64{version}, parts: make([]shownPart, 0, len(parts)), byID: make(map[string]int, len(parts))}
	if before != nil && before.frame == frame {
		seen := before.versions[max(0, len(before.versions)-versionsHeld):]
		now.versions = slices.Concat(seen, now.versions)
	}
	for _, part := range parts {
		now.byID[part.ID] = len(now.parts)
		last := before.part(part.ID)
		if last.shows(part) {
			now.parts = append(now.parts, *last)
			continue
		}
		if same := other.part(part.ID); same.shows(part) {
			now.parts = append(now.parts, shownPart{id: part.ID, state: part.State, html: same.html, since: version})
			continue
		}
		var html bytes.Buffer
		if err := part.Element.Render(ctx, &html); err != nil {
			return nil, fmt.Errorf("render %s: %w", part.ID, err)
		}
		rendered := shownPart{id: part.ID, state: part.State, html: html.Bytes(), since: version}
		if last != nil && bytes.Equal(last.html, rendered.html) {
			rendered.since = last.since
		}
		now.parts = append(now.parts, rendered)
	}
	return now, nil
}

// covers reports whether a page that shows a version can do with the parts that
// changed since. It must be one of those that were rendered: a page of one in between
// may show what was another before and is so again.
func (s *shown) covers(since int64) bool {
	return len(s.parts) > 0 && slices.Contains(s.versions, since)
}

// roomFragment renders a room as the kind of viewer sees it: the parts that are
// others than when it was rendered before, and the whole page when somebody needs it.
func (s *Site) roomFragment(ctx context.Context, key live.Key, room views.Room) (live.Fragment, error) {
	before, _ := s.hub.Newest(key).State.(*shown)
	peers := s.peers.get(room.ID + " " + languageOf(key.Kind).Tag)
	now, err := show(ctx, room.Version, room.Frame(), room.Parts(), before, peers.Load())
	if err != nil {
		return live.Fragment{}, err
	}
	peers.Store(now)
	ctx = context.WithoutCancel(ctx) // what follows may be asked for later
	return live.Fragment{
		Version: room.Version,
		State:   now,
		Whole:   func() []byte { return rendered(ctx, views.RoomFragment(room)) },
		Changes: func(since int64) ([]byte, bool) {
			gap := room.Version-since > pageVersion(logShown, false) // more happened than the log shows
			if gap || !now.covers(since) {
				return nil, false
			}
			return rendered(ctx, views.RoomChanges(room, now.changed(since))), true
		},
	}, nil
}

// changed are the parts that are others than in an earlier version of the page.
func (s *shown) changed(since int64) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		for _, part := range s.parts {
			if part.since <= since {
				continue
			}
			if _, err := w.Write(part.html); err != nil {
				return err
			}
		}
		return nil
	})
}

// rendered is the HTML of a component that has no reason to fail: if it does, the
// connection that wants it ends.
func rendered(ctx context.Context, component templ.Component) []byte {
	var html bytes.Buffer
	if err := renderPart(ctx, &html, component); err != nil {
		panic(fmt.Errorf("render: %w", err))
	}
	return html.Bytes()
}
