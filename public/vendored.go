package public

import (
	"fmt"
	"path"
	"regexp"
	"strings"
)

// Vendored is something of others that browsers are sent: what its record says, which
// stands beside the files.
type Vendored struct {
	Files               []string // "js/htmx.min.js"
	Name, Version       string
	Repository, Licence string // the licence by its short SPDX name
}

// record is an entry of such a record: the files, and indented below them what they
// are, where that is kept, and its licence.
var record = regexp.MustCompile(`(?m)^(\S.*)\n {2}(\S+) (\S+), .*\n {2}(https://\S+)\n {2}Licence: (\S+)`)

// AllVendored lists what of others is sent to browsers: the scripts, then the fonts.
func AllVendored() ([]Vendored, error) {
	var all []Vendored
	for _, name := range []string{"js/VENDORED.txt", "fonts/FONTS.txt"} {
		text, err := tree.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read a record of files: %w", err)
		}
		for _, found := range record.FindAllStringSubmatch(string(text), -1) {
			v := Vendored{Name: found[2], Version: found[3], Repository: found[4], Licence: found[5]}
			for _, file := range strings.Split(found[1], ", ") {
				v.Files = append(v.Files, path.Join(path.Dir(name), file))
			}
			all = append(all, v)
		}
	}
	return all, nil
}
