package selfcheck

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/connstring"
	_ "modernc.org/sqlite" // the driver of that name
)

// database reads everything that a site has stored, and changes nothing: it calls
// see for each document with the table or collection that it stands in.
type database func(ctx context.Context, see func(where, document string)) error

// sqliteIn is the embedded database in a folder.
func sqliteIn(dir string) database {
	return func(ctx context.Context, see func(where, document string)) (err error) {
		file, err := filepath.Abs(filepath.Join(dir, "worldtravel.db"))
		if err != nil {
			return fmt.Errorf("open the database: %w", err)
		}
		db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: file}).EscapedPath()+"?mode=ro&_pragma=busy_timeout(5000)")
		if err != nil {
			return fmt.Errorf("open %s: %w", file, err)
		}
		defer func() { err = errors.Join(err, db.Close()) }()
		tables, err := db.QueryContext(ctx, "SELECT name FROM sqlite_master WHERE type = 'table'")
		if err != nil {
			return fmt.Errorf("open %s: %w", file, err)
		}
		return eachRow(tables, func(table string) error {
			rows, err := db.QueryContext(ctx, `SELECT * FROM "`+table+`"`)
			if err != nil {
				return fmt.Errorf("read table %s: %w", table, err)
			}
			return eachRow(rows, func(row string) error {
				see("table "+table, row)
				return nil
			})
		})
	}
}

// eachRow calls f for every row, its columns being lines of one text.
func eachRow(rows *sql.Rows, f func(row string) error) error {
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	values, into := make([]sql.NullString, len(columns)), make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		words := make([]string, len(values))
		for i, value := range values {
			words[i] = value.String
		}
		if err := f(strings.Join(words, "\n")); err != nil {
			return err
		}
	}
	return rows.Err()
}

// mongoAt is the database that a URI names in its path, or worldtravel.
func mongoAt(uri string) database {
	return func(ctx context.Context, see func(where, document string)) (err error) {
		parsed, err := connstring.Parse(uri)
		if err != nil {
			return fmt.Errorf("open MongoDB: %w", err)
		}
		client, err := mongo.Connect(options.Client().ApplyURI(uri).SetServerSelectionTimeout(patience))
		if err != nil {
			return fmt.Errorf("open MongoDB: %w", err)
		}
		defer func() { err = errors.Join(err, client.Disconnect(context.WithoutCancel(ctx))) }()
		name := parsed.Database
		if name == "" {
			name = "worldtravel"
		}
		db := client.Database(name)
		collections, err := db.ListCollectionNames(ctx, bson.D{})
		if err != nil {
			return fmt.Errorf("open MongoDB: %w", err)
		}
		for _, collection := range collections {
			if err := eachDocument(ctx, db.Collection(collection), see); err != nil {
				return fmt.Errorf("read collection %s: %w", collection, err)
			}
		}
		return nil
	}
}

func eachDocument(ctx context.Context, collection *mongo.Collection, see func(where, document string)) error {
	found, err := collection.Find(ctx, bson.D{})
	if err != nil {
		return err
	}
	defer found.Close(ctx)
	for found.Next(ctx) {
		see("collection "+collection.Name(), found.Current.String())
	}
	return found.Err()
}
