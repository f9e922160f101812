package live

import (
	"context"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// opener opens a new table on the transport that is tested.
type opener func(prepare ...func(*table)) *tab

func TestThePageInABrowserOnEachTransport(t *testing.T) {
	browser := startBrowser(t)
	for name, test := range map[string]func(*testing.T, opener){
		"a push keeps focus, typed text, scroll and details":    pushKeepsWhatTheReaderDid,
		"focus waits on the panel for the next move":            focusWaits,
		"a game that begins is seen from its top":               beginsAtTheTop,
		"a push sets the title":                                 pushSetsTitle,
		"an answer that trails a push is refused":               answerTrailsPush,
		"a push that trails an answer is refused":               pushTrailsAnswer,
		"a clock's version may step back with a new connection": clockStepsBack,
		"a refusal shows its notice":                            refusalShowsNotice,
		"a failed request is not silent":                        failureIsNotSilent,
		"a redirect leads to the other page":                    redirectLeads,
		"a double click posts once":                             doubleClick,
		"a second submit in flight is dropped":                  secondSubmit,
		"a restarted server brings the present state":           restart,
		"a closed stream does not wait for its turn on waking":  waking,
		"back and forward close and reopen the stream":          backAndForward,
		"a new address of the stream is followed":               newAddress,
	} {
		for _, transport := range []string{"sse", "auto"} {
			t.Run(name+", "+transport, func(t *testing.T) {
				test(t, func(prepare ...func(*table)) *tab {
					t.Helper()
					choose := func(p *table) { p.transport = transport }
					return open(t, browser, append(prepare, choose)...)
				})
			})
		}
	}
}

func pushKeepsWhatTheReaderDid(t *testing.T, open opener) {
	b := open(func(p *table) {
		for range 20 {
			p.store("room")
		}
	})
	b.do(
		chromedp.SendKeys(chromedp.CSS("[name=more]"), "to be sent later"),
		chromedp.Click(chromedp.CSS("[name=loud]")),
		chromedp.Click(chromedp.CSS("summary")),
		chromedp.SendKeys(chromedp.CSS("[name=say]"), "half a sen"),
	)
	b.js(`document.querySelector('[name=to]').value = 'Ben'; document.querySelector('[name=say]').setSelectionRange(2, 4)
		window.field = document.activeElement; log.scrollTop = 100; scrollTo(0, 200)`)
	for range 3 {
		b.move()
	}
	b.shows(23)
	b.want(`document.activeElement == window.field && window.field.value == 'half a sen'`)
	b.want(`window.field.selectionStart == 2 && window.field.selectionEnd == 4`)
	b.want(`document.querySelector('[name=more]').value == 'to be sent later'`)
	b.want(`document.querySelector('[name=loud]').checked && document.querySelector('[name=to]').value == 'Ben'`)
	b.want(`document.querySelector('details').open && document.querySelector('details p').textContent == '23'`)
	b.want(`log.children.length == 23 && log.scrollTop >= 100 && scrollY == 200`)
	b.want(`document.querySelector('[name=n]').value == '23'`)
}

func focusWaits(t *testing.T, open opener) {
	b := open()
	b.js(`document.getElementById('move-0').focus()`)
	b.turn("others")
	b.until(`document.activeElement.id == 'turn'`)
	b.turn("viewer")
	b.until(`document.activeElement.id == 'move-0'`)
	b.js(`document.querySelector('[name=say]').focus()`)
	b.turn("others")
	b.turn("viewer")
	b.shows(4)
	b.want(`document.activeElement.name == 'say'`)
}

func beginsAtTheTop(t *testing.T, open opener) {
	b := open(func(p *table) { p.early = true })
	b.js(`scrollTo(0, 200); document.querySelector('[name=say]').focus({preventScroll: true})`)
	b.move()
	b.shows(1)
	b.want(`scrollY == 200`)
	b.mu.Lock()
	b.early = false
	b.mu.Unlock()
	b.move()
	b.shows(2)
	b.until(`scrollY == 0`)
	b.want(`document.activeElement.name == 'say'`)
}

func pushSetsTitle(t *testing.T, open opener) {
	b := open()
	b.move()
	b.until(`document.title == 'Move 1'`)
}

func answerTrailsPush(t *testing.T, open opener) {
	b := open(func(p *table) { p.hold = make(chan struct{}) })
	b.do(chromedp.Click(chromedp.CSS("#roll button")))
	b.posted("/move")
	b.shows(1) // by the push, for the answer is held
	b.move()
	b.shows(2)
	close(b.hold)
	b.says("Thank you.")
	b.shows(2)
}

func pushTrailsAnswer(t *testing.T, open opener) {
	b := open(func(p *table) { p.mute = true })
	for v := 1; v <= 2; v++ {
		b.do(chromedp.Click(chromedp.CSS("#roll button")))
		b.posted("/move")
		b.shows(v)
	}
	// The push of the first move comes only now.
	b.js(`window.pushed = new Promise(done => addEventListener('htmx:after:swap', done, {once: true}))`)
	b.set(func() { b.versions["room"] = 1 })
	b.hub.Changed(context.Background(), "room", 1)
	b.do(chromedp.Evaluate[chromedp.Void](`window.pushed`, chromedp.EvalAwaitPromise))
	b.want(`document.querySelector('h1').textContent == 'Move 2'`)
	b.set(func() { b.versions["room"] = 2 })
	b.move()
	b.shows(3)
}

func clockStepsBack(t *testing.T, open opener) {
	b := open(func(p *table) {
		p.clock = "data-clock"
		p.versions["room"] = 5
	})
	b.stop()
	b.set(func() { b.versions["room"] = 3 })
	b.start(t, strings.TrimPrefix(b.url, "http://"))
	b.shows(3)
}

func refusalShowsNotice(t *testing.T, open opener) {
	b := open()
	b.do(chromedp.SendKeys(chromedp.CSS("[name=say]"), "please"), chromedp.Click(chromedp.CSS("#talk button")))
	b.posted("/talk")
	b.says("Say it nicely.")
	b.move()
	b.shows(1)
	b.says("Say it nicely.") // a push does not take it away
	b.want(`document.querySelector('[name=say]').value == 'please'`)
}

func failureIsNotSilent(t *testing.T, open opener) {
	for _, fault := range []string{"proxy", "crash"} {
		b := open()
		if fault == "crash" && b.transport != "sse" {
			continue // a socket goes on; see what becomes of forms when it does not
		}
		b.do(chromedp.SendKeys(chromedp.CSS("[name=say]"), fault), chromedp.Click(chromedp.CSS("#talk button")))
		b.says("The site can't be reached.")
	}
}

func redirectLeads(t *testing.T, open opener) {
	for _, kind := range []string{"redirect", "hx-redirect"} {
		b := open()
		if kind == "redirect" && b.transport != "sse" {
			continue // over a socket nobody follows it
		}
		b.do(chromedp.SendKeys(chromedp.CSS("[name=say]"), kind), chromedp.Click(chromedp.CSS("#talk button")))
		b.until(`location.pathname == '/other' && document.title == 'Other'`)
	}
}

func doubleClick(t *testing.T, open opener) {
	b := open()
	click := func(count int) {
		t.Helper()
		at, err := chromedp.Run(b.ctx, chromedp.Evaluate[[]float64](
			`(({x, y}) => [x + 5, y + 5])(document.querySelector('#roll button').getBoundingClientRect())`))
		if err != nil {
			t.Fatal(err)
		}
		b.do(chromedp.MouseClickXY(at[0], at[1], chromedp.ClickCount(count)))
	}
	b.js(`window.submits = 0; addEventListener('submit', () => submits++)`)
	click(1)
	b.posted("/move")
	b.shows(1)
	b.says("Thank you.")
	click(2) // the first is answered already
	b.want(`submits == 1`)
	click(1)
	b.want(`submits == 2`)
	b.posted("/move")
	b.shows(2)
}

func secondSubmit(t *testing.T, open opener) {
	b := open(func(p *table) { p.hold = make(chan struct{}) })
	b.js(`roll.requestSubmit(); roll.requestSubmit()`)
	b.posted("/move")
	b.shows(1) // the push has changed the form meanwhile
	b.js(`roll.requestSubmit()`)
	close(b.hold)
	b.says("Thank you.")
	b.nothingPosted()
	b.js(`roll.requestSubmit()`)
	b.posted("/move")
	b.shows(2)
}

func restart(t *testing.T, open opener) {
	b := open()
	b.move()
	b.shows(1)
	b.js(`window.same = true`)
	b.stop()
	b.on("lost")
	b.store("room")
	b.start(t, strings.TrimPrefix(b.url, "http://"))
	b.shows(2)
	b.want(`window.same`)
	b.move()
	b.shows(3)
}

func waking(t *testing.T, open opener) {
	b := open()
	b.js(`Math.random = () => 1e6`) // the next try by itself is days away
	b.stop()
	b.on("lost")
	b.store("room")
	b.start(t, strings.TrimPrefix(b.url, "http://"))
	b.js(`window.soon = performance.now() + 2e3; document.dispatchEvent(new Event('visibilitychange'))`)
	b.shows(1)
	b.want(`performance.now() < window.soon`)
}

func backAndForward(t *testing.T, open opener) {
	b := open()
	b.js(`window.kept = true; location = '/other'`)
	b.until(`document.title == 'Other'`)
	b.connected()
	b.move()
	b.js(`history.back()`)
	b.shows(1)
	b.want(`window.kept`) // it came out of the back/forward cache
	b.move()
	b.shows(2)
}

func newAddress(t *testing.T, open opener) {
	b := open()
	b.set(func() { b.live = "/live/next?as=me" })
	b.move()
	b.shows(1)
	b.connected("/live/next")
	b.move()
	b.shows(2)
}
