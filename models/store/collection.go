package store

import (
	"context"
	"errors"
	"fmt"

	"worldtravel/models/span"
)

// Collection keeps documents of type T under ids of one's own choosing. It is
// safe for concurrent use; make it with Open.
type Collection[T any] struct {
	name   string
	docs   Documents
	fields Fields
}

// Open makes a collection and its indexes ready in the database.
func Open[T any](ctx context.Context, b Backend, s Schema) (Collection[T], error) {
	fields, err := fieldsOf[T](s)
	if err != nil {
		return Collection[T]{}, fmt.Errorf("collection %q: %w", s.Name, err)
	}
	docs, err := b.Open(ctx, s, fields)
	if err != nil {
		return Collection[T]{}, fmt.Errorf("open collection %q: %w", s.Name, err)
	}
	return Collection[T]{name: s.Name, docs: docs, fields: fields}, nil
}

// Insert stores a new document as version 1. It returns ErrExists when there is
// one with this id.
//
// When ctx ends while a write waits, its error is returned and the write may
// still happen. This holds for Update and Delete too.
func (c Collection[T]) Insert(ctx context.Context, id string, v T) (err error) {
	ctx, step := c.command(ctx, "insert", byID)
	defer func() { step.End(err) }()
	if id == "" {
		return c.wrap("insert", errors.New("an id cannot be empty"))
	}
	return c.wrap("insert", away(c.docs.Insert(ctx, id, &v)))
}

// Get reads a document. It returns ErrNotFound when there is none.
func (c Collection[T]) Get(ctx context.Context, id string) (d Doc[T], err error) {
	ctx, step := c.command(ctx, "get", byID)
	defer func() { step.End(err) }()
	d.ID = id
	version, err := c.docs.Get(ctx, id, &d.Value)
	if err != nil {
		return Doc[T]{}, c.wrap("get", away(err))
	}
	d.Version = version
	c.fields.tidy(&d.Value)
	return d, nil
}

// Update replaces the document if it still has the version of d, and returns d
// with the next version. It returns ErrConflict when the document has another
// version or is gone.
func (c Collection[T]) Update(ctx context.Context, d Doc[T]) (_ Doc[T], err error) {
	ctx, step := c.command(ctx, "update", byIDAndVersion)
	defer func() { step.End(err) }()
	if err := c.docs.Update(ctx, d.ID, d.Version, &d.Value); err != nil {
		return Doc[T]{}, c.wrap("update", away(err))
	}
	d.Version++
	return d, nil
}

// Delete removes a document, whatever its version. That there is none is fine.
func (c Collection[T]) Delete(ctx context.Context, id string) (err error) {
	ctx, step := c.command(ctx, "delete", byID)
	defer func() { step.End(err) }()
	return c.wrap("delete", away(c.docs.Delete(ctx, id)))
}

// Find returns the documents that the query asks for, in the order of its index.
func (c Collection[T]) Find(ctx context.Context, q Query) (_ []Doc[T], err error) {
	ctx, step := c.command(ctx, "find", func() string { return c.fields.filter(q) })
	defer func() { step.End(err) }()
	s, err := c.fields.selection(q)
	if err == nil && q.Limit <= 0 {
		err = errors.New("a limit must be positive")
	}
	if err != nil {
		return nil, c.wrap("find by "+q.Index, err)
	}
	var found []Doc[T]
	err = c.docs.Find(ctx, s, func(id string, version int64, decode func(into any) error) error {
		d := Doc[T]{ID: id, Version: version}
		if err := decode(&d.Value); err != nil {
			return err
		}
		c.fields.tidy(&d.Value)
		found = append(found, d)
		return nil
	})
	if err != nil {
		return nil, c.wrap("find by "+q.Index, away(err))
	}
	return found, nil
}

// Count returns how many documents the query matches, whatever its Skip and
// Limit. With After it counts those behind that document.
func (c Collection[T]) Count(ctx context.Context, q Query) (n int, err error) {
	ctx, step := c.command(ctx, "count", func() string { return c.fields.filter(q) })
	defer func() { step.End(err) }()
	s, err := c.fields.selection(q)
	if err != nil {
		return 0, c.wrap("count by "+q.Index, err)
	}
	n, err = c.docs.Count(ctx, s)
	return n, c.wrap("count by "+q.Index, away(err))
}

// What a command finds documents by, without the values: those may be secret.
func byID() string           { return "id = ?" }
func byIDAndVersion() string { return "id = ? and version = ?" }

// command begins the step of a command. Its filter is worded only if it is recorded.
func (c Collection[T]) command(ctx context.Context, operation string, filter func() string) (context.Context, span.Step) {
	if !span.Traced(ctx) {
		return ctx, span.Step{}
	}
	return span.Start(ctx, c.name+" "+operation,
		span.Collection.String(c.name), span.Operation.String(operation), span.Filter.String(filter()))
}

// Cursor is the place of a document in an index, for Query.After. It panics when
// the index is not declared.
func (c Collection[T]) Cursor(d Doc[T], index string) Cursor {
	return Cursor{Values: c.fields.position(index, &d.Value), ID: d.ID}
}

// away marks what a backend answered as ErrAway, unless it is one of the answers
// that a database at work gives, or the caller gave up.
func away(err error) error {
	for _, answer := range []error{nil, ErrNotFound, ErrExists, ErrConflict, context.Canceled} {
		if errors.Is(err, answer) {
			return err
		}
	}
	return fmt.Errorf("%w: %w", ErrAway, err)
}

// wrap says which command failed, without the document's id: that may be secret.
func (c Collection[T]) wrap(command string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %s: %w", c.name, command, err)
}
