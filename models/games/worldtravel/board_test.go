package worldtravel

import (
	"slices"
	"testing"
)

func TestTheBoardHasTheFlightsOfTheRules(t *testing.T) {
	want := [][2]int{
		{6, 15}, {7, 11}, {14, 38}, {17, 26}, {19, 23}, {24, 42}, {30, 50}, {34, 59}, {39, 49}, {45, 63},
	}
	if got := Flights(); !slices.Equal(got, want) {
		t.Errorf("Flights() = %v, want %v", got, want)
	}
}

func TestTheBoardHasTheLandmarksOfTheRules(t *testing.T) {
	want := []Landmark{
		{Place: 4, Slug: "pyramids-of-giza", Name: "Pyramids of Giza"},
		{Place: 13, Slug: "taj-mahal", Name: "Taj Mahal"},
		{Place: 21, Slug: "colosseum", Name: "Colosseum"},
		{Place: 25, Slug: "eiffel-tower", Name: "Eiffel Tower"},
		{Place: 33, Slug: "mount-fuji", Name: "Mount Fuji"},
		{Place: 41, Slug: "great-wall", Name: "Great Wall"},
		{Place: 48, Slug: "leaning-tower-of-pisa", Name: "Leaning Tower of Pisa"},
		{Place: 60, Slug: "statue-of-liberty", Name: "Statue of Liberty"},
	}
	if got := Landmarks(); !slices.Equal(got, want) {
		t.Errorf("Landmarks() = %v, want %v", got, want)
	}
}

func TestEveryPlaceIsInOneFlightAtMostAndBetweenStartAndHome(t *testing.T) {
	seen := map[int]bool{Start: true, Home: true}
	for _, flight := range Flights() {
		for _, end := range flight {
			if seen[end] || end < Start || end > Home {
				t.Errorf("flight %v: %d is taken, or not on the road", flight, end)
			}
			seen[end] = true
		}
	}
}

func TestNoFlightBeginsOrArrivesAtALandmark(t *testing.T) {
	for _, landmark := range Landmarks() {
		if to, ok := Flight(landmark.Place); ok {
			t.Errorf("%s at %d has a flight to %d", landmark.Name, landmark.Place, to)
		}
	}
}

func TestEveryFlightLeadsBothWaysAndNoOtherPlaceHasOne(t *testing.T) {
	want := map[int]int{}
	for _, flight := range Flights() {
		want[flight[0]], want[flight[1]] = flight[1], flight[0]
	}
	for place := -1; place <= Home+1; place++ {
		to, ok := Flight(place)
		wantTo, wantOK := want[place]
		if to != wantTo || ok != wantOK {
			t.Errorf("Flight(%d) = %d, %v, want %d, %v", place, to, ok, wantTo, wantOK)
		}
	}
}

func TestALandmarkIsFoundAtItsPlaceAndNowhereElse(t *testing.T) {
	want := map[int]Landmark{}
	for _, landmark := range Landmarks() {
		want[landmark.Place] = landmark
	}
	for place := -1; place <= Home+1; place++ {
		landmark, ok := LandmarkAt(place)
		wantLandmark, wantOK := want[place]
		if landmark != wantLandmark || ok != wantOK {
			t.Errorf("LandmarkAt(%d) = %v, %v, want %v, %v", place, landmark, ok, wantLandmark, wantOK)
		}
	}
}

func TestTheListsOfTheBoardAreCopies(t *testing.T) {
	Flights()[0][0] = 1
	Landmarks()[0].Place = 1
	if _, ok := Flight(1); ok {
		t.Error("a flight has been added from outside")
	}
	if _, ok := LandmarkAt(1); ok {
		t.Error("a landmark has been moved from outside")
	}
}

// The dice can keep a piece in a circle (from 7, a four leads back to 7), but
// never for good: a game ends with probability one.
func TestFromEveryPlaceThereIsAWayHome(t *testing.T) {
	home := map[int]bool{Home: true}
	for range Home {
		for place := range Home {
			for roll := 1; roll <= 6; roll++ {
				to := min(place+roll, Home)
				if flown, ok := Flight(to); ok {
					to = flown
				}
				home[place] = home[place] || home[to]
			}
		}
	}
	for place := range Home {
		if !home[place] {
			t.Errorf("from %d no rolls lead home", place)
		}
	}
}
