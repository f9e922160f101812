package main

import (
	"context"
	"fmt"
	"io"
	"sync"
	"time"
)

// shown tells a page what of the site it shows: each number is another when the page
// is to be brought up to date.
type shown struct {
	Build  int64 `json:"build"`
	Styles int64 `json:"styles"`
	Files  int64 `json:"files"`
}

// state is how the site is at a moment.
type state struct {
	shown
	failure *failure // nil when nothing is wrong
	program *program // nil when none runs
}

// workshop keeps a program as the files are.
type workshop struct {
	root     string // of the project
	builder  *builder
	out      io.Writer
	replaced sync.WaitGroup // programs that are ending

	mu      sync.Mutex
	now     state
	changed chan struct{} // closed when now is another
}

// newWorkshop works on the project at root; what is built is kept in a folder of its
// own. out is told what happens.
func newWorkshop(root, folder string, out io.Writer) *workshop {
	w := &workshop{root: root, builder: newBuilder(root, folder), out: out, changed: make(chan struct{})}
	w.now.Build = time.Now().UnixMilli() // pages of an earlier run see that theirs is another
	return w
}

// look gives the present state, and what is closed when there is another.
func (w *workshop) look() (state, <-chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now, w.changed
}

// change makes another state of the present one.
func (w *workshop) change(to func(*state)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	to(&w.now)
	close(w.changed)
	w.changed = make(chan struct{})
}

// take does what changed files ask for, and tells the pages.
func (w *workshop) take(ctx context.Context, todo work) {
	var next, old *program
	var wrong *failure
	if todo.restarts() {
		begun := time.Now()
		if next, wrong = w.renew(ctx, todo); wrong == nil {
			fmt.Fprintf(w.out, "dev: started anew in %v\n", time.Since(begun).Round(time.Millisecond))
		} else if ctx.Err() == nil {
			fmt.Fprintf(w.out, "dev: %s\n%s\n", wrong.What, wrong.Said)
		}
	}
	w.change(func(s *state) {
		switch {
		case next != nil:
			old, s.program, s.failure = s.program, next, nil
			s.Build++
		case wrong != nil:
			s.failure = wrong
		}
		if todo.styles {
			s.Styles++
		}
		if todo.files {
			s.Files++
		}
	})
	if next != nil {
		go func() {
			<-next.ended
			w.ended(next)
		}()
	}
	if old != nil {
		w.replaced.Go(old.stop)
	}
}

// renew builds the program and starts it beside the one that runs: requests are
// answered all the time, and both may use one database.
func (w *workshop) renew(ctx context.Context, todo work) (*program, *failure) {
	b, wrong := w.builder.make(ctx, todo)
	if wrong != nil {
		return nil, wrong
	}
	next, err := start(b, w.root, w.heard)
	if err != nil {
		return nil, failed(w.root, "The program can’t be started", err.Error(), true)
	}
	return next, nil
}

// heard passes on what a program says, and notes a fault of the present one.
func (w *workshop) heard(p *program, line string) {
	fmt.Fprintln(w.out, line)
	if text, ok := faultIn(line); ok {
		w.fail(p, failed(w.root, "Something has gone wrong in the program", text, false))
	}
}

// ended notes that a program has ended; the present one should not have.
func (w *workshop) ended(p *program) {
	w.fail(p, failed(w.root, "The program has ended", p.said(), true))
}

// fail notes what is wrong with a program, if it is the present one and nothing worse
// is known.
func (w *workshop) fail(p *program, wrong *failure) {
	now, _ := w.look()
	if now.program != p || now.failure != nil && now.failure.Down {
		return
	}
	w.change(func(s *state) {
		if s.program != p {
			return
		}
		s.failure = wrong
		if wrong.Down {
			s.program = nil
		}
	})
}

// close ends the programs, and waits until they have.
func (w *workshop) close() {
	var last *program
	w.change(func(s *state) { last, s.program = s.program, nil })
	if last != nil {
		last.stop()
	}
	w.replaced.Wait()
}
