package handlers

import (
	"cmp"
	"context"
	"net/http"
	"reflect"
	"slices"
	"sync"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"worldtravel/handlers/live"
	"worldtravel/models"
	"worldtravel/models/games"
	"worldtravel/views"
	"worldtravel/views/boards"
)

// A lobby page without JavaScript reloads itself so often, in seconds.
const lobbyRefresh = 15

func (s *Site) showLobby(c echo.Context) error {
	yours, err := s.yourRooms(c.Request().Context(), viewer(c).User)
	if err != nil {
		return err
	}
	_, public, err := s.lobby.get(c.Request().Context())
	if err != nil {
		return err
	}
	page := s.page(c, views.LobbyURL)
	page.Live, page.Refresh, page.RefreshURL = views.LobbyLive, lobbyRefresh, views.LobbyURL
	return render(c, http.StatusOK, views.LobbyPage(views.Lobby{Page: page, Yours: yours, Public: public, Sights: boards.Sights()}))
}

// yourRooms makes the fragment of the rooms a player sits in, those that wait
// for the player first.
func (s *Site) yourRooms(ctx context.Context, user string) (views.YourRooms, error) {
	yours := views.YourRooms{Version: s.push.stamp()}
	if user == "" {
		return yours, nil
	}
	tables, err := s.models.Rooms.Of(ctx, user)
	if err != nil {
		return yours, err
	}
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
		yours.Rooms = append(yours.Rooms, line)
	}
	urgency := map[views.RoomState]int{views.YourTurn: 0, views.YourRoom: 1, views.InPlay: 2}
	slices.SortStableFunc(yours.Rooms, func(a, b views.RoomLine) int { return cmp.Compare(urgency[a.State], urgency[b.State]) })
	return yours, nil
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

// lobbyCache keeps the part of the lobby that is the same for everybody as it is
// sent, for it is asked for far more often than it changes. A change in this
// process makes it stale at once, one in another process after lobbyFresh.
type lobbyCache struct {
	now   func() time.Time
	stamp func() int64
	make  func(context.Context) (views.Departures, error)

	mu    sync.Mutex
	held  views.Departures
	sent  live.Fragment   // held, rendered
	page  templ.Component // the same, to put into a page
	until time.Time       // held is fresh until then
}

const lobbyFresh = time.Second

// get gives the lobby as it is, as a fragment and as a component of the same
// bytes. Its version is a new one only when something in it has changed.
func (l *lobbyCache) get(ctx context.Context) (live.Fragment, templ.Component, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.now().Before(l.until) {
		return l.sent, l.page, nil
	}
	until, version := l.now().Add(lobbyFresh), l.stamp()
	d, err := l.make(ctx)
	if err != nil {
		return live.Fragment{}, nil, err
	}
	d.Version = l.held.Version
	if l.page == nil || !reflect.DeepEqual(d, l.held) {
		d.Version = version
		sent, err := fragmentOf(ctx, version, views.DeparturesFragment(d))
		if err != nil {
			return live.Fragment{}, nil, err
		}
		l.held, l.sent, l.page = d, sent, templ.Raw(string(sent.HTML))
	}
	l.until = until
	return l.sent, l.page, nil
}

// changed makes what is held stale.
func (l *lobbyCache) changed() {
	l.mu.Lock()
	l.until = time.Time{}
	l.mu.Unlock()
}
