package store

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"testing"

	"modernc.org/sqlite"
)

// desk is a writer on a table of unique numbers, and a second database handle
// that stands for another process.
type desk struct {
	*writer
	other *sql.DB
}

func newDesk(t *testing.T) desk {
	t.Helper()
	base, err := sqlite.NewConnector(dataSource(filepath.Join(t.TempDir(), "x.db")))
	if err != nil {
		t.Fatal(err)
	}
	db, other := sql.OpenDB(connector{base}), sql.OpenDB(connector{base})
	db.SetMaxOpenConns(1)
	d := desk{startWriter(db), other}
	t.Cleanup(func() {
		d.close()
		db.Close()
		other.Close()
	})
	if err := d.do(t.Context(), statement("CREATE TABLE numbers (n INTEGER PRIMARY KEY)")); err != nil {
		t.Fatal(err)
	}
	return d
}

func statement(query string) func(*sql.Tx) error {
	return func(tx *sql.Tx) error {
		_, err := tx.Exec(query)
		return err
	}
}

// together makes the changes in one transaction and returns how each ended: they
// wait behind one that is held up.
func (d desk) together(t *testing.T, changes ...func(*sql.Tx) error) []error {
	t.Helper()
	begun, release := make(chan struct{}), make(chan struct{})
	held := make(chan error, 1)
	go func() {
		held <- d.do(context.Background(), func(*sql.Tx) error {
			close(begun)
			<-release
			return nil
		})
	}()
	<-begun
	var waiting []*write
	d.mu.Lock()
	for _, change := range changes {
		waiting = append(waiting, &write{change: change, done: make(chan error, 1)})
	}
	d.waiting = append(d.waiting, waiting...)
	d.mu.Unlock()
	close(release)
	if err := <-held; err != nil {
		t.Fatal(err)
	}
	var results []error
	for _, one := range waiting {
		results = append(results, <-one.done)
	}
	return results
}

func (d desk) count(t *testing.T) (n int) {
	t.Helper()
	if err := d.other.QueryRow("SELECT count(*) FROM numbers").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestARefusedChangeDoesNotSpoilTheOthers(t *testing.T) {
	d := newDesk(t)
	results := d.together(t,
		statement("INSERT INTO numbers VALUES (1)"),
		func(*sql.Tx) error { return refusal{ErrConflict} },
		statement("INSERT INTO numbers VALUES (2)"))
	if results[0] != nil || results[1] != ErrConflict || results[2] != nil {
		t.Fatalf("got %v", results)
	}
	if n := d.count(t); n != 2 {
		t.Fatalf("%d numbers are stored, want 2", n)
	}
}

func TestAFailedChangeFailsItsWholeTransaction(t *testing.T) {
	d := newDesk(t)
	results := d.together(t,
		statement("INSERT INTO numbers VALUES (1)"),
		func(*sql.Tx) error { return refusal{ErrConflict} },
		statement("INSERT INTO nowhere VALUES (2)"),
		statement("INSERT INTO numbers VALUES (3)"))
	for i, err := range results {
		if err == nil || errors.Is(err, ErrConflict) {
			t.Errorf("change %d: %v, want the failure", i, err)
		}
	}
	if n := d.count(t); n != 0 {
		t.Fatalf("%d numbers are stored, want none", n)
	}
}

func TestAFailedCommitFailsAllAndTheNextSucceeds(t *testing.T) {
	d := newDesk(t)
	if _, err := d.db.Exec("PRAGMA foreign_keys = ON"); err != nil {
		t.Fatal(err)
	}
	if err := d.do(t.Context(), statement("CREATE TABLE parts (n REFERENCES numbers DEFERRABLE INITIALLY DEFERRED)")); err != nil {
		t.Fatal(err)
	}
	results := d.together(t,
		statement("INSERT INTO numbers VALUES (1)"),
		statement("INSERT INTO parts VALUES (99)")) // noticed by the commit
	if results[0] == nil || results[1] == nil {
		t.Fatalf("got %v, want failures", results)
	}
	if n := d.count(t); n != 0 {
		t.Fatalf("%d numbers are stored, want none", n)
	}
	if err := d.do(t.Context(), statement("INSERT INTO numbers VALUES (1)")); err != nil {
		t.Fatal(err)
	}
}

func TestAChangeWaitsForAnotherProcessToFinish(t *testing.T) {
	d := newDesk(t)
	tx, err := d.other.Begin()
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- d.do(context.Background(), statement("INSERT INTO numbers VALUES (2)")) }()
	if _, err := tx.Exec("INSERT INTO numbers VALUES (1)"); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-done:
		t.Fatalf("it did not wait: %v", err)
	default:
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if n := d.count(t); n != 2 {
		t.Fatalf("%d numbers are stored, want 2", n)
	}
}

func TestACallerMayGiveUpWaitingAndTheChangeIsStillMade(t *testing.T) {
	d := newDesk(t)
	begun, release := make(chan struct{}), make(chan struct{})
	ctx, giveUp := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		done <- d.do(ctx, func(tx *sql.Tx) error {
			close(begun)
			<-release
			return statement("INSERT INTO numbers VALUES (1)")(tx)
		})
	}()
	<-begun
	giveUp()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v, want context.Canceled", err)
	}
	close(release)
	if err := d.do(t.Context(), statement("INSERT INTO numbers VALUES (2)")); err != nil {
		t.Fatal(err)
	}
	if n := d.count(t); n != 2 {
		t.Fatalf("%d numbers are stored, want 2", n)
	}
}

func TestCloseMakesTheChangesThatWaitAndTakesNoMore(t *testing.T) {
	d := newDesk(t)
	begun, release := make(chan struct{}), make(chan struct{})
	done := make(chan error, 1)
	go func() {
		done <- d.do(context.Background(), func(tx *sql.Tx) error {
			close(begun)
			<-release
			return statement("INSERT INTO numbers VALUES (1)")(tx)
		})
	}()
	<-begun
	closed := make(chan struct{})
	go func() {
		d.close()
		close(closed)
	}()
	for open := true; open; {
		d.mu.Lock()
		open = !d.closed
		d.mu.Unlock()
	}
	if err := d.do(t.Context(), statement("INSERT INTO numbers VALUES (2)")); !errors.Is(err, errClosed) {
		t.Errorf("a change after closing: %v, want errClosed", err)
	}
	select {
	case <-closed:
		t.Error("closing did not wait")
	default:
	}
	close(release)
	<-closed
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if n := d.count(t); n != 1 {
		t.Fatalf("%d numbers are stored, want 1", n)
	}
}
