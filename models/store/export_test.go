package store

import (
	"context"

	"modernc.org/sqlite"
)

// OpenMongoMonitored is OpenMongo with a monitor for its commands.
var OpenMongoMonitored = openMongo

// DatabaseName is the database that a URI names.
var DatabaseName = databaseName

// Connect opens one connection as the pools do, and closes it.
func Connect(ctx context.Context, dataSource string) error {
	base, err := sqlite.NewConnector(dataSource)
	if err != nil {
		return err
	}
	conn, err := connector{base}.Connect(ctx)
	if err != nil {
		return err
	}
	return conn.Close()
}
