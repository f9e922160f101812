package models_test

import (
	"context"
	"slices"

	"worldtravel/models"
	"worldtravel/models/games/worldtravel"
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
			join("Chen"), join("Gus"), join("Ben"), leave("Ada"), leave("Ben"), leave("Chen"),
			ready("Ben", true), ready("Ben", false), ready("Ada", true), ready("Chen", true),
			computer("Ada", true), computer("Ada", false), computer("Ben", true), start("Ada"), start("Ben"), sweep(),
		},
	},
	{
		name: "Ada sits alone with a computer",
		prepare: func(s *scene) {
			s.id = s.room(4, s.cast["Ada"])
			s.must(s.Rooms.Computer(s.Context(), s.id, s.cast["Ada"], models.Computers[0], true))
		},
		actions: []action{
			join("Chen"), join("Gus"), leave("Ada"), leave("Gus"), computer("Ada", true), computer("Ada", false),
			ready("Ada", true), start("Ada"), sweep(),
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
