package live

import (
	"context"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

func TestFormsInABrowserOverASocket(t *testing.T) {
	browser := startBrowser(t)
	for name, test := range map[string]func(*testing.T, context.Context){
		"go over it and are answered on it":                       formOverSocket,
		"in flight when it dies are sent over HTTP, once":         formInFlight,
		"are sent over HTTP when it says nothing any more":        formUnanswered,
		"in flight are awaited when the stream's address changes": formAndNewAddress,
		"too large for it go over HTTP":                           formTooLarge,
		"with files and links go over HTTP":                       formWithFile,
		"are not left unanswered when neither is there":           formIntoTheVoid,
	} {
		t.Run(name, func(t *testing.T) { test(t, browser) })
	}
}

// roll presses the button for a move.
func (b *tab) roll() {
	b.Helper()
	b.do(chromedp.Click(chromedp.CSS("#roll button")))
}

func formOverSocket(t *testing.T, browser context.Context) {
	b := open(t, browser)
	b.roll()
	b.arrived(post{"/move", true})
	b.says("Thank you.")
	b.shows(1)
	b.do(chromedp.SendKeys(chromedp.CSS("[name=say]"), "a+b & c=ü"), chromedp.Click(chromedp.CSS("#talk button")))
	b.arrived(post{"/talk", true})
	b.says("Say it nicely.")
	b.nothingPosted()
}

func formInFlight(t *testing.T, browser context.Context) {
	b := open(t, browser, func(p *table) { p.hold = make(chan struct{}) })
	b.roll()
	b.arrived(post{"/move", true})
	b.cut(edgeSocket)
	b.arrived(post{"/move", false})
	close(b.hold)
	b.says("Thank you.")
	b.shows(2) // the table takes every move, unlike a game
	b.nothingPosted()
}

func formUnanswered(t *testing.T, browser context.Context) {
	b := hurried(t, browser, 20, func(p *table) {
		p.mute = true
		p.hold = make(chan struct{})
	})
	b.visit()
	b.on("socket")
	b.roll()
	b.arrived(post{"/move", true})
	b.arrived(post{"/move", false}) // ten seconds later
	close(b.hold)
	b.says("Thank you.")
	b.shows(2)
	b.nothingPosted()
}

func formAndNewAddress(t *testing.T, browser context.Context) {
	b := open(t, browser, func(p *table) { p.hold = make(chan struct{}) })
	b.set(func() { b.live = "/live/next?as=me" })
	b.roll()
	b.arrived(post{"/move", true})
	b.until(`page.dataset.live == '/live/next?as=me'`)
	close(b.hold)
	b.says("Thank you.")
	b.connected("/live/next")
	b.onlyOpen(edgeSocket)
	b.nothingPosted()
}

func formTooLarge(t *testing.T, browser context.Context) {
	b := open(t, browser)
	b.js(`document.querySelector('[name=more]').value = 'x'.repeat(70000); talk.requestSubmit()`)
	b.arrived(post{"/talk", false})
	b.says("Say it nicely.")
	b.on("socket")
}

func formWithFile(t *testing.T, browser context.Context) {
	b := open(t, browser)
	for _, attributes := range []string{`enctype="multipart/form-data" data-hx-post="/talk"`, `data-hx-get="/talk"`} {
		b.js(`document.getElementById('extra')?.remove()
			document.body.insertAdjacentHTML('beforeend', '<form id="extra" data-hx-target="#page" ` + attributes + `><input name="say"></form>')
			htmx.process(extra)
			extra.requestSubmit()`)
		b.arrived(post{"/talk", false})
		b.says("Say it nicely.")
		b.js(`notice.textContent = ''`)
	}
}

func formIntoTheVoid(t *testing.T, browser context.Context) {
	b := open(t, browser, func(p *table) { p.hold = make(chan struct{}) })
	b.roll()
	b.arrived(post{"/move", true})
	b.stop()
	close(b.hold)
	b.says("The site can't be reached.")
	b.on("lost")
	b.start(t, strings.TrimPrefix(b.url, "http://"))
	b.on("socket")
	b.roll()
	b.arrived(post{"/move", true})
	b.shows(2)
}
