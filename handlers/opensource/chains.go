package opensource

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"regexp"
)

// Recording is what a test has recorded of the program at work.
type Recording struct {
	Go       string    `json:"go"`       // the toolchain's version: "go1.26.8"
	Platform string    `json:"platform"` // "linux/amd64"
	Subjects []Subject `json:"subjects"`
}

// Subject is something that the site does with a browser, in a few chains of calls.
type Subject struct {
	Name   string  `json:"name"` // names the text of its head: howitworks.subject.<Name>
	Chains []Chain `json:"chains"`
}

// Chain is a chain of calls from the site down to what does the work.
type Chain struct {
	Name  string `json:"name"` // names the texts that tell of it: howitworks.chain.<Name>
	Calls []Call `json:"calls"`
}

// Call is a line that was under way: that of the next call, and in the last one what
// the program was at.
type Call struct {
	Function string `json:"function"`
	Module   string `json:"module,omitempty"`  // StandardLibrary, or a module's path; empty for the site itself
	Version  string `json:"version,omitempty"` // the module's, or Go's
	File     string `json:"file"`              // below its module, or below src in Go
	Line     int    `json:"line"`
	Begins   bool   `json:"begins,omitempty"` // in a goroutine that the call before it began
	Works    bool   `json:"works,omitempty"`  // it does what the chain is about
}

//go:embed chains.json
var recorded []byte

// Recorded gives what was recorded last.
func Recorded() (r Recording, err error) {
	if err := json.Unmarshal(recorded, &r); err != nil {
		return r, fmt.Errorf("read the chains of calls: %w", err)
	}
	return r, nil
}

// Place words where a call stands: the file with its module, and the line.
func (c Call) Place() string {
	where := fmt.Sprintf("%s:%d", c.File, c.Line)
	if c.Version == "" || c.Module == StandardLibrary {
		return where
	}
	return c.Module + "@" + c.Version + " " + where
}

// onGitHub is the path of a module that is kept there.
var onGitHub = regexp.MustCompile(`^github\.com/[^/]+/[^/]+`)

// Link is the address of the line for all to read; empty for the site's own.
func (c Call) Link() string {
	repository := onGitHub.FindString(c.Module)
	switch {
	case c.Module == "":
		return ""
	case c.Module == StandardLibrary:
		return fmt.Sprintf("https://github.com/golang/go/blob/%s/src/%s#L%d", c.Version, c.File, c.Line)
	case repository != "":
		return fmt.Sprintf("https://%s/blob/%s/%s#L%d", repository, c.Version, c.File, c.Line)
	default:
		return "https://pkg.go.dev/" + c.Module + "@" + c.Version
	}
}
