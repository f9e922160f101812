package store_test

import (
	"strings"
	"testing"
	"time"

	"worldtravel/models/store"
	"worldtravel/models/store/storetest"
)

// refused opens a collection and wants an error that tells why not.
func refused[T any](t *testing.T, why string, indexes ...store.Index) {
	t.Helper()
	_, err := store.Open[T](t.Context(), storetest.SQLite(t), store.Schema{Name: "things", Indexes: indexes})
	if err == nil || !strings.Contains(err.Error(), why) {
		t.Errorf("%T: got %v, want an error about %q", *new(T), err, why)
	}
}

type embedded struct {
	Name string `json:"name"`
}

type nested struct {
	Inner []nested `json:"inner"`
}

func TestADocumentThatTheDatabasesWouldKeepDifferentlyIsRefused(t *testing.T) {
	refused[string](t, "not a struct")
	refused[time.Time](t, "not a struct")
	refused[struct{ Name string }](t, "needs a json name")
	refused[struct {
		Name string `json:"name,omitempty"`
	}](t, "needs a json name")
	refused[struct {
		Name string `json:"_id"`
	}](t, "needs a json name")
	refused[struct{ embedded }](t, "needs a json name")
	refused[struct {
		Any any `json:"any"`
	}](t, "cannot hold a interface")
	refused[struct {
		Map map[string]int `json:"map"`
	}](t, "cannot hold a map")
	refused[struct {
		Big uint64 `json:"big"`
	}](t, "cannot hold a uint64")
	refused[struct {
		Lists [][]int `json:"lists"`
	}](t, "inner lists")
	refused[struct {
		Month struct {
			Took big `json:"took"`
		} `json:"month"`
	}](t, "encoding of its own")
	refused[nested](t, "holds itself")
}

type big struct{}

func (big) MarshalText() ([]byte, error) { return nil, nil }

func TestAnIndexThatCannotBeIsRefused(t *testing.T) {
	type thing struct {
		ID    string   `json:"id"`
		Name  string   `json:"name"`
		Tags  []string `json:"tags"`
		More  []string `json:"more"`
		Share float64  `json:"share"`
	}
	refused[thing](t, "has no fields", store.Index{Name: "a"})
	refused[thing](t, "no field", store.Index{Name: "a", Fields: []string{"Name"}})
	refused[thing](t, "no field", store.Index{Name: "a", Fields: []string{"id"}})
	refused[thing](t, "cannot be indexed", store.Index{Name: "a", Fields: []string{"share"}})
	refused[thing](t, "more than one []string", store.Index{Name: "a", Fields: []string{"tags", "more"}})
	refused[thing](t, "its name", store.Index{Name: "by name", Fields: []string{"name"}})
	refused[thing](t, "its name", store.Index{Name: "a", Fields: []string{"name"}}, store.Index{Name: "a", Fields: []string{"name"}})
	for _, name := range []string{"", "two_words", "Things", `th"ings`} {
		if _, err := store.Open[thing](t.Context(), storetest.SQLite(t), store.Schema{Name: name}); err == nil {
			t.Errorf("a collection named %q was opened", name)
		}
	}
}
