package storetest

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"testing"

	"worldtravel/models/store"
)

// careless reads and then replaces: what somebody stored between the two is lost.
type careless struct{ store.Backend }

func (b careless) Open(ctx context.Context, s store.Schema, f store.Fields) (store.Documents, error) {
	docs, err := b.Backend.Open(ctx, s, f)
	return carelessDocs{docs}, err
}

type carelessDocs struct{ store.Documents }

func (d carelessDocs) Update(ctx context.Context, id string, version int64, doc any) error {
	into := reflect.New(reflect.TypeOf(doc).Elem()).Interface()
	found, err := d.Get(ctx, id, into)
	if errors.Is(err, store.ErrNotFound) || err == nil && found != version {
		return store.ErrConflict
	}
	for err == nil {
		if err = d.Documents.Update(ctx, id, found, doc); !errors.Is(err, store.ErrConflict) {
			return err
		}
		found, err = d.Get(ctx, id, into)
	}
	return err
}

const asCareless = "STORETEST_CARELESS"

func TestCarelessBackend(t *testing.T) {
	if os.Getenv(asCareless) == "" {
		t.Skip("run by TestTheSuiteFailsABackendThatReadsAndThenReplaces")
	}
	Run(t, func(t *testing.T) store.Backend { return careless{SQLite(t)} })
}

func TestTheSuiteFailsABackendThatReadsAndThenReplaces(t *testing.T) {
	cmd := exec.Command(os.Args[0], "-test.run=^TestCarelessBackend$", "-test.v")
	cmd.Env = append(os.Environ(), asCareless+"=yes")
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 1 {
		t.Fatalf("the suite did not fail it: %v\n%s", err, out)
	}
	if !strings.Contains(string(out), "--- FAIL: TestCarelessBackend/sixteen_writers_on_one_document_lose_no_update") {
		t.Fatalf("it lost no update:\n%s", out)
	}
	if !strings.Contains(string(out), "--- PASS: TestCarelessBackend/an_update_needs_the_version_it_was_read_with") {
		t.Fatalf("it fails for another reason:\n%s", out)
	}
}

func TestAHookGoesRoundEveryOperation(t *testing.T) {
	var before, after []Op
	note := func(ops *[]Op) func(Op) error {
		return func(op Op) error {
			*ops = append(*ops, op)
			return nil
		}
	}
	c := parcels(t, Hook(SQLite(t), note(&before), note(&after)))
	must(t, c.Insert(t.Context(), "x", parcel{}))
	d := get(t, c, "x")
	_, err := c.Update(t.Context(), d)
	must(t, err)
	if _, err := c.Update(t.Context(), d); !errors.Is(err, store.ErrConflict) {
		t.Fatal(err)
	}
	ids(t, c, store.Query{Index: "number"})
	count(t, c, store.Query{Index: "number"})
	must(t, c.Delete(t.Context(), "x"))

	op := func(kind, id string) Op { return Op{"parcels", kind, id} }
	same(t, before, []Op{op("insert", "x"), op("get", "x"), op("update", "x"), op("update", "x"),
		op("find", ""), op("count", ""), op("delete", "x")})
	same(t, after, []Op{op("insert", "x"), op("get", "x"), op("update", "x"),
		op("find", ""), op("count", ""), op("delete", "x")})
}

func TestAHookBeforePreventsAndAHookAfterOnlyReports(t *testing.T) {
	stop := errors.New("stop")
	when := func(id string) func(Op) error {
		return func(op Op) error {
			if op.Kind == "insert" && op.ID == id {
				return stop
			}
			return nil
		}
	}
	c := parcels(t, Hook(SQLite(t), when("before"), when("after")))
	for _, id := range []string{"before", "after"} {
		if err := c.Insert(t.Context(), id, parcel{}); !errors.Is(err, stop) {
			t.Fatalf("%s: %v, want the hook's error", id, err)
		}
	}
	if _, err := c.Get(t.Context(), "before"); !errors.Is(err, store.ErrNotFound) {
		t.Fatalf("the prevented insert: %v", err)
	}
	get(t, c, "after")
}
