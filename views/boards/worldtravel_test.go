package boards

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"worldtravel/models/games"
	"worldtravel/models/games/worldtravel"
)

var table = Table{Names: []string{"Ada", "Ben", "Chen", "Dora"}, Bags: []int{1, 2, 3, 4}}

func view(turn int, last worldtravel.Trip, places ...int) worldtravel.View {
	s := worldtravel.State{Turn: games.Seat(turn), Last: last}
	for _, place := range places {
		s.Travellers = append(s.Travellers, worldtravel.Traveller{Place: place})
		s.Over = s.Over || place == worldtravel.Home
	}
	return worldtravel.Rules{}.View(s, games.Watcher)
}

func TestEachFlightOfTheRulesIsDrawn(t *testing.T) {
	for i, f := range worldtravel.Flights() {
		if c := flightCurves[i]; c.from != f[0] || c.to != f[1] {
			t.Errorf("flight %d is drawn from %d to %d, and flies from %d to %d", i, c.from, c.to, f[0], f[1])
		}
	}
	if len(flightCurves) != len(worldtravel.Flights()) || len(postcards) != len(worldtravel.Landmarks()) {
		t.Error("there is more drawn than in the rules")
	}
}

func TestTheLogIsWrittenInSentences(t *testing.T) {
	event := func(kind string, args ...int) games.Event { return games.Event{Kind: kind, Args: args} }
	for want, e := range map[string]games.Event{
		"Ada rolled 3 and reached 30.":                   event(worldtravel.Rolled, 3, 30),
		"Ada rolled 4 and reached the Pyramids of Giza.": event(worldtravel.Rolled, 4, 4),
		"Ada rolled 1 and reached Mount Fuji.":           event(worldtravel.Rolled, 1, 33),
		"Ada rolled 5 and is home.":                      event(worldtravel.Rolled, 5, worldtravel.Home),
		"Ada flew to 50.":                                event(worldtravel.Flew, 30, 50),
		"Ada enjoys the view.":                           event(worldtravel.Enjoys, 4),
		"Ada enjoys the view and skips a turn.":          event(worldtravel.Skipped, 4),
		"Ada won!":                                       event(worldtravel.Won),
	} {
		if got := sentence(e, table); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestPiecesOnOnePlaceStandBesideEachOther(t *testing.T) {
	v := view(1, worldtravel.Trip{Seat: 0, Roll: 2, From: 26, Walked: 28, Place: 28}, 28, 28, 3, 28)
	for seat, want := range []string{
		"at-28 share-1-of-3 steps-2", "at-28 share-2-of-3 piece--now", "at-3", "at-28 share-3-of-3",
	} {
		if got := pieceClass(v, seat); got != want {
			t.Errorf("seat %d: %q, want %q", seat, got, want)
		}
	}
}

func TestTheWinnersWayIsTold(t *testing.T) {
	for want, traveller := range map[string]worldtravel.Traveller{
		"Round the world in 21 rolls, with three flights and two fine views.": {Rolls: 21, Flights: 3, Views: 2},
		"Round the world in 12 rolls, with one fine view.":                    {Rolls: 12, Views: 1},
		"Round the world in 16 rolls, all on foot.":                           {Rolls: 16},
	} {
		if got := story(traveller); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestWhatIsSpecialAboutASeatIsSaid(t *testing.T) {
	during := view(0, worldtravel.Trip{}, 12, 13)
	during.Travellers[1].Viewing = true
	after := view(0, worldtravel.Trip{}, worldtravel.Home, 60, 57)
	for i, c := range []struct {
		v    worldtravel.View
		seat games.Seat
		want string
	}{
		{during, 0, ""}, {during, 1, "Enjoying the view"},
		{after, 0, "First home"}, {after, 1, "At the Statue of Liberty"}, {after, 2, "Reached 57"},
	} {
		if got := seatNote(c.v, c.seat); got != c.want {
			t.Errorf("%d: %q, want %q", i, got, c.want)
		}
	}
}

func TestTheBoardShowsEveryPlaceAndWhoStandsThere(t *testing.T) {
	v := view(0, worldtravel.Trip{}, 18, 41)
	var b bytes.Buffer
	if err := WorldTravel.Picture(v, table).Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	got := b.String()
	for n := range worldtravel.Home + 1 {
		if !strings.Contains(got, fmt.Sprintf(`<span class="place__number">%d</span>`, n)) {
			t.Errorf("no place %d", n)
		}
	}
	for _, want := range []string{"(here: Ada)", "(here: Ben)", "flight to 15", `<span class="place__name">Taj Mahal`, "place p19 place--airport place--reach"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q", want)
		}
	}
}

func TestThereIsNoDieBeforeTheFirstRollAndNoNextOneAfterTheLast(t *testing.T) {
	if WorldTravel.Last(view(0, worldtravel.Trip{}, 0, 0), table) != nil {
		t.Error("a die")
	}
	if WorldTravel.Next(view(0, worldtravel.Trip{Roll: 1}, worldtravel.Home, 0), table) != nil {
		t.Error("a next roll")
	}
}

func TestTheBoardIsToldInWords(t *testing.T) {
	v := view(0, worldtravel.Trip{}, 0, 18, 60, 64)
	words := WorldTravel.Words(v, table)
	for i, want := range []string{
		"Ada is at the start, 65 from home. Ahead: the flight 6–15 and the Pyramids of Giza (4).",
		"Ben is at 18, 47 from home. Ahead: the flight 19–23 and the Colosseum (21).",
		"Chen is at the Statue of Liberty (60), 5 from home. Ahead: the flight 63–45.",
		"Dora is at 64, 1 from home.",
		"The road goes from 0 to 65, which is home.",
		"Flights, both ways: 6–15, 7–11, 14–38, 17–26, 19–23, 24–42, 30–50, 34–59, 39–49, 45–63.",
	} {
		if words[i] != want {
			t.Errorf("%q, want %q", words[i], want)
		}
	}
	if home := WorldTravel.Words(view(0, worldtravel.Trip{}, worldtravel.Home, 60), table)[0]; home != "Ada is home." {
		t.Errorf("%q", home)
	}
}

func TestWhatEachRollLeadsToIsToldInWords(t *testing.T) {
	words := WorldTravel.NextWords(view(0, worldtravel.Trip{}, 59, 3), table)
	want := []string{
		"A 1 leads to the Statue of Liberty (60), to enjoy the view.", "A 2 leads to 61.", "A 3 leads to 62.",
		"A 4 leads to 63, and by air to 45.", "A 5 leads to 64.", "A 6 leads home.",
	}
	if !slices.Equal(words, want) {
		t.Errorf("%q, want %q", words, want)
	}
}
