package views

import (
	"fmt"
	"strconv"

	"worldtravel/models"
	"worldtravel/views/words"
)

// Sentence words a refusal for the person who met it: what is wrong and what to
// do. An unknown code gets the words of a fault of ours.
func Sentence(l *words.Language, e *models.Error) string {
	said := inWords(e.Args)
	if e.Code == models.NotReady && len(said) > 0 {
		return l.N("room.waits-for", len(said), "Names", l.And(said))
	}
	if numbered[e.Code] {
		n, _ := strconv.Atoi(at(said, 0)) // 0 for one that came without its number
		return l.N("refusal."+string(e.Code), n)
	}
	var args []any
	for i, name := range arguments[e.Code] {
		args = append(args, name, at(said, i))
	}
	if e.Code == models.NotYourTurn {
		args = []any{"Turn", TitleTurnOf.words(l, at(said, 0))}
	}
	text := l.T("refusal."+string(e.Code), args...)
	if text == "refusal."+string(e.Code) {
		return l.T("refusal.internal")
	}
	return text
}

// numbered are the refusals that tell a number of things: minutes, rooms, seats.
var numbered = map[models.Code]bool{
	models.TooManyTries: true, models.TooManyGuests: true, models.TooManyRooms: true,
	models.TooFew: true, models.TooManyReturns: true,
}

// arguments are what the catalogue calls the arguments of the other refusals, in
// the order in which their codes list them.
var arguments = map[models.Code][]string{
	models.NoPlayer:       {"Name"},
	models.NameLength:     {"Least", "Most"},
	models.NameTaken:      {"Name"},
	models.PasswordLength: {"Least", "Most"},
	models.RoomNameLength: {"Most"},
	models.TextLength:     {"Most"},
	models.NotGuest:       {"Name"},
	models.TooEarly:       {"Name"},
}

// inWords are the arguments of a refusal as texts, each of a list by itself.
func inWords(args []any) []string {
	var said []string
	for _, arg := range args {
		switch arg := arg.(type) {
		case []string:
			said = append(said, arg...)
		case models.Seat:
			said = append(said, SeatName(arg))
		default:
			said = append(said, fmt.Sprint(arg))
		}
	}
	return said
}

// at is the text at i; empty when there is none.
func at(texts []string, i int) string {
	if i >= len(texts) {
		return ""
	}
	return texts[i]
}

// TableSentence words an entry of the log that is not the game's own: what the
// table or a person at it did. Name is whom it is about; other is who pressed
// (absent) or everybody at the table (start).
func TableSentence(l *words.Language, kind, name, other string) string {
	switch kind {
	case "absent":
		if other == "" {
			return l.T("table.absent", "Name", name)
		}
		return l.T("table.absent-by", "By", other, "Name", name)
	case "leave":
		return l.T("table.leave", "Name", name)
	case "last-leave":
		return l.T("table.last-leave", "Name", name)
	case "return":
		return l.T("table.return", "Name", name)
	case "abandon":
		return l.T("table.abandon")
	case "start":
		if other == "" {
			other = name
		}
		return l.T("table.start", "Names", other)
	}
	return ""
}
