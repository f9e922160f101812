// Command ferret stands in for MongoDB in the tests: FerretDB v1.24.2 over
// SQLite, behind a proxy that makes each of its commands atomic. It prints its
// URI in one line and ends when its standard input is closed, so it never
// outlives the tests that started it. It is not for production.
//
// It is a module of its own, so that the project does not depend on FerretDB.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"

	"github.com/FerretDB/FerretDB/ferretdb"
)

func main() {
	dir := flag.String("dir", "", "keep the data here (default: a directory that is removed at the end)")
	flag.Parse()
	if err := run(*dir); err != nil {
		fmt.Fprintln(os.Stderr, "ferret:", err)
		os.Exit(1)
	}
}

func run(dir string) error {
	if dir == "" {
		temporary, err := os.MkdirTemp("", "ferret-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(temporary)
		dir = temporary
	}
	data, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	// FerretDB asks for a directory that exists and a URI that ends in a slash.
	if err := os.MkdirAll(data, 0o700); err != nil {
		return err
	}
	source := url.URL{Scheme: "file", Path: data + "/"}
	db, err := ferretdb.New(&ferretdb.Config{
		Listener:  ferretdb.ListenerConfig{TCP: "127.0.0.1:0"},
		Handler:   "sqlite",
		SQLiteURL: source.String(),
		Logger:    slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})),
	})
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- db.Run(ctx) }()

	behind, err := url.Parse(db.MongoDBURI())
	if err != nil {
		return err
	}
	front, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer front.Close()
	p := &proxy{backend: behind.Host}
	go p.serve(front)

	fmt.Printf("mongodb://%s/?directConnection=true\n", front.Addr())
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
		return err
	}
	stop()
	return <-ended
}
