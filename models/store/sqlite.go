package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"sync"
	"time"

	"modernc.org/sqlite"
)

// sqliteDB is one file, written by one goroutine and read by a few connections.
type sqliteDB struct {
	reads  *sql.DB
	writes *sql.DB
	writer *writer
}

// OpenSQLite opens the database in the file worldtravel.db of a directory, and
// makes both when they are not there. Several processes may have the file open.
// A write is acknowledged when it is on the disk.
func OpenSQLite(ctx context.Context, dir string) (Backend, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	file, err := filepath.Abs(filepath.Join(dir, "worldtravel.db"))
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	base, err := sqlite.NewConnector(dataSource(file))
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	db := &sqliteDB{reads: sql.OpenDB(connector{base}), writes: sql.OpenDB(connector{base})}
	db.reads.SetMaxOpenConns(max(4, 2*runtime.GOMAXPROCS(0)))
	db.reads.SetMaxIdleConns(max(4, 2*runtime.GOMAXPROCS(0)))
	db.writes.SetMaxOpenConns(1)
	db.writer = startWriter(db.writes)
	if err := db.writes.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open database %s: %w", file, err), db.Close())
	}
	return db, nil
}

func (db *sqliteDB) Ping(ctx context.Context) error { return db.reads.PingContext(ctx) }

func (db *sqliteDB) Close() error {
	db.writer.close()
	return errors.Join(db.writes.Close(), db.reads.Close())
}

// dataSource names the file and what every connection to it is set to. A
// transaction takes the write lock as it begins (BEGIN IMMEDIATE), so that it
// never fails half-way because another process was quicker.
func dataSource(file string) string {
	name := url.URL{Path: file}
	settings := url.Values{
		"_journal_mode": {"WAL"},
		"_synchronous":  {"FULL"},
		"_busy_timeout": {fmt.Sprint(busyTimeout.Milliseconds())},
		"_txlock":       {"immediate"},
	}
	return "file:" + name.EscapedPath() + "?" + settings.Encode()
}

// connector opens connections and refuses those whose settings did not take: a
// file system without shared memory, for one, silently keeps another journal.
type connector struct{ driver.Connector }

func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	// While another process makes the file, or is the last to leave it, SQLite
	// does not wait by itself.
	for until := time.Now().Add(busyAttempts * busyTimeout); busy(err) && time.Now().Before(until); {
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(busyPause):
		}
		conn, err = c.Connector.Connect(ctx)
	}
	if err != nil {
		return nil, err
	}
	for _, setting := range []struct{ pragma, want string }{
		{"journal_mode", "wal"},
		{"synchronous", "2"}, // FULL
	} {
		got, err := pragma(ctx, conn, setting.pragma)
		if err == nil && got != setting.want {
			err = fmt.Errorf("sqlite has %s %s here, and needs %s", setting.pragma, got, setting.want)
		}
		if err != nil {
			return nil, errors.Join(err, conn.Close())
		}
	}
	return conn, nil
}

func pragma(ctx context.Context, conn driver.Conn, name string) (string, error) {
	rows, err := conn.(driver.QueryerContext).QueryContext(ctx, "PRAGMA "+name, nil)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	value := make([]driver.Value, 1)
	if err := rows.Next(value); err != nil && err != io.EOF {
		return "", err
	}
	return fmt.Sprint(value[0]), nil
}

// sqliteDocs is a collection: a table of documents, and a table for each index
// that is written in the same transaction.
type sqliteDocs struct {
	db     *sqliteDB
	name   string
	fields Fields

	get                            *sql.Stmt // read by the pool
	body, insert, replace, discard *sql.Stmt // for the writer
	indexes                        []sqliteIndex
	finds                          sync.Map // SQL text -> *sql.Stmt, made when first asked
}

// sqliteIndex adds to and takes from the table of an index.
type sqliteIndex struct {
	name        string
	add, remove *sql.Stmt
}

func (db *sqliteDB) Open(ctx context.Context, s Schema, f Fields) (Documents, error) {
	err := db.writer.do(ctx, func(tx *sql.Tx) error { return createTables(ctx, tx, s, f) })
	if err != nil {
		return nil, err
	}
	d := &sqliteDocs{db: db, name: s.Name, fields: f}
	prepare := func(on *sql.DB, query string) (stmt *sql.Stmt) {
		if err == nil {
			stmt, err = on.PrepareContext(ctx, query)
		}
		return stmt
	}
	table := quote(s.Name)
	d.get = prepare(db.reads, "SELECT version, body FROM "+table+" WHERE id = ?")
	d.body = prepare(db.writes, "SELECT body FROM "+table+" WHERE id = ?")
	d.insert = prepare(db.writes, "INSERT INTO "+table+" (id, version, body) VALUES (?, 1, ?) ON CONFLICT DO NOTHING")
	d.replace = prepare(db.writes, "UPDATE "+table+" SET version = version + 1, body = ? WHERE id = ? AND version = ?")
	d.discard = prepare(db.writes, "DELETE FROM "+table+" WHERE id = ?")
	for _, index := range s.Indexes {
		add, remove := indexStatements(s.Name, index)
		d.indexes = append(d.indexes, sqliteIndex{index.Name, prepare(db.writes, add), prepare(db.writes, remove)})
	}
	if err != nil {
		return nil, err
	}
	return d, nil
}

func (d *sqliteDocs) Get(ctx context.Context, id string, into any) (int64, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	// A read takes some microseconds. A context that can end would cost it a
	// goroutine, which takes longer.
	var version int64
	var body []byte
	err := d.get.QueryRowContext(context.WithoutCancel(ctx), id).Scan(&version, &body)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, ErrNotFound
	}
	if err != nil {
		return 0, err
	}
	return version, json.Unmarshal(body, into)
}

func (d *sqliteDocs) Insert(ctx context.Context, id string, doc any) error {
	body, err := json.Marshal(doc)
	if err != nil {
		return err
	}
	rows := d.rows(doc)
	return d.db.writer.do(ctx, func(tx *sql.Tx) error {
		if n, err := exec(tx, d.insert, id, string(body)); err != nil {
			return err
		} else if n == 0 {
			return refusal{ErrExists}
		}
		return d.reindex(tx, id, nil, rows)
	})
}

func (d *sqliteDocs) Update(ctx context.Context, id string, version int64, doc any) error {
	body, err := json.Marshal(doc)
	if err != nil {
		return err
	}
	rows := d.rows(doc)
	return d.db.writer.do(ctx, func(tx *sql.Tx) error {
		old, err := d.stored(tx, id)
		if err != nil {
			return err
		}
		if n, err := exec(tx, d.replace, string(body), id, version); err != nil {
			return err
		} else if n == 0 {
			return refusal{ErrConflict}
		}
		return d.reindex(tx, id, old, rows)
	})
}

func (d *sqliteDocs) Delete(ctx context.Context, id string) error {
	return d.db.writer.do(ctx, func(tx *sql.Tx) error {
		old, err := d.stored(tx, id)
		if err != nil {
			return err
		}
		if _, err := exec(tx, d.discard, id); err != nil {
			return err
		}
		return d.reindex(tx, id, old, nil)
	})
}

// rows are the document's places in each index.
func (d *sqliteDocs) rows(doc any) [][][]any {
	rows := make([][][]any, len(d.indexes))
	for i, index := range d.indexes {
		for _, row := range d.fields.rows(index.name, doc) {
			rows[i] = append(rows[i], columns(row))
		}
	}
	return rows
}

// stored is where the document that is being replaced stands in the indexes.
func (d *sqliteDocs) stored(tx *sql.Tx, id string) ([][][]any, error) {
	if len(d.indexes) == 0 {
		return nil, nil
	}
	var body []byte
	err := tx.Stmt(d.body).QueryRow(id).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	doc := reflect.New(d.fields.document).Interface()
	if err := json.Unmarshal(body, doc); err != nil {
		return nil, refusal{err}
	}
	return d.rows(doc), nil
}

// reindex takes the document out of its old places and puts it into the new
// ones, leaving alone those that are both.
func (d *sqliteDocs) reindex(tx *sql.Tx, id string, from, to [][][]any) error {
	for i, index := range d.indexes {
		var old, new [][]any
		if from != nil {
			old = from[i]
		}
		if to != nil {
			new = to[i]
		}
		for _, row := range without(old, new) {
			if _, err := exec(tx, index.remove, append(row, id)...); err != nil {
				return err
			}
		}
		for _, row := range without(new, old) {
			if _, err := exec(tx, index.add, append(row, id)...); err != nil {
				return err
			}
		}
	}
	return nil
}

func without(rows, others [][]any) [][]any {
	return slices.DeleteFunc(slices.Clone(rows), func(row []any) bool {
		return slices.ContainsFunc(others, func(other []any) bool { return slices.Equal(row, other) })
	})
}

// exec runs a statement in the transaction and tells how many rows it changed.
func exec(tx *sql.Tx, stmt *sql.Stmt, args ...any) (int64, error) {
	result, err := tx.Stmt(stmt).Exec(args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}
