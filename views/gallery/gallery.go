// Package gallery holds every page of the site, and the parts that pages are made of,
// in the states that look different. Whoever changes the site finds them at URL; a test
// compares each with the HTML that it had before, and others hold them to what is true
// of every page.
package gallery

import (
	"slices"

	"github.com/a-h/templ"

	"worldtravel/views/words"
)

const (
	// URL is where the gallery is, while the site is being changed.
	URL = "/dev/gallery"
	// LiveURL is the stream of all examples that are live; nothing comes from it.
	LiveURL = URL + "/live"
)

// Example is a page, or a part of one, in one of its states.
type Example struct {
	Name      string // tells it from the others: its anchor, its address below URL, its file in testdata
	From      Source
	Component templ.Component
}

// Source is the template that draws an example.
type Source struct {
	File, Templ string // "views/lobby.templ", "LobbyPage"
	Page        bool   // it makes whole documents
}

func page(file, templ string) Source { return Source{File: "views/" + file, Templ: templ, Page: true} }
func part(file, templ string) Source { return Source{File: "views/" + file, Templ: templ} }

// as is what the template draws in a state.
func (s Source) as(name string, drawn templ.Component) Example {
	return Example{Name: name, From: s, Component: drawn}
}

// Examples are all of them for a reader of a language: the pages, then the parts.
func Examples(l *words.Language) []Example {
	return slices.Concat(
		lobbies(), forms(), waitingPages(), gamePages(l), textPages(l), passports(l), leaderboards(), errorPages(), aboutPages(), tracePages(),
		notices(), boardParts(l), lobbyParts(), waitingParts(), gameParts(l), smallParts(),
	)
}

// group is the examples of one file.
type group struct {
	file     string
	examples []Example
}

// byFile puts the examples of a file together; files stand in the order in which they
// come first.
func byFile(all []Example) []group {
	var groups []group
	for _, e := range all {
		i := slices.IndexFunc(groups, func(g group) bool { return g.file == e.From.File })
		if i < 0 {
			i, groups = len(groups), append(groups, group{file: e.From.File})
		}
		groups[i].examples = append(groups[i].examples, e)
	}
	return groups
}
