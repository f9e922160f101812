package models_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"worldtravel/models"
	"worldtravel/models/games"
	"worldtravel/models/games/worldtravel"
	"worldtravel/models/store/storetest"
)

func TestTheLobbyListsOpenRoomsAndNoOthers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, ben := w.user("Ada"), w.user("Ben")
	listed := func() string {
		waiting, playing, err := w.Rooms.Listed(t.Context())
		w.must(err)
		var names []string
		for _, table := range waiting {
			names = append(names, table.Room.Name)
		}
		names = append(names, "|")
		for _, table := range playing {
			names = append(names, table.Room.Name)
		}
		return strings.Join(names, " ")
	}
	create := func(name string, open bool) string {
		f := newRoom()
		f.Name, f.Listed, f.Size = name, open, 2
		w.must(w.Rooms.Create(t.Context(), ada, f))
		w.clock.advance(time.Second)
		return f.ID
	}
	one, two, secret := create("one", true), create("two", true), create("secret", false)
	create("left", true)
	w.must(w.Rooms.Leave(t.Context(), w.otherRoom(ada), ada))
	if got := listed(); got != "two one |" {
		t.Errorf("got %s", got)
	}
	w.must(w.Rooms.Join(t.Context(), one, ben))
	if got := listed(); got != "one two |" {
		t.Errorf("got %s", got)
	}
	for _, id := range []string{one, secret} {
		w.must(w.Rooms.Join(t.Context(), id, ben))
		w.start(id, ada, ben)
	}
	if got := listed(); got != "two | one" {
		t.Errorf("got %s", got)
	}
	w.playOut(one)
	if got := listed(); got != "two |" {
		t.Errorf("got %s", got)
	}
	var yours []string
	rooms, err := w.Rooms.Of(t.Context(), ada.User)
	w.must(err)
	for _, table := range rooms {
		yours = append(yours, table.Room.Name)
	}
	if fmt.Sprint(yours) != "[secret two]" || rooms[1].ID != two {
		t.Errorf("Ada's are %v", yours)
	}
}

func TestEveryChangeIsToldAfterItIsStored(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, ben := w.user("Ada"), w.user("Ben")
	id := w.room(2, ada)
	told := func() string {
		var words []string
		for _, n := range w.told.take() {
			topic := strings.NewReplacer(id, "it", ada.User, "ada", ben.User, "ben").Replace(n.topic)
			words = append(words, fmt.Sprintf("%s %d", topic, n.version))
		}
		return strings.Join(words, ", ")
	}
	for _, step := range []struct {
		do   func() error
		want string
	}{
		{func() error { return nil }, "room/it 1, lobby 0, player/ada 0"},
		{func() error { return w.Rooms.Join(t.Context(), id, ben) }, "room/it 2, lobby 0, player/ada 0, player/ben 0"},
		{func() error { return w.Rooms.Join(t.Context(), id, ben) }, ""},
		{func() error { return w.Rooms.Leave(t.Context(), id, ben) }, "room/it 3, lobby 0, player/ada 0, player/ben 0"},
		{func() error { return w.Rooms.Join(t.Context(), id, ben) }, "room/it 4, lobby 0, player/ada 0, player/ben 0"},
		{func() error { return w.Rooms.Ready(t.Context(), id, ben, true) }, "room/it 5, lobby 0, player/ada 0, player/ben 0"},
		{func() error { return w.Rooms.Start(t.Context(), id, ada) }, "room/it 6, lobby 0, player/ada 0, player/ben 0"},
		{func() error { return w.roll(id, ada) }, "room/it 7, lobby 0, player/ada 0, player/ben 0"},
	} {
		w.must(step.do())
		if got := told(); got != step.want {
			t.Errorf("told %q, want %q", got, step.want)
		}
	}
}

func TestABrowserThatGoesAwayChangesNothing(t *testing.T) {
	t.Parallel()
	var gone func()
	w := openWorld(t, storetest.Hook(storetest.SQLite(t), nil, func(op storetest.Op) error {
		if gone != nil && op.Kind == "update" {
			gone()
		}
		return nil
	}))
	ada, ben := w.user("Ada"), w.user("Ben")
	id := w.room(2, ada)
	w.told.take()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	gone = cancel
	w.must(w.Rooms.Join(ctx, id, ben))
	if told := w.told.take(); len(told) != 4 || w.open(id).Version != 2 {
		t.Errorf("told %v", told)
	}
}

// laterRules are the rules in a later version.
type laterRules struct{ worldtravel.Rules }

func (laterRules) Info() games.Info {
	info := worldtravel.Rules{}.Info()
	info.Version++
	return info
}

func TestAGameByRulesOfYesterdayDoesNotHideTheOtherRooms(t *testing.T) {
	t.Parallel()
	db := storetest.SQLite(t)
	w := openWorld(t, db)
	ada, ben := w.user("Ada"), w.user("Ben")
	old, waiting := w.game(ada, ben), w.room(2, ada, ben)
	w = openWorld(t, db, func(c *models.Config) { c.Games = []games.Game{games.Of(laterRules{})} })
	if _, err := w.Rooms.Open(t.Context(), old); err == nil || models.Away(err) {
		t.Errorf("the old game gives %v", err)
	}
	w.start(waiting, ada, ben) // a room that waited is played by the rules of its start
	w.playOut(waiting)
	fresh := w.room(2, ada)
	rooms, err := w.Rooms.Of(t.Context(), ada.User)
	if w.must(err); len(rooms) != 1 || rooms[0].ID != fresh {
		t.Errorf("Ada sits in %v", rooms)
	}
	if _, _, err := w.Rooms.Listed(t.Context()); err != nil {
		t.Error(err)
	}
}
