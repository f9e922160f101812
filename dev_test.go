package main

import (
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// project is a copy of the project that a test may change.
type project struct {
	t    *testing.T
	root string
}

func copyProject(t *testing.T) project {
	t.Helper()
	p := project{t: t, root: t.TempDir()}
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && name != "." && (strings.HasPrefix(entry.Name(), ".") || entry.Name() == "testdata" || entry.Name() == "docs" || entry.Name() == "data"):
			return fs.SkipDir
		case entry.IsDir():
			return os.MkdirAll(filepath.Join(p.root, name), 0o755)
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(p.root, name), text, 0o644)
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// edit saves a file in which one text stands in the place of another.
func (p project) edit(file, old, text string) {
	p.t.Helper()
	name := filepath.Join(p.root, filepath.FromSlash(file))
	before, err := os.ReadFile(name)
	if err != nil {
		p.t.Fatal(err)
	}
	if !strings.Contains(string(before), old) {
		p.t.Fatalf("%s has no %s", file, old)
	}
	if err := os.WriteFile(name, []byte(strings.Replace(string(before), old, text, 1)), 0o644); err != nil {
		p.t.Fatal(err)
	}
}

// lineOf is the place of a text as compilers write it.
func (p project) lineOf(file, text string) string {
	p.t.Helper()
	source, err := os.ReadFile(filepath.Join(p.root, filepath.FromSlash(file)))
	if err != nil {
		p.t.Fatal(err)
	}
	before, _, ok := strings.Cut(string(source), text)
	if !ok {
		p.t.Fatalf("%s has no %s", file, text)
	}
	return fmt.Sprintf("%s:%d", file, strings.Count(before, "\n")+1)
}

var devLine = regexp.MustCompile(`dev: (http://\S+) shows what you save`)

// develop runs the site from the project's files as make dev does, and waits until it
// is built for the first time.
func (p project) develop() *program {
	p.t.Helper()
	command := filepath.Join(p.t.TempDir(), "dev")
	if out, err := exec.Command("go", "build", "-o", command, "./handlers/dev").CombinedOutput(); err != nil {
		p.t.Fatalf("build the command: %v\n%s", err, out)
	}
	site := &program{t: p.t, dir: p.t.TempDir(), log: &logbook{}, cmd: exec.Command(command)}
	site.cmd.Dir, site.cmd.Stderr, site.cmd.Env = p.root, site.log, environment(site.dir)
	if err := site.cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() {
		_ = site.cmd.Process.Signal(syscall.SIGTERM) // fails if it has ended, of which we hear next
		if err := site.cmd.Wait(); err != nil {
			p.t.Errorf("it ended with %v\n%s", err, site.log)
		}
	})
	for deadline := time.Now().Add(5 * time.Minute); !strings.Contains(site.log.String(), "dev: started anew"); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			p.t.Fatalf("the project is not built: %s", site.log)
		}
	}
	site.url = devLine.FindStringSubmatch(site.log.String())[1]
	return site
}

// With DEV_EDITS=10 as many changes of a template are measured (with -v). The test runs
// by itself: others would not like to have compilers beside them.
func TestWhoeverEditsTheSiteSeesWhatWasSaved(t *testing.T) {
	files := copyProject(t)
	site := files.develop()
	ada, room := site.guest(t, "Ada")
	t.Run("in a game that goes on", func(t *testing.T) { seeEdits(t, files, site, ada, room) })
	t.Run("and what is wrong with it", func(t *testing.T) { seeFailures(t, files, site, ada, room) })
}

// seeEdits measures from before a template is saved until Chromium has the change in a
// page with a game in progress.
func seeEdits(t *testing.T, files project, site *program, ada *traveller, room string) {
	edits := 1
	if n, err := strconv.Atoi(os.Getenv("DEV_EDITS")); err == nil {
		edits = n
	}
	page := site.browser(t, ada)
	page.visit(room)
	page.connected()
	page.is(`document.getElementById('move-0').focus()`)
	page.stay()

	// Each change takes the one before back.
	for _, kind := range []struct{ what, file, before, after, shown string }{
		{"the text of a template", "views/game.templ", `{ title }</h2>`, `{ title } (edit %d)</h2>`, `turnTitle.textContent.includes('(edit %d)')`},
		{"the Go code of a template", "views/game.templ", `{ g.Parts.LastWords }`, `{ g.Parts.LastWords + " (edit %d)" }`, `turnLast.textContent.includes('(edit %d)')`},
		{"a style sheet", "public/css/turn.css", `/* Turn:`, `.turn__title{outline:%dpx solid}/* Turn:`, `getComputedStyle(turnTitle).outlineWidth === '%dpx'`},
	} {
		var took []time.Duration
		now := kind.before
		for n := range edits {
			next := fmt.Sprintf(kind.after, n+1)
			begun := time.Now()
			files.edit(kind.file, now, next)
			page.see(`(([turnTitle, turnLast]) => ` + fmt.Sprintf(kind.shown, n+1) + `)(document.querySelectorAll('.turn__title, .turn__last'))`)
			took = append(took, time.Since(begun).Round(time.Millisecond))
			now = next
		}
		slices.Sort(took)
		t.Logf("%d changes of %s, until they were seen: %v", edits, kind.what, took)
	}
	if !page.stayed() || page.text(`document.activeElement.id`) != "move-0" {
		t.Errorf("the page was loaded anew, or the focus is lost: %s", page.text(`document.activeElement.outerHTML`))
	}

	page.connected()
	before := page.text(`document.getElementById('page').dataset.version`)
	page.click("Roll")
	page.see(fmt.Sprintf(`+document.getElementById('page').dataset.version > %s`, before))
	page.see(`document.querySelector('.turn__last').textContent.includes('(edit ')`)
}

// seeFailures breaks the site in every way that it can be broken in.
func seeFailures(t *testing.T, files project, site *program, ada *traveller, room string) {
	page := site.browser(t, ada)
	page.networkFails.Store(true) // as this test wants it
	page.visit(room)
	page.connected()
	page.stay()
	says := func(where string) string {
		return fmt.Sprintf(`[...document.querySelectorAll('#dev-failure b')].some(e => e.textContent.startsWith(%q))`, where)
	}

	// A template that is none, and one whose Go code can't be compiled.
	const template, good, bad = "views/game.templ", `<bdi>{ m.Name }`, `<bdi>{ m.Nome }`
	files.edit(template, good+"</bdi>", good+"</b>")
	page.see(says(files.lineOf(template, good)))
	files.edit(template, good+"</b>", bad+"</bdi>")
	page.see(says(files.lineOf(template, bad)))
	late := page.tab()
	late.networkFails.Store(true)
	late.visit(room)
	late.see(says(files.lineOf(template, bad)) + ` && !document.getElementById('page')`)
	files.edit(template, bad, good)
	page.see(`!document.getElementById('dev-failure')`)
	late.see(`!document.getElementById('dev-failure') && !!document.getElementById('page')`)
	if !page.stayed() {
		t.Error("the page was loaded anew")
	}

	// A handler that fails.
	const handler, begin = "handlers/leaderboard.go", "func (s *Site) showLeaderboard(c echo.Context) error {\n"
	files.edit(handler, begin, begin+"\tpanic(\"no leaders\")\n")
	eventually(t, "the handler fails", func() bool {
		response, err := http.Get(site.url + "/leaderboard")
		if err != nil {
			return false
		}
		response.Body.Close()
		return response.StatusCode == http.StatusInternalServerError
	})
	late.visit("/leaderboard")
	for _, b := range []*browser{page, late} {
		b.see(says(files.lineOf(handler, "panic(")))
	}

	// A program that ends at its start.
	files.edit("main.go", "func main() {\n", "func main() {\n\tpanic(\"no start\")\n")
	page.see(says(files.lineOf("main.go", "panic(")))
}
