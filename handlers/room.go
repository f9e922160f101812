package handlers

import (
	"context"
	"fmt"
	"slices"

	"worldtravel/models"
	"worldtravel/models/games"
	"worldtravel/views"
	"worldtravel/views/boards"
	"worldtravel/views/words"
)

const (
	// A room's page without JavaScript reloads itself so often while it waits for
	// others, in seconds.
	roomRefresh = 4
)

// room makes the view of a room for a viewer, in the language of the context. origin
// is how the site is addressed from outside, for the address that one sends to
// friends.
func (s *Site) room(ctx context.Context, t *models.Table, who models.Identity, origin string) views.Room {
	l := words.Of(ctx)
	seat := t.Room.SeatOf(who.User)
	m := views.Room{
		ID: t.ID, Name: t.Room.Name, Version: pageVersion(t.Version, s.overdue(t)), Stage: t.Room.Stage,
		GameName: t.Game.Info().Name, Gate: models.Gate(t.ID), Size: t.Room.Size, Listed: t.Room.Listed,
		Address: origin + views.RoomURL(t.ID), You: seat,
	}
	// What kind of viewer it is stands in the stream's address, so that a page opens
	// its stream anew when its viewer has taken a seat or left it. What is sent
	// follows from the session alone.
	m.Page = views.Page{
		Title: t.Room.Name, Viewer: viewOf(who),
		Live:    views.LiveFor(views.RoomLive(t.ID, kindName(t, who.User)), digest(kindOf(t, who.User, l, origin))),
		Refresh: roomRefresh,
	}
	if s.config.Trace.openTo(who.Name, who.Guest) {
		m.Traced = views.RoomURL(t.ID)
	}
	for i, seat := range t.Room.Seats {
		label := views.SeatLabel{
			Name: views.SeatName(seat), Bag: views.Bag(seat.Bag), Computer: seat.Computer, Guest: seat.Guest, Ready: seat.Ready, You: i == m.You,
		}
		if seat.User != "" {
			if !seat.Guest {
				label.Profile = views.ProfileURL(seat.Name)
			}
			label.Host = seat.User == t.Room.Host
		}
		if label.Host {
			m.HostName = label.Name
		}
		m.Seats = append(m.Seats, label)
	}
	m.Page.Keep = t.Room.Stage == models.StagePlaying && !t.Over && seat >= 0
	switch t.Room.Stage {
	case models.StageWaiting:
		m.Waiting = s.waiting(t, who)
	case models.StagePlaying, models.StageOver:
		s.addGame(&m, t, l)
	case models.StageClosed:
		m.Page.Refresh = 0
	}
	return m
}

func (s *Site) waiting(t *models.Table, who models.Identity) *views.Waiting {
	seat := t.Room.SeatOf(who.User)
	w := &views.Waiting{
		CanJoin: seat < 0 && !t.Room.Full(),
		Host:    seat >= 0 && t.Room.Host == who.User,
		Ready:   seat >= 0 && t.Room.Seats[seat].Ready,
		Start:   s.models.Rooms.StartRefusal(t.Room),
	}
	if w.Host && !t.Room.Full() {
		w.Computers = t.Room.FreeComputers()
	}
	return w
}

// addGame adds to a room's view what it shows from Start on.
func (s *Site) addGame(m *views.Room, t *models.Table, l *words.Language) {
	board, names := s.catalogue[t.Room.Game].board, tableOf(t, l)
	you := games.Seat(m.You)
	view := t.Game.View(t.State, you)
	toAct := t.ToAct()
	g := &views.Game{
		N: t.N + 1, Abandoned: t.Abandoned,
		Again:    t.Over && m.You >= 0,
		CanLeave: !t.Over && m.You >= 0 && !t.Players[m.You].Left,
		TakeBack: !t.Over && m.You >= 0 && t.PlayedByComputer(m.You),
		Log:      s.logbooks.lines(t, you, l, s.logLines),
		Parts: views.Parts{
			Picture: board.Picture(view, names), Board: board.Parts(view, names),
			Last: board.Last(view, names), LastWords: board.LastWords(view, names),
		},
	}
	m.Game = g
	for i := range m.Seats {
		note := board.SeatNote(view, games.Seat(i), names)
		g.Parts.Notes = append(g.Parts.Notes, note)
		label := &m.Seats[i]
		label.Figure = board.Figure(view, games.Seat(i))
		label.Now = slices.Contains(toAct, games.Seat(i))
		label.State = seatState(t, i, note)
		if t.Over && !t.Abandoned {
			label.Rank = t.Outcome.Rank[i]
		}
	}
	switch {
	case t.Over:
		s.addEnd(m, t)
		m.Page.Refresh = 0
		g.Parts.End = board.End(view, names)
	case slices.Contains(toAct, you) && !g.TakeBack:
		g.Title, g.Who = views.TitleYourTurn, m.Seats[you].Name
		g.Parts.Next = board.Next(view, names)
		for _, move := range t.Game.Legal(t.State, you) {
			g.Moves = append(g.Moves, views.MoveButton{Label: board.Button(move, l), Move: move})
		}
		m.Page.Refresh = 0
	default:
		g.Title, g.Who = views.TitleTurnOf, m.Seats[toAct[0]].Name
		s.addPlayOn(m, t)
	}
	m.Page.Turn = g.Title == views.TitleYourTurn
	m.Page.Title = g.TurnWords(l) + " · " + t.Room.Name
}

// addPlayOn offers those who wait for a missing player to play on.
func (s *Site) addPlayOn(m *views.Room, t *models.Table) {
	missing, at, ok := t.PlayOnAt()
	if !ok || m.You < 0 || t.Players[m.You].Left {
		return
	}
	m.Game.PlayOnAt = at
	if s.overdue(t) {
		m.Game.PlayOn = m.Seats[missing].Name
	}
}

func (s *Site) addEnd(m *views.Room, t *models.Table) {
	g := m.Game
	g.Title = views.TitleAbandoned
	for i, seat := range m.Seats {
		if t.Abandoned || !t.Outcome.Won(games.Seat(i)) {
			continue
		}
		g.Title, g.Who = views.TitleWon, seat.Name
		if i == m.You {
			g.Title = views.TitleYouWon
		}
	}
}

func seatState(t *models.Table, i int, note string) views.SeatState {
	toAct := t.ToAct()
	switch {
	case t.Players[i].Left:
		return views.StateLeft
	case t.Players[i].Away:
		return views.StateAway
	case slices.Contains(toAct, games.Seat(i)):
		return views.StateTurn
	case note != "":
		return views.StateGame
	case t.Room.Seats[i].Computer != "":
		return views.StateComputer
	case len(toAct) == 1 && (int(toAct[0])+1)%len(t.Players) == i:
		return views.StateNext
	}
	return views.StatePlaying
}

// logLines words an entry of the log. What it tells of one seat is one line.
func (s *Site) logLines(t *models.Table, entry models.Line, to games.Seat, l *words.Language) []views.LogLine {
	names := tableOf(t, l)
	var lines []views.LogLine
	say := func(seat int, text string) {
		key := fmt.Sprintf("%d-%d", entry.N, len(lines))
		lines = append(lines, views.LogLine{Key: key, Bag: views.Bag(names.Bags[seat]), Text: text})
	}
	switch {
	case entry.Kind == models.EntryMove:
	case entry.Kind == models.EntryLeave && t.Abandoned && entry.N == t.N:
		say(entry.Seat, views.TableSentence(l, "last-leave", names.Names[entry.Seat], ""))
	default:
		say(entry.Seat, views.TableSentence(l, string(entry.Kind), names.Names[entry.Seat], presser(t, entry)))
	}
	before := -1
	for _, event := range entry.Events {
		if !event.VisibleTo(to) {
			continue
		}
		sentence := s.catalogue[t.Room.Game].board.Sentence(event, names)
		if int(event.By) == before {
			lines[len(lines)-1].Text += " " + sentence
			continue
		}
		say(int(event.By), sentence)
		before = int(event.By)
	}
	return lines
}

// presser names the player who played on for an absent one.
func presser(t *models.Table, entry models.Line) string {
	if i := t.Room.SeatOf(entry.By); i >= 0 && i != entry.Seat {
		return t.Room.Seats[i].Name
	}
	return ""
}

func tableOf(t *models.Table, l *words.Language) boards.Table {
	table := boards.Table{Words: l}
	for _, seat := range t.Room.Seats {
		table.Names = append(table.Names, views.SeatName(seat))
		table.Bags = append(table.Bags, seat.Bag)
	}
	return table
}
