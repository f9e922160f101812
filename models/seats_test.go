package models_test

import (
	"slices"
	"testing"

	"worldtravel/models"
)

func TestNoTwoAtATableHaveOneName(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, second, third, ada := w.guest("Ada"), w.guest("ADA"), w.guest("ada"), w.user("Ada")
	id := w.room(4, first, second)
	sit := func(want string) {
		t.Helper()
		if got := seated(w.open(id).Room); got != want {
			t.Errorf("there sit %s, want %s", got, want)
		}
	}
	sit("Ada ADA 2")
	w.must(w.Rooms.Join(t.Context(), id, third))
	sit("Ada ADA 2 ada 3")
	w.must(w.Rooms.Leave(t.Context(), id, second))
	sit("Ada ada 3")
	w.must(w.Rooms.Join(t.Context(), id, second))
	sit("Ada ada 3 ADA 2")
	w.must(w.Rooms.Leave(t.Context(), id, second))
	w.must(w.Rooms.Join(t.Context(), id, ada)) // whose name it is
	sit("Ada 2 ada 3 Ada")
	var guests []bool
	for _, seat := range w.open(id).Room.Seats {
		guests = append(guests, seat.Guest)
	}
	if !slices.Equal(guests, []bool{true, true, false}) {
		t.Errorf("who is a guest: %v", guests)
	}
	if user, err := w.Users.Get(t.Context(), first.User); err != nil || user.Name != "Ada" {
		t.Errorf("the guest is now %+v, %v", user, err)
	}
}

func TestAGuestWithoutATwinKeepsTheName(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.room(4, w.guest("Ada"), w.user("Ben"), w.guest("Adam"))
	w.must(w.Rooms.Computer(t.Context(), id, w.identity(id, 0), models.Computers[0], true))
	if got := seated(w.open(id).Room); got != "Ada Ben Adam "+models.Computers[0] {
		t.Errorf("there sit %s", got)
	}
}

// identity is the person of a seat.
func (w *world) identity(id string, seat int) models.Identity {
	w.Helper()
	s := w.open(id).Room.Seats[seat]
	return models.Identity{User: s.User, Name: s.Name}
}

func TestAQuickGameHasBegunWithComputersInAllOtherSeats(t *testing.T) {
	t.Parallel()
	for size := 2; size <= 4; size++ {
		w := newWorld(t)
		guest := w.guest("Gus")
		f := newRoom()
		f.Size, f.Quick, f.Listed = size, true, false
		w.must(w.Rooms.Create(t.Context(), guest, f))
		want := []notice{{models.RoomTopic(f.ID), 1}, {models.LobbyTopic, 0}, {models.PlayerTopic(guest.User), 0}}
		if told := w.told.take(); !slices.Equal(told, want) {
			t.Errorf("told of %v, want %v", told, want)
		}
		table := w.open(f.ID)
		if err := sound(table); err != nil {
			t.Errorf("%v: %+v", err, table.Room)
		}
		r := table.Room
		if r.Stage != models.StagePlaying || len(r.Seats) != size || r.Host != guest.User || !r.Seats[0].Guest ||
			!r.Started.Equal(w.clock.Now()) || r.Listed || w.toAct(f.ID).User != guest.User {
			t.Errorf("got %+v", r)
		}
		if size == 4 {
			w.playOut(f.ID)
		}
	}
}

func TestTheFormOfAQuickGameSentTwiceMakesOneThatGoesOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	guest, ben := w.guest("Gus"), w.user("Ben")
	f := newRoom()
	f.Quick = true
	w.must(w.Rooms.Create(t.Context(), guest, f))
	w.must(w.roll(f.ID, guest))
	w.must(w.Rooms.Create(t.Context(), guest, f))
	w.log(f.ID, "1 move 0")
	w.refused(w.Rooms.Create(t.Context(), ben, f), models.BadRequest)
	if rooms, err := w.Rooms.Of(t.Context(), guest.User); err != nil || len(rooms) != 1 {
		t.Errorf("the guest sits in %d rooms, %v", len(rooms), err)
	}
	f.ID, f.Size = models.NewID(), 1
	w.wrong(w.Rooms.Create(t.Context(), guest, f), "seats", models.NoChoice)
}
