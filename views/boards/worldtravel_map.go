package boards

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/a-h/templ"

	"worldtravel/models/games/worldtravel"
	"worldtravel/views/words"
)

// The road is drawn twice, in rows of ten for wide screens and in rows of six for
// narrow ones. Both pictures, and the places and ways in board-places.css, are
// laid out in these units.
var viewBoxes = map[string]string{"wide": "0 0 928 800", "tall": "0 0 360 620"}

// flightCurve is a flight as it is drawn: a curve chosen so that it passes under
// no place or poster but its own. Crossing flights differ by their ink.
type flightCurve struct {
	from, to   int
	second     bool // in the second ink
	wide, tall curve
}

// curve is a way on one of the two pictures, and where its little jet sits.
type curve struct{ path, jet string }

func (f flightCurve) curve(layout string) curve {
	if layout == "tall" {
		return f.tall
	}
	return f.wide
}

// reaches reports whether one of the rolls leads to the place.
func reaches(reach []worldtravel.Reach, place int) bool {
	return slices.ContainsFunc(reach, func(r worldtravel.Reach) bool { return r.Place == place })
}

// placeClass says what a place is.
func placeClass(n int) string {
	class := "place p" + strconv.Itoa(n)
	if _, ok := worldtravel.LandmarkAt(n); ok {
		class += " place--landmark"
	}
	if _, ok := worldtravel.Flight(n); ok {
		class += " place--airport"
	}
	switch n {
	case worldtravel.Start:
		class += " place--start"
	case worldtravel.Home:
		class += " place--home"
	}
	return class
}

// placeLook is how a place differs from one where nothing happens.
type placeLook struct {
	class string // whether the next roll can lead there, and whether the one who rolls stands there
	who   string // who stands there
}

// look says how a place looks.
func look(v worldtravel.View, t Table, n int) placeLook {
	shown := placeLook{who: standing(v, t, n)}
	if reaches(v.Reach, n) {
		shown.class += " place--reach"
	}
	if !v.Over && v.Travellers[v.Turn].Place == n {
		shown.class += " place--here"
	}
	return shown
}

// placeWords says what there is to say of a place beside its number: "Place 25,
// Eiffel Tower, Ada and Ben here"; empty for nothing.
func placeWords(l *words.Language, n int, who string) string {
	var said []string
	if landmark, ok := worldtravel.LandmarkAt(n); ok {
		said = append(said, l.T("landmark."+landmark.Slug+".name"))
	}
	if to, ok := worldtravel.Flight(n); ok {
		said = append(said, l.T("board.flight", "To", to))
	}
	switch n {
	case worldtravel.Start:
		said = append(said, l.T("board.start"))
	case worldtravel.Home:
		said = append(said, l.T("board.home"))
	}
	if who != "" {
		said = append(said, l.T("board.here", "Who", who))
	}
	if len(said) == 0 {
		return ""
	}
	return strings.Join(append([]string{l.T("board.place", "Place", n)}, said...), l.T("list.comma"))
}

// idleParts are the parts of the board as they are where nothing happens, which is
// nearly everywhere.
type idleParts struct {
	places  []templ.Component
	flights templ.Component
}

// idle draws them once for each language: a board is drawn at every move.
func idle(l *words.Language) idleParts { return allIdle()[l] }

var allIdle = sync.OnceValue(func() map[*words.Language]idleParts {
	all := map[*words.Language]idleParts{}
	flights := once(templ.Join(flightPaths("wide"), flightPaths("tall")))
	for _, l := range words.All() {
		parts := idleParts{flights: flights}
		for n := range worldtravel.Home + 1 {
			parts.places = append(parts.places, once(place(l, n, placeLook{})))
		}
		all[l] = parts
	}
	return all
})

// placeLooking draws a place as it looks.
func placeLooking(l *words.Language, n int, shown placeLook) templ.Component {
	if shown == (placeLook{}) {
		return idle(l).places[n]
	}
	return place(l, n, shown)
}

// once draws a component now, for good.
func once(component templ.Component) templ.Component {
	var html strings.Builder
	if err := component.Render(context.Background(), &html); err != nil {
		panic(err) // a strings.Builder takes everything
	}
	return templ.Raw(html.String())
}

// pieceClass says where a piece stands, on which place and beside whom, and how it
// came there with its traveller's last trip: from where it walked, and whether it
// then flew. One word alternates, so that each trip is a new motion; the last of all
// trips is marked, for pages whose pieces are all new at every state.
func pieceClass(v worldtravel.View, seat int) string {
	place, before, all := v.Travellers[seat].Place, 0, 0
	for i, t := range v.Travellers {
		if t.Place != place {
			continue
		}
		all++
		if i < seat {
			before++
		}
	}
	class := fmt.Sprintf("at-%d", place)
	if all > 1 {
		class += fmt.Sprintf(" share-%d-of-%d", before+1, all)
	}
	if !v.Over && int(v.Turn) == seat {
		class += " piece--now"
	}
	if trip := v.Travellers[seat].Trip; trip.Roll > 0 {
		class += fmt.Sprintf(" from-%d via-%d steps-%d", trip.From, trip.Walked, trip.Walked-trip.From)
		if trip.Place != trip.Walked {
			class += fmt.Sprintf(" fly-%d-%d", trip.Walked, trip.Place)
		}
		class += " " + [...]string{"move-a", "move-b"}[v.Travellers[seat].Rolls%2]
		if trip == v.Last {
			class += " piece--last"
		}
	}
	return class
}

// flightCurves are in the order of worldtravel.Flights.
var flightCurves = [...]flightCurve{
	{
		from: 6, to: 15,
		wide: curve{"M579.3 76C581.4 135.7 555.8 179.1 502.4 206", "translate(561.7 153.3) rotate(120.6)"},
		tall: curve{"M330 68C158 85 320 83 109.8 158", "translate(178.1 130.8) rotate(155.2) scale(0.66)"},
	},
	{
		from: 7, to: 11, second: true,
		wide: curve{"M656.2 76C720 90 790 150 810 206", "translate(749.5 125.3) rotate(40.3)"},
		tall: curve{"M297 98C241 68 169 67 109.8 98", "translate(204.6 75.1) rotate(-179.8) scale(0.66)"},
	},
	{
		from: 14, to: 38,
		wide: curve{"M579.3 206C581.8 324.4 530.5 411.1 425.6 466", "translate(542.7 359.8) rotate(120.6)"},
		tall: curve{"M63 158C99 235 62 304 156.6 338", "translate(97.7 292.2) rotate(62.3) scale(0.66)"},
	},
	{
		from: 17, to: 26, second: true,
		wide: curve{"M348.7 206C403.8 231.9 429.4 275.2 425.6 336", "translate(409.2 257.9) rotate(59.4)"},
		tall: curve{"M203.4 158C184 201 69 153 63 218", "translate(137.8 179.4) rotate(177.8) scale(0.66)"},
	},
	{
		from: 19, to: 23,
		wide: curve{"M194.9 206C158.5 249.3 158.5 292.7 194.9 336", "translate(167.6 271) rotate(90)"},
		tall: curve{"M297 158C285 185 245 185 203.4 218", "translate(261.3 185.8) rotate(155.8) scale(0.66)"},
	},
	{
		from: 24, to: 42, second: true,
		wide: curve{"M271.8 336C193.7 347.6 142.4 390.9 118 466", "translate(174.7 377.2) rotate(139.8)"},
		tall: curve{"M156.6 218C170 278 50 338 63 398", "translate(69 362) rotate(116.2) scale(0.66)"},
	},
	{
		from: 30, to: 50,
		wide: curve{"M733.1 336C679 408 560 509 579.3 596", "translate(645.6 438.9) rotate(129.3)"},
		tall: curve{"M156.6 278C158 338 249 398 250.2 458", "translate(166.8 314) rotate(63.4) scale(0.66)"},
	},
	{
		from: 34, to: 59, second: true,
		wide: curve{"M733.1 466C696 539 560 640 502.4 726", "translate(597.8 618.4) rotate(135.3)"},
		tall: curve{"M330 308C322 360 215 445 203.4 518", "translate(285.3 383.4) rotate(128.2) scale(0.66)"},
	},
	{
		from: 39, to: 49, second: true,
		wide: curve{"M348.7 466C393 535 499 499 502.4 596", "translate(440.9 520.5) rotate(19.9)"},
		tall: curve{"M109.8 338C185 400 252 291 297 458", "translate(187.2 359.3) rotate(-2.7) scale(0.66)"},
	},
	{
		from: 45, to: 63,
		wide: curve{"M194.9 596C231.3 639.3 231.3 682.7 194.9 726", "translate(222.2 661) rotate(90)"},
		tall: curve{"M203 398C206 430 222 446 228 462C236 482 276 474 277 500C278 530 288 550 297 578", "translate(255 478.7) rotate(18.6) scale(0.66)"},
	},
}

// postcards are where the eight sights lie round the sun of the arrival.
var postcards = [...]string{
	"translate(146.0 561.8) rotate(-42.0) scale(1.5)",
	"translate(178.8 425.4) rotate(-30.0) scale(1.5)",
	"translate(267.1 316.3) rotate(-18.0) scale(1.5)",
	"translate(393.8 255.8) rotate(-6.0) scale(1.5)",
	"translate(534.2 255.8) rotate(6.0) scale(1.5)",
	"translate(660.9 316.3) rotate(18.0) scale(1.5)",
	"translate(749.2 425.4) rotate(30.0) scale(1.5)",
	"translate(782.0 561.8) rotate(42.0) scale(1.5)",
}
