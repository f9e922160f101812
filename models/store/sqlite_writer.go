package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

const (
	// Another process may hold the write lock for so long, several times over,
	// before writes that wait are given up.
	busyTimeout  = 2 * time.Second
	busyAttempts = 5
	busyPause    = 5 * time.Millisecond // where SQLite does not wait by itself

	// So many writes go into one transaction: enough to share the cost of its
	// commit, few enough not to keep the first one waiting.
	batchSize = 256
)

var errClosed = errors.New("the database is closed")

// writer makes all changes to the file, from one goroutine. Those that wait
// while it commits go into the next transaction together (group commit), so the
// price of reaching the disk is shared.
type writer struct {
	db    *sql.DB // has one connection
	ended chan struct{}

	mu      sync.Mutex
	wake    *sync.Cond // waiting or closed has changed
	waiting []*write
	closed  bool
}

// write is a change that waits for its transaction.
type write struct {
	change func(*sql.Tx) error
	result error
	done   chan error // takes one error without blocking
}

// refusal is the error of a change that has changed nothing: the others of its
// transaction are not concerned. Any other error fails them all.
type refusal struct{ error }

func startWriter(db *sql.DB) *writer {
	w := &writer{db: db, ended: make(chan struct{})}
	w.wake = sync.NewCond(&w.mu)
	go w.run()
	return w
}

// do makes the change in a transaction, and returns when that is on the disk.
// When ctx ends first the change may still be made.
func (w *writer) do(ctx context.Context, change func(*sql.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	one := &write{change: change, done: make(chan error, 1)}
	w.mu.Lock()
	if w.closed {
		w.mu.Unlock()
		return errClosed
	}
	w.waiting = append(w.waiting, one)
	w.mu.Unlock()
	w.wake.Signal()
	select {
	case err := <-one.done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// close lets no more changes in, and returns when those that wait are made.
func (w *writer) close() {
	w.mu.Lock()
	w.closed = true
	w.mu.Unlock()
	w.wake.Signal()
	<-w.ended
}

func (w *writer) run() {
	defer close(w.ended)
	for batch := w.next(); batch != nil; batch = w.next() {
		err := w.commit(batch)
		for _, one := range batch {
			if err != nil {
				one.result = err
			}
			one.done <- one.result
		}
	}
}

// next waits for changes and takes a batch of them; nil when closed and all are made.
func (w *writer) next() []*write {
	w.mu.Lock()
	defer w.mu.Unlock()
	for len(w.waiting) == 0 && !w.closed {
		w.wake.Wait()
	}
	n := min(len(w.waiting), batchSize)
	batch := w.waiting[:n:n]
	w.waiting = w.waiting[n:]
	if n == 0 {
		return nil
	}
	return batch
}

func (w *writer) commit(batch []*write) error {
	tx, err := w.begin()
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer tx.Rollback()
	for _, one := range batch {
		err := one.change(tx)
		if no, ok := err.(refusal); ok {
			one.result = no.error
		} else if err != nil {
			return err
		}
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// begin takes the file's write lock, for which SQLite waits busyTimeout.
func (w *writer) begin() (*sql.Tx, error) {
	for attempt := 1; ; attempt++ {
		tx, err := w.db.BeginTx(context.Background(), nil)
		if !busy(err) || attempt == busyAttempts {
			return tx, err
		}
	}
}

// busy reports whether another connection held a lock for too long.
func busy(err error) bool {
	var failure *sqlite.Error
	return errors.As(err, &failure) && failure.Code()&0xff == sqlite3.SQLITE_BUSY
}
