package handlers

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"worldtravel/models"
	"worldtravel/models/games"
	"worldtravel/views"
	"worldtravel/views/boards"
	"worldtravel/views/words"
)

// A lobby page without JavaScript reloads itself so often, in seconds.
const lobbyRefresh = 15

func (s *Site) showLobby(c echo.Context) error {
	return s.answerLobby(c, views.PlayNow{Room: models.NewID()})
}

// answerLobby shows the lobby, with the form that begins a game at once as it was
// sent before.
func (s *Site) answerLobby(c echo.Context, play views.PlayNow) error {
	ctx, who := c.Request().Context(), viewer(c)
	m, err := s.lobby(c, play)
	if err != nil {
		return err
	}
	l := words.Of(ctx)
	if _, m.Public, err = s.parts.get(ctx, models.LobbyTopic, l); err != nil {
		return err
	}
	if who.User != "" {
		if _, m.Yours, err = s.parts.get(ctx, models.PlayerTopic(who.User), l); err != nil {
			return err
		}
	}
	return render(c, refusedStatus(play.Wrong), views.LobbyPage(m))
}

// lobby makes the view of the lobby, but for its live parts.
func (s *Site) lobby(c echo.Context, play views.PlayNow) (views.Lobby, error) {
	kind := kindVisitor
	if viewer(c).User != "" {
		kind = kindPlayer
	}
	m := views.Lobby{Page: s.page(c, views.LobbyURL), Play: play, Sights: boards.Sights()}
	m.Live, m.Refresh = views.LobbyLive(kind), lobbyRefresh
	s.live(c, &m.Page, views.LobbyURL, kind)
	return m.Titled(words.Of(c.Request().Context())), stillViewer(c, kind)
}

// lobbyPart makes a part of the lobby: what a player's topic or the lobby's own
// stands for.
func (s *Site) lobbyPart(ctx context.Context, topic string) (part, error) {
	if user, ok := strings.CutPrefix(topic, models.PlayerTopic("")); ok {
		rooms, err := s.yourRooms(ctx, user)
		return part{state: rooms, draw: func(version int64) templ.Component {
			return views.YourRoomsFragment(views.YourRooms{Version: version, Rooms: rooms})
		}}, err
	}
	departures, err := s.departures(ctx)
	draw := func(version int64) templ.Component {
		departures.Version = version
		return views.DeparturesFragment(departures)
	}
	return part{state: departures, draw: draw, elements: departures.Parts(), changes: views.DeparturesChanges}, err
}

// yourRooms lists the rooms a player sits in, those that wait for the player
// first.
func (s *Site) yourRooms(ctx context.Context, user string) ([]views.RoomLine, error) {
	tables, err := s.models.Rooms.Of(ctx, user)
	if err != nil {
		return nil, err
	}
	var rooms []views.RoomLine
	for _, t := range tables {
		line := s.roomLine(t)
		mine := games.Seat(t.Room.SeatOf(user))
		switch {
		case t.Over:
			continue // about to be settled
		case slices.Contains(t.ToAct(), mine) && !t.PlayedByComputer(int(mine)):
			line.State = views.YourTurn
		case t.Room.Stage == models.StagePlaying:
			line.State = views.InPlay
		default:
			line.State = views.YourRoom
		}
		rooms = append(rooms, line)
	}
	urgency := map[views.RoomState]int{views.YourTurn: 0, views.YourRoom: 1, views.InPlay: 2}
	slices.SortStableFunc(rooms, func(a, b views.RoomLine) int { return cmp.Compare(urgency[a.State], urgency[b.State]) })
	return rooms, nil
}

// tripsShown is how many of the games in play the lobby draws.
const tripsShown = 4

// departures makes the part of the lobby that is the same for everybody.
func (s *Site) departures(ctx context.Context) (views.Departures, error) {
	var d views.Departures
	waiting, playing, err := s.models.Rooms.Listed(ctx)
	if err != nil {
		return d, err
	}
	// Those one can join first.
	slices.SortStableFunc(waiting, func(a, b *models.Table) int {
		return cmp.Compare(len(a.Room.Seats)/a.Room.Size, len(b.Room.Seats)/b.Room.Size)
	})
	for _, t := range waiting {
		d.Rooms = append(d.Rooms, s.roomLine(t))
	}
	for _, t := range playing {
		if t.Over {
			continue
		}
		d.Rooms = append(d.Rooms, s.roomLine(t))
		if len(d.InPlay) < tripsShown {
			d.InPlay = append(d.InPlay, s.trip(t))
		}
	}
	top, _, err := s.models.Results.Top(ctx, 0, models.TopShown)
	if err != nil {
		return d, err
	}
	d.Top = ranks(top, "")
	d.Online, d.More = s.presence.online(models.OnlineShown)
	return d, nil
}

func (s *Site) roomLine(t *models.Table) views.RoomLine {
	line := views.RoomLine{
		ID: t.ID, Name: t.Room.Name, Game: t.Game.Info().Name, Gate: models.Gate(t.ID),
		Taken: len(t.Room.Seats), Size: t.Room.Size,
	}
	switch {
	case t.Room.Stage != models.StageWaiting:
		line.State = views.Departed
	case t.Room.Full():
		line.State = views.Full
	case line.Size-line.Taken == 1:
		line.State = views.LastSeat
	}
	return line
}

func (s *Site) trip(t *models.Table) views.Trip {
	trip := views.Trip{ID: t.ID, Name: t.Room.Name}
	view := t.Game.View(t.State, games.Watcher)
	for i, seat := range t.Room.Seats {
		trip.Players = append(trip.Players, views.TripPlayer{
			Name: views.SeatName(seat), Bag: views.Bag(seat.Bag),
			Percent: s.catalogue[t.Room.Game].board.Percent(view, games.Seat(i)),
		})
	}
	return trip
}
