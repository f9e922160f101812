package gallery

import (
	"strconv"
	"time"

	"worldtravel/models"
	"worldtravel/models/games"
	"worldtravel/models/games/worldtravel"
	"worldtravel/views"
	"worldtravel/views/boards"
	"worldtravel/views/words"
)

// sitting is a game as a state of the rules: whose turn it is, the trip before, and
// where each traveller is.
func sitting(turn int, last worldtravel.Trip, places ...int) worldtravel.State {
	s := worldtravel.State{Turn: games.Seat(turn), Last: last}
	for _, place := range places {
		_, landmark := worldtravel.LandmarkAt(place)
		s.Travellers = append(s.Travellers, worldtravel.Traveller{Place: place, Viewing: landmark, Rolls: 21, Flights: 3, Views: 2})
		s.Over = s.Over || place == worldtravel.Home
	}
	return s
}

// The trips before.
var (
	none   = worldtravel.Trip{}
	flown  = worldtravel.Trip{Seat: 3, Roll: 3, From: 27, Walked: 30, Place: 50}
	walked = worldtravel.Trip{Seat: 3, Roll: 1, From: 27, Walked: 28, Place: 28}
	home   = worldtravel.Trip{Seat: 0, Roll: 5, From: 61, Walked: 65, Place: 65}
)

func roll(l *words.Language) []views.MoveButton {
	return []views.MoveButton{{Label: boards.WorldTravel.Button(worldtravel.Roll, l), Move: worldtravel.Roll}}
}

// logLines are a log, newest first.
func logLines(l *words.Language) []views.LogLine {
	log := []views.LogLine{
		{Bag: 4, Text: "Nellie Bly rolled 3 and reached 30. Nellie Bly flew to 50."}, {Bag: 3, Text: "Chen rolled 5 and reached 36."},
		{Bag: 2, Text: "Ben rolled 6 and reached the Great Wall. Ben enjoys the view."}, {Bag: 1, Text: "Ada rolled 2 and reached 18."},
		{Bag: 4, Text: "Nellie Bly rolled 2 and reached 27."}, {Bag: 3, Text: "Chen rolled 3 and reached 31."},
		{Bag: 2, Text: views.TableSentence(l, "absent", "Ben", "Chen")}, {Bag: 1, Text: "Ada rolled 3 and reached 16."},
		{Bag: 3, Text: views.TableSentence(l, "leave", "Chen", "")}, {Bag: 3, Text: views.TableSentence(l, "return", "Chen", "")},
	}
	for i := range log {
		log[i].Key = strconv.Itoa(len(log) - i)
	}
	return log
}

// table is who plays; the viewer has a name of its own.
func table(l *words.Language, viewer views.Viewer, you, seats int) boards.Table {
	names := []string{"Ada", "Ben", "Chen", "Nellie Bly"}[:seats]
	if you >= 0 {
		names[you] = viewer.Name
	}
	return boards.Table{Names: names, Bags: []int{1, 2, 3, 4}[:seats], Words: l}
}

// game is a room from Start on; you is the viewer's seat, or -1.
func game(l *words.Language, viewer views.Viewer, name string, you int, s worldtravel.State, g views.Game, states ...views.SeatState) views.Room {
	table := table(l, viewer, you, len(s.Travellers))
	board, v := boards.WorldTravel, worldtravel.Rules{}.View(s, games.Seat(you))
	out, over := worldtravel.Rules{}.Outcome(s)
	m := views.Room{
		Page: roomPage(viewer), ID: flyers, Name: name, Version: 31, Stage: models.StagePlaying, GameName: "World Travel", Gate: 4, Size: 4,
		Listed: true, You: you, Game: &g,
	}
	g.N, g.Parts = 31, views.Parts{Picture: board.Picture(v, table), Last: board.Last(v, table), LastWords: board.LastWords(v, table), Next: board.Next(v, table)}
	if over {
		m.Stage, g.Parts.End = models.StageOver, board.End(v, table)
	}
	for i, n := range table.Names {
		label := seat(n, i+1)
		label.Figure, label.You, label.State = board.Figure(v, games.Seat(i)), i == you, states[i]
		label.Guest = i == you && viewer.Guest
		label.Now = !over && !g.Abandoned && int(s.Turn) == i
		if over {
			label.Rank = out.Rank[i]
		}
		m.Seats = append(m.Seats, label)
		g.Parts.Notes = append(g.Parts.Notes, board.SeatNote(v, games.Seat(i), table))
	}
	if g.PlayOn != "" {
		m.Notice = models.Refuse(models.NotYourTurn, g.Who)
	}
	return m
}

// gameRooms are games from the first roll to the end, as each kind of viewer sees them.
func gameRooms(l *words.Language) []roomIn {
	log, someday := logLines(l), time.Unix(1, 0)
	playing := []views.SeatState{views.StateTurn, views.StateGame, views.StateNext, views.StateComputer}
	others := []views.SeatState{views.StateGame, views.StateTurn, views.StateNext, views.StateComputer}
	away := []views.SeatState{views.StateAway, views.StateTurn, views.StateLeft, views.StateComputer}
	over := []views.SeatState{0, 0, 0, views.StateComputer}
	return []roomIn{
		{"start", game(l, wolfe, longRoom, 0, sitting(0, none, 0, 0, 0, 0), views.Game{Who: wolfe.Name, Moves: roll(l), CanLeave: true}, playing...)},
		{"start-wait", game(l, ben, "Sunday Flyers", 1, sitting(0, none, 0, 0, 0, 0), views.Game{Title: views.TitleTurnOf, Who: "Ada", CanLeave: true}, playing...)},
		{"start-watch", game(l, nobody, "Sunday Flyers", -1, sitting(0, none, 0, 0, 0, 0), views.Game{Title: views.TitleTurnOf, Who: "Ada"}, playing...)},
		{"turn", game(l, ada, "Sunday Flyers", 0, sitting(0, flown, 18, 41, 36, 50), views.Game{Who: "Ada", Moves: roll(l), CanLeave: true, Log: log}, playing...)},
		{"together", game(l, ada, "Sunday Flyers", 0, sitting(0, walked, 28, 28, 28, 28), views.Game{Who: "Ada", Moves: roll(l), CanLeave: true, Log: log}, playing...)},
		{"guest", game(l, gus, "Sunday Flyers", 0, sitting(0, flown, 18, 41, 36, 50), views.Game{Who: gus.Name, Moves: roll(l), CanLeave: true, Log: log}, playing...)},
		{"last-leg", game(l, ada, "Sunday Flyers", 0, sitting(0, worldtravel.Trip{Seat: 2, Roll: 6, From: 54, Walked: 60, Place: 60}, 63, 60, 60), views.Game{Who: "Ada", Moves: roll(l), CanLeave: true, Log: log}, playing...)},
		{"wait", game(l, ada, "Sunday Flyers", 0, sitting(1, flown, 21, 41, 37, 53), views.Game{Title: views.TitleTurnOf, Who: "Ben", PlayOnAt: someday, CanLeave: true, Log: log[:3]}, others...)},
		{"play-on", game(l, ada, "Sunday Flyers", 0, sitting(1, flown, 21, 41, 37, 53), views.Game{Title: views.TitleTurnOf, Who: "Ben", PlayOn: "Ben", PlayOnAt: someday, CanLeave: true, Log: log}, others...)},
		{"away", game(l, ada, "Sunday Flyers", 0, sitting(1, flown, 21, 41, 37, 53), views.Game{Title: views.TitleTurnOf, Who: "Ben", TakeBack: true, CanLeave: true, Log: log}, away...)},
		{"watch", game(l, nobody, longRoom, -1, sitting(1, flown, 21, 41, 37, 53), views.Game{Title: views.TitleTurnOf, Who: "Ben", Log: log}, others...)},
		{"won", game(l, ada, "Sunday Flyers", 0, sitting(0, home, 65, 57, 60, 62), views.Game{Title: views.TitleYouWon, Who: "Ada", Again: true, Log: log}, over...)},
		{"won-guest", game(l, gus, "Sunday Flyers", 0, sitting(0, home, 65, 57, 60, 62), views.Game{Title: views.TitleYouWon, Who: gus.Name, Again: true, Log: log}, over...)},
		{"lost", game(l, ada, longRoom, 0, sitting(1, home, 57, 65, 60), views.Game{Title: views.TitleWon, Who: "Ben", Again: true, Log: log}, over...)},
		{"won-long", game(l, wolfe, longRoom, 2, sitting(2, home, 57, 60, 65), views.Game{Title: views.TitleYouWon, Who: wolfe.Name, Again: true, Log: log}, over...)},
		{"won-watch", game(l, nobody, "Sunday Flyers", -1, sitting(3, home, 57, 60, 60, 65), views.Game{Title: views.TitleWon, Who: "Nellie Bly", Log: log}, over...)},
		{"abandoned", game(l, ada, "Sunday Flyers", 0, sitting(1, worldtravel.Trip{Seat: 2, Roll: 1, From: 36, Walked: 37, Place: 37}, 21, 41, 37), views.Game{Title: views.TitleAbandoned, Abandoned: true, Again: true, Log: log}, over...)},
	}
}

func gamePages(l *words.Language) []Example {
	var all []Example
	for _, r := range gameRooms(l) {
		all = append(all, page("game.templ", "gameMain").as("game-"+r.state, views.RoomPage(r.Room)))
	}
	return all
}

// gameParts are the panel of the turn and the labels in each game, and the lines of a
// log.
func gameParts(l *words.Language) []Example {
	turn, label, line := part("game.templ", "turn"), part("game.templ", "crewLabel"), part("game.templ", "logEntry")
	var all []Example
	for _, r := range gameRooms(l) {
		panel := r.part("turn")
		if panel == nil {
			panel = r.part("result")
		}
		all = append(all, turn.as("turn-"+r.state, panel), label.as("labels-"+r.state, list("labels", r.lines("label-"))))
		if r.state == "turn" {
			all = append(all, line.as("log", list("log__list", r.lines("log-"))))
		}
	}
	return all
}
