package models

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"worldtravel/models/store"
)

// Code says what went wrong, for the views to word and for the handlers to
// give a status.
type Code string

// The kinds of refusal. Each code is worded in views/words.go.
const (
	NotFound        Code = "not-found"       // no such page
	NoRoom          Code = "no-room"         // no such room, or it is gone
	NoPlayer        Code = "no-player"       // args: name
	LoginNeeded     Code = "login-needed"    // must be logged in for this
	BadRequest      Code = "bad-request"     // a form that this site did not make
	CrossOrigin     Code = "cross-origin"    // posted from another site
	OtherViewer     Code = "other-viewer"    // the page was drawn for somebody one is no more
	TooManyPages    Code = "too-many-pages"  // kept up to date at once
	NoSocket        Code = "no-socket"       // a proxy on the way does not let WebSockets through
	NotOverSocket   Code = "not-over-socket" // a form that sets a cookie
	WrongMethod     Code = "wrong-method"    //
	TooLarge        Code = "too-large"       // the request's body
	Busy            Code = "busy"            // too many passwords being checked at once: try again shortly
	Unavailable     Code = "unavailable"     // the database is away
	Internal        Code = "internal"        // a fault of ours
	NameLength      Code = "name-length"     // args: least, most
	NameLetters     Code = "name-letters"    // only letters, digits, _ and -
	NameTaken       Code = "name-taken"      // args: name
	PasswordLength  Code = "password-length" // args: least, most
	PasswordsDiffer Code = "passwords-differ"
	WrongLogin      Code = "wrong-login"      // name or password
	TooManyTries    Code = "too-many-tries"   // args: minutes until the next try
	RoomNameLength  Code = "room-name-length" // args: most
	TextLength      Code = "text-length"      // args: most
	TextCharacters  Code = "text-characters"  // control or direction-override characters
	NoChoice        Code = "no-choice"        // a value that was not offered
	TooManyRooms    Code = "too-many-rooms"   // args: most
	TooManyGuests   Code = "too-many-guests"  // new ones from one address; args: minutes until the next
	NotGuest        Code = "not-guest"        // has an account already; args: its name
	RoomFull        Code = "room-full"
	RoomClosed      Code = "room-closed"
	AlreadyStarted  Code = "already-started"
	NotStarted      Code = "not-started"
	NotHost         Code = "not-host"
	NotSeated       Code = "not-seated"       // the viewer has no seat here
	TooFew          Code = "too-few"          // args: least number of seats taken
	NotReady        Code = "not-ready"        // args: []string, names of those who are not ready
	NotYourTurn     Code = "not-your-turn"    // args: the Seat whose turn it is
	SeatAway        Code = "seat-away"        // the computer keeps this seat until it is taken back
	TooManyReturns  Code = "too-many-returns" // args: most
	OldVersion      Code = "old-version"      // somebody moved meanwhile; the board shown is the present one
	Illegal         Code = "illegal"          // the rules do not allow this move
	TooEarly        Code = "too-early"        // args: the Seat; the absent player still has time
	NotOver         Code = "not-over"
	GameOver        Code = "game-over"
)

// Error is a refusal: a code and its arguments, for a person to read once the
// views have worded it. Nothing was changed.
type Error struct {
	Code Code
	Args []any
	Err  error // the cause, for the log; nil when there is none
}

func (e *Error) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("%s %v: %v", e.Code, e.Args, e.Err)
	}
	return fmt.Sprintf("%s %v", e.Code, e.Args)
}

func (e *Error) Unwrap() error { return e.Err }

// Is makes errors.Is compare codes.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// Refuse makes a refusal.
func Refuse(code Code, args ...any) *Error { return &Error{Code: code, Args: args} }

// FieldErrors is a refusal of a form: what is wrong, by the name of the field.
type FieldErrors map[string]*Error

func (f FieldErrors) Error() string {
	var words []string
	for field, err := range f {
		words = append(words, field+": "+err.Error())
	}
	slices.Sort(words)
	return strings.Join(words, "; ")
}

// add notes what is wrong with a field; a nil error or a second one is ignored.
func (f FieldErrors) add(field string, err error) {
	var refusal *Error
	if errors.As(err, &refusal) && f[field] == nil {
		f[field] = refusal
	}
}

// Away reports whether an error means that the database could not be reached or
// is broken; it may be well again the next time.
func Away(err error) bool { return errors.Is(err, store.ErrAway) }
