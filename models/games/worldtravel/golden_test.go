package worldtravel

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"worldtravel/models/games"
)

var update = flag.Bool("update", false, "write the games in testdata/golden anew from their draws")

// A stored game of version 1 must be the same game for ever. The files hold a
// few: seats and draws, as stored, and below them the game they make. When a
// change of the rules breaks this test, it is a new version of the rules.
func TestStoredDrawsMakeTheSameGameForEver(t *testing.T) {
	files, err := filepath.Glob("testdata/golden/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden games: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			stored, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			seats, draws, err := parse(string(stored))
			if err != nil {
				t.Fatal(err)
			}
			told, err := tell(seats, draws)
			if err != nil {
				t.Fatal(err)
			}
			if *update {
				if err := os.WriteFile(file, []byte(told), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			is, want := strings.Split(told, "\n"), strings.Split(string(stored), "\n")
			for i := range min(len(is), len(want)) {
				if is[i] != want[i] {
					t.Fatalf("line %d\n is   %s\n want %s", i+1, is[i], want[i])
				}
			}
			if len(is) != len(want) {
				t.Fatalf("%d lines, want %d", len(is), len(want))
			}
		})
	}
}

// parse reads the two lines of a golden file that are its game.
func parse(text string) (seats int, draws []int, err error) {
	for line := range strings.Lines(text) {
		name, values, _ := strings.Cut(strings.TrimSpace(line), ": ")
		switch name {
		case "seats":
			if seats, err = strconv.Atoi(values); err != nil {
				return 0, nil, err
			}
		case "draws":
			for _, value := range strings.Fields(values) {
				draw, err := strconv.Atoi(value)
				if err != nil {
					return 0, nil, err
				}
				draws = append(draws, draw)
			}
		}
	}
	return seats, draws, nil
}

// tell plays the draws, one each move, and writes the whole of a golden file.
func tell(seats int, draws []int) (string, error) {
	var b strings.Builder
	fmt.Fprintf(&b, "World Travel, rules version %d\n", Rules{}.Info().Version)
	fmt.Fprintf(&b, "seats: %d\ndraws: %s\n\n", seats, strings.Trim(fmt.Sprint(draws), "[]"))

	dice := games.Replay(draws)
	s := Rules{}.Setup(seats, dice)
	for n := 1; !s.Over; n++ {
		next, events, err := Rules{}.Apply(s, s.Turn, Roll, dice)
		if err != nil {
			return "", err
		}
		// The draws may be at their end in the last move only.
		if n == len(draws) != next.Over || n > len(draws) {
			return "", fmt.Errorf("%d draws, and after move %d over is %v", len(draws), n, next.Over)
		}
		fmt.Fprintf(&b, "%d.", n)
		for _, e := range events {
			fmt.Fprintf(&b, " %s", sentence(e))
		}
		b.WriteByte('\n')
		s = next
	}
	if err := dice.Err(); err != nil {
		return "", err
	}

	outcome, _ := Rules{}.Outcome(s)
	b.WriteByte('\n')
	for seat, t := range s.Travellers {
		fmt.Fprintf(&b, "Seat %d is at %d, rank %d. Rolls: %d, flights: %d, views: %d, viewing: %v.\n",
			seat, t.Place, outcome.Rank[seat], t.Rolls, t.Flights, t.Views, t.Viewing)
	}
	return b.String(), nil
}

func sentence(e games.Event) string {
	switch e.Kind {
	case Rolled:
		return fmt.Sprintf("Seat %d rolled %d and reached %d.", e.By, e.Args[0], e.Args[1])
	case Flew:
		return fmt.Sprintf("Seat %d flew from %d to %d.", e.By, e.Args[0], e.Args[1])
	case Enjoys:
		landmark, _ := LandmarkAt(e.Args[0])
		return fmt.Sprintf("Seat %d enjoys the view: %s.", e.By, landmark.Name)
	case Skipped:
		landmark, _ := LandmarkAt(e.Args[0])
		return fmt.Sprintf("Seat %d sat out a turn: %s.", e.By, landmark.Name)
	case Won:
		return fmt.Sprintf("Seat %d won.", e.By)
	}
	return fmt.Sprintf("Seat %d: unknown %v.", e.By, e)
}
