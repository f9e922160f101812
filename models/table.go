package models

import (
	"fmt"
	"slices"
	"time"

	"worldtravel/models/games"
	"worldtravel/models/store"
)

// EntryKind is what an entry of a game's log is.
type EntryKind string

// An entry is a move of the game (by its player, or by the table for an absent
// one), or tells that somebody left, came back, or that the game was given up.
const (
	EntryMove    EntryKind = "move"
	EntryAbsent  EntryKind = "absent"
	EntryLeave   EntryKind = "leave"
	EntryReturn  EntryKind = "return"
	EntryAbandon EntryKind = "abandon"
)

// Entry is one line of a game's log, an immutable document whose id is made of
// its room and number. Storing it is what makes it true: of two entries for one
// number only one can be stored.
type Entry struct {
	Room  string     `json:"room"`
	N     int        `json:"n"` // from 1
	Kind  EntryKind  `json:"kind"`
	Seat  int        `json:"seat"`  // whose move, leave or return it is
	By    string     `json:"by"`    // id of the user who pressed; empty for computer players and the sweep
	Move  games.Move `json:"move"`  // for a move and an absent one's
	Draws []int      `json:"draws"` // what the dice gave
	At    time.Time  `json:"at"`
}

func entryID(room string, n int) string { return fmt.Sprintf("%s/%d", room, n) }

// Player is what the log says of a seat.
type Player struct {
	Left    bool // its player has left; the computer plays on
	Away    bool // the computer keeps the seat until its player takes it back
	Absent  int  // moves in a row that the table made
	Returns int  // how often its player has come back
}

// Line is an entry with the game's events that it caused.
type Line struct {
	Entry
	Events []games.Event
}

// Table is a room with the game played in it: the fold of its log. A Table is
// never changed once made.
type Table struct {
	ID      string
	Room    Room
	Version int64 // of the topic room/<id>: grows with every change of the room and every entry

	// From Start on.
	Game      games.Game
	State     any // the game's own state
	N         int // entries in the log
	Log       []Line
	Players   []Player  // by seat
	Turn      time.Time // since when the game waits for those who are to act
	Person    time.Time // when a person last moved
	Over      bool
	Outcome   games.Outcome // when Over and not Abandoned
	Abandoned bool

	doc int64 // the room document's version
}

// newTable sets up a room's table, without its log.
func newTable(room store.Doc[Room], all map[string]games.Game) (*Table, error) {
	t := &Table{ID: room.ID, Room: room.Value, Version: room.Version, doc: room.Version}
	game, ok := all[room.Value.Game]
	if !ok || t.started() && game.Info().Version != room.Value.Rules {
		return nil, fmt.Errorf("room %s plays %s by rules %d, which this program does not have", room.ID, room.Value.Game, room.Value.Rules)
	}
	t.Game = game
	if !t.started() {
		return t, nil
	}
	dice := games.Replay(room.Value.Setup)
	t.State = t.Game.Setup(len(room.Value.Seats), dice)
	if err := dice.Err(); err != nil {
		return nil, fmt.Errorf("set up room %s: %w", room.ID, err)
	}
	t.Players = make([]Player, len(room.Value.Seats))
	t.Turn, t.Person = room.Value.Started, room.Value.Started
	return t, nil
}

func (t *Table) started() bool {
	return t.Room.Stage == StagePlaying || t.Room.Stage == StageOver
}

// with gives the table as it is when its room's document has changed.
func (t *Table) with(room store.Doc[Room]) *Table {
	next := *t
	next.Room, next.doc = room.Value, room.Version
	next.Version = room.Version + int64(t.N)
	return &next
}

// after gives the table as it is after one more entry, which takes the room that
// roomFor has made.
func (t *Table) after(e Entry) (*Table, error) {
	if e.N != t.N+1 || e.Seat < 0 || e.Seat >= len(t.Players) || t.Over {
		return nil, fmt.Errorf("entry %d of room %s does not follow %d", e.N, t.ID, t.N)
	}
	next := *t
	next.N, next.Version = e.N, t.doc+int64(e.N)
	next.Players = slices.Clone(t.Players)
	player := &next.Players[e.Seat]
	var events []games.Event
	switch e.Kind {
	case EntryMove, EntryAbsent:
		dice := games.Replay(e.Draws)
		state, happened, err := t.Game.Apply(t.State, games.Seat(e.Seat), e.Move, dice)
		if err == nil {
			err = dice.Err()
		}
		if err != nil {
			return nil, fmt.Errorf("replay entry %d of room %s: %w", e.N, t.ID, err)
		}
		next.State, events, next.Turn = state, happened, e.At
		next.Outcome, next.Over = t.Game.Outcome(state)
		if e.Kind == EntryAbsent {
			player.Absent++
			player.Away = player.Absent >= AwayAfter
		} else if e.By != "" {
			player.Absent = 0
			next.Person = e.At
		}
	case EntryLeave:
		player.Left = true
		next.Person = e.At
		if !next.anybody() {
			next.Over, next.Abandoned = true, true
		}
	case EntryReturn:
		*player = Player{Returns: player.Returns + 1}
		next.Person = e.At
		if next.toAct(e.Seat) {
			next.Turn = e.At
		}
	case EntryAbandon:
		next.Over, next.Abandoned = true, true
	default:
		return nil, fmt.Errorf("entry %d of room %s is of unknown kind %q", e.N, t.ID, e.Kind)
	}
	next.Log = append(t.Log, Line{Entry: e, Events: events})
	return &next, nil
}

// roomFor gives the same table with a log of its own that has room for n more
// entries. Only then may entries be added, for others hold the table as well.
func (t *Table) roomFor(n int) *Table {
	next := *t
	next.Log = slices.Grow(slices.Clone(t.Log), n)
	return &next
}

// anybody reports whether a person is left at the table.
func (t *Table) anybody() bool {
	for i, seat := range t.Room.Seats {
		if seat.User != "" && !t.Players[i].Left {
			return true
		}
	}
	return false
}

func (t *Table) toAct(seat int) bool {
	return !t.Over && slices.Contains(t.Game.ToAct(t.State), games.Seat(seat))
}

// ToAct names the seats the game waits for; none before Start and when over.
func (t *Table) ToAct() []games.Seat {
	if !t.started() || t.Over {
		return nil
	}
	return t.Game.ToAct(t.State)
}

// PlayedByComputer reports whether the computer moves for a seat: a computer
// player, or a person who has left or is away.
func (t *Table) PlayedByComputer(seat int) bool {
	return t.Room.Seats[seat].Computer != "" || t.Players[seat].Left || t.Players[seat].Away
}

// ComputerDue gives the seat for which the computer is to move and when; ok is
// false when the game waits for a person, or is over. The time follows from the
// stored time of the last move, so any process at any time agrees on it.
func (t *Table) ComputerDue() (seat games.Seat, at time.Time, ok bool) {
	for _, seat := range t.ToAct() {
		if t.PlayedByComputer(int(seat)) {
			return seat, t.Turn.Add(ComputerDelay), true
		}
	}
	return 0, time.Time{}, false
}

// PlayOnAt gives the person the game waits for, and from when on the others may
// play on; ok is false when it waits for a computer, or is over.
func (t *Table) PlayOnAt() (seat games.Seat, at time.Time, ok bool) {
	for _, seat := range t.ToAct() {
		if !t.PlayedByComputer(int(seat)) {
			return seat, t.Turn.Add(PlayOnAfter), true
		}
	}
	return 0, time.Time{}, false
}

// moveSince gives the first move stored under number n or a later one: what the
// sender of a form drawn at n has not seen. Entries that are no moves do not
// count, for they leave the game as it was.
func (t *Table) moveSince(n int) (Entry, bool) {
	for i := max(n-1, 0); i < len(t.Log); i++ {
		if e := t.Log[i].Entry; e.Kind == EntryMove || e.Kind == EntryAbsent {
			return e, true
		}
	}
	return Entry{}, false
}
