package handlers_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"worldtravel/models"
	"worldtravel/models/store"
	"worldtravel/views"
)

func TestAProfileIsEditedByItsPlayerAlone(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, visitor := s.player("Ada"), s.browser()
	ada.follow("Ada · Profile")
	ada.follow("Edit profile")
	ada.press("Save", "about", "  Round & round <b>the</b> world  ", "bag", "3")
	ada.welcome(ada.page)
	if ada.page.address() != views.ProfileURL("Ada") {
		t.Errorf("saving leads to %s", ada.page.address())
	}
	visitor.open("/players/ADA")
	visitor.sees("Round & round <b>the</b> world")
	visitor.sees("The flight bag")
	if visitor.page.named("a", "Edit profile") != nil {
		t.Error("a visitor may edit Ada's profile")
	}
	ada.open(views.EditProfileURL)
	f := ada.form("Save")
	if f.fields.Get("about") != "Round & round <b>the</b> world" || f.fields.Get("bag") != "3" {
		t.Errorf("the form holds %v", f.fields)
	}

	s.room(ada)
	ada.sees("Ada Flight bag")
}

func TestEditingAProfileSaysWhatIsWrongWithEachField(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada := s.player("Ada")
	for _, c := range []struct {
		field, value string
		wrong        *models.Error
	}{
		{"about", strings.Repeat("ü", models.AboutMost+1), models.Refuse(models.TextLength, models.AboutMost)},
		{"about", "to\u202emoor", models.Refuse(models.TextCharacters)},
		{"about", "a\x00b", models.Refuse(models.TextCharacters)},
		{"about", "a\xffb", models.Refuse(models.TextCharacters)},
		{"about", "\u200b", models.Refuse(models.TextCharacters)},
		{"bag", "0", models.Refuse(models.NoChoice)},
		{"bag", "5", models.Refuse(models.NoChoice)},
		{"bag", "", models.Refuse(models.NoChoice)},
	} {
		ada.open(views.EditProfileURL)
		ada.press("Save", c.field, c.value)
		ada.refused(ada.page, http.StatusUnprocessableEntity, c.wrong.Code, c.wrong.Args...)
	}
	ada.refused(ada.post(views.EditProfileURL, "about", "x", "bag", "one"), http.StatusBadRequest, models.BadRequest)
	ada.open(views.EditProfileURL)
	if f := ada.form("Save"); f.fields.Get("about") != "" || f.fields.Get("bag") != "1" {
		t.Errorf("the profile is %v all the same", f.fields)
	}
	ada.press("Save", "about", strings.Repeat("ü", models.AboutMost))
	ada.welcome(ada.page)
}

func TestAProfileHasAStampForEachSightSeenAndOneForComingHomeFirst(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, ben := s.player("Ada"), s.player("Ben")
	ada.open(views.ProfileURL("Ada"))
	ada.sees("Visas, 0 of 8 sights")
	ada.sees("Great Wall not yet")
	ada.sees("Home not yet")
	for range 2 {
		s.won(ada, ben) // Ada by way of the Great Wall, Ben of the pyramids
	}
	visitor := s.browser()
	visitor.open(views.ProfileURL("Ada"))
	visitor.welcome(visitor.page)
	visitor.sees("Visas, 1 of 8 sights")
	visitor.sees("Great Wall seen on 2 journeys")
	visitor.sees("Mount Fuji not yet")
	visitor.sees("Home first there 2 times")
	visitor.open(views.ProfileURL("Ben"))
	visitor.sees("Pyramids of Giza seen on 2 journeys")
	visitor.sees("Home not yet")
}

func TestAGuestsOwnProfileSaysThatItIsAGuests(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, guest := s.player("Ada"), s.browser()
	guest.open("/")
	guest.press("Play now", "name", "Gus")
	s.won(guest, ada)
	guest.open(views.ProfileURL("Gus"))
	guest.refused(guest.page, http.StatusNotFound, models.NoPlayer, "Gus")

	guest.open("/profile")
	guest.welcome(guest.page)
	guest.sees("Bearer guest Gus")
	guest.sees("You are travelling as a guest.")
	guest.sees("Games 1 Won 1")
	guest.sees("Home first there once")
	guest.follow("Edit profile")
	guest.follow("Cancel")
	guest.sees("Bearer guest Gus")
	guest.follow("Keep my journeys")

	ada.open(views.ProfileURL("Ada"))
	if got := ada.page.text(); strings.Contains(got, "guest") {
		t.Errorf("Ada is a guest: %s", got)
	}
}

// rank puts players on the leaderboard, each with a win more than the one before.
func (s *site) rank(n int) {
	s.Helper()
	standings, err := store.Open[models.Standing](s.Context(), s.db, store.Schema{
		Name: "standings", Indexes: []store.Index{{Name: "rank", Fields: []string{"won", "share"}}},
	})
	s.must(err)
	for i := 1; i <= n; i++ {
		s.must(standings.Insert(s.Context(), models.NewID(), models.Standing{
			Name: fmt.Sprintf("Traveller-%d", i), Won: i, Played: 2 * i, Share: 500_000,
		}))
	}
}

func TestTheLeaderboardHasPagesOfFiftyAndAlwaysShowsOnesOwnLine(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, ben := s.player("Ada"), s.player("Ben")
	s.won(ada, ben)
	s.rank(100) // Ada's full share puts her before the last of them

	ada.open("/")
	ada.follow("Leaderboard")
	ada.sees("1 Traveller-100 200 50 % 100")
	ada.sees("50 Traveller-51 102 50 % 51 ···")
	ada.sees("100 Ada, you 1 100 % 1")
	if strings.Contains(ada.page.text(), "Traveller-50") {
		t.Error("the first page has more than fifty lines")
	}
	ada.follow("Next")
	ada.sees("51 Traveller-50 100 50 % 50")
	ada.sees("100 Ada, you 1 100 % 1")
	if strings.Contains(ada.page.text(), "···") {
		t.Error("Ada's line stands there twice")
	}
	ada.follow("3")
	ada.sees("101 Traveller-1 2 50 % 1")
	ada.sees("102 Ben 1 0 % 0")
	ada.sees("··· 100 Ada, you 1 100 % 1")
	ada.follow("Previous")
	ada.sees("51 Traveller-50")

	visitor := s.browser()
	visitor.open("/leaderboard")
	if strings.Contains(visitor.page.text(), ", you") || strings.Contains(visitor.page.text(), "···") {
		t.Error("a visitor has a line")
	}
	visitor.refused(visitor.open("/leaderboard?page=4"), http.StatusNotFound, models.NotFound)
}

func TestWhoHasFinishedNoGameHasNoLine(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada := s.player("Ada")
	ada.open(views.LeaderboardURL)
	ada.welcome(ada.page)
	ada.sees("Nobody is ranked yet.")
	s.rank(1)
	ada.reload()
	ada.sees("1 Traveller-1")
	if strings.Contains(ada.page.text(), ", you") {
		t.Error("Ada has a line")
	}
	ada.open(views.ProfileURL("Ada"))
	ada.sees("Games 0 Won 0 Share won –")
	ada.sees("Your finished games will stand here.")
}
