package live

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// BenchmarkFanOut takes one fragment of 2 kB to 500 clients, the next only when
// all of them have it: through the hub and its SSE edge, and through the
// least that net/http can do, a loop that writes and flushes.
func BenchmarkFanOut(b *testing.B) {
	const clients = 500
	fragment := []byte(strings.Repeat("<i>two kB</i> ", 150))

	b.Run("hub", func(b *testing.B) {
		var version int64
		h := newHub(b, func(context.Context, Key, int64) (Fragment, error) { return Fragment{version, fragment}, nil })
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			c := h.Subscribe(Viewer{}, seat)
			ServeSSE(w, c)
		}))
		b.Cleanup(server.Close)
		b.Cleanup(h.Shutdown)
		fanOut(b, server, clients, func() {
			version++
			h.Changed("room", version)
		})
	})

	b.Run("bare", func(b *testing.B) {
		message := fmt.Appendf(nil, "id: 1\ndata: %s\n\n", fragment)
		var mu sync.Mutex
		var loops []chan struct{}
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			wake := make(chan struct{}, 1)
			wake <- struct{}{}
			mu.Lock()
			loops = append(loops, wake)
			mu.Unlock()
			w.Header().Set("Content-Type", "text/event-stream")
			for {
				select {
				case <-wake:
				case <-r.Context().Done():
					return
				}
				if _, err := w.Write(message); err != nil {
					return
				}
				w.(http.Flusher).Flush()
			}
		}))
		b.Cleanup(server.Close)
		b.Cleanup(server.CloseClientConnections)
		fanOut(b, server, clients, func() {
			for _, wake := range loops {
				wake <- struct{}{}
			}
		})
	})
}

// fanOut connects the clients, which each get one message at first, and then
// measures how long a published one takes to reach them all.
func fanOut(b *testing.B, server *httptest.Server, clients int, publish func()) {
	var received sync.WaitGroup
	received.Add(clients)
	for range clients {
		conn, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { conn.Close() })
		fmt.Fprint(conn, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
		go func() {
			lines := bufio.NewReaderSize(conn, 4096)
			for {
				line, err := lines.ReadSlice('\n')
				if err != nil {
					return
				}
				if bytes.HasPrefix(line, []byte("data: ")) {
					received.Done()
				}
			}
		}()
	}
	received.Wait()
	for b.Loop() {
		received.Add(clients)
		publish()
		received.Wait()
	}
	b.ReportMetric(float64(b.N*clients)/b.Elapsed().Seconds(), "deliveries/s")
}
