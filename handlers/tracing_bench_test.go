package handlers_test

import (
	"net/http"
	"os"
	"testing"

	"worldtravel/handlers"
	"worldtravel/handlers/tracing"
	"worldtravel/models"
	"worldtravel/views"
)

// BenchmarkTracing measures the page of a room that waits, with
// and without a record of what was done.
func BenchmarkTracing(b *testing.B) {
	for name, on := range map[string]bool{"off": false, "on": true} {
		site := newBenchSite(b, func(config *handlers.Config) {
			if !on {
				return
			}
			kept, err := tracing.Open(b.Context())
			if err != nil {
				b.Fatal(err)
			}
			config.Trace = &handlers.Trace{Kept: kept, Source: tracing.NewSource(os.DirFS("..")), Open: true}
		})
		who, cookie := site.player(b, "Ada")
		room := models.NewID()
		if err := site.models.Rooms.Create(b.Context(), who, models.NewRoom{ID: room, Name: "Tour", Game: "world-travel", Size: 4, Listed: true}); err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				r, err := http.NewRequestWithContext(b.Context(), http.MethodGet, site.URL+views.RoomURL(room), nil)
				if err != nil {
					b.Fatal(err)
				}
				r.Header.Set("Cookie", cookie)
				answer, err := http.DefaultClient.Do(r)
				if err != nil || answer.StatusCode != http.StatusOK {
					b.Fatal(answer, err)
				}
				answer.Body.Close()
			}
		})
	}
}
