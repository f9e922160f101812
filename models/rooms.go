package models

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"worldtravel/models/games"
	"worldtravel/models/span"
	"worldtravel/models/store"
)

// Rooms keeps rooms and the games played in them.
type Rooms struct {
	rooms   store.Collection[Room]
	entries store.Collection[Entry]
	users   *Users
	results *Results
	games   map[string]games.Game
	tables  *tableCache
	dice    games.Dice
	now     func() time.Time
	notify  Notifier
	alarms  *alarms // for computers' moves
	log     *slog.Logger
}

// NewRoom is the form that opens a room. ID is drawn with the form, so that
// sending it twice opens one room.
type NewRoom struct {
	ID, Name, Game string
	Size           int
	Listed         bool
	Quick          bool // the game begins at once, with computer players in all other seats
}

// Create opens a room with its maker as the host. What is wrong with the form
// comes as a FieldErrors.
func (r *Rooms) Create(ctx context.Context, host Identity, form NewRoom) (err error) {
	ctx, step := span.Call(ctx)
	defer func() { step.End(err) }()
	name, err := checkLine(form.Name, RoomNameMost, RoomNameLength)
	if err == nil && name == "" {
		err = Refuse(RoomNameLength, RoomNameMost)
	}
	wrong := FieldErrors{}
	wrong.add("name", err)
	game, ok := r.games[form.Game]
	if !ok {
		wrong.add("game", Refuse(NoChoice))
	} else if info := game.Info(); form.Size < info.MinSeats || form.Size > info.MaxSeats {
		wrong.add("seats", Refuse(NoChoice))
	}
	if len(wrong) > 0 {
		return wrong
	}
	if !ValidID(form.ID) {
		return Refuse(BadRequest)
	}
	form.Name = name
	if err = r.create(ctx, host, form); err == nil {
		return nil
	}
	// Whatever went wrong is no matter if the same form has made the room before.
	made, missing := r.get(ctx, form.ID)
	if missing != nil {
		return err
	}
	if made.Value.Host != host.User {
		return Refuse(BadRequest)
	}
	return nil
}

// create opens the room of a form that is in order.
func (r *Rooms) create(ctx context.Context, host Identity, form NewRoom) error {
	seat, err := r.seatFor(ctx, host)
	if err != nil {
		return err
	}
	game, now := r.games[form.Game], r.now()
	room := Room{
		Name: form.Name, Game: form.Game, Rules: game.Info().Version, Size: form.Size, Listed: form.Listed,
		Host: host.User, Stage: StageWaiting, Created: now, Changed: now,
	}
	room.sit(seat)
	if form.Quick {
		if err := r.quicken(&room, game); err != nil {
			return err
		}
	}
	return r.insert(ctx, form.ID, room)
}

// quicken seats computer players wherever there is room, and begins the game.
func (r *Rooms) quicken(room *Room, game games.Game) error {
	for _, key := range room.FreeComputers() {
		if !room.Full() {
			room.sit(Seat{Computer: key, Ready: true})
		}
	}
	return r.begin(room, game)
}

// insert stores a new room, and tells of it.
func (r *Rooms) insert(ctx context.Context, id string, room Room) error {
	ctx, cancel := finishing(ctx)
	defer cancel()
	table, err := newTable(store.Doc[Room]{ID: id, Version: 1, Value: room}, r.games)
	if err != nil {
		return err
	}
	if err := r.rooms.Insert(ctx, id, room); err != nil {
		return fmt.Errorf("store room: %w", err)
	}
	r.announce(ctx, table)
	return nil
}

// seatFor makes a seat for a person who may take another one.
func (r *Rooms) seatFor(ctx context.Context, who Identity) (Seat, error) {
	n, err := r.rooms.Count(ctx, store.Query{Index: "member", Equal: []any{who.User}})
	if err != nil {
		return Seat{}, fmt.Errorf("count rooms: %w", err)
	}
	if n >= RoomsPerPlayer {
		return Seat{}, Refuse(TooManyRooms, RoomsPerPlayer)
	}
	user, err := r.users.Get(ctx, who.User)
	if err != nil {
		return Seat{}, err
	}
	return Seat{User: who.User, Name: user.Name, Bag: user.Bag, Guest: user.Guest}, nil
}

// Join takes a free seat, with the player's own bag if it is free; whoever sits
// already stays.
func (r *Rooms) Join(ctx context.Context, id string, who Identity) error {
	return r.change(ctx, id, func(room *Room) error {
		switch {
		case room.SeatOf(who.User) >= 0:
			return errUnchanged
		case room.Stage == StageClosed:
			return Refuse(RoomClosed)
		case room.Stage != StageWaiting:
			return Refuse(AlreadyStarted)
		case room.Full():
			return Refuse(RoomFull)
		}
		seat, err := r.seatFor(ctx, who)
		if err != nil {
			return err
		}
		room.sit(seat)
		return nil
	})
}

// Ready says that a player is ready, or is not.
func (r *Rooms) Ready(ctx context.Context, id string, who Identity, ready bool) error {
	return r.change(ctx, id, func(room *Room) error {
		i := room.SeatOf(who.User)
		switch {
		case i < 0:
			return Refuse(NotSeated)
		case room.Seats[i].Ready == ready:
			return errUnchanged
		case room.Stage != StageWaiting:
			return Refuse(AlreadyStarted)
		}
		room.Seats = slices.Clone(room.Seats)
		room.Seats[i].Ready = ready
		return nil
	})
}

// Computer seats a computer player, or removes it; the host's wish.
func (r *Rooms) Computer(ctx context.Context, id string, who Identity, key string, present bool) error {
	if !slices.Contains(Computers[:], key) {
		return Refuse(NoChoice)
	}
	return r.change(ctx, id, func(room *Room) error {
		i := room.seatOfComputer(key)
		switch {
		case room.Host == who.User && (i >= 0) == present:
			return errUnchanged
		case room.Stage == StageClosed:
			return Refuse(RoomClosed)
		case room.Stage != StageWaiting:
			return Refuse(AlreadyStarted)
		case room.Host != who.User:
			return Refuse(NotHost)
		case present && room.Full():
			return Refuse(RoomFull)
		case present:
			room.sit(Seat{Computer: key, Ready: true})
		default:
			room.rise(i)
		}
		return nil
	})
}

// Start begins the game; the host's button. It freezes the seats.
func (r *Rooms) Start(ctx context.Context, id string, who Identity) error {
	return r.change(ctx, id, func(room *Room) error {
		game, ok := r.games[room.Game]
		switch {
		case !ok:
			return fmt.Errorf("room %s plays an unknown game %q", id, room.Game)
		case room.Stage == StageClosed:
			return Refuse(RoomClosed)
		case room.Host != who.User:
			return Refuse(NotHost)
		case room.Stage != StageWaiting:
			return errUnchanged
		}
		return r.begin(room, game)
	})
}

// begin makes a waiting room's game begin, or refuses.
func (r *Rooms) begin(room *Room, game games.Game) error {
	if refusal := room.startRefusal(game.Info().MinSeats); refusal != nil {
		return refusal
	}
	dice := games.Record(r.dice)
	game.Setup(len(room.Seats), dice)
	room.Setup = dice.Drawn()
	room.Stage, room.Started, room.Rules = StagePlaying, r.now(), game.Info().Version
	room.Seats = slices.Clone(room.Seats)
	room.Seats[room.SeatOf(room.Host)].Ready = true // says who presses
	return nil
}

// StartRefusal says why a waiting room's game cannot start yet; nil when it can.
func (r *Rooms) StartRefusal(room Room) *Error {
	game, ok := r.games[room.Game]
	if !ok {
		return Refuse(Internal)
	}
	return room.startRefusal(game.Info().MinSeats)
}

// Leave gives up a seat: before Start it becomes free, in a game the computer
// plays on. Whoever has no seat stays without one.
func (r *Rooms) Leave(ctx context.Context, id string, who Identity) error {
	err := r.change(ctx, id, func(room *Room) error {
		i := room.SeatOf(who.User)
		switch {
		case room.Stage == StagePlaying && i >= 0:
			return errPlaying
		case room.Stage != StageWaiting || i < 0:
			return errUnchanged
		}
		room.rise(i)
		return nil
	})
	if errors.Is(err, errPlaying) {
		return r.leaveGame(ctx, id, who)
	}
	return err
}

// Again gives the one room in which the players of a finished game play again,
// and takes whoever asks there. The finished room promises the new one's id
// first, so that however many ask, and whatever breaks off between, there is one.
// When everybody has left that one, there is another.
func (r *Rooms) Again(ctx context.Context, id string, who Identity) (next string, err error) {
	err = retry(ctx, func() error {
		table, err := r.Open(ctx, id)
		if err != nil {
			return err
		}
		switch {
		case table.Room.SeatOf(who.User) < 0:
			return Refuse(NotSeated)
		case !table.Over:
			return Refuse(NotOver)
		}
		if next, err = r.promise(ctx, table); err != nil {
			return err
		}
		err = r.joinNext(ctx, table, next, who)
		switch {
		case errors.Is(err, Refuse(RoomClosed)):
			return store.ErrConflict // the last one has just left
		case errors.Is(err, Refuse(RoomFull)) || errors.Is(err, Refuse(AlreadyStarted)):
			return nil // there is still something to watch
		}
		return err
	})
	return next, err
}

// promise gives the id of the room that follows a finished game, and sets it when
// there is none yet or that room has closed.
func (r *Rooms) promise(ctx context.Context, t *Table) (next string, err error) {
	closed := ""
	if following, err := r.get(ctx, t.Room.Next); err == nil && following.Value.Stage == StageClosed {
		closed = t.Room.Next
	}
	err = r.change(ctx, t.ID, func(room *Room) error {
		if next = room.Next; next != closed {
			return errUnchanged
		}
		next = NewID()
		room.Next = next
		return nil
	})
	return next, err
}

// joinNext takes a seat in the room that follows a finished game, and opens it if
// nobody has.
func (r *Rooms) joinNext(ctx context.Context, t *Table, next string, who Identity) error {
	err := r.Join(ctx, next, who)
	if !errors.Is(err, Refuse(NoRoom)) {
		return err
	}
	seat, err := r.seatFor(ctx, who)
	if err != nil {
		return err
	}
	now := r.now()
	room := Room{
		Name: t.Room.Name, Game: t.Room.Game, Rules: t.Game.Info().Version, Size: t.Room.Size,
		Listed: t.Room.Listed, Host: who.User, Stage: StageWaiting, Created: now, Changed: now,
	}
	room.sit(seat)
	for _, seat := range t.Room.Seats {
		if seat.Computer != "" {
			room.sit(seat)
		}
	}
	err = r.insert(ctx, next, room)
	if errors.Is(err, store.ErrExists) {
		return r.Join(ctx, next, who)
	}
	return err
}
