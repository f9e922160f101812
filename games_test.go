package main

import (
	"encoding/json"
	"log/slog"
	"regexp"
	"strings"
	"testing"
	"time"

	"worldtravel/handlers"
	"worldtravel/models"
	"worldtravel/models/store"
)

// player is somebody at a page of a game, in whatever browser.
type player interface {
	who() string
	text(script string) string
	click(word string)
}

func (b *browser) who() string { return b.name }

// gamePage is what a page shows of a game.
type gamePage struct {
	Version    int
	Title, Log string // the newest lines; a page that was open all the while has more of them than a new one
	Roll       bool
}

// look reads a page; the zero gamePage while it is being loaded.
func look(p player) (g gamePage) {
	_ = json.Unmarshal([]byte(p.text(`(here => JSON.stringify({
		Version: +here.querySelector('.page').dataset.version,
		Title: here.querySelector('.turn__title').textContent,
		Log: [...here.querySelectorAll('.log__entry')].slice(0, 8).map(line => line.textContent).join('\n'),
		Roll: !!here.querySelector('.turn button[name=move]'),
	}))(`+here+`)`)), &g)
	return g
}

func (b *browser) game() gamePage { return look(b) }

// database opens the database of the site, beside the site.
func (p *program) database(t *testing.T) *models.Models {
	t.Helper()
	return p.databaseAt(t, time.Now)
}

// databaseAt does so with another clock than the site's.
func (p *program) databaseAt(t *testing.T, now func() time.Time) *models.Models {
	t.Helper()
	db, err := store.OpenSQLite(t.Context(), p.dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	m, err := models.Open(t.Context(), db, models.Config{
		Games: handlers.Games(), Dice: dice{}, Now: now, Notifier: nobody{}, Log: slog.New(slog.DiscardHandler), Hash: models.HashParams, HashWait: models.HashWait,
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// match is a game that is being played out in browsers.
type match struct {
	t     *testing.T
	room  string
	pages []player
	moves map[string]int // by name
	shown gamePage       // what all pages have shown last
	over  bool
}

// matchOf is a game under way that is played on.
func matchOf(t *testing.T, room string, pages ...player) *match {
	return &match{t: t, room: room, pages: pages, moves: map[string]int{}}
}

// advance has whoever's turn it is press Roll once every page shows the same new
// state; it reports whether they do.
func (m *match) advance() bool {
	m.t.Helper()
	now := look(m.pages[0])
	var mover player
	for _, p := range m.pages {
		g := look(p)
		if g.Version <= m.shown.Version || g.Log != now.Log || g.Log == m.shown.Log || g.Roll && mover != nil {
			return false
		}
		if g.Roll {
			mover, now = p, g
		}
	}
	m.over = strings.Contains(now.Title, " won")
	if mover == nil {
		if m.over {
			m.shown = now
		}
		return m.over
	}
	if now.Title != "Your turn, "+mover.who() {
		m.t.Fatalf("%s may roll, and the page says %q", mover.who(), now.Title)
	}
	m.shown = now
	m.moves[mover.who()]++
	mover.click("Roll")
	return true
}

// playOut plays games to their ends, all at once, and expects every page to show
// each move.
func playOut(t *testing.T, matches ...*match) {
	t.Helper()
	last := time.Now()
	for going := true; going; {
		going = false
		for _, m := range matches {
			if m.over {
				continue
			}
			going = true
			if m.advance() {
				last = time.Now()
			}
		}
		if time.Since(last) > 40*time.Second {
			for _, m := range matches {
				if !m.over {
					t.Errorf("%s: waited in vain until all pages show more than %+v", m.room, m.shown)
				}
			}
			return
		}
	}
}

func TestFourBrowsersPlayAWholeGameAndSeeEachOthersMovesWithoutReloading(t *testing.T) {
	t.Parallel()
	site := start(t)
	var all []*browser
	for _, name := range []string{"Ada", "Ben", "Cleo", "Dora"} {
		b := site.browser(t, nil)
		b.signUp(name)
		all = append(all, b)
	}
	host := all[0]
	host.click("Create room")
	host.see(`!!document.getElementById('seats')`)
	host.fill("name", "Grand tour")
	host.click("Create room")
	for _, b := range all[1:] {
		b.click("Join")
	}
	for _, b := range all {
		b.click("Ready")
		b.see(has("Not ready"))
		b.stay()
	}
	host.click("Start")
	room := host.text(`location.pathname`)
	playOut(t, matchOf(t, room, host, all[1], all[2], all[3]))

	winner := ""
	for _, b := range all {
		if !b.stayed() {
			t.Errorf("%s's page was loaded anew", b.name)
		}
		if strings.HasPrefix(b.game().Title, "You won") {
			winner = b.name
		}
	}
	for _, b := range all {
		if title := b.game().Title; title != winner+" won" && title != "You won, "+winner {
			t.Errorf("%s's page says %q", b.name, title)
		}
	}

	for _, b := range all {
		b.click("Play again")
	}
	for _, b := range all {
		b.see(has("Ready"))
		b.see(`document.querySelectorAll('.label__name a').length === 4`)
		if next := b.text(`location.pathname`); next == room || next != host.text(`location.pathname`) {
			t.Errorf("Play again took %s from %s to %s", b.name, room, next)
		}
	}

	host.click("Leaderboard")
	host.see(`document.querySelectorAll('.ranking__row').length === 4`)
	if first := host.text(`document.querySelector('.ranking__row').innerText`); !regexp.MustCompile(`^1\s+` + winner + `\b.*\s1\s+100\W%\s+1$`).MatchString(first) {
		t.Errorf("%s has won, and the leaderboard begins with %q", winner, first)
	}
	host.click(winner)
	host.click("See the game")
	host.see(`location.pathname === '` + room + `' && document.querySelector('.log__entry').textContent.includes('` + winner + `')`)
}

func TestAPlayerWithoutScriptsNeedNotReloadAgainstOneWithScripts(t *testing.T) {
	t.Parallel()
	site := start(t)
	ada, ben := site.browser(t, site.traveller(t, "Ada")), site.browser(t, nil)
	ben.withoutScripts()
	ben.signUp("Ben")
	ben.click("Create room")
	ben.see(`!!document.getElementById('seats')`)
	ben.fill("name", "Grand tour")
	ben.click("Create room")
	ben.see(has("Ready"))
	room := ben.text(`location.pathname`)
	ada.visit(room)
	ada.click("Join")
	ada.click("Ready")
	ada.see(has("Not ready"))
	ada.stay()
	ben.click("Ready")
	ben.see(has("Not ready"))
	ben.stay()
	ben.click("Start")

	playOut(t, matchOf(t, room, ben, ada))
	for _, b := range []*browser{ada, ben} {
		if !b.stayed() {
			t.Errorf("%s's page was loaded anew", b.name)
		}
	}
	if !ben.is(`typeof htmx === 'undefined'`) {
		t.Error("Ben's browser runs scripts")
	}
}
