package models

import (
	"fmt"
	"hash/fnv"
	"slices"
	"time"
)

// Bags is how many piece designs there are.
const Bags = 4

// Room is one room from its opening to its end, one document. From Start on its
// seats are frozen; the game is the log of its moves.
type Room struct {
	Name    string    `json:"name"`
	Game    string    `json:"game"`  // slug
	Rules   int       `json:"rules"` // version of the rules it is played by from Start on
	Listed  bool      `json:"listed"`
	Size    int       `json:"size"`  // how many seats there are at most
	Seats   []Seat    `json:"seats"` // taken ones, in turn order
	Host    string    `json:"host"`  // user id; empty in a closed room
	Stage   Stage     `json:"stage"`
	Setup   []int     `json:"setup"`   // what the dice gave when the game was set up
	Members []string  `json:"members"` // user ids of the persons seated, until the room is over or closed
	Next    string    `json:"next"`    // the room that Play again made
	Created time.Time `json:"created"`
	Changed time.Time `json:"changed"`
	Started time.Time `json:"started"`
	Ended   time.Time `json:"ended"`
}

// Seat is a taken seat: a person's, or a computer player's.
type Seat struct {
	User     string `json:"user"`     // user id; empty for a computer player
	Name     string `json:"name"`     // the person's, as it was when the seat was taken; no two persons at a table have one
	Guest    bool   `json:"guest"`    // the person was a guest when the seat was taken
	Computer string `json:"computer"` // key of a computer player; empty for a person
	Bag      int    `json:"bag"`      // 1 to Bags, differs between the seats of a room
	Ready    bool   `json:"ready"`    // computer players always are
}

// Computers are the keys of the computer players, in the order they are offered.
// No user's name can be one, for the colon.
var Computers = [...]string{"computer:nellie-bly", "computer:phileas-fogg", "computer:marco-polo", "computer:jeanne-baret"}

// Gate is a number for the departures board, made from the room's id.
func Gate(room string) int {
	sum := fnv.New32a()
	sum.Write([]byte(room))
	return int(sum.Sum32()%48) + 1
}

// SeatOf gives the index of a person's seat, -1 when there is none.
func (r *Room) SeatOf(user string) int {
	return slices.IndexFunc(r.Seats, func(s Seat) bool { return user != "" && s.User == user })
}

// Full reports whether no seat is free.
func (r *Room) Full() bool { return len(r.Seats) >= r.Size }

// FreeComputers lists the keys of the computer players not seated yet.
func (r *Room) FreeComputers() []string {
	var free []string
	for _, key := range Computers {
		if r.seatOfComputer(key) < 0 {
			free = append(free, key)
		}
	}
	return free
}

func (r *Room) seatOfComputer(key string) int {
	return slices.IndexFunc(r.Seats, func(s Seat) bool { return s.Computer == key })
}

// sit adds a seat, with the bag wanted if it is free. A guest whose name another
// person at the table has, now or from now on, gets a number behind it.
func (r *Room) sit(seat Seat) {
	taken := func(bag int) bool {
		return slices.ContainsFunc(r.Seats, func(s Seat) bool { return s.Bag == bag })
	}
	for bag := 1; seat.Bag < 1 || taken(seat.Bag); bag++ {
		seat.Bag = bag
	}
	seats := slices.Clone(r.Seats)
	if seat.Guest {
		seat.Name = freeName(seats, seat.Name)
	} else if i := seatNamed(seats, seat.Name); i >= 0 && seats[i].Guest {
		seats[i].Name = freeName(append(seats, seat), seat.Name)
	}
	r.Seats = append(seats, seat)
	r.listMembers()
}

// freeName gives the name if no seat has it, or else with the first number that
// makes it free: "Ada 2". No name that somebody chose has a space in it.
func freeName(seats []Seat, name string) string {
	free := name
	for n := 2; seatNamed(seats, free) >= 0; n++ {
		free = fmt.Sprintf("%s %d", name, n)
	}
	return free
}

// seatNamed gives the index of the person's seat with a name, -1 when there is none.
func seatNamed(seats []Seat, name string) int {
	return slices.IndexFunc(seats, func(s Seat) bool { return s.User != "" && SameName(s.Name, name) })
}

// rise frees a seat, passes the room on when it was the host's, and closes it
// when nobody is left but computer players.
func (r *Room) rise(i int) {
	left := r.Seats[i].User
	r.Seats = slices.Delete(slices.Clone(r.Seats), i, i+1)
	r.listMembers()
	if left == "" || left != r.Host {
		return
	}
	if len(r.Members) > 0 {
		r.Host = r.Members[0]
		return
	}
	r.close()
}

// close ends a room before Start, for good.
func (r *Room) close() {
	r.Host, r.Stage, r.Seats, r.Members = "", StageClosed, nil, nil
}

func (r *Room) listMembers() {
	r.Members = nil
	for _, seat := range r.Seats {
		if seat.User != "" {
			r.Members = append(r.Members, seat.User)
		}
	}
}

// startRefusal says why the game cannot start yet; nil when it can.
func (r *Room) startRefusal(minSeats int) *Error {
	if len(r.Seats) < minSeats {
		return Refuse(TooFew, minSeats)
	}
	var waiting []string
	for _, seat := range r.Seats {
		// Pressing Start says that the host is ready.
		if !seat.Ready && seat.User != r.Host {
			waiting = append(waiting, seat.Name)
		}
	}
	if len(waiting) > 0 {
		return Refuse(NotReady, waiting)
	}
	return nil
}
