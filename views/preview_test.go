package views_test

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"golang.org/x/net/html"

	"worldtravel/public"
	"worldtravel/views/gallery"
	"worldtravel/views/words"
)

// previews are all pages of the gallery, for a reader of a language.
func previews(l *words.Language) map[string]templ.Component {
	all := map[string]templ.Component{}
	for _, e := range gallery.Examples(l) {
		if e.From.Page {
			all[e.Name] = e.Component
		}
	}
	return all
}

// rendered gives a component's HTML in English, and renderedIn in another language.
func rendered(t *testing.T, c templ.Component) string {
	t.Helper()
	return renderedIn(t, words.English(), c)
}

func renderedIn(t *testing.T, l *words.Language, c templ.Component) string {
	t.Helper()
	var b bytes.Buffer
	if err := c.Render(words.In(context.Background(), l), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// elements lists an element and all those in it, except what is in templates,
// which is not part of the document.
func elements(n *html.Node) []*html.Node {
	var all []*html.Node
	if n.Type == html.ElementNode {
		all = append(all, n)
		if n.Data == "template" {
			return all
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		all = append(all, elements(c)...)
	}
	return all
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func TestEveryPageInEveryStateAndLanguageIsSoundHTML(t *testing.T) {
	for _, l := range words.All() {
		for name, page := range previews(l) {
			t.Run(l.Tag+"/"+name, func(t *testing.T) {
				source := renderedIn(t, l, page)
				doc, err := html.Parse(strings.NewReader(source))
				if err != nil {
					t.Fatal(err)
				}
				all, ids := elements(doc), map[string]bool{}
				for _, n := range all {
					if id := attr(n, "id"); id != "" {
						if ids[id] {
							t.Errorf("the id %q is there twice", id)
						}
						ids[id] = true
					}
				}
				for _, n := range all {
					checkElement(t, n, ids)
				}
				if n := strings.Count(source, "<h1"); n != 1 {
					t.Errorf("%d first headings", n)
				}
				balanced(t, source)
			})
		}
	}
}

// checkElement holds an element to the Content-Security-Policy, and what it
// refers to must exist.
func checkElement(t *testing.T, n *html.Node, ids map[string]bool) {
	t.Helper()
	for _, a := range n.Attr {
		switch {
		case a.Key == "style" || strings.HasPrefix(a.Key, "on") || strings.HasPrefix(a.Key, "hx-on"):
			t.Errorf("<%s %s>: the policy forbids it", n.Data, a.Key)
		case a.Key == "aria-labelledby" || a.Key == "aria-describedby" || a.Key == "for":
			for _, id := range strings.Fields(a.Val) {
				if !ids[id] {
					t.Errorf("<%s %s=%q>: no such id", n.Data, a.Key, id)
				}
			}
		case a.Key == "href" && strings.HasPrefix(a.Val, "#"):
			if !ids[a.Val[1:]] {
				t.Errorf("<%s href=%q>: no such id", n.Data, a.Val)
			}
		case strings.HasPrefix(a.Val, public.Prefix):
			path, _, _ := strings.Cut(a.Val, "#")
			w := httptest.NewRecorder()
			public.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
			if w.Code != http.StatusOK {
				t.Errorf("<%s %s=%q>: status %d", n.Data, a.Key, a.Val, w.Code)
			}
		}
	}
	switch n.Data {
	case "style":
		t.Error("a style sheet within the page: the policy forbids it")
	case "script":
		if attr(n, "src") == "" {
			t.Error("a script within the page: the policy forbids it")
		}
	case "form":
		if attr(n, "method") != "post" || attr(n, "action") == "" {
			t.Errorf("a form that is not posted anywhere: %v", n.Attr)
		}
	case "img":
		if !strings.Contains(fmt.Sprint(n.Attr), "alt") {
			t.Errorf("an image without alt: %v", n.Attr)
		}
	}
}

// balanced finds elements that are not closed, or not in order: a browser
// would mend them, and a morph would then meet another tree.
func balanced(t *testing.T, source string) {
	t.Helper()
	void := " area base br col embed hr img input link meta source track wbr "
	var open []string
	for z := html.NewTokenizer(strings.NewReader(source)); ; {
		switch z.Next() {
		case html.ErrorToken:
			if len(open) > 0 {
				t.Errorf("not closed: %v", open)
			}
			return
		case html.StartTagToken:
			if name, _ := z.TagName(); !strings.Contains(void, " "+string(name)+" ") {
				open = append(open, string(name))
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			if len(open) == 0 || open[len(open)-1] != string(name) {
				t.Fatalf("</%s> closes %v", name, open)
			}
			open = open[:len(open)-1]
		}
	}
}

// With PREVIEW_DIR set, the test leaves every page there, in each language (as
// de/lobby.html), to be looked at through any server of static files whose root it is.
func TestPreview(t *testing.T) {
	dir := os.Getenv("PREVIEW_DIR")
	if dir == "" {
		t.Skip("PREVIEW_DIR is not set, so nobody is about to look at the pages")
	}
	write := func(name string, data []byte) {
		name = filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, l := range words.All() {
		for name, page := range previews(l) {
			write(l.Tag+"/"+name+".html", []byte(renderedIn(t, l, page)))
		}
	}
	names := []string{"css/site.css"}
	err := fs.WalkDir(os.DirFS("../public"), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && filepath.Ext(name) != ".go" {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		w := httptest.NewRecorder()
		public.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, public.URL(name), nil))
		write(public.URL(name), w.Body.Bytes())
	}
}
