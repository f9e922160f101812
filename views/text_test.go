package views_test

import (
	"strings"
	"testing"

	"github.com/a-h/templ"

	"worldtravel/models"
	"worldtravel/models/games"
	"worldtravel/models/games/worldtravel"
	"worldtravel/views"
	"worldtravel/views/boards"
)

// textPages are text versions, in the states that look different.
func textPages() map[string]templ.Component {
	room := func(you int, change func(*views.Room)) templ.Component {
		m := views.Room{
			Page: views.Page{Title: "Sunday Flyers", Viewer: ada, Refresh: 8, RefreshURL: views.RoomText(flyers)},
			ID:   flyers, Name: longRoom, Gate: 4, Size: 4, HostName: "Ada", You: you, Address: "https://play.example" + views.RoomURL(flyers),
			Seats: []views.SeatLabel{seat("Ada", 1), seat(wolfe.Name, 2), computer("computer:nellie-bly", 3)},
		}
		m.Seats[0].Host = true
		change(&m)
		return views.TextPage(m)
	}
	waiting := func(you int, w views.Waiting) templ.Component {
		return room(you, func(m *views.Room) { m.Waiting = &w })
	}
	game := func(you int, s worldtravel.State, g views.Game) templ.Component {
		return room(you, func(m *views.Room) {
			m.Game = &g
			v, table := worldtravel.Rules{}.View(s, games.Seat(you)), boards.Table{Names: []string{"Ada", wolfe.Name, "Nellie Bly"}, Bags: []int{1, 2, 3}}
			g.Parts.LastWords, g.Parts.Words = boards.WorldTravel.LastWords(v, table), boards.WorldTravel.Words(v, table)
			if len(g.Moves) > 0 {
				m.Refresh = 0
				g.Parts.NextWords = boards.WorldTravel.NextWords(v, table)
			}
			for i := range m.Seats {
				m.Seats[i].Figure, m.Seats[i].Rank = boards.WorldTravel.Figure(v, games.Seat(i)), i+1
				g.Parts.Notes = append(g.Parts.Notes, boards.WorldTravel.SeatNote(v, games.Seat(i)))
			}
		})
	}
	roll := []views.MoveButton{{Label: "Roll", Move: worldtravel.Roll}}
	log := []views.LogLine{{Text: "Nellie Bly rolled 3 and reached 30. Nellie Bly flew to 50."}, {Text: "Ada rolled 2 and reached 18."}}
	flown := worldtravel.Trip{Seat: 2, Roll: 3, From: 27, Walked: 30, Place: 50}
	return map[string]templ.Component{
		"text-host":    waiting(0, views.Waiting{Host: true, Ready: true, Computers: []string{"computer:marco-polo"}}),
		"text-member":  waiting(1, views.Waiting{}),
		"text-join":    waiting(-1, views.Waiting{CanJoin: true}),
		"text-full":    waiting(-1, views.Waiting{}),
		"text-turn":    game(0, sitting(0, flown, 18, 41, 50), views.Game{Who: "Ada", Moves: roll, CanLeave: true, Log: log}),
		"text-play-on": game(0, sitting(1, flown, 18, 39, 50), views.Game{Title: views.TitleTurnOf, Who: wolfe.Name, PlayOn: wolfe.Name, CanLeave: true}),
		"text-away":    game(0, sitting(1, flown, 18, 39, 50), views.Game{Title: views.TitleTurnOf, Who: wolfe.Name, TakeBack: true, Log: log}),
		"text-won":     game(0, sitting(0, worldtravel.Trip{Roll: 5}, 65, 57, 60), views.Game{Title: views.TitleYouWon, Who: "Ada", Again: true, Log: log}),
		"text-refused": room(-1, func(m *views.Room) { m.Notice = models.Refuse(models.RoomFull); m.Waiting = &views.Waiting{} }),
		"text-closed":  room(-1, func(m *views.Room) { m.Refresh = 0 }),
	}
}

func TestTheLinkToTheTextVersionIsSeenWithoutScriptsOnly(t *testing.T) {
	got := rendered(t, views.RoomPage(views.Room{ID: "r", You: -1}))
	if link := `<noscript><a class="skip-link" href="/rooms/r/text">Text version</a></noscript>`; !strings.Contains(got, link) {
		t.Errorf("no %s", link)
	}
}

func TestAButtonOfATextVersionIsInBracketsWhereThereAreNoStyles(t *testing.T) {
	const bracket = `<span class="visually-hidden" aria-hidden="true">`
	if want := bracket + `[</span>Play again` + bracket + `]</span></button>`; !strings.Contains(rendered(t, textPages()["text-won"]), want) {
		t.Errorf("no %s", want)
	}
}
