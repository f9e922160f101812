package boards

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"worldtravel/models/games"
	"worldtravel/models/games/worldtravel"
	"worldtravel/views/words"
)

var table = Table{Names: []string{"Ada", "Ben", "Chen", "Dora"}, Bags: []int{1, 2, 3, 4}, Words: words.English()}

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

func TestPiecesOnOnePlaceStandBesideEachOther(t *testing.T) {
	v := view(1, worldtravel.Trip{}, 28, 28, 3, 28)
	for seat, want := range []string{
		"at-28 share-1-of-3", "at-28 share-2-of-3 piece--now", "at-3", "at-28 share-3-of-3",
	} {
		if got := pieceClass(v, seat); got != want {
			t.Errorf("seat %d: %q, want %q", seat, got, want)
		}
	}
}

func TestAPieceTellsHowItCameToItsPlaceAndAnewForEachTrip(t *testing.T) {
	v := view(1, worldtravel.Trip{}, 50, 28, 30)
	v.Travellers[0].Trip, v.Travellers[0].Rolls = worldtravel.Trip{Seat: 0, Roll: 3, From: 27, Walked: 30, Place: 50}, 7
	v.Last = worldtravel.Trip{Seat: 2, Roll: 2, From: 28, Walked: 30, Place: 30}
	v.Travellers[2].Trip, v.Travellers[2].Rolls = worldtravel.Trip{Seat: 2, Roll: 2, From: 28, Walked: 30, Place: 30}, 8
	for seat, want := range []string{
		"at-50 from-27 via-30 steps-3 fly-30-50 move-b", "at-28 piece--now", "at-30 from-28 via-30 steps-2 move-a piece--last",
	} {
		if got := pieceClass(v, seat); got != want {
			t.Errorf("seat %d: %q, want %q", seat, got, want)
		}
	}
}

// What is pushed is what the page shows: each part stands in the picture as it is.
func TestEachPartOfTheBoardStandsInItsPicture(t *testing.T) {
	rules, dice := worldtravel.Rules{}, rand.New(rand.NewPCG(3, 4))
	for _, l := range words.All() {
		table := Table{Names: table.Names, Bags: table.Bags, Words: l}
		for s := rules.Setup(4, dice); !s.Over; s, _, _ = rules.Apply(s, s.Turn, worldtravel.Roll, dice) {
			v := rules.View(s, games.Watcher)
			picture := html(t, WorldTravel.Picture(v, table))
			for _, part := range WorldTravel.Parts(v, table) {
				if element := html(t, part.Element); !strings.Contains(picture, element) {
					t.Fatalf("%s is %s, but not in the picture", part.ID, element)
				}
			}
		}
	}
}

func TestAPartThatShowsTheSameLooksTheSame(t *testing.T) {
	rules, dice := worldtravel.Rules{}, rand.New(rand.NewPCG(5, 6))
	seen := map[string]map[any]string{}
	for range 20 {
		for s := rules.Setup(3, dice); !s.Over; s, _, _ = rules.Apply(s, s.Turn, worldtravel.Roll, dice) {
			for _, part := range WorldTravel.Parts(rules.View(s, games.Watcher), table) {
				if seen[part.ID] == nil {
					seen[part.ID] = map[any]string{}
				}
				element, before := html(t, part.Element), seen[part.ID][part.State]
				if before != "" && before != element {
					t.Fatalf("%s with %+v is %s, and was %s", part.ID, part.State, element, before)
				}
				seen[part.ID][part.State] = element
			}
		}
	}
}

func html(t *testing.T, component templ.Component) string {
	t.Helper()
	var b strings.Builder
	if err := component.Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTheBoardShowsEveryPlaceAndWhoStandsThere(t *testing.T) {
	v := view(0, worldtravel.Trip{}, 18, 41)
	var b bytes.Buffer
	if err := WorldTravel.Picture(v, table).Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	got := b.String()
	for n := range worldtravel.Home + 1 {
		if !strings.Contains(got, fmt.Sprintf(`>%d</span>`, n)) {
			t.Errorf("no place %d", n)
		}
	}
	for _, want := range []string{"Place 18, Ada here", "Place 41, Great Wall, Ben here", "Place 6, flight to 15", ">Taj Mahal</span>", "place p19 place--airport place--reach"} {
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
