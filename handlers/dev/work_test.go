package main

import (
	"slices"
	"testing"
)

func TestWhatAChangedFileAsksFor(t *testing.T) {
	template := func(name string) work { return work{templates: []string{name}} }
	for file, want := range map[string]work{
		"views/lobby.templ":              template("views/lobby.templ"),
		"views/boards/worldtravel.templ": template("views/boards/worldtravel.templ"),
		"main.go":                        {source: true},
		"models/games/chess/rules.go":    {source: true},
		"public/public.go":               {source: true},
		"go.mod":                         {source: true},
		"views/words/de.toml":            {source: true},
		"handlers/card/art/sheet.png":    {source: true},
		"public/css/board.css":           {styles: true},
		"public/js/live.js":              {files: true},
		"public/img/landmarks/pisa.svg":  {files: true},
		"public/fonts/flap.woff2":        {files: true},

		"views/lobby_templ.go":       {}, // is written by the work for lobby.templ
		"handlers/play_test.go":      {},
		"handlers/dev/front.go":      {},
		"handlers/dev/failure.templ": {},
		"handlers/dev/dev.css":       {},
		"README.md":                  {},
		"public/fonts/FONTS.txt":     {},
		".golangci.toml":             {},
		"views/.#lobby.templ":        {}, // as Emacs locks it
		"views/.lobby.templ.swp":     {}, // as Vim edits it
		"views/lobby.templ~":         {},
		"views/4913":                 {},
		"data/worldtravel.db-wal":    {},
	} {
		if got := workFor(file); !same(got, want) {
			t.Errorf("%s asks for %+v, want %+v", file, got, want)
		}
	}
}

func TestTheWorkForManyFilesIsAllOfIt(t *testing.T) {
	var all work
	if !all.none() {
		t.Error("there is work before a file has changed")
	}
	for _, file := range []string{"public/css/board.css", "views/lobby.templ", "README.md", "views/game.templ", "views/lobby.templ"} {
		all.add(workFor(file))
	}
	if want := (work{templates: []string{"views/lobby.templ", "views/game.templ"}, styles: true}); !same(all, want) || all.none() {
		t.Errorf("%+v, want %+v", all, want)
	}
}

func same(a, b work) bool {
	return slices.Equal(a.templates, b.templates) && a.source == b.source && a.styles == b.styles && a.files == b.files
}

func TestFoldersWithoutFilesOfTheProgramAreNotWatched(t *testing.T) {
	for folder, watched := range map[string]bool{
		".": true, "views": true, "views/boards": true, "public/css": true,
		".git": false, ".cache": false, "data": false, "docs": false, "testdata": false, "views/gallery/testdata": false,
	} {
		if isWatched(folder) != watched {
			t.Errorf("%s: watched: %t", folder, !watched)
		}
	}
}
