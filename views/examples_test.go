package views_test

import (
	"fmt"
	"time"

	"github.com/a-h/templ"

	"worldtravel/models"
	"worldtravel/models/games"
	"worldtravel/models/games/worldtravel"
	"worldtravel/views"
	"worldtravel/views/boards"
)

const flyers = "k3v9x2"

var (
	longRoom = "The never-ending tour of the Grand Duchy"
	ada      = views.Viewer{ID: "u1", Name: "Ada"}
	wolfe    = views.Viewer{ID: "u2", Name: "Wolfeschlegelsteinha"}
)

// previews are all pages, each in the states that look different.
func previews() map[string]templ.Component {
	all := map[string]templ.Component{}
	for _, pages := range []map[string]templ.Component{lobbyPages(), waitingPages(), gamePages(), formPages(), peoplePages(), errorPages(), textPages()} {
		for name, page := range pages {
			all[name] = page
		}
	}
	return all
}

func lobbyPages() map[string]templ.Component {
	line := func(name string, gate, taken, size int, state views.RoomState) views.RoomLine {
		return views.RoomLine{ID: fmt.Sprintf("r%d", gate), Name: name, Game: "World Travel", Gate: gate, Taken: taken, Size: size, State: state}
	}
	departures := views.Departures{
		Version: 7,
		Rooms: []views.RoomLine{
			line("Sunday Flyers", 4, 3, 4, views.Boarding), line("Zürich Hbf", 11, 1, 2, views.LastSeat),
			line(longRoom, 12, 1, 4, views.Boarding), line("环游世界八十天", 13, 1, 3, views.Boarding),
			line("🛫 <b>bold</b> & bright 🛬", 14, 1, 3, views.Boarding), line("رحلة حول العالم", 15, 1, 3, views.Boarding),
			line("Full House", 2, 3, 3, views.Full), line("The Long Way", 9, 4, 4, views.Departed),
		},
		InPlay: []views.Trip{
			{ID: "r9", Name: "The Long Way", Players: []views.TripPlayer{{Name: "Mo", Bag: 1, Percent: 14}, {Name: "Ines", Bag: 2, Percent: 51}, {Name: "Priya", Bag: 3, Percent: 80}, {Name: "Leo", Bag: 4, Percent: 37}}},
			{ID: "r3", Name: longRoom, Players: []views.TripPlayer{{Name: "Kit", Bag: 1}, {Name: "Sam", Bag: 2, Percent: 100}}},
		},
		Top:    []views.Rank{{Rank: 1, Name: "Ines", Won: 41}, {Rank: 2, Name: "Tomas", Won: 38}, {Rank: 3, Name: wolfe.Name, Won: 27}},
		Online: []string{"Ada", "Ben", "Chen", "Ines", "Kit", wolfe.Name, "Leo", "Mo"}, More: 12,
	}
	yours := views.YourRooms{Version: 3, Rooms: []views.RoomLine{
		line("Sunday Flyers", 4, 4, 4, views.YourTurn), line("Slow Boat", 6, 2, 4, views.YourRoom), line("Night Mail", 8, 2, 2, views.InPlay),
	}}
	visitor := views.Page{Here: views.LobbyURL, Live: views.LobbyLive("visitor")}
	player := views.Page{Here: views.LobbyURL, Live: views.LobbyLive("player"), Viewer: ada}
	return map[string]templ.Component{
		"lobby":          views.LobbyPage(views.Lobby{Page: visitor, Public: views.DeparturesFragment(departures), Sights: boards.Sights()}),
		"lobby-empty":    views.LobbyPage(views.Lobby{Page: visitor, Public: views.DeparturesFragment(views.Departures{}), Sights: boards.Sights()}),
		"lobby-in":       views.LobbyPage(views.Lobby{Page: player, Yours: views.YourRoomsFragment(yours), Public: views.DeparturesFragment(departures)}),
		"lobby-in-empty": views.LobbyPage(views.Lobby{Page: player, Yours: views.YourRoomsFragment(views.YourRooms{}), Public: views.DeparturesFragment(views.Departures{})}),
	}
}

func page(viewer views.Viewer) views.Page {
	return views.Page{Title: "Sunday Flyers", Viewer: viewer, Live: views.RoomLive(flyers, "seat"), Refresh: 4, RefreshURL: views.RoomURL(flyers)}
}

func seat(name string, bag int) views.SeatLabel {
	return views.SeatLabel{Name: name, Profile: views.ProfileURL(name), Bag: views.Bag(bag)}
}

func computer(key string, bag int) views.SeatLabel {
	return views.SeatLabel{Name: views.ComputerName(key), Computer: key, Bag: views.Bag(bag), Ready: true}
}

func waitingPages() map[string]templ.Component {
	room := func(viewer views.Viewer, name string, you int, w views.Waiting, seats ...views.SeatLabel) templ.Component {
		seats[0].Host = true
		if you >= 0 {
			seats[you].You, seats[you].Ready = true, w.Ready
		}
		return views.RoomPage(views.Room{
			Page: page(viewer), ID: flyers, Name: name, Version: 5, Stage: models.StageWaiting, GameName: "World Travel", Gate: 4,
			Size: 4, Listed: true, HostName: seats[0].Name, Address: "https://play.example" + views.RoomURL(flyers), Seats: seats, You: you, Waiting: &w,
		})
	}
	computers := []string{"computer:phileas-fogg", "computer:marco-polo", "computer:jeanne-baret"}
	ready := seat("Ben", 2)
	ready.Ready = true
	return map[string]templ.Component{
		"room-host":       room(ada, "Sunday Flyers", 0, views.Waiting{Host: true, Ready: true, Computers: computers}, seat("Ada", 1), ready, computer("computer:nellie-bly", 3)),
		"room-host-alone": room(wolfe, longRoom, 0, views.Waiting{Host: true, Start: models.Refuse(models.TooFew, 2), Computers: computers}, seat(wolfe.Name, 1)),
		"room-waits":      room(ada, "Sunday Flyers", 0, views.Waiting{Host: true, Ready: true, Start: models.Refuse(models.NotReady, "Ben"), Computers: computers}, seat("Ada", 1), seat("Ben", 2)),
		"room-member":     room(views.Viewer{ID: "u3", Name: "Ben"}, "环游世界八十天", 1, views.Waiting{}, seat("Ada", 1), seat("Ben", 2)),
		"room-joinable":   room(views.Viewer{ID: "u4", Name: "Kit"}, "Sunday Flyers", -1, views.Waiting{CanJoin: true}, seat("Ada", 1), ready),
		"room-visitor":    room(views.Viewer{}, "Sunday Flyers", -1, views.Waiting{CanJoin: true}, seat("Ada", 1), ready),
		"room-full":       room(views.Viewer{}, "Sunday Flyers", -1, views.Waiting{}, seat("Ada", 1), ready, seat("Chen", 3), computer("computer:nellie-bly", 4)),
		"room-closed":     views.RoomPage(views.Room{Page: page(ada), ID: flyers, Name: "Sunday Flyers", Version: 9, Stage: models.StageClosed, You: -1}),
	}
}

// sitting is a game of four as a state of the rules.
func sitting(turn int, last worldtravel.Trip, places ...int) worldtravel.State {
	s := worldtravel.State{Turn: games.Seat(turn), Last: last}
	for _, place := range places {
		_, landmark := worldtravel.LandmarkAt(place)
		s.Travellers = append(s.Travellers, worldtravel.Traveller{Place: place, Viewing: landmark, Rolls: 21, Flights: 3, Views: 2})
		s.Over = s.Over || place == worldtravel.Home
	}
	return s
}

func gamePages() map[string]templ.Component {
	log := []views.LogLine{
		{Bag: 4, Text: "Nellie Bly rolled 3 and reached 30. Nellie Bly flew to 50."}, {Bag: 3, Text: "Chen rolled 5 and reached 36."},
		{Bag: 2, Text: "Ben rolled 6 and reached the Great Wall. Ben enjoys the view."}, {Bag: 1, Text: "Ada rolled 2 and reached 18."},
		{Bag: 4, Text: "Nellie Bly rolled 2 and reached 27."}, {Bag: 3, Text: "Chen rolled 3 and reached 31."},
		{Bag: 2, Text: views.TableSentence("absent", "Ben", "Chen")}, {Bag: 1, Text: "Ada rolled 3 and reached 16."},
		{Bag: 3, Text: views.TableSentence("leave", "Chen", "")}, {Bag: 3, Text: views.TableSentence("return", "Chen", "")},
	}
	room := func(viewer views.Viewer, name string, you int, s worldtravel.State, g views.Game, states ...views.SeatState) templ.Component {
		names := []string{"Ada", "Ben", "Chen", "Nellie Bly"}[:len(s.Travellers)]
		if viewer == wolfe {
			names[you] = wolfe.Name
		}
		table := boards.Table{Names: names, Bags: []int{1, 2, 3, 4}[:len(names)]}
		board, v := boards.WorldTravel, worldtravel.Rules{}.View(s, games.Seat(you))
		out, over := worldtravel.Rules{}.Outcome(s)
		m := views.Room{Page: page(viewer), ID: flyers, Name: name, Version: 31, Stage: models.StagePlaying, GameName: "World Travel", Gate: 4, Size: 4, Listed: true, You: you, Game: &g}
		g.N, g.Parts = 31, views.Parts{Log: views.FlightLog(g.Log), Picture: board.Picture(v, table), Last: board.Last(v, table), LastWords: board.LastWords(v, table), Next: board.Next(v, table)}
		if over {
			m.Stage, g.Parts.End = models.StageOver, board.End(v, table)
		}
		for i, n := range names {
			label := seat(n, i+1)
			label.Figure, label.You, label.State = board.Figure(v, games.Seat(i)), i == you, states[i]
			label.Now = !over && !g.Abandoned && int(s.Turn) == i
			if over {
				label.Rank = out.Rank[i]
			}
			m.Seats = append(m.Seats, label)
			g.Parts.Notes = append(g.Parts.Notes, board.SeatNote(v, games.Seat(i)))
		}
		if g.PlayOn != "" {
			m.Notice = models.Refuse(models.NotYourTurn, g.Who)
		}
		return views.RoomPage(m)
	}
	roll := []views.MoveButton{{Label: boards.WorldTravel.Button(worldtravel.Roll), Move: worldtravel.Roll}}
	flown := worldtravel.Trip{Seat: 3, Roll: 3, From: 27, Walked: 30, Place: 50}
	walked := worldtravel.Trip{Seat: 3, Roll: 1, From: 27, Walked: 28, Place: 28}
	home := worldtravel.Trip{Seat: 0, Roll: 5, From: 61, Walked: 65, Place: 65}
	playing := []views.SeatState{views.StateTurn, views.StateGame, views.StateNext, views.StateComputer}
	waiting := []views.SeatState{views.StateGame, views.StateTurn, views.StateNext, views.StateComputer}
	return map[string]templ.Component{
		"game":           room(ada, "Sunday Flyers", 0, sitting(0, flown, 18, 41, 36, 50), views.Game{Who: "Ada", Moves: roll, CanLeave: true, Log: log}, playing...),
		"game-start":     room(wolfe, longRoom, 0, sitting(0, worldtravel.Trip{}, 0, 0, 0, 0), views.Game{Who: wolfe.Name, Moves: roll, CanLeave: true}, playing...),
		"game-together":  room(ada, "Sunday Flyers", 0, sitting(0, walked, 28, 28, 28, 28), views.Game{Who: "Ada", Moves: roll, CanLeave: true, Log: log}, playing...),
		"game-last-leg":  room(ada, "Sunday Flyers", 0, sitting(0, worldtravel.Trip{Seat: 2, Roll: 6, From: 54, Walked: 60, Place: 60}, 63, 60, 60), views.Game{Who: "Ada", Moves: roll, CanLeave: true, Log: log}, playing...),
		"game-wait":      room(ada, "Sunday Flyers", 0, sitting(1, flown, 21, 41, 37, 53), views.Game{Title: views.TitleTurnOf, Who: "Ben", PlayOnAt: time.Unix(1, 0), CanLeave: true, Log: log[:3]}, waiting...),
		"game-play-on":   room(ada, "Sunday Flyers", 0, sitting(1, flown, 21, 41, 37, 53), views.Game{Title: views.TitleTurnOf, Who: "Ben", PlayOn: "Ben", PlayOnAt: time.Unix(1, 0), CanLeave: true, Log: log}, waiting...),
		"game-away":      room(ada, "Sunday Flyers", 0, sitting(1, flown, 21, 41, 37, 53), views.Game{Title: views.TitleTurnOf, Who: "Ben", TakeBack: true, CanLeave: true, Log: log}, views.StateAway, views.StateTurn, views.StateLeft, views.StateComputer),
		"game-watch":     room(views.Viewer{}, longRoom, -1, sitting(1, flown, 21, 41, 37, 53), views.Game{Title: views.TitleTurnOf, Who: "Ben", Log: log}, waiting...),
		"game-won":       room(ada, "Sunday Flyers", 0, sitting(0, home, 65, 57, 60, 62), views.Game{Title: views.TitleYouWon, Who: "Ada", Again: true, Log: log}, 0, 0, 0, views.StateComputer),
		"game-lost":      room(ada, longRoom, 0, sitting(1, home, 57, 65, 60), views.Game{Title: views.TitleWon, Who: "Ben", Again: true, Log: log}, 0, 0, 0),
		"game-won-long":  room(wolfe, longRoom, 2, sitting(2, home, 57, 60, 65), views.Game{Title: views.TitleYouWon, Who: wolfe.Name, Again: true, Log: log}, 0, 0, 0),
		"game-won-watch": room(views.Viewer{}, "Sunday Flyers", -1, sitting(3, home, 57, 60, 60, 65), views.Game{Title: views.TitleWon, Who: "Nellie Bly", Log: log}, 0, 0, 0, 0),
		"game-abandoned": room(ada, "Sunday Flyers", 0, sitting(1, worldtravel.Trip{Seat: 2, Roll: 1, From: 36, Walked: 37, Place: 37}, 21, 41, 37), views.Game{Title: views.TitleAbandoned, Abandoned: true, Again: true, Log: log}, 0, 0, 0),
	}
}

func formPages() map[string]templ.Component {
	offer := []views.GameChoice{{Slug: "world-travel", Name: "World Travel", MinSeats: 2, MaxSeats: 4}}
	return map[string]templ.Component{
		"create":        views.CreateRoomPage(views.CreateRoom{Page: views.Page{Viewer: ada}, ID: "n1", Game: "world-travel", Games: offer, Size: 4, Listed: true}),
		"create-wrong":  views.CreateRoomPage(views.CreateRoom{Page: views.Page{Viewer: ada}, ID: "n1", Name: " ", Games: offer, Errors: views.FieldErrors{"name": models.Refuse(models.RoomNameLength, 40), "seats": models.Refuse(models.NoChoice)}}),
		"login":         views.LoginPage(views.Login{Page: views.Page{Here: views.LoginURL}, Next: "/rooms/k3v9x2"}),
		"login-wrong":   views.LoginPage(views.Login{Page: views.Page{Here: views.LoginURL}, Name: "Ada", Errors: views.FieldErrors{"password": models.Refuse(models.WrongLogin)}}),
		"login-busy":    views.LoginPage(views.Login{Page: views.Page{Here: views.LoginURL, Notice: models.Refuse(models.TooManyTries, 7)}, Name: "Ada"}),
		"signup":        views.SignupPage(views.Signup{Page: views.Page{Here: views.SignupURL}}),
		"signup-wrong":  views.SignupPage(views.Signup{Page: views.Page{Here: views.SignupURL}, Name: "Ada", Errors: views.FieldErrors{"name": models.Refuse(models.NameTaken, "Ada"), "password": models.Refuse(models.PasswordLength, 8, 128), "again": models.Refuse(models.PasswordsDiffer)}}),
		"profile-edit":  views.EditProfilePage(views.EditProfile{Page: views.Page{Viewer: ada}, About: "I always enjoy the view.", Bag: 3, Transport: views.TransportStream}),
		"profile-wrong": views.EditProfilePage(views.EditProfile{Page: views.Page{Viewer: ada}, Bag: 1, Errors: views.FieldErrors{"about": models.Refuse(models.TextLength, 200)}}),
	}
}

func peoplePages() map[string]templ.Component {
	day := time.Date(2026, time.November, 21, 20, 0, 0, 0, time.UTC)
	journeys := []views.Journey{
		{Room: "a", Name: "Sunday Flyers", Game: "World Travel", With: []string{"Ben", "Chen", "Nellie Bly (computer)"}, Rank: 1, Ended: day},
		{Room: "b", Name: longRoom, Game: "World Travel", With: []string{wolfe.Name, "Marco Polo (computer)", "Priya"}, Rank: 3, Ended: day.AddDate(0, 0, -2)},
		{Room: "c", Name: "环游世界八十天", Game: "World Travel", With: []string{"Kit"}, Left: true, Ended: day.AddDate(0, -1, -5)},
	}
	var ranks []views.Rank
	for i, name := range []string{"Ines", "Tomas", "Noor", wolfe.Name, "Priya", "Leo", "Mo", "Sam", "Wren", "Zoe"} {
		ranks = append(ranks, views.Rank{Rank: i + 1, Name: name, Played: 71 - 3*i, Won: 41 - 4*i, Share: 58 - i})
	}
	later := append([]views.Rank{}, ranks[4:]...)
	later[2].You = true
	return map[string]templ.Component{
		"profile":           views.ProfilePage(views.Profile{Page: views.Page{Viewer: ada, Here: views.ProfileURL("Ada")}, Name: "Ada", Number: "000131", Bag: 1, About: "I always enjoy the view, and I never skip a flight.", Joined: day, Played: 31, Won: 9, Share: 29, Own: true, Journeys: journeys}),
		"profile-other":     views.ProfilePage(views.Profile{Page: views.Page{Viewer: ada}, Name: wolfe.Name, Number: "7F3A09", Bag: 2, About: "<i>HTML</i> & a veryveryveryveryveryveryveryveryveryveryveryveryveryverylongword", Joined: day, Played: 3, Share: 0, Journeys: journeys}),
		"profile-new":       views.ProfilePage(views.Profile{Page: views.Page{Viewer: ada}, Name: "Chen", Number: "000200", Bag: 3, Joined: day}),
		"profile-robot":     views.ProfilePage(views.Profile{Page: views.Page{}, Name: "Ro-bot", Number: "000201", Bag: 4, Joined: day, Played: 1, Won: 1, Share: 100, Journeys: journeys[:1]}),
		"leaderboard":       views.LeaderboardPage(views.Leaderboard{Page: views.Page{Viewer: ada, Here: views.LeaderboardURL}, Ranks: ranks, Total: 1080, You: &views.Rank{Rank: 137, Name: "Ada", Played: 31, Won: 9, Share: 29, You: true}, PageNumber: 1, PageCount: 22}),
		"leaderboard-later": views.LeaderboardPage(views.Leaderboard{Page: views.Page{Viewer: ada, Here: views.LeaderboardURL}, Ranks: later, Total: 1080, PageNumber: 11, PageCount: 22}),
		"leaderboard-empty": views.LeaderboardPage(views.Leaderboard{Page: views.Page{Here: views.LeaderboardURL}, PageNumber: 1, PageCount: 1}),
	}
}

func errorPages() map[string]templ.Component {
	return map[string]templ.Component{
		"error-404": views.ErrorPage(views.Page{Viewer: ada}, 404, models.Refuse(models.NoRoom)),
		"error-401": views.ErrorPage(views.Page{}, 401, models.Refuse(models.LoginNeeded)),
		"error-503": views.ErrorPage(views.Page{}, 503, models.Refuse(models.Unavailable)),
	}
}
