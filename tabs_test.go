package main

import (
	"fmt"
	"net/http"
	"testing"
	"time"
)

// soon is within what time a page must be there, on a busy machine, that need not wait
// until another's stream ends.
const soon = 20 * time.Second

func TestEightTabsOfOneBrowserAreAllLive(t *testing.T) {
	t.Parallel()
	site := start(t)
	for _, level := range []string{"auto", "stream"} {
		t.Run(level, func(t *testing.T) {
			ada, ben := site.traveller(t, "Ada_"+level), site.traveller(t, "Ben_"+level)
			room := play("Grand tour", ada, ben)
			first := site.browser(t, ada)
			first.networkFails.Store(true) // a stream more than there may be is refused
			tabs := []*browser{first}
			for len(tabs) < 8 {
				tab := first.tab()
				tab.networkFails.Store(true)
				tabs = append(tabs, tab)
			}
			for _, tab := range tabs {
				tab.take(level)
				tab.visit(room)
			}
			for range 3 {
				ada.roll(room)
				inTurn(room, ada, ben)
				for _, tab := range tabs {
					tab.showsThePresent(room, ben)
				}
			}
			began := time.Now()
			ninth := first.tab()
			ninth.take(level)
			ninth.visit("/leaderboard")
			if took := time.Since(began); took > soon {
				t.Errorf("a page beside eight others took %v", took)
			}
		})
	}
}

func TestBackAndForwardThroughTenPagesIsQuick(t *testing.T) {
	t.Parallel()
	site := start(t)
	for _, level := range []string{"auto", "sse", "socket", "stream"} {
		t.Run(level, func(t *testing.T) {
			ada, ben := site.traveller(t, "Ada_"+level), site.traveller(t, "Ben_"+level)
			b := site.browser(t, ada)
			b.take(level)
			var rooms []string
			for n := range 10 {
				rooms = append(rooms, play(fmt.Sprintf("Tour %d", n), ada, ben))
				b.visit(rooms[n])
			}
			ada.roll(rooms[3]) // so that the page kept for Back is an old one
			at := len(rooms) - 1
			move := func(by int, script string) {
				t.Helper()
				at += by
				began := time.Now()
				b.is(script)
				b.see(`location.pathname === '` + rooms[at] + `' && !!` + here + `?.querySelector('.turn')`)
				if took := time.Since(began); took > soon {
					t.Errorf("%s to page %d took %v", script, at, took)
				}
				b.showsThePresent(rooms[at], ben)
			}
			for at > 0 {
				move(-1, `history.back(), true`)
			}
			for at < len(rooms)-1 {
				move(+1, `history.forward(), true`)
			}
			b.connected()
			inTurn(rooms[at], ada, ben)
			ada.roll(rooms[at])
			b.showsThePresent(rooms[at], ben)
		})
	}
}

func TestLoggingOutInOneTabLeadsTheOthersToLogInAndBack(t *testing.T) {
	t.Parallel()
	site := start(t)
	ada, ben := site.traveller(t, "Ada"), site.traveller(t, "Ben")
	room := play("Grand tour", ada, ben)
	first := site.browser(t, ada)
	first.networkFails.Store(true)
	first.visit("/leaderboard")
	tabs := map[string]*browser{}
	for level, choice := range map[string]string{"socket": "socket", "sse": "sse", "stream": "stream", "fetch": "none"} {
		tab := first.tab()
		tab.networkFails.Store(true)
		tab.visit(room + "?transport=" + choice)
		tab.on(level)
		tabs[level] = tab
	}
	first.click("Log out")
	for level, tab := range tabs {
		eventually(t, "the tab on "+level+" leads to the log in", func() bool { return tab.is(`!!document.getElementById('password')`) })
	}
	for _, tab := range tabs {
		tab.fill("name", "Ada")
		tab.fill("password", password)
		tab.click("Log in")
		tab.see(`location.pathname === '` + room + `'`)
		tab.see(`!!` + here + `.querySelector('.turn button[name=move]')`)
	}
}

// A page that nobody may see any more asks once, and not again and again.
func TestARefusedPageDoesNotAskAgainAndAgain(t *testing.T) {
	t.Parallel()
	site := start(t)
	ada, ben := site.traveller(t, "Ada"), site.traveller(t, "Ben")
	room := play("Grand tour", ada, ben)
	w, through := site.wire(t)
	b := through.browser(t, ada)
	b.networkFails.Store(true)
	b.visit(room)
	b.on("socket")
	before := w.count(trafficSocket) + w.count(trafficSSE) + w.count(trafficFetch)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, site.url+"/logout", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	response, err := ada.client.Do(request)
	ada.read(response, err, http.StatusOK)
	b.see(`location.pathname === '/login'`)
	if asked := w.count(trafficSocket) + w.count(trafficSSE) + w.count(trafficFetch) - before; asked > 4+int(time.Since(began)/time.Second) {
		t.Errorf("a page whose session has ended asked %d times more", asked)
	}
}
