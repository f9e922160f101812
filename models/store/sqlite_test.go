package store_test

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"worldtravel/models/store"
	"worldtravel/models/store/storetest"
)

func TestSQLiteKeepsTheContract(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Backend { return storetest.SQLite(t) })
}

func TestAConnectionWithOtherSettingsIsRefused(t *testing.T) {
	for dataSource, why := range map[string]string{
		"?_journal_mode=WAL&_synchronous=FULL":    "",
		"?_journal_mode=WAL&_synchronous=NORMAL":  "synchronous 1",
		"?_journal_mode=DELETE&_synchronous=FULL": "journal_mode delete",
		"?mode=memory&_journal_mode=WAL":          "journal_mode memory",
	} {
		err := store.Connect(t.Context(), "file:"+filepath.Join(t.TempDir(), "x.db")+dataSource)
		if (err == nil) != (why == "") || err != nil && !strings.Contains(err.Error(), why) {
			t.Errorf("%s: got %v, want %q", dataSource, err, why)
		}
	}
}

func TestTheFileCanBeReadWithSQL(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a dir? #1 100% ü")
	b, err := store.OpenSQLite(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	type visit struct {
		Who  []string  `json:"who"`
		Open bool      `json:"open"`
		At   time.Time `json:"at"`
	}
	c, err := store.Open[visit](t.Context(), b, store.Schema{Name: "visits", Indexes: []store.Index{
		{Name: "who", Fields: []string{"who", "open", "at"}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 11, 25, 12, 0, 0, 5e6, time.UTC)
	if err := c.Insert(t.Context(), "v1", visit{Who: []string{"ada"}, Open: true, At: at}); err != nil {
		t.Fatal(err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}

	t.Chdir(dir)
	db, err := sql.Open("sqlite", "worldtravel.db")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var body, kind, who string
	var open bool
	var ms int64
	err = db.QueryRow(`SELECT body, typeof(body), who, open, at FROM visits JOIN visits_who USING (id) WHERE version = 1`).
		Scan(&body, &kind, &who, &open, &ms)
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"who":["ada"],"open":true,"at":"2026-11-25T12:00:00.005Z"}`; body != want || kind != "text" {
		t.Errorf("body is %s %s, want text %s", kind, body, want)
	}
	if who != "ada" || !open || ms != at.UnixMilli() {
		t.Errorf("the index has %q %v %d", who, open, ms)
	}
}
