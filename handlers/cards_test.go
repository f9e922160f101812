package handlers_test

import (
	"image/png"
	"net/http"
	"strings"
	"testing"

	"worldtravel/models"
	"worldtravel/views"
)

// card is how a page says that a link to it is shown elsewhere.
func (p *page) card() map[string]string {
	meta := map[string]string{}
	for n := range p.root.Descendants() {
		if property := attr(n, "property"); property != "" {
			meta[property] = attr(n, "content")
		}
	}
	return meta
}

func TestALinkToARoomShowsWhatItIs(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, ben := s.player("Ada"), s.player("Ben")
	waiting, playing, over, closed := s.room(ada), s.game(ada, ben), s.won(ada, ben), s.room(ada)
	ada.press("Leave")
	crawler, pictures := s.browser(), map[string]string{}
	for _, c := range []struct{ address, title, text string }{
		{"/", "World Travel: race your friends", "two to four"},
		{views.RoomURL(waiting), "Round the world: come and play", "1 of 4 seats"},
		{views.RoomURL(playing), "Round the world: under way", "Ada and Ben are racing"},
		{views.RoomURL(over), "Ada won in Round the world", "Ada and Ben raced"},
		{views.RoomURL(closed), "Round the world has closed", "other departures"},
	} {
		card := crawler.open(c.address).card()
		if !strings.Contains(card["og:title"], c.title) || !strings.Contains(card["og:description"], c.text) || card["og:url"] != s.URL+c.address {
			t.Errorf("%s is shown as %v", c.address, card)
		}
		address, ok := strings.CutPrefix(card["og:image"], s.URL)
		if !ok {
			t.Fatalf("the picture is at %s", card["og:image"])
		}
		p := crawler.get(address)
		picture, err := png.Decode(strings.NewReader(p.body))
		if err != nil || p.Header.Get("Content-Type") != "image/png" || !strings.Contains(p.Header.Get("Cache-Control"), "max-age") {
			t.Fatalf("the picture of %s is %v: %v", c.address, p.Header, err)
		}
		if size := picture.Bounds().Size(); size.X != 1200 || size.Y != 630 {
			t.Errorf("the picture of %s is %v", c.address, size)
		}
		if other := pictures[p.body]; other != "" {
			t.Errorf("%s and %s have one picture", c.address, other)
		}
		pictures[p.body] = c.address
	}
	crawler.refused(crawler.get(views.RoomCardURL(models.NewID())), http.StatusNotFound, models.NoRoom)
}

func TestACardChangesWithTheGameAndIsTheSameForEverybody(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, ben := s.player("Ada"), s.player("Ben")
	room := s.game(ada, ben)
	address := views.RoomCardURL(room)
	before := ada.get(address).body
	s.rolls(5, ada)
	after := ada.get(address)
	if after.body == before {
		t.Error("after a move the picture is the one before")
	}
	for _, b := range []*browser{ben, s.browser()} {
		if b.get(address).body != after.body {
			t.Error("somebody is shown another picture")
		}
	}
	if set := s.browser().get(address).Cookies(); len(set) > 0 {
		t.Errorf("a picture that others may keep sets %v", set)
	}
}

func TestACardIsWordedInTheLanguageOfTheReaderAndEscapesNames(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada := s.player("Ada")
	ada.open(views.CreateRoomURL)
	ada.press("Create room", "name", `"><b>Tour`, "seats", "4")
	crawler := s.browser()
	crawler.keepCookie("language", "de")
	card := crawler.open(ada.page.address()).card()
	if !strings.HasPrefix(card["og:title"], `"><b>Tour: `) || !strings.Contains(card["og:description"], "Ada") || strings.Contains(card["og:description"], "seats") {
		t.Errorf("the room is shown as %v", card)
	}
}

// A picture is kept by others for all, so it says nothing to one alone.
func TestAPictureOfALinkSetsNoCookie(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada := s.player("Ada")
	room := s.room(ada)
	s.clock.advance(models.SessionRenewal) // the next page renews the session
	if p := ada.get(views.RoomCardURL(room)); p.StatusCode != http.StatusOK || len(p.Cookies()) > 0 {
		t.Errorf("it is answered %d with %v", p.StatusCode, p.Cookies())
	}
	if p := ada.get(views.LobbyURL); len(p.Cookies()) == 0 {
		t.Error("a page does not renew the session")
	}
}
