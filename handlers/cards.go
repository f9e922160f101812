package handlers

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"sync"

	"github.com/labstack/echo/v4"

	"worldtravel/handlers/card"
	"worldtravel/models"
	"worldtravel/models/games"
	"worldtravel/views"
	"worldtravel/views/words"
)

// cardFresh is how long others may keep a card's picture.
const cardFresh = "public, max-age=60"

// drawCard draws the picture that stands for the site where somebody shares a link.
func (s *Site) drawCard(c echo.Context) error {
	return s.answerCard(c, card.State{Stage: card.Lobby})
}

// drawRoomCard draws the picture that stands for a room as it is.
func (s *Site) drawRoomCard(c echo.Context) error {
	t, err := s.models.Rooms.Open(c.Request().Context(), c.Param("id"))
	if err != nil {
		return err
	}
	state := card.State{Size: t.Room.Size, Stage: cardStage(t)}
	for i, seat := range t.Room.Seats {
		shown := card.Seat{Bag: seat.Bag}
		if state.Stage == card.Playing || state.Stage == card.Over {
			shown.Percent = s.catalogue[t.Room.Game].board.Percent(t.Game.View(t.State, games.Watcher), games.Seat(i))
			shown.Winner = t.Over && !t.Abandoned && t.Outcome.Won(games.Seat(i))
		}
		state.Seats = append(state.Seats, shown)
	}
	return s.answerCard(c, state)
}

func cardStage(t *models.Table) card.Stage {
	switch {
	case t.Room.Stage == models.StageWaiting:
		return card.Waiting
	case t.Room.Stage == models.StageClosed || t.Abandoned:
		return card.Closed
	case t.Over:
		return card.Over
	default:
		return card.Playing
	}
}

// cardsHeld is how many pictures are kept, of some 60 KB each.
const cardsHeld = 100

// heldCard is a picture that is drawn when it is first asked for.
type heldCard struct {
	sync.Once
	png []byte
	err error
}

var errUndrawn = errors.New("the card could not be drawn")

func (s *Site) answerCard(c echo.Context, state card.State) error {
	held := s.cards.get(fmt.Sprint(state))
	held.Do(func() {
		held.err = errUndrawn // if drawing it panics
		var picture bytes.Buffer
		held.err = card.Draw(&picture, state)
		held.png = picture.Bytes()
	})
	if held.err != nil {
		return held.err
	}
	c.Response().Header().Set("Cache-Control", cardFresh)
	return c.Blob(http.StatusOK, "image/png", held.png)
}

// cardOf words how a link to a room looks elsewhere.
func cardOf(l *words.Language, m views.Room) *views.Card {
	made := &views.Card{Picture: views.RoomCardURL(m.ID)}
	var names []string
	for _, seat := range m.Seats {
		names = append(names, seat.Name)
	}
	args := []any{"Room", m.Name, "Host", m.HostName, "Gate", m.Gate, "Taken", len(m.Seats), "Size", m.Size, "Players", l.And(names)}
	switch {
	case m.Waiting != nil:
		made.Title, made.Description = l.T("card.waiting", args...), l.T("card.waiting-text", args...)
	case m.Game == nil || m.Game.Abandoned:
		made.Title, made.Description = l.T("card.closed", args...), l.T("card.closed-text")
	case m.Stage == models.StageOver:
		args = append(args, "Name", m.Game.Who)
		made.Title, made.Description = l.T("card.over", args...), l.T("card.over-text", args...)
	default:
		made.Title, made.Description = l.T("card.playing", args...), l.T("card.playing-text", args...)
	}
	return made
}
