package models_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"worldtravel/models"
)

// newRoom is a form that is in order.
func newRoom() models.NewRoom {
	return models.NewRoom{ID: models.NewID(), Name: "Round the world", Game: "world-travel", Size: 4, Listed: true}
}

func TestWhoeverOpensARoomSitsInItAsItsHost(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := w.user("Ada")
	f := newRoom()
	f.Name, f.Size, f.Listed = "  Ada’s 🎈 room ", 3, false
	w.must(w.Rooms.Create(t.Context(), ada, f))
	table := w.open(f.ID)
	r := table.Room
	if r.Name != "Ada’s 🎈 room" || r.Size != 3 || r.Listed || r.Host != ada.User || r.Stage != models.StageWaiting {
		t.Errorf("got %+v", r)
	}
	if seated(r) != "Ada" || r.Seats[0].Ready || r.Seats[0].Bag != 1 || table.Version != 1 {
		t.Errorf("got %+v", table)
	}
}

func TestARoomsNameHasOneToFortyCharactersThatCanBeSeen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := w.user("Ada")
	for _, c := range []struct {
		name string
		code models.Code
	}{
		{"x", ""}, {strings.Repeat("世", models.RoomNameMost), ""}, {"👩‍✈️ & <b>Co</b>", ""},
		{"", models.RoomNameLength}, {" \t ", models.RoomNameLength},
		{strings.Repeat("世", models.RoomNameMost+1), models.RoomNameLength},
		{"a\u202eb", models.TextCharacters}, {"a\u200bb", models.TextCharacters}, {"\u0301", models.TextCharacters}, {"a\x00b", models.TextCharacters},
	} {
		f := newRoom()
		f.Name = c.name
		err := w.Rooms.Create(t.Context(), ada, f)
		if c.code == "" {
			w.must(err)
			continue
		}
		w.wrong(err, "name", c.code)
		_, err = w.Rooms.Open(t.Context(), f.ID)
		w.refused(err, models.NoRoom)
	}
}

func TestARoomIsForAGameAndANumberOfSeatsThatWereOffered(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := w.user("Ada")
	for _, size := range []int{-1, 0, 1, 5} {
		f := newRoom()
		f.Size = size
		w.wrong(w.Rooms.Create(t.Context(), ada, f), "seats", models.NoChoice)
	}
	f := newRoom()
	f.Game = "chess"
	w.wrong(w.Rooms.Create(t.Context(), ada, f), "game", models.NoChoice)
	f = newRoom()
	f.ID = "my-own-id"
	w.refused(w.Rooms.Create(t.Context(), ada, f), models.BadRequest)
}

func TestTheSameFormSentTwiceOpensOneRoom(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, ben := w.user("Ada"), w.user("Ben")
	for range models.RoomsPerPlayer - 1 {
		w.must(w.Rooms.Create(t.Context(), ada, newRoom()))
	}
	f := newRoom()
	for range 2 { // also when it is the last one that she may open
		w.must(w.Rooms.Create(t.Context(), ada, f))
	}
	w.must(w.Rooms.Join(t.Context(), f.ID, ben))
	w.must(w.Rooms.Leave(t.Context(), f.ID, ada))
	w.refused(w.Rooms.Create(t.Context(), models.Identity{User: ben.User, Name: "Ben"}, models.NewRoom{
		ID: w.otherRoom(ada), Name: f.Name, Game: f.Game, Size: f.Size,
	}), models.BadRequest)
	if seated(w.open(f.ID).Room) != "Ben" {
		t.Error("the room was made anew")
	}
}

// otherRoom is one of somebody's rooms.
func (w *world) otherRoom(who models.Identity) string {
	w.Helper()
	rooms, err := w.Rooms.Of(w.Context(), who.User)
	w.must(err)
	return rooms[0].ID
}

func TestAPlayerSitsInTwentyRoomsAtMost(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, ben := w.user("Ada"), w.user("Ben")
	var last string
	for range models.RoomsPerPlayer {
		f := newRoom()
		w.must(w.Rooms.Create(t.Context(), ada, f))
		last = f.ID
	}
	w.refused(w.Rooms.Create(t.Context(), ada, newRoom()), models.TooManyRooms)
	other := w.room(2, ben)
	w.refused(w.Rooms.Join(t.Context(), other, ada), models.TooManyRooms)
	w.must(w.Rooms.Join(t.Context(), last, ada)) // she sits there already
	w.must(w.Rooms.Leave(t.Context(), last, ada))
	w.must(w.Rooms.Join(t.Context(), other, ada))
}

func TestJoiningTakesTheNextSeatWithABagOfItsOwn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	people := w.users("Ada", "Ben", "Chen", "Dina")
	w.must(w.Users.Edit(t.Context(), people[1].User, "", 3))
	w.must(w.Users.Edit(t.Context(), people[3].User, "", 2))
	id := w.room(4, people...)
	var bags []int
	for _, seat := range w.open(id).Room.Seats {
		bags = append(bags, seat.Bag)
	}
	// Ada has hers, Ben his, Chen wants Ada's and gets the first free one, which Dina wants.
	if fmt.Sprint(bags) != "[1 3 2 4]" {
		t.Errorf("got bags %v", bags)
	}
	w.must(w.Rooms.Join(t.Context(), id, people[1])) // a second click
	if got := seated(w.open(id).Room); got != "Ada Ben Chen Dina" {
		t.Errorf("got %s", got)
	}
}

func TestJoiningIsRefusedWhereThereIsNoSeatToHave(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, ben, chen := w.user("Ada"), w.user("Ben"), w.user("Chen")
	full := w.room(2, ada, ben)
	w.refused(w.Rooms.Join(t.Context(), full, chen), models.RoomFull)
	started := w.game(ada, ben)
	w.refused(w.Rooms.Join(t.Context(), started, chen), models.AlreadyStarted)
	w.must(w.Rooms.Join(t.Context(), started, ben)) // he sits there
	closed := w.room(2, ada)
	w.must(w.Rooms.Leave(t.Context(), closed, ada))
	w.refused(w.Rooms.Join(t.Context(), closed, chen), models.RoomClosed)
	w.refused(w.Rooms.Join(t.Context(), models.NewID(), chen), models.NoRoom)
	w.refused(w.Rooms.Join(t.Context(), "../users", chen), models.NoRoom)
	over := w.winGame(ada, ben)
	w.refused(w.Rooms.Join(t.Context(), over, chen), models.AlreadyStarted)
}

func TestReadyIsAWishForOneselfAndEndsWithStart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, ben, chen := w.user("Ada"), w.user("Ben"), w.user("Chen")
	id := w.room(3, ada, ben)
	for _, ready := range []bool{true, true, false, false, true} {
		w.must(w.Rooms.Ready(t.Context(), id, ben, ready))
		if seats := w.open(id).Room.Seats; seats[0].Ready || seats[1].Ready != ready {
			t.Errorf("got %+v, want Ben's to be %t", seats, ready)
		}
	}
	w.refused(w.Rooms.Ready(t.Context(), id, chen, true), models.NotSeated)
	w.must(w.Rooms.Start(t.Context(), id, ada))
	for _, who := range []models.Identity{ada, ben} {
		w.must(w.Rooms.Ready(t.Context(), id, who, true)) // so they are
		w.refused(w.Rooms.Ready(t.Context(), id, who, false), models.AlreadyStarted)
	}
	w.refused(w.Rooms.Ready(t.Context(), models.NewID(), ben, true), models.NoRoom)
}

func TestTheHostSeatsComputerPlayersAndRemovesThem(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, ben := w.user("Ada"), w.user("Ben")
	id := w.room(3, ada, ben)
	first, second := models.Computers[0], models.Computers[1]
	for range 2 {
		w.must(w.Rooms.Computer(t.Context(), id, ada, first, true))
	}
	r := w.open(id).Room
	if seated(r) != "Ada Ben "+first || !r.Seats[2].Ready || r.Seats[2].User != "" || len(r.Members) != 2 {
		t.Errorf("got %+v", r)
	}
	if free := r.FreeComputers(); len(free) != len(models.Computers)-1 || free[0] != second {
		t.Errorf("free are %v", free)
	}
	w.refused(w.Rooms.Computer(t.Context(), id, ada, second, true), models.RoomFull)
	w.refused(w.Rooms.Computer(t.Context(), id, ben, first, false), models.NotHost)
	w.refused(w.Rooms.Computer(t.Context(), id, ada, "hal", true), models.NoChoice)
	w.refused(w.Rooms.Computer(t.Context(), id, ada, "", false), models.NoChoice)
	for range 2 {
		w.must(w.Rooms.Computer(t.Context(), id, ada, first, false))
	}
	if got := seated(w.open(id).Room); got != "Ada Ben" {
		t.Errorf("got %s", got)
	}
	w.start(id, ada, ben)
	w.refused(w.Rooms.Computer(t.Context(), id, ada, first, true), models.AlreadyStarted)
	closed := w.room(2, ada)
	w.must(w.Rooms.Leave(t.Context(), closed, ada))
	w.refused(w.Rooms.Computer(t.Context(), closed, ada, first, true), models.RoomClosed)
}

func TestStartWaitsForTwoSeatsAndForEverybodyToBeReady(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, ben, chen := w.user("Ada"), w.user("Ben"), w.user("Chen")
	id := w.room(3, ada)
	w.refused(w.Rooms.Start(t.Context(), id, ada), models.TooFew)
	w.must(w.Rooms.Join(t.Context(), id, ben))
	w.must(w.Rooms.Join(t.Context(), id, chen))
	err := w.Rooms.Start(t.Context(), id, ada)
	var refused *models.Error
	if !errors.As(err, &refused) || refused.Code != models.NotReady || fmt.Sprint(refused.Args) != "[[Ben Chen]]" {
		t.Errorf("got %v", err)
	}
	if why := w.Rooms.StartRefusal(w.open(id).Room); why == nil || why.Error() != err.Error() {
		t.Errorf("the page says %v", why)
	}
	w.must(w.Rooms.Ready(t.Context(), id, ben, true))
	w.must(w.Rooms.Ready(t.Context(), id, chen, true))
	if why := w.Rooms.StartRefusal(w.open(id).Room); why != nil {
		t.Errorf("the page says %v", why)
	}
	w.refused(w.Rooms.Start(t.Context(), id, ben), models.NotHost)
	for range 2 { // the host need not say that she is ready, nor press only once
		w.must(w.Rooms.Start(t.Context(), id, ada))
	}
	table := w.open(id)
	if table.Room.Stage != models.StagePlaying || !table.Room.Seats[0].Ready || fmt.Sprint(table.ToAct()) != "[0]" {
		t.Errorf("got %+v", table)
	}
	closed := w.room(2, ada)
	w.must(w.Rooms.Leave(t.Context(), closed, ada))
	w.refused(w.Rooms.Start(t.Context(), closed, ada), models.RoomClosed)
	w.refused(w.Rooms.Start(t.Context(), models.NewID(), ada), models.NoRoom)
}

func TestTheRoomPassesOnToWhoeverHasSatLongestWhenTheHostLeaves(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, ben, chen := w.user("Ada"), w.user("Ben"), w.user("Chen")
	id := w.room(4, ada, ben, chen)
	w.must(w.Rooms.Computer(t.Context(), id, ada, models.Computers[0], true))
	for range 2 { // a second click takes nobody else away
		w.must(w.Rooms.Leave(t.Context(), id, ada))
	}
	if r := w.open(id).Room; r.Host != ben.User || seated(r) != "Ben Chen "+models.Computers[0] {
		t.Errorf("got %+v", r)
	}
	w.must(w.Rooms.Leave(t.Context(), id, chen))
	if r := w.open(id).Room; r.Host != ben.User || r.Stage != models.StageWaiting {
		t.Errorf("got %+v", r)
	}
	w.must(w.Rooms.Leave(t.Context(), id, ben))
	if r := w.open(id).Room; r.Stage != models.StageClosed || len(r.Seats) != 0 || r.Host != "" {
		t.Errorf("a room of computers alone is still open: %+v", r)
	}
	w.must(w.Rooms.Leave(t.Context(), id, ben))
}

func TestAClosedRoomStaysClosedAndIsSweptAnHourLater(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := w.user("Ada")
	id := w.room(2, ada)
	w.must(w.Rooms.Leave(t.Context(), id, ada))
	w.clock.advance(models.ClosedKept)
	w.sweep()
	w.open(id) // those who have its page open can still read that it has closed
	w.clock.advance(time.Millisecond)
	w.sweep()
	_, err := w.Rooms.Open(t.Context(), id)
	w.refused(err, models.NoRoom)
	w.refused(w.Rooms.Join(t.Context(), id, ada), models.NoRoom)
}

func TestAWaitingRoomThatNobodyChangesForADayIsClosed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, ben := w.user("Ada"), w.user("Ben")
	id := w.room(2, ada)
	w.clock.advance(models.ForgottenAfter - time.Millisecond)
	w.must(w.Rooms.Join(t.Context(), id, ben))
	w.clock.advance(models.ForgottenAfter)
	w.sweep()
	if w.open(id).Room.Stage != models.StageWaiting {
		t.Error("closed though somebody came")
	}
	w.clock.advance(time.Millisecond)
	w.sweep()
	if w.open(id).Room.Stage != models.StageClosed {
		t.Error("still open")
	}
	rooms, err := w.Rooms.Of(t.Context(), ada.User)
	if w.must(err); len(rooms) != 0 {
		t.Error("it still counts as one of Ada's rooms")
	}
}
