package store_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"worldtravel/models/store"
	"worldtravel/models/store/storetest"
)

// A page is a document of about 500 bytes, with an index as most have.
type page struct {
	Book string `json:"book"`
	N    int    `json:"n"`
	Text string `json:"text"`
}

func pages(b *testing.B) store.Collection[page] {
	b.Helper()
	c, err := store.Open[page](b.Context(), storetest.SQLite(b), store.Schema{
		Name: "pages", Indexes: []store.Index{{Name: "book", Fields: []string{"book", "n"}}},
	})
	if err != nil {
		b.Fatal(err)
	}
	return c
}

func pageOf(n int) page {
	return page{Book: fmt.Sprint(n % 16), N: n, Text: strings.Repeat("All work and no play. ", 20)}
}

// callers shares b.N calls among so many goroutines.
func callers(b *testing.B, n int, call func(i int) error) {
	b.Helper()
	b.ReportAllocs()
	var next atomic.Int64
	var all sync.WaitGroup
	b.ResetTimer()
	for range n {
		all.Go(func() {
			for i := next.Add(1); i <= int64(b.N); i = next.Add(1) {
				if err := call(int(i)); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "ops/s")
}

const documents = 1000

func filled(b *testing.B) store.Collection[page] {
	c := pages(b)
	for i := range documents {
		if err := c.Insert(b.Context(), fmt.Sprint(i), pageOf(i)); err != nil {
			b.Fatal(err)
		}
	}
	return c
}

func BenchmarkGet(b *testing.B) {
	for _, n := range []int{1, 16} {
		b.Run(fmt.Sprint("callers=", n), func(b *testing.B) {
			c := filled(b)
			callers(b, n, func(i int) error {
				_, err := c.Get(b.Context(), fmt.Sprint(i%documents))
				return err
			})
		})
	}
}

func BenchmarkFindTen(b *testing.B) {
	c := filled(b)
	callers(b, 1, func(i int) error {
		_, err := c.Find(b.Context(), store.Query{Index: "book", Equal: []any{fmt.Sprint(i % 16)}, Limit: 10})
		return err
	})
}

func BenchmarkUpdate(b *testing.B) {
	for _, n := range []int{1, 16} {
		b.Run(fmt.Sprint("callers=", n), func(b *testing.B) {
			c := filled(b)
			callers(b, n, func(i int) error {
				d, err := c.Get(b.Context(), fmt.Sprint(i%documents))
				if err != nil {
					return err
				}
				_, err = c.Update(b.Context(), d)
				return err
			})
		})
	}
}

func BenchmarkInsert(b *testing.B) {
	for _, n := range []int{1, 16} {
		b.Run(fmt.Sprint("callers=", n), func(b *testing.B) {
			c := pages(b)
			callers(b, n, func(i int) error { return c.Insert(b.Context(), fmt.Sprint(i), pageOf(i)) })
		})
	}
}

// BenchmarkBareInsertAndCommit is what to hold BenchmarkInsert against: the same
// bytes into one table, without index or encoding, one transaction for each. The
// callers take turns at one connection, which is quicker than one for each.
func BenchmarkBareInsertAndCommit(b *testing.B) {
	for _, n := range []int{1, 16} {
		b.Run(fmt.Sprint("callers=", n), func(b *testing.B) {
			db, err := sql.Open("sqlite", "file:"+filepath.Join(b.TempDir(), "bare.db")+
				"?_journal_mode=WAL&_synchronous=FULL&_busy_timeout=10000&_txlock=immediate")
			if err != nil {
				b.Fatal(err)
			}
			defer db.Close()
			db.SetMaxOpenConns(1)
			if _, err := db.Exec("CREATE TABLE pages (id TEXT NOT NULL PRIMARY KEY, body TEXT NOT NULL)"); err != nil {
				b.Fatal(err)
			}
			body := strings.Repeat("All work and no play. ", 22)
			callers(b, n, func(i int) error {
				tx, err := db.Begin()
				if err != nil {
					return err
				}
				defer tx.Rollback()
				if _, err := tx.Exec("INSERT INTO pages (id, body) VALUES (?, ?)", fmt.Sprint(i), body); err != nil {
					return err
				}
				return tx.Commit()
			})
		})
	}
}
