package gallery

import (
	"fmt"

	"worldtravel/models"
	"worldtravel/views"
	"worldtravel/views/boards"
)

// longRoom is a name as long as a room's may be.
const longRoom = "The never-ending tour of the Grand Duchy"

func lobbies() []Example {
	visitor := views.Page{Here: views.LobbyURL, Live: LiveURL + "?as=visitor"}
	player, guest := visitor, visitor
	player.Viewer, guest.Viewer = ada, gus
	full, none := views.DeparturesFragment(departures()), views.DeparturesFragment(views.Departures{})
	lobby := page("lobby.templ", "LobbyPage")
	return []Example{
		lobby.as("lobby", views.LobbyPage(views.Lobby{Page: visitor, Public: full, Sights: boards.Sights()})),
		lobby.as("lobby-empty", views.LobbyPage(views.Lobby{Page: visitor, Public: none, Sights: boards.Sights()})),
		lobby.as("lobby-refused", views.LobbyPage(views.Lobby{Page: visitor, Public: none, Play: views.PlayNow{Name: "A!", Wrong: models.Refuse(models.NameLetters)}})),
		lobby.as("lobby-in", views.LobbyPage(views.Lobby{Page: player, Yours: views.YourRoomsFragment(yourRooms()), Public: full})),
		lobby.as("lobby-in-empty", views.LobbyPage(views.Lobby{Page: player, Yours: views.YourRoomsFragment(views.YourRooms{}), Public: none})),
		lobby.as("lobby-guest", views.LobbyPage(views.Lobby{Page: guest, Yours: views.YourRoomsFragment(views.YourRooms{}), Public: full})),
	}
}

func lobbyParts() []Example {
	yours, all := part("lobby.templ", "YourRoomsFragment"), part("lobby.templ", "DeparturesFragment")
	return []Example{
		yours.as("your-rooms", views.YourRoomsFragment(yourRooms())),
		yours.as("your-rooms-none", views.YourRoomsFragment(views.YourRooms{})),
		all.as("departures", views.DeparturesFragment(departures())),
		all.as("departures-none", views.DeparturesFragment(views.Departures{})),
	}
}

// departures has a room in each state, and names of every kind.
func departures() views.Departures {
	return views.Departures{
		Version: 7,
		Rooms: []views.RoomLine{
			roomLine("Sunday Flyers", 4, 3, 4, views.Boarding), roomLine("Zürich Hbf", 11, 1, 2, views.LastSeat),
			roomLine(longRoom, 12, 1, 4, views.Boarding), roomLine("环游世界八十天", 13, 1, 3, views.Boarding),
			roomLine("🛫 <b>bold</b> & bright 🛬", 14, 1, 3, views.Boarding), roomLine("رحلة حول العالم", 15, 1, 3, views.Boarding),
			roomLine("Full House", 2, 3, 3, views.Full), roomLine("The Long Way", 9, 4, 4, views.Departed),
		},
		InPlay: []views.Trip{
			{ID: "r9", Name: "The Long Way", Players: []views.TripPlayer{{Name: "Mo", Bag: 1, Percent: 14}, {Name: "Ines", Bag: 2, Percent: 51}, {Name: "Priya", Bag: 3, Percent: 80}, {Name: "Leo", Bag: 4, Percent: 37}}},
			{ID: "r3", Name: longRoom, Players: []views.TripPlayer{{Name: "Kit", Bag: 1}, {Name: "Sam", Bag: 2, Percent: 100}}},
		},
		Top:    []views.Rank{{Rank: 1, Name: "Ines", Won: 41}, {Rank: 2, Name: "Tomas", Won: 38}, {Rank: 3, Name: wolfe.Name, Won: 27}},
		Online: []views.Person{{Name: "Ada"}, {Name: "Ben"}, {Name: "Chen"}, {Name: "Ines", Guest: true}, {Name: "Kit"}, {Name: wolfe.Name}, {Name: "Leo"}, {Name: "Mo"}}, More: 12,
	}
}

func yourRooms() views.YourRooms {
	return views.YourRooms{Version: 3, Rooms: []views.RoomLine{
		roomLine("Sunday Flyers", 4, 4, 4, views.YourTurn), roomLine("Slow Boat", 6, 2, 4, views.YourRoom), roomLine("Night Mail", 8, 2, 2, views.InPlay),
	}}
}

func roomLine(name string, gate, taken, size int, state views.RoomState) views.RoomLine {
	return views.RoomLine{ID: fmt.Sprintf("r%d", gate), Name: name, Game: "World Travel", Gate: gate, Taken: taken, Size: size, State: state}
}
