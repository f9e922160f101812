package storetest

import (
	"testing"
	"time"

	"worldtravel/models/store"
)

// stop is a place where travellers are, at a time.
type stop struct {
	Town    string    `json:"town"`
	Day     int64     `json:"day"`
	Open    bool      `json:"open"`
	Leaves  time.Time `json:"leaves"`
	Guests  []string  `json:"guests"`
	Comment string    `json:"comment"`
}

func stops(t *testing.T, b store.Backend, all map[string]stop) store.Collection[stop] {
	t.Helper()
	c := collection[stop](t, b, store.Schema{Name: "stops", Indexes: []store.Index{
		{Name: "town", Fields: []string{"town", "day"}},
		{Name: "day", Fields: []string{"day"}},
		{Name: "open", Fields: []string{"open", "town"}},
		{Name: "leaves", Fields: []string{"leaves"}},
		{Name: "next", Fields: []string{"town", "leaves"}},
		{Name: "guest", Fields: []string{"guests", "day"}},
		{Name: "day_guest", Fields: []string{"day", "guests", "leaves"}},
	}})
	for id, s := range all {
		must(t, c.Insert(t.Context(), id, s))
	}
	return c
}

// tour has ties in every field.
func tour() map[string]stop {
	return map[string]stop{
		"a": {Town: "Oslo", Day: 2, Open: true, Leaves: noon},
		"b": {Town: "Oslo", Day: 1, Leaves: noon.Add(time.Millisecond)},
		"c": {Town: "Rome", Day: 1, Open: true, Leaves: noon.Add(-24 * time.Hour)},
		"d": {Town: "Oslo", Day: 2, Leaves: noon},
		"e": {Town: "oslo", Day: 10, Open: true, Leaves: time.UnixMilli(-1)},
		"f": {Town: "Rome", Day: -5, Leaves: time.UnixMilli(0)},
		"g": {Town: "", Day: 1 << 60, Leaves: noon.Add(time.Hour)},
	}
}

func ids[T any](t *testing.T, c store.Collection[T], q store.Query) string {
	t.Helper()
	if q.Limit == 0 {
		q.Limit = 100
	}
	found, err := c.Find(t.Context(), q)
	must(t, err)
	all := ""
	for _, d := range found {
		all += d.ID
	}
	return all
}

func expect[T any](t *testing.T, c store.Collection[T], q store.Query, want string) {
	t.Helper()
	if got := ids(t, c, q); got != want {
		t.Errorf("%+v found %q, want %q", q, got, want)
	}
}

func ordered(t *testing.T, b store.Backend) {
	c := stops(t, b, tour())
	expect(t, c, store.Query{Index: "town"}, "gbadfce")
	expect(t, c, store.Query{Index: "town", Desc: true}, "ecfdabg")
	expect(t, c, store.Query{Index: "day"}, "fbcadeg")
	expect(t, c, store.Query{Index: "day", Desc: true}, "gedacbf")
	expect(t, c, store.Query{Index: "open"}, "gbdface")
	expect(t, c, store.Query{Index: "leaves"}, "efcadbg")
	expect(t, c, store.Query{Index: "day", Limit: 3}, "fbc")
	expect(t, c, store.Query{Index: "day", Skip: 2, Limit: 3}, "cad")
	expect(t, c, store.Query{Index: "day", Skip: 7}, "")
}

func bounded(t *testing.T, b store.Backend) {
	type named string
	c := stops(t, b, tour())
	expect(t, c, store.Query{Index: "town", Equal: []any{"Oslo"}}, "bad")
	expect(t, c, store.Query{Index: "town", Equal: []any{named("Oslo")}, Desc: true}, "dab")
	expect(t, c, store.Query{Index: "town", Equal: []any{"Oslo", 2}}, "ad")
	expect(t, c, store.Query{Index: "town", Equal: []any{"Oslo"}, Min: 2}, "ad")
	expect(t, c, store.Query{Index: "town", Equal: []any{"Oslo"}, Max: int8(2)}, "b")
	expect(t, c, store.Query{Index: "town", Min: "Oslo", Max: "Rome"}, "bad")
	expect(t, c, store.Query{Index: "town", Min: "Rome"}, "fce")
	expect(t, c, store.Query{Index: "day", Min: 1, Max: 2}, "bc")
	expect(t, c, store.Query{Index: "day", Max: 1}, "f")
	expect(t, c, store.Query{Index: "day", Min: int64(1<<60 - 1)}, "g")
	expect(t, c, store.Query{Index: "open", Equal: []any{true}}, "ace")
	expect(t, c, store.Query{Index: "open", Equal: []any{false}, Min: "Oslo"}, "bdf")
	expect(t, c, store.Query{Index: "leaves", Min: noon}, "adbg")
	expect(t, c, store.Query{Index: "leaves", Max: noon, Desc: true}, "cfe")
	expect(t, c, store.Query{Index: "leaves", Equal: []any{noon.Local()}}, "ad")
	expect(t, c, store.Query{Index: "next", Equal: []any{"Oslo"}, Max: noon.Add(time.Millisecond)}, "ad")
	expect(t, c, store.Query{Index: "town", Equal: []any{"Paris"}}, "")
}

func paged(t *testing.T, b store.Backend) {
	c := stops(t, b, tour())
	for _, q := range []store.Query{
		{Index: "town"}, {Index: "town", Desc: true}, {Index: "day"}, {Index: "leaves", Desc: true},
		{Index: "town", Equal: []any{"Oslo"}}, {Index: "town", Equal: []any{"Oslo"}, Desc: true},
		{Index: "town", Equal: []any{"Oslo", 2}}, {Index: "day", Min: 1, Max: 11}, {Index: "open"},
	} {
		whole := ids(t, c, q)
		for size := 1; size <= 3; size++ {
			q, pages := q, ""
			for q.Limit = size; len(pages) <= len(whole); {
				found, err := c.Find(t.Context(), q)
				if must(t, err); len(found) == 0 {
					break
				}
				for _, d := range found {
					pages += d.ID
				}
				q.After = c.Cursor(found[len(found)-1], q.Index)
			}
			if pages != whole {
				t.Errorf("%+v by pages of %d found %q, want %q", q, size, pages, whole)
			}
		}
	}
}

func counted(t *testing.T, b store.Backend) {
	c := stops(t, b, tour())
	for _, tc := range []struct {
		q    store.Query
		want int
	}{
		{store.Query{Index: "town"}, 7},
		{store.Query{Index: "town", Limit: 2, Skip: 3}, 7},
		{store.Query{Index: "town", Equal: []any{"Oslo"}}, 3},
		{store.Query{Index: "town", Equal: []any{"Oslo"}, Min: 2}, 2},
		{store.Query{Index: "leaves", Max: noon}, 3},
		{store.Query{Index: "town", Equal: []any{"Paris"}}, 0},
		{store.Query{Index: "day", After: c.Cursor(get(t, c, "a"), "day")}, 3},
		{store.Query{Index: "day", After: c.Cursor(get(t, c, "a"), "day"), Desc: true}, 3},
	} {
		if n := count(t, c, tc.q); n != tc.want {
			t.Errorf("%+v counted %d, want %d", tc.q, n, tc.want)
		}
	}
}

func followed(t *testing.T, b store.Backend) {
	c := stops(t, b, map[string]stop{
		"a": {Town: "Oslo", Day: 1, Guests: []string{"ada", "bo"}},
		"b": {Town: "Oslo", Day: 2, Guests: []string{"bo"}},
	})
	a := get(t, c, "a")
	a.Value.Town, a.Value.Guests = "Rome", []string{"bo", "cy"}
	a, err := c.Update(t.Context(), a)
	must(t, err)
	expect(t, c, store.Query{Index: "town", Equal: []any{"Oslo"}}, "b")
	expect(t, c, store.Query{Index: "town", Equal: []any{"Rome"}}, "a")
	expect(t, c, store.Query{Index: "guest", Equal: []any{"ada"}}, "")
	expect(t, c, store.Query{Index: "guest", Equal: []any{"bo"}}, "ab")
	expect(t, c, store.Query{Index: "guest", Equal: []any{"cy"}}, "a")
	a.Value.Comment = "nothing that is indexed"
	_, err = c.Update(t.Context(), a)
	must(t, err)
	expect(t, c, store.Query{Index: "guest", Equal: []any{"bo"}}, "ab")
	must(t, c.Delete(t.Context(), "a"))
	expect(t, c, store.Query{Index: "guest", Equal: []any{"bo"}}, "b")
	expect(t, c, store.Query{Index: "town", Equal: []any{"Rome"}}, "")
	if n := count(t, c, store.Query{Index: "town"}); n != 1 {
		t.Errorf("%d documents stand in the index, want 1", n)
	}
}

func listed(t *testing.T, b store.Backend) {
	c := stops(t, b, map[string]stop{
		"a": {Day: 3, Guests: []string{"ada", "bo"}, Leaves: noon},
		"b": {Day: 1, Guests: []string{"bo"}, Leaves: noon},
		"c": {Day: 2, Guests: []string{"bo", "ada", "bo"}, Leaves: noon},
		"d": {Day: 3, Guests: []string{"bo"}, Leaves: noon.Add(-1 * time.Hour)},
	})
	expect(t, c, store.Query{Index: "guest", Equal: []any{"bo"}}, "bcad")
	expect(t, c, store.Query{Index: "guest", Equal: []any{"ada"}, Desc: true}, "ac")
	expect(t, c, store.Query{Index: "guest", Equal: []any{"bo"}, Min: 2, Max: 3}, "c")
	expect(t, c, store.Query{Index: "guest", Equal: []any{"bo"}, After: c.Cursor(get(t, c, "c"), "guest")}, "ad")
	expect(t, c, store.Query{Index: "guest", Equal: []any{"nobody"}}, "")
	expect(t, c, store.Query{Index: "day_guest", Equal: []any{3, "bo"}}, "da")
	if n := count(t, c, store.Query{Index: "guest", Equal: []any{"bo"}}); n != 4 {
		t.Errorf("counted %d, want 4", n)
	}
}

func absent(t *testing.T, b store.Backend) {
	c := stops(t, b, map[string]stop{
		"a": {Town: "Oslo", Day: 1, Leaves: noon, Guests: []string{"ada"}},
		"b": {Town: "Oslo", Day: 2},
		"c": {Town: "Oslo", Day: 3, Guests: []string{}},
		"d": {Town: "Oslo", Day: 1, Guests: []string{"ada"}},
	})
	for _, q := range []store.Query{
		{Index: "leaves"}, {Index: "leaves", Desc: true}, {Index: "leaves", Max: noon.Add(time.Hour)},
		{Index: "next"}, {Index: "next", Equal: []any{"Oslo"}}, {Index: "next", Min: "O"},
		{Index: "next", Equal: []any{"Oslo"}, Max: noon.Add(time.Hour)},
		{Index: "day_guest", Equal: []any{1, "ada"}},
	} {
		expect(t, c, q, "a")
		if n := count(t, c, q); n != 1 {
			t.Errorf("%+v counted %d, want 1", q, n)
		}
	}
	expect(t, c, store.Query{Index: "leaves", Equal: []any{time.Time{}}}, "")
	expect(t, c, store.Query{Index: "town"}, "adbc")

	left := get(t, c, "a")
	left.Value.Leaves = time.Time{}
	_, err := c.Update(t.Context(), left)
	must(t, err)
	set := get(t, c, "b")
	set.Value.Leaves = noon
	_, err = c.Update(t.Context(), set)
	must(t, err)
	expect(t, c, store.Query{Index: "next", Equal: []any{"Oslo"}}, "b")
}

func declaredLater(t *testing.T, b store.Backend) {
	first := collection[stop](t, b, store.Schema{Name: "stops"})
	for id, s := range tour() {
		must(t, first.Insert(t.Context(), id, s))
	}
	then := collection[stop](t, b, store.Schema{Name: "stops", Indexes: []store.Index{
		{Name: "place", Fields: []string{"day"}},
	}})
	expect(t, then, store.Query{Index: "place"}, "fbcadeg")
	other := collection[stop](t, b, store.Schema{Name: "stops", Indexes: []store.Index{
		{Name: "place", Fields: []string{"town", "day"}},
	}})
	expect(t, other, store.Query{Index: "place"}, "gbadfce")
	must(t, other.Insert(t.Context(), "h", stop{Town: "Rome", Day: 5}))
	expect(t, other, store.Query{Index: "place", Equal: []any{"Rome"}}, "fch")
	without := collection[stop](t, b, store.Schema{Name: "stops"})
	must(t, without.Insert(t.Context(), "i", stop{Town: "Rome", Day: 6}))
	must(t, without.Delete(t.Context(), "c"))
	again := collection[stop](t, b, store.Schema{Name: "stops", Indexes: []store.Index{
		{Name: "place", Fields: []string{"town", "day"}},
	}})
	expect(t, again, store.Query{Index: "place", Equal: []any{"Rome"}}, "fhi")
}

func openedTwice(t *testing.T, b store.Backend) {
	one, other := stops(t, b, tour()), stops(t, b, nil)
	must(t, other.Insert(t.Context(), "h", stop{Town: "Rome", Day: 5}))
	expect(t, one, store.Query{Index: "town", Equal: []any{"Rome"}}, "fch")
	expect(t, other, store.Query{Index: "town", Equal: []any{"Rome"}}, "fch")
}

func misasked(t *testing.T, b store.Backend) {
	c := stops(t, b, map[string]stop{"a": {Town: "Oslo", Guests: []string{"ada"}}})
	for _, q := range []store.Query{
		{Index: "nothing", Limit: 1},
		{Index: "town"},
		{Index: "town", Limit: -1},
		{Index: "town", Skip: -1, Limit: 1},
		{Index: "town", Equal: []any{5}, Limit: 1},
		{Index: "town", Equal: []any{nil}, Limit: 1},
		{Index: "town", Equal: []any{"Oslo", 1, 2}, Limit: 1},
		{Index: "town", Equal: []any{"Oslo", 1}, Min: 1, Limit: 1},
		{Index: "town", Max: noon, Limit: 1},
		{Index: "town", After: store.Cursor{ID: "a"}, Limit: 1},
		{Index: "guest", Limit: 1},
		{Index: "guest", Min: "a", Limit: 1},
	} {
		if found, err := c.Find(t.Context(), q); err == nil {
			t.Errorf("%+v found %v, want an error", q, found)
		}
	}
}
