package card

import (
	"bytes"
	"errors"
	"image"
	"image/png"
	"math"
	"slices"
	"testing"
)

// four are the seats of a game in which everything happens.
var four = []Seat{{Bag: 1, Percent: 62}, {Bag: 2, Percent: 100, Winner: true}, {Bag: 3, Percent: 62}, {Bag: 4, Percent: 8}}

// states are rooms in every stage.
var states = map[string]State{
	"lobby":               {Stage: Lobby},
	"nobody yet":          {Stage: Waiting, Size: 4},
	"one of two":          {Stage: Waiting, Size: 2, Seats: four[:1]},
	"two of four":         {Stage: Waiting, Size: 4, Seats: four[1:3]},
	"full":                {Stage: Waiting, Size: 4, Seats: four},
	"before the first":    {Stage: Playing, Size: 4, Seats: []Seat{{Bag: 1}, {Bag: 2}, {Bag: 3}, {Bag: 4}}},
	"two in play":         {Stage: Playing, Size: 2, Seats: []Seat{{Bag: 4, Percent: 30}, {Bag: 2, Percent: 45}}},
	"in play":             {Stage: Playing, Size: 4, Seats: []Seat{{Bag: 1, Percent: 28}, {Bag: 2, Percent: 63}, {Bag: 3, Percent: 55}, {Bag: 4, Percent: 77}}},
	"all home":            {Stage: Playing, Size: 4, Seats: []Seat{{Bag: 1, Percent: 100}, {Bag: 2, Percent: 100}, {Bag: 3, Percent: 100}, {Bag: 4, Percent: 99}}},
	"won by a hatbox":     {Stage: Over, Size: 2, Seats: []Seat{{Bag: 1, Percent: 100, Winner: true}, {Bag: 4, Percent: 80}}},
	"won by a suitcase":   {Stage: Over, Size: 4, Seats: four},
	"won by two":          {Stage: Over, Size: 3, Seats: []Seat{{Bag: 3, Percent: 100, Winner: true}, {Bag: 4, Percent: 100, Winner: true}, {Bag: 1, Percent: 90}}},
	"closed":              {Stage: Closed, Size: 4, Seats: four[:2]},
	"closed and deserted": {Stage: Closed, Size: 4},
}

func drawn(t *testing.T, s State) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Draw(&b, s); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestACardIsAsLargeAsChatProgramsWishAndLightAndOpaque(t *testing.T) {
	for name, s := range states {
		data := drawn(t, s)
		if len(data) > 100<<10 {
			t.Errorf("%s weighs %d bytes", name, len(data))
		}
		picture, err := png.Decode(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		if picture.Bounds() != image.Rect(0, 0, 1200, 630) || !picture.(*image.Paletted).Opaque() {
			t.Errorf("%s: %v, opaque: %v", name, picture.Bounds(), picture.(*image.Paletted).Opaque())
		}
	}
}

func TestTheSheetIsAsLargeAsItsCutsSay(t *testing.T) {
	if got, want := sheet().Bounds(), image.Rect(0, 0, Width, traveller(4).Max.Y); got != want {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestTheSameStateIsTheSamePictureAndAnotherIsAnother(t *testing.T) {
	seen := map[string]string{}
	for name, s := range states {
		first := string(drawn(t, s))
		if first != string(drawn(t, s)) {
			t.Errorf("%s is drawn in two ways", name)
		}
		if other, drawn := seen[first]; drawn {
			t.Errorf("%s looks like %s", name, other)
		}
		seen[first] = name
	}
}

func TestDrawingLeavesTheSeatsInTheirOrder(t *testing.T) {
	seats := slices.Clone(four)
	for stage := Lobby; stage <= Closed; stage++ {
		drawn(t, State{Stage: stage, Size: 4, Seats: seats})
	}
	if !slices.Equal(seats, four) {
		t.Error(seats)
	}
}

func TestWhatIsUnknownIsDrawnAsTheFirst(t *testing.T) {
	for _, pair := range [][2]State{
		{{Stage: 9}, {Stage: Lobby}},
		{{Stage: -1}, {Stage: Lobby}},
		{{Stage: Waiting, Size: 0, Seats: []Seat{{Bag: 7}}}, {Stage: Waiting, Size: 1, Seats: []Seat{{Bag: 1}}}},
		{{Stage: Playing, Seats: []Seat{{Bag: 2, Percent: 140}}}, {Stage: Playing, Seats: []Seat{{Bag: 2, Percent: 100}}}},
		{{Stage: Playing, Seats: []Seat{{Bag: 2, Percent: -4}}}, {Stage: Playing, Seats: []Seat{{Bag: 2}}}},
	} {
		if !bytes.Equal(drawn(t, pair[0]), drawn(t, pair[1])) {
			t.Errorf("%+v is not drawn as %+v", pair[0], pair[1])
		}
	}
}

func TestARoomLargerThanAnyGameIsDrawnToo(t *testing.T) {
	for stage := Lobby; stage <= Closed; stage++ {
		drawn(t, State{Stage: stage, Size: 30, Seats: slices.Repeat(four, 5)})
	}
	drawn(t, State{Stage: Waiting})
}

func TestTheRoadHasNoGapAndEndsAtHome(t *testing.T) {
	if start, home := onRoad(0), onRoad(roadLength); start != image.Pt(180, 136) || home != image.Pt(1010, 536) {
		t.Errorf("from %v to %v", start, home)
	}
	for along := -100.0; along < roadLength+100; along++ {
		step := onRoad(along + 1).Sub(onRoad(along))
		if far := math.Hypot(float64(step.X), float64(step.Y)); far > 2 {
			t.Fatalf("a step of %.1f pixels at %.0f", far, along)
		}
	}
}

func TestBagsOnOnePlaceStandSideBySide(t *testing.T) {
	for _, places := range [][]float64{{100, 100}, {0, 0, 0, 0}, {100, 130, 500}, {5, 100, 101, 102}} {
		middle := (places[0] + places[len(places)-1]) / 2
		spread(places, 60)
		for i := 1; i < len(places); i++ {
			if apart := places[i] - places[i-1]; apart < 58 {
				t.Errorf("%v: %.1f apart", places, apart)
			}
		}
		if len(places) == 2 && (places[0]+places[1])/2 != middle {
			t.Errorf("%v: not around %v", places, middle)
		}
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }

var errFull = errors.New("full")

func TestAWriterThatFailsIsReported(t *testing.T) {
	if err := Draw(full{}, State{}); !errors.Is(err, errFull) {
		t.Error(err)
	}
}

func BenchmarkDraw(b *testing.B) {
	for _, name := range []string{"lobby", "full", "in play", "won by a suitcase"} {
		b.Run(name, func(b *testing.B) {
			var out bytes.Buffer
			for b.Loop() {
				out.Reset()
				if err := Draw(&out, states[name]); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(out.Len()), "bytes/card")
		})
	}
}
