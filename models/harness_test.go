package models_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"

	"worldtravel/models"
	"worldtravel/models/games"
	"worldtravel/models/games/worldtravel"
	"worldtravel/models/store"
	"worldtravel/models/store/storetest"
)

// cheap makes hashing quick; how strong it is matters to no test.
var cheap = argon2id.Params{Memory: 8, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// world is the domain over a database of its own, at a time and with dice that
// the test sets.
type world struct {
	*models.Models
	*testing.T
	clock *clock
	dice  *dice
	told  *notices
}

// newWorld opens a world over a new SQLite file.
func newWorld(t *testing.T) *world {
	t.Helper()
	return openWorld(t, storetest.SQLite(t))
}

// openWorld opens a world over a database; change alters its configuration.
func openWorld(t *testing.T, db store.Backend, change ...func(*models.Config)) *world {
	t.Helper()
	w := &world{
		T:     t,
		clock: &clock{at: time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)},
		dice:  &dice{chance: rand.New(rand.NewPCG(1, 2))},
		told:  &notices{},
	}
	config := models.Config{
		Games: []games.Game{games.Of(worldtravel.Rules{})}, Dice: w.dice, Now: w.clock.Now, Notifier: w.told,
		Log: slog.New(slog.DiscardHandler), Hash: cheap, HashWait: time.Minute,
	}
	for _, change := range change {
		change(&config)
	}
	var err error
	if w.Models, err = models.Open(t.Context(), db, config); err != nil {
		t.Fatal(err)
	}
	return w
}

// clock stands still but for when it is told to go on.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

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

// notices are the changes told so far.
type notices struct {
	mu   sync.Mutex
	told []notice
}

type notice struct {
	topic   string
	version int64
}

func (n *notices) Changed(_ context.Context, topic string, version int64) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.told = append(n.told, notice{topic, version})
}

// take gives what was told since it was last taken.
func (n *notices) take() []notice {
	n.mu.Lock()
	defer n.mu.Unlock()
	told := n.told
	n.told = nil
	return told
}

const password = "round the world in 80 days"

// user signs somebody up.
func (w *world) user(name string) models.Identity {
	w.Helper()
	who, err := w.Users.SignUp(w.Context(), models.SignUp{ID: models.NewID(), Name: name, Password: password, Again: password})
	if err != nil {
		w.Fatalf("sign %s up: %v", name, err)
	}
	return who
}

func (w *world) users(names ...string) []models.Identity {
	w.Helper()
	var users []models.Identity
	for _, name := range names {
		users = append(users, w.user(name))
	}
	return users
}

// room opens a listed room with the first as its host, and the others joined.
func (w *world) room(size int, people ...models.Identity) string {
	w.Helper()
	id := models.NewID()
	w.must(w.Rooms.Create(w.Context(), people[0], models.NewRoom{ID: id, Name: "Round the world", Game: "world-travel", Size: size, Listed: true}))
	for _, who := range people[1:] {
		w.must(w.Rooms.Join(w.Context(), id, who))
	}
	return id
}

// game opens a room for these people and starts the game.
func (w *world) game(people ...models.Identity) string {
	w.Helper()
	id := w.room(4, people...)
	w.start(id, people...)
	return id
}

// start says that everybody is ready, and starts the game.
func (w *world) start(id string, people ...models.Identity) {
	w.Helper()
	for _, who := range people {
		w.must(w.Rooms.Ready(w.Context(), id, who, true))
	}
	w.must(w.Rooms.Start(w.Context(), id, people[0]))
}

func (w *world) open(id string) *models.Table {
	w.Helper()
	t, err := w.Rooms.Open(w.Context(), id)
	w.must(err)
	return t
}

// roll makes the move of the one whose turn it is, with the page just drawn.
func (w *world) roll(id string, who models.Identity) error {
	w.Helper()
	return w.Rooms.Move(w.Context(), id, who, w.open(id).N+1, worldtravel.Roll)
}

// rolls makes a move for everybody named, in order, each with this face.
func (w *world) rolls(id string, face int, people ...models.Identity) {
	w.Helper()
	w.dice.load(face)
	for _, who := range people {
		w.must(w.roll(id, who))
	}
}

// toAct is the one whose turn it is.
func (w *world) toAct(id string) models.Seat {
	w.Helper()
	t := w.open(id)
	return t.Room.Seats[t.ToAct()[0]]
}

// playOut lets everybody roll until the game is over.
func (w *world) playOut(id string) {
	w.Helper()
	for t := w.open(id); !t.Over; t = w.open(id) {
		seat := t.ToAct()[0]
		if t.PlayedByComputer(int(seat)) {
			w.clock.advance(models.ComputerDelay)
			w.sweep()
			continue
		}
		w.must(w.roll(id, models.Identity{User: t.Room.Seats[seat].User}))
	}
}

// winGame plays a game of two that the winner begins, and wins by sixes against
// ones.
func (w *world) winGame(winner, loser models.Identity) string {
	w.Helper()
	id := w.game(winner, loser)
	for t := w.open(id); !t.Over; t = w.open(id) {
		if who := t.Room.Seats[t.ToAct()[0]]; who.User == winner.User {
			w.rolls(id, 6, winner)
		} else {
			w.rolls(id, 1, loser)
		}
	}
	if t := w.open(id); !t.Outcome.Won(0) {
		w.Fatal("the loser won")
	}
	return id
}

func (w *world) sweep() {
	w.Helper()
	w.must(w.Sweep(w.Context()))
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// refused asserts that something was refused with this code.
func (w *world) refused(err error, code models.Code) {
	w.Helper()
	if !errors.Is(err, models.Refuse(code)) {
		w.Errorf("got %v, want a refusal: %s", err, code)
	}
}

// wrong asserts that a form was refused because of this field alone.
func (w *world) wrong(err error, field string, code models.Code) {
	w.Helper()
	var fields models.FieldErrors
	if !errors.As(err, &fields) || len(fields) != 1 || fields[field] == nil || fields[field].Code != code {
		w.Errorf("got %v, want the refusal of a form: %s: %s", err, field, code)
	}
}

// seated lists who sits in a room, people by name and computers by key.
func seated(room models.Room) string {
	var names []string
	for _, seat := range room.Seats {
		names = append(names, seat.Name+seat.Computer)
	}
	return strings.Join(names, " ")
}

// kinds lists the entries of a log: "1 move 0, 2 absent 1".
func kinds(t *models.Table) string {
	var words []string
	for _, line := range t.Log {
		words = append(words, fmt.Sprintf("%d %s %d", line.N, line.Kind, line.Seat))
	}
	return strings.Join(words, ", ")
}

// crowd makes so many names that one need not tell them apart.
func crowd(n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf("traveller-%d", i)
	}
	return names
}
