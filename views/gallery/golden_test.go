package gallery_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"worldtravel/views/gallery"
	"worldtravel/views/words"
)

// With -update the golden files are written anew:
//
//	go test ./views/gallery -update
var update = flag.Bool("update", false, "write the golden files anew")

func rendered(t *testing.T, c templ.Component) string {
	t.Helper()
	var html bytes.Buffer
	if err := c.Render(words.In(context.Background(), words.English()), &html); err != nil {
		t.Fatal(err)
	}
	return html.String()
}

// build is what the addresses of files have of the build.
var build = regexp.MustCompile(`/public/[0-9a-f]{8}/`)

// readable is HTML with an element a line, as it is whatever the files beside it are.
func readable(html string) string {
	html = build.ReplaceAllString(html, "/public/build/")
	return strings.ReplaceAll(html, "><", ">\n<") + "\n"
}

func TestEveryExampleIsAsItWas(t *testing.T) {
	for _, e := range gallery.Examples(words.English()) {
		t.Run(e.Name, func(t *testing.T) {
			file, got := filepath.Join("testdata", e.Name+".html"), readable(rendered(t, e.Component))
			if *update {
				if err := os.MkdirAll("testdata", 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(file)
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				t.Fatal(err)
			}
			if d := difference(string(want), got); d != "" {
				t.Errorf("%s draws it otherwise than %s has it; if it should, run go test ./views/gallery -update\n%s", e.From.Templ, file, d)
			}
		})
	}
}

func TestEveryGoldenFileIsOfAnExample(t *testing.T) {
	names := map[string]bool{}
	for _, e := range gallery.Examples(words.English()) {
		names[filepath.Join("testdata", e.Name+".html")] = true
	}
	files, err := filepath.Glob("testdata/*.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		switch {
		case names[file]:
		case *update:
			if err := os.Remove(file); err != nil {
				t.Fatal(err)
			}
		default:
			t.Errorf("%s is of none; go test ./views/gallery -update removes it", file)
		}
	}
}

// difference tells the lines in which two texts differ from those that they have in
// common before and after; empty when they are the same.
func difference(want, got string) string {
	if want == got {
		return ""
	}
	const (
		around = 2  // lines before and after
		most   = 15 // lines of each
	)
	old, now := strings.Split(want, "\n"), strings.Split(got, "\n")
	first := 0
	for first < min(len(old), len(now)) && old[first] == now[first] {
		first++
	}
	last := 0 // counted from the end
	for last < min(len(old), len(now))-first && old[len(old)-1-last] == now[len(now)-1-last] {
		last++
	}
	var b strings.Builder
	tell := func(mark string, lines []string) {
		for i, line := range lines {
			if i == most {
				fmt.Fprintf(&b, "%s … and %d lines more\n", mark, len(lines)-most)
				break
			}
			fmt.Fprintf(&b, "%s %s\n", mark, line)
		}
	}
	fmt.Fprintf(&b, "line %d:\n", first+1)
	tell(" ", old[max(0, first-around):first])
	tell("-", old[first:len(old)-last])
	tell("+", now[first:len(now)-last])
	tell(" ", old[len(old)-last:min(len(old), len(old)-last+around)])
	return b.String()
}

func TestADifferenceShowsTheLinesThatDifferAndThoseAround(t *testing.T) {
	for _, c := range []struct{ want, got, shown string }{
		{"a\nb\nc\n", "a\nb\nc\n", ""},
		{"a\nb\nc\nd\ne\nf\n", "a\nb\nc\nX\ne\nf\n", "line 4:\n  b\n  c\n- d\n+ X\n  e\n  f\n"},
		{"", "a\n", "line 1:\n+ a\n  \n"},
		{"a\na\n", "a\n", "line 2:\n  a\n- a\n  \n"},
	} {
		if shown := difference(c.want, c.got); shown != c.shown {
			t.Errorf("between %q and %q: %q, want %q", c.want, c.got, shown, c.shown)
		}
	}
	long := strings.Repeat("x\n", 40)
	if shown := difference("", long); strings.Count(shown, "\n") > 20 || !strings.Contains(shown, "lines more") {
		t.Errorf("a long one is shown as %q", shown)
	}
}
