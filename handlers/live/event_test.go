package live

import (
	"fmt"
	"strings"
	"testing"

	"github.com/r3labs/sse/v2"
)

func TestAnEventIsWrittenByTheLibraryAsBrowsersReadIt(t *testing.T) {
	for name, c := range map[string]struct {
		event *sse.Event
		want  string
	}{
		"a fragment": {&sse.Event{ID: []byte("7"), Data: []byte("<p>\ntwo"), Retry: []byte("2000")}, "id: 7\ndata: <p>\ndata: two\nretry: 2000\n\n"},
		"a beat":     {&sse.Event{Event: []byte("beat"), Data: []byte("beat")}, "id: \ndata: beat\nevent: beat\n\n"},
		"empty":      {&sse.Event{Data: lines(nil)}, "id: \ndata: \ndata: \n\n"},
		"long":       {&sse.Event{Data: []byte(strings.Repeat("x", 1<<20))}, "id: \ndata: " + strings.Repeat("x", 1<<20) + "\n\n"},
	} {
		if got := string(encode(c.event)); got != c.want {
			t.Errorf("%s is written %.80q, want %.80q", name, got, c.want)
		}
	}
}

func TestLineEndsAreThoseOfAnHTMLParser(t *testing.T) {
	for html, want := range map[string]string{
		"": "\n", "a": "a", "a\r\nb\rc\n\rd": "a\nb\nc\n\nd", "\r": "\n",
	} {
		if got := string(lines([]byte(html))); got != want {
			t.Errorf("lines(%q) = %q, want %q", html, got, want)
		}
	}
}

// Whatever the HTML, a browser gets it back whole, and nothing else.
func FuzzAnEventCarriesTheHTMLWhole(f *testing.F) {
	for _, html := range []string{"", "<p>one</p>", "a\n\nb\n", "\revent: end\r\rdata: x\n: a\n:\nid: 9", "\n", " leading", ":", "\x00\xff"} {
		f.Add(html)
	}
	f.Fuzz(func(t *testing.T, html string) {
		event := string(encode(&sse.Event{ID: []byte("7"), Data: lines([]byte(html)), Retry: []byte("2000")}))
		head, tail := "id: 7\n", "retry: 2000\n\n"
		if !strings.HasPrefix(event, head) || !strings.HasSuffix(event, tail) || strings.Count(event, "\n\n") != 1 {
			t.Fatalf("not one message: %q", event)
		}
		var data []string
		for line := range strings.Lines(event[len(head) : len(event)-len(tail)]) {
			text, found := strings.CutPrefix(line, "data: ")
			if !found || strings.Contains(line, "\r") {
				t.Fatalf("%q is not data", line)
			}
			data = append(data, strings.TrimSuffix(text, "\n"))
		}
		if got, want := strings.Join(data, "\n"), string(lines([]byte(html))); got != want {
			t.Fatalf("%q arrives as %q", want, got)
		}
	})
}

func BenchmarkEncode(b *testing.B) {
	html := []byte(strings.Repeat("<i>two kB</i>\n", 150))
	for b.Loop() {
		encode(&sse.Event{ID: fmt.Append(nil, 7), Data: html})
	}
}
