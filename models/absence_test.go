package models_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"worldtravel/models"
	"worldtravel/models/games/worldtravel"
)

func TestOthersMayPlayOnAfterAMinuteWithoutAMove(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, ben, chen := w.user("Ada"), w.user("Ben"), w.user("Chen")
	id := w.game(ada, ben)
	if seat, at, ok := w.open(id).PlayOnAt(); !ok || seat != 0 || !at.Equal(w.clock.Now().Add(models.PlayOnAfter)) {
		t.Errorf("got %d at %s, %t", seat, at, ok)
	}
	w.clock.advance(models.PlayOnAfter - time.Millisecond)
	err := w.Rooms.PlayOn(t.Context(), id, ben, 1)
	var refused *models.Error
	if !errors.As(err, &refused) || refused.Code != models.TooEarly || refused.Args[0].(models.Seat).Name != "Ada" {
		t.Errorf("got %v", err)
	}
	w.clock.advance(time.Millisecond)
	w.refused(w.Rooms.PlayOn(t.Context(), id, chen, 1), models.NotSeated)
	w.must(w.Rooms.PlayOn(t.Context(), id, ada, 1)) // one's own turn is not for the table to play
	w.log(id, "")
	for range 2 {
		w.must(w.Rooms.PlayOn(t.Context(), id, ben, 1))
	}
	w.log(id, "1 absent 0")
	if e := w.open(id).Log[0]; e.By != ben.User || e.Move != worldtravel.Roll || len(e.Draws) != 1 {
		t.Errorf("got %+v", e)
	}
	w.refused(w.Rooms.Move(t.Context(), id, ada, 1, worldtravel.Roll), models.OldVersion) // she is back too late
}

func TestTheComputerKeepsTheSeatOfWhoeverWasAbsentTwiceInARowUntilItIsTakenBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, ben := w.user("Ada"), w.user("Ben")
	id := w.game(ada, ben)
	w.dice.load(1)
	playOn := func() {
		t.Helper()
		w.clock.advance(models.PlayOnAfter)
		w.must(w.Rooms.PlayOn(t.Context(), id, ben, w.open(id).N+1))
	}
	playOn()
	w.must(w.roll(id, ben))
	w.must(w.roll(id, ada)) // she is there again, so the count begins anew
	w.must(w.roll(id, ben))
	playOn()
	w.must(w.roll(id, ben))
	if w.open(id).PlayedByComputer(0) {
		t.Error("away after an absence, a move and an absence")
	}
	w.dice.load(2) // past the pyramids
	playOn()
	if p := w.open(id).Players[0]; !p.Away || p.Left {
		t.Errorf("got %+v", p)
	}
	w.must(w.roll(id, ben))
	w.refused(w.roll(id, ada), models.SeatAway)
	if _, _, ok := w.open(id).PlayOnAt(); ok {
		t.Error("the table waits for a person")
	}
	n := w.open(id).N
	w.dice.load(3) // past the flight to 15
	w.clock.advance(models.ComputerDelay)
	w.sweep()
	if e := w.open(id).Log[n]; e.Kind != models.EntryMove || e.Seat != 0 || e.By != "" {
		t.Errorf("got %+v", e)
	}
	if !w.open(id).Players[0].Away {
		t.Error("the computer's move has brought her back")
	}
	for range 2 {
		w.must(w.Rooms.TakeBack(t.Context(), id, ada))
	}
	if p := w.open(id).Players[0]; p != (models.Player{Returns: 1}) {
		t.Errorf("got %+v", p)
	}
	w.must(w.roll(id, ben))
	w.must(w.roll(id, ada))
}

func TestWhoeverTakesTheSeatBackInTurnHasAFullMinute(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, ben := w.user("Ada"), w.user("Ben")
	id := w.game(ada, ben)
	w.must(w.Rooms.Leave(t.Context(), id, ada))
	w.clock.advance(models.PlayOnAfter)
	w.must(w.Rooms.TakeBack(t.Context(), id, ada))
	w.clock.advance(models.PlayOnAfter - time.Millisecond)
	w.refused(w.Rooms.PlayOn(t.Context(), id, ben, w.open(id).N+1), models.TooEarly)
	w.must(w.roll(id, ada))
}

func TestTheComputerPlaysForWhoeverHasLeftTheGame(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, ben := w.user("Ada"), w.user("Ben")
	id := w.game(ada, ben)
	for range 2 {
		w.must(w.Rooms.Leave(t.Context(), id, ada))
	}
	w.log(id, "1 leave 0")
	w.refused(w.roll(id, ada), models.SeatAway)
	w.refused(w.Rooms.PlayOn(t.Context(), id, ada, 2), models.NotSeated)
	w.clock.advance(models.ComputerDelay)
	w.sweep()
	w.log(id, "1 leave 0, 2 move 0")
	w.must(w.Rooms.TakeBack(t.Context(), id, ada))
	w.refused(w.Rooms.TakeBack(t.Context(), id, models.Identity{User: models.NewID()}), models.NotSeated)
	w.log(id, "1 leave 0, 2 move 0, 3 return 0")
	if w.open(id).PlayedByComputer(0) {
		t.Error("she has returned, and the computer plays on")
	}
}

func TestAGameThatEverybodyHasLeftIsAbandonedAndNotRanked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, ben := w.user("Ada"), w.user("Ben")
	id := w.room(3, ada, ben)
	w.must(w.Rooms.Computer(t.Context(), id, ada, models.Computers[0], true))
	w.start(id, ada, ben)
	w.must(w.Rooms.Leave(t.Context(), id, ada))
	w.must(w.Rooms.Leave(t.Context(), id, ben))
	table := w.open(id)
	if !table.Over || !table.Abandoned || table.Room.Stage != models.StageOver || !table.Room.Ended.Equal(w.clock.Now()) {
		t.Errorf("got %+v", table)
	}
	w.must(w.Rooms.TakeBack(t.Context(), id, ben)) // too late, and no fault of his
	w.log(id, "1 leave 0, 2 leave 1")
	w.notRanked(ada, ben)
}

func (w *world) notRanked(people ...models.Identity) {
	w.Helper()
	for _, who := range people {
		if _, ok, err := w.Results.Line(w.Context(), who.User); ok || err != nil {
			w.Errorf("%s is ranked, %v", who.Name, err)
		}
		if journeys, err := w.Results.Journeys(w.Context(), who.User); len(journeys) > 0 || err != nil {
			w.Errorf("%s has results: %v, %v", who.Name, journeys, err)
		}
	}
}

func TestAGameInWhichNoPersonMovesForADayIsAbandoned(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, ben := w.user("Ada"), w.user("Ben")
	id := w.game(ada, ben)
	w.dice.load(2)
	w.clock.advance(models.AbandonedAfter - time.Millisecond)
	w.sweep()
	w.must(w.roll(id, ada))
	w.clock.advance(models.AbandonedAfter - time.Millisecond)
	w.must(w.Rooms.PlayOn(t.Context(), id, ada, 2)) // the table's moves are no person's
	w.sweep()
	w.log(id, "1 move 0, 2 absent 1")
	w.clock.advance(time.Millisecond)
	w.sweep()
	w.log(id, "1 move 0, 2 absent 1, 3 abandon 0")
	if table := w.open(id); !table.Abandoned || table.Room.Stage != models.StageOver {
		t.Errorf("got %+v", table)
	}
	w.notRanked(ada, ben)
	w.refused(w.roll(id, ada), models.GameOver)
}

func TestComputersMoveASecondAfterTheirTurnBeginsAndNotBefore(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := w.user("Ada")
	id := w.room(2, ada)
	w.must(w.Rooms.Computer(t.Context(), id, ada, models.Computers[0], true))
	w.must(w.Rooms.Start(t.Context(), id, ada))
	w.clock.advance(time.Hour)
	w.sweep()
	w.log(id, "")
	w.rolls(id, 2, ada)
	if seat, at, ok := w.open(id).ComputerDue(); !ok || seat != 1 || !at.Equal(w.clock.Now().Add(models.ComputerDelay)) {
		t.Errorf("got %d at %s, %t", seat, at, ok)
	}
	w.clock.advance(models.ComputerDelay - time.Millisecond)
	w.sweep()
	w.log(id, "1 move 0")
	w.must(w.Rooms.PlayOn(t.Context(), id, ada, 2)) // nothing to play on for
	w.clock.advance(time.Millisecond)
	for range 2 {
		w.sweep()
	}
	w.log(id, "1 move 0, 2 move 1")
	if e := w.open(id).Log[1]; e.By != "" || !e.At.Equal(w.clock.Now()) {
		t.Errorf("got %+v", e)
	}
}

func TestAComputersMoveIsMadeOnceHoweverManySweepAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := w.user("Ada")
	id := w.room(2, ada)
	w.must(w.Rooms.Computer(t.Context(), id, ada, models.Computers[0], true))
	w.must(w.Rooms.Start(t.Context(), id, ada))
	w.rolls(id, 2, ada)
	w.clock.advance(models.ComputerDelay)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() { w.sweep() })
	}
	all.Wait()
	w.log(id, "1 move 0, 2 move 1")
}

func TestAGameAmongComputersGoesOnWhenAPersonHasLeft(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, ben := w.user("Ada"), w.user("Ben")
	id := w.room(4, ada, ben)
	for _, key := range models.Computers[:2] {
		w.must(w.Rooms.Computer(t.Context(), id, ada, key, true))
	}
	w.start(id, ada, ben)
	w.must(w.Rooms.Leave(t.Context(), id, ada))
	w.clock.advance(models.PlayOnAfter)
	for range 2 {
		for w.toAct(id).User != ben.User {
			w.clock.advance(models.ComputerDelay)
			w.sweep()
		}
		w.clock.advance(models.PlayOnAfter)
		// Ben sleeps, and nobody else is there to play on for him. He moves at last.
		w.must(w.roll(id, ben))
	}
	for table := w.open(id); !table.Over; table = w.open(id) {
		if seat := table.ToAct()[0]; table.Room.Seats[seat].User == ben.User {
			w.must(w.roll(id, ben))
			continue
		}
		w.clock.advance(models.ComputerDelay)
		w.sweep()
		if w.open(id).N == table.N {
			t.Fatal("the game has stalled")
		}
	}
}

func TestAFullTableOfThreeComputersPlaysItselfOutRoundItsPerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := w.user("Ada")
	id := w.room(4, ada)
	for _, key := range models.Computers[:3] {
		w.must(w.Rooms.Computer(t.Context(), id, ada, key, true))
	}
	w.must(w.Rooms.Start(t.Context(), id, ada))
	w.playOut(id)
	if table := w.open(id); table.Abandoned || table.Room.Stage != models.StageOver {
		t.Errorf("got %+v", table)
	}
}

func TestWhoeverLeavesAndReturnsTimeAndAgainIsNotLetInForEver(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, ben := w.user("Ada"), w.user("Ben")
	id := w.game(ada, ben)
	for range models.ReturnsMost {
		w.must(w.Rooms.Leave(t.Context(), id, ada))
		w.must(w.Rooms.TakeBack(t.Context(), id, ada))
	}
	w.must(w.Rooms.Leave(t.Context(), id, ada))
	w.refused(w.Rooms.TakeBack(t.Context(), id, ada), models.TooManyReturns)
	if !w.open(id).PlayedByComputer(0) {
		t.Error("nobody plays the seat")
	}
}
