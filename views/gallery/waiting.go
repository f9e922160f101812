package gallery

import (
	"strings"

	"github.com/a-h/templ"

	"worldtravel/models"
	"worldtravel/views"
)

// flyers is the id of the room.
const flyers = "k3v9x2"

// roomIn is a room in a state.
type roomIn struct {
	state string
	views.Room
}

// part draws the part of a room with an id that begins so.
func (r roomIn) part(id string) templ.Component {
	for _, p := range r.Parts() {
		if strings.HasPrefix(p.ID, id) {
			return p.Element
		}
	}
	return nil
}

// lines are all of the parts with an id that begins so.
func (r roomIn) lines(id string) []templ.Component {
	var lines []templ.Component
	for _, p := range r.Parts() {
		if strings.HasPrefix(p.ID, id) {
			lines = append(lines, p.Element)
		}
	}
	return lines
}

func roomPage(viewer views.Viewer) views.Page {
	return views.Page{Title: "Sunday Flyers", Viewer: viewer, Live: LiveURL + "?as=seat", Refresh: 4, RefreshURL: views.RoomURL(flyers)}
}

func seat(name string, bag int) views.SeatLabel {
	return views.SeatLabel{Name: name, Profile: views.ProfileURL(name), Bag: views.Bag(bag)}
}

func readySeat(name string, bag int) views.SeatLabel {
	label := seat(name, bag)
	label.Ready = true
	return label
}

func computer(key string, bag int) views.SeatLabel {
	return views.SeatLabel{Name: views.ComputerName(key), Computer: key, Bag: views.Bag(bag), Ready: true}
}

// waiting is a room before Start, whose host sits first; you is the viewer's seat, or -1.
func waiting(viewer views.Viewer, name string, you int, w views.Waiting, seats ...views.SeatLabel) views.Room {
	seats[0].Host = true
	if you >= 0 {
		seats[you].You, seats[you].Ready = true, w.Ready
	}
	return views.Room{
		Page: roomPage(viewer), ID: flyers, Name: name, Version: 5, Stage: models.StageWaiting, GameName: "World Travel", Gate: 4,
		Size: 4, Listed: true, HostName: seats[0].Name, Address: "https://play.example" + views.RoomURL(flyers), Seats: seats, You: you, Waiting: &w,
	}
}

// waitingRooms are rooms before Start as each kind of viewer sees them.
func waitingRooms() []roomIn {
	computers := []string{"computer:phileas-fogg", "computer:marco-polo", "computer:jeanne-baret"}
	return []roomIn{
		{"host", waiting(ada, "Sunday Flyers", 0, views.Waiting{Host: true, Ready: true, Computers: computers}, seat("Ada", 1), readySeat("Ben", 2), computer("computer:nellie-bly", 3))},
		{"host-alone", waiting(wolfe, longRoom, 0, views.Waiting{Host: true, Start: models.Refuse(models.TooFew, 2), Computers: computers}, seat(wolfe.Name, 1))},
		{"waits", waiting(ada, "Sunday Flyers", 0, views.Waiting{Host: true, Ready: true, Start: models.Refuse(models.NotReady, "Ben"), Computers: computers}, seat("Ada", 1), seat("Ben", 2))},
		{"member", waiting(ben, "环游世界八十天", 1, views.Waiting{}, seat("Ada", 1), seat("Ben", 2))},
		{"joinable", waiting(kit, "Sunday Flyers", -1, views.Waiting{CanJoin: true}, seat("Ada", 1), readySeat("Ben", 2))},
		{"visitor", waiting(nobody, "Sunday Flyers", -1, views.Waiting{CanJoin: true}, seat("Ada", 1), readySeat("Ben", 2))},
		{"full", waiting(nobody, "Sunday Flyers", -1, views.Waiting{}, seat("Ada", 1), readySeat("Ben", 2), seat("Chen", 3), computer("computer:nellie-bly", 4))},
	}
}

func waitingPages() []Example {
	var all []Example
	for _, r := range waitingRooms() {
		all = append(all, page("waiting.templ", "waitingMain").as("room-"+r.state, views.RoomPage(r.Room)))
	}
	closed := views.Room{Page: roomPage(ada), ID: flyers, Name: "Sunday Flyers", Version: 9, Stage: models.StageClosed, You: -1}
	return append(all, page("room.templ", "closedMain").as("room-closed", views.RoomPage(closed)))
}

func waitingParts() []Example {
	var all []Example
	for _, r := range waitingRooms() {
		all = append(all,
			part("waiting.templ", "facts").as("facts-"+r.state, r.part("facts")),
			part("waiting.templ", "stub").as("stub-"+r.state, r.part("stub")),
			part("waiting.templ", "passengers").as("passengers-"+r.state, r.part("passengers")))
	}
	return all
}
