package handlers_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"worldtravel/handlers"
	"worldtravel/models"
	"worldtravel/views"
)

func TestOnlyATrustedProxyMayNameARequest(t *testing.T) {
	t.Parallel()
	for _, trusted := range []bool{false, true} {
		s := newSite(t, func(c *handlers.Config, _ *models.Config) {
			if trusted {
				c.TrustedProxies = []*net.IPNet{network(t, "127.0.0.1/32")}
			}
		})
		b := s.browser()
		r := b.request(http.MethodGet, "/", nil)
		r.Header.Set("X-Request-Id", "mine")
		if got := b.send(r).Header.Get("X-Request-Id"); got == "" || (got == "mine") != trusted {
			t.Errorf("proxy trusted: %t, and the request is called %q", trusted, got)
		}
	}
}

func TestABrowserThatGoesAwayIsNoFaultInTheLog(t *testing.T) {
	t.Parallel()
	s := newSite(t) // fails the test when a fault is logged
	ctx, goAway := context.WithCancel(t.Context())
	goAway()
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, views.RoomURL(models.NewID()), nil)
	answer := httptest.NewRecorder()
	s.now.Load().ServeHTTP(answer, r)
	if answer.Code != 499 {
		t.Errorf("answered %d", answer.Code)
	}
}
