package main

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// failure is why the site can't be shown as it is in the files, or what has gone wrong
// in it.
type failure struct {
	What   string  // in a few words
	Places []place // where, in the order in which it was said
	Said   string  // all that was said
	Down   bool    // there is no program of the present files
}

// place is a line of a file of the project, and what was said of it.
type place struct {
	File         string // from the root of the project
	Line, Column int    // from 1; no column is 0
	Words        string // may be empty
}

// String is the place as compilers write it.
func (p place) String() string {
	if p.Column == 0 {
		return fmt.Sprintf("%s:%d", p.File, p.Line)
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

// failed makes a failure of what was said when something went wrong in the project at
// root. A place in the Go code of a template is told as that in the template.
func failed(root, what, said string, down bool) *failure {
	f := &failure{What: what, Places: placesIn(said, root), Said: strings.TrimSpace(said), Down: down}
	for i, p := range f.Places {
		stem, ok := strings.CutSuffix(p.File, "_templ.go")
		if !ok {
			continue
		}
		if code, err := goCodeOf(root, stem+".templ"); err == nil {
			f.Places[i].File = stem + ".templ"
			f.Places[i].Line, f.Places[i].Column = code.inTemplate(p.Line, p.Column)
		}
	}
	return f
}

// said is a line of a compiler, or of a stack: a file, a line, perhaps a column, and
// words or the offset of an instruction.
var said = regexp.MustCompile(`(?m)^[ \t]*([^\s:]+\.(?:go|templ|mod)):(\d+)(?::(\d+))?(?::? (.*))?$`)

// placesIn finds the places in files of the project at root that a compiler or a stack
// names. Those in other folders are left out: libraries are seldom wrong.
func placesIn(text, root string) []place {
	var places []place
	for _, found := range said.FindAllStringSubmatch(text, -1) {
		file := found[1]
		if filepath.IsAbs(file) {
			file = fromRoot(root, file)
		}
		file = filepath.ToSlash(filepath.Clean(file))
		line, err := strconv.Atoi(found[2])
		if err != nil || line < 1 || !filepath.IsLocal(file) || filepath.Base(file) == filepath.Ext(file) {
			continue
		}
		column, _ := strconv.Atoi(found[3]) // 0 for none
		words := strings.TrimSpace(found[4])
		if strings.HasPrefix(words, "+0x") {
			words = ""
		}
		places = append(places, place{File: file, Line: line, Column: column, Words: words})
	}
	return places
}

var (
	quoted = regexp.MustCompile(`\b(?:error|stack)=("(?:[^"\\]|\\.)*"|\S+)`)
	faulty = regexp.MustCompile(`\blevel=ERROR\b`)
)

// faultIn reads what a line of the program's log says of a fault; ok is false when it
// tells of none.
func faultIn(line string) (text string, ok bool) {
	if !faulty.MatchString(line) {
		return "", false
	}
	var all []string
	for _, found := range quoted.FindAllStringSubmatch(line, -1) {
		value, err := strconv.Unquote(found[1])
		if err != nil {
			value = found[1]
		}
		all = append(all, value)
	}
	if all == nil {
		return line, true
	}
	return strings.Join(all, "\n"), true
}
