package store_test

import (
	"context"
	"errors"
	"testing"

	"worldtravel/models/store"
	"worldtravel/models/store/storetest"
)

type postcard struct {
	Text string `json:"text"`
}

func TestOnlyWhatTheDatabaseItselfCannotDoMeansThatItIsAway(t *testing.T) {
	broken := errors.New("connection refused")
	var down bool
	postcards, err := store.Open[postcard](t.Context(), storetest.Hook(storetest.SQLite(t), func(storetest.Op) error {
		if down {
			return broken
		}
		return nil
	}, nil), store.Schema{Name: "postcards", Indexes: []store.Index{{Name: "text", Fields: []string{"text"}}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := postcards.Insert(t.Context(), "a", postcard{"hello"}); err != nil {
		t.Fatal(err)
	}
	doc, err := postcards.Get(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for what, do := range map[string]func(ctx context.Context) error{
		"insert": func(ctx context.Context) error { return postcards.Insert(ctx, "b", postcard{"hello"}) },
		"get":    func(ctx context.Context) error { _, err := postcards.Get(ctx, "a"); return err },
		"update": func(ctx context.Context) error { _, err := postcards.Update(ctx, doc); return err },
		"delete": func(ctx context.Context) error { return postcards.Delete(ctx, "a") },
		"find": func(ctx context.Context) error {
			_, err := postcards.Find(ctx, store.Query{Index: "text", Limit: 1})
			return err
		},
		"count": func(ctx context.Context) error {
			_, err := postcards.Count(ctx, store.Query{Index: "text"})
			return err
		},
	} {
		down = true
		if err := do(t.Context()); !errors.Is(err, store.ErrAway) || !errors.Is(err, broken) {
			t.Errorf("%s without a database: %v", what, err)
		}
		down = false
		if err := do(gone); !errors.Is(err, context.Canceled) || errors.Is(err, store.ErrAway) {
			t.Errorf("%s by somebody who has gone: %v", what, err)
		}
	}
	_, missing := postcards.Get(t.Context(), "c")
	doc.Version = 7
	_, lost := postcards.Update(t.Context(), doc)
	_, misasked := postcards.Find(t.Context(), store.Query{Index: "colour", Limit: 1})
	for _, err := range []error{
		postcards.Insert(t.Context(), "a", postcard{}), postcards.Insert(t.Context(), "", postcard{}), missing, lost, misasked,
	} {
		if err == nil || errors.Is(err, store.ErrAway) {
			t.Errorf("the database is there, and says %v", err)
		}
	}
}
