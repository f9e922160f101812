package main

import (
	"fmt"
	"strconv"
	"testing"
	"time"
)

// sit has somebody's browser, on one of the levels, at the page of a room.
func (p *program) sit(t *testing.T, who *traveller, level, room string) *browser {
	t.Helper()
	b := p.browser(t, who)
	b.networkFails.Store(true)
	b.take(level)
	b.visit(room)
	b.on(level)
	b.stay()
	return b
}

// inTurn rolls for the travellers until it is the first one's turn.
func inTurn(room string, first *traveller, others ...*traveller) {
	for !moveForm.MatchString(first.get(room)) {
		for _, a := range others {
			a.roll(room)
		}
	}
}

// hasMoved says true once a line stands above the first of the log.
const hasMoved = here + `.querySelectorAll('.log__entry').length > 1`

// version is that of a room's page as somebody gets it now.
func (a *traveller) version(room string) int {
	a.t.Helper()
	version, err := strconv.Atoi(pageVersion.FindStringSubmatch(a.get(room))[1])
	if err != nil {
		a.t.Fatal(err)
	}
	return version
}

// checkRolls compares how often somebody has rolled with what is stored.
func checkRolls(t *testing.T, site *program, room, name string, rolls int) {
	t.Helper()
	if stored := site.storedMoves(t, room)[name]; stored != rolls {
		t.Errorf("%s has rolled %d times, and %d moves are stored", name, rolls, stored)
	}
}

func TestPagesOnEveryTransportComeBackByThemselvesWhenAKilledServerIsBack(t *testing.T) {
	t.Parallel()
	site := start(t)
	var all []*traveller
	for _, level := range levels {
		all = append(all, site.traveller(t, "On_"+level))
	}
	room := play("Grand tour", all...)
	var pages []*browser
	var players []player
	for i, level := range levels {
		b := site.sit(t, all[i], level, room)
		pages, players = append(pages, b), append(players, b)
	}
	m := matchOf(t, room, players...)
	for range 3 {
		eventually(t, "all pages show the move before", m.advance)
	}
	site.kill()
	for _, b := range pages {
		b.lost()
	}
	site.start()
	rollOn(1, room, all...) // while no page is connected yet, perhaps
	present := all[0].version(room)
	boasting := map[*browser]time.Time{} // since when an old page has said that it is live
	eventuallyIn(t, backLimit, "all pages are live and show the present", func() bool {
		well := 0
		for _, b := range pages {
			live := b.live()
			switch {
			case live && b.game().Version >= present:
				well++
				delete(boasting, b)
			case !live:
				delete(boasting, b)
			case boasting[b].IsZero():
				boasting[b] = time.Now()
			case time.Since(boasting[b]) > lateLimit:
				t.Fatalf("%s's page shows an old board and says that it is live", b.name)
			}
		}
		return well == len(pages)
	})
	for i, b := range pages {
		b.on(levels[i])
	}
	playOut(t, m)
	for i, b := range pages {
		if levels[i] != "stream" && !b.stayed() {
			t.Errorf("%s's page was loaded anew", b.name)
		}
	}
}

// lateLimit is how old a page may be that says it is live: one that asks does so every
// five seconds, and waits four for an answer.
const lateLimit = 15 * time.Second

// backLimit is within what time a page is back when its network is. Without scripts
// it is the browser's own error page that tries again, after 1, 5, 30 and 60 s.
const backLimit = 100 * time.Second

// back waits until a page that was lost is live again, on its level.
func (b *browser) back(level string) {
	b.t.Helper()
	eventuallyIn(b.t, backLimit, b.name+" is on "+level+" again", func() bool { return b.transport() == level && b.live() })
}

func TestANetworkThatIsCutAndMendedLosesAndDoublesNothing(t *testing.T) {
	t.Parallel()
	site := start(t)
	for _, level := range levels {
		t.Run(level, func(t *testing.T) {
			ada, ben := site.traveller(t, "Ada_"+level), site.traveller(t, "Ben_"+level)
			room := play("Grand tour", ada, ben)
			w, through := site.wire(t)
			b := through.sit(t, ada, level, room)
			w.cut()
			if level == "stream" {
				b.lost()
			} else {
				b.click("Roll")
				b.see(`document.getElementById('notice').textContent.includes('did not reach the site')`)
				b.lost()
			}
			w.mend()
			b.back(level)
			b.click("Roll")
			b.see(hasMoved)
			inTurn(room, ada, ben)
			b.showsThePresent(room, ben)
			checkRolls(t, site, room, ada.name, 1)

			w.cut()
			b.lost()
			ada.roll(room) // on another device
			inTurn(room, ada, ben)
			w.mend()
			b.back(level)
			b.showsThePresent(room, ben)
			before := ada.version(room)
			b.click("Roll")
			eventually(t, "Ada has moved", func() bool { return ada.version(room) > before })
			inTurn(room, ada, ben)
			b.showsThePresent(room, ben)
			checkRolls(t, site, room, ada.name, 3)
			if level != "stream" && !b.stayed() {
				t.Error("the page was loaded anew")
			}
		})
	}
}

// halfOpenLimit is within what time a page finds out that its connection is half
// open: it has heard nothing for a minute, and then asks again.
const halfOpenLimit = 90 * time.Second

func TestAPageFindsOutThatItsConnectionIsHalfOpen(t *testing.T) {
	t.Parallel()
	site := start(t)
	type frozen struct {
		*browser
		level, room string
		by          *traveller
	}
	var pages []frozen
	for _, level := range levels {
		ada, ben := site.traveller(t, "Ada_"+level), site.traveller(t, "Ben_"+level)
		room := play("Grand tour", ada, ben)
		w, through := site.wire(t)
		b := through.sit(t, ada, level, room)
		w.freeze()
		ada.roll(room)
		inTurn(room, ada, ben)
		pages = append(pages, frozen{b, level, room, ben})
	}
	for _, p := range pages {
		if p.level == "stream" {
			p.lost() // no browser finds out, but the page says so
			continue
		}
		present := p.by.version(p.room)
		eventuallyIn(t, halfOpenLimit, p.name+"'s page shows the present", func() bool { return p.game().Version >= present })
		if !p.stayed() {
			t.Errorf("%s's page was loaded anew", p.name)
		}
	}
}

func TestAMoveOnASocketThatDiesIsSentAgainAndMadeOnce(t *testing.T) {
	t.Parallel()
	site := start(t)
	for _, test := range []struct {
		name string
		die  func(*wire)
	}{
		{"before_it_arrives", func(w *wire) { w.freeze(trafficSocket) }},
		{"before_its_answer", func(w *wire) { w.loseAnswers(trafficSocket) }},
		{"being_cut", func(w *wire) { w.set(refuse, trafficSocket) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			ada, ben := site.traveller(t, "A_"+test.name), site.traveller(t, "B_"+test.name)
			room := play("Grand tour", ada, ben)
			w, through := site.wire(t)
			b := through.sit(t, ada, "socket", room)
			test.die(w)
			b.click("Roll")
			b.see(hasMoved)
			b.showsThePresent(room, ben)
			checkRolls(t, site, room, ada.name, 1)
			if notice := b.text(`document.getElementById('notice').textContent`); notice != "" {
				t.Errorf("the page says %q", notice)
			}
			w.set(free, trafficSocket)
			b.on("socket")
		})
	}
}

func TestAMoveThatNoConnectionTakesIsSaidToHaveFailed(t *testing.T) {
	t.Parallel()
	site := start(t)
	ada, ben := site.traveller(t, "Ada"), site.traveller(t, "Ben")
	room := play("Grand tour", ada, ben)
	w, through := site.wire(t)
	b := through.sit(t, ada, "socket", room)
	w.freeze()
	b.click("Roll")
	eventuallyIn(t, halfOpenLimit, "Ada hears that her move failed", func() bool {
		return b.is(`document.getElementById('notice').textContent.includes('did not reach the site')`)
	})
	b.on("socket")
	b.click("Roll")
	b.see(hasMoved)
	b.showsThePresent(room, ben)
	checkRolls(t, site, room, "Ada", 1)
}

func TestPagesGetRoundWhatIsBlockedOnTheWay(t *testing.T) {
	t.Parallel()
	site := start(t)
	all := []traffic{trafficSSE, trafficSocket}
	for i, test := range []struct {
		choice  string
		how     barrier
		blocked []traffic
		first   string // what the page is on while it lasts
		then    string // and afterwards
	}{
		{"auto", refuse, all[:1], "socket", "socket"},
		{"auto", swallow, all[:1], "socket", "socket"},
		{"auto", refuse, all[1:], "sse", "socket"},
		{"auto", swallow, all[1:], "sse", "socket"},
		{"auto", refuse, all, "fetch", "socket"},
		{"auto", swallow, all, "fetch", "socket"},
		{"socket", refuse, all[1:], "fetch", "socket"},
		{"sse", swallow, all[:1], "fetch", "sse"},
	} {
		t.Run(fmt.Sprintf("%s while %v is %s", test.choice, test.blocked, test.how), func(t *testing.T) {
			t.Parallel()
			ada, ben := site.traveller(t, fmt.Sprintf("Ada_%d", i)), site.traveller(t, fmt.Sprintf("Ben_%d", i))
			room := play("Grand tour", ada, ben)
			w, through := site.wire(t)
			w.set(test.how, test.blocked...)
			b := through.browser(t, ada)
			b.networkFails.Store(true)
			b.take(test.choice)
			b.visit(room)
			b.stay()
			b.on(test.first)
			b.click("Roll")
			b.see(hasMoved)
			inTurn(room, ada, ben)
			b.showsThePresent(room, ben)
			b.on(test.first)

			w.set(free, test.blocked...)
			eventuallyIn(t, 2*time.Minute, "the page is on "+test.then, func() bool { return b.transport() == test.then })
			ada.roll(room)
			b.showsThePresent(room, ben)
			checkRolls(t, site, room, ada.name, 2)
			if !b.stayed() {
				t.Error("the page was loaded anew")
			}
		})
	}
}
