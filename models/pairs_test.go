package models_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"worldtravel/models"
	"worldtravel/models/store"
	"worldtravel/models/store/storetest"
)

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
		// A guest of the name that Chen has, too.
		gus, err := s.one.Users.Guest(s.Context(), "", s.cast["Chen"].Name, fmt.Sprintf("address %d", s.scenes))
		s.one.must(err)
		s.cast["Gus"] = gus
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
			name := strings.ToLower(seat.Name)
			if seen[name] {
				return fmt.Errorf("two are called %s", seat.Name)
			}
			seen[name] = true
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
