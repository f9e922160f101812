package handlers_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"worldtravel/handlers"
	"worldtravel/models"
	"worldtravel/models/store/storetest"
	"worldtravel/views"
)

// press presses a button of the page that the socket's browser shows, and gives the
// answer: a notice, for the page comes as to everybody.
func (s *socket) press(words string, fields ...string) *page {
	s.Helper()
	p := s.send(s.from.form(words, fields...))
	s.from.welcome(p)
	if p.Header.Get("HX-Redirect") == "" && (p.byID(views.NoticeID) == nil || p.byID(views.PageID) != nil) {
		s.Errorf("%s is answered %s", words, p.body)
	}
	return p
}

// shows waits until the page is right.
func (s *socket) shows(is string, right func(*page) bool) {
	s.Helper()
	if !right(s.from.page) {
		s.untilIt(is, func(e event) bool {
			if e.shows(views.PageID) {
				s.from.page = e.page(s.from)
			}
			return right(s.from.page)
		})
	}
}

func TestAWholeGameIsPlayedOverSocketsAlone(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, ben := s.player("Ada"), s.player("Ben")
	room := s.room(ada)
	ben.open(views.RoomURL(room))
	players := []*socket{ada.socket(), ben.socket()}
	players[1].press("Join")
	players[1].shows("has a seat", func(p *page) bool { return p.button("Ready") })
	if live := ben.page.live(); !strings.HasPrefix(live, views.RoomLive(room, "seat")) {
		t.Errorf("after Join the page's stream is %s", live)
	}
	players[1].press("Ready")
	players[0].shows("can be started", func(p *page) bool { return p.button("Start") })
	s.dice.load(5)
	players[0].press("Start")
	moves := 0
	for ; ; moves++ {
		present := 2 * s.table(room).Version
		for _, player := range players {
			player.shows("is up to date", func(p *page) bool { return newest(p.root) >= present })
		}
		if ada.page.button("Roll") {
			players[0].press("Roll")
		} else if ben.page.button("Roll") {
			players[1].press("Roll")
		} else {
			break
		}
	}
	ada.sees("You won")
	ben.sees("Ada won")
	if stored := s.table(room); !stored.Over || stored.N != moves {
		t.Errorf("%d moves were made, %d are stored", moves, stored.N)
	}

	next := players[1].press("Play again")
	to := next.Header.Get("HX-Redirect")
	if next.StatusCode != http.StatusOK || to != views.RoomURL(s.table(room).Room.Next) {
		t.Errorf("Play again is answered %d and leads to %q", next.StatusCode, to)
	}
	ben.page = ben.get(to)
	ben.socket().press("Leave")
	if seats := s.table(roomOn(ben.get(to))).Room.Seats; len(seats) > 1 {
		t.Errorf("after Ben has left, there sit %v", seats)
	}
}

func TestWhatIsRefusedOverASocketIsSaidAsOverHTTP(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, ben, eve := s.player("Ada"), s.player("Ben"), s.player("Eve")
	room := s.game(ada, ben)
	eve.open(views.RoomURL(room))
	before := s.stored(room)
	sockets := map[*browser]*socket{ada: ada.socket(), ben: ben.socket(), eve: eve.socket()}
	for _, c := range []struct {
		who     *browser
		address string
		fields  []string
		status  int
		code    models.Code
		args    []any
	}{
		{ben, views.RoomAction(room, "move"), []string{"n", "1", "move", "roll"}, http.StatusConflict, models.NotYourTurn, []any{"Ada"}},
		{eve, views.RoomAction(room, "move"), []string{"n", "1", "move", "roll"}, http.StatusForbidden, models.NotSeated, nil},
		{ada, views.RoomAction(room, "move"), []string{"n", "1", "move", "fly"}, http.StatusUnprocessableEntity, models.Illegal, nil},
		{ada, views.RoomAction(room, "again"), nil, http.StatusConflict, models.NotOver, nil},
		{eve, views.RoomAction(room, "join"), nil, http.StatusConflict, models.AlreadyStarted, nil},
		{ada, views.RoomAction(models.NewID(), "join"), nil, http.StatusNotFound, models.NoRoom, nil},
		{ada, "/nowhere", nil, http.StatusNotFound, models.NotFound, nil},
		{ada, "/rooms/x/y/z", nil, http.StatusNotFound, models.NotFound, nil},
		{ada, "/", nil, http.StatusMethodNotAllowed, models.WrongMethod, nil},
		{ada, "/healthz", nil, http.StatusMethodNotAllowed, models.WrongMethod, nil},
		// Routes that stream answer nothing but GET.
		{ada, "/live?as=player", nil, http.StatusMethodNotAllowed, models.WrongMethod, nil},
		{ada, views.RoomLive(room, "seat"), nil, http.StatusMethodNotAllowed, models.WrongMethod, nil},
		{ada, views.RoomAction(room, "move"), []string{"n", "x"}, http.StatusBadRequest, models.BadRequest, nil},
		{ada, views.RoomAction(room, "ready"), []string{"ready", strings.Repeat("x", 60<<10)}, http.StatusConflict, models.AlreadyStarted, nil},
	} {
		socket := sockets[c.who]
		p := socket.post(c.address, values(c.fields...).Encode())
		c.who.refused(p, c.status, c.code, c.args...)
		if p.notice() == "" || strings.Contains(p.body, "<html") {
			t.Errorf("%s is answered %s", c.address, p.body)
		}
	}
	for _, n := range []string{"", "0", "-1", "2", "one", "1.5", "99999999999999999999", "1\x00"} {
		ada.refused(sockets[ada].post(views.RoomAction(room, "move"), values("n", n, "move", "roll").Encode()), http.StatusBadRequest, models.BadRequest)
	}
	for _, address := range []string{
		"", "rooms/x/leave", "//evil.example/", "https://evil.example/x", "http:/x", "javascript:alert(1)", `/\evil.example`, "\x00", "%zz",
	} {
		if p := sockets[ada].post(address, ""); p.StatusCode != http.StatusBadRequest {
			t.Errorf("%q is answered %d", address, p.StatusCode)
		}
	}
	if p := sockets[ada].post(views.RoomAction(room, "move"), "n=%zz"); p.StatusCode != http.StatusBadRequest {
		t.Errorf("a body that is no form is answered %d", p.StatusCode)
	}
	if after := s.stored(room); after != before {
		t.Errorf("the room was %s, is %s", before, after)
	}
	sockets[ada].press("Roll") // it works all the same
}

func TestAFormWhoseCookieWouldBeLostIsRefusedOverASocketAndChangesNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, visitor := s.player("Ada"), s.browser()
	visitor.open("/")
	for who, socket := range map[*browser]*socket{ada: ada.dial("/live?as=player"), visitor: visitor.dial("/live?as=visitor")} {
		for address, body := range map[string]string{
			views.LoginURL:       values("name", "Ada", "password", password).Encode(),
			views.SignupURL:      values("id", models.NewID(), "name", "Chen", "password", password, "again", password).Encode(),
			views.LogoutURL:      "",
			views.EditProfileURL: values("about", "Changed", "bag", "3", "transport", "sse").Encode(),
		} {
			p := socket.post(address, body)
			if who == visitor && address == views.EditProfileURL {
				if to := p.Header.Get("HX-Redirect"); !strings.HasPrefix(to, views.LoginURL) {
					t.Errorf("a visitor who edits a profile is sent to %q", to)
				}
				continue
			}
			who.refused(p, http.StatusForbidden, models.NotOverSocket)
		}
	}
	ada.open(views.EditProfileURL)
	if f := ada.form("Save"); f.fields.Get("about") != "" || f.fields.Get("bag") != "1" || f.fields.Get("transport") != "auto" {
		t.Errorf("the profile is %v all the same", f.fields)
	}
	visitor.refused(visitor.get(views.ProfileURL("Chen")), http.StatusNotFound, models.NoPlayer, "Chen")
	for range models.FailedLogins { // and no log in was tried
		visitor.dial("/live").post(views.LoginURL, values("name", "Ada", "password", "a wrong password").Encode())
	}
	s.logIn("Ada")
}

func TestAVisitorsFormOverASocketLeadsToTheFormForGuests(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	room := s.room(s.player("Ada"))
	visitor := s.browser()
	visitor.open(views.RoomURL(room))
	p := visitor.socket().post(views.RoomAction(room, "join"), "")
	if to := p.Header.Get("HX-Redirect"); p.StatusCode != http.StatusOK || to != views.RoomAction(room, "join") {
		t.Errorf("answered %d, and sent to %q", p.StatusCode, to)
	}
}

func TestASocketOutlivesNoSession(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, ben := s.player("Ada"), s.player("Ben")
	room := s.game(ada, ben)
	socket := ada.socket()
	socket.next()
	before := s.stored(room)
	s.must(s.models.Sessions.End(t.Context(), ada.token())) // in another process
	p := socket.send(ada.form("Roll"))
	if to := p.Header.Get("HX-Redirect"); to != views.LoginURLTo(views.RoomURL(room)) {
		t.Errorf("whoever is logged out is answered %d and sent to %q", p.StatusCode, to)
	}
	if after := s.stored(room); after != before {
		t.Errorf("the room was %s, is %s", before, after)
	}
	s.now.Load().DropEnded(t.Context())
	socket.ends()
}

func TestASessionIsNotRenewedWhereItsCookieWouldBeLost(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada := s.player("Ada")
	s.room(ada)
	var mu sync.Mutex
	renewed := 0
	hook := func(op storetest.Op) error {
		mu.Lock()
		defer mu.Unlock()
		if op.Collection == "sessions" && op.Kind == "update" {
			renewed++
		}
		return nil
	}
	s.db.hook.Store(&hook)
	s.clock.advance(models.SessionRenewal)
	socket := ada.socket()
	socket.press("Ready")
	mu.Lock()
	if renewed > 0 {
		t.Errorf("it was renewed %d times", renewed)
	}
	mu.Unlock()
	if cookie := ada.get("/").cookie(); cookie == nil || cookie.MaxAge != int(models.SessionLength.Seconds()) {
		t.Errorf("the next page sets the cookie %v", cookie)
	}
}

func TestAMoveThatIsSentOverTheSocketAndOverHTTPIsMadeOnce(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, ben := s.player("Ada"), s.player("Ben")
	room := s.game(ada, ben)
	s.dice.load(2)
	socket := ada.socket()
	roll := ada.form("Roll")
	ada.welcome(socket.send(roll))
	ada.welcome(ada.send(roll.htmx()))
	ada.welcome(ada.send(roll.request()))
	ada.welcome(socket.send(roll))
	if n := s.table(room).N; n != 1 {
		t.Errorf("%d moves are stored", n)
	}
	ben.reload()
	both, at := ben.form("Roll"), ben.socket()
	var answers [2]*page
	var all sync.WaitGroup
	all.Go(func() { answers[0], _ = ben.try(both.htmx()) })
	answers[1] = at.send(both)
	all.Wait()
	for _, p := range answers {
		if p == nil {
			t.Fatal("a move was not answered")
		}
		ben.welcome(p)
	}
	if n := s.table(room).N; n != 2 {
		t.Errorf("%d moves are stored", n)
	}
}

func TestAMessageThatIsNoFormEndsTheSocket(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser()
	for _, c := range []struct {
		kind    int
		message string
		code    int
	}{
		{websocket.TextMessage, "roll", websocket.CloseInvalidFramePayloadData},
		{websocket.TextMessage, `{"url":"/","body":""}`, websocket.CloseInvalidFramePayloadData},
		{websocket.TextMessage, `{"id":1,"url":"/","method":"GET"}`, websocket.CloseInvalidFramePayloadData},
		{websocket.BinaryMessage, `{"id":1,"url":"/","body":""}`, websocket.CloseUnsupportedData},
		{websocket.TextMessage, `{"id":1,"url":"/","body":"` + strings.Repeat("x", 64<<10) + `"}`, websocket.CloseMessageTooBig},
	} {
		socket := b.dial("/live")
		socket.says(c.kind, c.message)
		socket.closed(c.code)
		socket.close()
	}
}

func TestASocketOfAnotherSitesPageIsRefused(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada := s.player("Ada")
	room := s.room(ada)
	with := func(headers ...string) func(*http.Request) {
		return func(r *http.Request) {
			r.Header.Del("Origin")
			for i := 0; i < len(headers); i += 2 {
				r.Header.Set(headers[i], headers[i+1])
			}
		}
	}
	for _, address := range []string{"/live?as=player", views.RoomLive(room, "seat")} {
		for _, change := range []func(*http.Request){
			with("Origin", "https://evil.example"), with("Origin", "null"), with("Origin", strings.Replace(s.URL, "http:", "https:", 1)+"0"),
			with("Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"), with("Origin", s.URL, "Sec-Fetch-Site", "same-site"),
		} {
			ada.refused(ada.ask(edgeSocket, address, change), http.StatusForbidden, models.CrossOrigin)
		}
		for _, change := range []func(*http.Request){with("Origin", s.URL), with("Origin", s.URL, "Sec-Fetch-Site", "same-origin"), with()} {
			socket := ada.dial(address, change)
			socket.next()
			socket.close()
		}
	}
}

func TestBehindAProxyThatRewritesHostSocketsAreOpenedFromTheSitesOwnOrigin(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(c *handlers.Config, _ *models.Config) { c.Origin = "https://play.example" })
	ada := s.player("Ada")
	room := s.room(ada)
	from := func(origin string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set("Origin", origin) }
	}
	for _, origin := range []string{"http://play.example", "https://play.example.evil.example", "https://play.example:8443"} {
		ada.refused(ada.ask(edgeSocket, views.RoomLive(room, "seat"), from(origin)), http.StatusForbidden, models.CrossOrigin)
	}
	socket := ada.dial(views.RoomLive(room, "seat"), from("https://play.example"))
	socket.press("Ready")
	socket.shows("has the site's own address", func(p *page) bool {
		return p.button("Not ready") && strings.Contains(p.text(), "https://play.example"+views.RoomURL(room))
	})
}

func TestWhoHoldsASocketIsOnline(t *testing.T) {
	t.Parallel()
	for _, edge := range streaming {
		s := newSite(t)
		ada := s.player("Ada")
		stream := ada.watch(edge, "/live?as=player")
		stream.next()
		s.clock.advance(2*time.Minute + time.Second)
		s.player("Chen").press("Log out") // has the list looked through
		visitor := s.browser()
		if visitor.open("/").named("a", "Ada") == nil {
			t.Errorf("whoever holds a %s is not online", edge)
		}
		ada.press("Log out")
		stream.ends()
		if visitor.open("/").named("a", "Ada") != nil {
			t.Errorf("whoever held a %s is online after the log out", edge)
		}
	}
}
