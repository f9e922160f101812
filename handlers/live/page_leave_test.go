package live

import (
	"context"
	"strings"
	"testing"
)

func TestAPageInABrowserThatIsLeftOrRefused(t *testing.T) {
	browser := startBrowser(t)
	for name, test := range map[string]func(*testing.T, context.Context){
		"a hidden page closes, and comes back when seen":       hidden,
		"a hidden page that is to be kept is kept":             hiddenKept,
		"a hidden page that is no longer to be kept closes":    hiddenNoLongerKept,
		"a page that is left closes though it was to be kept":  leftThoughKept,
		"the end of a session leads where the site says":       sessionEnds,
		"a page that may still be seen goes on after an end":   endOfNothing,
		"a page that is refused loads anew, but not in a loop": refused,
	} {
		t.Run(name, func(t *testing.T) { test(t, browser) })
	}
}

func hidden(t *testing.T, browser context.Context) {
	for _, transport := range []string{"sse", "auto"} {
		b := open(t, browser, func(p *table) { p.transport = transport })
		b.see(false)
		b.onlyOpen()
		b.js(`dispatchEvent(new Event('online'))`)
		b.move()
		b.see(true)
		b.shows(1)
		b.onlyOpen(edge(strings.Replace(transport, "auto", "socket", 1)))
		b.shown()
	}
}

func hiddenKept(t *testing.T, browser context.Context) {
	b := open(t, browser, func(p *table) { p.keep = true })
	asked := b.requests(edgeSocket)
	b.see(false)
	b.shown()
	b.until(`document.title == 'Move 1'`)
	b.see(true)
	b.shown()
	if got := b.requests(edgeSocket); got != asked {
		t.Error("the socket was opened anew")
	}
}

func hiddenNoLongerKept(t *testing.T, browser context.Context) {
	b := open(t, browser, func(p *table) { p.keep = true })
	b.see(false)
	b.set(func() { b.keep = false })
	b.shown()
	b.onlyOpen()
	b.see(true)
	b.onlyOpen(edgeSocket)
}

func leftThoughKept(t *testing.T, browser context.Context) {
	b := open(t, browser, func(p *table) { p.keep = true })
	b.js(`window.kept = true; location = '/other'`)
	b.until(`document.title == 'Other'`)
	b.onlyOpen()
	b.js(`history.back()`)
	b.until(`window.kept`)
	b.onlyOpen(edgeSocket)
}

func sessionEnds(t *testing.T, browser context.Context) {
	for _, transport := range []string{"sse", "auto", "none"} {
		b := hurried(t, browser, 10, func(p *table) { p.transport = transport })
		b.visit()
		b.until(`document.documentElement.dataset.transport != null`)
		b.set(func() { b.gone = true })
		b.hub.DropSession("ada")
		b.until(`location.pathname == '/login'`)
	}
}

func endOfNothing(t *testing.T, browser context.Context) {
	for _, transport := range []string{"sse", "auto"} {
		b := open(t, browser, func(p *table) { p.transport = transport })
		b.js(`window.same = true`)
		b.hub.DropSession("ada")
		b.shown()
		b.until(`/sse|socket/.test(document.documentElement.dataset.transport)`)
		b.shown()
		b.want(`same`)
	}
}

func refused(t *testing.T, browser context.Context) {
	for _, status := range []int{403, 404} {
		b := open(t, browser)
		b.js(`window.same = true`)
		b.refuse(status, edgeSSE, edgeSocket, edgeFetch)
		b.cut(edgeSocket)
		b.until(`!window.same`)
		b.on("lost") // refused at once, this time
		b.mu.Lock()
		loads := b.loads
		b.mu.Unlock()
		if loads != 2 {
			t.Errorf("the page was loaded %d times", loads)
		}
		// What it would do after half a minute, if nothing changed.
		b.refuse(0, edgeSSE, edgeSocket, edgeFetch)
		b.js(`window.same = true`)
		b.on("socket")
		b.want(`same`)
	}
}
