// Package views is what people see: every page and part of the site as a templ component
// over a view, a struct that says all it needs. Views are made by the handlers; drawing
// one asks nobody and changes nothing. A part that is pushed to an open page, and the
// answer to a form, are the components that the page itself is made of.
package views

import (
	"net/url"
	"strconv"
)

// The ids of the elements that are replaced, by a form's answer or by a push.
const (
	NoticeID     = "notice"     // what a refused form says
	PageID       = "page"       // the whole page below the notice; the live part of a room
	YourRoomsID  = "your-rooms" // the lobby's fragment of the viewer's own rooms
	DeparturesID = "departures" // the lobby's fragment that is the same for everybody
	TransportID  = "transport"  // says how changes reach the page
	LogID        = "log-list"   // the lines of a game's log, newest first
	TracesID     = "traces"     // the list of what the site did
	WiresID      = "wires"      // the list of connections
	WireID       = "wire"       // what passed over one of them
)

// The addresses of the pages that have no argument.
const (
	LobbyURL       = "/"
	LoginURL       = "/login"
	SignupURL      = "/signup"
	LogoutURL      = "/logout"
	CreateRoomURL  = "/rooms/new" // the form
	RoomsURL       = "/rooms"     // where the form is posted
	LeaderboardURL = "/leaderboard"
	OwnProfileURL  = "/profile" // leads to the viewer's own
	EditProfileURL = "/profile/edit"
	PlayURL        = "/play"        // where the form is posted that begins a game at once
	KeepURL        = "/keep"        // where a guest chooses a name and a password
	PreferencesURL = "/preferences" // where the choice of theme, language and sound is posted
	OpenSourceURL  = "/about/open-source"
	HowItWorksURL  = "/about/how-it-works"
)

// RoomURL is the address of a room, the same from its opening to its end.
func RoomURL(id string) string { return RoomsURL + "/" + url.PathEscape(id) }

// RoomAction is where a room's form is posted: join, leave, ready, computer,
// start, move, play-on, take-back or again.
func RoomAction(id, action string) string { return RoomURL(id) + "/" + action }

// RoomLive is the address of the stream that keeps a room's page up to date. as
// is what kind of viewer the page was drawn for.
func RoomLive(id, as string) string { return RoomURL(id) + "/live?as=" + url.QueryEscape(as) }

// LiveFor is a stream's address that also says for whom exactly the page was drawn;
// digest stands for that.
func LiveFor(live, digest string) string { return live + "&for=" + url.QueryEscape(digest) }

// LobbyLive is the same as RoomLive for the lobby.
func LobbyLive(as string) string { return "/live?as=" + url.QueryEscape(as) }

// PageAs is the address at which a page reloads itself: it says what kind of viewer
// it was drawn for.
func PageAs(page, as string) string { return page + "?as=" + url.QueryEscape(as) }

// ProfileURL is the address of a player's profile.
func ProfileURL(name string) string { return "/players/" + url.PathEscape(name) }

// LeaderboardPageURL is the address of a page of the leaderboard, counted from 1.
func LeaderboardPageURL(page int) string {
	if page <= 1 {
		return LeaderboardURL
	}
	return LeaderboardURL + "?page=" + strconv.Itoa(page)
}

// LoginURLTo is the address of the log-in form that leads on to next, a path on
// this site.
func LoginURLTo(next string) string { return withNext(LoginURL, next) }

// withNext is an address of the log-in or sign-up form that leads on to next.
func withNext(form, next string) string {
	if next == "" || next == LobbyURL {
		return form
	}
	return form + "?next=" + url.QueryEscape(next)
}
