package handlers_test

import (
	"net/http"
	"strings"
	"testing"

	"worldtravel/views"
)

func TestWhatAReaderPrefersHoldsOnEveryPage(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser()
	b.open(views.LeaderboardURL)
	b.press("Night")
	if b.page.address() != views.LeaderboardURL || !strings.Contains(b.page.body, `data-theme="dark"`) {
		t.Errorf("the page is %s", b.page.address())
	}
	b.press("Sound on")
	if !strings.Contains(b.page.body, "data-chime=") || !strings.Contains(b.page.body, `data-theme="dark"`) {
		t.Error("there is no sound, or it is day again")
	}
	b.press("Deutsch")
	b.open("/")
	b.sees("Sofort spielen")
	b.press("Tag")
	b.press("Ton aus")
	if strings.Contains(b.page.body, "data-chime=") || strings.Contains(b.page.body, `data-theme="dark"`) {
		t.Error("what was chosen before still holds")
	}
}

func TestWhatAReaderPrefersHoldsInTheTextVersionToo(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, ben := s.player("Ada"), s.player("Ben")
	room := s.game(ada, ben)
	ada.open(views.RoomText(room))
	ada.press("Night")
	ada.press("Deutsch")
	if path, _, _ := strings.Cut(ada.page.address(), "?"); path != views.RoomText(room) || !strings.Contains(ada.page.body, `data-theme="dark"`) {
		t.Errorf("the page is %s", ada.page.address())
	}
	ada.press("[Würfeln]")
	ada.sees("Ada würfelt")
}

func TestAWishThatThereIsNotChangesNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser()
	b.open("/")
	b.welcome(b.post(views.PreferencesURL, "language", "tlh", "theme", "<script>", "sound", "loud"))
	p := b.open("/")
	if strings.Contains(p.body, "data-theme=") || strings.Contains(p.body, "data-chime=") || !strings.Contains(p.body, `<html lang="en"`) {
		t.Errorf("the page has become %.200s", p.body)
	}
}

func TestAChoiceLeadsBackToThePageItWasMadeOn(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada := s.player("Ada")
	room := s.room(ada)
	for from, want := range map[string]string{
		s.URL + "/leaderboard": "/leaderboard", s.URL + views.RoomURL(room): views.RoomURL(room),
		s.URL + views.RoomLive(room, "seat"): views.RoomURL(room), s.URL + views.RoomAction(room, "move"): views.RoomURL(room),
		s.URL + "/live?as=player": "/", "": "/", "https://evil.example//evil.example": "/", "%": "/",
	} {
		r := ada.request(http.MethodPost, views.PreferencesURL, values("theme", "dark"))
		r.Header.Set("Referer", from)
		if to := ada.hop(r).Header.Get("Location"); to != want {
			t.Errorf("from %q it leads to %q, want %q", from, to, want)
		}
	}
	r := ada.request(http.MethodPost, views.PreferencesURL, values("theme", "dark"))
	r.Header.Set("Referer", s.URL+views.RoomText(room)+"?at=x")
	if to := ada.hop(r).Header.Get("Location"); !strings.HasPrefix(to, views.RoomText(room)) {
		t.Errorf("from the text version it leads to %q", to)
	}
}

func TestThePlayersLanguageComesAlongToAnotherBrowser(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada := s.player("Ada")
	ada.open("/")
	ada.press("Español")
	elsewhere := s.browser()
	elsewhere.open(views.LoginURL)
	elsewhere.press("Log in", "name", "Ada", "password", password)
	if !strings.Contains(elsewhere.page.body, `<html lang="es"`) {
		t.Errorf("the page is %.60s", elsewhere.page.body)
	}
}
