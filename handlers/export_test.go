package handlers

import (
	"context"

	"worldtravel/handlers/live"
)

// DropEnded is what Run does once a minute.
func (s *Site) DropEnded(ctx context.Context) { s.dropEnded(ctx) }

// Recheck is what Run does every five seconds.
func (s *Site) Recheck(ctx context.Context) { s.recheck(ctx) }

// RenderWith has all fragments rendered by another renderer.
func RenderWith(p *Push, render live.Renderer) { p.render = render }

// HubOf gives the hub that a Push tells of changes.
func HubOf(p *Push) *live.Hub { return p.hub }

// Rendered tells each key before it is rendered.
func Rendered(p *Push, tell func(live.Key)) {
	render := p.render
	p.render = func(ctx context.Context, key live.Key, atLeast int64) (live.Fragment, error) {
		tell(key)
		return render(ctx, key, atLeast)
	}
}

// Hub is what keeps the site's open pages.
func (s *Site) Hub() *live.Hub { return s.hub }
