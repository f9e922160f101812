package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// chromium is one process for all tests, started by the first that needs it.
var chromium struct {
	once sync.Once
	ctx  context.Context
	err  error
	end  func()
}

func closeChromium() {
	if chromium.end != nil {
		chromium.end()
	}
}

// browser is one person's browser, with cookies of its own and one page.
type browser struct {
	t    *testing.T
	ctx  context.Context
	site *program
	name string

	mu    sync.Mutex
	wrong []string // what the console complains of, and requests to other sites
	posts []string // paths that forms were sent to as requests
	forms []string // and over a socket
	held  *fetch.EventRequestPaused

	networkFails atomic.Bool // as the test wants it
}

// browser opens a browser, logged in as somebody, or as a visitor for nil. At
// the end of the test nothing may have gone wrong in it.
func (p *program) browser(t *testing.T, who *traveller) *browser {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("chromium is not on the PATH, so nothing is tried in a browser; make test installs it")
	}
	chromium.once.Do(func() {
		allocator, end := chromedp.NewExecAllocator(context.Background(), append(chromedp.DefaultExecAllocatorOptions[:],
			chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
			chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
			chromedp.Flag("enable-automation", false), // with it, error pages would not reload themselves, as for people
			chromedp.Flag("host-resolver-rules", "MAP "+hostBehindNginx+" 127.0.0.1"))...)
		ctx, cancel := chromedp.NewContext(allocator)
		chromium.ctx, chromium.err = ctx, chromedp.Do(ctx)
		chromium.end = func() { cancel(); end() }
	})
	if chromium.err != nil {
		t.Fatal(chromium.err)
	}
	b := p.page(t, chromium.ctx, chromedp.WithNewBrowserContext())
	if who != nil {
		b.name = who.name
		for _, cookie := range who.cookies() {
			b.keep(cookie.Name, cookie.Value)
		}
	}
	return b
}

// tab opens another page in the same browser.
func (b *browser) tab() *browser {
	b.t.Helper()
	tab := b.site.page(b.t, b.ctx)
	tab.name = b.name
	return tab
}

// page opens a page and listens to it.
func (p *program) page(t *testing.T, parent context.Context, options ...chromedp.ContextOption) *browser {
	t.Helper()
	b := &browser{t: t, site: p, name: "the visitor"}
	ctx, cancel := chromedp.NewContext(parent, append(options, chromedp.WithListener(b.hear))...)
	t.Cleanup(cancel)
	b.ctx = ctx
	if err := chromedp.Do(ctx); err != nil { // a limit on the first call would end the browser
		t.Fatal(err)
	}
	command(b, "hear of issues", audits.Enable, cdp.Empty{})
	command(b, "observe the versions", page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: observeVersions})
	t.Cleanup(b.check)
	return b
}

// cookies are those that the site has given the traveller.
func (a *traveller) cookies() []*http.Cookie {
	a.t.Helper()
	address, err := url.Parse(a.site.url)
	if err != nil {
		a.t.Fatal(err)
	}
	return a.client.Jar.Cookies(address)
}

// keep puts a cookie into the browser.
func (b *browser) keep(name, value string) {
	b.t.Helper()
	command(b, "keep a cookie", network.SetCookie, network.SetCookieParams{Name: name, Value: value, URL: b.site.url})
}

// withoutScripts switches JavaScript off.
func (b *browser) withoutScripts() {
	b.t.Helper()
	command(b, "switch scripts off", emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
}

// observeVersions notes every step back of a live element. One whose version is
// a clock may step back when it connects anew.
const observeVersions = `
	window.backwards = []
	const newest = {}
	new MutationObserver(() => document.querySelectorAll('[data-version]:not([data-clock])').forEach(e => {
		if (+e.dataset.version < newest[e.id]) backwards.push(e.id + ' from ' + newest[e.id] + ' to ' + e.dataset.version)
		newest[e.id] = +e.dataset.version
	})).observe(document, {subtree: true, childList: true, attributes: true})`

// wentBack tells of every step back that the page has made.
const wentBack = `(() => {
	const grows = document.querySelector('iframe.stream')?.contentDocument
	const versions = grows ? [...grows.querySelectorAll('.state .page[data-version]')].map(e => +e.dataset.version) : []
	return [...window.backwards ?? [], ...versions.filter((v, i) => v < versions[i - 1]).map(v => 'to ' + v + ' of ' + versions)].join(', ')
})()`

// hear notes what the page does and complains of.
func (b *browser) hear(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		path, own := strings.CutPrefix(e.Request.URL, b.site.url)
		if !own && !strings.HasPrefix(e.Request.URL, "data:") {
			b.wrong = append(b.wrong, "a request to "+e.Request.URL)
		}
		if e.Request.Method == "POST" {
			b.posts = append(b.posts, path)
		}
	case *network.EventWebSocketFrameSent:
		var form struct{ URL string }
		if json.Unmarshal([]byte(e.Response.PayloadData), &form) == nil {
			b.forms = append(b.forms, form.URL)
		}
	case *runtime.EventExceptionThrown:
		b.wrong = append(b.wrong, fmt.Sprintf("%s %s", e.ExceptionDetails.Text, e.ExceptionDetails.Exception.Description))
	case *runtime.EventConsoleAPICalled:
		if b.networkFails.Load() && strings.Contains(string(e.Args[0].Value), "htmx:error") {
			return
		}
		b.wrong = append(b.wrong, fmt.Sprintf("console.%s: %s", e.Type, e.Args[0].Value))
	case *log.EventEntryAdded:
		expected := b.networkFails.Load() && e.Entry.Source == log.EntrySourceNetwork ||
			strings.Contains(e.Entry.Text, "Cross-Origin-Opener-Policy header has been ignored") || // over plain HTTP
			strings.Contains(e.Entry.Text, "WebSocket is closed before the connection is established") || // by a page that one leaves
			strings.Contains(e.Entry.Text, "failed: Page entered Back-Forward Cache") // likewise, while it closes
		if !expected && (e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning) {
			b.wrong = append(b.wrong, fmt.Sprintf("%s %s: %s %s", e.Entry.Source, e.Entry.Level, e.Entry.Text, e.Entry.URL))
		}
	case *audits.EventIssueAdded: // the log does not have those that a script has caught
		if csp := e.Issue.Details.ContentSecurityPolicyIssueDetails; csp != nil {
			b.wrong = append(b.wrong, fmt.Sprintf("Content Security Policy: %s by %s %s", csp.ViolatedDirective, csp.ContentSecurityPolicyViolationType, csp.BlockedURL))
		}
	case *fetch.EventRequestPaused:
		b.held = e
	}
}

// check fails the test if anything has gone wrong in the browser, and shows the
// page of a test that failed for another reason.
func (b *browser) check() {
	if back := b.text(wentBack); back != "" {
		b.t.Errorf("%s's page went back: %s", b.name, back)
	}
	if b.t.Failed() {
		b.t.Logf("%s's page is at %s:\n%s", b.name, b.text(`location.href`), b.text(here+`.getRootNode().body.innerText`))
	}
	live := b.text(`document.getElementById('page')?.dataset.live ?? ''`)
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, wrong := range b.wrong {
		if !outrun(wrong, live) {
			b.t.Errorf("%s's browser says: %s", b.name, wrong)
		}
	}
}

var refusedStream = regexp.MustCompile(`/live\?as=(\w+)\S*.*\b403\b|\b403\b.*/live\?as=(\w+)`)

// outrun tells whether a complaint is of a stream that was refused because its page
// has become another viewer's meanwhile: who joins while a socket opens is no watcher
// any more when it arrives. live is what the page asks for by now.
func outrun(complaint, live string) bool {
	refused := refusedStream.FindStringSubmatch(complaint)
	return refused != nil && live != "" && !strings.Contains(live, "?as="+refused[1]+refused[2]+"&")
}

func TestAStreamRefusedIsNoComplaintOnceItsPageIsAnotherViewers(t *testing.T) {
	const socket = `network error: WebSocket connection to 'ws://127.0.0.1:39877/rooms/pj/live?as=watcher&for=2o&at=2' failed: Error during WebSocket handshake: Unexpected response code: 403 http://127.0.0.1:39877/public/js/live.js`
	const events = `network error: Failed to load resource: the server responded with a status of 403 (Forbidden) http://127.0.0.1:39877/rooms/pj/live?as=watcher&for=2o&at=2`
	for _, c := range []struct {
		complaint, live string
		outrun          bool
	}{
		{socket, "/rooms/pj/live?as=seat&for=1k", true},
		{events, "/rooms/pj/live?as=seat&for=1k", true},
		{socket, "/rooms/pj/live?as=watcher&for=2o", false},
		{events, "/rooms/pj/live?as=watcher&for=2o", false},
		{socket, "", false},
		{strings.Replace(socket, "403", "500", 1), "/rooms/pj/live?as=seat&for=1k", false},
		{"console.error: 403", "/rooms/pj/live?as=seat&for=1k", false},
	} {
		if got := outrun(c.complaint, c.live); got != c.outrun {
			t.Errorf("a page at %q, %s: outrun is %t", c.live, c.complaint, got)
		}
	}
}

// complaints are what has gone wrong in the browser so far, of which the test then
// need not hear at its end.
func (b *browser) complaints() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	wrong := b.wrong
	b.wrong = nil
	return wrong
}

func (b *browser) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 40*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatalf("%s can't %s: %v", b.name, what, err)
	}
}

// command sends one of the browser's own commands.
func command[P, R any](b *browser, what string, c cdp.Command[P, R], params P) R {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 40*time.Second)
	defer cancel()
	result, err := chromedp.Call(ctx, c, params)
	if err != nil {
		b.t.Fatalf("%s can't %s: %v", b.name, what, err)
	}
	return result
}

// visit goes to a page and waits until it is there; one that grows is never loaded
// to its end.
func (b *browser) visit(path string) {
	b.t.Helper()
	if went := command(b, "visit "+path, page.Navigate, page.NavigateParams{URL: b.site.url + path}); went.ErrorText != "" {
		b.t.Fatalf("%s can't visit %s: %s", b.name, path, went.ErrorText)
	}
	b.see(`document.querySelector('iframe.stream') ? !!` + here + ` : document.readyState === 'complete'`)
}

// read gives the value of a script, the zero value while a page is loading.
func read[T any](b *browser, script string) T {
	ctx, cancel := context.WithTimeout(b.ctx, 10*time.Second)
	defer cancel()
	value, _ := chromedp.Run(ctx, chromedp.Evaluate[T](script))
	return value
}

func (b *browser) text(script string) string { return read[string](b, script) }
func (b *browser) is(script string) bool     { return read[bool](b, script) }

// see waits until a script says true.
func (b *browser) see(script string) {
	b.t.Helper()
	eventually(b.t, b.name+" sees "+script, func() bool { return b.is(script) })
}

// here is what of the document is live: all of it, or the newest state of the page
// that grows inside it.
const here = `(() => {
	const grows = document.querySelector('iframe.stream')?.contentDocument
	return grows ? [...grows.querySelectorAll('.state')].at(-1) : document.querySelector('iframe.stream') ? null : document
})()`

// controls finds a button, or else a link, by the beginning of its words.
const controls = `(word => [...` + here + `.querySelectorAll('button'), ...` + here + `.querySelectorAll('a')].find(e =>
	!e.disabled && e.checkVisibility() && RegExp('^\\s*' + word + '(?![\\p{L}\\p{N}])', 'u').test(e.textContent)))`

// styled says true once the live document has its style sheets; before, nobody sees it.
const styled = `[...` + here + `?.getRootNode().querySelectorAll('link[rel=stylesheet]') ?? []].every(link => link.sheet)`

func has(word string) string { return fmt.Sprintf(`!!%s(%q)`, controls, word) }

// click presses a button or follows a link as a mouse does, once it is there.
func (b *browser) click(word string) { b.t.Helper(); b.clicks(word, 1) }

// doubleClick does so twice in a moment.
func (b *browser) doubleClick(word string) { b.t.Helper(); b.clicks(word, 2) }

func (b *browser) clicks(word string, times int) {
	b.t.Helper()
	at := b.find(word)
	for n := range times {
		b.do("press "+word, chromedp.MouseClickXY(at[0], at[1], chromedp.ClickCount(n+1)))
	}
}

// find scrolls to a button or link once it is there, and gives the point of it to press.
func (b *browser) find(word string) []float64 {
	b.t.Helper()
	type spot struct {
		At    []float64
		Under string // what lies over it
		State int    // of a page that grows, the number of the one that is shown
	}
	// The page may be drawn anew at any moment: whether it is there and where is one question.
	look := fmt.Sprintf(`(() => {
		const e = %s && %s(%q)
		if (!e) return {}
		e.scrollIntoView({block: 'center', behavior: 'instant'})
		const box = e.getClientRects()[0], x = box.x + box.width / 2, y = box.y + box.height / 2
		const frame = e.ownerDocument === document ? {x: 0, y: 0} : document.querySelector('iframe.stream').getBoundingClientRect()
		const top = e.ownerDocument.elementFromPoint(x, y)
		return {At: [frame.x + x, frame.y + y], Under: e.contains(top) ? '' : top?.outerHTML.slice(0, 200) ?? 'the edge of the window',
			State: e.ownerDocument === document ? 0 : e.ownerDocument.querySelectorAll('.state').length}
	})()`, styled, controls, word)
	var found spot
	shown, since := 0, time.Now()
	eventually(b.t, b.name+" finds "+word+" to press", func() bool {
		found = read[spot](b, look)
		if found.State != shown {
			shown, since = found.State, time.Now()
		}
		// A state that comes while the button is held down takes it away.
		return found.At != nil && (shown == 0 || time.Since(since) > 300*time.Millisecond)
	})
	if found.Under != "" {
		b.t.Fatalf("%s can't press %s: it is under %s", b.name, word, found.Under)
	}
	return found.At
}

// fill types into a field of a form.
func (b *browser) fill(field, text string) {
	b.t.Helper()
	b.do("fill in "+field, chromedp.SendKeys(chromedp.ID(field), text))
}

// signUp signs up by the form.
func (b *browser) signUp(name string) {
	b.t.Helper()
	b.name = name
	b.visit("/")
	b.click("Sign up")
	b.see(`!!document.getElementById('again')`)
	b.fill("name", name)
	b.fill("password", password)
	b.fill("again", password)
	b.click("Sign up")
	b.see(`document.querySelector('h1').textContent.includes('` + name + `')`)
}

// stay marks the document; stayed reports whether it is still the same one.
func (b *browser) stay()        { b.is(`window.sameDocument = true`) }
func (b *browser) stayed() bool { return b.is(`window.sameDocument === true`) }

// posted counts the forms sent to a path that ends so, as requests and over a socket.
func (b *browser) posted(end string) (requests, overSocket int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	count := func(paths []string) (n int) {
		for _, path := range paths {
			if strings.HasSuffix(path, end) {
				n++
			}
		}
		return n
	}
	return count(b.posts), count(b.forms)
}

var pageVersion = regexp.MustCompile(`id="page"[^>]* data-version="(\d+)"`)

// showsThePresent waits until the browser's page is as the site has it for somebody else.
func (b *browser) showsThePresent(room string, a *traveller) {
	b.t.Helper()
	var version []string
	eventually(b.t, b.name+"'s page shows the present state", func() bool {
		version = pageVersion.FindStringSubmatch(a.get(room))
		return version != nil && b.text(here+`.querySelector('.page').dataset.version`) == version[1]
	})
}

// heldAnswer waits for an answer that is held back, as the test has asked for.
func (b *browser) heldAnswer() (held *fetch.EventRequestPaused) {
	b.t.Helper()
	eventually(b.t, "an answer is held back", func() bool {
		b.mu.Lock()
		defer b.mu.Unlock()
		held, b.held = b.held, nil
		return held != nil
	})
	return held
}

// transport is how changes reach the page now, as it says itself.
func (b *browser) transport() string {
	return b.text(here + `.getRootNode().documentElement.dataset.transport`)
}

// connected waits until changes reach the page without its asking.
func (b *browser) connected() { b.t.Helper(); b.on("sse", "socket", "stream") }

// on waits until changes reach the page by one of the transports.
func (b *browser) on(transports ...string) {
	b.t.Helper()
	eventually(b.t, fmt.Sprintf("%s is on %v", b.name, transports), func() bool { return slices.Contains(transports, b.transport()) })
}

// live reports whether the page says that it is up to date. One without scripts
// says otherwise once its connection has given no sign for a while, or is gone as
// a whole.
func (b *browser) live() bool {
	return b.is(`(here => {
		const {body, documentElement} = here.getRootNode()
		const beat = [...body.querySelectorAll('.beat')].at(-1)
		return /sse|socket|stream|fetch/.test(documentElement.dataset.transport) && !(beat && getComputedStyle(beat).visibility === 'visible')
	})(` + here + `)`)
}

// lost waits until the page says that nothing reaches it.
func (b *browser) lost() {
	b.t.Helper()
	eventually(b.t, b.name+"'s page does not claim to be live", func() bool { return !b.live() })
}
