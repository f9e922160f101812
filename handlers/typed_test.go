package handlers_test

import (
	"net/http"
	"regexp"
	"testing"

	"worldtravel/models"
	"worldtravel/views"
)

func TestAMoveMayBeTyped(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, ben, eve := s.player("Ada"), s.player("Ben"), s.player("Eve")
	room := s.game(ada, ben)
	s.dice.load(2)
	for i, typed := range []string{"roll", " ROLL ", "Roll"} {
		b := []*browser{ada, ben}[i%2]
		b.reload()
		b.press("Send", "typed", typed)
		b.welcome(b.page)
		if n := s.table(room).N; n != i+1 {
			t.Fatalf("after %q there are %d moves", typed, n)
		}
	}
	eve.open(views.RoomURL(room))
	for _, b := range []*browser{ada, eve} {
		if b.page.button("Send") {
			t.Error("somebody may type who is not to move")
		}
	}
}

var quoted = regexp.MustCompile(`[“„«](.+)[”“»]`)

func TestTheWordThatThePageAsksForIsUnderstoodInEachLanguage(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, ben := s.player("Ada"), s.player("Ben")
	room := s.game(ada, ben)
	s.dice.load(2)
	asked := map[string]bool{}
	for i, in := range []struct{ language, send string }{{"en", "Send"}, {"de", "Senden"}, {"es", "Enviar"}, {"zh", "发送"}} {
		b := []*browser{ada, ben}[i%2]
		b.keepCookie("language", in.language)
		b.open(views.RoomURL(room))
		word := quoted.FindStringSubmatch(textOf(b.page.find("label")))
		if word == nil {
			t.Fatalf("in %s it is not said what to type: %s", in.language, b.page.text())
		}
		asked[word[1]] = true
		b.press(in.send, "typed", " "+word[1])
		if n := s.table(room).N; n != i+1 {
			t.Errorf("in %s, after %q there are %d moves: %s", in.language, word[1], n, b.page.notice())
		}
	}
	if len(asked) != 4 {
		t.Errorf("the words are %v", asked)
	}
}

func TestAMoveThatIsTypedWronglyIsRefusedInWordsAndMayBeTypedAgain(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, ben := s.player("Ada"), s.player("Ben")
	room := s.game(ada, ben)
	before := s.stored(room)
	for _, typed := range []string{"fly", "", "r o l l", "roll roll", "<b>roll</b>"} {
		ada.open(views.RoomURL(room))
		f := ada.form("Send", "typed", typed)
		ada.refused(ada.send(f.htmx()), http.StatusUnprocessableEntity, models.Illegal)
		ada.page = ada.send(f.request())
		ada.refused(ada.page, http.StatusUnprocessableEntity, models.Illegal)
	}
	if after := s.stored(room); after != before {
		t.Errorf("the room was %s, is %s", before, after)
	}
	ada.press("Send", "typed", "roll")
	ada.welcome(ada.page)
	ada.sees("Ada rolled")
}

func TestATypedMoveGoesOverTheSocketToo(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, ben := s.player("Ada"), s.player("Ben")
	room := s.game(ada, ben)
	socket := ada.socket()
	if p := socket.send(ada.form("Send", "typed", "ROLL")); p.StatusCode != http.StatusOK || s.table(room).N != 1 {
		t.Errorf("answered %d: %s", p.StatusCode, p.notice())
	}
	socket.until("Ada rolled")
}
