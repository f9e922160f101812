package models_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"worldtravel/models"
	"worldtravel/models/store"
	"worldtravel/models/store/storetest"
)

var errEnded = errors.New("the program has ended")

// crash ends the program at the k-th write, 0 for never: from then on nothing
// works. The write itself is done, or is not if before.
type crash struct {
	k      int
	before bool
	writes int
	ended  bool
}

func (c *crash) hook(db store.Backend) store.Backend {
	write := func(op storetest.Op) bool { return op.Kind == "insert" || op.Kind == "update" || op.Kind == "delete" }
	return storetest.Hook(db, func(op storetest.Op) error {
		if c.before && write(op) && c.writes+1 == c.k {
			c.ended = true
		}
		if c.ended {
			return errEnded
		}
		return nil
	}, func(op storetest.Op) error {
		if write(op) {
			c.writes++
			c.ended = !c.before && c.writes == c.k
		}
		if c.ended {
			return errEnded
		}
		return nil
	})
}

func TestACrashAtAnyWriteLosesNothingAndLeavesNothingStuck(t *testing.T) {
	t.Parallel()
	// How the evening goes when nothing happens, and what is true after each step.
	whole := &crash{}
	reference := &night{world: openWorld(t, whole.hook(storetest.SQLite(t))), evening: newEvening()}
	facts := [][]string{nil}
	for _, step := range reference.steps {
		reference.load()
		if err := step.do(reference); err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		facts = append(facts, reference.facts())
	}
	reference.sound()
	end := facts[len(facts)-1]
	for _, fact := range []string{"Ada has won 1 of 1", "Ben has won 0 of 1", "Ada sits in the next room", "Ben sits in the next room"} {
		if !slices.Contains(end, fact) {
			t.Fatalf("not true at the end: %s; but %q", fact, end)
		}
	}

	for k := 1; k <= whole.writes; k++ {
		for _, before := range []bool{false, true} {
			name := fmt.Sprintf("after write %d", k)
			if before {
				name = fmt.Sprintf("before write %d", k)
			}
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				dir := t.TempDir()
				db, err := store.OpenSQLite(t.Context(), dir)
				if err != nil {
					t.Fatal(err)
				}
				crash := &crash{k: k, before: before}
				n := &night{world: openWorld(t, crash.hook(db)), evening: newEvening()}
				done, err := n.play()
				if !crash.ended || (err != nil && !errors.Is(err, errEnded)) {
					t.Fatalf("the program has not ended: %v", err)
				}
				n.must(db.Close())

				n.restart(dir)
				n.clock.advance(models.ClaimTime)
				n.load()
				n.sweep()
				now := n.facts()
				for _, fact := range facts[done] {
					if !slices.Contains(now, fact) {
						t.Errorf("true before the crash, and not after: %s", fact)
					}
				}
				n.sound()

				n.tokens = nil
				if _, err := n.play(); err != nil {
					t.Fatalf("once more from the beginning: %v", err)
				}
				if now := n.facts(); !slices.Equal(now, end) {
					t.Errorf("at the end\n%q\nshould be true, and is\n%q", end, now)
				}
				n.sound()
			})
		}
	}
}

// restart opens the world anew, at the same time and with the same dice.
func (n *night) restart(dir string) {
	n.Helper()
	db, err := store.OpenSQLite(n.Context(), dir)
	n.must(err)
	n.Cleanup(func() { n.must(db.Close()) })
	clock, dice := n.clock, n.dice
	n.world = openWorld(n.T, db, func(c *models.Config) { c.Now, c.Dice = clock.Now, dice })
	n.clock, n.dice = clock, dice
}
