package main

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// patience is how long a test waits for what must happen.
const patience = 20 * time.Second

// project is a folder with files, by their paths from it.
func project(t *testing.T, files map[string]string) (root string) {
	t.Helper()
	root = t.TempDir()
	for name, text := range files {
		save(t, root, name, text)
	}
	return root
}

func save(t *testing.T, root, name, text string) {
	t.Helper()
	file := filepath.Join(root, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestWatchTellsOfAllFilesAtFirstAndThenOfThoseThatAreSaved(t *testing.T) {
	root := project(t, map[string]string{"main.go": "", "views/lobby.templ": "", ".git/index.go": "", "docs/x.css": ""})
	ctx, cancel := context.WithCancel(t.Context())
	taken, ended := make(chan work), make(chan error, 1)
	go func() {
		ended <- watch(ctx, root, func(_ context.Context, todo work) { taken <- todo })
	}()
	next := func(want work) {
		t.Helper()
		select {
		case got := <-taken:
			if !same(got, want) {
				t.Fatalf("it tells of %+v, want %+v", got, want)
			}
		case err := <-ended:
			t.Fatalf("it ended: %v", err)
		case <-time.After(patience):
			t.Fatalf("it does not tell of %+v", want)
		}
	}
	next(work{templates: []string{"views/lobby.templ"}, source: true})

	save(t, root, ".git/index.go", "package git")
	save(t, root, "README.md", "# Read me")
	save(t, root, "main.go", "package main")
	next(work{source: true})

	// Written beside it and put in its place, as many editors do.
	save(t, root, "views/.lobby.templ.new", "package views")
	if err := os.Rename(filepath.Join(root, "views/.lobby.templ.new"), filepath.Join(root, "views/lobby.templ")); err != nil {
		t.Fatal(err)
	}
	next(work{templates: []string{"views/lobby.templ"}})

	if err := os.Mkdir(filepath.Join(root, "public"), 0o755); err != nil {
		t.Fatal(err)
	}
	save(t, root, "public/css/board.css", "a{}")
	next(work{styles: true})
	save(t, root, "public/css/board.css", "b{}")
	next(work{styles: true})

	cancel()
	if err := <-ended; err != nil {
		t.Errorf("it ends with %v", err)
	}
}
