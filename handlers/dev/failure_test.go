package main

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const compiler = `# worldtravel/views
views/lobby.go:12:5: undefined: Departure
views/lobby.go:14: too many errors
# worldtravel
./main.go:3:8: package worldtravel/nothing is not in std (/usr/lib/go/src/worldtravel/nothing)
	have (string)
go: errors parsing go.mod:
go.mod:7: unknown directive: requires
/usr/lib/go/src/fmt/print.go:9:2: not ours
../elsewhere/x.go:1:1: not ours
views/lobby.go:0:1: no line
views/../.go:1:1: no name
views/lobby.go:99999999999999999999: no number`

const stack = `panic: index out of range [5]
goroutine 12 [running]:
runtime/debug.Stack()
	/usr/lib/go/src/runtime/debug/stack.go:26 +0x5e
worldtravel/handlers.(*Site).showLobby(0xc0001, {0x1, 0x2})
	/home/ada/project/handlers/lobby.go:27 +0x1d4
github.com/labstack/echo/v4.(*Echo).ServeHTTP(0x1)
	/home/ada/go/pkg/mod/github.com/labstack/echo/v4@v4.16.0/echo.go:668 +0x327
created by worldtravel/handlers/live.(*Hub).serve in goroutine 9
	/home/ada/project/handlers/live/hub.go:190 +0x25`

func TestThePlacesThatACompilerOrAStackNames(t *testing.T) {
	root := filepath.FromSlash("/home/ada/project")
	for _, c := range []struct {
		text string
		want []place
	}{
		{compiler, []place{
			{"views/lobby.go", 12, 5, "undefined: Departure"}, {"views/lobby.go", 14, 0, "too many errors"},
			{"main.go", 3, 8, "package worldtravel/nothing is not in std (/usr/lib/go/src/worldtravel/nothing)"}, {"go.mod", 7, 0, "unknown directive: requires"},
		}},
		{stack, []place{{"handlers/lobby.go", 27, 0, ""}, {"handlers/live/hub.go", 190, 0, ""}}},
		{"views/lobby.templ:3:1: <div>: no end", []place{{"views/lobby.templ", 3, 1, "<div>: no end"}}},
		{"world-travel: open DATA_DIR ./data: no space left", nil},
		{"", nil},
	} {
		if got := placesIn(c.text, root); !slices.Equal(got, c.want) {
			t.Errorf("%q: %+v, want %+v", c.text, got, c.want)
		}
	}
}

func FuzzPlaces(f *testing.F) {
	f.Add(compiler)
	f.Add(stack)
	f.Add("a.go:1:2: b\nc.templ:3")
	f.Fuzz(func(t *testing.T, text string) {
		root := filepath.FromSlash("/home/ada/project")
		for _, p := range placesIn(text, root) {
			if p.Line < 1 || p.Column < 0 || !filepath.IsLocal(p.File) || strings.ContainsAny(p.Words, "\n") {
				t.Errorf("%q: %+v is no place", text, p)
			}
			// What is told of a place is read as the same place.
			if again := placesIn(p.String()+": "+p.Words, root); len(again) != 1 || again[0].String() != p.String() {
				t.Errorf("%s is read as %+v", p, again)
			}
		}
	})
}

func TestAFaultIsReadFromTheProgramsLog(t *testing.T) {
	for line, want := range map[string]string{
		`time=12:00 level=ERROR msg=request id=7 path=/ status=500 error="panic: \"x\"\n\t/home/ada/project/main.go:3 +0x1"`: "panic: \"x\"\n\t/home/ada/project/main.go:3 +0x1",
		`time=12:00 level=ERROR msg=panic error=gone stack="goroutine 1\nmain.go:3"`:                                         "gone\ngoroutine 1\nmain.go:3",
		`time=12:00 level=ERROR msg="all is lost"`:                                                                           `time=12:00 level=ERROR msg="all is lost"`,
	} {
		if got, ok := faultIn(line); !ok || got != want {
			t.Errorf("%s: %q, %t, want %q", line, got, ok, want)
		}
	}
	for _, line := range []string{"", `time=12:00 level=INFO msg=request error="not found"`, `level=WARN msg=slow`} {
		if text, ok := faultIn(line); ok {
			t.Errorf("%s: %q", line, text)
		}
	}
}
