package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
)

// createTables makes the tables of a collection and of its indexes. An index
// that is new, or has other fields than before, is filled from the documents;
// one that is no longer declared is dropped, for nobody would keep it up.
func createTables(ctx context.Context, tx *sql.Tx, s Schema, f Fields) error {
	_, err := tx.ExecContext(ctx, "CREATE TABLE IF NOT EXISTS "+quote(s.Name)+
		" (id TEXT NOT NULL PRIMARY KEY, version INTEGER NOT NULL, body TEXT NOT NULL)")
	if err != nil {
		return err
	}
	present, err := indexTables(ctx, tx, s.Name)
	if err != nil {
		return err
	}
	for _, index := range s.Indexes {
		table, definition := indexTable(s.Name, index.Name), indexDefinition(s.Name, index, f)
		old, found := present[table]
		delete(present, table)
		if old == definition {
			continue
		}
		if found {
			if _, err := tx.ExecContext(ctx, "DROP TABLE "+quote(table)); err != nil {
				return err
			}
		}
		if _, err := tx.ExecContext(ctx, definition); err != nil {
			return err
		}
		if err := fill(ctx, tx, s.Name, index, f); err != nil {
			return fmt.Errorf("index %q: %w", index.Name, err)
		}
	}
	for table := range present {
		if _, err := tx.ExecContext(ctx, "DROP TABLE "+quote(table)); err != nil {
			return err
		}
	}
	return nil
}

// indexTables are the tables of the collection's indexes as they are, with the
// statements that made them. No other collection has an underscore in its name.
func indexTables(ctx context.Context, tx *sql.Tx, collection string) (map[string]string, error) {
	rows, err := tx.QueryContext(ctx,
		"SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name GLOB ?", collection+"_*")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	tables := map[string]string{}
	for rows.Next() {
		var name, definition string
		if err := rows.Scan(&name, &definition); err != nil {
			return nil, err
		}
		tables[name] = definition
	}
	return tables, rows.Err()
}

func fill(ctx context.Context, tx *sql.Tx, collection string, index Index, f Fields) error {
	add, _ := indexStatements(collection, index)
	rows, err := tx.QueryContext(ctx, "SELECT id, body FROM "+quote(collection))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		var body []byte
		if err := rows.Scan(&id, &body); err != nil {
			return err
		}
		doc := reflect.New(f.document).Interface()
		if err := json.Unmarshal(body, doc); err != nil {
			return fmt.Errorf("document %q: %w", id, err)
		}
		for _, row := range f.rows(index.Name, doc) {
			if _, err := tx.ExecContext(ctx, add, append(columns(row), id)...); err != nil {
				return err
			}
		}
	}
	return rows.Err()
}

func indexTable(collection, index string) string { return collection + "_" + index }

func indexDefinition(collection string, index Index, f Fields) string {
	var columns, key []string
	for _, field := range f.indexes[index.Name] {
		holds := "INTEGER"
		if field.kind == kindString || field.kind == kindStrings {
			holds = "TEXT"
		}
		columns = append(columns, quote(field.name)+" "+holds+" NOT NULL")
		key = append(key, quote(field.name))
	}
	return "CREATE TABLE " + quote(indexTable(collection, index.Name)) +
		" (" + strings.Join(columns, ", ") + ", id TEXT NOT NULL, PRIMARY KEY (" + strings.Join(key, ", ") + ", id)) WITHOUT ROWID"
}

func indexStatements(collection string, index Index) (add, remove string) {
	table := quote(indexTable(collection, index.Name))
	var match []string
	for _, name := range index.Fields {
		match = append(match, quote(name)+" = ?")
	}
	add = "INSERT INTO " + table + " VALUES (?" + strings.Repeat(", ?", len(index.Fields)) + ")"
	remove = "DELETE FROM " + table + " WHERE " + strings.Join(match, " AND ") + " AND id = ?"
	return add, remove
}
