// Package store keeps documents. Collection is the whole port: insert, get,
// compare-and-set, delete, find and count by a declared index. Two backends
// implement it, SQLite and MongoDB; every operation is one command on one
// document, and atomic on both.
//
// A document is a plain struct. Its exported fields have a json name each, and
// are strings, bools, numbers, time.Time, structs of these, and slices and
// arrays of all of them; Open refuses anything that the two databases might not
// give back alike. Strings are valid UTF-8. Nil and empty slices stay what they are. A
// time comes back in UTC, cut to the millisecond; the zero time stays zero.
//
// One can look into either database with its own shell. In SQLite's, a
// collection is a table of id, version and body (JSON), and each of its indexes
// a table named <collection>_<index>. In MongoDB's, the version stands beside
// the document's own fields as _v.
package store

import (
	"context"
	"errors"
)

// What operations return, wrapped. Anything else means that the context was
// cancelled, or that a query or schema is wrong. After ErrAway or the context's
// end it is not known whether a write happened.
var (
	ErrNotFound = errors.New("no such document")
	ErrExists   = errors.New("a document with this id exists")
	ErrConflict = errors.New("the document has another version, or is gone")
	ErrAway     = errors.New("the database could not be reached, or is broken")
)

// Schema declares a collection: its name, of lower-case letters and digits, and
// the indexes it is asked by. An index declared for documents that are there
// already is filled with them.
type Schema struct {
	Name    string
	Indexes []Index
}

// Index orders documents by the values of its fields, then by id. A field is the
// json name of a field of the document's struct: a string (ordered by bytes), a
// bool, an integer of at most 64 bits with a sign or 32 without, a time.Time, or
// a []string, in which case the document stands once under each element (one
// such field in an index at most, and a query gives its value in Equal). A
// document whose time is zero or whose []string is empty does not stand in the
// index.
type Index struct {
	Name   string
	Fields []string
}

// Query asks for documents by an index. Equal gives values for its leading
// fields; Min (inclusive) and Max (exclusive) bound the field after them, nil
// leaving an end open. Times are compared by the millisecond. Results come in
// the order of the index, or reversed when Desc, the ids included. After
// continues behind a document of an earlier answer (see Collection.Cursor).
// Skip leaves out so many of the first, at the cost of walking over them. Limit
// must be positive for Find; Count ignores Skip and Limit.
type Query struct {
	Index    string
	Equal    []any
	Min, Max any
	Desc     bool
	After    Cursor
	Skip     int
	Limit    int
}

// Cursor is a position in the order of an index: the document's values of the
// index's fields and its id. The zero Cursor is the beginning.
type Cursor struct {
	Values []any
	ID     string
}

// Doc is a document as stored. Version is 1 when inserted and grows by one with
// every update.
type Doc[T any] struct {
	ID      string
	Version int64
	Value   T
}

// Backend is a database. It is safe for concurrent use, and by several processes.
type Backend interface {
	// Open makes the collection and its indexes ready.
	Open(ctx context.Context, s Schema, f Fields) (Documents, error)
	// Ping reports whether the database answers.
	Ping(ctx context.Context) error
	// Close waits for writes under way. No operation may begin after it.
	Close() error
}

// Documents is a collection without types; Collection gives it some. What is
// passed as doc and into is a pointer to the document's struct. Errors are as
// in Collection.
type Documents interface {
	Insert(ctx context.Context, id string, doc any) error
	Get(ctx context.Context, id string, into any) (version int64, err error)
	// Update replaces the document when it has this version, and gives it the next.
	Update(ctx context.Context, id string, version int64, doc any) error
	Delete(ctx context.Context, id string) error
	// Find calls each for every document in turn; decode fills what it is given.
	Find(ctx context.Context, s Selection, each func(id string, version int64, decode func(into any) error) error) error
	Count(ctx context.Context, s Selection) (int, error)
}

// Selection is a Query made ready for a backend: checked against the index, its
// values turned into string, bool, int64 or time.Time.
type Selection struct {
	Index    string
	Equal    []any
	Min, Max any
	// After is nil, or the values of the fields behind Equal and then the id.
	After []any
	Desc  bool
	Skip  int
	Limit int
}
