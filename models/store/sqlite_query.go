package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"strings"
	"time"
)

func (d *sqliteDocs) Find(ctx context.Context, s Selection, each func(string, int64, func(any) error) error) error {
	where, args := d.where(s)
	direction := ""
	if s.Desc {
		direction = " DESC"
	}
	// CROSS JOIN makes SQLite walk the index in its order and look each document up.
	stmt, err := d.prepared(ctx, "SELECT d.id, d.version, d.body FROM "+quote(indexTable(d.name, s.Index))+
		" i CROSS JOIN "+quote(d.name)+" d ON d.id = i.id"+where+
		" ORDER BY "+strings.Join(d.order(s), direction+", ")+direction+" LIMIT ? OFFSET ?")
	if err != nil {
		return err
	}
	rows, err := stmt.QueryContext(context.WithoutCancel(ctx), append(args, s.Limit, s.Skip)...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		var version int64
		var body sql.RawBytes
		if err := rows.Scan(&id, &version, &body); err != nil {
			return err
		}
		if err := each(id, version, func(into any) error { return json.Unmarshal(body, into) }); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (d *sqliteDocs) Count(ctx context.Context, s Selection) (int, error) {
	where, args := d.where(s)
	stmt, err := d.prepared(ctx, "SELECT count(*) FROM "+quote(indexTable(d.name, s.Index))+" i"+where)
	if err != nil {
		return 0, err
	}
	var n int
	err = stmt.QueryRowContext(context.WithoutCancel(ctx), args...).Scan(&n)
	return n, err
}

// prepared keeps a statement for each shape of query; there are only a few for
// an index.
func (d *sqliteDocs) prepared(ctx context.Context, query string) (*sql.Stmt, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if stmt, ok := d.finds.Load(query); ok {
		return stmt.(*sql.Stmt), nil
	}
	stmt, err := d.db.reads.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	if first, found := d.finds.LoadOrStore(query, stmt); found {
		return first.(*sql.Stmt), stmt.Close()
	}
	return stmt, nil
}

// where is the condition of a selection on its index's table, and the values
// that stand for its marks.
func (d *sqliteDocs) where(s Selection) (string, []any) {
	var conditions []string
	for _, field := range d.fields.indexes[s.Index][:len(s.Equal)] {
		conditions = append(conditions, "i."+quote(field.name)+" = ?")
	}
	args := columns(s.Equal)
	order := d.order(s)
	if s.Min != nil {
		conditions = append(conditions, order[0]+" >= ?")
		args = append(args, column(s.Min))
	}
	if s.Max != nil {
		conditions = append(conditions, order[0]+" < ?")
		args = append(args, column(s.Max))
	}
	if s.After != nil {
		behind := ") > (?"
		if s.Desc {
			behind = ") < (?"
		}
		conditions = append(conditions, "("+strings.Join(order, ", ")+behind+strings.Repeat(", ?", len(order)-1)+")")
		args = append(args, columns(s.After)...)
	}
	if conditions == nil {
		return "", nil
	}
	return " WHERE " + strings.Join(conditions, " AND "), args
}

// order is what the selection's results are ordered by: the fields it does not
// fix, then the id.
func (d *sqliteDocs) order(s Selection) []string {
	var order []string
	for _, field := range d.fields.indexes[s.Index][len(s.Equal):] {
		order = append(order, "i."+quote(field.name))
	}
	return append(order, "i.id")
}

// columns are values as they stand in a table: a time as milliseconds since 1970.
func columns(values []any) []any {
	columns := make([]any, len(values))
	for i, v := range values {
		columns[i] = column(v)
	}
	return columns
}

func column(v any) any {
	if t, ok := v.(time.Time); ok {
		return t.UnixMilli()
	}
	return v
}

// quote makes an identifier of a name, which Open has checked to hold no quotes.
func quote(name string) string { return `"` + name + `"` }
