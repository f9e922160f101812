package views

import (
	"fmt"
	"strings"

	"worldtravel/models"
)

// Sentence words a refusal for the person who met it: what is wrong and what to
// do. An unknown code gets the words of a fault of ours.
func Sentence(e *models.Error) string {
	if s, ok := refusals[e.Code]; ok {
		return s(args(e.Args))
	}
	return refusals[models.Internal](nil)
}

// args are the arguments of a refusal, as its code lists them.
type args []any

// text is the argument at i in words; empty when the refusal came without it.
func (a args) text(i int) string {
	if i >= len(a) {
		return ""
	}
	switch arg := a[i].(type) {
	case []string:
		return And(arg)
	case models.Seat:
		return SeatName(arg)
	}
	return fmt.Sprint(a[i])
}

// names joins all the arguments: "Ben and Chen".
func (a args) names() []string {
	var names []string
	for i := range a {
		if list, ok := a[i].([]string); ok {
			names = append(names, list...)
		} else {
			names = append(names, a.text(i))
		}
	}
	return names
}

func plain(s string) func(args) string { return func(args) string { return s } }

// refusals words every code of models/errors.go.
var refusals = map[models.Code]func(args) string{
	models.NotFound: plain("There is no such page. The address may have a typing error."),
	models.NoRoom:   plain("There is no such room. It may have closed, or the address has a typing error."),
	models.NoPlayer: func(a args) string {
		return fmt.Sprintf("Nobody here is called “%s”. The leaderboard lists everybody who has come home.", a.text(0))
	},
	models.LoginNeeded:   plain("Please log in first, or sign up if you are new here."),
	models.BadRequest:    plain("That form did not come through as it should. Please reload the page and try again."),
	models.CrossOrigin:   plain("That form was sent from another site, so nothing was done. Please use the buttons on this site."),
	models.OtherViewer:   plain("This page was opened as somebody else. Please reload it."),
	models.TooManyPages:  plain("So many pages of this site are open that this one is not kept up to date. Please close some of them."),
	models.NoSocket:      plain("Something between you and this site does not let WebSockets through. The page works without one."),
	models.NotOverSocket: plain("That form can’t be sent this way. Please reload the page and try again."),
	models.WrongMethod:   plain("That address does not take this kind of request. Please use the links and buttons on the pages."),
	models.TooLarge:      plain("That was too much at once. Please shorten what you sent and try again."),
	models.Busy:          plain("Many people are logging in at this moment. Please try again in a few seconds."),
	models.Unavailable:   plain("The logbook can’t be reached just now. Nothing is lost; please try again in a moment."),
	models.Internal:      plain("Something went wrong on our side. Please try again; if it stays like this, tell whoever runs this site."),
	models.NameLength: func(a args) string {
		return fmt.Sprintf("A user name has %s to %s characters. Please try one of that length.", a.text(0), a.text(1))
	},
	models.NameLetters: plain("A user name is made of letters, digits, “_” and “-”. Please leave out anything else."),
	models.NameTaken: func(a args) string {
		return fmt.Sprintf("“%s” is taken. Please choose another name.", a.text(0))
	},
	models.PasswordLength: func(a args) string {
		return fmt.Sprintf("A password has %s to %s characters. Please choose one of that length.", a.text(0), a.text(1))
	},
	models.PasswordsDiffer: plain("The two passwords are not the same. Please type both again."),
	models.WrongLogin:      plain("That name and password don’t belong together. Please check both and try again."),
	models.TooManyTries: func(a args) string {
		return fmt.Sprintf("Too many log-ins went wrong. Please wait %s before you try again.", count(a.text(0), "minute", "minutes"))
	},
	models.RoomNameLength: func(a args) string {
		return fmt.Sprintf("A room needs a name of 1 to %s characters. Please type one.", a.text(0))
	},
	models.TextLength: func(a args) string {
		return fmt.Sprintf("That is longer than %s characters. Please shorten it.", a.text(0))
	},
	models.TextCharacters: plain("The text holds characters that can’t be shown. Please type it again without them."),
	models.NoChoice:       plain("Please choose one of the offered answers."),
	models.TooManyRooms: func(a args) string {
		return fmt.Sprintf("You have seats in %s rooms already. Please leave one of them first.", a.text(0))
	},
	models.RoomFull:       plain("All seats in this room are taken. You can watch, or join another room."),
	models.RoomClosed:     plain("This room has closed. Please choose another one, or create your own."),
	models.AlreadyStarted: plain("The game has already started, so the seats stay as they are."),
	models.NotStarted:     plain("The game has not started yet. The host starts it when everybody is ready."),
	models.NotHost:        plain("Only the host of the room can do that."),
	models.NotSeated:      plain("You have no seat at this table, so you can only watch."),
	models.TooFew: func(a args) string {
		return fmt.Sprintf("At least %s seats must be taken before the game can start.", a.text(0))
	},
	models.NotReady: func(a args) string {
		names := a.names()
		if len(names) == 0 {
			return "Not everybody is ready yet. The game can start when all are."
		}
		return fmt.Sprintf("%s %s not ready yet. The game can start when everybody is.", And(names), isAre(names))
	},
	models.NotYourTurn: func(a args) string {
		return fmt.Sprintf("It is %s turn. Yours will come.", possessive(a.text(0)))
	},
	models.SeatAway:   plain("The computer is keeping your seat. Press “Take back my seat”, then you can move."),
	models.OldVersion: plain("Somebody moved before you. This is the table as it is now; please look again."),
	models.TooManyReturns: func(a args) string {
		return fmt.Sprintf("You have come back to this game %s times. The computer plays your seat to the end now; you can watch.", a.text(0))
	},
	models.Illegal: plain("The rules do not allow that move. Please choose one of the moves on the page."),
	models.TooEarly: func(a args) string {
		return fmt.Sprintf("%s still has time to move. You can play on after a minute without a move.", a.text(0))
	},
	models.NotOver:  plain("This game is still being played. When it is over you can play again."),
	models.GameOver: plain("This game is over. Press Play again for another one."),
}

// TableSentence words an entry of the log that is not the game's own: what the
// table or a person at it did. Name is whom it is about; other is who pressed
// (absent) or everybody at the table (start).
func TableSentence(kind, name, other string) string {
	switch kind {
	case "absent":
		if other == "" {
			return fmt.Sprintf("The table played on for %s.", name)
		}
		return fmt.Sprintf("%s played on for %s.", other, name)
	case "leave":
		return fmt.Sprintf("%s left. The computer plays on.", name)
	case "last-leave":
		return fmt.Sprintf("%s left. Nobody is left at the table, and the game ends without a winner.", name)
	case "return":
		return fmt.Sprintf("%s is back.", name)
	case "abandon":
		return "The game was abandoned: nobody had moved for a day."
	case "start":
		if other != "" {
			return fmt.Sprintf("%s set off.", other)
		}
		return fmt.Sprintf("%s set off.", name)
	}
	return ""
}

// And joins names as people say them: "Ada, Ben and Chen".
func And(names []string) string {
	switch n := len(names); n {
	case 0:
		return ""
	case 1:
		return names[0]
	default:
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
}

func isAre(names []string) string {
	if len(names) == 1 {
		return "is"
	}
	return "are"
}

// possessive is the name as an owner: "Ada’s", "James’".
func possessive(name string) string {
	if strings.HasSuffix(name, "s") {
		return name + "’"
	}
	return name + "’s"
}

// count is a number with its noun: "1 minute", "3 minutes".
func count(n, one, many string) string {
	if n == "1" {
		return n + " " + one
	}
	return n + " " + many
}
