package main

import (
	"context"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"github.com/fsnotify/fsnotify"
)

// quiet is how long nothing must be saved before what was saved counts as all: an
// editor writes a file in several steps, and git many files at once.
const quiet = 40 * time.Millisecond

// watch calls take with the work that the files below root ask for: all of it to begin
// with, then that of the files that have changed. One call follows the other. It ends
// with ctx.
func watch(ctx context.Context, root string, take func(context.Context, work)) error {
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		return fmt.Errorf("watch files: %w", err)
	}
	defer watcher.Close()
	todo, err := watchBelow(watcher, root, root)
	if err != nil {
		return fmt.Errorf("watch %s: %w", root, err)
	}
	settled := time.NewTimer(0)
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-watcher.Errors:
			return fmt.Errorf("watch %s: %w", root, err)
		case event := <-watcher.Events:
			if event.Op == fsnotify.Chmod {
				continue
			}
			more := workFor(fromRoot(root, event.Name))
			if event.Has(fsnotify.Create) {
				// A new folder. Whatever is no folder any more has gone again, or is a file.
				if below, err := watchBelow(watcher, root, event.Name); err == nil {
					more.add(below)
				}
			}
			if !more.none() {
				todo.add(more)
				settled.Reset(quiet)
			}
		case <-settled.C:
			take(ctx, todo)
			todo = work{}
		}
	}
}

// watchBelow watches a folder and those in it, and gives the work that its files ask
// for.
func watchBelow(watcher *fsnotify.Watcher, root, folder string) (all work, err error) {
	err = filepath.WalkDir(folder, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case !entry.IsDir():
			all.add(workFor(fromRoot(root, name)))
			return nil
		case !isWatched(fromRoot(root, name)):
			return fs.SkipDir
		}
		return watcher.Add(name)
	})
	return all, err
}

// fromRoot is the path of a file as workFor takes it.
func fromRoot(root, name string) string {
	relative, err := filepath.Rel(root, name)
	if err != nil {
		return name
	}
	return filepath.ToSlash(relative)
}
