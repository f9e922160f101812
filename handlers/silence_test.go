package handlers_test

import (
	"net/http"
	"strings"
	"testing"

	"worldtravel/models"
	"worldtravel/views"
	"worldtravel/views/words"
)

// saysAnew wants a document that begins anew to say what was refused.
func (b *browser) saysAnew(room string, refused *models.Error) {
	b.Helper()
	sentence := views.Sentence(words.English(), refused)
	if e := b.watch(edgeDocument, views.RoomLive(room, "seat")).next(); !strings.Contains(e.notice(), sentence) {
		b.Errorf("a document that begins anew says %q, want %q", e.notice(), sentence)
	}
}

func TestAFormRefusedBeforeItIsReadIsNotRefusedSilentlyOnAStreamedPage(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, ben := s.player("Ada"), s.player("Ben")
	room := s.game(ada, ben)
	document := ben.grows()
	document.next()
	post := func(change func(*http.Request)) {
		t.Helper()
		r := ben.request(http.MethodPost, views.RoomAction(room, "move"), values(fromStream("n", "1", "move", "roll")...))
		change(r)
		if p := ben.hop(r); p.StatusCode != http.StatusNoContent || p.body != "" {
			t.Errorf("the form is answered %d %s", p.StatusCode, p.body)
		}
	}
	says := func(refused *models.Error) {
		t.Helper()
		sentence := views.Sentence(words.English(), refused)
		document.untilIt("says "+sentence, func(e event) bool { return strings.Contains(e.notice(), sentence) })
	}
	post(func(r *http.Request) {
		r.Header.Del("Sec-Fetch-Site")
		r.Header.Set("Origin", "https://rewritten.example") // as behind a proxy, without ORIGIN
	})
	says(models.Refuse(models.CrossOrigin))

	s.faults.expected = true
	s.db.away.Store(true)
	post(func(*http.Request) {})
	says(models.Refuse(models.Unavailable))
	s.db.away.Store(false)
}

func TestARefusalWaitsForADocumentThatHasJustEnded(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, ben := s.player("Ada"), s.player("Ben")
	room := s.game(ada, ben)
	ben.hop(ben.request(http.MethodPost, views.RoomAction(room, "again"), values(fromStream()...)))
	ben.saysAnew(room, models.Refuse(models.NotOver))
	if e := ada.watch(edgeDocument, views.RoomLive(room, "seat")).next(); e.notice() != "" {
		t.Errorf("Ada is told %q", e.notice())
	}
}

func TestATransportNamedInAnAddressHoldsForTheVisit(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada := s.player("Ada")
	room := s.room(ada)
	if got := ada.open(views.RoomURL(room) + "?transport=none").choice(); got != "none" {
		t.Errorf("the page is told %q", got)
	}
	ada.press("Ready")
	if got := ada.page.choice(); got != "none" {
		t.Errorf("after a form the page is told %q", got)
	}
	if got := ada.open("/").choice(); got != "none" {
		t.Errorf("the next page is told %q", got)
	}
	if got := ada.open("/?transport=auto").choice(); got != "auto" {
		t.Errorf("a page whose address says auto is told %q", got)
	}
}

func TestAPageThatIsSentOnceDoesNotSayThatItIsLive(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada := s.player("Ada")
	room := s.room(ada)
	for range models.StreamsPerBrowser {
		ada.watch(edgeDocument, views.RoomLive(room, "seat")).next()
	}
	fifth := ada.watch(edgeDocument, views.RoomLive(room, "seat"))
	fifth.next()
	if !strings.Contains(fifth.head, `data-transport="reload"`) {
		t.Errorf("the head is %s", fifth.head)
	}
	fifth.ends()
}

func TestWhatAnotherProcessHasStoredIsInTheFirstState(t *testing.T) {
	t.Parallel()
	for _, edge := range []string{edgeDocument, edgeOnce} {
		s := newSite(t)
		ada, ben := s.player("Ada"), s.player("Ben")
		room := s.game(ada, ben)
		ada.watch(edgeSSE, views.RoomLive(room, "seat")).next() // so that there is a slot
		first, db, here, stop := s.now.Load(), s.db, s.models, s.stop
		s.start() // another process over the same files
		both := s.stop
		s.stop = func() { both(); stop() }
		s.dice.load(2)
		s.must(s.models.Rooms.Move(t.Context(), room, s.identity("Ada"), 1, "roll"))
		s.now.Store(first)
		s.db, s.models = db, here
		state := ""
		if edge == edgeOnce {
			state = ada.ask(edge, views.RoomLive(room, "seat")).body
		} else {
			state = ada.watch(edge, views.RoomLive(room, "seat")).next().data
		}
		if !strings.Contains(state, "Ada rolled 2") {
			t.Errorf("by %s the first state is %s", edge, state)
		}
	}
}

func TestAFormThatIsStillUnderWayWhenTheSiteStopsIsAnsweredWithItsPage(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, ben := s.player("Ada"), s.player("Ben")
	s.game(ada, ben)
	s.dice.load(2)
	s.now.Load().Hub().Shutdown() // as Run does when it ends, before requests do
	if p := ada.send(ada.form("Roll").htmx()); p.StatusCode != http.StatusOK || !strings.Contains(p.body, "Ada rolled 2") {
		t.Errorf("the move is answered %d %s", p.StatusCode, p.body)
	}
}
