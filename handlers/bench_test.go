package handlers_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"
	"github.com/labstack/echo/v4"

	"worldtravel/handlers"
	"worldtravel/models"
	"worldtravel/models/store"
)

// benchSite is the site as main.go wires it, on the embedded database.
type benchSite struct {
	*httptest.Server
	models *models.Models
}

func newBenchSite(b testing.TB, change ...func(*handlers.Config)) benchSite {
	site, _ := newLoadSite(b, change...)
	return site
}

// newLoadSite gives the Push as well.
func newLoadSite(b testing.TB, change ...func(*handlers.Config)) (benchSite, *handlers.Push) {
	db, err := store.OpenSQLite(b.Context(), b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(io.Discard, &slog.HandlerOptions{Level: slog.LevelInfo}))
	push := handlers.NewPush(time.Now, log)
	m, err := models.Open(b.Context(), db, models.Config{
		Games: handlers.Games(), Dice: benchDice{}, Now: time.Now, Notifier: push, Log: log,
		Hash: argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32}, HashWait: time.Second,
	})
	if err != nil {
		b.Fatal(err)
	}
	config := handlers.Config{Now: time.Now, Log: log}
	for _, change := range change {
		change(&config)
	}
	site, err := handlers.New(m, push, config)
	if err != nil {
		b.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// Each connection is another address, or the limit of each would be met.
		_, port, _ := net.SplitHostPort(r.RemoteAddr)
		n, _ := strconv.Atoi(port)
		r.RemoteAddr = fmt.Sprintf("10.0.%d.%d:%d", n>>8, n&255, n)
		site.ServeHTTP(w, r)
	}))
	ballast := make([]byte, 64<<20) // as in main.go
	b.Cleanup(func() { server.Close(); db.Close(); runtime.KeepAlive(ballast) })
	return benchSite{server, m}, push
}

// player signs somebody up and gives the identity and the cookie of a session.
func (s benchSite) player(b testing.TB, name string) (models.Identity, string) {
	who, err := s.models.Users.SignUp(b.Context(), models.SignUp{
		ID: models.NewID(), Name: name, Password: "long enough", Again: "long enough",
	})
	if err != nil {
		b.Fatal(err)
	}
	token, err := s.models.Sessions.Begin(b.Context(), who)
	if err != nil {
		b.Fatal(err)
	}
	return who, "session=" + token
}

// benchDice is chance that many may use at once.
type benchDice struct{}

func (benchDice) IntN(n int) int { return rand.IntN(n) }

// connection is a client that costs next to nothing, so that what is measured is
// the server.
type connection struct {
	conn net.Conn
	in   *bufio.Reader
}

func dial(server string) (*connection, error) {
	u, err := url.Parse(server)
	if err != nil {
		return nil, err
	}
	conn, err := net.Dial("tcp", u.Host)
	if err != nil {
		return nil, err
	}
	return &connection{conn, bufio.NewReaderSize(conn, 64<<10)}, nil
}

// send sends a request and reads the answer away; it gives the status.
func (c *connection) send(request string) (status int, err error) {
	if _, err := io.WriteString(c.conn, request); err != nil {
		return 0, err
	}
	length := 0
	for first := true; ; first = false {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			return 0, err
		}
		text := strings.TrimRight(string(line), "\r\n")
		switch {
		case first:
			status, _ = strconv.Atoi(strings.Fields(text)[1])
		case text == "":
			_, err := c.in.Discard(length)
			return status, err
		case strings.HasPrefix(text, "Content-Length: "):
			length, _ = strconv.Atoi(text[len("Content-Length: "):])
		}
	}
}

func get(path, cookie string) string {
	return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nCookie: " + cookie + "\r\n\r\n"
}

func post(path, cookie, form string) string {
	return fmt.Sprintf("POST %s HTTP/1.1\r\nHost: localhost\r\nCookie: %s\r\nHX-Request: true\r\nSec-Fetch-Site: same-origin\r\n"+
		"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s", path, cookie, len(form), form)
}

// BenchmarkLobby measures the lobby of somebody logged in, with 50 rooms listed,
// beside an echo handler that writes the same bytes from memory.
func BenchmarkLobby(b *testing.B) {
	site := newBenchSite(b)
	for i := range 50 {
		host, _ := site.player(b, fmt.Sprintf("Host-%d", i))
		if err := site.models.Rooms.Create(b.Context(), host, models.NewRoom{
			ID: models.NewID(), Name: fmt.Sprintf("Room number %d", i), Game: "world-travel", Size: 4, Listed: true,
		}); err != nil {
			b.Fatal(err)
		}
	}
	_, cookie := site.player(b, "Ada")
	request, _ := http.NewRequest(http.MethodGet, site.URL, nil)
	request.Header.Set("Cookie", cookie)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		b.Fatal(err)
	}
	page, err := io.ReadAll(response.Body)
	if err != nil || strings.Count(string(page), "Room number") < 50 {
		b.Fatal("the lobby does not list the rooms", err)
	}
	memory := echo.New()
	memory.GET("/", func(c echo.Context) error {
		c.Response().Header().Set(echo.HeaderContentLength, strconv.Itoa(len(page)))
		return c.HTMLBlob(http.StatusOK, page)
	})
	bare := httptest.NewServer(memory)
	b.Cleanup(bare.Close)

	b.Run("page", func(b *testing.B) { benchmarkGet(b, site.URL, cookie) })
	b.Run("bytes from memory", func(b *testing.B) { benchmarkGet(b, bare.URL, cookie) })
}

func benchmarkGet(b *testing.B, server, cookie string) {
	b.SetParallelism(8)
	b.RunParallel(func(pb *testing.PB) {
		c, err := dial(server)
		if err != nil {
			b.Error(err)
			return
		}
		defer c.conn.Close()
		for pb.Next() {
			if status, err := c.send(get("/", cookie)); status != http.StatusOK {
				b.Error(status, err)
				return
			}
		}
	})
}

var errOver = errors.New("the game is over")

// table is a room in which two players roll in turn.
type table struct {
	players []models.Identity
	cookies []string
	room    string
}

func (s benchSite) table(b *testing.B, name string) *table {
	t := &table{}
	for i := range 2 {
		who, cookie := s.player(b, fmt.Sprintf("%s-%d", name, i))
		t.players, t.cookies = append(t.players, who), append(t.cookies, cookie)
	}
	return t
}

// open begins a game, the next one when one has ended.
func (s benchSite) open(ctx context.Context, t *table) error {
	t.room = models.NewID()
	rooms := s.models.Rooms
	return errors.Join(
		rooms.Create(ctx, t.players[0], models.NewRoom{ID: t.room, Name: "Bench", Game: "world-travel", Size: 2, Listed: true}),
		rooms.Join(ctx, t.room, t.players[1]),
		rooms.Ready(ctx, t.room, t.players[1], true),
		rooms.Start(ctx, t.room, t.players[0]),
	)
}

// roll makes the next move over HTTP.
func (s benchSite) roll(ctx context.Context, t *table, connections []*connection) error {
	now, err := s.models.Rooms.Open(ctx, t.room)
	if err != nil {
		return err
	}
	if now.Over {
		return errOver
	}
	seat := now.ToAct()[0]
	status, err := connections[seat].send(post("/rooms/"+t.room+"/move", t.cookies[seat], "move=roll&n="+strconv.Itoa(now.N+1)))
	if status != http.StatusOK {
		return fmt.Errorf("status %d: %w", status, err)
	}
	return nil
}

// BenchmarkMoves measures durable moves over HTTP in 16 rooms at once: session,
// rules, store and rendering. Beside it stands what the database alone does for
// 16 callers: BenchmarkBareInsertAndCommit in models/store.
func BenchmarkMoves(b *testing.B) {
	site := newBenchSite(b)
	b.SetParallelism(8) // times two processors: 16 rooms
	var number = make(chan int, 1)
	number <- 0
	b.RunParallel(func(pb *testing.PB) {
		n := <-number
		number <- n + 1
		t := site.table(b, fmt.Sprintf("Room-%d-%d", b.N, n))
		if err := site.open(b.Context(), t); err != nil {
			b.Error(err)
			return
		}
		var connections []*connection
		for range t.players {
			c, err := dial(site.URL)
			if err != nil {
				b.Error(err)
				return
			}
			defer c.conn.Close()
			connections = append(connections, c)
		}
		for pb.Next() {
			err := site.roll(b.Context(), t, connections)
			if errors.Is(err, errOver) {
				err = site.open(b.Context(), t)
			}
			if err != nil {
				b.Error(err)
				return
			}
		}
	})
}
