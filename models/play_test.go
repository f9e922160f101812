package models_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"worldtravel/models"
	"worldtravel/models/games"
	"worldtravel/models/games/worldtravel"
	"worldtravel/models/store"
	"worldtravel/models/store/storetest"
)

// places lists where the travellers are.
func (w *world) places(id string) string {
	w.Helper()
	var places []int
	for _, traveller := range w.open(id).State.(worldtravel.State).Travellers {
		places = append(places, traveller.Place)
	}
	return fmt.Sprint(places)
}

// log asserts which entries a room's log holds.
func (w *world) log(id, want string) {
	w.Helper()
	if got := kinds(w.open(id)); got != want {
		w.Errorf("the log is %q, want %q", got, want)
	}
}

func TestOnlyTheOneWhoseTurnItIsMoves(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, ben, chen := w.user("Ada"), w.user("Ben"), w.user("Chen")
	id := w.game(ada, ben)
	w.dice.load(2)
	err := w.roll(id, ben)
	var refused *models.Error
	if !errors.As(err, &refused) || refused.Code != models.NotYourTurn || refused.Args[0].(models.Seat).Name != "Ada" {
		t.Errorf("got %v", err)
	}
	w.refused(w.roll(id, chen), models.NotSeated)
	w.refused(w.roll(id, models.Identity{}), models.NotSeated)
	w.log(id, "")
	w.must(w.roll(id, ada))
	w.refused(w.roll(id, ada), models.NotYourTurn)
	w.must(w.roll(id, ben))
	w.log(id, "1 move 0, 2 move 1")
	if got := w.places(id); got != "[2 2]" {
		t.Errorf("they are at %s", got)
	}
}

func TestAMoveThatTheRulesDoNotKnowChangesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, ben := w.user("Ada"), w.user("Ben")
	id := w.game(ada, ben)
	for _, move := range []games.Move{"", " ", "teleport", "roll roll", "r oll", "rolls"} {
		w.refused(w.Rooms.Move(t.Context(), id, ada, 1, move), models.Illegal)
	}
	for _, n := range []int{-1, 0, 2, 1 << 40} {
		w.refused(w.Rooms.Move(t.Context(), id, ada, n, worldtravel.Roll), models.BadRequest)
		w.refused(w.Rooms.PlayOn(t.Context(), id, ben, n), models.BadRequest)
	}
	w.log(id, "")
}

func TestAMoveMayBeTypedInAnyCaseWithSpaceAroundIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, ben := w.user("Ada"), w.user("Ben")
	id := w.game(ada, ben)
	w.dice.load(1)
	for i, typed := range []games.Move{"Roll ", "\tROLL\n", "rOlL", "roll"} {
		w.must(w.Rooms.Move(t.Context(), id, []models.Identity{ada, ben}[i%2], i+1, typed))
	}
	for _, line := range w.open(id).Log {
		if line.Move != worldtravel.Roll {
			t.Errorf("entry %d is stored as %q", line.N, line.Move)
		}
	}
	w.log(id, "1 move 0, 2 move 1, 3 move 0, 4 move 1")
}

func TestNoMoveIsMadeBeforeStartNorAfterTheEnd(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, ben := w.user("Ada"), w.user("Ben")
	waiting := w.room(2, ada, ben)
	for _, err := range []error{
		w.Rooms.Move(t.Context(), waiting, ada, 1, worldtravel.Roll),
		w.Rooms.PlayOn(t.Context(), waiting, ada, 1),
		w.Rooms.TakeBack(t.Context(), waiting, ada),
	} {
		w.refused(err, models.NotStarted)
	}
	w.refused(w.Rooms.Move(t.Context(), models.NewID(), ada, 1, worldtravel.Roll), models.NoRoom)
	over := w.winGame(ada, ben)
	n := w.open(over).N
	w.refused(w.Rooms.Move(t.Context(), over, ben, n+1, worldtravel.Roll), models.GameOver)
	w.must(w.Rooms.PlayOn(t.Context(), over, ben, n+1))
	w.must(w.Rooms.TakeBack(t.Context(), over, ben))
	w.must(w.Rooms.Leave(t.Context(), over, ben))
	w.must(w.Rooms.Start(t.Context(), over, ada))
	if table := w.open(over); table.N != n || table.Room.Stage != models.StageOver {
		t.Errorf("got %d entries, %s", table.N, table.Room.Stage)
	}
}

func TestAMoveSentTwiceIsMadeOnceAndScoldsNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, ben := w.user("Ada"), w.user("Ben")
	id := w.game(ada, ben)
	answers := make(chan error)
	for range 8 {
		go func() { answers <- w.Rooms.Move(t.Context(), id, ada, 1, worldtravel.Roll) }()
	}
	for range 8 {
		w.must(<-answers)
	}
	w.log(id, "1 move 0")
	w.must(w.roll(id, ben))
	w.must(w.Rooms.Move(t.Context(), id, ada, 1, worldtravel.Roll)) // also when others have moved since
	w.must(w.roll(id, ada))
	w.must(w.Rooms.Move(t.Context(), id, ada, 1, worldtravel.Roll))
	w.must(w.Rooms.Move(t.Context(), id, ben, 2, worldtravel.Roll))
	if n := w.open(id).N; n > 3 {
		t.Errorf("a form that was sent again has moved: %d entries", n)
	}
}

func TestAMoveDrawnBeforeAnothersIsRefusedAndChangesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, ben := w.user("Ada"), w.user("Ben")
	id := w.game(ada, ben)
	w.rolls(id, 2, ada)
	w.refused(w.Rooms.Move(t.Context(), id, ben, 1, worldtravel.Roll), models.OldVersion)
	w.log(id, "1 move 0")
}

func TestOfTwoMovesForOneNumberOneIsStored(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, ben, chen := w.user("Ada"), w.user("Ben"), w.user("Chen")
	id := w.game(ada, ben, chen)
	w.dice.load(1)
	for range 10 {
		mover := models.Identity{User: w.toAct(id).User}
		w.must(w.Rooms.TakeBack(t.Context(), id, mover)) // should the computer have the seat by now
		w.clock.advance(models.PlayOnAfter)
		before := w.open(id).N
		answers := make(chan error)
		go func() { answers <- w.Rooms.Move(t.Context(), id, mover, before+1, worldtravel.Roll) }()
		for _, who := range []models.Identity{ada, ben, chen} {
			go func() { answers <- w.Rooms.PlayOn(t.Context(), id, who, before+1) }()
		}
		for range 4 {
			if err := <-answers; err != nil && !errors.Is(err, models.Refuse(models.OldVersion)) {
				t.Errorf("got %v", err)
			}
		}
		if after := w.open(id); after.N != before+1 {
			t.Errorf("%d entries were stored for one number", after.N-before)
		}
	}
}

func TestSomebodyLeavingBetweenDrawingAndMovingDoesNotScoldTheMover(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, ben, chen := w.user("Ada"), w.user("Ben"), w.user("Chen")
	id := w.game(ada, ben, chen)
	n := w.open(id).N + 1
	w.must(w.Rooms.Leave(t.Context(), id, chen))
	w.must(w.Rooms.TakeBack(t.Context(), id, chen))
	w.must(w.Rooms.Move(t.Context(), id, ada, n, worldtravel.Roll))
	w.log(id, "1 leave 2, 2 return 2, 3 move 0")
	w.must(w.Rooms.Move(t.Context(), id, ada, n, worldtravel.Roll)) // and a second click
	w.log(id, "1 leave 2, 2 return 2, 3 move 0")
}

func TestATableIsNeverChangedOnceMade(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, ben, chen := w.user("Ada"), w.user("Ben"), w.user("Chen")
	id := w.game(ada, ben, chen)
	type sight struct {
		table *models.Table
		words string
	}
	var seen []sight
	look := func() {
		table := w.open(id)
		seen = append(seen, sight{table, fmt.Sprintf("%+v", *table)})
	}
	look()
	for !w.open(id).Over {
		switch len(seen) {
		case 4:
			w.must(w.Rooms.Leave(t.Context(), id, chen))
		case 8:
			w.must(w.Rooms.TakeBack(t.Context(), id, chen))
		default:
			mover := w.toAct(id)
			if mover.User == chen.User && w.open(id).PlayedByComputer(2) {
				w.clock.advance(models.ComputerDelay)
				w.sweep()
			} else {
				w.must(w.roll(id, models.Identity{User: mover.User}))
			}
		}
		look()
	}
	for _, s := range seen {
		if now := fmt.Sprintf("%+v", *s.table); now != s.words {
			t.Errorf("a table was\n%s\nand is now\n%s", s.words, now)
		}
	}
	if slices.ContainsFunc(seen[1:], func(s sight) bool { return s.table == seen[0].table }) {
		t.Error("nothing has happened")
	}
}

func TestALogReadAnewGivesTheSameTable(t *testing.T) {
	t.Parallel()
	db := storetest.SQLite(t)
	w := openWorld(t, db)
	ada, ben := w.user("Ada"), w.user("Ben")
	id := w.game(ada, ben)
	for range 10 {
		w.must(w.roll(id, models.Identity{User: w.toAct(id).User}))
		anew := openWorld(t, db)
		if got := anew.open(id); !reflect.DeepEqual(got, w.open(id)) {
			t.Errorf("read anew: %+v\nkept: %+v", got, w.open(id))
		}
	}
}

func TestAMoveIsToldOnlyOnceItIsStored(t *testing.T) {
	t.Parallel()
	full := errors.New("disk full")
	var broken bool
	w := openWorld(t, storetest.Hook(storetest.SQLite(t), func(op storetest.Op) error {
		if broken && op.Collection == "moves" && op.Kind == "insert" {
			return full
		}
		return nil
	}, nil))
	ada, ben := w.user("Ada"), w.user("Ben")
	id := w.game(ada, ben)
	w.told.take()
	broken = true
	if err := w.roll(id, ada); !errors.Is(err, full) || !errors.Is(err, store.ErrAway) {
		t.Errorf("got %v", err)
	}
	if told := w.told.take(); len(told) > 0 || w.open(id).N > 0 {
		t.Errorf("told of %v", told)
	}
	broken = false
	w.must(w.roll(id, ada)) // and by itself all is well again
}
