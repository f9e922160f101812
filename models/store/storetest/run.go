// Package storetest says what every backend of the store must do, and lends the
// tests of others the databases to do it with.
package storetest

import (
	"context"
	"errors"
	"math"
	"reflect"
	"testing"
	"time"

	"worldtravel/models/store"
)

// Run tests a backend. Open gives a new, empty database, and closes it at the
// end of the test that it is given.
func Run(t *testing.T, open func(t *testing.T) store.Backend) {
	for _, part := range []struct {
		name string
		test func(t *testing.T, b store.Backend)
	}{
		{"a document comes back as it was inserted", asInserted},
		{"a document that is not there is not found", notFound},
		{"an id is taken once", takenOnce},
		{"an update needs the version it was read with", compareAndSet},
		{"a deleted document is gone and its id is free", deleted},
		{"times come back in UTC to the millisecond", times},
		{"an id may be any text but an empty one", anyID},
		{"a context that has ended changes nothing", endedContext},
		{"an index orders by its fields and then by id", ordered},
		{"an index finds by equality and between bounds", bounded},
		{"a cursor continues behind a document", paged},
		{"a count takes the same questions", counted},
		{"an index follows updates and deletions", followed},
		{"a document stands under each element of its list", listed},
		{"a zero time or an empty list stands in no index", absent},
		{"an index declared later finds the documents of before", declaredLater},
		{"a collection can be opened twice", openedTwice},
		{"a query that the index cannot answer is an error", misasked},
		{"sixteen writers on one document lose no update", noLostUpdate},
		{"two inserts of one id leave one", oneOfTwo},
		{"sixteen inserts of one id leave one", oneOfSixteen},
		{"an update and a deletion at once agree", updateOrDelete},
		{"readers never see a document by halves", wholeDocuments},
	} {
		t.Run(part.name, func(t *testing.T) { part.test(t, open(t)) })
	}
}

// parcel holds one of everything that a document can hold.
type parcel struct {
	Text    string     `json:"text"`
	Yes     bool       `json:"yes"`
	Number  int        `json:"number"`
	Small   int8       `json:"small"`
	Large   int64      `json:"large"`
	Natural uint32     `json:"natural"`
	Share   float64    `json:"share"`
	At      time.Time  `json:"at"`
	Never   time.Time  `json:"never"`
	Named   colour     `json:"named"`
	Inner   inner      `json:"inner"`
	Inners  []inner    `json:"inners"`
	Words   []string   `json:"words"`
	Numbers []int      `json:"numbers"`
	Nil     []string   `json:"nil"`
	Empty   []string   `json:"empty"`
	NoInner []inner    `json:"noinner"`
	Bytes   []byte     `json:"bytes"`
	Pair    [2]int     `json:"pair"`
	Times   []moment   `json:"times"`
	Kept    string     `json:"-"`
	Deep    [1]moments `json:"deep"`
}

type colour string

type inner struct {
	Name  string   `json:"name"`
	Count int64    `json:"count"`
	Tags  []string `json:"tags"`
}

type moment struct {
	At time.Time `json:"at"`
}

type moments struct {
	All []moment `json:"all"`
}

var noon = time.Date(2026, 11, 25, 12, 0, 0, 123e6, time.UTC)

func full() parcel {
	return parcel{
		Text: "Zürich \"<&>\" 東京 \u2028 \x00 🎲", Yes: true, Number: -7, Small: math.MinInt8,
		Large: math.MaxInt64 - 1, Natural: math.MaxUint32, Share: 0.1, At: noon, Named: "red",
		Inner:   inner{Name: "one", Count: 1<<53 + 1, Tags: []string{"a", ""}},
		Inners:  []inner{{Name: "two", Count: math.MinInt64}, {Tags: []string{}}},
		Words:   []string{"b", "a", "b"},
		Numbers: []int{3, -1, 1 << 40},
		Empty:   []string{},
		Bytes:   []byte{0, 255},
		Pair:    [2]int{6, 15},
		Times:   []moment{{noon.Add(time.Hour)}, {}},
		Deep:    [1]moments{{All: []moment{{noon}}}},
	}
}

func asInserted(t *testing.T, b store.Backend) {
	c := parcels(t, b)
	for id, want := range map[string]parcel{"full": full(), "zero": {}} {
		must(t, c.Insert(t.Context(), id, want))
		got := get(t, c, id)
		same(t, got, store.Doc[parcel]{ID: id, Version: 1, Value: want})
		want.Number++
		got.Value = want
		updated, err := c.Update(t.Context(), got)
		must(t, err)
		same(t, updated, store.Doc[parcel]{ID: id, Version: 2, Value: want})
		same(t, get(t, c, id), updated)
	}
}

func notFound(t *testing.T, b store.Backend) {
	c := parcels(t, b)
	if d, err := c.Get(t.Context(), "nobody"); !errors.Is(err, store.ErrNotFound) {
		t.Fatalf("got %+v and %v, want ErrNotFound", d, err)
	}
	found, err := c.Find(t.Context(), store.Query{Index: "number", Limit: 10})
	if must(t, err); len(found) != 0 {
		t.Fatalf("found %v in an empty collection", found)
	}
}

func takenOnce(t *testing.T, b store.Backend) {
	c := parcels(t, b)
	must(t, c.Insert(t.Context(), "x", parcel{Number: 1}))
	if err := c.Insert(t.Context(), "x", parcel{Number: 2}); !errors.Is(err, store.ErrExists) {
		t.Fatalf("got %v, want ErrExists", err)
	}
	same(t, get(t, c, "x"), store.Doc[parcel]{ID: "x", Version: 1, Value: parcel{Number: 1}})
	if n := count(t, c, store.Query{Index: "number"}); n != 1 {
		t.Fatalf("%d documents stand in the index, want 1", n)
	}
}

func compareAndSet(t *testing.T, b store.Backend) {
	c := parcels(t, b)
	must(t, c.Insert(t.Context(), "x", parcel{Number: 1}))
	read := get(t, c, "x")
	read.Value.Number = 2
	second, err := c.Update(t.Context(), read)
	must(t, err)
	read.Value.Number = 3
	if _, err := c.Update(t.Context(), read); !errors.Is(err, store.ErrConflict) {
		t.Fatalf("an update of an old version: %v, want ErrConflict", err)
	}
	future := second
	future.Version++
	if _, err := c.Update(t.Context(), future); !errors.Is(err, store.ErrConflict) {
		t.Fatalf("an update of a version to come: %v, want ErrConflict", err)
	}
	same(t, get(t, c, "x"), second)
	if n := count(t, c, store.Query{Index: "number", Equal: []any{3}}); n != 0 {
		t.Fatal("a refused update stands in the index")
	}
	nobody := store.Doc[parcel]{ID: "nobody", Version: 1}
	if _, err := c.Update(t.Context(), nobody); !errors.Is(err, store.ErrConflict) {
		t.Fatalf("an update of nothing: %v, want ErrConflict", err)
	}
	if _, err := c.Get(t.Context(), "nobody"); !errors.Is(err, store.ErrNotFound) {
		t.Fatalf("an update of nothing left something: %v", err)
	}
}

func deleted(t *testing.T, b store.Backend) {
	c := parcels(t, b)
	must(t, c.Insert(t.Context(), "x", parcel{Number: 1}))
	read := get(t, c, "x")
	must(t, c.Delete(t.Context(), "x"))
	must(t, c.Delete(t.Context(), "x"))
	if _, err := c.Get(t.Context(), "x"); !errors.Is(err, store.ErrNotFound) {
		t.Fatalf("after its deletion: %v, want ErrNotFound", err)
	}
	if _, err := c.Update(t.Context(), read); !errors.Is(err, store.ErrConflict) {
		t.Fatalf("an update after the deletion: %v, want ErrConflict", err)
	}
	must(t, c.Insert(t.Context(), "x", parcel{Number: 2}))
	same(t, get(t, c, "x"), store.Doc[parcel]{ID: "x", Version: 1, Value: parcel{Number: 2}})
}

func times(t *testing.T, b store.Backend) {
	c := parcels(t, b)
	zone := time.FixedZone("here", 3*3600+1800)
	given := noon.Add(456_789 * time.Nanosecond).In(zone)
	early := time.Date(1872, 10, 2, 20, 45, 0, 1, zone)
	must(t, c.Insert(t.Context(), "x", parcel{At: given, Times: []moment{{early}, {}}}))
	d := get(t, c, "x")
	same(t, d.Value.At, noon)
	same(t, d.Value.Times, []moment{{time.Date(1872, 10, 2, 17, 15, 0, 0, time.UTC)}, {}})
	found, err := c.Find(t.Context(), store.Query{Index: "at", Equal: []any{given}, Limit: 1})
	must(t, err)
	same(t, found, []store.Doc[parcel]{d})
}

func anyID(t *testing.T, b store.Backend) {
	c := parcels(t, b)
	ids := []string{"a/b", "names/ünï", "$x.y", "it's \"quoted\"", "0", " ", "%", "A", "a"}
	for i, id := range ids {
		must(t, c.Insert(t.Context(), id, parcel{Number: i}))
	}
	for i, id := range ids {
		if d := get(t, c, id); d.Value.Number != i {
			t.Errorf("%q holds document %d, want %d", id, d.Value.Number, i)
		}
	}
	if err := c.Insert(t.Context(), "", parcel{}); err == nil {
		t.Error("an empty id was taken")
	}
}

func endedContext(t *testing.T, b store.Backend) {
	c := parcels(t, b)
	must(t, c.Insert(t.Context(), "x", parcel{}))
	d := get(t, c, "x")
	ended, end := context.WithCancel(t.Context())
	end()
	_, updateErr := c.Update(ended, d)
	_, getErr := c.Get(ended, "x")
	_, findErr := c.Find(ended, store.Query{Index: "number", Limit: 1})
	_, countErr := c.Count(ended, store.Query{Index: "number"})
	for operation, err := range map[string]error{
		"insert": c.Insert(ended, "y", parcel{}), "update": updateErr, "delete": c.Delete(ended, "x"),
		"get": getErr, "find": findErr, "count": countErr,
	} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v, want context.Canceled", operation, err)
		}
	}
	same(t, get(t, c, "x"), d)
	if _, err := c.Get(t.Context(), "y"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the insert happened: %v", err)
	}
}

func parcels(t *testing.T, b store.Backend) store.Collection[parcel] {
	t.Helper()
	return collection[parcel](t, b, store.Schema{Name: "parcels", Indexes: []store.Index{
		{Name: "number", Fields: []string{"number"}},
		{Name: "at", Fields: []string{"at"}},
	}})
}

func collection[T any](t *testing.T, b store.Backend, s store.Schema) store.Collection[T] {
	t.Helper()
	c, err := store.Open[T](t.Context(), b, s)
	must(t, err)
	return c
}

func get[T any](t *testing.T, c store.Collection[T], id string) store.Doc[T] {
	t.Helper()
	d, err := c.Get(t.Context(), id)
	must(t, err)
	return d
}

func count[T any](t *testing.T, c store.Collection[T], q store.Query) int {
	t.Helper()
	n, err := c.Count(t.Context(), q)
	must(t, err)
	return n
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func same(t *testing.T, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("got  %+v\nwant %+v", got, want)
	}
}
