package handlers_test

import (
	"net/http"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"worldtravel/models"
	"worldtravel/views"
	"worldtravel/views/words"
)

// grows opens the document that the page shown is without scripts.
func (b *browser) grows() *stream {
	b.Helper()
	return b.watch(edgeDocument, b.page.live())
}

// pressed presses a button of the document's newest state that changes the page in
// place. Nothing may be answered: the frame that takes the answer is hidden.
func (b *browser) pressed(words string) {
	b.Helper()
	b.silent(b.form(words))
}

func (b *browser) silent(f form) {
	b.Helper()
	if f.fields.Get("from") != "stream" {
		b.Errorf("the form of %s does not say that it stands in a stream: %v", f.address, f.fields)
	}
	if p := b.hop(f.request()); p.StatusCode != http.StatusNoContent || p.body != "" {
		b.Errorf("%s is answered %d %s", f.address, p.StatusCode, p.body)
	}
}

// fromStream gives a form the mark of a streamed document.
func fromStream(fields ...string) []string { return append(fields, "from", "stream") }

func TestAStateOfADocumentIsAPageWithIdsOfItsOwn(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, ben := s.player("Ada"), s.player("Ben")
	s.game(ada, ben)
	document := ada.grows()
	first := document.next()
	s.rolls(2, ada)
	second := document.until("Ada rolled 2")

	head := (&page{root: parse(document.head)})
	if base := head.find("base"); base == nil || attr(base, "target") != "_top" {
		t.Error("links stay in the frame")
	}
	if frame := head.find("iframe"); frame == nil || attr(frame, "name") != "answer" {
		t.Error("there is no frame for the answers of forms")
	}
	if head.find("script") != nil || !strings.Contains(document.head, `data-transport="stream"`) {
		t.Errorf("the document begins with %s", document.head)
	}
	ids := map[string]bool{}
	for _, state := range []event{first, second} {
		refers := map[string]bool{}
		for n := range state.root().Descendants() {
			if id := attr(n, "id"); id != "" {
				// What has not changed is the same in each state.
				if ids[id] && !strings.HasPrefix(id, views.NoticeID+"-") {
					t.Errorf("the id %s is there twice", id)
				}
				ids[id] = true
			}
			for _, name := range []string{"aria-labelledby", "aria-describedby", "for"} {
				for _, id := range strings.Fields(attr(n, name)) {
					refers[id] = true
				}
			}
			if link, here := strings.CutPrefix(attr(n, "href"), "#"); here {
				if refers[link] = true; attr(n, "target") != "_self" {
					t.Errorf("the link to #%s leads out of the frame", link)
				}
			}
			switch {
			case n.Type != html.ElementNode:
			case n.Data == "script" || n.Data == "style" || has(n, "style"):
				t.Errorf("the policy forbids <%s> in a state", n.Data)
			case n.Data == "form" && strings.HasSuffix(attr(n, "action"), "/move"):
				if attr(n, "target") != "answer" || attr(n, "method") != "post" {
					t.Errorf("the form of a move is %v", n.Attr)
				}
			case n.Data == "form" && attr(n, "action") == views.LogoutURL:
				if has(n, "target") {
					t.Error("logging out stays in the frame")
				}
			}
		}
		for id := range refers {
			if !ids[id] {
				t.Errorf("there is no element #%s", id)
			}
		}
	}
	if first.part(views.PageID) == nil || first.part(views.NoticeID) == nil || second.version <= first.version {
		t.Errorf("the states are versions %d and %d", first.version, second.version)
	}
}

func TestAWholeGameIsPlayedInDocumentsThatGrow(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, ben := s.player("Ada"), s.player("Ben")
	room := s.room(ada)
	ben.open(views.RoomURL(room))
	players, documents := []*browser{ada, ben}, []*stream{ada.grows(), ben.grows()}
	for i, document := range documents {
		players[i].page = document.next().page(players[i])
	}
	// all waits until the pages are right, and has them shown.
	all := func(is string, right func(*page) bool, of ...int) {
		t.Helper()
		for _, i := range of {
			b := players[i]
			if !right(b.page) {
				b.page = documents[i].untilIt(is, func(e event) bool { return right(e.page(b)) }).page(b)
			}
		}
	}
	has := func(button string) func(*page) bool {
		return func(p *page) bool { return p.button(button) }
	}
	all("can be joined", has("Join"), 1)
	ben.pressed("Join")
	all("has a seat", has("Ready"), 1)
	ben.pressed("Ready")
	all("can be started", has("Start"), 0)
	s.dice.load(5)
	ada.pressed("Start")

	for over := false; !over; {
		n := s.table(room).N
		mover := ada
		if s.turn(room) == "Ben" {
			mover = ben
		}
		all("is up to date", func(p *page) bool { return newest(p.root) >= 2*s.table(room).Version }, 0, 1)
		mover.pressed("Roll")
		if stored := s.table(room); stored.N != n+1 {
			t.Fatalf("after a move %d are stored, before %d", stored.N, n)
		}
		over = s.table(room).Over
	}
	all("is over", has("Play again"), 0, 1)
	ada.sees("won")

	again := ben.form("Play again") // which leads to another page
	if f := ben.page.named("button", "Play again").Parent; again.fields.Get("from") == "stream" || attr(f, "target") == "answer" {
		t.Error("nobody sees where Play again leads")
	}
	ben.page = ben.send(again.request())
	ben.welcome(ben.page)
	if next := s.table(room).Room.Next; roomOn(ben.page) != next || next == "" {
		t.Errorf("Play again leads to %s, want %s", roomOn(ben.page), next)
	}
}

func TestARefusalIsSaidOnThePressersOwnStreamUntilAFormIsAccepted(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, ben := s.player("Ada"), s.player("Ben")
	room := s.game(ada, ben)
	adas, bens, other := ada.grows(), ben.grows(), s.logIn("Ben").watch(edgeDocument, views.RoomLive(room, "seat"))
	for _, document := range []*stream{adas, bens, other} {
		if e := document.next(); e.notice() != "" {
			t.Errorf("a document begins with the notice %q", e.notice())
		}
	}
	says := func(err *models.Error) {
		t.Helper()
		sentence := views.Sentence(words.English(), err)
		bens.untilIt("says "+sentence, func(e event) bool { return strings.Contains(e.notice(), sentence) })
	}
	post := func(action string, fields ...string) {
		t.Helper()
		p := ben.hop(ben.request(http.MethodPost, views.RoomAction(room, action), values(fromStream(fields...)...)))
		if p.StatusCode != http.StatusNoContent || p.body != "" {
			t.Errorf("%s is answered %d %s", action, p.StatusCode, p.body)
		}
	}
	post("move", "n", "1", "move", "roll")
	says(models.Refuse(models.NotYourTurn, "Ada"))
	post("move", "n", "x")
	says(models.Refuse(models.BadRequest))
	post("nowhere")
	says(models.Refuse(models.NotFound))
	post("again")
	says(models.Refuse(models.NotOver))

	s.rolls(2, ada)
	e := bens.until("Ada rolled 2")
	if !strings.Contains(e.notice(), views.Sentence(words.English(), models.Refuse(models.NotOver))) {
		t.Errorf("the notice is gone before Ben could read it: %q", e.notice())
	}
	ben.page = e.page(ben)
	s.dice.load(2)
	ben.pressed("Roll")
	bens.untilIt("has no notice", func(e event) bool { return e.notice() == "" && strings.Contains(e.text(), "Ben rolled 2") })
	for _, document := range []*stream{adas, other} {
		document.untilIt("is the present", func(e event) bool {
			if e.notice() != "" {
				t.Errorf("somebody else is told %q", e.notice())
			}
			return strings.Contains(e.text(), "Ben rolled 2")
		})
	}
}

func TestANoticeReachesTheDocumentThatIsLeftWhenAnotherIsClosed(t *testing.T) {
	t.Parallel()
	s := newSite(t) // which fails when a fault is logged
	ada, ben := s.player("Ada"), s.player("Ben")
	room := s.game(ada, ben)
	stays := ben.grows()
	for _, action := range []string{"again", "move", "again", "move"} {
		gone := ben.grows()
		gone.next()
		ben.hop(ben.request(http.MethodPost, views.RoomAction(room, action), values(fromStream("n", "1", "move", "roll")...)))
		said := stays.untilIt("has a notice", func(e event) bool { return e.notice() != "" })
		gone.untilIt("has it as well", func(e event) bool { return e.notice() == said.notice() })
		gone.close()
	}
}

func TestVisitorsHearNothingOfEachOthersForms(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada := s.player("Ada")
	room := s.room(ada)
	one, two := s.browser(), s.browser()
	one.open(views.RoomURL(room))
	two.open(views.RoomURL(room))
	ones, twos := one.grows(), two.grows()
	ones.next()
	twos.next()
	p := one.hop(one.request(http.MethodPost, views.RoomAction(room, "nowhere"), values(fromStream()...)))
	if p.StatusCode != http.StatusNoContent {
		t.Errorf("answered %d", p.StatusCode)
	}
	ones.untilIt("has a notice", func(e event) bool { return e.notice() != "" })
	ada.press("Ready")
	if e := twos.next(); e.notice() != "" {
		t.Errorf("another visitor is told %q", e.notice())
	}
}

func TestAFormInADocumentWhoseSessionIsGoneEndsTheDocument(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, ben := s.player("Ada"), s.player("Ben")
	room := s.game(ada, ben)
	_, comesBack := ada.page.comesBack()
	document := ada.grows()
	ada.page = document.next().page(ada)
	before := s.stored(room)
	s.must(s.models.Sessions.End(t.Context(), ada.token())) // in another process
	ada.pressed("Roll")
	document.ends()
	if after := s.stored(room); after != before {
		t.Errorf("the room was %s, is %s", before, after)
	}
	// And the page round it comes back, to the log in.
	ada.refused(ada.open(comesBack), http.StatusUnauthorized, models.LoginNeeded)
	ada.press("Log in", "name", "Ada", "password", password)
	ada.welcome(ada.page)
	if !ada.page.button("Roll") || roomOn(ada.page) != room {
		t.Errorf("the log in leads to %s", ada.page.address())
	}
}

func TestALobbysDocumentHasAllOfThePageInEachState(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, ben, visitor := s.player("Ada"), s.player("Ben"), s.browser()
	ada.open("/")
	visitor.open("/")
	adas, visitors := ada.grows(), visitor.grows()
	inOrder := func(e event, parts ...string) {
		t.Helper()
		at := 0
		for _, part := range parts {
			i := strings.Index(e.data[at:], part)
			if i < 0 {
				t.Errorf("no %s after the others in %s", part, e.data)
				return
			}
			at += i
		}
	}
	whole := func(words string) {
		t.Helper()
		inOrder(adas.until(words), `<header`, "Welcome aboard, Ada.", `id="`+views.YourRoomsID, `id="`+views.DeparturesID, `<footer`, "Log out")
		inOrder(visitors.until(words), `<header`, "Race your friends", `id="`+views.DeparturesID, `<footer`)
	}
	whole("No departures yet.")
	s.named("Grand tour", false, ben)
	whole("Grand tour")
	s.named("Petit tour", false, ada)
	e := adas.untilIt("has Ada's room", func(e event) bool { return strings.Contains(textOf(e.part(views.YourRoomsID)), "Petit tour") })
	if departures := textOf(e.part(views.DeparturesID)); !strings.Contains(departures, "Grand tour") {
		t.Errorf("beside Ada's own room the departures are %s", departures)
	}

	// What leads to another page leads out of the frame.
	ada.page = e.page(ada)
	join := ada.form("Join Grand tour")
	if join.fields.Get("from") != "" || attr(ada.page.named("button", "Join Grand tour").Parent, "target") != "" {
		t.Error("the answer to Join stays in the frame")
	}
	ada.page = ada.send(join.request())
	ada.welcome(ada.page)
	ada.sees("Grand tour")
}

func TestAFormOutsideARoomThatSaysItStandsInAStreamIsAnsweredQuietly(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada := s.player("Ada")
	for _, address := range []string{"/nowhere", "/rooms", "/rooms//move"} {
		p := ada.hop(ada.request(http.MethodPost, address, values(fromStream("seats", "x")...)))
		if p.StatusCode != http.StatusNoContent || p.body != "" {
			t.Errorf("%s is answered %d %s", address, p.StatusCode, p.body)
		}
	}
	if rows := ada.open("/").rows(views.DeparturesID); len(rows) > 0 {
		t.Errorf("there are the rooms %v", rows)
	}
}
