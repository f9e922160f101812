package storetest

import (
	"context"

	"worldtravel/models/store"
)

// Op is one operation on a collection. Kind is "insert", "get", "update",
// "delete", "find" or "count"; ID is empty for the last two.
type Op struct {
	Collection string
	Kind       string
	ID         string
}

// Hook returns the backend with before and after called round every operation;
// either may be nil. When before returns an error, the operation does not happen
// and the error is its result. After is called when an operation has succeeded;
// its error is returned although the operation happened, as when a program ends
// between the two. Both may be called from several goroutines at once.
func Hook(b store.Backend, before, after func(Op) error) store.Backend {
	nothing := func(Op) error { return nil }
	if before == nil {
		before = nothing
	}
	if after == nil {
		after = nothing
	}
	return hooked{b, before, after}
}

type hooked struct {
	store.Backend
	before, after func(Op) error
}

func (h hooked) Open(ctx context.Context, s store.Schema, f store.Fields) (store.Documents, error) {
	docs, err := h.Backend.Open(ctx, s, f)
	if err != nil {
		return nil, err
	}
	return hookedDocs{docs, h, s.Name}, nil
}

type hookedDocs struct {
	docs store.Documents
	hooked
	collection string
}

func (d hookedDocs) round(kind, id string, do func() error) error {
	op := Op{d.collection, kind, id}
	if err := d.before(op); err != nil {
		return err
	}
	if err := do(); err != nil {
		return err
	}
	return d.after(op)
}

func (d hookedDocs) Insert(ctx context.Context, id string, doc any) error {
	return d.round("insert", id, func() error { return d.docs.Insert(ctx, id, doc) })
}

func (d hookedDocs) Get(ctx context.Context, id string, into any) (version int64, err error) {
	err = d.round("get", id, func() error {
		version, err = d.docs.Get(ctx, id, into)
		return err
	})
	return version, err
}

func (d hookedDocs) Update(ctx context.Context, id string, version int64, doc any) error {
	return d.round("update", id, func() error { return d.docs.Update(ctx, id, version, doc) })
}

func (d hookedDocs) Delete(ctx context.Context, id string) error {
	return d.round("delete", id, func() error { return d.docs.Delete(ctx, id) })
}

func (d hookedDocs) Find(ctx context.Context, s store.Selection, each func(string, int64, func(any) error) error) error {
	return d.round("find", "", func() error { return d.docs.Find(ctx, s, each) })
}

func (d hookedDocs) Count(ctx context.Context, s store.Selection) (n int, err error) {
	err = d.round("count", "", func() error {
		n, err = d.docs.Count(ctx, s)
		return err
	})
	return n, err
}
