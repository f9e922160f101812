package handlers_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"

	"worldtravel/handlers"
	"worldtravel/models"
	"worldtravel/models/store"
	"worldtravel/models/store/storetest"
)

// cheap makes hashing quick; how strong it is matters to no test.
var cheap = argon2id.Params{Memory: 8, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// site is the whole site over a database of its own, at a time and with dice
// that the test sets.
type site struct {
	*testing.T
	*httptest.Server
	models *models.Models
	clock  *clock
	dice   *dice
	db     *database
	push   *handlers.Push
	faults *faults

	change []func(*handlers.Config, *models.Config)
	dir    string // of the database
	now    atomic.Pointer[handlers.Site]
	stop   func()
}

// newSite opens a site over a new SQLite file; change alters its configuration.
// A fault that the site logs and the test did not expect fails the test.
func newSite(t *testing.T, change ...func(*handlers.Config, *models.Config)) *site {
	t.Helper()
	s := &site{
		T: t, clock: &clock{}, dice: &dice{chance: rand.New(rand.NewPCG(1, 2))}, faults: &faults{logged: make(chan string, 1000)},
		change: change, dir: t.TempDir(),
	}
	s.start()
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.now.Load().ServeHTTP(w, r) }))
	t.Cleanup(func() {
		s.stop()
		s.Server.Close()
		if !s.faults.expected {
			select {
			case fault := <-s.faults.logged:
				t.Errorf("the site logged a fault: %s", fault)
			default:
			}
		}
	})
	return s
}

// start opens a site over the database's files.
func (s *site) start() {
	s.Helper()
	sqlite, err := store.OpenSQLite(s.Context(), s.dir)
	s.must(err)
	log := slog.New(slog.NewTextHandler(s.faults, &slog.HandlerOptions{Level: slog.LevelError}))
	s.push = handlers.NewPush(s.clock.Now, log)
	s.db = &database{}
	s.db.Backend = storetest.Hook(sqlite, s.db.answer, nil)
	site := handlers.Config{Now: s.clock.Now, Log: log}
	domain := models.Config{
		Games: handlers.Games(), Dice: s.dice, Now: s.clock.Now, Notifier: s.push, Log: log, Hash: cheap, HashWait: time.Minute,
	}
	for _, change := range s.change {
		change(&site, &domain)
	}
	s.models, err = models.Open(s.Context(), s.db, domain)
	s.must(err)
	now, err := handlers.New(s.models, s.push, site)
	s.must(err)
	s.now.Store(now)

	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { now.Run(ctx) })
	s.stop = func() {
		cancel()
		running.Wait()
		if err := sqlite.Close(); err != nil {
			s.Error(err)
		}
	}
}

// restart ends the site and opens it again over the same files.
func (s *site) restart() {
	s.Helper()
	s.stop()
	s.start()
}

// sweep does what time has made due.
func (s *site) sweep() {
	s.Helper()
	s.must(s.models.Sweep(s.Context()))
}

func (s *site) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// table is a room as it is stored.
func (s *site) table(room string) *models.Table {
	s.Helper()
	t, err := s.models.Rooms.Open(s.Context(), room)
	s.must(err)
	return t
}

// stored words all that is stored of a room and its game.
func (s *site) stored(room string) string {
	s.Helper()
	t := s.table(room)
	return fmt.Sprintf("version %d: %+v %+v", t.Version, t.Room, t.Log)
}

// database answers as the one underneath, unless the test takes it away.
type database struct {
	store.Backend
	away atomic.Bool
	hook atomic.Pointer[func(storetest.Op) error] // called before each operation
}

func (d *database) answer(op storetest.Op) error {
	if d.away.Load() {
		return fmt.Errorf("%w: taken away by the test", store.ErrAway)
	}
	if hook := d.hook.Load(); hook != nil {
		return (*hook)(op)
	}
	return nil
}

func (d *database) Ping(ctx context.Context) error {
	if d.away.Load() {
		return errors.New("no answer")
	}
	return d.Backend.Ping(ctx)
}

// clock goes on as clocks do, and leaps when it is told to.
type clock struct{ ahead atomic.Int64 }

func (c *clock) Now() time.Time           { return time.Now().Add(time.Duration(c.ahead.Load())) }
func (c *clock) advance(by time.Duration) { c.ahead.Add(int64(by)) }

// dice fall by chance, always alike, until they are loaded.
type dice struct {
	mu     sync.Mutex
	chance *rand.Rand
	face   int // 1 to 6: what a die shows from now on; 0 for chance
}

func (d *dice) IntN(n int) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	if n == 6 && d.face > 0 {
		return d.face - 1
	}
	return d.chance.IntN(n)
}

func (d *dice) load(face int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.face = face
}

// faults is where the site's log writes its errors.
type faults struct {
	expected bool // set by a test that brings them about
	logged   chan string
}

func (f *faults) Write(p []byte) (int, error) {
	select {
	case f.logged <- string(p):
	default: // enough to make the test fail
	}
	return len(p), nil
}

// next waits for a fault to be logged.
func (f *faults) next(t *testing.T) string {
	t.Helper()
	select {
	case fault := <-f.logged:
		return fault
	case <-time.After(patience):
		t.Fatal("nothing was logged")
		return ""
	}
}

// patience is how long a test waits for what must happen.
const patience = 20 * time.Second
