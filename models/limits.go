package models

import "time"

// Every limit of the site, in one place. Lengths are counted in characters.
const (
	NameLeast      = 3
	GuestNameLeast = 1
	NameMost       = 20
	PasswordLeast  = 8
	PasswordMost   = 128
	AboutMost      = 200
	RoomNameMost   = 40

	RoomsPerPlayer    = 20 // rooms one player may sit in at once, finished ones not counted
	ListedWaiting     = 50 // rooms of each kind that the lobby lists
	ListedPlaying     = 20
	TopShown          = 5   // lines of the leaderboard in the lobby
	OnlineShown       = 40  // names in the lounge
	StreamsPerBrowser = 4   // pages of one browser kept up to date by a stream; it opens six connections at most
	SocketsPerBrowser = 20  // and by a WebSocket
	StreamsPerAddress = 500 // and of one address in either way, which may be a whole school
	JourneysShown     = 10  // last games on a profile
	PageSize          = 50  // lines on a page of the leaderboard

	PlayOnAfter     = 60 * time.Second // without a move, then others may play on for the absent
	ReturnsMost     = 10               // times a player may come back to one game
	AwayAfter       = 2                // moves in a row made by the table, then the computer keeps the seat
	ComputerDelay   = time.Second      // between a computer player's turn and its move
	AbandonedAfter  = 24 * time.Hour   // without a person's move
	ForgottenAfter  = 24 * time.Hour   // a waiting room that nobody changes is closed
	ClosedKept      = time.Hour        // a closed room is kept so long for those who have its page open
	ClaimTime       = time.Minute      // for a new user to carry the name it has claimed
	SessionLength   = 30 * 24 * time.Hour
	SessionRenewal  = 24 * time.Hour // a session is written at most so often
	SweepEvery      = 5 * time.Second
	FinishLimit     = 10 * time.Second // for what follows a stored move
	HashesAtOnce    = 4
	HashWait        = 5 * time.Second
	FailedLogins    = 10 // per account and address
	FailedLoginTime = 10 * time.Minute
	LoginsTracked   = 10_000 // pairs of account and address
	TablesCached    = 4_096

	GuestsPerAddress = 60 // new ones in GuestTime; an address may be a whole school
	GuestTime        = 10 * time.Minute
	GuestsTracked    = 10_000 // addresses
	// GuestKept is how long a guest is kept who was not here: 30 days, and what User.Used
	// may be behind. So the guest's sessions end a day before the guest does.
	GuestKept = SessionLength + SessionRenewal
)
