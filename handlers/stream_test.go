package handlers_test

import (
	"bufio"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"worldtravel/models"
	"worldtravel/views"
)

// stream is an open page's connection.
type stream struct {
	*testing.T
	header http.Header
	events chan event // closed when the stream has ended
}

// event is one of a stream; its name is empty for a fragment.
type event struct {
	name, data string
	version    int64
}

// listen opens the stream at an address.
func (b *browser) listen(address string) *stream {
	b.Helper()
	r := b.request(http.MethodGet, address, nil)
	r.Header.Set("Accept", "text/event-stream")
	r.Header.Set("Accept-Encoding", "gzip")
	response, err := b.client.Do(r)
	b.site.must(err)
	if response.StatusCode != http.StatusOK {
		b.Fatalf("%s is answered %d", address, response.StatusCode)
	}
	s := &stream{T: b.T, header: response.Header, events: make(chan event, 100)}
	done := make(chan struct{})
	b.Cleanup(func() { response.Body.Close(); <-done })
	go func() {
		defer close(done)
		s.read(response.Body)
	}()
	return s
}

// read parses events as the HTML standard's section "Server-sent events" has it.
func (s *stream) read(body io.Reader) {
	defer close(s.events)
	lines := bufio.NewScanner(body)
	lines.Buffer(nil, 1<<20)
	var e event
	for lines.Scan() {
		field, value, _ := strings.Cut(lines.Text(), ":")
		value = strings.TrimPrefix(value, " ")
		switch field {
		case "":
			if e.data != "" {
				s.events <- e
			}
			e = event{}
		case "event":
			e.name = value
		case "data":
			e.data += value + "\n"
		case "id":
			e.version, _ = strconv.ParseInt(value, 10, 64)
		}
	}
}

// next waits for the next event.
func (s *stream) next() event {
	s.Helper()
	select {
	case e, ok := <-s.events:
		if !ok {
			s.Fatal("the stream has ended")
		}
		return e
	case <-time.After(patience):
		s.Fatal("the stream says nothing")
	}
	return event{}
}

// until waits for a fragment that says something, and gives it.
func (s *stream) until(words string) event {
	s.Helper()
	for {
		if e := s.next(); e.name == "" && strings.Contains(e.text(), words) {
			return e
		}
	}
}

// ends waits for the event that ends the stream, and for its end.
func (s *stream) ends() {
	s.Helper()
	for {
		if e := s.next(); e.name == "end" {
			break
		}
	}
	s.closes()
}

// closes waits for the connection to be closed.
func (s *stream) closes() {
	s.Helper()
	for {
		select {
		case _, ok := <-s.events:
			if !ok {
				return
			}
		case <-time.After(patience):
			s.Fatal("the stream goes on")
		}
	}
}

func (e event) root() *html.Node {
	root, err := html.Parse(strings.NewReader(e.data))
	if err != nil {
		return &html.Node{}
	}
	return root
}

func (e event) text() string { return textOf(e.root()) }

// shows reports whether a fragment is the element with an id.
func (e event) shows(id string) bool { return (&page{root: e.root()}).byID(id) != nil }

// live opens the stream of the page shown.
func (b *browser) live() *stream {
	b.Helper()
	for n := range b.page.root.Descendants() {
		if address := attr(n, "data-live"); address != "" {
			return b.listen(address)
		}
	}
	b.Fatalf("%s is not live", b.page.address())
	return nil
}

func TestARoomsStreamBeginsWithThePresentPageAndBringsWhatOthersDo(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, ben, visitor := s.player("Ada"), s.player("Ben"), s.browser()
	room := s.game(ada, ben)
	visitor.open(views.RoomURL(room))
	streams := []*stream{ben.live(), visitor.live()}
	pages := []*browser{ben, visitor}
	versions := make([]int64, len(streams))
	for i, stream := range streams {
		if got := stream.header.Get("Content-Type"); got != "text/event-stream" {
			t.Errorf("the stream is %q", got)
		}
		if stream.header.Get("Cache-Control") != "no-store" || stream.header.Get("Content-Encoding") != "" {
			t.Errorf("the stream's headers are %v", stream.header)
		}
		present := stream.next()
		if !present.shows(views.PageID) || strconv.FormatInt(present.version, 10) != pages[i].page.version(views.PageID) {
			t.Errorf("it begins with version %d, the page is at %s", present.version, pages[i].page.version(views.PageID))
		}
		versions[i] = present.version
	}
	s.rolls(2, ada)
	for i, stream := range streams {
		news := stream.until("Ada rolled 2")
		if news.version <= versions[i] {
			t.Errorf("Ada's move is version %d, after %d", news.version, versions[i])
		}
		roll := (&page{root: news.root()}).button("Roll")
		if mine := stream == streams[0]; roll != mine {
			t.Errorf("the one who reads stream %d can roll: %t", i, roll)
		}
	}
}

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

func TestTheLobbysStreamBringsNewRoomsAndOnesOwn(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, ben, visitor := s.player("Ada"), s.player("Ben"), s.browser()
	ben.open("/")
	visitor.open("/")
	players, visitors := ben.live(), visitor.live()
	seen := map[bool]bool{players.next().shows(views.YourRoomsID): true, players.next().shows(views.YourRoomsID): true}
	if !seen[true] || !seen[false] {
		t.Errorf("a player's stream does not begin with both parts")
	}
	first := visitors.next()
	if !first.shows(views.DeparturesID) || first.shows(views.YourRoomsID) {
		t.Errorf("a visitor's stream begins with %s", first.data)
	}
	s.room(ada)
	if news := visitors.until("Round the world"); news.version <= first.version {
		t.Errorf("the new room is version %d, after %d", news.version, first.version)
	}
	players.until("Round the world")
	ben.page = ben.get("/")
	ben.press("Join Round the world")
	for {
		if e := players.next(); e.shows(views.YourRoomsID) && strings.Contains(e.text(), "Open Round the world") {
			break
		}
	}
}

func TestAStreamForAnotherThanOneIsEndsAtOnce(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, eve, visitor := s.player("Ada"), s.player("Eve"), s.browser()
	room := s.room(ada)
	for _, c := range []struct {
		who *browser
		as  string
	}{{ada, "visitor"}, {ada, "watcher"}, {eve, "seat"}, {eve, "visitor"}, {visitor, "seat"}, {visitor, "watcher"}, {visitor, "x"}} {
		c.who.listen(views.RoomLive(room, c.as)).ends()
	}
	for who, as := range map[*browser]string{ada: "seat", eve: "watcher", visitor: "visitor"} {
		if e := who.listen(views.RoomLive(room, as)).next(); !e.shows(views.PageID) {
			t.Errorf("the stream as %s begins with %+v", as, e)
		}
		if e := who.listen(views.RoomURL(room) + "/live").next(); !e.shows(views.PageID) {
			t.Errorf("the stream of %s as anybody begins with %+v", as, e)
		}
	}
	ada.listen(views.RoomLive(models.NewID(), "visitor")).ends()
}

func TestLoggingOutEndsEveryStreamOfThatBrowserAtOnce(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, visitor := s.player("Ada"), s.browser()
	elsewhere := s.logIn("Ada")
	room := s.room(ada)
	visitor.open("/")
	streams := []*stream{ada.live(), ada.listen("/live")}
	others := []*stream{elsewhere.listen("/live"), visitor.live()}
	for _, stream := range append(streams, others...) {
		stream.next()
	}
	ada.press("Log out")
	for _, stream := range streams {
		stream.ends()
	}
	ada.listen(views.RoomLive(room, "seat")).ends()

	elsewhere.open(views.RoomURL(room))
	elsewhere.press("Leave") // which both of the others hear of
	for _, stream := range others {
		stream.until("No departures yet.")
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

func TestAStreamEndsWithTheSiteAndTheNextHasThePresentState(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, ben := s.player("Ada"), s.player("Ben")
	s.game(ada, ben)
	before := ben.live()
	version := before.next().version
	s.rolls(2, ada)
	s.restart()
	before.closes()
	if e := ben.live().next(); e.version <= version || !strings.Contains(e.text(), "Ada rolled 2") {
		t.Errorf("the next stream begins with version %d after %d: %s", e.version, version, e.text())
	}
}

func TestAnUnknownLastEventIDDoesNoHarm(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser()
	for _, id := range []string{"x", "-1", strings.Repeat("9", 40)} {
		r := b.request(http.MethodGet, "/live", nil)
		r.Header.Set("Last-Event-ID", id)
		response, err := b.client.Do(r)
		s.must(err)
		response.Body.Close()
		if response.StatusCode != http.StatusOK {
			t.Errorf("Last-Event-ID %s is answered %d", id, response.StatusCode)
		}
	}
}

func TestASessionHasOnlySoManyStreams(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, ben := s.player("Ada"), s.player("Ben")
	for range models.StreamsPerSession {
		ada.listen("/live").next()
	}
	response, err := ada.client.Do(ada.request(http.MethodGet, "/live", nil))
	s.must(err)
	response.Body.Close()
	if response.StatusCode != http.StatusTooManyRequests {
		t.Errorf("one more is answered %d", response.StatusCode)
	}
	ben.listen("/live").next() // whom that does not concern
}

func TestASessionThatAnotherProcessEndedLosesItsStreams(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, ben := s.player("Ada"), s.player("Ben")
	gone, stays := ada.listen("/live"), ben.listen("/live")
	gone.next()
	stays.next()
	s.must(s.models.Sessions.End(t.Context(), ada.token()))
	s.now.Load().DropEnded(t.Context())
	gone.ends()
	s.room(ben)
	stays.until("Round the world")
}
