package handlers_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"worldtravel/models"
	"worldtravel/views"
)

// openPage is a page of a game that is kept up to date, as seen by a client that
// costs little: it reads what is pushed, and knows from there whose turn it is.
type openPage struct {
	cookie string
	post   func(n int) error // makes move n
	close  func() error

	mu      sync.Mutex
	arrived *sync.Cond
	version int
	n       int  // of the move that the page offers; 0 for none
	over    bool // the game is
	failed  error
}

var (
	versionMark = []byte(`data-version="`)
	moveMark    = []byte(`id="move-form"`)
	numberMark  = []byte(`name="n" value="`)
	overMark    = []byte(`page--over`)
)

// number reads the number that follows a mark; 0 when it is not there.
func number(html, mark []byte) int {
	_, rest, ok := bytes.Cut(html, mark)
	if !ok {
		return 0
	}
	digits, _, _ := bytes.Cut(rest, []byte(`"`))
	n, _ := strconv.Atoi(string(digits))
	return n
}

// show takes what was pushed.
func (p *openPage) show(html []byte) {
	n := 0
	if i := bytes.Index(html, moveMark); i >= 0 {
		n = number(html[i:], numberMark)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.version, p.n, p.over = number(html, versionMark), n, bytes.Contains(html[:min(len(html), 200)], overMark)
	p.arrived.Broadcast()
}

func (p *openPage) fail(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.failed = err
	p.arrived.Broadcast()
}

// await waits until the page shows a later version.
func (p *openPage) await(later int) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.version <= later && p.failed == nil {
		p.arrived.Wait()
	}
	return p.failed
}

// overSSE opens a page whose moves are requests of their own.
func overSSE(server, room, cookie string) (*openPage, error) {
	p := &openPage{cookie: cookie}
	p.arrived = sync.NewCond(&p.mu)
	requests, err := dial(server)
	if err != nil {
		return nil, err
	}
	stream, err := net.Dial("tcp", strings.TrimPrefix(server, "http://"))
	if err != nil {
		return nil, err
	}
	p.close = func() error { return errors.Join(stream.Close(), requests.conn.Close()) }
	p.post = func(n int) error {
		status, err := requests.send(post(views.RoomAction(room, "move"), cookie, "move=roll&n="+strconv.Itoa(n)))
		if err == nil && status != http.StatusOK {
			err = fmt.Errorf("a move was answered %d", status)
		}
		return err
	}
	fmt.Fprintf(stream, "GET %s HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\nCookie: %s\r\n\r\n", views.RoomLive(room, "seat"), cookie)
	go func() {
		lines, html := bufio.NewReaderSize(stream, 64<<10), []byte(nil)
		if status, err := lines.ReadString('\n'); !strings.Contains(status, " 200 ") {
			p.fail(fmt.Errorf("a stream was answered %q: %w", status, err))
			return
		}
		for {
			line, err := lines.ReadSlice('\n')
			if err != nil {
				p.fail(err)
				return
			}
			if data, ok := bytes.CutPrefix(line, []byte("data: ")); ok {
				html = append(html, data...)
			} else if len(line) <= 2 && html != nil {
				p.show(html)
				html = html[:0]
			}
		}
	}()
	return p, p.await(0)
}

// overSocket opens a page whose moves go over its WebSocket.
func overSocket(server, room, cookie string) (*openPage, error) {
	p := &openPage{cookie: cookie}
	p.arrived = sync.NewCond(&p.mu)
	dialer := websocket.Dialer{ReadBufferSize: 64 << 10}
	ws, _, err := dialer.Dial("ws"+strings.TrimPrefix(server, "http")+views.RoomLive(room, "seat"),
		http.Header{"Cookie": {cookie}, "Origin": {server}})
	if err != nil {
		return nil, err
	}
	p.close = ws.Close
	answers := make(chan []byte, 1)
	id := 0
	p.post = func(n int) error {
		id++
		err := ws.WriteJSON(map[string]any{"id": id, "url": views.RoomAction(room, "move"), "body": "move=roll&n=" + strconv.Itoa(n)})
		if err != nil {
			return err
		}
		if answer := <-answers; !bytes.Contains(answer[:min(len(answer), 60)], []byte(`"status":200`)) {
			return fmt.Errorf("a move was answered %.60s", answer)
		}
		return nil
	}
	go func() {
		var buffer bytes.Buffer
		for {
			_, in, err := ws.NextReader()
			if err == nil {
				buffer.Reset()
				_, err = buffer.ReadFrom(in)
			}
			message := buffer.Bytes()
			switch {
			case err != nil:
				p.fail(err)
				close(answers)
				return
			case len(message) > 0 && message[0] == '{':
				answers <- bytes.Clone(message)
			case len(message) > 0:
				p.show(message)
			}
		}
	}()
	return p, p.await(0)
}

// liveRoom is a room of four connected pages, in which game follows game.
type liveRoom struct {
	site    benchSite
	open    func(server, room, cookie string) (*openPage, error)
	players []models.Identity
	cookies []string
	pages   []*openPage
	room    string
}

func (s benchSite) liveRoom(b *testing.B, name string, open func(server, room, cookie string) (*openPage, error)) *liveRoom {
	r := &liveRoom{site: s, open: open}
	for i := range 4 {
		who, cookie := s.player(b, fmt.Sprintf("%s-%d", name, i))
		r.players, r.cookies = append(r.players, who), append(r.cookies, cookie)
	}
	return r
}

// begin begins a game and opens its pages.
func (r *liveRoom) begin(ctx context.Context) error {
	r.end()
	id, rooms := models.NewID(), r.site.models.Rooms
	r.room = id
	err := rooms.Create(ctx, r.players[0], models.NewRoom{ID: id, Name: "Bench", Game: "world-travel", Size: 4, Listed: false})
	for _, who := range r.players[1:] {
		err = errors.Join(err, rooms.Join(ctx, id, who), rooms.Ready(ctx, id, who, true))
	}
	if err := errors.Join(err, rooms.Start(ctx, id, r.players[0])); err != nil {
		return err
	}
	for _, cookie := range r.cookies {
		p, err := r.open(r.site.URL, id, cookie)
		if err != nil {
			return err
		}
		r.pages = append(r.pages, p)
	}
	return nil
}

func (r *liveRoom) end() {
	for _, p := range r.pages {
		p.close()
	}
	r.pages = nil
}

// move has the one whose turn it is move, and gives how long it took until all
// four pages showed it.
func (r *liveRoom) move(ctx context.Context) (time.Duration, error) {
	if r.pages == nil || r.pages[0].over {
		if err := r.begin(ctx); err != nil {
			return 0, err
		}
	}
	i := slices.IndexFunc(r.pages, func(p *openPage) bool { return p.n > 0 })
	if i < 0 {
		return 0, errors.New("it is nobody's turn")
	}
	before := r.pages[i].version
	start := time.Now()
	if err := r.pages[i].post(r.pages[i].n); err != nil {
		return 0, err
	}
	for _, p := range r.pages {
		if err := p.await(before); err != nil {
			return 0, err
		}
	}
	return time.Since(start), nil
}

// reportLatency reports the 50th and 99th percentile.
func reportLatency(b *testing.B, took []time.Duration) {
	slices.Sort(took)
	if len(took) > 0 {
		b.ReportMetric(float64(took[len(took)/2].Microseconds())/1e3, "p50-ms")
		b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1e3, "p99-ms")
	}
}

// BenchmarkPlay measures moves in 16 rooms of four connected pages each: stored,
// and seen by all four before the room's next one.
func BenchmarkPlay(b *testing.B) {
	b.Run("HTTP", func(b *testing.B) { benchmarkPlay(b, overSSE) })
	b.Run("socket", func(b *testing.B) { benchmarkPlay(b, overSocket) })
}

func benchmarkPlay(b *testing.B, open func(server, room, cookie string) (*openPage, error)) {
	const rooms = 16
	site := newBenchSite(b)
	var mu sync.Mutex
	var took []time.Duration
	var left atomic.Int64
	left.Store(int64(b.N))
	var playing sync.WaitGroup
	for i := range rooms {
		r := site.liveRoom(b, fmt.Sprintf("Room-%d", i), open)
		defer r.end()
		if err := r.begin(b.Context()); err != nil {
			b.Fatal(err)
		}
		playing.Go(func() {
			for left.Add(-1) >= 0 {
				d, err := r.move(b.Context())
				if err != nil {
					b.Error(err)
					return
				}
				mu.Lock()
				took = append(took, d)
				mu.Unlock()
			}
		})
	}
	b.ResetTimer()
	playing.Wait()
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "moves/s")
	reportLatency(b, took)
}

// BenchmarkManyGames measures how long a move takes until the last of four pages
// has it, while 500 games are played at once at 200 moves a second.
func BenchmarkManyGames(b *testing.B) {
	const games, rate = 500, 200
	site := newBenchSite(b)
	free := make(chan *liveRoom, games)
	for i := range games {
		r := site.liveRoom(b, fmt.Sprintf("Game-%d", i), overSSE)
		defer r.end()
		if err := r.begin(b.Context()); err != nil {
			b.Fatal(err)
		}
		free <- r
	}
	var mu sync.Mutex
	var took []time.Duration
	var moving sync.WaitGroup
	ticker := time.NewTicker(time.Second / rate)
	defer ticker.Stop()
	for b.Loop() {
		<-ticker.C
		r := <-free
		moving.Go(func() {
			d, err := r.move(b.Context())
			if err != nil {
				b.Error(err)
			}
			mu.Lock()
			took = append(took, d)
			mu.Unlock()
			free <- r
		})
	}
	moving.Wait()
	reportLatency(b, took)
}
