package boards

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"worldtravel/models/games"
	"worldtravel/models/games/worldtravel"
	"worldtravel/views/words"
)

// sentence words an event for the log.
func sentence(e games.Event, t Table) string {
	l, name := t.Words, t.Names[e.By]
	switch e.Kind {
	case worldtravel.Rolled:
		roll, place := e.Args[0], e.Args[1]
		if landmark, ok := worldtravel.LandmarkAt(place); ok {
			return l.T("log.rolled-sight", "Name", name, "Roll", roll, "Sight", the(l, landmark))
		}
		if place == worldtravel.Home {
			return l.T("log.rolled-home", "Name", name, "Roll", roll)
		}
		return l.T("log.rolled", "Name", name, "Roll", roll, "Place", place)
	case worldtravel.Flew:
		return l.T("log.flew", "Name", name, "Place", e.Args[1])
	case worldtravel.Enjoys:
		return l.T("log.enjoys", "Name", name)
	case worldtravel.Skipped:
		return l.T("log.skipped", "Name", name)
	case worldtravel.Won:
		return l.T("log.won", "Name", name)
	}
	return ""
}

// the is a landmark's name as a sentence has it after "reached".
func the(l *words.Language, landmark worldtravel.Landmark) string {
	return l.T("landmark." + landmark.Slug + ".the")
}

// at says that somebody is at a landmark.
func at(l *words.Language, landmark worldtravel.Landmark) string {
	return l.T("landmark." + landmark.Slug + ".at")
}

// button words a move.
func button(_ games.Move, l *words.Language) string { return l.T("board.roll") }

// lastWords says the last move in a few words.
func lastWords(v worldtravel.View, t Table) string {
	switch {
	case v.Last.Roll == 0:
		return t.Words.T("board.first-roll")
	case v.Over:
		return t.Words.T("board.home-in", "Rolls", counted(t.Words, "rolls", v.Travellers[v.Turn].Rolls))
	}
	return t.Words.T("board.rolled", "Name", t.Names[v.Last.Seat], "Roll", v.Last.Roll)
}

// seatNote is what is special about a seat; empty for nothing.
func seatNote(v worldtravel.View, seat games.Seat, t Table) string {
	traveller := v.Travellers[seat]
	switch {
	case v.Over && traveller.Place == worldtravel.Home:
		return t.Words.T("board.first-home")
	case v.Over:
		if landmark, ok := worldtravel.LandmarkAt(traveller.Place); ok {
			return upperFirst(at(t.Words, landmark))
		}
		return t.Words.T("board.reached", "Place", traveller.Place)
	case traveller.Viewing:
		return t.Words.T("board.enjoying")
	}
	return ""
}

func upperFirst(text string) string {
	r, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(r)) + text[size:]
}

// story tells a winner's way: "Round the world in 21 rolls, with three flights
// and two fine views."
func story(t worldtravel.Traveller, l *words.Language) string {
	rolls := counted(l, "rolls", t.Rolls)
	var with []string
	if t.Flights > 0 {
		with = append(with, counted(l, "flights", t.Flights))
	}
	if t.Views > 0 {
		with = append(with, counted(l, "views", t.Views))
	}
	if len(with) == 0 {
		return l.T("story.on-foot", "Rolls", rolls)
	}
	return l.T("story.with", "Rolls", rolls, "With", l.And(with))
}

// numbersInWords is up to where numbers are written in words.
const numbersInWords = 10

// counted is a number with its noun, in words where they are short.
func counted(l *words.Language, noun string, n int) string {
	number := strconv.Itoa(n)
	if n <= numbersInWords {
		number = l.T("number.n" + number)
	}
	return l.N("story."+noun, n, "Number", number)
}

// standing names those who stand on a place.
func standing(v worldtravel.View, t Table, place int) string {
	var names []string
	for i, traveller := range v.Travellers {
		if traveller.Place == place {
			names = append(names, t.Names[i])
		}
	}
	return t.Words.And(names)
}

// boardWords says where everybody stands and what lies ahead of them, then what
// there is on the road.
func boardWords(v worldtravel.View, t Table) []string {
	l := t.Words
	var said []string
	for i, traveller := range v.Travellers {
		said = append(said, whereabouts(l, t.Names[i], traveller.Place))
	}
	var flights, sights []string
	for _, f := range worldtravel.Flights() {
		flights = append(flights, fmt.Sprintf("%d–%d", f[0], f[1]))
	}
	for _, landmark := range worldtravel.Landmarks() {
		sights = append(sights, fmt.Sprintf("%d %s", landmark.Place, l.T("landmark."+landmark.Slug+".name")))
	}
	comma := l.T("list.comma")
	return append(said,
		l.T("whereabouts.road", "Start", worldtravel.Start, "Home", worldtravel.Home),
		l.T("whereabouts.flights", "Flights", strings.Join(flights, comma)),
		l.T("whereabouts.sights", "Sights", strings.Join(sights, comma)))
}

// whereabouts says where a traveller stands, how far it is home, and which flight
// and sight come next: "Ada is at 18, 47 from home. Ahead: the flight 19–23 and the
// Colosseum (21)."
func whereabouts(l *words.Language, name string, place int) string {
	args := []any{"Name", name, "Place", place, "Left", worldtravel.Home - place}
	landmark, sight := worldtravel.LandmarkAt(place)
	var said string
	switch {
	case place == worldtravel.Home:
		return l.T("whereabouts.home", args...)
	case place == worldtravel.Start:
		said = l.T("whereabouts.start", args...)
	case sight:
		said = l.T("whereabouts.sight", append(args, "At", at(l, landmark))...)
	default:
		said = l.T("whereabouts.place", args...)
	}
	if ahead := ahead(l, place); len(ahead) > 0 {
		said += l.T("whereabouts.ahead", "What", l.And(ahead))
	}
	return said
}

// ahead names the next flight and the next sight after a place.
func ahead(l *words.Language, place int) []string {
	var flight, sight []string
	for n := place + 1; n < worldtravel.Home; n++ {
		if to, ok := worldtravel.Flight(n); ok && flight == nil {
			flight = []string{l.T("whereabouts.next-flight", "From", n, "To", to)}
		}
		if landmark, ok := worldtravel.LandmarkAt(n); ok && sight == nil {
			sight = []string{l.T("whereabouts.next-sight", "Sight", the(l, landmark), "Place", n)}
		}
	}
	return append(flight, sight...)
}

// nextWords says what each roll would lead to; nothing when nobody rolls any more.
func nextWords(v worldtravel.View, t Table) []string {
	var said []string
	for _, r := range v.Reach {
		said = append(said, leads(t.Words, r))
	}
	return said
}

func leads(l *words.Language, r worldtravel.Reach) string {
	args := []any{"Roll", r.Roll, "Place", r.Place, "To", r.Flight}
	landmark, view := worldtravel.LandmarkAt(r.Place)
	switch {
	case view:
		return l.T("leads.sight", append(args, "Sight", the(l, landmark))...)
	case r.Flight != 0:
		return l.T("leads.flight", args...)
	case r.Place == worldtravel.Home:
		return l.T("leads.home", args...)
	}
	return l.T("leads.place", args...)
}
