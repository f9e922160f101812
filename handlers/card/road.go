package card

import (
	"image"
	"math"
)

// The road of the map in the sheet: a row to the right, half a circle, a row back,
// half a circle and a row home, in pixels.
const (
	roadLeft, roadRight, roadHome = 180, 1000, 1010
	roadTop, roadTurn             = 136, 100 // the first row, and a turn's radius
	roadRow                       = roadRight - roadLeft
	roadArc                       = math.Pi * roadTurn
	roadLength                    = 2*(roadRow+roadArc) + roadHome - roadLeft
)

// onRoad is the point so many pixels along the road. What is short of its start or
// beyond its end lies on the straight line through it.
func onRoad(along float64) image.Point {
	at := func(x, y float64) image.Point { return image.Pt(int(math.Round(x)), int(math.Round(y))) }
	turn := func(along float64) (x, y float64) {
		sin, cos := math.Sincos(along / roadTurn)
		return roadTurn * sin, roadTurn * (1 - cos)
	}
	if along < roadRow {
		return at(roadLeft+along, roadTop)
	}
	if along -= roadRow; along < roadArc {
		x, y := turn(along)
		return at(roadRight+x, roadTop+y)
	}
	if along -= roadArc; along < roadRow {
		return at(roadRight-along, roadTop+2*roadTurn)
	}
	if along -= roadRow; along < roadArc {
		x, y := turn(along)
		return at(roadLeft-x, roadTop+2*roadTurn+y)
	}
	return at(roadLeft+along-roadArc, roadTop+4*roadTurn)
}

// spread moves neighbours apart, each by half of what is missing, until about the
// given distance lies between them. The places are in order and stay so.
func spread(places []float64, apart float64) {
	for range 4 * len(places) {
		for i := 1; i < len(places); i++ {
			if missing := apart - (places[i] - places[i-1]); missing > 0 {
				places[i-1] -= missing / 2
				places[i] += missing / 2
			}
		}
	}
}
