package models_test

import (
	"fmt"
	"reflect"
	"testing"

	"worldtravel/models"
	"worldtravel/models/games/worldtravel"
	"worldtravel/models/store"
	"worldtravel/models/store/storetest"
)

func TestTwoProcessesPlayOneGameOnOneSQLiteFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	playInTwoProcesses(t, func() (store.Backend, error) { return store.OpenSQLite(t.Context(), dir) })
}

func TestTwoProcessesPlayOneGameOnOneMongoDB(t *testing.T) {
	t.Parallel()
	uri := storetest.MongoURI(t)
	playInTwoProcesses(t, func() (store.Backend, error) { return store.OpenMongo(t.Context(), uri) })
}

// processes are two worlds over two connections to one database, at the same time
// and with the same dice.
type processes struct {
	*testing.T
	both  [2]*world
	turns int
}

// next is the process that the next request goes to.
func (p *processes) next() *world {
	p.turns++
	return p.both[p.turns%2]
}

// agree asserts that both processes see the same, and gives it.
func (p *processes) agree(id string) *models.Table {
	p.Helper()
	here, there := p.next().open(id), p.next().open(id)
	if !reflect.DeepEqual(here, there) {
		p.Fatalf("one process sees\n%+v\nand the other\n%+v", here, there)
	}
	return here
}

// atOnce sends one request to both processes at the same time.
func (p *processes) atOnce(do func(w *world) error) {
	p.Helper()
	answers := make(chan error)
	for _, w := range p.both {
		go func() { answers <- do(w) }()
	}
	for range p.both {
		if err := <-answers; err != nil {
			p.Fatal(err)
		}
	}
}

func playInTwoProcesses(t *testing.T, connect func() (store.Backend, error)) {
	p := &processes{T: t}
	for i := range p.both {
		db, err := connect()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := db.Close(); err != nil {
				t.Error(err)
			}
		})
		p.both[i] = openWorld(t, db, func(c *models.Config) {
			if i > 0 {
				c.Now, c.Dice = p.both[0].clock.Now, p.both[0].dice
			}
		})
	}
	clock, dice := p.both[0].clock, p.both[0].dice

	// An account, a guest and a session of one process are the other's, too.
	ada, ben := p.next().user("Ada"), models.Identity{User: models.GuestID(browser), Name: "Ben", Guest: true}
	p.atOnce(func(w *world) error {
		who, err := w.Users.Guest(t.Context(), browser, "Ben", "address")
		if err == nil && who != ben {
			err = fmt.Errorf("the guest is %+v", who)
		}
		return err
	})
	_, err := p.next().Users.SignUp(t.Context(), form("ada"))
	p.next().wrong(err, "name", models.NameTaken)
	token := p.next().begin(ada)
	if session, err := p.next().Sessions.Find(t.Context(), token); err != nil || session.User != ada.User {
		t.Fatalf("got %+v, %v", session, err)
	}
	if err := p.next().Sessions.End(t.Context(), token); err != nil {
		t.Fatal(err)
	}
	for _, w := range p.both {
		w.loggedOut(token)
	}

	f := newRoom()
	p.atOnce(func(w *world) error { return w.Rooms.Create(t.Context(), ada, f) })
	id := f.ID
	p.atOnce(func(w *world) error { return w.Rooms.Join(t.Context(), id, ben) })
	p.atOnce(func(w *world) error { return w.Rooms.Computer(t.Context(), id, ada, models.Computers[0], true) })
	p.atOnce(func(w *world) error { return w.Rooms.Ready(t.Context(), id, ben, true) })
	p.atOnce(func(w *world) error { return w.Rooms.Start(t.Context(), id, ada) })
	if got := seated(p.agree(id).Room); got != "Ada Ben "+models.Computers[0] {
		t.Errorf("there sit %s", got)
	}

	for table := p.agree(id); !table.Over; table = p.agree(id) {
		seat := table.ToAct()[0]
		if table.N < len(faces) {
			dice.load(faces[table.N])
		}
		mover := models.Identity{User: table.Room.Seats[seat].User}
		switch {
		case table.PlayedByComputer(int(seat)):
			clock.advance(models.ComputerDelay)
			p.atOnce(func(w *world) error { return w.Sweep(t.Context()) })
		case table.N+1 == slept:
			clock.advance(models.PlayOnAfter)
			p.atOnce(func(w *world) error { return w.Rooms.PlayOn(t.Context(), id, ada, slept) })
		case table.N%2 == 0: // the form goes to one process, and is sent again to the other
			for range p.both {
				if err := p.next().Rooms.Move(t.Context(), id, mover, table.N+1, worldtravel.Roll); err != nil {
					t.Fatal(err)
				}
			}
		default:
			p.atOnce(func(w *world) error { return w.Rooms.Move(t.Context(), id, mover, table.N+1, worldtravel.Roll) })
		}
		if now := p.agree(id); now.N != table.N+1 || now.Version <= table.Version {
			t.Fatalf("entry %d was followed by %d", table.N, now.N)
		}
	}
	if table := p.agree(id); table.Room.Stage != models.StageOver || table.N != len(faces) || !table.Outcome.Won(0) {
		t.Errorf("got %+v", table)
	}
	p.next().unranked(ben)
	p.atOnce(func(w *world) error {
		_, err := w.Users.Keep(t.Context(), ben.User, form("Ben"))
		return err
	})
	for _, w := range p.both {
		if a, b := w.standing(ada), w.standing(ben); a != "1 of 1" || b != "0 of 1" {
			t.Errorf("Ada has won %s, Ben %s", a, b)
		}
	}

	players := map[*world]models.Identity{p.both[0]: ada, p.both[1]: ben}
	p.atOnce(func(w *world) error {
		_, err := w.Rooms.Again(t.Context(), id, players[w])
		return err
	})
	next := p.agree(p.agree(id).Room.Next)
	if next.Room.SeatOf(ada.User) < 0 || next.Room.SeatOf(ben.User) < 0 {
		t.Errorf("got %+v", next.Room)
	}
	for name, who := range map[string]models.Identity{"Ada": ada, "Ben": ben} {
		rooms, err := p.next().Rooms.Of(t.Context(), who.User)
		if err != nil || len(rooms) != 1 || rooms[0].ID != next.ID {
			t.Errorf("%s sits in %s, %v", name, fmt.Sprint(rooms), err)
		}
	}
}
