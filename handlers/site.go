// Package handlers is the site over HTTP. A handler binds what came, calls one
// model method and renders what it gave; routes.go lists them all.
package handlers

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/labstack/echo/v4"

	"worldtravel/handlers/live"
	"worldtravel/handlers/wire"
	"worldtravel/models"
)

// Config is what the site needs to know of the world round it.
type Config struct {
	Origin         string       // "https://play.example", when a proxy rewrites Host; empty to take it from the request
	SecureCookies  bool         // mark cookies Secure also when the request did not come over TLS
	TrustedProxies []*net.IPNet // whose X-Forwarded-For and X-Forwarded-Proto are believed
	Trace          *Trace       // how a request may be followed through the program; nil for not at all
	Dev            string       // folder of the project while it is being changed; empty otherwise
	Now            func() time.Time
	Log            *slog.Logger
}

// Site is the whole site.
type Site struct {
	config    Config
	models    *models.Models
	sessions  *sessionStore
	catalogue map[string]game
	presence  *presence
	push      *Push
	hub       *live.Hub
	parts     *partCache
	logbooks  logbooks
	cards     *kept[heldCard]              // by what they show
	peers     *kept[atomic.Pointer[shown]] // by room and language, what a kind of viewer was shown last
	notices   *notices
	streams   streamCount
	echo      *echo.Echo
	places    map[string]routePlace // of each route, by method and path
	wire      *wire.Wire            // nil unless requests are traced

	crossOrigin *http.CrossOriginProtection
}

// New makes the site of the models. push must be the Notifier that the models
// were opened with.
func New(m *models.Models, push *Push, config Config) (*Site, error) {
	crossOrigin, err := config.crossOriginProtection()
	if err != nil {
		return nil, err
	}
	s := &Site{
		config: config, models: m, push: push, hub: push.hub, catalogue: map[string]game{}, streams: streamCount{open: map[string]int{}}, places: map[string]routePlace{},
		notices:     &notices{now: config.Now, stamp: push.stamp, said: map[string]noticeSaid{}},
		crossOrigin: crossOrigin,
		sessions:    &sessionStore{sessions: m.Sessions, secure: config.secure},
		presence:    newPresence(config.Now, func() { push.Changed(context.Background(), models.LobbyTopic, 0) }),
	}
	for _, g := range catalogue() {
		s.catalogue[g.rules.Info().Slug] = g
	}
	s.cards = keep[heldCard](cardsHeld)
	s.peers = keep[atomic.Pointer[shown]](peersHeld)
	s.logbooks.held = keep[logbook](logbooksHeld)
	s.parts = &partCache{now: config.Now, stamp: push.stamp, make: s.lobbyPart, held: keep[heldPart](partsHeld)}
	push.render, push.parts = s.fragment, s.parts
	s.followTraces()
	s.followWire()
	s.routes()
	return s, nil
}

func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.echo.ServeHTTP(w, r) }

// Run does what time brings to open pages until ctx ends, and then ends their
// streams, of which a graceful stop of the server knows nothing.
func (s *Site) Run(ctx context.Context) {
	ticker := time.NewTicker(recheckEvery)
	defer ticker.Stop()
	sessions := time.NewTicker(dropEvery)
	defer sessions.Stop()
	for {
		select {
		case <-ctx.Done():
			s.hub.Shutdown()
			return
		case <-ticker.C:
			s.recheck(ctx)
			s.presence.expire()
			s.notices.expire()
		case <-sessions.C:
			s.dropEnded(ctx)
		}
	}
}
