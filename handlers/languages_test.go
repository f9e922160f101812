package handlers_test

import (
	"net/http"
	"strings"
	"testing"

	"worldtravel/models"
	"worldtravel/views"
	"worldtravel/views/words"
)

func TestAPageIsInTheLanguageThatWasChosenOrElseThatOfTheBrowser(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, c := range []struct{ chosen, accepts, want string }{
		{"", "", "en"},
		{"", "fr, it", "en"},
		{"", "de-CH,de;q=0.9,en;q=0.5", "de"},
		{"", "en;q=0.2, es-MX;q=0.8", "es"},
		{"", "zh-TW", "zh"},
		{"", ";;;q=", "en"},
		{"es", "de", "es"},
		{"tlh", "de", "de"},
		{"", strings.Repeat("fr,", 500) + "de", "en"},
	} {
		b := s.browser()
		if c.chosen != "" {
			b.keepCookie("language", c.chosen)
		}
		for _, address := range []string{"/", views.LeaderboardURL, "/nowhere"} {
			r := b.request(http.MethodGet, address, nil)
			r.Header.Set("Accept-Language", c.accepts)
			p := b.send(r)
			if got := attr(p.find("html"), "lang"); got != c.want || p.Header.Get("Content-Language") != c.want {
				t.Errorf("%.40q, accepting %.40q: %s is in %s and says %s", c.chosen, c.accepts, address, got, p.Header.Get("Content-Language"))
			}
		}
	}
}

func TestEachOpenPageIsToldInItsOwnLanguage(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, ben := s.player("Ada"), s.player("Ben")
	room := s.game(ada, ben)
	ben.keepCookie("language", "de")
	said := map[*stream]string{}
	for words, b := range map[string]*browser{"Ada rolled 3 and reached 3.": ada, "Ada würfelt 3 und erreicht Feld 3.": ben} {
		b.open(views.RoomURL(room))
		for _, edge := range streaming {
			said[b.watch(edge, b.page.live())] = words
		}
	}
	s.rolls(3, ada)
	for stream, words := range said {
		stream.until(words)
	}
}

func TestARefusalIsInTheLanguageOfItsReader(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, ben := s.player("Ada"), s.player("Ben")
	room := s.game(ada, ben)
	s.rolls(3, ada)
	ben.keepCookie("language", "de")
	ben.open(views.RoomURL(room))
	l, _ := words.Named("de")
	want := views.Sentence(l, models.Refuse(models.OldVersion))
	p := ben.post(views.RoomAction(room, "move"), "n", "1", "move", "roll")
	over := ben.socket().post(views.RoomAction(room, "move"), "n=1&move=roll")
	for _, p := range []*page{p, over} {
		if p.StatusCode != http.StatusConflict || p.notice() != want {
			t.Errorf("refused with %d %q, want %q", p.StatusCode, p.notice(), want)
		}
	}
}
