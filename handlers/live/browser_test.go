package live

import (
	"context"
	"fmt"
	"maps"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// tab is a page of the browser, with the table opened in it.
type tab struct {
	*testing.T
	ctx context.Context
	*table
}

// startBrowser starts Chromium, without a page. Tests without one are skipped.
func startBrowser(t *testing.T) context.Context {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("chromium is not on PATH, so public/js/live.js is not tested")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	allocator, stop := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("starting chromium: %v", err)
	}
	return ctx
}

// open opens a new table in a new tab and waits until it is live, on a socket
// unless it may not.
func open(t *testing.T, browser context.Context, prepare ...func(*table)) *tab {
	t.Helper()
	b := newTab(t, browser, prepare...)
	b.visit()
	if b.transport == "sse" {
		b.on("sse")
	} else {
		b.on("socket")
	}
	return b
}

// newTab makes a new table and an empty tab for it. Exceptions and other errors
// in the page fail the test, but for what the network does.
func newTab(t *testing.T, browser context.Context, prepare ...func(*table)) *tab {
	t.Helper()
	b := &tab{T: t, table: newTable(t)}
	for _, change := range prepare {
		change(b.table)
	}
	ctx, cancel := chromedp.NewContext(browser)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	// The tab's own context must be one without a limit, or the tab ends with it.
	b.ctx, cancel = context.WithTimeout(ctx, 2*patience)
	t.Cleanup(cancel)
	err := chromedp.Listen(ctx, func(event any) {
		switch e := event.(type) {
		case *runtime.EventExceptionThrown:
			t.Errorf("exception: %s", e.ExceptionDetails.Exception.Description)
		case *runtime.EventConsoleAPICalled:
			if text := string(e.Args[0].Value); e.Type == runtime.ConsoleAPICalledTypeError && !strings.Contains(text, "Failed to fetch") {
				t.Errorf("console: %s", text)
			}
		case *log.EventEntryAdded:
			if e.Entry.Level == log.EntryLevelError && e.Entry.Source != log.EntrySourceNetwork {
				t.Errorf("%s: %s", e.Entry.Source, e.Entry.Text)
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// visit loads the page.
func (b *tab) visit() {
	b.Helper()
	b.do(chromedp.Navigate(b.url))
}

// on waits until the page says that it is on a transport.
func (b *tab) on(transport string) {
	b.Helper()
	b.until(fmt.Sprintf(`document.documentElement.dataset.transport == %q`, transport))
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		b.Fatal(err)
	}
}

// js runs a script in the page.
func (b *tab) js(script string) {
	b.Helper()
	b.do(chromedp.Evaluate[chromedp.Void](script))
}

// until waits for a condition, over reloads of the page as well.
func (b *tab) until(condition string) {
	b.Helper()
	for deadline := time.Now().Add(patience); ; {
		ok, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](condition))
		if ok {
			return
		}
		if time.Now().After(deadline) {
			html, _ := chromedp.Run(b.ctx, chromedp.Evaluate[string](`document.documentElement.outerHTML`))
			b.Fatalf("never came true: %s (%v)\n%s", condition, err, html)
		}
		time.Sleep(10 * time.Millisecond) // the page has no signal to await
	}
}

func (b *tab) want(condition string) {
	b.Helper()
	if ok, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](condition)); !ok {
		b.Errorf("is not true: %s (%v)", condition, err)
	}
}

// shows waits until the page is at a version.
func (b *tab) shows(version int) {
	b.Helper()
	b.until(fmt.Sprintf(`document.querySelector('h1').textContent.startsWith('Move %d') && page.dataset.version == %[1]d`, version))
}

// says waits for what the notice says.
func (b *tab) says(text string) {
	b.Helper()
	b.until(fmt.Sprintf(`notice.textContent == %q`, text))
}

// posted waits until a form has arrived at the server, on the page's transport.
func (b *tab) posted(path string) {
	b.Helper()
	b.arrived(post{path, b.transport != "sse"})
}

// arrived waits until a form has arrived at the server.
func (b *tab) arrived(want post) {
	b.Helper()
	select {
	case got := <-b.posts:
		if got != want {
			b.Fatalf("posted %+v, want %+v", got, want)
		}
	case <-time.After(patience):
		b.Fatalf("%+v was not posted", want)
	}
}

// connected waits until there are connections at these addresses and no others.
func (b *tab) connected(addresses ...string) {
	b.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
		b.hub.mu.Lock()
		kinds := slices.Sorted(maps.Keys(b.hub.topics["room"]))
		b.hub.mu.Unlock()
		if slices.Equal(kinds, addresses) {
			return
		}
		if time.Now().After(deadline) {
			b.Fatalf("connected at %v, want %v", kinds, addresses)
		}
	}
}

func (b *tab) nothingPosted() {
	b.Helper()
	select {
	case got := <-b.posts:
		b.Errorf("posted %+v as well", got)
	default:
	}
}

// hurried is a tab in which the page's seconds pass so much faster, and which
// notes in window.marks what transports the page was on.
func hurried(t *testing.T, browser context.Context, factor int, prepare ...func(*table)) *tab {
	t.Helper()
	b := newTab(t, browser, prepare...)
	script := fmt.Sprintf(`const later = setTimeout
		window.setTimeout = (act, ms, ...rest) => later(act, ms / %d, ...rest)
		window.marks = []
		new MutationObserver(() => {
			const mark = document.documentElement.dataset.transport
			if (marks.at(-1) != mark) marks.push(mark)
		}).observe(document, {subtree: true, attributeFilter: ['data-transport']})`, factor)
	call(b, cdppage.AddScriptToEvaluateOnNewDocument, cdppage.AddScriptToEvaluateOnNewDocumentParams{Source: script})
	return b
}

// call sends one of the browser's own commands.
func call[P, R any](b *tab, c cdp.Command[P, R], params P) {
	b.Helper()
	if _, err := chromedp.Call(b.ctx, c, params); err != nil {
		b.Fatal(err)
	}
}

// onlyOpen waits until these are all the connections there are.
func (b *tab) onlyOpen(edges ...edge) {
	b.Helper()
	want := make(map[edge]int)
	for _, edge := range edges {
		want[edge]++
	}
	b.eventually(func() bool { return fmt.Sprint(b.connections()) == fmt.Sprint(want) },
		func() string { return fmt.Sprintf("open are %v, want %v", b.connections(), want) })
}

// askedFor waits until the page has asked so often for an edge.
func (b *tab) askedFor(edge edge, times int) {
	b.Helper()
	b.eventually(func() bool { return b.requests(edge) >= times },
		func() string { return fmt.Sprintf("asked %d times for %s, want %d", b.requests(edge), edge, times) })
}

func (b *tab) eventually(ok func() bool, fault func() string) {
	b.Helper()
	for deadline := time.Now().Add(patience); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			b.Fatal(fault())
		}
	}
}

// shown pushes a move and waits until the page shows it.
func (b *tab) shown() {
	b.Helper()
	b.move()
	b.mu.Lock()
	v := b.versions["room"]
	b.mu.Unlock()
	b.shows(int(v))
}

// see hides the page or shows it again.
func (b *tab) see(seen bool) {
	b.Helper()
	b.js(fmt.Sprintf(`Object.defineProperty(document, 'hidden', {value: %t, configurable: true})
		document.dispatchEvent(new Event('visibilitychange'))`, !seen))
}
