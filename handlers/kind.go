package handlers

import (
	"hash/fnv"
	"strconv"
	"strings"

	"worldtravel/models"
	"worldtravel/views/words"
)

// The kinds of viewer. All of one kind see the same, so it is rendered once for
// them; a person with a seat is a kind of one's own, and each language has its own.
// Their names stand in the address of a page's stream.
const (
	kindVisitor = "visitor" // not logged in
	kindWatcher = "watcher" // in a room: logged in, without a seat
	kindSeat    = "seat"
	kindPlayer  = "player" // in the lobby: logged in
	kindAll     = "all"    // where everybody sees the same
)

// kindOf names a slot of the hub: in which language, what kind of viewer of a room a
// user is (a visitor has no id), whose seat it is, and how the site is addressed from
// outside, as a room shows its address: "de seat/USER@https://play.example".
func kindOf(t *models.Table, user string, l *words.Language, origin string) string {
	kind := kindName(t, user)
	if kind == kindSeat {
		kind += "/" + user
	}
	return kindIn(l, kind) + "@" + origin
}

// kindName is what kind of viewer of a room a user is, without saying who.
func kindName(t *models.Table, user string) string {
	switch {
	case t.Room.SeatOf(user) >= 0:
		return kindSeat
	case user != "":
		return kindWatcher
	default:
		return kindVisitor
	}
}

// kindIn is a kind of viewer in a language.
func kindIn(l *words.Language, kind string) string { return l.Tag + " " + kind }

// digest stands for a kind in the address of a page's stream: a page that was drawn
// for the same kind need only be sent what has changed since.
func digest(kind string) string {
	sum := fnv.New64a()
	sum.Write([]byte(kind))
	return strconv.FormatUint(sum.Sum64(), 36)
}

// languageOf is the language that a kind reads.
func languageOf(kind string) *words.Language {
	tag, _, _ := strings.Cut(kind, " ")
	l, _ := words.Named(tag)
	return l
}

// originOf is the address of the site that a kind sees.
func originOf(kind string) string {
	_, origin, _ := strings.Cut(kind, "@")
	return origin
}

// viewerOf gives somebody of a kind to render a room for. Where a kind is many
// people, it has no name.
func viewerOf(t *models.Table, kind string) models.Identity {
	kind, _, _ = strings.Cut(kind, "@")
	_, kind, _ = strings.Cut(kind, " ")
	name, user, _ := strings.Cut(kind, "/")
	if i := t.Room.SeatOf(user); name == kindSeat && i >= 0 {
		return models.Identity{User: user, Name: t.Room.Seats[i].Name, Guest: t.Room.Seats[i].Guest}
	}
	if name == kindVisitor {
		return models.Identity{}
	}
	return models.Identity{User: kindWatcher}
}
