package models

// Stage is where a room is between its opening and its end.
type Stage string

const (
	StageWaiting Stage = "waiting" // seats can be taken
	StagePlaying Stage = "playing" // seats are frozen, moves are made
	StageOver    Stage = "over"    // the game has ended and is settled
	StageClosed  Stage = "closed"  // everybody left before Start; final
)
