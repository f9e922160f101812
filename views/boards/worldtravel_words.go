package boards

import (
	"fmt"
	"strings"

	"worldtravel/models/games"
	"worldtravel/models/games/worldtravel"
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
