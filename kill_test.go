package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"worldtravel/handlers"
	"worldtravel/models"
	"worldtravel/models/store"
)

// tables is how many games are under way at once.
const tables = 8

// TestGamesSurviveBeingKilled plays games of four over HTTP while the program is
// killed and started again. Afterwards every move that was acknowledged is
// there, no game is stuck, and every player's standing is what a recount of the
// logs gives. How many games and kills, GAMES and KILLS say (make kill-test).
func TestGamesSurviveBeingKilled(t *testing.T) {
	games, kills := amount("GAMES", 16), amount("KILLS", 3)
	site := start(t)
	var acknowledged atomic.Int64
	all := make([]*party, tables)
	var playing sync.WaitGroup
	for i := range all {
		all[i] = &party{t: t, url: site.url, moves: &acknowledged}
		playing.Go(func() { all[i].playAll(i, games/tables) })
	}
	done := make(chan struct{})
	go func() { playing.Wait(); close(done) }()

	// A game of four has 39 moves on average; the kills are spread over 30 each.
	killed := 0
	for ; killed < kills; killed++ {
		due := int64(30 * games * (killed + 1) / (kills + 1))
		eventuallyIn(t, 10*time.Minute, fmt.Sprintf("%d moves are made", due), func() bool {
			return acknowledged.Load() >= due || t.Failed()
		})
		site.kill()
		site.start()
	}
	<-done
	site.stop()
	t.Logf("%d games, %d moves acknowledged, %d kills", games/tables*tables, acknowledged.Load(), killed)
	checkRecount(t, site.dir, all)
}

func amount(variable string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(variable)); err == nil {
		return n
	}
	return otherwise
}

// party is four players who play one game after the other.
type party struct {
	t       *testing.T
	url     string
	moves   *atomic.Int64
	players []*persistent
	rooms   []string
	acked   map[string]map[int]string // by room and number: whose move it was
}

// persistent is a player who repeats every request until it is answered.
type persistent struct {
	*party
	name   string
	client http.Client
}

func (p *party) playAll(number, games int) {
	p.acked = map[string]map[int]string{}
	for i := range 4 {
		jar, _ := cookiejar.New(nil)
		player := &persistent{party: p, name: fmt.Sprintf("Player-%d-%d", number, i), client: http.Client{Jar: jar, Timeout: 20 * time.Second}}
		player.post("/signup", url.Values{"id": {models.NewID()}, "name": {player.name}, "password": {password}, "again": {password}})
		p.players = append(p.players, player)
	}
	for i := range games {
		if !p.play(fmt.Sprintf("Game %d of table %d", i, number)) {
			return
		}
	}
}

// play plays one game to its end; it reports whether there was one.
func (p *party) play(name string) bool {
	id := models.NewID()
	room := "/rooms/" + id
	p.rooms, p.acked[id] = append(p.rooms, id), map[int]string{}
	p.players[0].post("/rooms", url.Values{"id": {id}, "name": {name}, "game": {"world-travel"}, "seats": {"4"}, "listed": {"open"}})
	for _, player := range p.players {
		player.post(room+"/join", nil)
		player.post(room+"/ready", url.Values{"ready": {"yes"}})
	}
	p.players[0].post(room+"/start", nil)
	for deadline := time.Now().Add(5 * time.Minute); !p.t.Failed(); {
		for _, player := range p.players {
			page := player.get(room)
			if strings.Contains(page, "Play again") {
				return true
			}
			if form := moveForm.FindStringSubmatch(page); form != nil {
				player.post(room+"/move", url.Values{"n": {form[1]}, "move": {"roll"}})
				n, _ := strconv.Atoi(form[1])
				p.acked[id][n] = player.name
				p.moves.Add(1)
			}
		}
		if time.Now().After(deadline) {
			p.t.Errorf("%s: stuck", name)
		}
	}
	return false
}

func (p *persistent) get(path string) string {
	return p.persist(path, func() (*http.Response, error) { return p.client.Get(p.url + path) })
}

func (p *persistent) post(path string, form url.Values) {
	p.persist(path, func() (*http.Response, error) { return p.client.PostForm(p.url+path, form) })
}

// persist sends a request until it is answered, and expects it to be accepted.
func (p *persistent) persist(path string, send func() (*http.Response, error)) string {
	for !p.t.Failed() {
		response, err := send()
		if err != nil {
			time.Sleep(50 * time.Millisecond) // the program is being started again
			continue
		}
		page, err := io.ReadAll(response.Body)
		response.Body.Close()
		switch {
		case err != nil:
			continue
		case response.StatusCode != http.StatusOK:
			p.t.Errorf("%s: %s: %s\n%s", p.name, path, response.Status, page)
		}
		return string(page)
	}
	return ""
}

// checkRecount looks into the database.
func checkRecount(t *testing.T, dir string, parties []*party) {
	db, err := store.OpenSQLite(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	m, err := models.Open(t.Context(), db, models.Config{
		Games: handlers.Games(), Dice: dice{}, Now: time.Now, Notifier: nobody{}, Log: log, Hash: models.HashParams, HashWait: time.Second,
	})
	if err != nil {
		t.Fatal(err)
	}
	played, won := map[string]int{}, map[string]int{}
	for _, p := range parties {
		for _, id := range p.rooms {
			room, err := m.Rooms.Open(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			if !room.Over || room.Room.Stage != models.StageOver {
				t.Errorf("%s is not over", room.Room.Name)
				continue
			}
			for n, name := range p.acked[id] {
				if n > len(room.Log) || room.Room.Seats[room.Log[n-1].Seat].Name != name || room.Log[n-1].Kind != models.EntryMove {
					t.Errorf("%s: move %d of %s was acknowledged, and is not there", room.Room.Name, n, name)
				}
			}
			for i, seat := range room.Room.Seats {
				played[seat.Name]++
				if room.Outcome.Rank[i] == 1 {
					won[seat.Name]++
				}
			}
		}
		for _, player := range p.players {
			user, _, err := m.Users.ByName(t.Context(), player.name)
			if err != nil {
				t.Fatal(err)
			}
			standing, err := m.Results.Of(t.Context(), user)
			if err != nil || standing.Played != played[player.name] || standing.Won != won[player.name] {
				t.Errorf("%s stands at %+v (%v), and a recount gives %d played and %d won",
					player.name, standing, err, played[player.name], won[player.name])
			}
		}
	}
}

type nobody struct{}

func (nobody) Changed(context.Context, string, int64) {}

// eventuallyIn waits until something is true, for as long as is said.
func eventuallyIn(t *testing.T, limit time.Duration, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(limit); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain until %s", what)
		}
	}
}
