package store_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/event"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"worldtravel/models/store"
	"worldtravel/models/store/storetest"
)

func TestMongoKeepsTheContract(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Backend { return storetest.Mongo(t) })
}

// watched notes every command that is sent but the driver's own.
type watched struct {
	sync.Mutex
	commands []bson.Raw
}

func (w *watched) monitor() *event.CommandMonitor {
	return &event.CommandMonitor{Started: func(_ context.Context, e *event.CommandStartedEvent) {
		w.Lock()
		defer w.Unlock()
		w.commands = append(w.commands, append(bson.Raw(nil), e.Command...))
	}}
}

// took runs an operation and returns its commands.
func (w *watched) took(t *testing.T, operation func() error) []bson.Raw {
	t.Helper()
	w.Lock()
	w.commands = nil
	w.Unlock()
	if err := operation(); err != nil {
		t.Fatal(err)
	}
	w.Lock()
	defer w.Unlock()
	return w.commands
}

func name(command bson.Raw) string { return command.Index(0).Key() }

func TestEveryOperationIsOneCommandAndEveryWriteWaitsForTheDisksOfAMajority(t *testing.T) {
	uri := storetest.MongoURI(t)
	weaker := "?"
	if strings.Contains(uri, "?") {
		weaker = "&"
	}
	var w watched
	b, err := store.OpenMongoMonitored(t.Context(), uri+weaker+"w=1&journal=false", w.monitor())
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	var c store.Collection[note]
	operations := []struct {
		command string
		write   bool
		do      func() error
	}{
		{"createIndexes", true, func() (err error) {
			c, err = store.Open[note](t.Context(), b, store.Schema{Name: "notes", Indexes: []store.Index{{Name: "n", Fields: []string{"n"}}}})
			return err
		}},
		{"insert", true, func() error { return c.Insert(t.Context(), "x", note{1}) }},
		{"insert", true, func() error { return c.Insert(t.Context(), "y", note{2}) }},
		{"find", false, func() error { _, err := c.Get(t.Context(), "x"); return err }},
		{"update", true, func() error {
			_, err := c.Update(t.Context(), store.Doc[note]{ID: "x", Version: 1, Value: note{2}})
			return err
		}},
		{"find", false, func() error { _, err := c.Find(t.Context(), store.Query{Index: "n", Limit: 1}); return err }},
		{"find", false, func() error { _, err := c.Find(t.Context(), store.Query{Index: "n", Limit: 500}); return err }},
		{"aggregate", false, func() error { _, err := c.Count(t.Context(), store.Query{Index: "n"}); return err }},
		{"delete", true, func() error { return c.Delete(t.Context(), "x") }},
	}
	for _, operation := range operations {
		commands := w.took(t, operation.do)
		if len(commands) != 1 || name(commands[0]) != operation.command {
			t.Errorf("want one %s, got %v", operation.command, commands)
			continue
		}
		if !operation.write {
			continue
		}
		concern, ok := commands[0].Lookup("writeConcern").DocumentOK()
		if !ok || concern.Lookup("w").String() != `"majority"` || !concern.Lookup("j").Equal(bson.RawValue{Type: bson.TypeBoolean, Value: []byte{1}}) {
			t.Errorf("%s has write concern %v, want majority and journal", operation.command, concern)
		}
	}
}

func TestADocumentIsPlainInTheMongoShell(t *testing.T) {
	uri := storetest.MongoURI(t)
	b, err := store.OpenMongo(t.Context(), uri)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	type visit struct {
		Who  []string  `json:"who"`
		N    int       `json:"n"`
		At   time.Time `json:"at"`
		Left time.Time `json:"left"`
	}
	c, err := store.Open[visit](t.Context(), b, store.Schema{Name: "visits"})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Insert(t.Context(), "v1", visit{Who: []string{"ada"}, N: 3, At: time.UnixMilli(5)}); err != nil {
		t.Fatal(err)
	}
	client, err := mongo.Connect(options.Client().ApplyURI(uri))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Disconnect(context.Background())
	u, _ := url.Parse(uri)
	raw, err := client.Database(strings.TrimPrefix(u.Path, "/")).Collection("visits").FindOne(t.Context(), bson.D{}).Raw()
	if err != nil {
		t.Fatal(err)
	}
	want := `{"_id": "v1","_v": {"$numberLong":"1"},"who": ["ada"],"n": {"$numberInt":"3"},"at": {"$date":{"$numberLong":"5"}},"left": null}`
	if raw.String() != want {
		t.Errorf("got  %s\nwant %s", raw, want)
	}
}

// relay is a way to a server that can be cut and mended.
type relay struct {
	target, addr string
	listener     net.Listener
	mu           sync.Mutex
	open         []net.Conn
}

func (r *relay) mend(t *testing.T) {
	t.Helper()
	l, err := net.Listen("tcp", r.addr)
	if err != nil {
		t.Fatal(err)
	}
	r.listener, r.addr = l, l.Addr().String()
	go func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", r.target)
			if err != nil {
				near.Close()
				continue
			}
			r.mu.Lock()
			r.open = append(r.open, near, far)
			r.mu.Unlock()
			for _, pair := range [][2]net.Conn{{near, far}, {far, near}} {
				go func() {
					io.Copy(pair[0], pair[1])
					pair[0].Close()
				}()
			}
		}
	}()
}

func (r *relay) cut() {
	r.listener.Close()
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range r.open {
		c.Close()
	}
	r.open = nil
}

func TestMongoAwayIsAnErrorWithinFourSecondsAndNoneWhenItIsBack(t *testing.T) {
	u, err := url.Parse(storetest.MongoURI(t))
	if err != nil {
		t.Fatal(err)
	}
	r := &relay{target: u.Host, addr: "127.0.0.1:0"}
	r.mend(t)
	defer r.cut()
	query := u.Query()
	query.Set("directConnection", "true")
	u.Host, u.RawQuery = r.addr, query.Encode()
	b, c, err := notes(t.Context(), u.String())
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if err := c.Insert(t.Context(), "x", note{1}); err != nil {
		t.Fatal(err)
	}

	r.cut()
	operations := map[string]func() error{
		"ping":   func() error { return b.Ping(t.Context()) },
		"get":    func() error { _, err := c.Get(t.Context(), "x"); return err },
		"insert": func() error { return c.Insert(t.Context(), "y", note{2}) },
		"open":   func() error { _, err := store.OpenMongo(t.Context(), u.String()); return err },
		"update": func() error {
			_, err := c.Update(t.Context(), store.Doc[note]{ID: "x", Version: 1})
			return err
		},
	}
	var all sync.WaitGroup
	for operation, do := range operations {
		all.Go(func() {
			begun := time.Now()
			err := do()
			if err == nil || errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrExists) || errors.Is(err, store.ErrConflict) {
				t.Errorf("%s: got %v, want an error that is no answer", operation, err)
			}
			if operation != "ping" && operation != "open" && !errors.Is(err, store.ErrAway) {
				t.Errorf("%s: got %v, want ErrAway", operation, err)
			}
			if took := time.Since(begun); took > 4*time.Second {
				t.Errorf("%s: took %v", operation, took)
			}
		})
	}
	all.Wait()

	r.mend(t)
	d, err := c.Get(t.Context(), "x")
	if err != nil || d.Value.N != 1 {
		t.Fatalf("when it was back: %+v, %v", d, err)
	}
	if err := c.Insert(t.Context(), "z", note{3}); err != nil {
		t.Fatal(err)
	}
}

func TestTheDatabaseIsNamedByThePathOfTheURI(t *testing.T) {
	for uri, want := range map[string]string{
		"mongodb://db":                          "worldtravel",
		"mongodb://db/":                         "worldtravel",
		"mongodb://db/?w=1":                     "worldtravel",
		"mongodb://db/games":                    "games",
		"mongodb://u:p%2F@a:1,b:2/games?w=1":    "games",
		"mongodb+srv://u:p@host.example/a?x=/b": "a",
	} {
		if got := store.DatabaseName(uri); got != want {
			t.Errorf("%s names %q, want %q", uri, got, want)
		}
	}
}
