package gallery

import (
	"worldtravel/models"
	"worldtravel/models/games"
	"worldtravel/models/games/worldtravel"
	"worldtravel/views"
	"worldtravel/views/boards"
	"worldtravel/views/words"
)

// textRoom is a room whose text version is shown.
func textRoom(you int, change func(*views.Room)) views.Room {
	m := views.Room{
		Page: views.Page{Title: "Sunday Flyers", Viewer: ada, Refresh: 8, RefreshURL: views.RoomText(flyers)},
		ID:   flyers, Name: longRoom, Gate: 4, Size: 4, HostName: "Ada", You: you, Address: "https://play.example" + views.RoomURL(flyers),
		Seats: []views.SeatLabel{seat("Ada", 1), seat(wolfe.Name, 2), computer("computer:nellie-bly", 3)},
	}
	m.Seats[0].Host = true
	change(&m)
	return m
}

// textPages are text versions, in the states that look different.
func textPages(l *words.Language) []Example {
	waiting := func(you int, w views.Waiting) views.Room {
		return textRoom(you, func(m *views.Room) { m.Waiting = &w })
	}
	game := func(you int, s worldtravel.State, g views.Game) views.Room {
		return textRoom(you, func(m *views.Room) {
			m.Game = &g
			v, table := worldtravel.Rules{}.View(s, games.Seat(you)), boards.Table{Names: []string{"Ada", wolfe.Name, "Nellie Bly"}, Bags: []int{1, 2, 3}, Words: l}
			g.Parts.LastWords, g.Parts.Words = boards.WorldTravel.LastWords(v, table), boards.WorldTravel.Words(v, table)
			if len(g.Moves) > 0 {
				m.Refresh = 0
				g.Parts.NextWords = boards.WorldTravel.NextWords(v, table)
			}
			for i := range m.Seats {
				m.Seats[i].Figure, m.Seats[i].Rank = boards.WorldTravel.Figure(v, games.Seat(i)), i+1
				g.Parts.Notes = append(g.Parts.Notes, boards.WorldTravel.SeatNote(v, games.Seat(i), table))
			}
		})
	}
	log := []views.LogLine{{Text: "Nellie Bly rolled 3 and reached 30. Nellie Bly flew to 50."}, {Text: "Ada rolled 2 and reached 18."}}
	flown := worldtravel.Trip{Seat: 2, Roll: 3, From: 27, Walked: 30, Place: 50}
	var all []Example
	for _, r := range []roomIn{
		{"host", waiting(0, views.Waiting{Host: true, Ready: true, Computers: []string{"computer:marco-polo"}})},
		{"member", waiting(1, views.Waiting{})},
		{"join", waiting(-1, views.Waiting{CanJoin: true})},
		{"full", waiting(-1, views.Waiting{})},
		{"turn", game(0, sitting(0, flown, 18, 41, 50), views.Game{Who: "Ada", Moves: roll(l), CanLeave: true, Log: log})},
		{"play-on", game(0, sitting(1, flown, 18, 39, 50), views.Game{Title: views.TitleTurnOf, Who: wolfe.Name, PlayOn: wolfe.Name, CanLeave: true})},
		{"away", game(0, sitting(1, flown, 18, 39, 50), views.Game{Title: views.TitleTurnOf, Who: wolfe.Name, TakeBack: true, Log: log})},
		{"won", game(0, sitting(0, worldtravel.Trip{Roll: 5}, 65, 57, 60), views.Game{Title: views.TitleYouWon, Who: "Ada", Again: true, Log: log})},
		{"refused", textRoom(-1, func(m *views.Room) { m.Notice = models.Refuse(models.RoomFull); m.Waiting = &views.Waiting{} })},
		{"closed", textRoom(-1, func(m *views.Room) { m.Refresh = 0 })},
	} {
		all = append(all, page("text.templ", "TextPage").as("text-"+r.state, views.TextPage(r.Room)))
	}
	return all
}
