package handlers_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"worldtravel/handlers"
	"worldtravel/handlers/live"
	"worldtravel/models"
	"worldtravel/models/store/storetest"
	"worldtravel/views"
)

func TestStartChangesThePageUnderEverybody(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, ben, eve := s.player("Ada"), s.player("Ben"), s.player("Eve")
	room := s.room(ada, ben)
	eve.open(views.RoomURL(room))
	streams := []*stream{ada.live(), eve.live()}
	ben.press("Ready")
	streams[0].until("Ben Suitcase Ready")
	ada.reload()
	ada.press("Start")
	for _, stream := range streams {
		stream.until("Ada and Ben set off.")
	}
}

func TestLoggingInAsSomebodyElseEndsTheStreamsOfTheSessionBefore(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada := s.player("Ada")
	s.player("Ben")
	before := ada.listen("/live")
	before.next()
	ada.open(views.LoginURL)
	ada.press("Log in", "name", "Ben", "password", password)
	before.ends()
}

func TestPlayOnAppearsOnOpenPagesWhenTheMinuteIsOver(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, ben, chen, visitor := s.player("Ada"), s.player("Ben"), s.player("Chen"), s.browser()
	room := s.game(ada, ben, chen)
	visitor.open(views.RoomURL(room))
	streams := []*stream{ben.live(), visitor.live(), ada.live()}
	for _, stream := range streams {
		stream.next() // sets a timer for a minute from now, which this test does not wait for
	}
	s.clock.advance(models.PlayOnAfter - time.Second/2)
	chen.press("Leave")
	late := streams[0].until("Play on for Ada")
	if (&page{root: late.root()}).named("button", "Play on for Ada") == nil {
		t.Errorf("there is no button to play on: %s", late.text())
	}
	ben.reload()
	if got := ben.page.version(views.PageID); got != strconv.FormatInt(late.version, 10) {
		t.Errorf("the stream is at version %d, the page at %s", late.version, got)
	}
	s.dice.load(2)
	ben.press("Play on for Ada")
	for _, stream := range streams {
		stream.until("Ben played on for Ada.")
	}
}

func TestARoomsStreamBeginsWithThePresentPageAndBringsWhatOthersDo(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, ben, visitor := s.player("Ada"), s.player("Ben"), s.browser()
	room := s.game(ada, ben)
	visitor.open(views.RoomURL(room))
	for _, edge := range streaming {
		for _, b := range []*browser{ben, visitor} {
			b.reload()
			stream := b.watch(edge, b.page.live())
			present := stream.next()
			if !present.shows(views.PageID) || strconv.FormatInt(present.version, 10) != b.page.version(views.PageID) {
				t.Errorf("the %s begins with version %d, the page is at %s", edge, present.version, b.page.version(views.PageID))
			}
			if edge != edgeSocket && (stream.header.Get("Cache-Control") != "no-store" || stream.header.Get("X-Accel-Buffering") != "no" ||
				stream.header.Get("Content-Encoding") != "") {
				t.Errorf("the %s may be held back: %v", edge, stream.header)
			}
			s.dice.load(2)
			b.site.must(s.models.Rooms.Move(t.Context(), room, s.identity(s.turn(room)), s.table(room).N+1, "roll"))
			news := stream.untilIt("is news", func(e event) bool { return e.version > present.version })
			if !strings.Contains(news.text(), "rolled 2") {
				t.Errorf("the %s brings %s", edge, news.text())
			}
			if roll := news.page(b).button("Roll"); roll != (b == ben && s.turn(room) == "Ben") {
				t.Errorf("on the %s one can roll: %t", edge, roll)
			}
			stream.close()
		}
	}
	for edge, want := range map[string]string{edgeSSE: "text/event-stream", edgeDocument: "text/html; charset=utf-8"} {
		stream := visitor.watch(edge, views.RoomLive(room, "visitor"))
		if got := stream.header.Get("Content-Type"); got != want {
			t.Errorf("the %s is of type %q", edge, got)
		}
	}
}

// turn names the player whose turn it is.
func (s *site) turn(room string) string {
	s.Helper()
	t := s.table(room)
	return t.Room.Seats[t.ToAct()[0]].Name
}

func TestTheLobbysStreamBringsNewRoomsAndOnesOwn(t *testing.T) {
	t.Parallel()
	for _, edge := range streaming {
		s := newSite(t)
		ada, ben, visitor := s.player("Ada"), s.player("Ben"), s.browser()
		ben.open("/")
		visitor.open("/")
		players, visitors := ben.watch(edge, ben.page.live()), visitor.watch(edge, visitor.page.live())
		seen := map[string]bool{}
		for !seen[views.YourRoomsID] || !seen[views.DeparturesID] {
			e := players.next()
			for _, id := range []string{views.YourRoomsID, views.DeparturesID} {
				seen[id] = seen[id] || e.shows(id)
			}
		}
		first := visitors.next()
		if !first.shows(views.DeparturesID) || first.shows(views.YourRoomsID) {
			t.Errorf("a visitor's %s begins with %s", edge, first.data)
		}
		s.room(ada)
		if news := visitors.until("Round the world"); news.version <= first.version {
			t.Errorf("the new room is version %d, after %d", news.version, first.version)
		}
		players.until("Round the world")
		ben.reload()
		ben.press("Join Round the world")
		players.untilIt("has Ben's room", func(e event) bool {
			yours := e.part(views.YourRoomsID)
			return yours != nil && strings.Contains(textOf(yours), "Open Round the world")
		})
	}
}

func TestLoggingOutEndsEveryStreamOfThatBrowserAtOnce(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, visitor := s.player("Ada"), s.browser()
	elsewhere := s.logIn("Ada")
	room := s.room(ada)
	visitor.open("/")
	var streams, others []*stream
	for _, edge := range streaming {
		streams = append(streams, ada.watch(edge, ada.page.live()))
		others = append(others, elsewhere.watch(edge, "/live?as=player"), visitor.watch(edge, visitor.page.live()))
	}
	streams = append(streams, ada.listen("/live"))
	for _, stream := range append(streams, others...) {
		stream.next()
	}
	ada.press("Log out")
	for _, stream := range streams {
		stream.ends()
	}
	elsewhere.open(views.RoomURL(room))
	elsewhere.press("Leave") // which all of the others hear of
	for _, stream := range others {
		stream.until("No departures yet.")
	}
}

func TestASessionThatHasExpiredOrThatAnotherProcessEndedLosesItsStreams(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*site, string){
		"ended":   func(s *site, token string) { s.must(s.models.Sessions.End(t.Context(), token)) },
		"expired": func(s *site, _ string) { s.clock.advance(models.SessionLength + time.Second) },
	} {
		s := newSite(t)
		ada := s.player("Ada")
		visitor := s.browser()
		visitor.open("/")
		var gone, stay []*stream
		for _, edge := range streaming {
			gone = append(gone, ada.watch(edge, "/live?as=player"))
			stay = append(stay, visitor.watch(edge, "/live?as=visitor"))
		}
		for _, stream := range append(gone, stay...) {
			stream.next()
		}
		end(s, ada.token())
		s.now.Load().DropEnded(t.Context())
		t.Log(name)
		for _, stream := range gone {
			stream.ends()
		}
		s.room(s.player("Ben"))
		for _, stream := range stay {
			stream.until("Round the world")
		}
	}
}

func TestASessionThatEndsBetweenThePageAndItsStreamGetsNone(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada := s.player("Ada")
	room := s.room(ada)
	address, token := ada.page.live(), ada.token()
	for _, edge := range append(streaming, edgeOnce) {
		// It ends when the stream's request has found it already.
		ended := false
		hook := func(op storetest.Op) error {
			if !ended && op.Collection == "rooms" {
				ended = true
				s.must(s.models.Sessions.End(t.Context(), token))
			}
			return nil
		}
		s.db.hook.Store(&hook)
		p := ada.ask(edge, address)
		s.db.hook.Store(nil)
		if !ended {
			t.Fatal("the room was not read")
		}
		ada.mustLogIn(edge, p, views.RoomURL(room))
		ada.mustLogIn(edge, ada.ask(edge, address), views.RoomURL(room))
		ada = s.logIn("Ada")
		token = ada.token()
	}
	if sessions := handlers.HubOf(s.push).Sessions(); len(sessions) > 0 {
		t.Errorf("of the sessions %v connections are left", sessions)
	}
}

// mustLogIn asserts that an edge is refused to whoever has to log in first, and leads
// back to the page then.
func (b *browser) mustLogIn(edge string, p *page, back string) {
	b.Helper()
	if edge == edgeOnce { // as any request by htmx
		if to := p.Header.Get("HX-Redirect"); p.StatusCode != http.StatusOK || to != views.LoginURLTo(back) {
			b.Errorf("%s is answered %d and leads to %q, want the log in and then %s", p.address(), p.StatusCode, to, back)
		}
		return
	}
	b.refused(p, http.StatusUnauthorized, models.LoginNeeded)
	for n := range p.root.Descendants() {
		if next := attr(n, "value"); attr(n, "name") == "next" && next != back {
			b.Errorf("%s by %s leads to %q after the log in, want %s", p.address(), edge, next, back)
		}
	}
}

func TestAStreamEndsWithTheSiteAndTheNextHasThePresentState(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, ben := s.player("Ada"), s.player("Ben")
	s.game(ada, ben)
	versions := map[*stream]int64{}
	for _, edge := range streaming {
		stream := ben.watch(edge, ben.page.live())
		versions[stream] = stream.next().version
	}
	s.rolls(2, ada)
	s.restart()
	for before, version := range versions {
		for e := range before.events {
			if e.name == "end" && before.edge != edgeDocument {
				t.Errorf("the %s says that access has ended", before.edge)
			}
			if before.edge == edgeSocket && e.name != "" && e.name != "close 1001" {
				t.Errorf("the socket ends with %q", e.name)
			}
		}
		if e := ben.watch(before.edge, ben.page.live()).next(); e.version <= version || !strings.Contains(e.text(), "Ada rolled 2") {
			t.Errorf("the next %s begins with version %d after %d: %s", before.edge, e.version, version, e.text())
		}
	}
}

func TestAnUnknownLastEventIDDoesNoHarm(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser()
	for _, id := range []string{"x", "-1", strings.Repeat("9", 40), "\xff"} {
		stream := b.watch(edgeSSE, "/live", func(r *http.Request) { r.Header.Set("Last-Event-ID", id) })
		if e := stream.next(); !e.shows(views.DeparturesID) {
			t.Errorf("after Last-Event-ID %s the stream begins with %+v", id, e)
		}
		stream.close()
	}
}

func TestTakingASeatAndLeavingItChangesOnesOtherOpenPages(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, eve, visitor := s.player("Ada"), s.player("Eve"), s.browser()
	room := s.room(ada)
	eve.open(views.RoomURL(room))
	visitor.open(views.RoomURL(room))
	var pages []*stream
	for _, edge := range streaming {
		pages = append(pages, eve.watch(edge, eve.page.live()))
	}
	watching := visitor.live()
	for _, stream := range append(pages, watching) {
		stream.next()
	}
	is := func(as, button string) {
		t.Helper()
		for _, stream := range pages {
			e := stream.untilIt("shows "+button, func(e event) bool { return e.page(eve).button(button) })
			if live := e.page(eve).live(); !strings.HasPrefix(live, views.RoomLive(room, as)) {
				t.Errorf("on the %s the page's stream is %s", stream.edge, live)
			}
		}
	}
	eve.press("Join") // in yet another page
	is("seat", "Ready")
	eve.press("Leave")
	is("watcher", "Join")
	eve.press("Join")
	is("seat", "Ready")
	if e := watching.until("2 of 4"); e.page(visitor).button("Ready") || !strings.HasPrefix(e.page(visitor).live(), views.RoomLive(room, "visitor")) {
		t.Errorf("a visitor sees %s", e.text())
	}
}

func TestAPageThatWasOpenedWhileItsViewerTookASeatBecomesThatOfTheSeat(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, eve, fay := s.player("Ada"), s.player("Eve"), s.player("Fay")
	room := s.room(ada, eve)
	fay.open(views.RoomURL(room))
	fay.live().next() // so that what a watcher sees is rendered already

	// The page is opened by a request that has read the room before Eve joined.
	conn := handlers.HubOf(s.push).Subscribe(
		live.Viewer{User: s.identity("Eve").User}, live.Key{Topic: models.RoomTopic(room), Kind: "en watcher@" + s.URL})
	defer conn.Close()
	for _, seated := range []bool{false, true} {
		html, err := live.Present(t.Context(), conn, 0)
		s.must(err)
		if (event{data: string(html)}).page(eve).button("Ready") != seated {
			t.Errorf("the page is a seat's: %t", !seated)
		}
		s.now.Load().Recheck(t.Context())
	}
}
