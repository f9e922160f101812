package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"worldtravel/views/words"
)

// axe is axe-core, which knows the rules of accessible pages that a program can check.
var axe = sync.OnceValues(func() (string, error) {
	source, err := os.ReadFile("testdata/axe/axe.min.js")
	return string(source), err
})

// axeTags names the rules that are checked: WCAG 2.2 AA and what axe-core holds to be
// good practice beyond it.
var axeTags = []string{"wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"}

// axeExcept names the rules that are not, and why.
var axeExcept = map[string]string{
	"meta-refresh": "without scripts a page comes back by itself after its stream has ended, and the text version is all that a text browser has; neither takes anything away, for what is being read is there again",
}

// axeRun gives each violation in a document as a line.
const axeRun = `axe.run(document, {runOnly: %s, rules: %s, iframes: false, preload: false, resultTypes: ['violations']}).then(({violations}) =>
	violations.flatMap(({id, impact, nodes}) => nodes.map(node => [id, impact, node.target.join(' '), node.failureSummary.replace(/\s+/g, ' ')].join(' | '))))`

// inspector looks for violations in a page as it stands, and in those that stand in it.
type inspector struct {
	b      *browser
	worlds []runtime.ExecutionContextID
}

// inspect brings axe into a page: into a world of its own beside the page's, as its
// policy lets that run nothing but its own scripts.
func (b *browser) inspect() *inspector {
	b.t.Helper()
	source, err := axe()
	if err != nil {
		b.t.Fatal(err)
	}
	i := &inspector{b: b}
	var enter func(frame *page.FrameTree)
	enter = func(frame *page.FrameTree) {
		if frame.Frame.URL == "about:blank" { // what the answers of forms go to
			return
		}
		made := command(b, "make a world for axe", page.CreateIsolatedWorld, page.CreateIsolatedWorldParams{FrameID: frame.Frame.ID, WorldName: "axe"})
		i.worlds = append(i.worlds, made.ExecutionContextID)
		evaluate[cdp.Empty](b, made.ExecutionContextID, source+`;({})`)
		for _, child := range frame.ChildFrames {
			enter(child)
		}
	}
	enter(command(b, "list its frames", page.GetFrameTree, cdp.Empty{}).FrameTree)
	return i
}

// violations are those of the page as it looks now.
func (i *inspector) violations() (found []string) {
	i.b.t.Helper()
	rules := map[string]map[string]bool{}
	for rule := range axeExcept {
		rules[rule] = map[string]bool{"enabled": false}
	}
	tags, _ := json.Marshal(axeTags)  // strings can be
	without, _ := json.Marshal(rules) // written as JSON
	for _, world := range i.worlds {
		found = append(found, evaluate[[]string](i.b, world, fmt.Sprintf(axeRun, tags, without))...)
	}
	return found
}

// evaluate gives the value of a script, or of its promise, in one of the worlds of a
// page; 0 is the page's own.
func evaluate[T any](b *browser, world runtime.ExecutionContextID, script string) (value T) {
	b.t.Helper()
	yes := true
	result := command(b, "evaluate", runtime.Evaluate, runtime.EvaluateParams{
		Expression: script, ContextID: world, AwaitPromise: &yes, ReturnByValue: &yes})
	if result.ExceptionDetails != nil {
		b.t.Fatalf("%s %s", result.ExceptionDetails.Text, result.ExceptionDetails.Exception.Description)
	}
	if err := json.Unmarshal(result.Result.Value, &value); err != nil {
		b.t.Fatal(err)
	}
	return value
}

// appearance is how a reader sees pages.
type appearance struct {
	scheme string
	width  int64
}

var appearances = []appearance{{"light", 360}, {"light", 1280}, {"dark", 360}, {"dark", 1280}}

// wear shows pages in an appearance from now on, without motion, as they are once it
// is over.
func (b *browser) wear(a appearance) {
	b.t.Helper()
	command(b, "choose "+a.scheme, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: a.scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}}})
	b.do("resize", chromedp.EmulateViewport(a.width, 800))
}

func TestEveryPageInEveryStateIsAccessible(t *testing.T) {
	t.Parallel()
	for site, states := range everyState(t) {
		for _, s := range states {
			if s.grows() || s.name == "gallery" {
				continue // the one is seen in its frame; the other frames what all others show
			}
			t.Run(s.name, func(t *testing.T) {
				b := site.browser(t, s.who)
				b.networkFails.Store(true) // a refusal is a page as well
				for i, language := range words.All() {
					in := appearances
					if i > 0 {
						in = appearances[:1] // the words alone are others
					}
					b.wear(in[0])
					b.show(s, language.Tag)
					axe, seen := b.inspect(), map[string][]appearance{}
					for i, a := range in {
						b.wear(a)
						if i > 0 && strings.HasPrefix(s.name, "text-") { // it loads itself anew meanwhile
							b.show(s, language.Tag)
							axe = b.inspect()
						}
						for _, violation := range axe.violations() {
							seen[violation] = append(seen[violation], a)
						}
					}
					for violation, in := range seen {
						t.Errorf("in %s, %v: %s", language.Name, in, violation)
					}
				}
			})
		}
	}
}

func TestAPageThatIsNotAccessibleIsNoticed(t *testing.T) {
	t.Parallel()
	b := served(t, map[string]string{
		"/":         `<!DOCTYPE html><html lang="en"><title>Outside</title><main><h1>Outside</h1><img src="/nothing.svg"><iframe src="/inner" title="Inside"></iframe></main>`,
		"/inner":    `<!DOCTYPE html><html lang="en"><title>Inside</title><link rel="stylesheet" href="/pale.css"><main><h1>Inside</h1><p>Can you read this?</p></main>`,
		"/pale.css": `p { color: #eee; background: #fff }`,
	}).browser(t, nil)
	b.networkFails.Store(true)
	b.visit("/")
	found := strings.Join(b.inspect().violations(), "\n")
	for _, rule := range []string{"image-alt", "color-contrast"} {
		if !strings.Contains(found, rule+" |") {
			t.Errorf("%s is not noticed among\n%s", rule, found)
		}
	}
	b.complaints()
}

// served gives a site of a few pages, with the policy of ours.
func served(t *testing.T, pages map[string]string) *program {
	t.Helper()
	policy := http.Header{}
	if response, err := http.Get(start(t).url + "/login"); err != nil {
		t.Fatal(err)
	} else {
		response.Body.Close()
		policy["Content-Security-Policy"] = response.Header["Content-Security-Policy"]
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page, ok := pages[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Security-Policy", policy.Get("Content-Security-Policy"))
		w.Header().Set("Content-Type", cmp.Or(mime.TypeByExtension(path.Ext(r.URL.Path)), "text/html"))
		fmt.Fprint(w, page)
	}))
	t.Cleanup(server.Close)
	return &program{t: t, url: server.URL}
}

func TestAViolationOfTheContentSecurityPolicyFailsABrowserTest(t *testing.T) {
	t.Parallel()
	violations := map[string]string{ // by the directive that forbids each
		"script-src":   `<script>document.title = 'Run'</script>`,
		"script-src ":  `<p id="p">A handler</p><button onclick="1">Press</button>`,
		"script-src  ": `<script src="/eval.js"></script>`,
		"style-src":    `<p style="color: red">Red</p>`,
		"style-src ":   `<style>p { color: red }</style>`,
		"img-src":      `<img alt="" src="data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=">`,
		"frame-src":    `<iframe title="Elsewhere" src="data:text/html,elsewhere"></iframe>`,
		"object-src":   `<object data="/page.html"></object>`,
		"base-uri":     `<base href="/elsewhere/">`,
		"form-action":  `<form action="https://elsewhere.invalid/" id="f"></form><script src="/submit.js"></script>`,
		"style-src  ":  `<iframe title="Inside" src="/inside.html"></iframe>`,
	}
	pages := map[string]string{
		"/eval.js": `try { eval('1') } catch {}`, "/submit.js": `document.getElementById('f').submit()`, "/page.html": ``,
		"/inside.html": `<!DOCTYPE html><title>Inside</title><p style="color: red">Red</p>`,
		"/none":        `<!DOCTYPE html><title>Nothing</title><p>Nothing is wrong here.</p>`, "/favicon.ico": ``,
	}
	at := map[string]string{}
	for directive, html := range violations {
		path := fmt.Sprintf("/%d", len(at))
		at[directive], pages[path] = path, `<!DOCTYPE html><title>A page</title><body>`+html
	}
	site := served(t, pages)
	for directive, path := range at {
		b := site.browser(t, nil)
		t.Cleanup(func() { b.complaints() }) // a violation may be told of again
		b.visit(path)
		directive = strings.TrimSpace(directive)
		eventually(t, directive+" is heard of at "+pages[path], func() bool {
			return slices.ContainsFunc(b.complaints(), func(wrong string) bool {
				return strings.Contains(wrong, "Content Security Policy") && strings.Contains(wrong, directive)
			})
		})
	}
	b := site.browser(t, nil)
	b.visit("/none")
	if wrong := b.complaints(); wrong != nil {
		t.Errorf("a page without any is complained of: %s", wrong)
	}
}
