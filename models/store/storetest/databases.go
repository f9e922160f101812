package storetest

import (
	"bufio"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"worldtravel/models/store"
)

// SQLite opens a new, empty SQLite database and closes it at the test's end.
func SQLite(t testing.TB) store.Backend {
	t.Helper()
	return opened(t)(store.OpenSQLite(t.Context(), t.TempDir()))
}

// Mongo opens a new, empty MongoDB database (see MongoURI) and closes it at the
// test's end.
func Mongo(t testing.TB) store.Backend {
	t.Helper()
	return opened(t)(store.OpenMongo(t.Context(), MongoURI(t)))
}

func opened(t testing.TB) func(store.Backend, error) store.Backend {
	return func(b store.Backend, err error) store.Backend {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := b.Close(); err != nil {
				t.Error(err)
			}
		})
		return b
	}
}

// MongoURI names a database of the test's own on the server at MONGODB_URI, or
// on the stand-in where that is not set. It is dropped at the test's end.
func MongoURI(t testing.TB) string {
	t.Helper()
	server := os.Getenv("MONGODB_URI")
	if server == "" {
		return Ferret(t)
	}
	return database(t, server)
}

// Ferret names a database of the test's own on the stand-in for MongoDB (see
// models/store/ferret), which is started once for a test binary. The test is
// skipped where FERRETDB_BIN does not name it.
func Ferret(t testing.TB) string {
	t.Helper()
	binary := os.Getenv("FERRETDB_BIN")
	if binary == "" {
		t.Skip("no MongoDB: `make test` runs this against a stand-in, or set MONGODB_URI")
	}
	server, err := ferret(binary)
	if err != nil {
		t.Fatalf("start %s: %v", binary, err)
	}
	return database(t, server)
}

// ferrets are the stand-ins started by this process: one. It ends with the
// process, by the closing of its standard input.
var ferrets struct {
	sync.Mutex
	uri   string
	stdin io.Closer
}

func ferret(binary string) (string, error) {
	ferrets.Lock()
	defer ferrets.Unlock()
	if ferrets.uri != "" {
		return ferrets.uri, nil
	}
	cmd := exec.Command(binary)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return "", err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return "", err
	}
	if err := cmd.Start(); err != nil {
		return "", err
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		return "", fmt.Errorf("it printed no URI: %w", err)
	}
	ferrets.uri, ferrets.stdin = strings.TrimSpace(line), stdin
	return ferrets.uri, nil
}

// database names a new database on the server, and drops it at the test's end.
func database(t testing.TB, server string) string {
	t.Helper()
	u, err := url.Parse(server)
	if err != nil {
		t.Fatalf("MONGODB_URI: %v", err)
	}
	name := "test_" + strings.ToLower(rand.Text()[:12])
	u.Path = "/" + name
	if u.User != nil && !u.Query().Has("authSource") {
		query := u.Query()
		query.Set("authSource", "admin")
		u.RawQuery = query.Encode()
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		client, err := mongo.Connect(options.Client().ApplyURI(u.String()))
		if err == nil {
			err = client.Database(name).Drop(ctx)
			_ = client.Disconnect(ctx)
		}
		if err != nil {
			t.Logf("drop database %s: %v", name, err)
		}
	})
	return u.String()
}
