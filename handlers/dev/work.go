package main

import (
	"path"
	"slices"
	"strings"
)

// work is what there is to do once files have changed.
type work struct {
	templates []string // to be made into Go code
	source    bool     // the program is to be built of other Go code
	styles    bool     // pages are to take their style sheets again
	files     bool     // pages are to be loaded again, as a script or a picture is another
}

// workFor says what a change of a file asks for, whose path is from the root of the
// project. Style sheets, scripts and pictures are served as they are in their folder;
// the rest is part of the program. Nothing is to be done for what no page shows: tests,
// documents, what is generated, what editors leave, and this command itself.
func workFor(file string) work {
	kind := path.Ext(file)
	switch {
	case strings.HasPrefix(path.Base(file), "."), strings.HasSuffix(file, "_templ.go"), strings.HasSuffix(file, "_test.go"),
		strings.HasPrefix(file, "handlers/dev/"):
		return work{}
	case kind == ".templ":
		return work{templates: []string{file}}
	case kind == ".go", file == "go.mod", file == "go.sum",
		strings.HasPrefix(file, "views/words/") && kind == ".toml", strings.HasPrefix(file, "handlers/card/art/") && kind == ".png":
		return work{source: true}
	case strings.HasPrefix(file, "public/css/") && kind == ".css":
		return work{styles: true}
	case strings.HasPrefix(file, "public/") && slices.Contains([]string{".js", ".svg", ".png", ".woff2", ".mp3", ".webmanifest"}, kind):
		return work{files: true}
	}
	return work{}
}

// isWatched reports whether a folder may hold files that ask for work.
func isWatched(folder string) bool {
	name := path.Base(folder)
	return folder == "." || !strings.HasPrefix(name, ".") && name != "data" && name != "docs" && name != "testdata"
}

// add puts two works together.
func (w *work) add(more work) {
	for _, name := range more.templates {
		if !slices.Contains(w.templates, name) {
			w.templates = append(w.templates, name)
		}
	}
	w.source = w.source || more.source
	w.styles = w.styles || more.styles
	w.files = w.files || more.files
}

// restarts reports whether the program must be started anew.
func (w work) restarts() bool { return w.source || len(w.templates) > 0 }

func (w work) none() bool { return !w.restarts() && !w.styles && !w.files }
