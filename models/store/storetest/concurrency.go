package storetest

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"worldtravel/models/store"
)

// tally is written by many at once. Marks holds one entry for each of its votes.
type tally struct {
	Votes int      `json:"votes"`
	Marks []string `json:"marks"`
}

func tallies(t *testing.T, b store.Backend) store.Collection[tally] {
	t.Helper()
	return collection[tally](t, b, store.Schema{Name: "tallies", Indexes: []store.Index{
		{Name: "votes", Fields: []string{"votes"}},
		{Name: "mark", Fields: []string{"marks"}},
	}})
}

// together starts n goroutines at once, waits for them, and fails with the first error.
func together(t *testing.T, n int, do func(i int) error) {
	t.Helper()
	start := make(chan struct{})
	errs := make([]error, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			<-start
			errs[i] = do(i)
		})
	}
	close(start)
	all.Wait()
	must(t, errors.Join(errs...))
}

func noLostUpdate(t *testing.T, b store.Backend) {
	const writers, each = 16, 8
	c := tallies(t, b)
	must(t, c.Insert(t.Context(), "x", tally{}))
	together(t, writers, func(i int) error {
		for n := 0; n < each; {
			d, err := c.Get(t.Context(), "x")
			if err != nil {
				return err
			}
			d.Value.Votes++
			d.Value.Marks = append(d.Value.Marks, fmt.Sprintf("%d/%d", i, n))
			_, err = c.Update(t.Context(), d)
			switch {
			case err == nil:
				n++
			case !errors.Is(err, store.ErrConflict):
				return err
			}
		}
		return nil
	})
	d := get(t, c, "x")
	if d.Value.Votes != writers*each || len(d.Value.Marks) != writers*each || d.Version != 1+writers*each {
		t.Fatalf("%d acknowledged updates left %d votes with %d marks at version %d",
			writers*each, d.Value.Votes, len(d.Value.Marks), d.Version)
	}
	for i := range writers {
		if n := count(t, c, store.Query{Index: "mark", Equal: []any{fmt.Sprintf("%d/%d", i, each-1)}}); n != 1 {
			t.Errorf("the last mark of writer %d stands %d times in the index", i, n)
		}
	}
	if n := count(t, c, store.Query{Index: "votes"}); n != 1 {
		t.Errorf("one document stands %d times in the index", n)
	}
}

func oneOfTwo(t *testing.T, b store.Backend)     { oneInsert(t, b, 2) }
func oneOfSixteen(t *testing.T, b store.Backend) { oneInsert(t, b, 16) }

func oneInsert(t *testing.T, b store.Backend, callers int) {
	c := tallies(t, b)
	for round := range 10 {
		id := fmt.Sprint("round ", round)
		won := make([]bool, callers)
		together(t, callers, func(i int) error {
			err := c.Insert(t.Context(), id, tally{Votes: i})
			won[i] = err == nil
			if errors.Is(err, store.ErrExists) {
				return nil
			}
			return err
		})
		winners := 0
		for i, w := range won {
			if w {
				winners++
				same(t, get(t, c, id), store.Doc[tally]{ID: id, Version: 1, Value: tally{Votes: i}})
			}
		}
		if winners != 1 {
			t.Fatalf("%d of %d inserts of one id were acknowledged", winners, callers)
		}
	}
	if n := count(t, c, store.Query{Index: "votes"}); n != 10 {
		t.Fatalf("%d documents stand in the index, want 10", n)
	}
}

func updateOrDelete(t *testing.T, b store.Backend) {
	c := tallies(t, b)
	for round := range 10 {
		id := fmt.Sprint("round ", round)
		must(t, c.Insert(t.Context(), id, tally{}))
		d := get(t, c, id)
		d.Value.Votes = 1
		together(t, 4, func(i int) error {
			if i == 0 {
				return c.Delete(t.Context(), id)
			}
			if _, err := c.Update(t.Context(), d); err != nil && !errors.Is(err, store.ErrConflict) {
				return err
			}
			return nil
		})
		if _, err := c.Get(t.Context(), id); !errors.Is(err, store.ErrNotFound) {
			t.Fatalf("an update brought a deleted document back: %v", err)
		}
	}
	if n := count(t, c, store.Query{Index: "votes"}); n != 0 {
		t.Fatalf("%d deleted documents stand in the index", n)
	}
}

func wholeDocuments(t *testing.T, b store.Backend) {
	c := tallies(t, b)
	must(t, c.Insert(t.Context(), "x", tally{Marks: []string{"all"}}))
	whole := func(d store.Doc[tally]) error {
		if int(d.Version) != d.Value.Votes+1 || len(d.Value.Marks) != d.Value.Votes+1 {
			return fmt.Errorf("version %d has %d votes and %d marks", d.Version, d.Value.Votes, len(d.Value.Marks))
		}
		return nil
	}
	written := make(chan struct{})
	together(t, 3, func(i int) error {
		if i == 0 {
			defer close(written)
			for n := range 20 {
				d, err := c.Get(t.Context(), "x")
				if err != nil {
					return err
				}
				d.Value.Votes++
				d.Value.Marks = append(d.Value.Marks, fmt.Sprint(n))
				if _, err := c.Update(t.Context(), d); err != nil {
					return err
				}
			}
			return nil
		}
		for {
			select {
			case <-written:
				return nil
			default:
			}
			d, err := c.Get(t.Context(), "x")
			if err != nil {
				return err
			}
			found, err := c.Find(t.Context(), store.Query{Index: "mark", Equal: []any{"all"}, Limit: 2})
			if err != nil {
				return err
			}
			if len(found) != 1 {
				return fmt.Errorf("one document was found %d times", len(found))
			}
			if err := errors.Join(whole(d), whole(found[0])); err != nil {
				return err
			}
		}
	})
}
