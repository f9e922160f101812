package boards

import (
	"fmt"
	"slices"
	"strings"

	"worldtravel/models/games"
	"worldtravel/models/games/worldtravel"
	"worldtravel/views"
)

// sentence words an event for the log.
func sentence(e games.Event, t Table) string {
	name := t.Names[e.By]
	switch e.Kind {
	case worldtravel.Rolled:
		return fmt.Sprintf("%s rolled %d and %s.", name, e.Args[0], arrived(e.Args[1]))
	case worldtravel.Flew:
		return fmt.Sprintf("%s flew to %d.", name, e.Args[1])
	case worldtravel.Enjoys:
		return fmt.Sprintf("%s enjoys the view.", name)
	case worldtravel.Skipped:
		return fmt.Sprintf("%s enjoys the view and skips a turn.", name)
	case worldtravel.Won:
		return fmt.Sprintf("%s won!", name)
	}
	return ""
}

// arrived says where a walk ended: "reached the Taj Mahal", "is home".
func arrived(place int) string {
	if place == worldtravel.Home {
		return "is home"
	}
	if l, ok := worldtravel.LandmarkAt(place); ok {
		return "reached " + withArticle(l)
	}
	return fmt.Sprintf("reached %d", place)
}

// withArticle is a landmark's name within a sentence: "the Taj Mahal", but
// "Mount Fuji".
func withArticle(l worldtravel.Landmark) string {
	if strings.HasPrefix(l.Name, "Mount ") {
		return l.Name
	}
	return "the " + l.Name
}

// lastWords says the last move in a few words.
func lastWords(v worldtravel.View, t Table) string {
	switch {
	case v.Last.Roll == 0:
		return "The first roll of the game"
	case v.Over:
		return fmt.Sprintf("Home in %s", plural(v.Travellers[v.Turn].Rolls, "roll"))
	}
	return fmt.Sprintf("%s rolled %d", t.Names[v.Last.Seat], v.Last.Roll)
}

// seatNote is what is special about a seat; empty for nothing.
func seatNote(v worldtravel.View, seat games.Seat) string {
	traveller := v.Travellers[seat]
	switch {
	case v.Over && traveller.Place == worldtravel.Home:
		return "First home"
	case v.Over:
		if l, ok := worldtravel.LandmarkAt(traveller.Place); ok {
			return "At " + withArticle(l)
		}
		return fmt.Sprintf("Reached %d", traveller.Place)
	case traveller.Viewing:
		return "Enjoying the view"
	}
	return ""
}

// story tells a winner's way: "Round the world in 21 rolls, with three flights
// and two fine views."
func story(t worldtravel.Traveller) string {
	way := "Round the world in " + plural(t.Rolls, "roll")
	var with []string
	if t.Flights > 0 {
		with = append(with, plural(t.Flights, "flight"))
	}
	if t.Views > 0 {
		with = append(with, plural(t.Views, "fine view"))
	}
	if len(with) == 0 {
		return way + ", all on foot."
	}
	return way + ", with " + strings.Join(with, " and ") + "."
}

// plural is a number with its noun, in words where they are short.
func plural(n int, noun string) string {
	words := [...]string{"no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"}
	number := fmt.Sprint(n)
	if n < len(words) {
		number = words[n]
	}
	if n != 1 {
		noun += "s"
	}
	return number + " " + noun
}

// standing names those who stand on a place.
func standing(v worldtravel.View, t Table, place int) string {
	var names []string
	for i, traveller := range v.Travellers {
		if traveller.Place == place {
			names = append(names, t.Names[i])
		}
	}
	return strings.Join(names, ", ")
}

// boardWords says where everybody stands and what lies ahead of them, then what
// there is on the road.
func boardWords(v worldtravel.View, t Table) []string {
	var words []string
	for i, traveller := range v.Travellers {
		words = append(words, t.Names[i]+" "+whereabouts(traveller.Place))
	}
	var flights, sights []string
	for _, f := range worldtravel.Flights() {
		flights = append(flights, fmt.Sprintf("%d–%d", f[0], f[1]))
	}
	for _, l := range worldtravel.Landmarks() {
		sights = append(sights, fmt.Sprintf("%d %s", l.Place, l.Name))
	}
	return append(words,
		fmt.Sprintf("The road goes from %d to %d, which is home.", worldtravel.Start, worldtravel.Home),
		"Flights, both ways: "+strings.Join(flights, ", ")+".",
		"Sights, where one stays for a turn: "+strings.Join(sights, ", ")+".")
}

// whereabouts says where a traveller stands, how far it is home, and which flight
// and sight come next: "is at 18, 47 from home. Ahead: the flight 19–23 and the
// Colosseum (21)."
func whereabouts(place int) string {
	at := fmt.Sprintf("is at %d", place)
	if l, ok := worldtravel.LandmarkAt(place); ok {
		at = fmt.Sprintf("is at %s (%d)", withArticle(l), place)
	}
	switch place {
	case worldtravel.Start:
		at = "is at the start"
	case worldtravel.Home:
		return "is home."
	}
	at += fmt.Sprintf(", %d from home.", worldtravel.Home-place)
	var flight, sight string
	for n := place + 1; n < worldtravel.Home; n++ {
		if to, ok := worldtravel.Flight(n); ok && flight == "" {
			flight = fmt.Sprintf("the flight %d–%d", n, to)
		}
		if l, ok := worldtravel.LandmarkAt(n); ok && sight == "" {
			sight = fmt.Sprintf("%s (%d)", withArticle(l), n)
		}
	}
	ahead := views.And(slices.DeleteFunc([]string{flight, sight}, func(s string) bool { return s == "" }))
	if ahead == "" {
		return at
	}
	return at + " Ahead: " + ahead + "."
}

// nextWords says what each roll would lead to; nothing when nobody rolls any more.
func nextWords(v worldtravel.View, _ Table) []string {
	var words []string
	for _, r := range v.Reach {
		words = append(words, fmt.Sprintf("A %d leads %s.", r.Roll, leads(r)))
	}
	return words
}

func leads(r worldtravel.Reach) string {
	landmark, view := worldtravel.LandmarkAt(r.Place)
	switch {
	case view:
		return fmt.Sprintf("to %s (%d), to enjoy the view", withArticle(landmark), r.Place)
	case r.Flight != 0:
		return fmt.Sprintf("to %d, and by air to %d", r.Place, r.Flight)
	case r.Place == worldtravel.Home:
		return "home"
	}
	return fmt.Sprintf("to %d", r.Place)
}
