package handlers_test

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"worldtravel/handlers"
	"worldtravel/handlers/tracing"
	"worldtravel/models"
	"worldtravel/public"
	"worldtravel/views"
	"worldtravel/views/gallery"
	"worldtravel/views/words"
)

// changing opens a site that is being changed, whose project is in a folder.
func changing(folder string) func(*handlers.Config, *models.Config) {
	return func(c *handlers.Config, _ *models.Config) { c.Dev = folder }
}

// ask gets a page as a visitor.
func (s *site) ask(path string) (status int, page string) {
	s.Helper()
	response, err := http.Get(s.URL + path)
	s.must(err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	s.must(err)
	return response.StatusCode, string(body)
}

func TestThereIsNoGalleryButWhileTheSiteIsBeingChanged(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, path := range []string{gallery.URL, gallery.URL + "/lobby", gallery.LiveURL} {
		if status, _ := s.ask(path); status != http.StatusNotFound {
			t.Errorf("%s: %d", path, status)
		}
	}
}

func TestTheGallerysTracesLeadToFunctionsThatAreThere(t *testing.T) {
	t.Parallel()
	s := newSite(t, changing(".."))
	source, seen := tracing.NewSource(os.DirFS("..")), false
	for _, e := range gallery.Examples(words.English()) {
		if e.From.File != "views/trace.templ" {
			continue
		}
		for n := range s.browser().get(gallery.URL + "/" + e.Name).root.Descendants() {
			if attr(n, "class") != "trace__place" {
				continue
			}
			seen = true
			file, _, _ := strings.Cut(strings.TrimPrefix(attr(n, "href"), views.SourceURL+"/"), "#")
			if place, ok := source.Function(attr(n, "title")); !ok || place.File != file {
				t.Errorf("%s: there is no %s in %s", e.Name, attr(n, "title"), file)
			}
		}
	}
	if !seen {
		t.Error("no example leads to a function")
	}
}

func TestWhileTheSiteIsBeingChangedTheGalleryShowsEveryExample(t *testing.T) {
	t.Parallel()
	s := newSite(t, changing(".."))
	status, index := s.ask(gallery.URL)
	if status != http.StatusOK {
		t.Fatalf("%d %s", status, index)
	}
	for _, e := range gallery.Examples(words.English()) {
		if address := gallery.URL + "/" + e.Name; !strings.Contains(index, `href="`+address+`"`) {
			t.Errorf("no link to %s", e.Name)
		} else if status, page := s.ask(address); status != http.StatusOK || !strings.HasPrefix(page, "<!doctype html>") {
			t.Errorf("%s: %d %s", e.Name, status, page)
		}
	}
	if status, _ := s.ask(gallery.URL + "/nothing"); status != http.StatusNotFound {
		t.Errorf("an example that is none: %d", status)
	}
	if status, news := s.ask(gallery.LiveURL + "?as=seat"); status != http.StatusNoContent || news != "" {
		t.Errorf("news of an example: %d %q", status, news)
	}
}

func TestWhileTheSiteIsBeingChangedFilesAreAsTheyAreInTheirFolder(t *testing.T) {
	t.Parallel()
	project := t.TempDir()
	script := filepath.Join(project, "public", "js", "page.js")
	write := func(text string) {
		if err := os.WriteFile(script, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.MkdirAll(filepath.Dir(script), 0o700); err != nil {
		t.Fatal(err)
	}
	s := newSite(t, changing(project))
	for _, text := range []string{"first", "then"} {
		write(text)
		for _, address := range []string{public.URL("js/page.js"), public.Prefix + "anything/js/page.js"} {
			if status, got := s.ask(address); status != http.StatusOK || got != text {
				t.Errorf("%s: %d %q, want %q", address, status, got, text)
			}
		}
	}
	if status, _ := s.ask(public.URL("js/none.js")); status != http.StatusNotFound {
		t.Errorf("a file that is none: %d", status)
	}
}
