package gamestest

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"testing"

	"worldtravel/models/games"
)

// Option changes what Run takes for granted.
type Option func(*settings)

type settings struct{ moves, games int }

// Within sets how many moves a game may take; 2,000 unless set.
func Within(moves int) Option { return func(s *settings) { s.moves = moves } }

// Games sets how many random games are played for each number of seats; 20
// unless set.
func Games(n int) Option { return func(s *settings) { s.games = n } }

// Run checks what every game must satisfy, with every number of seats that it
// allows:
//
//   - rules are pure: no method changes the state it is given, nor one that was
//     given out before;
//   - until the Outcome somebody may move; every seat in ToAct has legal moves,
//     Absent is among them, and each can be made;
//   - any other move, and any move of another seat, is refused with ErrIllegal
//     and changes nothing;
//   - there is a View for every seat and for Watcher;
//   - a game of random legal moves ends within a number of moves, and so does
//     one in which nobody is there;
//   - its moves and recorded draws give the same states and events again.
func Run(t *testing.T, g games.Game, options ...Option) {
	set := settings{moves: 2000, games: 20}
	for _, option := range options {
		option(&set)
	}
	info := g.Info()
	if err := checkInfo(info); err != nil {
		t.Fatal(err)
	}
	for seats := info.MinSeats; seats <= info.MaxSeats; seats++ {
		t.Run(fmt.Sprintf("%d seats, random moves", seats), func(t *testing.T) {
			for seed := range uint64(set.games) {
				dice, choice := rand.New(rand.NewPCG(seed, 1)), rand.New(rand.NewPCG(seed, 2))
				if err := playAndReplay(g, seats, dice, Random(choice), set.moves); err != nil {
					t.Fatalf("game %d: %v", seed, err)
				}
			}
		})
		t.Run(fmt.Sprintf("%d seats, nobody there", seats), func(t *testing.T) {
			if err := playAndReplay(g, seats, rand.New(rand.NewPCG(1, 3)), Absent, set.moves); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func playAndReplay(g games.Game, seats int, dice games.Dice, player Player, limit int) error {
	played, err := Play(g, seats, dice, player, limit)
	if err != nil {
		return err
	}
	return played.Replay(g)
}

var slug = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

func checkInfo(info games.Info) error {
	switch {
	case !slug.MatchString(info.Slug):
		return fmt.Errorf("the slug %q is not of small letters, digits and single hyphens", info.Slug)
	case info.Name == "":
		return fmt.Errorf("%s has no name", info.Slug)
	case info.Version < 1:
		return fmt.Errorf("%s has version %d; the first is 1", info.Slug, info.Version)
	case info.MinSeats < 1 || info.MaxSeats < info.MinSeats:
		return fmt.Errorf("%s is for %d to %d seats", info.Slug, info.MinSeats, info.MaxSeats)
	}
	return nil
}
