package opensource

import (
	"runtime/debug"
	"slices"
	"testing"

	"worldtravel/public"
)

func TestALinkedModuleIsListedWithWhatIsNotedOfIt(t *testing.T) {
	got := Linked(&debug.BuildInfo{GoVersion: "go1.26.8", Deps: []*debug.Module{
		{Path: "github.com/labstack/echo/v4", Version: "v4.16.0"},
		{Path: "golang.org/x/text", Version: "v0.43.0"},
		{Path: "example.org/unheard-of", Version: "v1.0.0"},
	}})
	want := []Dependency{
		{Name: "Go", Version: "1.26.8", Repository: "https://github.com/golang/go", Licences: []string{bsd3}, Use: "go"},
		{Name: "github.com/labstack/echo/v4", Version: "v4.16.0", Repository: "https://github.com/labstack/echo", Licences: []string{mit}, Use: "echo"},
		{Name: "golang.org/x/text", Version: "v0.43.0", Repository: "https://github.com/golang/text", Licences: []string{bsd3}, Use: "text"},
		{Name: "example.org/unheard-of", Version: "v1.0.0", Repository: "https://example.org/unheard-of"},
	}
	if !slices.EqualFunc(got, want, same) {
		t.Errorf("listed are\n%v\nwant\n%v", got, want)
	}
}

func same(a, b Dependency) bool {
	return a.Name == b.Name && a.Version == b.Version && a.Repository == b.Repository && a.Use == b.Use && slices.Equal(a.Licences, b.Licences)
}

func TestWhatBrowsersAreSentIsListedWithWhatItsRecordSays(t *testing.T) {
	got := Sent([]public.Vendored{{Name: "htmx", Version: "4.0.1", Repository: "https://example.org/htmx", Licence: "0BSD"}})
	want := Dependency{Name: "htmx", Version: "4.0.1", Repository: "https://example.org/htmx", Licences: []string{"0BSD"}, Use: "htmx"}
	if len(got) != 1 || !same(got[0], want) {
		t.Errorf("listed is %v, want %v", got, want)
	}
}

func TestACallLeadsToItsLine(t *testing.T) {
	for _, c := range []struct {
		call        Call
		place, link string
	}{
		{Call{File: "main.go", Line: 99}, "main.go:99", ""},
		{
			Call{Module: StandardLibrary, Version: "go1.26.8", File: "net/http/server.go", Line: 3434}, "net/http/server.go:3434",
			"https://github.com/golang/go/blob/go1.26.8/src/net/http/server.go#L3434",
		},
		{
			Call{Module: "github.com/r3labs/sse/v2", Version: "v2.10.0", File: "http.go", Line: 76}, "github.com/r3labs/sse/v2@v2.10.0 http.go:76",
			"https://github.com/r3labs/sse/blob/v2.10.0/http.go#L76",
		},
		{
			Call{Module: "modernc.org/sqlite", Version: "v1.62.0", File: "sqlite.go", Line: 1}, "modernc.org/sqlite@v1.62.0 sqlite.go:1",
			"https://pkg.go.dev/modernc.org/sqlite@v1.62.0",
		},
	} {
		if place, link := c.call.Place(), c.call.Link(); place != c.place || link != c.link {
			t.Errorf("%v stands at %s, %s", c.call, place, link)
		}
	}
}
