package main

import (
	"bytes"
	"errors"
	"fmt"
	"go/format"
	"go/scanner"
	"os"
	"path/filepath"
	"strings"

	"github.com/a-h/parse"
	"github.com/a-h/templ"
	"github.com/a-h/templ/generator"
	"github.com/a-h/templ/parser/v2"
)

// goCode is the Go code of a template.
type goCode struct {
	text   []byte
	made   []byte // as templ made it, before it was formatted
	output generator.GeneratorOutput
}

// generate writes the Go code of the template with a path from root, the same that
// templ generate writes. An error says where in the template it is, as a compiler does.
func generate(root, name string) (goCode, error) {
	code, err := goCodeOf(root, name)
	if err != nil {
		return goCode{}, err
	}
	target := filepath.Join(root, strings.TrimSuffix(name, ".templ")+"_templ.go")
	if old, err := os.ReadFile(target); err == nil && bytes.Equal(old, code.text) {
		return code, nil
	}
	return code, os.WriteFile(target, code.text, 0o644)
}

func goCodeOf(root, name string) (goCode, error) {
	template, err := parser.Parse(filepath.Join(root, name))
	if wrong := (parse.ParseError{}); errors.As(err, &wrong) {
		return goCode{}, fmt.Errorf("%s:%d:%d: %s", name, wrong.Pos.Line+1, wrong.Pos.Col+1, wrong.Msg)
	} else if err != nil {
		return goCode{}, fmt.Errorf("%s:1: %w", name, err)
	}
	var made bytes.Buffer
	output, err := generator.Generate(template, &made, generator.WithVersion(templ.Version()), generator.WithFileName(name))
	if err != nil {
		return goCode{}, fmt.Errorf("%s:1: %w", name, err)
	}
	code := goCode{made: made.Bytes(), output: output}
	code.text, err = format.Source(code.made)
	if wrong := (scanner.ErrorList{}); errors.As(err, &wrong) {
		line, column := code.origin(wrong[0].Pos.Offset)
		return goCode{}, fmt.Errorf("%s:%d:%d: %s", name, line, column, wrong[0].Msg)
	}
	return code, err
}

// inTemplate is the place in the template that a place in the code comes from.
func (c goCode) inTemplate(line, column int) (templateLine, templateColumn int) {
	before := 0 // bytes before the place, as formatting changes nothing but white space
	for n, text := range bytes.SplitAfter(c.text, []byte("\n")) {
		if n+1 == line {
			before += solid(text[:min(max(column-1, 0), len(text))])
			break
		}
		before += solid(text)
	}
	at := 0
	for at < len(c.made) && (before > 0 || isSpace(c.made[at])) {
		before -= solid(c.made[at : at+1])
		at++
	}
	return c.origin(at)
}

// origin is the place in the template that a byte of the code as it was made comes
// from; for one that templ itself has written, the end of what came before.
func (c goCode) origin(at int) (line, column int) {
	const longest = 200 // columns of a line that are looked at
	made := c.made[:min(at, len(c.made))]
	codeLine, codeColumn := bytes.Count(made, []byte("\n")), len(made)-1-bytes.LastIndexByte(made, '\n')
	for ; codeLine >= 0; codeLine, codeColumn = codeLine-1, longest {
		// Lines and columns of the map count from 0.
		if found, ok := c.output.SourceMap.SourcePositionFromTarget(uint32(codeLine), uint32(codeColumn)); ok {
			return int(found.Line) + 1, int(found.Col) + 1
		}
	}
	return 1, 1
}

// solid counts the bytes that are no white space.
func solid(text []byte) (n int) {
	for _, b := range text {
		if !isSpace(b) {
			n++
		}
	}
	return n
}

func isSpace(b byte) bool { return b == ' ' || b == '\t' || b == '\n' }
