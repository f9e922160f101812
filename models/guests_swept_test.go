package models_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"worldtravel/models"
	"worldtravel/models/store/storetest"
)

// swept asserts whether a guest has been deleted.
func (w *world) swept(guest models.Identity, want bool) {
	w.Helper()
	_, err := w.Users.Get(w.Context(), guest.User)
	if want {
		w.refused(err, models.NoPlayer)
	} else if err != nil {
		w.Errorf("%s: %v", guest.Name, err)
	}
}

func TestAGuestWhoDoesNotComeBackIsDeletedWithAllResults(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, guest := w.user("Ada"), w.guest("Gus")
	w.winGame(ada, guest)
	kept := w.keep(w.guest("Kim"), "Kim")
	w.clock.advance(models.GuestKept)
	w.sweep()
	w.swept(guest, false)
	w.clock.advance(time.Millisecond)
	w.sweep()
	w.swept(guest, true)
	w.swept(kept, false)
	if journeys, err := w.Results.Journeys(t.Context(), guest.User); err != nil || len(journeys) > 0 {
		t.Errorf("there are still results: %+v, %v", journeys, err)
	}
	if journeys, err := w.Results.Journeys(t.Context(), ada.User); err != nil || len(journeys) != 1 || w.standing(ada) != "1 of 1" {
		t.Errorf("of Ada's results there are %+v, %v", journeys, err)
	}
}

func TestAGuestWhoComesBackOnceInAWhileIsKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	guest := w.guest("Gus")
	token := w.begin(guest)
	for range 4 {
		w.clock.advance(models.SessionLength - time.Millisecond)
		w.must(w.Sessions.Renew(t.Context(), token))
		w.sweep()
	}
	w.swept(guest, false)
	// The session ends first, then the guest.
	w.clock.advance(models.SessionLength)
	w.sweep()
	w.loggedOut(token)
	w.swept(guest, false)
	w.clock.advance(models.SessionRenewal + time.Millisecond)
	w.sweep()
	w.swept(guest, true)
}

func TestAGuestWhoSitsInARoomIsNotDeleted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, waiting, playing := w.user("Ada"), w.guest("Wanda"), w.guest("Paul")
	hall, game := w.room(3, ada, waiting), w.game(ada, playing)
	w.clock.advance(models.GuestKept + time.Millisecond)
	w.must(w.Rooms.Ready(t.Context(), hall, ada, true)) // so that neither is forgotten
	w.must(w.roll(game, ada))
	w.sweep()
	w.swept(waiting, false)
	w.swept(playing, false)

	w.must(w.Rooms.Leave(t.Context(), hall, waiting))
	w.must(w.Rooms.Leave(t.Context(), game, playing))
	w.sweep()
	w.swept(waiting, true)
	w.swept(playing, false) // the game goes on
	w.playOut(game)
	w.sweep()
	w.swept(playing, true)
}

func TestAGuestWhoComesBackWhileTheSweepIsAtItStays(t *testing.T) {
	t.Parallel()
	var meanwhile func()
	db := storetest.SQLite(t)
	other := openWorld(t, db)
	w := openWorld(t, storetest.Hook(db, func(op storetest.Op) error {
		if meanwhile != nil && op.Collection == "users" && op.Kind == "update" {
			meanwhile()
		}
		return nil
	}, nil), func(c *models.Config) { c.Now = other.clock.Now })
	guest := w.guestOf("browser", "Gus")
	w.winGame(w.user("Ada"), guest)
	w.must(w.Rooms.Create(t.Context(), guest, newRoom()))
	other.clock.advance(models.GuestKept + time.Millisecond)
	meanwhile = func() {
		if again := other.guestOf("browser", "Gus"); again.User != guest.User {
			t.Errorf("the guest has come back as another")
		}
	}
	w.sweep()
	w.swept(guest, false)
	if journeys, err := w.Results.Journeys(t.Context(), guest.User); err != nil || len(journeys) != 1 {
		t.Errorf("the guest's journeys are %+v, %v", journeys, err)
	}
}

func TestAGuestWhomACrashLeftHalfDeletedIsGoneAndTheSweepDoesTheRest(t *testing.T) {
	t.Parallel()
	broken, deleted := false, 0
	w := openWorld(t, storetest.Hook(storetest.SQLite(t), func(op storetest.Op) error {
		if broken && op.Kind == "delete" && op.Collection == "results" {
			return errors.New("power cut")
		}
		if op.Kind == "delete" && op.Collection == "users" {
			deleted++
		}
		return nil
	}, nil))
	guest := w.guestOf("browser", "Gus")
	w.winGame(w.user("Ada"), guest)
	w.clock.advance(models.GuestKept + time.Millisecond)
	broken = true
	if err := w.Sweep(t.Context()); err == nil {
		t.Fatal("the power was not cut")
	}
	broken = false
	w.swept(guest, true)
	_, err := w.Users.Keep(t.Context(), guest.User, form("Gus"))
	w.refused(err, models.NoPlayer)
	w.refused(w.Rooms.Create(t.Context(), guest, newRoom()), models.NoPlayer)
	fresh := w.guestOf("browser", "Gus")
	if fresh.User == guest.User {
		t.Error("the guest who is being deleted has come back")
	}
	w.sweep()
	if deleted > 0 {
		t.Error("deleted though another process may be at it")
	}
	w.clock.advance(models.ClaimTime)
	w.sweep()
	if journeys, err := w.Results.Journeys(t.Context(), guest.User); err != nil || len(journeys) > 0 || deleted != 1 {
		t.Errorf("%d were deleted, and there are results: %+v, %v", deleted, journeys, err)
	}
	w.swept(fresh, false)
	if again := w.guestOf("browser", "Gus"); again.User != guest.User {
		t.Error("the browser's first id is not free again")
	}
}

func TestManySweepsAtOnceDeleteAGuestOnce(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	deleted := map[string]int{}
	w := openWorld(t, storetest.Hook(storetest.SQLite(t), nil, func(op storetest.Op) error {
		mu.Lock()
		defer mu.Unlock()
		if op.Kind == "delete" {
			deleted[op.ID]++
		}
		return nil
	}))
	var guests []models.Identity
	for range 5 {
		guests = append(guests, w.guest("Gus"))
	}
	w.clock.advance(models.GuestKept + time.Millisecond)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() { w.sweep() })
	}
	all.Wait()
	for _, guest := range guests {
		w.swept(guest, true)
		if deleted[guest.User] != 1 {
			t.Errorf("deleted %d times", deleted[guest.User])
		}
	}
}

func TestAGuestsSessionSaysSoUntilItIsRenewedAfterTheGuestIsKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	guest := w.guest("Gus")
	token := w.begin(guest)
	says := func(name string, isGuest bool) {
		t.Helper()
		session, err := w.Sessions.Find(t.Context(), token)
		w.must(err)
		if session.User != guest.User || session.Name != name || session.Guest != isGuest {
			t.Errorf("got %+v", session)
		}
	}
	says("Gus", true)
	w.clock.advance(models.SessionRenewal)
	w.must(w.Sessions.Renew(t.Context(), token))
	says("Gus", true)
	kept := w.keep(guest, "Gustav")
	w.must(w.Sessions.Renew(t.Context(), token))
	says("Gustav", false)
	w.clock.advance(models.GuestKept)
	w.sweep()
	w.swept(kept, false)
}
