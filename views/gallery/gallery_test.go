package gallery_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"worldtravel/views/gallery"
	"worldtravel/views/words"
)

func TestNoTwoExamplesHaveOneName(t *testing.T) {
	name := regexp.MustCompile(`^[a-z0-9-]+$`)
	known := map[string]bool{"live": true} // an address of its own
	for _, e := range gallery.Examples(words.English()) {
		if known[e.Name] || !name.MatchString(e.Name) {
			t.Errorf("%q is the name of another, or none", e.Name)
		}
		known[e.Name] = true
	}
}

// templates lists the templates of a file.
func templates(t *testing.T, file string) []string {
	t.Helper()
	source, err := os.ReadFile(filepath.Join("../..", file))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, found := range regexp.MustCompile(`(?m)^templ (?:\([^)]*\) )?(\w+)\(`).FindAllStringSubmatch(string(source), -1) {
		names = append(names, found[1])
	}
	return names
}

func TestAnExampleComesFromATemplateThatIsThere(t *testing.T) {
	known := map[string]map[string]bool{}
	for _, e := range gallery.Examples(words.English()) {
		if known[e.From.File] == nil {
			known[e.From.File] = map[string]bool{}
			for _, name := range templates(t, e.From.File) {
				known[e.From.File][name] = true
			}
		}
		if !known[e.From.File][e.From.Templ] {
			t.Errorf("%s: %s has no %s", e.Name, e.From.File, e.From.Templ)
		}
	}
}

// within are templates that are seen in the examples of others only.
var within = map[string]string{
	"Use": "a picture in most of them", "LobbySheet": "LobbyPage", "TracesSheet": "TracesPage", "WiresSheet": "WiresPage", "WireSheet": "WirePage", "RoomFragment": "waitingMain and gameMain", "RoomPage": "waitingMain and gameMain",
	"RoomChanges": "the parts by themselves", "DeparturesChanges": "the parts by themselves", "StreamDocument": "LobbySheet or RoomFragment, again and again",
}

func TestEveryTemplateThatOthersUseIsInTheGallery(t *testing.T) {
	shown := map[string]bool{}
	for _, e := range gallery.Examples(words.English()) {
		shown[e.From.Templ] = true
	}
	all := 0
	for _, pattern := range []string{"views/*.templ", "views/boards/*.templ"} {
		files, err := filepath.Glob(filepath.Join("../..", pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			for _, name := range templates(t, strings.TrimPrefix(filepath.ToSlash(file), "../../")) {
				if exported := name[0] >= 'A' && name[0] <= 'Z'; !exported {
					continue
				}
				all++
				if !shown[name] && within[name] == "" {
					t.Errorf("%s: no example of %s", file, name)
				}
			}
		}
	}
	if all < 20 {
		t.Errorf("only %d templates found", all)
	}
}

func TestTheGalleryLinksToEveryExampleAndSaysWhereItComesFrom(t *testing.T) {
	all := gallery.Examples(words.English())
	index := rendered(t, gallery.Index(all))
	for _, e := range all {
		_, entry, ok := strings.Cut(index, ` id="`+e.Name+`" `)
		entry, _, _ = strings.Cut(entry, "</article>")
		if !ok || !strings.Contains(entry, `href="`+gallery.URL+"/"+e.Name+`"`) || !strings.Contains(entry, "<code>"+e.From.Templ+"</code>") {
			t.Errorf("%s stands in it as %q", e.Name, entry)
		}
		if strings.Contains(entry, "<iframe") == e.From.Page {
			t.Errorf("%s: a page is a link, and a part stands in a frame", e.Name)
		}
	}
}

func TestAPartIsShownInADocument(t *testing.T) {
	for _, e := range gallery.Examples(words.English()) {
		got := rendered(t, e.Document())
		if !strings.HasPrefix(got, "<!doctype html>") || !strings.Contains(got, rendered(t, e.Component)) && !e.From.Page {
			t.Errorf("%s is shown as %s", e.Name, got)
		}
	}
}
