package live

import (
	"context"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

func TestThePageInABrowserOverAllTransports(t *testing.T) {
	browser := startBrowser(t)
	for name, test := range map[string]func(*testing.T, context.Context){
		"a page starts on SSE and goes over to a socket":               upgrade,
		"a socket that dies is replaced by SSE and tried again":        socketDies,
		"without SSE there is the socket":                              withoutSSE,
		"without a socket there is SSE, and the socket is tried again": withoutSocket,
		"without either the page asks, and moves up when it can":       withoutEither,
		"a page that has no place yet moves up when one is free":       noPlace,
		"SSE that was chosen is left for nothing but asking":           choiceOfSSE,
		"a socket that was chosen is left for nothing but asking":      choiceOfSocket,
		"asking that was chosen is all there is":                       choiceOfNone,
		"a page that stands still opens nothing":                       standsStill,
		"an answer that comes when there is a stream changes nothing":  answerTooLate,
		"a connection that was closed does not end the one after it":   closedOnPurpose,
		"no transport brings an older page while both are open":        olderWhileBoth,
		"a connection without a sign of life is replaced":              noSign,
		"beats are signs of life":                                      beats,
		"a network that is cut is said to be lost, and comes back":     networkCut,
	} {
		t.Run(name, func(t *testing.T) { test(t, browser) })
	}
}

func upgrade(t *testing.T, browser context.Context) {
	b := hurried(t, browser, 1)
	b.visit()
	b.on("socket")
	b.onlyOpen(edgeSocket)
	b.want(`marks == 'sse,socket'`)
	b.shown()
	b.want(`marks == 'sse,socket'`)
	if n := b.requests(edgeSSE) + b.requests(edgeFetch); n != 1 {
		t.Errorf("the page asked for news %d times besides", n-1)
	}
}

func socketDies(t *testing.T, browser context.Context) {
	b := hurried(t, browser, 10)
	b.visit()
	b.on("socket")
	b.js(`window.same = true`)
	b.refuse(503, edgeSocket)
	b.cut(edgeSocket)
	b.on("sse")
	b.onlyOpen(edgeSSE)
	b.shown()
	b.refuse(0, edgeSocket)
	b.on("socket")
	b.onlyOpen(edgeSocket)
	b.shown()
	b.want(`same && marks == 'sse,socket,sse,socket'`) // never lost
}

func withoutSSE(t *testing.T, browser context.Context) {
	for _, fault := range []int{503, silent} {
		b := hurried(t, browser, 10, func(p *table) { p.refuse(fault, edgeSSE) })
		b.visit()
		b.on("socket")
		b.onlyOpen(edgeSocket)
		b.shown()
	}
}

func withoutSocket(t *testing.T, browser context.Context) {
	for _, fault := range []int{503, silent} {
		b := hurried(t, browser, 10, func(p *table) { p.refuse(fault, edgeSocket) })
		b.visit()
		b.on("sse")
		b.askedFor(edgeSocket, 3)
		b.shown()
		b.want(`marks == 'sse'`)
		if n := b.requests(edgeSSE); n != 1 {
			t.Errorf("asked %d times for SSE", n)
		}
		b.refuse(0, edgeSocket)
		b.on("socket")
		b.onlyOpen(edgeSocket)
	}
}

func withoutEither(t *testing.T, browser context.Context) {
	for _, fault := range []int{503, silent} {
		for _, better := range []edge{edgeSSE, edgeSocket} {
			b := hurried(t, browser, 10, func(p *table) { p.refuse(fault, edgeSSE, edgeSocket) })
			b.visit()
			b.on("fetch")
			b.js(`window.same = true`)
			b.shown()
			b.refuse(0, better)
			b.on(string(better))
			b.shown()
			b.want(`same`)
		}
	}
}

func noPlace(t *testing.T, browser context.Context) {
	b := hurried(t, browser, 10, func(p *table) {
		p.transport = "sse"
		p.refuse(429, edgeSSE)
	})
	b.visit()
	b.on("fetch")
	b.shown()
	b.refuse(0, edgeSSE)
	b.on("sse")
	asked := b.requests(edgeFetch)
	b.shown()
	if got := b.requests(edgeFetch); got != asked {
		t.Error("the page asks though it is on SSE")
	}
}

func choiceOfSSE(t *testing.T, browser context.Context) {
	b := hurried(t, browser, 10, func(p *table) { p.transport = "sse" })
	b.visit()
	b.on("sse")
	b.do(chromedp.Click(chromedp.CSS("#roll button")))
	b.arrived(post{"/move", false})
	b.says("Thank you.")
	b.refuse(503, edgeSSE)
	b.cut(edgeSSE)
	b.on("fetch")
	b.refuse(0, edgeSSE)
	b.on("sse")
	if n := b.requests(edgeSocket); n > 0 {
		t.Errorf("asked for a socket %d times", n)
	}
}

func choiceOfSocket(t *testing.T, browser context.Context) {
	b := hurried(t, browser, 10, func(p *table) { p.transport = "socket" })
	b.visit()
	b.on("socket")
	b.do(chromedp.Click(chromedp.CSS("#roll button")))
	b.arrived(post{"/move", true})
	b.says("Thank you.")
	b.refuse(503, edgeSocket)
	b.cut(edgeSocket)
	b.on("fetch")
	b.refuse(0, edgeSocket)
	b.on("socket")
	if n := b.requests(edgeSSE); n > 0 {
		t.Errorf("asked for SSE %d times", n)
	}
}

func choiceOfNone(t *testing.T, browser context.Context) {
	b := hurried(t, browser, 10, func(p *table) { p.transport = "none" })
	b.visit()
	b.on("fetch")
	b.shown()
	b.refuse(503, edgeFetch)
	b.on("lost")
	b.refuse(0, edgeFetch)
	b.on("fetch")
	b.shown()
	if n := b.requests(edgeSSE) + b.requests(edgeSocket); n > 0 {
		t.Errorf("asked for SSE or a socket %d times", n)
	}
}

func standsStill(t *testing.T, browser context.Context) {
	b := newTab(t, browser, func(p *table) { p.live = "" })
	b.visit()
	b.do(chromedp.Click(chromedp.CSS("#roll button")))
	b.says("Thank you.")
	b.want(`!document.documentElement.dataset.transport`)
	b.arrived(post{"/move", false})
	for _, edge := range []edge{edgeSSE, edgeSocket, edgeFetch} {
		if n := b.requests(edge); n > 0 {
			t.Errorf("asked for %s %d times", edge, n)
		}
	}
}

func answerTooLate(t *testing.T, browser context.Context) {
	b := hurried(t, browser, 10, func(p *table) {
		p.transport = "sse"
		p.late = make(chan struct{})
		p.refuse(503, edgeSSE)
	})
	b.visit()
	b.askedFor(edgeFetch, 1)
	b.refuse(0, edgeSSE)
	b.on("sse")
	close(b.late)
	b.until(`performance.getEntriesByType('resource').some(({initiatorType}) => initiatorType == 'fetch')`)
	b.shown()
	b.want(`marks == 'sse'`)
}

func closedOnPurpose(t *testing.T, browser context.Context) {
	b := hurried(t, browser, 10, func(p *table) { p.transport = "socket" })
	b.visit()
	b.on("socket")
	b.js(`dispatchEvent(new Event('online'))`)
	b.askedFor(edgeSocket, 2)
	b.onlyOpen(edgeSocket)
	b.shown()
	b.want(`marks == 'socket'`)
	if n := b.requests(edgeSocket); n != 2 {
		t.Errorf("asked %d times for a socket, want 2", n)
	}
}

func olderWhileBoth(t *testing.T, browser context.Context) {
	for _, clock := range []string{"", "data-clock"} {
		b := hurried(t, browser, 10, func(p *table) {
			p.clock, p.behind = clock, true
			p.versions["room"] = 3
			p.refuse(silent, edgeSocket)
		})
		b.visit()
		b.on("sse")
		b.shown()
		b.refuse(0, edgeSocket)
		b.on("socket") // whose first fragment is of version 1
		b.onlyOpen(edgeSocket)
		b.want(`page.dataset.version == 4 && document.querySelector('h1').textContent == 'Move 4'`)
	}
}

func noSign(t *testing.T, browser context.Context) {
	for _, edge := range []edge{edgeSSE, edgeSocket} {
		b := hurried(t, browser, 100, func(p *table) { p.transport = string(edge) })
		b.visit()
		b.askedFor(edge, 3)
		b.onlyOpen(edge)
		b.shown()
	}
}

func beats(t *testing.T, browser context.Context) {
	for _, edge := range []edge{edgeSSE, edgeSocket} {
		b := hurried(t, browser, 100, func(p *table) {
			p.transport = string(edge)
			p.times.beat = 100 * time.Millisecond
		})
		b.visit()
		b.on(string(edge))
		asked := b.requests(edge)
		b.do(chromedp.Evaluate[chromedp.Void](`new Promise(done => setTimeout(done, 12e4))`, chromedp.EvalAwaitPromise))
		if got := b.requests(edge); got != asked {
			t.Errorf("%s was opened anew %d times", edge, got-asked)
		}
	}
}

func networkCut(t *testing.T, browser context.Context) {
	for _, transport := range []string{"sse", "auto"} {
		b := open(t, browser, func(p *table) { p.transport = transport })
		b.js(`window.same = true`)
		cut := func(cut bool) {
			call(b, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
				MatchedNetworkConditions: []*network.Conditions{{Offline: cut, DownloadThroughput: -1, UploadThroughput: -1}}})
			call(b, network.OverrideNetworkState, network.OverrideNetworkStateParams{
				Offline: cut, DownloadThroughput: -1, UploadThroughput: -1})
		}
		call(b, network.Enable, network.EnableParams{})
		cut(true)
		b.on("lost")
		b.move()
		cut(false)
		b.shows(1)
		b.until(`document.documentElement.dataset.transport != 'lost'`)
		b.want(`same`)
	}
}
