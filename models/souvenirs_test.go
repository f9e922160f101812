package models_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"worldtravel/models"
	"worldtravel/models/games/worldtravel"
	"worldtravel/models/store"
	"worldtravel/models/store/storetest"
)

// souvenirs are what a player has brought home from World Travel.
func (w *world) souvenirs(who models.Identity) string {
	w.Helper()
	keys := []string{"colosseum", "mount-fuji", "pyramids-of-giza", worldtravel.RoundTheWorld}
	brought, err := w.Results.Souvenirs(w.Context(), who.User, "world-travel", keys)
	w.must(err)
	all, err := json.Marshal(brought)
	w.must(err)
	return string(all)
}

func TestEachGameBringsHomeItsSouvenirs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, ben, guest := w.user("Ada"), w.user("Ben"), w.guest("Gus")
	if got := w.souvenirs(ada); got != "{}" {
		t.Errorf("Ada, who has not played, has brought home %s", got)
	}
	w.winGame(ada, ben) // by way of the Colosseum and Mount Fuji
	w.winGame(ada, guest)
	for who, want := range map[models.Identity]string{
		ada:   `{"colosseum":2,"mount-fuji":2,"round-the-world":2}`,
		ben:   `{"pyramids-of-giza":1}`,
		guest: `{"pyramids-of-giza":1}`,
	} {
		if got := w.souvenirs(who); got != want {
			t.Errorf("%s has brought home %s, want %s", who.Name, got, want)
		}
	}
	if of, err := w.Results.Souvenirs(t.Context(), ada.User, "chess", []string{"colosseum"}); err != nil || len(of) > 0 {
		t.Errorf("brought home from another game: %v, %v", of, err)
	}
	if kept := w.keep(guest, "Gustav"); w.souvenirs(kept) != `{"pyramids-of-giza":1}` {
		t.Errorf("kept, the guest has %s", w.souvenirs(kept))
	}
}

func TestWhoeverHasLeftBringsNothingHome(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, ben := w.user("Ada"), w.user("Ben")
	id := w.game(ada, ben)
	w.rolls(id, 6, ada)
	w.rolls(id, 4, ben) // to the pyramids
	w.must(w.Rooms.Leave(t.Context(), id, ben))
	w.playOut(id)
	if got := w.souvenirs(ben); got != "{}" {
		t.Errorf("Ben has brought home %s", got)
	}
}

func TestResultsFromBeforeThereWereSouvenirsBringNothingHome(t *testing.T) {
	t.Parallel()
	for name, open := range map[string]func(testing.TB) store.Backend{"SQLite": storetest.SQLite, "MongoDB": storetest.Mongo} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			readOldResults(t, open(t))
		})
	}
}

func readOldResults(t *testing.T, db store.Backend) {
	type oldResult struct {
		User   string        `json:"user"`
		Room   string        `json:"room"`
		Name   string        `json:"name"`
		Game   string        `json:"game"`
		Listed bool          `json:"listed"`
		With   []models.Seat `json:"with"`
		Rank   int           `json:"rank"`
		Won    bool          `json:"won"`
		Left   bool          `json:"left"`
		Ended  time.Time     `json:"ended"`
	}
	results, err := store.Open[oldResult](t.Context(), db, store.Schema{Name: "results"})
	if err != nil {
		t.Fatal(err)
	}
	ada := models.NewID()
	for i := range 2 {
		err := results.Insert(t.Context(), fmt.Sprintf("old/%d", i), oldResult{User: ada, Room: "old", Game: "world-travel", Rank: 1, Won: true})
		if err != nil {
			t.Fatal(err)
		}
	}
	w := openWorld(t, db)
	who, ben := models.Identity{User: ada, Name: "Ada"}, w.user("Ben")
	if got := w.souvenirs(who); got != "{}" {
		t.Errorf("Ada has brought home %s", got)
	}
	if standing, err := w.Results.Recount(t.Context(), ada); err != nil || standing.Won != 2 {
		t.Errorf("the old results come to %+v, %v", standing, err)
	}
	cleo := w.user("Cleo")
	w.winGame(cleo, ben)
	if got := w.souvenirs(cleo); got != `{"colosseum":1,"mount-fuji":1,"round-the-world":1}` {
		t.Errorf("Cleo has brought home %s", got)
	}
}
