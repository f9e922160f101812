package handlers_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"testing"

	"worldtravel/handlers"
	"worldtravel/handlers/live"
	"worldtravel/models"
)

// TestServeLoad serves the address LOAD_ADDR until it is interrupted, for a load
// generator: all of the site, with one room whose fragment is whatever was last
// posted to /pub. That goes straight into the hub; the streams are those of the
// site, by SSE and WebSocket, behind all that a request passes.
func TestServeLoad(t *testing.T) {
	address := os.Getenv("LOAD_ADDR")
	if address == "" {
		t.Skip("LOAD_ADDR is not set, so nobody is about to measure")
	}
	ctx, stop := signal.NotifyContext(t.Context(), os.Interrupt)
	defer stop()
	site, push := newLoadSite(t)
	host, _ := site.player(t, "Host")
	if err := site.models.Rooms.Create(ctx, host, models.NewRoom{ID: loadRoom, Name: "Load", Game: "world-travel", Size: 2, Listed: true}); err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	html, version := []byte("nothing yet"), int64(1)
	handlers.RenderWith(push, func(context.Context, live.Key, int64) (live.Fragment, error) {
		mu.Lock()
		defer mu.Unlock()
		return live.Fragment{Version: version, HTML: html}, nil
	})
	publish := func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		mu.Lock()
		version++
		html = body
		now := version
		mu.Unlock()
		handlers.HubOf(push).Changed(context.Background(), models.RoomTopic(loadRoom), now)
		w.WriteHeader(http.StatusNoContent)
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/pub" {
			publish(w, r)
			return
		}
		site.Config.Handler.ServeHTTP(w, r)
	})}
	fmt.Printf("SSE and WebSocket at http://%s/rooms/%s/live, POST /pub\n", listener.Addr(), loadRoom)
	go server.Serve(listener)
	<-ctx.Done()
	_ = server.Close()
}

const loadRoom = "loadloadloadload"
