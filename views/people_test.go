package views_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"worldtravel/models"
	"worldtravel/views"
	"worldtravel/views/words"
)

// named is the language with a tag.
func named(t *testing.T, tag string) *words.Language {
	t.Helper()
	l, ok := words.Named(tag)
	if !ok {
		t.Fatalf("nobody speaks %s", tag)
	}
	return l
}

func TestAJourneyEndsOnADayOfTheReadersLanguage(t *testing.T) {
	west := time.FixedZone("west", -5*60*60)
	page := views.ProfilePage(views.Profile{
		Name: "Ada", Bag: 2, Played: 40, Won: 9, Share: 23, Joined: time.Date(2026, time.March, 31, 20, 0, 0, 0, west),
		Journeys: []views.Journey{{Room: "a", Name: "Sunday Flyers", With: []string{"Ben", "Chen"}, Rank: 2, Ended: time.Date(2026, time.September, 20, 22, 30, 0, 0, west)}},
	})
	for tag, want := range map[string][]string{
		"en": {"21 Sep 2026", "Apr 2026", "2nd", "The suitcase", "23\u202f%", "Ben, Chen", "1 of 40"},
		"de": {"21. Sept. 2026", "Apr. 2026", "2.", "Der Koffer", "23\u202f%", "Ben, Chen", "1 von 40"},
		"es": {"21 sept 2026", "abr 2026", "2.º", "La maleta", "23\u202f%", "Ben, Chen", "1 de 40"},
		"zh": {"2026年9月21日", "2026年4月", "第2名", "手提箱", "23%", "Ben、Chen", "40 局中的 1 局"},
	} {
		got := renderedIn(t, named(t, tag), page)
		for _, want := range append(want, `datetime="2026-09-21T03:30:00Z"`) {
			if !strings.Contains(got, want) {
				t.Errorf("%s: no %q", tag, want)
			}
		}
	}
}

func TestTheLeaderboardCountsItsPlayersInTheReadersLanguage(t *testing.T) {
	for tag, want := range map[string][2]string{
		"en": {"Places 1 to 1, of 1 player<", "Places 1 to 1, of 12 players<"},
		"de": {"Plätze 1 bis 1, von 1 Person<", "Plätze 1 bis 1, von 12 Personen<"},
		"es": {"Puestos 1 a 1, de 1 jugador<", "Puestos 1 a 1, de 12 jugadores<"},
		"zh": {"第 1 到 1 名，共 1 人<", "第 1 到 1 名，共 12 人<"},
	} {
		for i, total := range []int{1, 12} {
			page := views.LeaderboardPage(views.Leaderboard{Ranks: []views.Rank{{Rank: 1, Name: "Ada"}}, Total: total, PageNumber: 1, PageCount: 1})
			if got := renderedIn(t, named(t, tag), page); !strings.Contains(got, want[i]) {
				t.Errorf("%s: no %q", tag, want[i])
			}
		}
	}
}

func TestALimitOfAFormIsTheOneThatHolds(t *testing.T) {
	create, edit := views.CreateRoomPage(views.CreateRoom{}), views.EditProfilePage(views.EditProfile{})
	for _, l := range words.All() {
		if got := textOf(t, renderedIn(t, l, create), "name-hint"); !strings.Contains(got, strconv.Itoa(models.RoomNameMost)) {
			t.Errorf("%s: %q does not say %d", l.Tag, got, models.RoomNameMost)
		}
		if got := textOf(t, renderedIn(t, l, edit), "about-hint"); !strings.Contains(got, strconv.Itoa(models.AboutMost)) {
			t.Errorf("%s: %q does not say %d", l.Tag, got, models.AboutMost)
		}
	}
}

// textOf is the text of the paragraph with an id.
func textOf(t *testing.T, source, id string) string {
	t.Helper()
	_, after, found := strings.Cut(source, `id="`+id+`">`)
	if !found {
		t.Fatalf("no %s", id)
	}
	text, _, _ := strings.Cut(after, "</p>")
	return text
}
