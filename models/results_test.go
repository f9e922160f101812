package models_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"worldtravel/models"
	"worldtravel/models/store/storetest"
)

// standing gives a player's standing in short: won of played.
func (w *world) standing(who models.Identity) string {
	w.Helper()
	s, err := w.Results.Of(w.Context(), who.User)
	w.must(err)
	return fmt.Sprintf("%d of %d", s.Won, s.Played)
}

func TestAFinishedGameCountsForEveryPersonAtTheTable(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, ben := w.user("Ada"), w.user("Ben")
	id := w.room(3, ada, ben)
	w.must(w.Rooms.Computer(t.Context(), id, ada, models.Computers[0], true))
	w.start(id, ada, ben)
	w.playOut(id)
	table := w.open(id)
	for i, who := range []models.Identity{ada, ben} {
		journeys, err := w.Results.Journeys(t.Context(), who.User)
		w.must(err)
		if len(journeys) != 1 {
			t.Fatalf("%s has %d results", who.Name, len(journeys))
		}
		r := journeys[0]
		if r.Room != id || r.Name != table.Room.Name || r.Game != "world-travel" || len(r.With) != 2 || r.Left ||
			r.Rank != table.Outcome.Rank[i] || r.Won != (r.Rank == 1) || !r.Ended.Equal(w.clock.Now()) {
			t.Errorf("got %+v", r)
		}
		want := "0 of 1"
		if r.Won {
			want = "1 of 1"
		}
		if got := w.standing(who); got != want {
			t.Errorf("%s has won %s, want %s", who.Name, got, want)
		}
	}
	if table.Room.Stage != models.StageOver || len(table.Room.Members) > 0 {
		t.Errorf("got %+v", table.Room)
	}
	_, total, err := w.Results.Top(t.Context(), 0, 10)
	if w.must(err); total != 2 {
		t.Errorf("%d are ranked, and one is a computer", total)
	}
}

func TestWhoeverHasLeftHasNotWonThoughTheComputerWins(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, ben := w.user("Ada"), w.user("Ben")
	id := w.game(ada, ben)
	w.must(w.Rooms.Leave(t.Context(), id, ada))
	for table := w.open(id); !table.Over; table = w.open(id) {
		if table.ToAct()[0] == 0 {
			w.dice.load(6)
			w.clock.advance(models.ComputerDelay)
			w.sweep()
		} else {
			w.rolls(id, 1, ben)
		}
	}
	if !w.open(id).Outcome.Won(0) {
		t.Fatal("the computer has lost")
	}
	if got := w.standing(ada); got != "0 of 1" {
		t.Errorf("Ada has won %s", got)
	}
	if journeys, err := w.Results.Journeys(t.Context(), ada.User); err != nil || !journeys[0].Left || journeys[0].Won || journeys[0].Rank != 1 {
		t.Errorf("got %+v, %v", journeys, err)
	}
}

func TestWhoeverHasReturnedCanWin(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, ben := w.user("Ada"), w.user("Ben")
	id := w.game(ada, ben)
	w.must(w.Rooms.Leave(t.Context(), id, ada))
	w.must(w.Rooms.TakeBack(t.Context(), id, ada))
	for table := w.open(id); !table.Over; table = w.open(id) {
		if table.ToAct()[0] == 0 {
			w.rolls(id, 6, ada)
		} else {
			w.rolls(id, 1, ben)
		}
	}
	if got := w.standing(ada); got != "1 of 1" {
		t.Errorf("Ada has won %s", got)
	}
}

// unsettled plays a game to its end, and ends the program before it is settled.
func unsettled(t *testing.T) (w *world, id string, people []models.Identity) {
	t.Helper()
	var broken bool
	w = openWorld(t, storetest.Hook(storetest.SQLite(t), func(op storetest.Op) error {
		if broken && op.Kind == "insert" && op.Collection == "results" {
			return errors.New("power cut")
		}
		return nil
	}, nil))
	people = w.users("Ada", "Ben")
	broken = true
	id = w.winGame(people[0], people[1])
	broken = false
	if table := w.open(id); !table.Over || table.Room.Stage != models.StagePlaying {
		t.Fatalf("got %+v", table.Room)
	}
	return w, id, people
}

func TestTheSweepSettlesWhatACrashLeft(t *testing.T) {
	t.Parallel()
	w, id, people := unsettled(t)
	w.notRanked(people...)
	ended := w.clock.Now()
	w.clock.advance(models.SweepEvery)
	w.sweep()
	if r := w.open(id).Room; r.Stage != models.StageOver || !r.Ended.Equal(ended) {
		t.Errorf("got %+v", r)
	}
	if a, b := w.standing(people[0]), w.standing(people[1]); a != "1 of 1" || b != "0 of 1" {
		t.Errorf("Ada has won %s, Ben %s", a, b)
	}
}

func TestAGameSettledByManyAtOnceCountsOnce(t *testing.T) {
	t.Parallel()
	w, id, people := unsettled(t)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() { w.sweep() })
	}
	all.Wait()
	w.sweep()
	if a, b := w.standing(people[0]), w.standing(people[1]); a != "1 of 1" || b != "0 of 1" {
		t.Errorf("Ada has won %s, Ben %s", a, b)
	}
	if r := w.open(id).Room; r.Stage != models.StageOver {
		t.Errorf("got %+v", r)
	}
}

func TestManyGamesOfOnePlayerThatEndAtOnceAllCount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, ben := w.user("Ada"), w.user("Ben")
	const games = 6
	ids := make([]string, games)
	var all sync.WaitGroup
	for i := range ids {
		ids[i] = w.game(ada, ben)
	}
	for _, id := range ids {
		all.Go(func() { w.playOut(id) })
	}
	all.Wait()
	won := 0
	for _, id := range ids {
		if w.open(id).Outcome.Won(0) {
			won++
		}
	}
	if a, b := w.standing(ada), w.standing(ben); a != fmt.Sprintf("%d of %d", won, games) || b != fmt.Sprintf("%d of %d", games-won, games) {
		t.Errorf("Ada has won %s, Ben %s, and the logs say %d", a, b, won)
	}
}

func TestTheLeaderboardIsSortedByWinsThenByTheirShareAndTiesShareARank(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, ben, chen, dina, eve := w.user("Ada"), w.user("Ben"), w.user("Chen"), w.user("Dina"), w.user("Eve")
	// The first of each two wins.
	for _, game := range [][2]models.Identity{
		{ada, ben}, {ada, chen}, {ada, eve}, {ben, dina}, {ben, eve}, {chen, ada}, {dina, ada},
	} {
		w.winGame(game[0], game[1])
	}
	board := func(skip, n int) string {
		lines, total, err := w.Results.Top(t.Context(), skip, n)
		w.must(err)
		words := []string{fmt.Sprint(total)}
		for _, l := range lines {
			words = append(words, fmt.Sprintf("%d %s %d/%d", l.Rank, l.Name, l.Won, l.Played))
		}
		return strings.Join(words, ", ")
	}
	level := func(s string) string { // in which order those stand who are level is of no matter
		return strings.Replace(s, "Dina 1/2, 3 Chen", "Chen 1/2, 3 Dina", 1)
	}
	want := "5, 1 Ada 3/5, 2 Ben 2/3, 3 Chen 1/2, 3 Dina 1/2, 5 Eve 0/2"
	if got := level(board(0, 10)); got != want {
		t.Errorf("got %s", got)
	}
	var paged []string
	for skip := range 5 {
		paged = append(paged, strings.TrimPrefix(board(skip, 1), "5, "))
	}
	if got := level("5, " + strings.Join(paged, ", ")); got != want {
		t.Errorf("page by page: %s", got)
	}
	if got := board(5, 10); got != "5" {
		t.Errorf("past the end: %s", got)
	}
	for who, rank := range map[models.Identity]int{ada: 1, ben: 2, chen: 3, dina: 3, eve: 5} {
		line, ok, err := w.Results.Line(t.Context(), who.User)
		if !ok || err != nil || line.Rank != rank || line.User != who.User || line.Name != who.Name {
			t.Errorf("%s's own line is %+v, %t, %v", who.Name, line, ok, err)
		}
	}
	w.notRanked(w.user("Newcomer"))
}

func TestAProfileShowsTheLastTenJourneysNewestFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, ben := w.user("Ada"), w.user("Ben")
	var ids []string
	for range models.JourneysShown + 1 {
		w.clock.advance(models.ComputerDelay)
		ids = append(ids, w.winGame(ada, ben))
	}
	journeys, err := w.Results.Journeys(t.Context(), ben.User)
	w.must(err)
	if len(journeys) != models.JourneysShown || journeys[0].Room != ids[len(ids)-1] || journeys[len(journeys)-1].Room != ids[1] {
		t.Errorf("got %+v", journeys)
	}
}

func TestPlayAgainGivesOneRoomHoweverManyPress(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, ben, chen := w.user("Ada"), w.user("Ben"), w.user("Chen")
	id := w.room(4, ada, ben)
	w.must(w.Rooms.Computer(t.Context(), id, ada, models.Computers[2], true))
	_, err := w.Rooms.Again(t.Context(), id, ada)
	w.refused(err, models.NotOver)
	w.start(id, ada, ben)
	_, err = w.Rooms.Again(t.Context(), id, ada)
	w.refused(err, models.NotOver)
	w.playOut(id)
	_, err = w.Rooms.Again(t.Context(), id, chen)
	w.refused(err, models.NotSeated)
	_, err = w.Rooms.Again(t.Context(), models.NewID(), ada)
	w.refused(err, models.NoRoom)

	type answer struct {
		next string
		err  error
	}
	answers := make(chan answer)
	for i := range 8 {
		go func() {
			next, err := w.Rooms.Again(t.Context(), id, []models.Identity{ada, ben}[i%2])
			answers <- answer{next, err}
		}()
	}
	next := w.open(id).Room.Next
	for range 8 {
		a := <-answers
		w.must(a.err)
		if next == "" {
			next = a.next
		}
		if a.next != next {
			t.Errorf("got %s and %s", next, a.next)
		}
	}
	r := w.open(next).Room
	if r.Stage != models.StageWaiting || r.Size != 4 || len(r.Seats) != 3 || r.SeatOf(ada.User) < 0 || r.SeatOf(ben.User) < 0 ||
		!strings.Contains(seated(r), models.Computers[2]) || r.Seats[r.SeatOf(ben.User)].Ready {
		t.Errorf("got %+v", r)
	}
}

func TestPlayAgainSeatsThoseWhoPressAndLetsThemWatchWhenThereIsNoSeat(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, ben, chen := w.user("Ada"), w.user("Ben"), w.user("Chen")
	f := newRoom()
	f.Size = 2
	w.must(w.Rooms.Create(t.Context(), ada, f))
	w.must(w.Rooms.Join(t.Context(), f.ID, ben))
	w.start(f.ID, ada, ben)
	w.playOut(f.ID)
	next, err := w.Rooms.Again(t.Context(), f.ID, ben)
	w.must(err)
	if r := w.open(next).Room; seated(r) != "Ben" || r.Host != ben.User {
		t.Errorf("got %+v", r)
	}
	w.must(w.Rooms.Join(t.Context(), next, chen))
	watch := func(when string) {
		t.Helper()
		id, err := w.Rooms.Again(t.Context(), f.ID, ada)
		w.must(err)
		if id != next || w.open(next).Room.SeatOf(ada.User) >= 0 {
			t.Errorf("%s: taken to %s, with %s seated in %s", when, id, seated(w.open(next).Room), next)
		}
	}
	watch("full")
	w.start(next, ben, chen)
	watch("started")
	_, err = w.Rooms.Again(t.Context(), f.ID, ben)
	w.must(err) // he plays there already
}

func TestPlayAgainOpensAnotherRoomWhenEverybodyHasLeftTheFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, ben := w.user("Ada"), w.user("Ben")
	id := w.winGame(ada, ben)
	first, err := w.Rooms.Again(t.Context(), id, ada)
	w.must(err)
	w.must(w.Rooms.Leave(t.Context(), first, ada))
	second, err := w.Rooms.Again(t.Context(), id, ben)
	w.must(err)
	if second == first || seated(w.open(second).Room) != "Ben" {
		t.Errorf("got %s after %s: %+v", second, first, w.open(second).Room)
	}
	w.must(w.Rooms.Leave(t.Context(), second, ben))
	w.clock.advance(2 * models.ClosedKept)
	w.sweep() // which deletes both
	third, err := w.Rooms.Again(t.Context(), id, ada)
	w.must(err)
	if r := w.open(third).Room; seated(r) != "Ada" || r.Stage != models.StageWaiting {
		t.Errorf("got %+v", r)
	}
}

func TestWhoeverSitsInManyRoomsCanPressPlayAgainTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, ben := w.user("Ada"), w.user("Ben")
	id := w.winGame(ada, ben)
	for range models.RoomsPerPlayer - 1 {
		w.must(w.Rooms.Create(t.Context(), ada, newRoom()))
	}
	for range 2 {
		_, err := w.Rooms.Again(t.Context(), id, ada)
		w.must(err)
	}
	for range models.RoomsPerPlayer {
		w.must(w.Rooms.Create(t.Context(), ben, newRoom()))
	}
	_, err := w.Rooms.Again(t.Context(), id, ben)
	w.refused(err, models.TooManyRooms)
}
