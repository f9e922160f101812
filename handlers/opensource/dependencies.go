package opensource

import (
	"regexp"
	"runtime/debug"
	"strings"

	"worldtravel/public"
)

// Dependency is something of others that the site is made of.
type Dependency struct {
	Name       string // a module's path
	Version    string
	Repository string
	Licences   []string // by their short SPDX names; none for what has no note
	Use        string   // names the text that says what it is for; empty for what has no note
}

// Linked lists what a program is made of: Go itself, then its modules by path. A
// module without a note, as another system may need, is listed all the same.
func Linked(program *debug.BuildInfo) []Dependency {
	notes := ModuleNotes()
	of := func(path, name, version string) Dependency {
		note := notes[path]
		d := Dependency{Name: name, Version: version, Repository: note.Repository, Licences: note.Licences, Use: note.Use}
		if d.Repository == "" {
			d.Repository = "https://" + majorVersion.ReplaceAllString(path, "")
		}
		return d
	}
	all := []Dependency{of(StandardLibrary, "Go", strings.TrimPrefix(program.GoVersion, "go"))}
	for _, module := range program.Deps {
		all = append(all, of(module.Path, module.Path, module.Version))
	}
	return all
}

// majorVersion ends a module's path from its second major version on.
var majorVersion = regexp.MustCompile(`/v[2-9]\d*$`)

// Sent lists what browsers are sent of others.
func Sent(files []public.Vendored) []Dependency {
	var all []Dependency
	for _, f := range files {
		all = append(all, Dependency{
			Name: f.Name, Version: f.Version, Repository: f.Repository, Licences: []string{f.Licence}, Use: BrowserNotes()[f.Name].Use,
		})
	}
	return all
}
