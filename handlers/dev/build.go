package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/a-h/templ/generator"
	"github.com/a-h/templ/runtime"
)

// builder makes programs of the files of the project. Where nothing but the text of
// templates has changed, which templ lets a program read at its start, there is nothing
// to compile.
type builder struct {
	root, folder string            // of the project, and for what is made
	stale        map[string]bool   // templates whose Go code is not theirs yet
	codes        map[string]goCode // of all other templates
	source       bool              // other Go code has changed since the last build
	built        map[string]goCode // of the templates at the last build
	binary       string            // of the last build
	made         int               // programs and folders of texts
}

func newBuilder(root, folder string) *builder {
	return &builder{root: root, folder: folder, stale: map[string]bool{}, codes: map[string]goCode{}}
}

// build is what a program is started from.
type build struct {
	binary string
	texts  string // folder with the texts of the templates
}

// make makes a build of the present files, of which those of the work have changed
// since the last time.
func (b *builder) make(ctx context.Context, todo work) (build, *failure) {
	b.source = b.source || todo.source
	for _, name := range todo.templates {
		b.stale[name] = true
	}
	if wrong := b.generate(); wrong != nil {
		return build{}, wrong
	}
	b.made++
	if b.source || b.binary == "" || b.codeHasChanged() {
		if wrong := b.compile(ctx); wrong != nil {
			return build{}, wrong
		}
	}
	texts := filepath.Join(b.folder, fmt.Sprintf("texts-%d", b.made))
	if err := b.writeTexts(texts); err != nil {
		return build{}, failed(b.root, "The texts of the templates can’t be written", err.Error(), true)
	}
	return build{binary: b.binary, texts: texts}, nil
}

// generate makes the Go code of the templates that have changed.
func (b *builder) generate() *failure {
	var wrong []string
	for name := range b.stale {
		code, err := generate(b.root, name)
		switch {
		case err == nil:
			b.codes[name] = code
		case errors.Is(err, fs.ErrNotExist):
			delete(b.codes, name)
		default:
			wrong = append(wrong, err.Error())
			continue
		}
		delete(b.stale, name)
	}
	if wrong != nil {
		return failed(b.root, "A template is not well formed", strings.Join(wrong, "\n"), true)
	}
	return nil
}

// codeHasChanged reports whether a template has changed in more than its text.
func (b *builder) codeHasChanged() bool {
	if len(b.codes) != len(b.built) {
		return true
	}
	for name, code := range b.codes {
		if before, ok := b.built[name]; !ok || generator.HasGoChanged(before.output, code.output) {
			return true
		}
	}
	return false
}

// compile builds the program: as fast as it can be done, and not for the program to be
// fast.
func (b *builder) compile(ctx context.Context) *failure {
	binary := filepath.Join(b.folder, fmt.Sprintf("site-%d", b.made))
	cmd := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-gcflags=worldtravel/...=-N -l", "-ldflags=-s -w", "-o", binary, ".")
	cmd.Dir = b.root
	if out, err := cmd.CombinedOutput(); err != nil {
		return failed(b.root, "The program can’t be built", fmt.Sprintf("%s\n%v", out, err), true)
	}
	_ = os.Remove(b.binary) // there is none at first; one that runs needs no name
	b.binary, b.source, b.built = binary, false, map[string]goCode{}
	for name, code := range b.codes {
		b.built[name] = code
	}
	return nil
}

// writeTexts writes the texts of all templates into a folder, as templ reads them.
func (b *builder) writeTexts(folder string) error {
	if err := os.Mkdir(folder, 0o700); err != nil {
		return err
	}
	for name, code := range b.codes {
		file := filepath.Base(runtime.GetDevModeTextFileName(filepath.Join(b.root, name)))
		if err := os.WriteFile(filepath.Join(folder, file), []byte(strings.Join(code.output.Literals, "\n")), 0o600); err != nil {
			return err
		}
	}
	return nil
}
