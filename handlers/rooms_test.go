package handlers_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"worldtravel/models"
	"worldtravel/views"
)

func TestCreatingARoomSaysWhatIsWrongWithEachField(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada := s.player("Ada")
	long := strings.Repeat("ü", models.RoomNameMost+1)
	for _, c := range []struct {
		field, value string
		wrong        *models.Error
	}{
		{"name", "", models.Refuse(models.RoomNameLength, models.RoomNameMost)},
		{"name", " \t ", models.Refuse(models.RoomNameLength, models.RoomNameMost)},
		{"name", long, models.Refuse(models.RoomNameLength, models.RoomNameMost)},
		{"name", "to\u202emoor", models.Refuse(models.TextCharacters)},
		{"name", "to\u2066moor", models.Refuse(models.TextCharacters)},
		{"name", "\u200b", models.Refuse(models.TextCharacters)},
		{"name", "a\x00b", models.Refuse(models.TextCharacters)},
		{"name", "a\x1b[31mb", models.Refuse(models.TextCharacters)},
		{"name", "a\r\nb", models.Refuse(models.TextCharacters)},
		{"name", "a\xffb", models.Refuse(models.TextCharacters)},
		{"game", "chess", models.Refuse(models.NoChoice)},
		{"game", "", models.Refuse(models.NoChoice)},
		{"seats", "1", models.Refuse(models.NoChoice)},
		{"seats", "5", models.Refuse(models.NoChoice)},
		{"seats", "-2", models.Refuse(models.NoChoice)},
		{"seats", "", models.Refuse(models.NoChoice)},
	} {
		ada.open(views.CreateRoomURL)
		f := ada.form("Create room", "name", "Kept")
		f.fields.Set(c.field, c.value)
		ada.page = ada.send(f.request())
		ada.refused(ada.page, http.StatusUnprocessableEntity, c.wrong.Code, c.wrong.Args...)
		if c.field != "name" && !strings.Contains(ada.page.body, `value="Kept"`) {
			t.Errorf("after a wrong %s the name is gone", c.field)
		}
		ada.press("Create room", "name", "Right now", "game", "world-travel", "seats", "2")
		ada.welcome(ada.page)
		ada.sees("Right now")
		ada.press("Leave")
	}
	for _, c := range [][2]string{{"seats", "two"}, {"seats", "2.5"}, {"seats", strings.Repeat("9", 30)}, {"id", ""}, {"id", "x"}, {"id", "../x"}} {
		ada.open(views.CreateRoomURL)
		f := ada.form("Create room", "name", "Kept")
		f.fields.Set(c[0], c[1])
		ada.refused(ada.send(f.request()), http.StatusBadRequest, models.BadRequest)
	}
	waiting, _, err := s.models.Rooms.Listed(t.Context())
	s.must(err)
	if len(waiting) > 0 {
		t.Errorf("%d rooms were made all the same", len(waiting))
	}
}

func TestARoomsNameMayHoldAnythingThatCanBeSeen(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada := s.player("Ada")
	for _, name := range []string{
		`<script>alert(1)</script>`, `"><img src=x onerror=x>`, `</title><b>x`, `{{.}} ${x} &amp; &lt;`, `'; DROP TABLE rooms; --`,
		"Weltreise für alle", "世界一周", "رحلة حول العالم", "👩‍✈️ ✈️ 🌍", strings.Repeat("ü", models.RoomNameMost),
	} {
		ada.open(views.CreateRoomURL)
		ada.press("Create room", "name", name, "seats", "2")
		ada.welcome(ada.page)
		for _, address := range []string{ada.page.address(), "/"} {
			ada.open(address)
			ada.sees(name)
			for n := range ada.page.root.Descendants() {
				if n.Data == "img" && attr(n, "src") == "x" || n.Data == "script" && strings.Contains(textOf(n), "alert") {
					t.Errorf("the name %s is HTML on %s", name, address)
				}
			}
		}
		ada.follow("Open " + name)
		ada.press("Leave")
	}
}

func TestWhatARoomRefusesIsSaidAndChangesNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	players := s.players("Ada", "Ben", "Chen", "Dora", "Eve")
	ada, ben, dora, eve := players[0], players[1], players[3], players[4]
	full := s.room(ada, ben, players[2], dora)
	playing := s.game(ada, ben, dora)
	s.rolls(2, ada)
	over := s.won(ada, ben)
	closed := s.room(ada)
	ada.press("Leave")
	alone := s.room(ada)

	const conflict, forbidden, unprocessable = http.StatusConflict, http.StatusForbidden, http.StatusUnprocessableEntity
	for _, c := range []struct {
		who    *browser
		room   string
		action string
		fields []string
		status int
		code   models.Code
		args   []any
	}{
		{who: eve, room: full, action: "join", status: conflict, code: models.RoomFull},
		{who: eve, room: playing, action: "join", status: conflict, code: models.AlreadyStarted},
		{who: eve, room: over, action: "join", status: conflict, code: models.AlreadyStarted},
		{who: eve, room: closed, action: "join", status: conflict, code: models.RoomClosed},

		{who: eve, room: full, action: "ready", fields: []string{"ready", "yes"}, status: forbidden, code: models.NotSeated},
		{who: eve, room: playing, action: "ready", fields: []string{"ready", "yes"}, status: forbidden, code: models.NotSeated},

		{who: ben, room: full, action: "start", status: forbidden, code: models.NotHost},
		{who: eve, room: alone, action: "start", status: forbidden, code: models.NotHost},
		{who: ada, room: alone, action: "start", status: conflict, code: models.TooFew, args: []any{2}},
		{who: ada, room: full, action: "start", status: conflict, code: models.NotReady, args: []any{[]string{"Ben", "Chen", "Dora"}}},
		{who: ada, room: closed, action: "start", status: conflict, code: models.RoomClosed},

		{who: ada, room: full, action: "computer", fields: []string{"computer", models.Computers[0], "present", "yes"}, status: conflict, code: models.RoomFull},
		{who: eve, room: alone, action: "computer", fields: []string{"computer", models.Computers[0], "present", "yes"}, status: forbidden, code: models.NotHost},
		{who: ada, room: alone, action: "computer", fields: []string{"computer", "computer:hal", "present", "yes"}, status: unprocessable, code: models.NoChoice},
		{who: ada, room: alone, action: "computer", fields: []string{"computer", "", "present", "yes"}, status: unprocessable, code: models.NoChoice},
		{who: ada, room: playing, action: "computer", fields: []string{"computer", models.Computers[0], "present", "yes"}, status: conflict, code: models.AlreadyStarted},
		{who: ada, room: closed, action: "computer", fields: []string{"computer", models.Computers[0], "present", "yes"}, status: conflict, code: models.RoomClosed},

		{who: ada, room: full, action: "move", fields: []string{"n", "1", "move", "roll"}, status: conflict, code: models.NotStarted},
		{who: eve, room: playing, action: "move", fields: []string{"n", "2", "move", "roll"}, status: forbidden, code: models.NotSeated},
		{who: dora, room: playing, action: "move", fields: []string{"n", "2", "move", "roll"}, status: conflict, code: models.NotYourTurn, args: []any{"Ben"}},
		{who: ben, room: playing, action: "move", fields: []string{"n", "1", "move", "roll"}, status: conflict, code: models.OldVersion},
		{who: ben, room: playing, action: "move", fields: []string{"n", "2", "move", "fly"}, status: unprocessable, code: models.Illegal},
		{who: ben, room: playing, action: "move", fields: []string{"n", "2"}, status: unprocessable, code: models.Illegal},
		{who: ben, room: playing, action: "move", fields: []string{"n", "2", "move", "roll\x00"}, status: unprocessable, code: models.Illegal},
		{who: ben, room: playing, action: "move", fields: []string{"n", "2", "move", "\xff"}, status: unprocessable, code: models.Illegal},
		{who: ben, room: playing, action: "move", fields: []string{"n", "2", "move", strings.Repeat("roll", 9999)}, status: unprocessable, code: models.Illegal},
		{who: ben, room: playing, action: "move", fields: []string{"n", "2", "move", "fly", "move", "roll"}, status: unprocessable, code: models.Illegal},
		{who: ben, room: playing, action: "move", fields: []string{"n", "3", "move", "roll"}, status: http.StatusBadRequest, code: models.BadRequest},
		{who: ada, room: over, action: "move", fields: []string{"n", fmt.Sprint(s.table(over).N + 1), "move", "roll"}, status: conflict, code: models.GameOver},

		{who: eve, room: playing, action: "play-on", fields: []string{"n", "2"}, status: forbidden, code: models.NotSeated},
		{who: ada, room: playing, action: "play-on", fields: []string{"n", "2"}, status: conflict, code: models.TooEarly, args: []any{"Ben"}},
		{who: ada, room: full, action: "play-on", fields: []string{"n", "1"}, status: conflict, code: models.NotStarted},
		{who: eve, room: playing, action: "take-back", status: forbidden, code: models.NotSeated},
		{who: ada, room: full, action: "take-back", status: conflict, code: models.NotStarted},
		{who: ada, room: playing, action: "again", status: conflict, code: models.NotOver},
		{who: ada, room: full, action: "again", status: conflict, code: models.NotOver},
		{who: eve, room: over, action: "again", status: forbidden, code: models.NotSeated},
	} {
		t.Run(fmt.Sprint(c.action, " ", c.code), func(t *testing.T) {
			before := s.stored(c.room)
			who := *c.who
			who.T = t
			who.refused(who.post(views.RoomAction(c.room, c.action), c.fields...), c.status, c.code, c.args...)

			r := who.request(http.MethodPost, views.RoomAction(c.room, c.action), values(c.fields...))
			r.Header.Set("HX-Request", "true")
			p := who.send(r)
			who.refused(p, c.status, c.code, c.args...)
			if p.notice() == "" || p.byID(views.PageID) == nil {
				t.Error("htmx does not get the notice and the page")
			}
			if after := s.stored(c.room); after != before {
				t.Errorf("the room was %s, is %s", before, after)
			}
		})
	}
}

func TestAMoveWithoutANumberIsNoForm(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, ben := s.player("Ada"), s.player("Ben")
	room := s.game(ada, ben)
	before := s.stored(room)
	for _, n := range []string{"", "0", "-1", "2", "one", "1.5", "1e1", "0x1", "１", strings.Repeat("9", 30), "1\x00", " 1"} {
		for _, action := range []string{"move", "play-on"} {
			ada.refused(ada.post(views.RoomAction(room, action), "n", n, "move", "roll"), http.StatusBadRequest, models.BadRequest)
		}
	}
	ada.refused(ada.post(views.RoomAction(room, "move"), "move", "roll"), http.StatusBadRequest, models.BadRequest)
	ada.refused(ada.post(views.RoomAction(room, "move"), "n", "x", "n", "1", "move", "roll"), http.StatusBadRequest, models.BadRequest)
	if after := s.stored(room); after != before {
		t.Errorf("the room was %s, is %s", before, after)
	}
}

func TestTheHostsLeavingPassesTheRoomOn(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, ben := s.player("Ada"), s.player("Ben")
	id := s.room(ada, ben)
	ada.reload()
	ada.press("Leave")
	ada.welcome(ada.page)
	ada.sees("Host Ben")
	ben.reload()
	ben.press("Add a computer player")
	ben.press("Remove Nellie Bly")
	ben.press("Leave")
	ben.sees("This room has closed")
	if stage := s.table(id).Room.Stage; stage != models.StageClosed {
		t.Errorf("the empty room is %s", stage)
	}
	s.clock.advance(models.ClosedKept + time.Second)
	s.sweep()
	ben.refused(ben.reload(), http.StatusNotFound, models.NoRoom)
}

func TestReadyAndNotReady(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, ben := s.player("Ada"), s.player("Ben")
	s.room(ada, ben)
	ben.press("Ready")
	if !ada.reload().button("Start") {
		t.Error("everybody is ready, and Start can't be pressed")
	}
	ben.press("Not ready")
	if ada.reload().button("Start") {
		t.Error("Start can be pressed although Ben is not ready")
	}
	ada.sees("Ben is not ready yet.")
}

func TestWhoSitsInTwentyRoomsMustLeaveOneFirst(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada := s.player("Ada")
	for range models.RoomsPerPlayer {
		s.room(ada)
	}
	ada.open(views.CreateRoomURL)
	ada.press("Create room", "name", "One more", "seats", "2")
	ada.refused(ada.page, http.StatusConflict, models.TooManyRooms, models.RoomsPerPlayer)
}
