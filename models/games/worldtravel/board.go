package worldtravel

import "slices"

// Start is the place where everybody begins.
const Start = 0

// Landmark is a place with a view: whoever ends a move there sits out the next
// turn.
type Landmark struct {
	Place int
	Slug  string // in file names and in Reach: "eiffel-tower"
	Name  string // in English, without an article: "Eiffel Tower"
}

// The flights and landmarks are those of the game's own rules. No flight begins
// or ends on a landmark, and no place has two flights; the tests hold the board
// to that.

var flights = [...][2]int{
	{6, 15}, {7, 11}, {14, 38}, {17, 26}, {19, 23},
	{24, 42}, {30, 50}, {34, 59}, {39, 49}, {45, 63},
}

var landmarks = [...]Landmark{
	{4, "pyramids-of-giza", "Pyramids of Giza"},
	{13, "taj-mahal", "Taj Mahal"},
	{21, "colosseum", "Colosseum"},
	{25, "eiffel-tower", "Eiffel Tower"},
	{33, "mount-fuji", "Mount Fuji"},
	{41, "great-wall", "Great Wall"},
	{48, "leaning-tower-of-pisa", "Leaning Tower of Pisa"},
	{60, "statue-of-liberty", "Statue of Liberty"},
}

// Flights lists the flights, the lower place first, in the order of that place.
// Each is flown in both directions.
func Flights() [][2]int { return slices.Clone(flights[:]) }

// Flight says where the flight from a place leads, if there is one.
func Flight(place int) (to int, ok bool) {
	for _, f := range flights {
		switch place {
		case f[0]:
			return f[1], true
		case f[1]:
			return f[0], true
		}
	}
	return 0, false
}

// Landmarks lists the landmarks in the order of the road.
func Landmarks() []Landmark { return slices.Clone(landmarks[:]) }

// LandmarkAt gives the landmark of a place, if there is one.
func LandmarkAt(place int) (Landmark, bool) {
	for _, l := range landmarks {
		if l.Place == place {
			return l, true
		}
	}
	return Landmark{}, false
}
