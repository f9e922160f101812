package live

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// BenchmarkFanOut takes one fragment of 2 kB to 500 clients, the next only when
// all of them have it: through the hub and its edges for SSE and WebSockets, and
// through the least that net/http can do, a loop that writes and flushes.
func BenchmarkFanOut(b *testing.B) {
	const clients = 500
	fragment := []byte(strings.Repeat("<i>two kB</i> ", 150))

	edge := func(b *testing.B, read func(*bufio.Reader) error, serve func(http.ResponseWriter, *http.Request, *Conn)) {
		var version int64
		h := newHub(b, func(context.Context, Key, int64) (Fragment, error) {
			return Fragment{Version: version, HTML: fragment}, nil
		})
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			serve(w, r, h.Subscribe(Viewer{}, seat))
		}))
		b.Cleanup(server.Close)
		b.Cleanup(h.Shutdown)
		fanOut(b, server, clients, read, func() {
			version++
			h.Changed(context.Background(), "room", version)
		})
	}
	b.Run("SSE", func(b *testing.B) {
		edge(b, readEvent, func(w http.ResponseWriter, _ *http.Request, c *Conn) { ServeSSE(w, c) })
	})
	b.Run("socket", func(b *testing.B) {
		edge(b, readFrame, func(w http.ResponseWriter, r *http.Request, c *Conn) { ServeSocket(w, r, c, nil) })
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
		fanOut(b, server, clients, readEvent, func() {
			for _, wake := range loops {
				wake <- struct{}{}
			}
		})
	})
}

// readEvent reads to the data of an event.
func readEvent(in *bufio.Reader) error {
	for {
		line, err := in.ReadSlice('\n')
		if err != nil || bytes.HasPrefix(line, []byte("data: ")) {
			return err
		}
	}
}

// readFrame reads a frame of a WebSocket that holds a fragment, past the answer to the
// handshake when that is still to come.
func readFrame(in *bufio.Reader) error {
	for {
		first, err := in.Peek(4)
		if err != nil {
			return err
		}
		if first[0] == 0x81 && first[1] == 126 {
			_, err := in.Discard(4 + int(binary.BigEndian.Uint16(first[2:])))
			return err
		}
		if _, err := in.ReadSlice('\n'); err != nil {
			return err
		}
	}
}

// fanOut connects the clients, which each get one message at first, and then
// measures how long a published one takes to reach them all.
func fanOut(b *testing.B, server *httptest.Server, clients int, read func(*bufio.Reader) error, publish func()) {
	var received sync.WaitGroup
	received.Add(clients)
	for range clients {
		conn, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { conn.Close() })
		fmt.Fprint(conn, "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
			"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
		go func() {
			in := bufio.NewReaderSize(conn, 4096)
			for read(in) == nil {
				received.Done()
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
