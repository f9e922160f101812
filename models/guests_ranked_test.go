package models_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"worldtravel/models"
	"worldtravel/models/store/storetest"
)

// unranked asserts that somebody is not on the leaderboard.
func (w *world) unranked(who models.Identity) {
	w.Helper()
	if line, ok, err := w.Results.Line(w.Context(), who.User); ok || err != nil {
		w.Errorf("%s is ranked: %+v, %v", who.Name, line, err)
	}
}

func TestAGuestIsNotRankedUntilKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, guest := w.user("Ada"), w.guest("Gus")
	w.winGame(guest, ada)
	w.clock.advance(time.Minute)
	id := w.winGame(ada, guest)
	w.unranked(guest)
	if got := w.standing(ada); got != "1 of 2" {
		t.Errorf("Ada, who is no guest, has won %s", got)
	}
	if journeys, err := w.Results.Journeys(t.Context(), guest.User); err != nil || len(journeys) != 2 || journeys[0].Room != id {
		t.Errorf("the guest's journeys are %+v, %v", journeys, err)
	}
	journeys, err := w.Results.Journeys(t.Context(), ada.User)
	w.must(err)
	if with := journeys[0].With[0]; !with.Guest || with.Name != "Gus" {
		t.Errorf("Ada played with %+v", with)
	}
	if _, total, err := w.Results.Top(t.Context(), 0, 10); err != nil || total != 1 {
		t.Errorf("%d are ranked, %v", total, err)
	}

	kept := w.keep(guest, "Gustav")
	line, ok, err := w.Results.Line(t.Context(), kept.User)
	w.must(err)
	if !ok || line.Name != "Gustav" || line.Won != 1 || line.Played != 2 {
		t.Errorf("the kept guest's line is %+v", line)
	}
	w.keep(guest, "Gustav")
	w.winGame(kept, ada)
	if got := w.standing(kept); got != "2 of 3" {
		t.Errorf("Gustav has won %s", got)
	}
}

func TestAGuestKeptDuringAGameIsRankedUnderTheNameOfTheAccount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, guest := w.user("Ada"), w.guest("Ada")
	id := w.game(guest, ada)
	kept := w.keep(guest, "Gustav")
	w.playOut(id)
	line, ok, err := w.Results.Line(t.Context(), kept.User)
	if !ok || err != nil || line.Name != "Gustav" || line.Played != 1 {
		t.Errorf("got %+v, %t, %v", line, ok, err)
	}
	if seat := w.open(id).Room.Seats[0]; seat.Name != "Ada 2" || !seat.Guest {
		t.Errorf("the seat of the running game has changed: %+v", seat)
	}
	if w.open(w.room(2, kept)).Room.Seats[0].Guest {
		t.Error("a new seat is still a guest's")
	}
}

func TestTheSweepCountsWhatAGuestHasPlayedWhenKeepingBrokeOff(t *testing.T) {
	t.Parallel()
	broken := false
	w := openWorld(t, storetest.Hook(storetest.SQLite(t), func(op storetest.Op) error {
		if broken && op.Collection == "standings" {
			return errors.New("power cut")
		}
		return nil
	}, nil))
	guest := w.guest("Gus")
	w.winGame(guest, w.user("Ada"))
	broken = true
	if _, err := w.Users.Keep(t.Context(), guest.User, form("Gus")); err == nil {
		t.Fatal("the power was not cut")
	}
	broken = false
	who, err := w.Users.LogIn(t.Context(), "Gus", password, "address")
	w.must(err)
	w.unranked(who)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() { w.sweep() })
	}
	all.Wait()
	if got := w.standing(who); got != "1 of 1" {
		t.Errorf("Gus has won %s", got)
	}
	w.keep(guest, "Gus")
}

// Whatever one process reads or writes while it makes a guest an account, at that
// moment the guest's game ends in another; and the other way round.
func TestNoGameIsLostWhenItEndsWhileItsGuestIsKept(t *testing.T) {
	t.Parallel()
	keep := func(w *world, guest models.Identity, _ string) {
		w.keep(guest, "Gustav")
	}
	end := func(w *world, guest models.Identity, id string) {
		w.must(w.Rooms.Move(w.Context(), id, guest, w.open(id).N+1, "roll"))
	}
	for name, order := range map[string][2]func(*world, models.Identity, string){
		"the game ends in between":     {keep, end},
		"the guest is kept in between": {end, keep},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for k := 1; ; k++ {
				if !interleaved(t, k, order[0], order[1]) {
					if k < 8 {
						t.Errorf("there were only %d moments", k-1)
					}
					return
				}
			}
		})
	}
}

// interleaved plays a game up to the winning move of a guest, and lets one do its
// work, and the other all of its own before the k-th operation of the first. It
// reports whether there was one.
func interleaved(t *testing.T, k int, first, second func(*world, models.Identity, string)) bool {
	t.Helper()
	db := storetest.SQLite(t)
	other := openWorld(t, db)
	var meanwhile func()
	operations := 0
	w := openWorld(t, storetest.Hook(db, func(storetest.Op) error {
		if operations++; operations == k && meanwhile != nil {
			do := meanwhile
			meanwhile = nil
			do()
		}
		return nil
	}, nil), func(c *models.Config) { c.Now = other.clock.Now })
	guest, ada := other.guest("Gus"), other.user("Ada")
	id := other.game(guest, ada)
	for table := other.open(id); ; table = other.open(id) {
		if table.ToAct()[0] == 1 {
			other.rolls(id, 1, ada)
			continue
		}
		if wins(table, 6) {
			break
		}
		other.rolls(id, 6, guest)
	}
	w.dice.load(6)
	other.dice.load(6)
	operations = 0
	meanwhile = func() { second(other, guest, id) }
	first(w, guest, id)
	happened := meanwhile == nil
	if happened {
		if got := other.standing(guest); got != "1 of 1" {
			t.Errorf("before operation %d: the guest has won %s", k, got)
		}
		line, ok, err := w.Results.Line(t.Context(), guest.User)
		if !ok || err != nil || line.Name != "Gustav" {
			t.Errorf("before operation %d: got %+v, %t, %v", k, line, ok, err)
		}
	}
	return happened
}

// wins reports whether the next move ends the game when the die shows this face.
func wins(t *models.Table, face int) bool {
	state, _, err := t.Game.Apply(t.State, t.ToAct()[0], "roll", always(face))
	if err != nil {
		panic(fmt.Sprint("the rules refuse a roll: ", err))
	}
	_, over := t.Game.Outcome(state)
	return over
}

// always is a die that shows one face.
type always int

func (a always) IntN(int) int { return int(a) - 1 }
