package store_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"

	"worldtravel/models/store"
	"worldtravel/models/store/storetest"
)

// The test binary runs itself as another process of the program when this names
// what to do.
const childTask = "STORE_TEST_CHILD"

func TestMain(m *testing.M) {
	task := os.Getenv(childTask)
	if task == "" {
		os.Exit(m.Run())
	}
	if err := child(context.Background(), task, os.Getenv("STORE_TEST_DATABASE")); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func start(t *testing.T, task, database string) (*exec.Cmd, io.Reader) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childTask+"="+task, "STORE_TEST_DATABASE="+database)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	return cmd, out
}

// note is what the processes write.
type note struct {
	N int `json:"n"`
}

func notes(ctx context.Context, database string) (store.Backend, store.Collection[note], error) {
	open := store.OpenSQLite
	if strings.HasPrefix(database, "mongodb") {
		open = store.OpenMongo
	}
	b, err := open(ctx, database)
	if err != nil {
		return nil, store.Collection[note]{}, err
	}
	c, err := store.Open[note](ctx, b, store.Schema{Name: "notes", Indexes: []store.Index{{Name: "n", Fields: []string{"n"}}}})
	return b, c, err
}

func child(ctx context.Context, task, database string) error {
	b, c, err := notes(ctx, database)
	if err != nil {
		return err
	}
	defer b.Close()
	if task == "insert" {
		return insertForever(ctx, c)
	}
	times, err := strconv.Atoi(task)
	if err != nil {
		return err
	}
	return increment(ctx, c, times)
}

// insertForever prints the number of each document when it is acknowledged.
func insertForever(ctx context.Context, c store.Collection[note]) error {
	errs := make(chan error)
	for i := range 4 {
		go func() {
			for n := i; ; n += 4 {
				if err := c.Insert(ctx, strconv.Itoa(n), note{n}); err != nil {
					errs <- err
					return
				}
				fmt.Println(n)
			}
		}()
	}
	return <-errs
}

func increment(ctx context.Context, c store.Collection[note], times int) error {
	for range times {
		for {
			d, err := c.Get(ctx, "counter")
			if err != nil {
				return err
			}
			d.Value.N++
			_, err = c.Update(ctx, d)
			if err == nil {
				break
			}
			if !errors.Is(err, store.ErrConflict) {
				return err
			}
		}
	}
	return nil
}

func TestAKilledWriterLosesNothingAcknowledged(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) { killWriter(t, t.TempDir(), 1000) })
	t.Run("MongoDB", func(t *testing.T) { killWriter(t, storetest.MongoURI(t), 100) })
}

func killWriter(t *testing.T, database string, after int) {
	cmd, out := start(t, "insert", database)
	var acknowledged []string
	for lines := bufio.NewScanner(out); lines.Scan(); {
		acknowledged = append(acknowledged, lines.Text())
		if len(acknowledged) == after {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if len(acknowledged) < after {
		t.Fatalf("the writer ended by itself after %d documents", len(acknowledged))
	}
	b, c, err := notes(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	for _, id := range acknowledged {
		d, err := c.Get(t.Context(), id)
		if err != nil || strconv.Itoa(d.Value.N) != id {
			t.Fatalf("acknowledged document %s is %+v, %v", id, d, err)
		}
	}
	found, err := c.Find(t.Context(), store.Query{Index: "n", Limit: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	if n, err := c.Count(t.Context(), store.Query{Index: "n"}); err != nil || n != len(found) || n < len(acknowledged) {
		t.Fatalf("%d documents were acknowledged, %d stand in the index, and %d are there (%v)", len(acknowledged), n, len(found), err)
	}
}

func TestSeveralProcessesShareADatabase(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) { share(t, t.TempDir(), 200) })
	t.Run("MongoDB", func(t *testing.T) { share(t, storetest.MongoURI(t), 20) })
}

func share(t *testing.T, database string, times int) {
	b, c, err := notes(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if err := c.Insert(t.Context(), "counter", note{}); err != nil {
		t.Fatal(err)
	}
	var others []*exec.Cmd
	for range 2 {
		cmd, _ := start(t, strconv.Itoa(times), database)
		others = append(others, cmd)
	}
	if err := increment(t.Context(), c, times); err != nil {
		t.Error(err)
	}
	for _, cmd := range others {
		if err := cmd.Wait(); err != nil {
			t.Errorf("another process: %v", err)
		}
	}
	d, err := c.Get(t.Context(), "counter")
	if err != nil || d.Value.N != 3*times || d.Version != int64(1+3*times) {
		t.Fatalf("3 processes counted to %d each, and the counter is at %d, version %d (%v)", times, d.Value.N, d.Version, err)
	}
}

func TestSeveralProcessesOpenANewFileAtOnce(t *testing.T) {
	database := t.TempDir()
	var all sync.WaitGroup
	for range 6 {
		cmd, out := start(t, "0", database)
		all.Go(func() {
			io.Copy(io.Discard, out)
			if err := cmd.Wait(); err != nil {
				t.Errorf("a process that opened it: %v", err)
			}
		})
	}
	all.Wait()
}
