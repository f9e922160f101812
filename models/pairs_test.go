package models_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"testing"

	"worldtravel/models"
	"worldtravel/models/games/worldtravel"
	"worldtravel/models/store"
	"worldtravel/models/store/storetest"
)

// action is what somebody may do to a room. Acknowledged, it holds at the end
// unless one of those that undo it was acknowledged later; and it may be refused
// with these codes only.
type action struct {
	name   string
	do     func(ctx context.Context, m *models.Models, s *scene) error
	holds  func(s *scene, t *models.Table) bool
	undone []string
	may    []models.Code
}

// scene is one room with people in and around it.
type scene struct {
	*world
	id   string
	cast map[string]models.Identity
}

// situation is how things stand before a pair of actions.
type situation struct {
	name    string
	prepare func(s *scene)
	actions []action
}

func join(name string) action {
	return action{
		name: name + " joins",
		do: func(ctx context.Context, m *models.Models, s *scene) error {
			return m.Rooms.Join(ctx, s.id, s.cast[name])
		},
		holds:  func(s *scene, t *models.Table) bool { return t.Room.SeatOf(s.cast[name].User) >= 0 },
		undone: []string{name + " leaves"},
		may:    []models.Code{models.RoomFull, models.AlreadyStarted, models.RoomClosed},
	}
}

func leave(name string) action {
	return action{
		name: name + " leaves",
		do: func(ctx context.Context, m *models.Models, s *scene) error {
			return m.Rooms.Leave(ctx, s.id, s.cast[name])
		},
		holds: func(s *scene, t *models.Table) bool {
			i := t.Room.SeatOf(s.cast[name].User)
			return i < 0 || t.Over || len(t.Players) > i && t.Players[i].Left
		},
		undone: []string{name + " joins", name + " takes the seat back"},
	}
}

func ready(name string, ready bool) action {
	a := action{
		name: name + " is ready",
		do: func(ctx context.Context, m *models.Models, s *scene) error {
			return m.Rooms.Ready(ctx, s.id, s.cast[name], ready)
		},
		holds: func(s *scene, t *models.Table) bool {
			i := t.Room.SeatOf(s.cast[name].User)
			return i >= 0 && t.Room.Seats[i].Ready == ready
		},
		undone: []string{name + " is not ready", name + " leaves"},
		may:    []models.Code{models.NotSeated, models.AlreadyStarted},
	}
	if !ready {
		a.name, a.undone = a.undone[0], []string{a.name, name + " leaves"}
	}
	return a
}

func computer(host string, present bool) action {
	a := action{
		name: host + " seats a computer",
		do: func(ctx context.Context, m *models.Models, s *scene) error {
			return m.Rooms.Computer(ctx, s.id, s.cast[host], models.Computers[0], present)
		},
		holds: func(_ *scene, t *models.Table) bool {
			sits := slices.ContainsFunc(t.Room.Seats, func(seat models.Seat) bool { return seat.Computer == models.Computers[0] })
			return sits == present
		},
		undone: []string{host + " removes the computer"},
		may:    []models.Code{models.NotHost, models.RoomFull, models.AlreadyStarted, models.RoomClosed},
	}
	if !present {
		a.name, a.undone = a.undone[0], []string{a.name}
	} else if host == "Ada" {
		a.undone = append(a.undone, "Ada leaves") // may close the room
	}
	return a
}

func start(host string) action {
	return action{
		name: host + " starts",
		do: func(ctx context.Context, m *models.Models, s *scene) error {
			return m.Rooms.Start(ctx, s.id, s.cast[host])
		},
		holds: func(_ *scene, t *models.Table) bool { return t.Room.Stage == models.StagePlaying || t.Over },
		may:   []models.Code{models.NotHost, models.NotReady, models.TooFew, models.RoomClosed},
	}
}

func roll(name string) action {
	return action{
		name: name + " rolls",
		do: func(ctx context.Context, m *models.Models, s *scene) error {
			return m.Rooms.Move(ctx, s.id, s.cast[name], 1, worldtravel.Roll)
		},
		holds: func(s *scene, t *models.Table) bool {
			return slices.ContainsFunc(t.Log, func(l models.Line) bool {
				return l.Kind == models.EntryMove && l.By == s.cast[name].User
			})
		},
		may: []models.Code{models.OldVersion, models.NotYourTurn, models.SeatAway, models.GameOver},
	}
}

func playOn(name string) action {
	return action{
		name: name + " plays on",
		do: func(ctx context.Context, m *models.Models, s *scene) error {
			return m.Rooms.PlayOn(ctx, s.id, s.cast[name], 1)
		},
		holds: func(_ *scene, t *models.Table) bool { // the game has gone on, or the computer has the seat
			return len(t.Log) > 0
		},
		may: []models.Code{models.NotSeated, models.TooEarly}, // has left; the time began anew
	}
}

func takeBack(name string) action {
	return action{
		name: name + " takes the seat back",
		do: func(ctx context.Context, m *models.Models, s *scene) error {
			return m.Rooms.TakeBack(ctx, s.id, s.cast[name])
		},
		holds: func(s *scene, t *models.Table) bool {
			return t.Over || !t.PlayedByComputer(t.Room.SeatOf(s.cast[name].User))
		},
		undone: []string{name + " leaves"},
	}
}

func again(name string) action {
	return action{
		name: name + " plays again",
		do: func(ctx context.Context, m *models.Models, s *scene) error {
			_, err := m.Rooms.Again(ctx, s.id, s.cast[name])
			return err
		},
		holds: func(s *scene, t *models.Table) bool {
			next := s.open(t.Room.Next).Room
			return next.Stage == models.StageWaiting && next.SeatOf(s.cast[name].User) >= 0
		},
		undone: []string{name + " leaves the next room"},
	}
}

// leaveNext leaves the room in which the game is played again.
func leaveNext(name string) action {
	return action{
		name: name + " leaves the next room",
		do: func(ctx context.Context, m *models.Models, s *scene) error {
			t, err := m.Rooms.Open(ctx, s.id)
			if err != nil {
				return err
			}
			return m.Rooms.Leave(ctx, t.Room.Next, s.cast[name])
		},
		holds: func(s *scene, t *models.Table) bool {
			return s.open(t.Room.Next).Room.SeatOf(s.cast[name].User) < 0
		},
		undone: []string{name + " plays again"},
	}
}

func sweep() action {
	return action{
		name:  "the sweep",
		do:    func(ctx context.Context, m *models.Models, _ *scene) error { return m.Sweep(ctx) },
		holds: func(*scene, *models.Table) bool { return true },
	}
}

var situations = []situation{
	{
		name: "Ada and Ben wait for a third",
		prepare: func(s *scene) {
			s.id = s.room(3, s.cast["Ada"], s.cast["Ben"])
			s.must(s.Rooms.Ready(s.Context(), s.id, s.cast["Ben"], true))
		},
		actions: []action{
			join("Chen"), join("Dina"), join("Ben"), leave("Ada"), leave("Ben"), leave("Chen"),
			ready("Ben", true), ready("Ben", false), ready("Ada", true), ready("Chen", true),
			computer("Ada", true), computer("Ada", false), computer("Ben", true), start("Ada"), start("Ben"), sweep(),
		},
	},
	{
		name: "Ada sits alone with a computer",
		prepare: func(s *scene) {
			s.id = s.room(3, s.cast["Ada"])
			s.must(s.Rooms.Computer(s.Context(), s.id, s.cast["Ada"], models.Computers[0], true))
		},
		actions: []action{
			join("Ben"), join("Chen"), leave("Ada"), computer("Ada", true), computer("Ada", false), ready("Ada", true), start("Ada"), sweep(),
		},
	},
	{
		name: "Ada, Ben and Chen play, and Ada is slow",
		prepare: func(s *scene) {
			s.id = s.game(s.cast["Ada"], s.cast["Ben"], s.cast["Chen"])
			s.clock.advance(models.PlayOnAfter)
		},
		actions: []action{
			roll("Ada"), roll("Ben"), playOn("Ben"), playOn("Chen"), leave("Ada"), leave("Ben"), takeBack("Ada"), takeBack("Ben"),
			join("Dina"), ready("Ben", false), computer("Ada", true), start("Ada"), sweep(),
		},
	},
	{
		name: "Ada and Ben are the last at the table",
		prepare: func(s *scene) {
			s.id = s.game(s.cast["Ada"], s.cast["Ben"], s.cast["Chen"])
			s.must(s.Rooms.Leave(s.Context(), s.id, s.cast["Chen"]))
		},
		actions: []action{roll("Ada"), leave("Ada"), leave("Ben"), takeBack("Chen"), takeBack("Ada"), sweep()},
	},
	{
		name: "Ada and Ben have played",
		prepare: func(s *scene) {
			s.id = s.winGame(s.cast["Ada"], s.cast["Ben"])
		},
		actions: []action{again("Ada"), again("Ben"), leave("Ada"), join("Chen"), start("Ada"), sweep()},
	},
	{
		name: "Ada waits alone to play again",
		prepare: func(s *scene) {
			s.id = s.winGame(s.cast["Ada"], s.cast["Ben"])
			_, err := s.Rooms.Again(s.Context(), s.id, s.cast["Ada"])
			s.must(err)
		},
		actions: []action{again("Ada"), again("Ben"), leaveNext("Ada"), sweep()},
	},
	{
		name: "everybody has left the room to play again in",
		prepare: func(s *scene) {
			s.id = s.winGame(s.cast["Ada"], s.cast["Ben"])
			next, err := s.Rooms.Again(s.Context(), s.id, s.cast["Ada"])
			s.must(err)
			s.must(s.Rooms.Leave(s.Context(), next, s.cast["Ada"]))
		},
		actions: []action{again("Ada"), again("Ben"), sweep()},
	},
}

func TestEveryTwoActionsOnARoomLeaveItSound(t *testing.T) {
	t.Parallel()
	for _, situation := range situations {
		t.Run(situation.name, func(t *testing.T) {
			t.Parallel()
			stage := newStage(t)
			for _, a := range situation.actions {
				for _, b := range situation.actions {
					stage.between(situation, a, b)
					stage.together(situation, a, b)
				}
			}
			stage.readAnew()
		})
	}
}

// stage is where pairs of actions are played: two processes on one database, and
// one that looks on.
type stage struct {
	*testing.T
	db            store.Backend
	one, other    *world
	first, second *point // before the writes of one and of the other
	watcher       *world
	scenes        int
	cast          map[string]models.Identity
	mu            sync.Mutex
	seen          *models.Table // what the watcher saw last of the present room
	rooms         []string
}

// point is where a test may step in.
type point struct {
	mu sync.Mutex
	do func()
}

func (p *point) set(do func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.do = do
}

// next is what to do the first time that something reaches the point.
func (p *point) next() func() {
	p.mu.Lock()
	defer p.mu.Unlock()
	do := p.do
	p.do = nil
	return do
}

func newStage(t *testing.T) *stage {
	s := &stage{T: t, db: storetest.SQLite(t), first: &point{}, second: &point{}}
	ofRoom := func(op storetest.Op) bool {
		return (op.Kind == "insert" || op.Kind == "update") && (op.Collection == "rooms" || op.Collection == "moves")
	}
	before := func(p *point) func(storetest.Op) error {
		return func(op storetest.Op) error {
			if ofRoom(op) {
				if do := p.next(); do != nil {
					do()
				}
			}
			return nil
		}
	}
	after := func(op storetest.Op) error {
		if ofRoom(op) {
			s.watch()
		}
		return nil
	}
	s.one = openWorld(t, storetest.Hook(s.db, before(s.first), after))
	sameTime := func(c *models.Config) { c.Now = s.one.clock.Now }
	s.other = openWorld(t, storetest.Hook(s.db, before(s.second), after), sameTime)
	s.watcher = openWorld(t, s.db, sameTime)
	return s
}

// set prepares a room for a pair of actions.
func (s *stage) set(situation situation) *scene {
	s.Helper()
	if s.scenes%scenesPerCast == 0 {
		s.cast = map[string]models.Identity{}
		for _, name := range []string{"Ada", "Ben", "Chen", "Dina"} {
			s.cast[name] = s.one.user(fmt.Sprintf("%s-%d", name, s.scenes))
		}
	}
	s.scenes++
	scene := &scene{world: s.one, cast: s.cast}
	s.seen = nil
	situation.prepare(scene)
	s.seen = s.watcher.open(scene.id)
	return scene
}

// Nobody may sit in too many rooms.
const scenesPerCast = 8

// between lets a read, then b run from beginning to end in the other process,
// then a write.
func (s *stage) between(situation situation, a, b action) {
	s.Helper()
	scene := s.set(situation)
	var bErr error
	run := func() { bErr = b.do(s.Context(), s.other.Models, scene) }
	s.first.set(run)
	aErr := a.do(s.Context(), s.one.Models, scene)
	last := s.first.next() == nil
	if !last {
		run() // a had nothing to write, so b comes after it
	}
	s.check(scene, a, b, aErr, bErr)
	if end := s.one.open(scene.id); last && aErr == nil && !a.holds(scene, end) {
		s.Errorf("%s, in between %s: the first was acknowledged last, and does not hold", a.name, b.name)
	}
}

// together lets both read before either writes.
func (s *stage) together(situation situation, a, b action) {
	s.Helper()
	scene := s.set(situation)
	var both sync.WaitGroup
	both.Add(2)
	arrive := func() { both.Done(); both.Wait() }
	s.first.set(arrive)
	s.second.set(arrive)
	answer := make(chan error)
	go func() {
		err := b.do(s.Context(), s.other.Models, scene)
		if s.second.next() != nil {
			both.Done()
		}
		answer <- err
	}()
	aErr := a.do(s.Context(), s.one.Models, scene)
	if s.first.next() != nil {
		both.Done()
	}
	s.check(scene, a, b, aErr, <-answer)
}

// check asserts what must be true after any two actions.
func (s *stage) check(scene *scene, a, b action, aErr, bErr error) {
	s.Helper()
	s.watch()
	end := s.one.open(scene.id)
	for _, c := range []struct {
		did, other       action
		didErr, otherErr error
	}{{a, b, aErr, bErr}, {b, a, bErr, aErr}} {
		undone := c.otherErr == nil && slices.Contains(c.did.undone, c.other.name)
		if c.didErr == nil && !undone && !c.did.holds(scene, end) {
			s.Errorf("%s and %s (%v): the first was acknowledged and does not hold: %+v", c.did.name, c.other.name, c.otherErr, end.Room)
		}
		var refused *models.Error
		if c.didErr != nil && !(errors.As(c.didErr, &refused) && slices.Contains(c.did.may, refused.Code)) {
			s.Errorf("%s and %s: the first got %v", c.did.name, c.other.name, c.didErr)
		}
	}
	if there := s.other.open(scene.id); !reflect.DeepEqual(end, there) {
		s.Errorf("%s and %s: two processes see\n%+v\n%+v", a.name, b.name, end, there)
	}
	s.rooms = append(s.rooms, scene.id)
}

// watch looks at the room after a write, and at what has become of it since.
func (s *stage) watch() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.seen == nil {
		return
	}
	was := s.seen
	now, err := s.watcher.Rooms.Open(s.Context(), was.ID)
	if err != nil {
		s.Error(err)
		return
	}
	s.seen = now
	if err := sound(now); err != nil {
		s.Errorf("%v: %+v", err, now.Room)
	}
	started := was.Room.Stage == models.StagePlaying || was.Room.Stage == models.StageOver
	switch {
	case now.Version < was.Version || now.N < was.N:
		s.Errorf("from version %d back to %d", was.Version, now.Version)
	case was.Room.Stage == models.StageClosed && !reflect.DeepEqual(now, was):
		s.Errorf("a closed room has changed: %+v", now.Room)
	case started && !reflect.DeepEqual(now.Room.Seats, was.Room.Seats):
		s.Errorf("seats have changed in a game: %+v, then %+v", was.Room.Seats, now.Room.Seats)
	case was.Over && (!now.Over || now.N != was.N):
		s.Errorf("a game that was over went on")
	}
}

// sound tells what is wrong with a room.
func sound(t *models.Table) error {
	r := t.Room
	seen := map[any]bool{}
	var people []string
	for _, seat := range r.Seats {
		who := seat.User + seat.Computer
		if (seat.User == "") == (seat.Computer == "") || seen[who] || seen[seat.Bag] || seat.Bag < 1 || seat.Bag > models.Bags {
			return fmt.Errorf("seat %+v is taken by nobody, or twice", seat)
		}
		if (r.Stage == models.StagePlaying || seat.Computer != "") && !seat.Ready {
			return fmt.Errorf("seat %+v is not ready", seat)
		}
		seen[who], seen[seat.Bag] = true, true
		if seat.User != "" {
			people = append(people, seat.User)
		}
	}
	if r.Stage == models.StageOver {
		people = nil
	}
	switch {
	case len(r.Seats) > r.Size:
		return errors.New("more seats than there are")
	case !slices.Equal(r.Members, people):
		return errors.New("the members are not those who sit there")
	case r.Stage == models.StageClosed && len(r.Seats)+len(r.Host) > 0:
		return errors.New("somebody sits in a closed room")
	case r.Stage != models.StageClosed && r.SeatOf(r.Host) < 0:
		return errors.New("the host does not sit there")
	case r.Stage == models.StagePlaying && len(r.Seats) < 2:
		return errors.New("too few play")
	case r.Stage == models.StagePlaying && !t.Over && len(t.ToAct()) == 0:
		return errors.New("it is nobody's turn")
	}
	return nil
}

// readAnew asserts that a process that has seen nothing reads every room as those
// did that made it.
func (s *stage) readAnew() {
	s.Helper()
	anew := openWorld(s.T, s.db)
	for _, id := range s.rooms {
		if was, now := s.one.open(id), anew.open(id); !reflect.DeepEqual(now, was) {
			s.Errorf("read anew:\n%+v\nand was\n%+v", now, was)
		}
	}
}
