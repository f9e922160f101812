package models_test

import (
	"fmt"
	"slices"

	"worldtravel/models"
	"worldtravel/models/games"
	"worldtravel/models/games/worldtravel"
)

// evening is what two people do in a browser, form by form: one signs up, the other
// comes as a guest, they play against a computer to the end, the guest becomes an
// account, and they play again. All of it can be sent once more from the beginning,
// as people do who find the site back after a crash.
type evening struct {
	people  []models.SignUp
	opening models.NewRoom
	steps   []step
}

// step is one press of a button. It is given the same every time: the ids of the
// forms, and the number that the page was drawn with.
type step struct {
	name string
	do   func(n *night) error
}

// night is one world in which the evening takes place.
type night struct {
	*world
	*evening
	tokens []string // of those who are logged in
}

// faces is what the die shows for each entry of the log: Ada flies 6-15, 17-26 and
// 30-50, and nobody sees a landmark.
var faces = []int{6, 1, 1, 2, 1, 1, 4, 1, 1, 6, 2, 2, 6, 3, 3, 3}

// browser is what Ben's browser says of itself.
const browser = "a secret of Ben's browser"

// Ben sleeps through his second turn.
const slept = 5

func newEvening() *evening {
	e := &evening{people: []models.SignUp{form("Ada"), form("Ben")}, opening: newRoom()}
	e.people[1].ID = models.GuestID(browser)
	id, ada, ben := e.opening.ID, e.who(0), e.who(1)
	e.add("Ada signs up", func(n *night) error { return n.signUp(0) })
	e.add("Ada logs in", func(n *night) error { return n.logIn(0) })
	e.add("Ben comes as a guest", func(n *night) error { return n.visit(1) })
	e.add("Ada opens a room", func(n *night) error { return n.Rooms.Create(n.Context(), ada, e.opening) })
	e.add("Ben joins", func(n *night) error { return n.Rooms.Join(n.Context(), id, ben) })
	e.add("Ada seats a computer", func(n *night) error {
		return n.Rooms.Computer(n.Context(), id, ada, models.Computers[0], true)
	})
	e.add("Ben is ready", func(n *night) error { return n.Rooms.Ready(n.Context(), id, ben, true) })
	e.add("Ada starts", func(n *night) error { return n.Rooms.Start(n.Context(), id, ada) })
	for i := range faces {
		number, seat := i+1, i%3
		switch {
		case seat == 2:
			e.add("the computer rolls", func(n *night) error {
				n.clock.advance(models.ComputerDelay)
				return n.Sweep(n.Context())
			})
		case number == slept:
			e.add("Ada plays on for Ben", func(n *night) error {
				n.clock.advance(models.PlayOnAfter)
				return n.Rooms.PlayOn(n.Context(), id, ada, number)
			})
		default:
			e.add(e.people[seat].Name+" rolls", func(n *night) error {
				return n.Rooms.Move(n.Context(), id, e.who(seat), number, worldtravel.Roll)
			})
		}
	}
	e.add("Ben keeps it all", func(n *night) error {
		_, err := n.Users.Keep(n.Context(), ben.User, e.people[1])
		return err
	})
	e.add("Ben logs in", func(n *night) error { return n.logIn(1) })
	for _, who := range []models.Identity{ben, ada} {
		e.add(who.Name+" plays again", func(n *night) error {
			_, err := n.Rooms.Again(n.Context(), id, who)
			return err
		})
	}
	return e
}

func (e *evening) add(name string, do func(n *night) error) {
	e.steps = append(e.steps, step{name, do})
}

func (e *evening) who(i int) models.Identity {
	return models.Identity{User: e.people[i].ID, Name: e.people[i].Name}
}

func (n *night) signUp(i int) error {
	_, err := n.Users.SignUp(n.Context(), n.people[i])
	return err
}

func (n *night) logIn(i int) error {
	who, err := n.Users.LogIn(n.Context(), n.people[i].Name, n.people[i].Password, "address")
	return n.begins(who, err)
}

// visit makes a person a guest; another one, of no matter here, for whom this
// browser's has become an account already.
func (n *night) visit(i int) error {
	who, err := n.Users.Guest(n.Context(), browser, n.people[i].Name, "address")
	return n.begins(who, err)
}

func (n *night) begins(who models.Identity, err error) error {
	if err != nil {
		return err
	}
	token, err := n.Sessions.Begin(n.Context(), who)
	if err == nil {
		n.tokens = append(n.tokens, token)
	}
	return err
}

// load makes the die show what it is to show for the next entry, whoever stores it.
func (n *night) load() {
	if t, err := n.Rooms.Open(n.Context(), n.opening.ID); err == nil && t.N < len(faces) {
		n.dice.load(faces[t.N])
	}
}

// play does one step after the other until one fails, and says how many did not.
func (n *night) play() (done int, err error) {
	for _, step := range n.steps {
		n.load()
		if err := step.do(n); err != nil {
			return done, fmt.Errorf("%s: %w", step.name, err)
		}
		done++
	}
	return done, nil
}

// facts lists what has come about, in words that hold whatever comes after.
func (n *night) facts() []string {
	n.Helper()
	var facts []string
	add := func(format string, args ...any) { facts = append(facts, fmt.Sprintf(format, args...)) }
	for i, form := range n.people {
		if user, err := n.Users.Get(n.Context(), form.ID); err == nil {
			add("%s is there", user.Name)
			if !user.Guest {
				add("%s has an account", user.Name)
			}
		}
		if s, err := n.Results.Of(n.Context(), n.who(i).User); err == nil && s.Played > 0 {
			add("%s has won %d of %d", form.Name, s.Won, s.Played)
		}
	}
	for _, token := range n.tokens {
		session, err := n.Sessions.Find(n.Context(), token)
		n.must(err)
		add("%s is logged in", session.Name)
	}
	t, err := n.Rooms.Open(n.Context(), n.opening.ID)
	if err != nil {
		return facts
	}
	add("there is a room")
	for _, seat := range t.Room.Seats {
		add("%s%s sits there", seat.Name, seat.Computer)
		if seat.Ready {
			add("%s%s is ready", seat.Name, seat.Computer)
		}
	}
	if t.Room.Stage == models.StagePlaying || t.Room.Stage == models.StageOver {
		add("the game has begun")
	}
	for _, line := range t.Log {
		add("entry %d is a %s of seat %d, %v", line.N, line.Kind, line.Seat, line.Draws)
	}
	if t.Over {
		add("the game is over")
	}
	if next, err := n.Rooms.Open(n.Context(), t.Room.Next); err == nil {
		for _, seat := range next.Room.Seats {
			add("%s%s sits in the next room", seat.Name, seat.Computer)
		}
	}
	return facts
}

// recount counts from the log of the room alone what each person has played and won.
func (n *night) recount() map[string]models.Standing {
	n.Helper()
	counted := map[string]models.Standing{}
	t, err := n.Rooms.Open(n.Context(), n.opening.ID)
	if err != nil {
		return counted
	}
	var rules worldtravel.Rules
	state := rules.Setup(len(t.Room.Seats), games.Replay(nil))
	left := map[int]bool{}
	for _, line := range t.Log {
		switch line.Kind {
		case models.EntryMove, models.EntryAbsent:
			if state, _, err = rules.Apply(state, games.Seat(line.Seat), line.Move, games.Replay(line.Draws)); err != nil {
				n.Fatal(err)
			}
		case models.EntryLeave:
			left[line.Seat] = true
		case models.EntryReturn:
			left[line.Seat] = false
		}
	}
	if !state.Over {
		return counted
	}
	for i, seat := range t.Room.Seats {
		if seat.User == "" {
			continue
		}
		s := models.Standing{Name: seat.Name, Played: 1}
		if state.Travellers[i].Place == worldtravel.Home && !left[i] {
			s.Won, s.Share = 1, 1_000_000
		}
		counted[seat.User] = s
	}
	return counted
}

// sound asserts that nothing is stuck and that the standings are what the log says,
// but for a guest, who has none.
func (n *night) sound() {
	n.Helper()
	counted := n.recount()
	for i := range n.people {
		who := n.who(i)
		s, err := n.Results.Of(n.Context(), who.User)
		n.must(err)
		if user, err := n.Users.Get(n.Context(), who.User); err == nil && user.Guest {
			delete(counted, who.User)
		}
		if s != counted[who.User] {
			n.Errorf("%s has the standing %+v, and the log says %+v", who.Name, s, counted[who.User])
		}
	}
	t, err := n.Rooms.Open(n.Context(), n.opening.ID)
	if err != nil {
		n.refused(err, models.NoRoom)
		return
	}
	if err := sound(t); err != nil {
		n.Errorf("%v: %+v", err, t.Room)
	}
	if t.Over != (t.Room.Stage == models.StageOver) {
		n.Errorf("the game is over: %t, and the room is %s", t.Over, t.Room.Stage)
	}
	rooms, err := n.Rooms.Of(n.Context(), n.who(0).User)
	n.must(err)
	if len(rooms) > 1 || len(rooms) == 1 && !slices.Contains([]string{n.opening.ID, t.Room.Next}, rooms[0].ID) {
		n.Errorf("Ada sits in %d rooms", len(rooms))
	}
}
