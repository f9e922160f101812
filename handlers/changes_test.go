package handlers_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/html"

	"worldtravel/handlers"
	"worldtravel/handlers/live"
	"worldtravel/models"
	"worldtravel/views"
)

// follower is a page that is opened once and then told what has changed.
type follower struct {
	*browser
	room string
	root *html.Node
}

func (b *browser) follower(room string) *follower {
	b.Helper()
	return &follower{b, room, copied(b.get(views.RoomURL(room)).root)}
}

// address is that of the page's stream, with the version that it shows.
func (f *follower) address() string {
	shown := byID(f.root, views.PageID)
	return fmt.Sprintf("%s&at=%s", attr(shown, "data-live"), attr(shown, "data-version"))
}

// ask has the page brought up to date as one that asks every few seconds is, and
// gives what it was sent.
func (f *follower) ask() string {
	f.Helper()
	sent := f.browser.ask(edgeOnce, f.address())
	if sent.StatusCode == http.StatusForbidden { // its viewer is somebody else now: it is loaded anew
		f.root = copied(f.get(views.RoomURL(f.room)).root)
		return ""
	}
	f.welcome(sent)
	apply(f.root, sent.body)
	return sent.body
}

// sends sends a form as the page's script does, and shows the answer.
func (f *follower) sends(action string, fields ...string) string {
	f.Helper()
	r := f.request(http.MethodPost, views.RoomAction(f.room, action), values(fields...))
	r.Header.Set("HX-Request", "true")
	r.Header.Set("Page", f.address())
	p := f.send(r)
	f.welcome(p)
	apply(f.root, p.body)
	return p.body
}

// reads has the page follow its stream until it shows what a new one does, and gives
// how many messages told it what had changed.
func (f *follower) reads(s *stream) (abridged int) {
	f.Helper()
	want := version(byID(f.get(views.RoomURL(f.room)).root, views.PageID))
	for version(byID(f.root, views.PageID)) < want {
		e := s.next()
		apply(f.root, e.data)
		abridged += strings.Count(e.data, "data-parts")
	}
	return abridged
}

// wantFresh compares the page with a newly opened one. A page that was open all the
// while has more of the log.
func (f *follower) wantFresh(after string) {
	f.Helper()
	fresh := f.get(views.RoomURL(f.room)).root
	if log, whole := byID(f.root, views.LogID), byID(fresh, views.LogID); log != nil && whole != nil {
		for lines := slices.Collect(log.ChildNodes()); len(lines) > len(slices.Collect(whole.ChildNodes())); lines = lines[:len(lines)-1] {
			log.RemoveChild(lines[len(lines)-1])
		}
	}
	got, want := canonical(byID(f.root, views.PageID)), canonical(byID(fresh, views.PageID))
	for i := range want {
		if i >= len(got) || got[i] != want[i] {
			f.Fatalf("after %s the page has\n%s\nand a new one\n%s", after,
				strings.Join(got[max(0, i-3):min(len(got), i+3)], "\n"), strings.Join(want[max(0, i-3):min(len(want), i+3)], "\n"))
		}
	}
	if len(got) > len(want) {
		f.Fatalf("after %s the page has more than a new one: %s", after, got[len(want)])
	}
}

// canonical lists what is on a page, but for its header and footer, which stay.
func canonical(n *html.Node) []string {
	var all []string
	if n.Type == html.TextNode && strings.TrimSpace(n.Data) != "" {
		all = append(all, strings.TrimSpace(n.Data))
	}
	if n.Type == html.ElementNode {
		if n.Data == "header" || n.Data == "footer" {
			return nil
		}
		attributes := slices.Clone(n.Attr)
		slices.SortFunc(attributes, func(a, b html.Attribute) int { return cmp.Compare(a.Key, b.Key) })
		all = append(all, fmt.Sprint(n.Data, attributes))
	}
	for child := range n.ChildNodes() {
		all = append(all, canonical(child)...)
	}
	return all
}

func TestAPageThatIsToldWhatChangedShowsWhatANewOneDoes(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		s, chance := newSite(t), rand.New(rand.NewPCG(seed, 9))
		ada, ben, eve, visitor := s.player("Ada"), s.player("Ben"), s.player("Eve"), s.browser()
		ben.keepCookie("language", "de")
		visitor.keepCookie("language", "zh")
		room := s.room(ada)
		var pages []*follower
		for _, b := range []*browser{ada, ben, eve, visitor, ada, ben} {
			pages = append(pages, b.follower(room))
		}
		do := func(b *browser, action string, fields ...string) {
			b.open(views.RoomURL(room))
			b.post(views.RoomAction(room, action), fields...)
			for _, page := range pages {
				if chance.IntN(3) > 0 { // the others are told later, of several changes at once
					page.ask()
					page.wantFresh(action)
				}
			}
		}
		hold := func(b *browser) { // so that what is known of a kind of viewer is kept
			b.open(views.RoomURL(room))
			b.live()
		}
		do(ben, "join")
		for _, b := range []*browser{ada, ben, visitor} {
			hold(b)
		}
		do(ada, "computer", "computer", models.Computers[0], "present", "yes")
		do(ben, "ready", "ready", "yes")
		do(ada, "start")
		for moves := 0; !s.table(room).Over; moves++ {
			if moves == 12 {
				s.restart()
				hold(ada)
			}
			switch table := s.table(room); {
			case moves == 30 && seed == 0: // both leave for good
				do(ben, "leave")
				do(ada, "leave")
			case chance.IntN(12) == 0:
				do(ben, "leave")
				do(ben, "take-back")
			case table.PlayedByComputer(int(table.ToAct()[0])):
				s.clock.advance(models.ComputerDelay)
				s.sweep()
			default:
				b := map[string]*browser{"Ada": ada, "Ben": ben}[s.turn(room)]
				do(b, "move", "n", fmt.Sprint(table.N+1), "move", "roll")
			}
		}
		for _, page := range pages {
			page.ask()
			page.wantFresh("the end")
		}
	}
}

func TestAStreamAndTheAnswersToFormsKeepAPageAsANewOneIs(t *testing.T) {
	t.Parallel()
	for _, edge := range []string{edgeSSE, edgeSocket} {
		s := newSite(t)
		ada, ben, visitor := s.player("Ada"), s.player("Ben"), s.browser()
		visitor.keepCookie("language", "es")
		room := s.room(ada)
		var pages []*follower
		var streams []*stream
		for _, b := range []*browser{ada, ben, visitor} {
			page := b.follower(room)
			pages, streams = append(pages, page), append(streams, b.watch(edge, page.address()))
		}
		abridged := 0
		do := func(page *follower, action string, fields ...string) {
			abridged += strings.Count(page.sends(action, fields...), "data-parts")
			page.wantFresh("the answer to " + action)
			for i, page := range pages {
				abridged += page.reads(streams[i])
				page.wantFresh(action)
			}
		}
		do(pages[1], "join")
		do(pages[1], "ready", "ready", "yes")
		do(pages[1], "ready", "ready", "no")
		do(pages[1], "ready", "ready", "yes")
		do(pages[0], "start")
		for moves := 0; !s.table(room).Over; moves++ {
			if moves%10 == 9 {
				do(pages[1], "leave")
				do(pages[1], "take-back")
			}
			mover := slices.IndexFunc(pages, func(f *follower) bool { return byID(f.root, "move-form") != nil })
			do(pages[mover], "move", "n", fmt.Sprint(s.table(room).N+1), "move", "roll")
		}
		if moves := s.table(room).N; abridged < 3*moves {
			t.Errorf("over the %s %d of what was sent for %d moves told what had changed", edge, abridged, moves)
		}
	}
}

func TestTheLobbyIsKeptAsANewOneIs(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, ben, visitor := s.player("Ada"), s.player("Ben"), s.browser()
	visitor.keepCookie("language", "zh")
	type open struct {
		*browser
		*stream
		root *html.Node
	}
	var lobbies []open
	for _, b := range []*browser{ada, visitor} {
		p := b.get(views.LobbyURL)
		lobbies = append(lobbies, open{b, b.listen(p.live()), copied(p.root)})
	}
	abridged := 0
	shown := func(after string) {
		for _, lobby := range lobbies {
			fresh := lobby.get(views.LobbyURL).root
			for _, id := range []string{views.DeparturesID, views.YourRoomsID} {
				want := byID(fresh, id)
				if want == nil {
					continue // a visitor has no rooms
				}
				for version(byID(lobby.root, id)) < version(want) {
					e := lobby.next()
					apply(lobby.root, e.data)
					abridged += strings.Count(e.data, "data-parts")
				}
				if got, want := canonical(byID(lobby.root, id)), canonical(want); !slices.Equal(got, want) {
					t.Errorf("after %s there stands\n%s\nand on a new page\n%s", after, strings.Join(got, "\n"), strings.Join(want, "\n"))
				}
			}
		}
	}
	shown("nothing")
	room := s.room(ada)
	shown("a new room")
	s.room(ben)
	shown("another")
	ben.open(views.RoomURL(room))
	ben.press("Join")
	shown("a seat that was taken")
	ben.press("Ready")
	ada.reload()
	ada.press("Start")
	shown("the start")
	for range 6 {
		s.rolls(2, map[string]*browser{"Ada": ada, "Ben": ben}[s.turn(room)])
		shown("a move")
	}
	s.won(ben, ada)
	shown("a game that was won")
	if abridged == 0 {
		t.Error("the lobby was always sent whole")
	}
}

// pausable has a pause of rendering for open pages, until it is resumed.
func (s *site) pausable() (pause, resume func()) {
	var rendering sync.RWMutex
	handlers.Rendered(s.push, func(live.Key) {
		rendering.RLock()
		defer rendering.RUnlock()
	})
	return rendering.Lock, rendering.Unlock
}

func TestAPageOfAVersionThatWasNeverSentIsSentWhatItLacks(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	pause, resume := s.pausable()
	ada, ben := s.player("Ada"), s.player("Ben")
	room := s.room(ada, ben)
	ben.live().next()

	pause()
	ben.post(views.RoomAction(room, "ready"), "ready", "yes")
	page := ben.follower(room) // of a state that is over before anybody is sent it
	ben.post(views.RoomAction(room, "ready"), "ready", "no")
	resume()
	page.ask()
	page.wantFresh("ready and not ready")
}

func TestALogThatMoreHasHappenedThanItShowsHasNoGap(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	pause, resume := s.pausable()
	ada, ben, eve := s.player("Ada"), s.player("Ben"), s.player("Eve")
	room := s.game(ada, ben)
	page := eve.follower(room)
	eve.open(views.RoomURL(room))
	eve.live().next()

	pause()
	s.dice.load(1)
	for range 30 {
		table := s.table(room)
		mover := models.Identity{User: table.Room.Seats[table.ToAct()[0]].User}
		s.must(s.models.Rooms.Move(t.Context(), room, mover, table.N+1, "roll"))
	}
	resume()
	page.ask()
	if byID(page.root, "log-0") != nil {
		t.Error("the first line of the log stands right below those of much later")
	}
	page.wantFresh("30 moves")
}

func TestAMoveIsSentWithoutThePictureOfTheWorld(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, ben, eve := s.player("Ada"), s.player("Ben"), s.player("Eve")
	room := s.game(ada, ben)
	pages := []*follower{ada.follower(room), ben.follower(room), eve.follower(room)}
	for _, b := range []*browser{ada, ben, eve} {
		b.open(views.RoomURL(room))
		b.live() // so that what is known of a kind of viewer is kept
	}
	for range 6 {
		b := map[string]*browser{"Ada": ada, "Ben": ben}[s.turn(room)]
		s.rolls(1, b)
		for _, page := range pages {
			sent, whole := len(page.ask()), len(page.get(views.RoomURL(room)).body)
			if sent > 10_000 || whole < 2*sent {
				t.Errorf("a move is sent as %d bytes, of a page of %d", sent, whole)
			}
		}
	}
}

func TestAPageThatWasDrawnForSomebodyElseIsSentAll(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, ben := s.player("Ada"), s.player("Ben")
	room := s.game(ada, ben)
	address := ada.get(views.RoomURL(room)).live()
	version := attr(byID(ada.page.root, views.PageID), "data-version")
	for _, c := range []struct {
		who     *browser
		address string
		whole   bool
	}{
		{ada, address + "&at=" + version, false},
		{ada, address, true},
		{ada, address + "&at=x", true},
		{ada, address + "&at=-1", true},
		{ben, address + "&at=" + version, true}, // whose address has another digest
		{ada, views.RoomLive(room, "seat") + "&at=" + version, true},
	} {
		if sent := c.who.ask(edgeOnce, c.address); strings.Contains(sent.body, "data-parts") == c.whole {
			t.Errorf("%s is sent all: %t", c.address, !c.whole)
		}
	}
}
