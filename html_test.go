package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"worldtravel/views/words"
)

// TestEveryPageInEveryStateIsValidHTML needs the Nu HTML checker: VNU is its jar.
// .ci/check-html gets it.
func TestEveryPageInEveryStateIsValidHTML(t *testing.T) {
	t.Parallel()
	jar := os.Getenv("VNU")
	if jar == "" {
		t.Skip("VNU names no jar of the Nu HTML checker, so no HTML is checked; .ci/check-html does")
	}
	pages := t.TempDir()
	for site, states := range everyState(t) {
		for _, s := range states {
			for _, language := range words.All() {
				file := filepath.Join(pages, s.name+"."+language.Tag+".html")
				if err := os.WriteFile(file, []byte(s.html(t, site, language.Tag)), 0o600); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	out, err := exec.Command("java", "-jar", jar, "--errors-only", "--exit-zero-always", "--stdout", "--format", "json", pages).Output()
	if err != nil {
		t.Fatalf("the checker fails: %v\n%s", err, out)
	}
	var found struct{ Messages []htmlError }
	if err := json.Unmarshal(out, &found); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	same := map[string][]htmlError{}
	for _, e := range found.Messages {
		same[e.Message] = append(same[e.Message], e)
	}
	for message, all := range same {
		t.Errorf("%s\n%d times, first in %s, line %d: %s", message, len(all), filepath.Base(all[0].URL), all[0].LastLine, all[0].Extract)
	}
}

// htmlError is what the checker complains of.
type htmlError struct {
	Message, URL string
	LastLine     int
	Extract      string // of the page, round what is wrong
}
