// Package card draws the pictures that stand for the site and its rooms wherever a
// link to them is shared. There are no words in them: those go beside the picture.
package card

import (
	"cmp"
	"fmt"
	"image"
	"image/png"
	"io"
	"slices"
)

// Width and Height are a card's size in pixels, that of the preview of a link.
const Width, Height = 1200, 630

// Stage is what a card shows.
type Stage int

// The stages, in the order of their pictures in the sheet.
const (
	Lobby   Stage = iota // the site: the four travellers before their jet
	Waiting              // a boarding card with the room's seats, those taken and those free
	Playing              // the map with the bags on their road
	Over                 // the winner at home, the bags of the others left and right
	Closed               // the apron by night, the jet gone
)

// State is what a card is drawn from.
type State struct {
	Stage Stage
	Size  int    // seats of the room
	Seats []Seat // those taken
}

// Seat is somebody at the table.
type Seat struct {
	Bag     int // 1 hatbox, 2 suitcase, 3 flight bag, 4 diamond case; any other is shown as 1
	Percent int // of the way, 0 to 100
	Winner  bool
}

// Draw writes the card as a PNG. The same state is always the same bytes. An error
// is that of w.
func Draw(w io.Writer, s State) error {
	c := newCanvas(s.Stage)
	switch s.Stage {
	case Waiting:
		c.waiting(s)
	case Playing:
		c.playing(s)
	case Over:
		c.over(s)
	case Closed:
		c.closed(s)
	}
	if err := png.Encode(w, c.picture); err != nil {
		return fmt.Errorf("draw a card: %w", err)
	}
	return nil
}

// waiting lays the bags of the seats taken, and outlines for the free ones, on the
// lower half of the boarding card.
func (c *canvas) waiting(s State) {
	seats := max(s.Size, len(s.Seats))
	for i := range seats {
		cut := freeSeat
		if i < len(s.Seats) {
			cut = bagInHand(s.Seats[i].Bag)
		}
		c.stand(cut, row(i, seats, 475, min(190, 760/seats)), 553)
	}
}

// playing stands the bags on the road, as far along it as they have come.
func (c *canvas) playing(s State) {
	seats := slices.Clone(s.Seats)
	slices.SortStableFunc(seats, func(a, b Seat) int { return cmp.Compare(a.Percent, b.Percent) })
	var along []float64
	for _, seat := range seats {
		along = append(along, roadLength*float64(min(max(seat.Percent, 0), 100))/100)
	}
	spread(along, 66)
	for i, seat := range seats {
		p := onRoad(along[i])
		c.stand(bagOnRoad(seat.Bag), p.X, p.Y+13)
	}
}

// over stands the winners at home and the bags of the others beside them, left and
// right in turn, the nearest the one that came farthest.
func (c *canvas) over(s State) {
	var winners, others []Seat
	for _, seat := range s.Seats {
		if seat.Winner {
			winners = append(winners, seat)
		} else {
			others = append(others, seat)
		}
	}
	slices.SortStableFunc(others, func(a, b Seat) int { return cmp.Compare(b.Percent, a.Percent) })
	for i, seat := range others {
		aside := 270 + i/2*120
		if i%2 == 0 {
			aside = -aside
		}
		c.stand(bagOnRoad(seat.Bag), Width/2+aside, 612)
	}
	for i, seat := range winners {
		c.stand(traveller(seat.Bag), row(i, len(winners), Width/2, 190), 616)
	}
}

// closed leaves the bags on the apron.
func (c *canvas) closed(s State) {
	for i, seat := range s.Seats {
		c.stand(bagOnRoad(seat.Bag), row(i, len(s.Seats), Width/2, 130), 600)
	}
}

// row is where the i-th of n things in a row stands.
func row(i, n, middle, apart int) int { return middle + (2*i-n+1)*apart/2 }

// ---- What the sheet holds

func scene(s Stage) image.Rectangle {
	if s < Lobby || s > Closed {
		s = Lobby
	}
	return image.Rect(0, int(s)*Height, Width, (int(s)+1)*Height)
}

const scenesEnd = (int(Closed) + 1) * Height

var freeSeat = image.Rect(660, scenesEnd, 825, scenesEnd+195)

func bagInHand(bag int) image.Rectangle {
	return cutOf(bag, image.Rect(0, scenesEnd, 165, scenesEnd+195))
}

func bagOnRoad(bag int) image.Rectangle {
	return cutOf(bag, image.Rect(0, scenesEnd+195, 110, scenesEnd+325))
}

func traveller(bag int) image.Rectangle {
	return cutOf(bag, image.Rect(0, scenesEnd+325, 230, scenesEnd+714))
}

// cutOf is the bag's own of four cuts in a row, the first of which is given.
func cutOf(bag int, first image.Rectangle) image.Rectangle {
	if bag < 1 || bag > 4 {
		bag = 1
	}
	return first.Add(image.Pt((bag-1)*first.Dx(), 0))
}
