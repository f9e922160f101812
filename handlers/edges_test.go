package handlers_test

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"worldtravel/handlers"
	"worldtravel/handlers/live"
	"worldtravel/models"
	"worldtravel/views"
)

func TestTheRequestChoosesTheEdge(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada := s.player("Ada")
	room := s.room(ada)
	for _, address := range []string{"/live?as=player", views.RoomLive(room, "seat"), "/live", views.RoomURL(room) + "/live"} {
		part := views.PageID
		if strings.HasPrefix(address, "/live") {
			part = views.DeparturesID
		}
		for _, edge := range streaming {
			stream := ada.watch(edge, address)
			stream.untilIt("shows "+part, func(e event) bool { return e.shows(part) })
			stream.close()
		}
		p := ada.ask(edgeOnce, address)
		if p.StatusCode != http.StatusOK || strings.Contains(p.body, "<html") || p.byID(part) == nil {
			t.Errorf("what is asked for once at %s is answered %d %s", address, p.StatusCode, p.body)
		}
		if got := p.Header.Get("Content-Encoding"); got != "gzip" {
			t.Errorf("what is asked for once at %s is not compressed: %q", address, got)
		}
		// An EventSource says so in a list, too, and a browser that follows a link does not.
		for accept, want := range map[string]string{
			"text/event-stream, */*": "text/event-stream", "": "text/html; charset=utf-8", "*/*": "text/html; charset=utf-8",
		} {
			p := ada.ask("", address, func(r *http.Request) { r.Header.Set("Accept", accept) })
			if got := p.Header.Get("Content-Type"); got != want {
				t.Errorf("%s accepting %q is answered %q", address, accept, got)
			}
		}
	}
	if topics := handlers.HubOf(s.push).Topics(); slices.Contains(topics, "") {
		t.Errorf("open: %v", topics)
	}
}

func TestWhatIsAskedForOnceHasAllPartsAtTheVersionsOfThePage(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, ben := s.player("Ada"), s.player("Ben")
	s.game(ada, ben)
	for _, b := range []*browser{ada, ben} {
		p := b.ask(edgeOnce, b.page.live())
		if got, want := p.version(views.PageID), b.page.version(views.PageID); got != want || p.button("Roll") != b.page.button("Roll") {
			t.Errorf("version %s with Roll: %t, the page is at %s", got, p.button("Roll"), want)
		}
	}
	ada.open("/")
	p := ada.ask(edgeOnce, ada.page.live())
	for _, id := range []string{views.YourRoomsID, views.DeparturesID} {
		if got, want := p.version(id), ada.page.version(id); got != want {
			t.Errorf("%s is at version %q, on the page %q", id, got, want)
		}
	}
}

func TestAHandshakeThatAProxyHasTakenApartIsToldSo(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser()
	room := s.room(s.player("Ada"))
	for _, address := range []string{"/live?as=visitor", views.RoomLive(room, "visitor")} {
		for name, without := range map[string][]string{"the upgrade": {"Upgrade"}, "both": {"Upgrade", "Connection"}} {
			t.Log(name)
			p := b.ask(edgeSocket, address, func(r *http.Request) {
				for _, field := range without {
					r.Header.Del(field)
				}
			})
			b.refused(p, http.StatusUpgradeRequired, models.NoSocket)
		}
		for field, value := range map[string]string{"Sec-WebSocket-Version": "8", "Sec-WebSocket-Key": "x", "Connection": "close"} {
			p := b.ask(edgeSocket, address, func(r *http.Request) { r.Header.Set(field, value) })
			if p.StatusCode != http.StatusBadRequest {
				t.Errorf("with %s: %s the handshake is answered %d", field, value, p.StatusCode)
			}
		}
	}
}

func TestAStreamIsRefusedByItsStatusOnEveryEdge(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, eve, visitor := s.player("Ada"), s.player("Eve"), s.browser()
	room := s.room(ada)
	for _, edge := range append(streaming, edgeOnce) {
		for _, c := range []struct {
			who     *browser
			address string
		}{
			{ada, views.RoomLive(room, "visitor")}, {ada, views.RoomLive(room, "watcher")}, {ada, views.RoomLive(room, "player")},
			{eve, views.RoomLive(room, "seat")}, {eve, views.RoomLive(room, "visitor")}, {eve, views.RoomLive(room, "seat/"+s.identity("Ada").User)},
			{ada, views.LobbyLive("visitor")}, {ada, views.LobbyLive("seat")}, {ada, views.LobbyLive("all")},
		} {
			c.who.refused(c.who.ask(edge, c.address), http.StatusForbidden, models.OtherViewer)
		}
		for _, as := range []string{"seat", "watcher", "x", "visitor "} {
			visitor.mustLogIn(edge, visitor.ask(edge, views.RoomLive(room, as)), views.RoomURL(room))
			visitor.mustLogIn(edge, visitor.ask(edge, views.LobbyLive(as)), "/")
		}
		for _, address := range []string{views.RoomLive(models.NewID(), "visitor"), "/rooms/x/live", "/rooms/%00/live?as=seat"} {
			visitor.refused(visitor.ask(edge, address), http.StatusNotFound, models.NoRoom)
		}
		for _, address := range []string{"/rooms/live/live/live", "/live/live"} {
			visitor.refused(visitor.ask(edge, address), http.StatusNotFound, models.NotFound)
		}
	}
	// In a frame, what a refusal leads to is for the whole window.
	for _, p := range []*page{eve.ask(edgeDocument, views.RoomLive(room, "seat")), visitor.ask(edgeDocument, views.RoomLive(room, "seat"))} {
		if base := p.find("base"); base == nil || attr(base, "target") != "_top" {
			t.Errorf("the links of a page that is answered %d stay in the frame", p.StatusCode)
		}
	}
	if visitor.get(views.EditProfileURL).find("base") != nil {
		t.Error("a page of its own takes itself for one in a frame")
	}
}

func TestABrowserHasOnlySoManyStreamsAndThoseItClosesMakeRoom(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, ben := s.player("Ada"), s.player("Ben")
	const address = "/live?as=player"
	one, two := s.browser(), s.browser() // at one address
	one.open("/")
	two.open("/")
	unnamed := s.browser()
	both := []string{edgeSSE, edgeDocument}
	for _, c := range []struct {
		who, other *browser
		address    string
		edges      []string
	}{{ada, ben, address, both}, {one, two, "/live?as=visitor", both}, {unnamed, two, "/live", []string{edgeSSE, edgeSSE}}} {
		who := c.who
		var streams []*stream
		for i := range models.StreamsPerBrowser {
			streams = append(streams, who.watch(c.edges[i%2], c.address))
			streams[i].next()
		}
		who.refused(who.ask(edgeSSE, c.address), http.StatusTooManyRequests, models.TooManyPages)
		if p := who.ask(edgeOnce, c.address); p.StatusCode != http.StatusOK {
			t.Errorf("what is asked for once is answered %d", p.StatusCode)
		}
		// A document is sent as it is, and comes again.
		last := who.watch(edgeDocument, c.address)
		if e := last.next(); !e.shows(views.DeparturesID) {
			t.Errorf("one document more begins with %s", e.data)
		}
		last.ends()
		for range models.StreamsPerBrowser + 1 { // which a browser has no such limit for
			who.dial(c.address).untilIt("shows the departures", func(e event) bool { return e.shows(views.DeparturesID) })
		}
		other := c.other.watch(edgeSSE, c.other.open("/").live()) // whom that does not concern
		other.next()
		other.close()

		streams[0].close()
		for start := time.Now(); who.ask(edgeSSE, c.address).StatusCode == http.StatusTooManyRequests; {
			if time.Since(start) > patience {
				t.Fatal("a stream that was closed makes no room")
			}
		}
		for _, stream := range streams {
			stream.close()
		}
	}
}

func TestABrowserHasOnlySoManySockets(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, ben := s.player("Ada"), s.player("Ben")
	for range models.SocketsPerBrowser {
		ada.dial("/live?as=player").next()
	}
	ada.refused(ada.ask(edgeSocket, "/live?as=player"), http.StatusTooManyRequests, models.TooManyPages)
	ada.listen("/live?as=player").next()
	ben.dial("/live?as=player").next()
}

func TestAnEdgeIsRefusedWhileTheSiteStops(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.faults.expected = true // a 503 is one
	b := s.browser()
	handlers.HubOf(s.push).Shutdown()
	for _, edge := range []string{edgeSSE, edgeDocument, edgeOnce} {
		if p := b.ask(edge, "/live?as=visitor"); p.StatusCode != http.StatusServiceUnavailable {
			t.Errorf("the %s is answered %d", edge, p.StatusCode)
		}
	}
	b.dial("/live?as=visitor").closed(websocket.CloseGoingAway)
}

func TestAFragmentIsRenderedOnceForEachKindOfViewer(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	var mu sync.Mutex
	rendered := map[live.Key]int{}
	handlers.Rendered(s.push, func(key live.Key) {
		mu.Lock()
		defer mu.Unlock()
		rendered[key]++
	})
	s.now.Store(s.now.Load()) // only now do requests see it

	ada, ben, eve, fay := s.player("Ada"), s.player("Ben"), s.player("Eve"), s.player("Fay")
	room := s.game(ada, ben)
	var streams []*stream
	for _, b := range []*browser{ada, ben, eve, fay, s.browser(), s.browser()} {
		b.open(views.RoomURL(room))
		for _, edge := range streaming {
			streams = append(streams, b.watch(edge, b.page.live()))
		}
	}
	for _, stream := range streams {
		stream.next()
	}
	mu.Lock()
	clear(rendered)
	mu.Unlock()
	s.rolls(2, ada)
	for _, stream := range streams {
		stream.until("Ada rolled 2")
	}
	mu.Lock()
	defer mu.Unlock()
	topic := models.RoomTopic(room)
	for _, kind := range []string{"seat/" + s.identity("Ada").User, "seat/" + s.identity("Ben").User, "watcher", "visitor"} {
		if n := rendered[live.Key{Topic: topic, Kind: "en " + kind + "@" + s.URL}]; n != 1 {
			t.Errorf("for the kind %s it was rendered %d times", kind, n)
		}
	}
	for key, n := range rendered {
		if key.Topic == topic && !strings.HasSuffix(key.Kind, "@"+s.URL) {
			t.Errorf("it was rendered %d times for the kind %s", n, key.Kind)
		}
	}
}

func TestARoomsAddressIsThatAtWhichOneReachedTheSite(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada := s.player("Ada")
	room := s.room(ada)
	hosts := []string{"play.example", "games.example:8080"}
	at := func(host string) func(*http.Request) {
		return func(r *http.Request) {
			r.Host = host
			r.Header.Set("Origin", "http://"+host)
			r.Header.Set("Cookie", "session="+ada.token()) // which is kept for the other host
		}
	}
	var streams []*stream
	for _, host := range hosts {
		for _, edge := range streaming {
			streams = append(streams, ada.watch(edge, views.RoomLive(room, "seat"), at(host)))
		}
		p := ada.ask(edgeOnce, views.RoomLive(room, "seat"), at(host))
		if want := "http://" + host + views.RoomURL(room); !strings.Contains(p.text(), want) {
			t.Errorf("what is asked for once does not say %s", want)
		}
	}
	check := func(words string) {
		t.Helper()
		for i, stream := range streams {
			e := stream.until(words)
			if strings.Contains(e.data, "data-parts") { // it has the address, which stays
				continue
			}
			for j, host := range hosts {
				if says := strings.Contains(e.text(), "http://"+host+views.RoomURL(room)); says != (i/len(streaming) == j) {
					t.Errorf("the %s from %s says the address at %s: %t", stream.edge, hosts[i/len(streaming)], host, says)
				}
			}
		}
	}
	check("1 of 4 seats taken")
	ben := s.player("Ben")
	ben.open(views.RoomURL(room))
	ben.press("Join")
	check("2 of 4 seats taken")
}

func TestBehindAProxyThatRewritesHostARoomsAddressIsTheSitesOwn(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(c *handlers.Config, _ *models.Config) { c.Origin = "https://play.example" })
	ada := s.player("Ada")
	room := s.room(ada)
	for _, edge := range streaming {
		stream := ada.watch(edge, views.RoomLive(room, "seat"), func(r *http.Request) {
			r.Host = "backend"
			r.Header.Set("Origin", "https://play.example")
			r.Header.Set("Cookie", "session="+ada.token())
		})
		stream.until("https://play.example" + views.RoomURL(room))
	}
}

func TestStreamsCarryTheHeadersThatKeepThemSafe(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser()
	for _, edge := range []string{edgeSSE, edgeDocument, edgeOnce} {
		h := b.ask(edge, "/live").Header
		if h.Get("X-Frame-Options") != "SAMEORIGIN" || !strings.Contains(h.Get("Content-Security-Policy"), "frame-ancestors 'self'") ||
			h.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("the %s has the headers %v", edge, h)
		}
	}
}
