package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"worldtravel/handlers"
	"worldtravel/models"
	"worldtravel/models/store"
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
	posts []string // paths that forms were sent to
	held  *fetch.EventRequestPaused

	networkFails bool // as the test wants it
	reloads      bool // without scripts: at first the page finds out by itself, later its person is impatient
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
			chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))...)
		ctx, cancel := chromedp.NewContext(allocator)
		chromium.ctx, chromium.err = ctx, chromedp.Do(ctx)
		chromium.end = func() { cancel(); end() }
	})
	if chromium.err != nil {
		t.Fatal(chromium.err)
	}
	b := &browser{t: t, site: p, name: "the visitor"}
	ctx, cancel := chromedp.NewContext(chromium.ctx, chromedp.WithNewBrowserContext(), chromedp.WithListener(b.hear))
	t.Cleanup(cancel)
	b.ctx = ctx
	if err := chromedp.Do(ctx); err != nil { // a limit on the first call would end the browser
		t.Fatal(err)
	}
	command(b, "observe the versions", page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: observeVersions})
	if who != nil {
		b.name = who.name
		response, err := who.client.Get(p.url + "/healthz")
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		for _, cookie := range who.client.Jar.Cookies(response.Request.URL) {
			command(b, "set the cookie", network.SetCookie, network.SetCookieParams{Name: cookie.Name, Value: cookie.Value, URL: p.url})
		}
	}
	t.Cleanup(b.check)
	return b
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
	case *runtime.EventExceptionThrown:
		b.wrong = append(b.wrong, fmt.Sprintf("%s %s", e.ExceptionDetails.Text, e.ExceptionDetails.Exception.Description))
	case *runtime.EventConsoleAPICalled:
		b.wrong = append(b.wrong, fmt.Sprintf("console.%s: %s", e.Type, e.Args[0].Value))
	case *log.EventEntryAdded:
		expected := b.networkFails && e.Entry.Source == log.EntrySourceNetwork
		if !expected && (e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning) {
			b.wrong = append(b.wrong, fmt.Sprintf("%s %s: %s %s", e.Entry.Source, e.Entry.Level, e.Entry.Text, e.Entry.URL))
		}
	case *fetch.EventRequestPaused:
		b.held = e
	}
}

// check fails the test if anything has gone wrong in the browser, and shows the
// page of a test that failed for another reason.
func (b *browser) check() {
	if back := b.text(`(window.backwards ?? []).join(', ')`); back != "" {
		b.t.Errorf("%s's page went back: %s", b.name, back)
	}
	if b.t.Failed() {
		b.t.Logf("%s's page is at %s:\n%s", b.name, b.text(`location.href`), b.text(`document.body.innerText`))
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, wrong := range b.wrong {
		b.t.Errorf("%s's browser says: %s", b.name, wrong)
	}
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

func (b *browser) visit(path string) {
	b.t.Helper()
	b.do("visit "+path, chromedp.Navigate(b.site.url+path))
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

// controls finds a button, or else a link, by the beginning of its words.
const controls = `(word => [...document.querySelectorAll('button'), ...document.querySelectorAll('a')].find(e =>
	!e.disabled && e.checkVisibility() && RegExp('^\\s*' + word + '\\b').test(e.textContent)))`

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
	b.see(has(word))
	at := read[[]float64](b, fmt.Sprintf(`(() => {
		const e = %s(%q)
		e.scrollIntoView({block: 'center', behavior: 'instant'})
		const box = e.getClientRects()[0], x = box.x + box.width / 2, y = box.y + box.height / 2
		return e.contains(document.elementFromPoint(x, y)) ? [x, y] : []
	})()`, controls, word))
	if len(at) != 2 {
		b.t.Fatalf("%s can't press %s: something lies over it", b.name, word)
	}
	return at
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

// posted counts the forms sent to a path that ends so.
func (b *browser) posted(end string) (n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, path := range b.posts {
		if strings.HasSuffix(path, end) {
			n++
		}
	}
	return n
}

var pageVersion = regexp.MustCompile(`id="page"[^>]* data-version="(\d+)"`)

// showsThePresent waits until the browser's page is as the site has it for somebody else.
func (b *browser) showsThePresent(room string, a *traveller) {
	b.t.Helper()
	var version []string
	eventually(b.t, b.name+"'s page shows the present state", func() bool {
		version = pageVersion.FindStringSubmatch(a.get(room))
		return version != nil && b.text(`document.getElementById('page').dataset.version`) == version[1]
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

// connected waits until changes reach the page.
func (b *browser) connected() {
	b.t.Helper()
	b.see(`document.documentElement.dataset.transport === 'live'`)
}

// ---- Whole games

// gamePage is what a page shows of a game.
type gamePage struct {
	Version    int
	Title, Log string
	Roll       bool
}

func (b *browser) game() gamePage {
	var g gamePage
	_ = json.Unmarshal([]byte(b.text(`JSON.stringify({
		Version: +document.getElementById('page').dataset.version,
		Title: document.getElementById('turn-title').textContent,
		Log: document.querySelector('.log__list').textContent,
		Roll: !!document.getElementById('move-0'),
	})`)), &g)
	return g
}

// playOut has whoever's turn it is press Roll until somebody has won, and
// expects every page to show each move.
func playOut(t *testing.T, room string, pages ...*browser) {
	t.Helper()
	var before, now gamePage
	for moves := 0; ; moves++ {
		var mover *browser
		eventually(t, fmt.Sprintf("all pages show move %d", moves), func() bool {
			now, mover = pages[0].game(), nil
			for _, b := range pages {
				g := b.game()
				if g.Version <= before.Version || g.Log != now.Log || g.Log == before.Log || g.Roll && mover != nil {
					return false
				}
				if g.Roll {
					mover = b
				}
			}
			return mover != nil || strings.Contains(now.Title, " won")
		})
		if mover == nil {
			return
		}
		if g := mover.game(); g.Title != "Your turn, "+mover.name {
			t.Fatalf("%s may roll, and the page says %q", mover.name, g.Title)
		}
		before = now
		mover.click("Roll")
		eventually(t, mover.name+" sees the own move", func() bool { return mover.game().Version > before.Version })
		for _, b := range pages {
			if b.reloads && moves > 8 {
				b.visit(room)
			}
		}
	}
}

func TestFourBrowsersPlayAWholeGameAndSeeEachOthersMovesWithoutReloading(t *testing.T) {
	t.Parallel()
	site := start(t)
	var all []*browser
	for _, name := range []string{"Ada", "Ben", "Cleo", "Dora"} {
		b := site.browser(t, nil)
		b.signUp(name)
		all = append(all, b)
	}
	host := all[0]
	host.click("Create room")
	host.see(`!!document.getElementById('seats')`)
	host.fill("name", "Grand tour")
	host.click("Create room")
	for _, b := range all[1:] {
		b.click("Join")
	}
	for _, b := range all {
		b.click("Ready")
		b.see(has("Not ready"))
		b.stay()
	}
	host.click("Start")
	room := host.text(`location.pathname`)
	playOut(t, room, all...)

	winner := ""
	for _, b := range all {
		if !b.stayed() {
			t.Errorf("%s's page was loaded anew", b.name)
		}
		if strings.HasPrefix(b.game().Title, "You won") {
			winner = b.name
		}
	}
	for _, b := range all {
		if title := b.game().Title; title != winner+" won" && title != "You won, "+winner {
			t.Errorf("%s's page says %q", b.name, title)
		}
	}

	for _, b := range all {
		b.click("Play again")
	}
	for _, b := range all {
		b.see(has("Ready"))
		b.see(`document.querySelectorAll('.label__name a').length === 4`)
		if next := b.text(`location.pathname`); next == room || next != host.text(`location.pathname`) {
			t.Errorf("Play again took %s from %s to %s", b.name, room, next)
		}
	}

	host.click("Leaderboard")
	host.see(`document.querySelectorAll('.ranking__row').length === 4`)
	if first := host.text(`document.querySelector('.ranking__row').innerText`); !regexp.MustCompile(`^1\s+` + winner + `\b.*\s1\s+100 %\s+1$`).MatchString(first) {
		t.Errorf("%s has won, and the leaderboard begins with %q", winner, first)
	}
	host.click(winner)
	host.click("See the game")
	host.see(`location.pathname === '` + room + `' && document.querySelector('.log__entry').textContent.includes('` + winner + `')`)
}

func TestAPlayerWithoutScriptsPlaysByFormsAndReloadAgainstOneWithScripts(t *testing.T) {
	t.Parallel()
	site := start(t)
	ada, ben := site.browser(t, site.traveller(t, "Ada")), site.browser(t, nil)
	command(ben, "switch scripts off", emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	ben.signUp("Ben")
	ben.click("Create room")
	ben.see(`!!document.getElementById('seats')`)
	ben.fill("name", "Grand tour")
	ben.click("Create room")
	ben.see(has("Ready"))
	room := ben.text(`location.pathname`)
	ada.visit(room)
	ada.click("Join")
	ada.click("Ready")
	ada.see(has("Not ready"))
	ada.stay()
	ben.click("Start")

	ben.reloads = true
	playOut(t, room, ben, ada)
	if !ada.stayed() {
		t.Error("Ada's page was loaded anew")
	}
	if !ben.is(`typeof htmx === 'undefined'`) {
		t.Error("Ben's browser runs scripts")
	}
}

// ---- What may happen to a page

func TestADoubleClickIsOneClickAndScoldsNobody(t *testing.T) {
	t.Parallel()
	site := start(t)
	for _, scripts := range []string{"with", "without"} {
		t.Run(scripts+" scripts", func(t *testing.T) {
			ada, ben := site.traveller(t, "Ada_"+scripts), site.traveller(t, "Ben_"+scripts)
			room := open("Grand tour", ada)
			host, guest := site.browser(t, ada), site.browser(t, ben)
			for _, b := range []*browser{host, guest} {
				if scripts == "without" {
					command(b, "switch scripts off", emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
				}
				b.visit("/")
			}
			press := func(b *browser, word, form, then string) {
				t.Helper()
				b.doubleClick(word)
				b.see(then)
				if n := b.posted(form); scripts == "with" && n != 1 {
					t.Errorf("a double click on %s sent %d forms", word, n)
				}
				if notice := b.text(`document.getElementById('notice').textContent`); notice != "" {
					t.Errorf("a double click on %s is answered %q", word, notice)
				}
			}
			press(guest, "Join", "/join", has("Ready"))
			press(guest, "Ready", "/ready", has("Not ready"))
			host.visit(room)
			press(host, "Start", "/start", has("Roll"))
			press(host, "Roll", "/move", `document.getElementById('turn-title').textContent.startsWith('Ben')`)
			if form := moveForm.FindStringSubmatch(ben.get(room)); form == nil || form[1] != "2" {
				t.Errorf("after a double click on Roll, Ben's form is for move %q", form)
			}
		})
	}
}

func TestASecondClickOnWhatHasTakenTheButtonsPlaceDoesNothing(t *testing.T) {
	t.Parallel()
	site := start(t)
	ada := site.traveller(t, "Ada")
	b := site.browser(t, ada)
	b.visit(open("Grand tour", ada))
	at := b.find("Ready")
	b.do("press Ready", chromedp.MouseClickXY(at[0], at[1]))
	b.see(has("Not ready"))
	b.do("press it again", chromedp.MouseClickXY(at[0], at[1], chromedp.ClickCount(2)))
	b.click("Add a computer player")
	b.see(`document.querySelectorAll('.label__name').length === 4 && document.body.textContent.includes('Nellie Bly')`)
	if !b.is(has("Not ready")) || b.posted("/ready") != 1 {
		t.Error("the second click took Ready back")
	}
}

func TestFocusAndScrollSurviveAPushedChange(t *testing.T) {
	t.Parallel()
	site := start(t)
	var all []*traveller
	for _, name := range []string{"Ada", "Ben", "Cleo", "Dora"} {
		all = append(all, site.traveller(t, name))
	}
	room := play("Grand tour", all...)
	rollOn(12, room, all...)
	b := site.browser(t, site.traveller(t, "Emil"))
	b.do("have a small window", chromedp.EmulateViewport(1280, 400))
	b.visit(room)
	b.connected()
	b.stay()
	where := `(() => {
		const list = document.querySelector('.log__list'), line = [...list.children].find(e => e.textContent.trim() === window.line)
		return {Focus: document.activeElement.getAttribute('href'), Window: scrollY, Line: line?.getBoundingClientRect().y - list.getBoundingClientRect().y}
	})()`
	type place struct {
		Focus        string
		Window, Line float64 // how far the window is scrolled, and where the line that is read stands in the log
	}
	before := read[place](b, `
		list = document.querySelector('.log__list')
		line = list.children[3].textContent.trim()
		list.scrollTop = list.children[3].offsetTop - list.children[0].offsetTop
		document.querySelector('.label__name a').focus({preventScroll: true})
		scrollTo({top: 150, behavior: 'instant'});`+where)
	if before.Focus != "/players/Ada" || before.Window != 150 || before.Line > 50 {
		t.Fatalf("focus and scroll are at %+v", before)
	}
	for range 2 {
		rollOn(1, room, all...)
		b.showsThePresent(room, all[0])
		after := read[place](b, where)
		if after.Focus != before.Focus || math.Abs(after.Window-before.Window) > 1 || math.Abs(after.Line-before.Line) > 1 {
			t.Errorf("focus and scroll were at %+v, and after a move at %+v", before, after)
		}
	}
	if !b.stayed() {
		t.Error("the page was loaded anew")
	}
}

func TestPlayGoesOnByItselfWhenAKilledServerIsBack(t *testing.T) {
	t.Parallel()
	site := start(t)
	ada, ben := site.traveller(t, "Ada"), site.traveller(t, "Ben")
	room := play("Grand tour", ada, ben)
	rollOn(3, room, ada, ben)
	pages := []*browser{site.browser(t, ada), site.browser(t, ben)}
	for _, b := range pages {
		b.networkFails = true
		b.visit(room)
		b.connected()
		b.stay()
	}
	site.kill()
	for _, b := range pages {
		b.see(`document.documentElement.dataset.transport === 'lost'`)
	}
	site.start()
	rollOn(1, room, ada, ben) // while no page is connected yet, perhaps
	for _, b := range pages {
		b.showsThePresent(room, ada)
		b.connected()
	}
	playOut(t, room, pages...)
	for _, b := range pages {
		if !b.stayed() {
			t.Errorf("%s's page was loaded anew", b.name)
		}
	}
}

func TestAPageThatSleptShowsThePresentAndNeverSomethingOlder(t *testing.T) {
	t.Parallel()
	site := start(t)
	ada, ben := site.traveller(t, "Ada"), site.traveller(t, "Ben")
	lifecycle := func(state page.SetWebLifecycleStateState) func(*browser) {
		return func(b *browser) {
			command(b, "be "+state.String(), page.SetWebLifecycleState, page.SetWebLifecycleStateParams{State: state})
		}
	}
	offline := func(offline bool) func(*browser) {
		return func(b *browser) {
			command(b, "change the network", network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
				MatchedNetworkConditions: []*network.Conditions{{Offline: offline, DownloadThroughput: -1, UploadThroughput: -1}}})
			command(b, "change the network", network.OverrideNetworkState, network.OverrideNetworkStateParams{
				Offline: offline, DownloadThroughput: -1, UploadThroughput: -1})
		}
	}
	for _, test := range []struct {
		name        string
		sleep, wake func(*browser)
	}{
		{"frozen", lifecycle(page.SetWebLifecycleStateStateFrozen), lifecycle(page.SetWebLifecycleStateStateActive)},
		{"offline", offline(true), offline(false)},
	} {
		t.Run(test.name, func(t *testing.T) {
			room := play("Grand tour", ada, ben)
			b := site.browser(t, ada)
			b.networkFails = true
			b.visit(room)
			b.connected()
			b.stay()
			test.sleep(b)
			rollOn(5, room, ada, ben)
			test.wake(b)
			b.showsThePresent(room, ada)
			rollOn(1, room, ada, ben)
			b.showsThePresent(room, ada)
			if !b.stayed() {
				t.Error("the page was loaded anew")
			}
		})
	}
}

func TestAnAnswerThatComesLateDoesNotTakeThePageBack(t *testing.T) {
	t.Parallel()
	site := start(t)
	ada, ben := site.traveller(t, "Ada"), site.traveller(t, "Ben")
	room := play("Grand tour", ada, ben)
	b := site.browser(t, ada)
	b.visit(room)
	b.connected()
	command(b, "hold back answers", fetch.Enable, fetch.EnableParams{
		Patterns: []*fetch.RequestPattern{{URLPattern: "*/move", RequestStage: fetch.RequestStageResponse}}})
	b.is(`addEventListener('htmx:finally:request', () => window.answered = true), true`)
	b.click("Roll")
	held := b.heldAnswer()
	rollOn(3, room, ben, ada)
	b.showsThePresent(room, ben)
	command(b, "let the answer go", fetch.ContinueRequest, fetch.ContinueRequestParams{RequestID: held.RequestID})
	b.see(`window.answered`)
	b.showsThePresent(room, ben) // that it never went back, its own notes tell
}

func TestPlayAgainIsHeardWhileTheAnswerToTheWinningMoveIsOnItsWay(t *testing.T) {
	t.Parallel()
	site := start(t)
	ada, ben := site.traveller(t, "Ada"), site.traveller(t, "Ben")
	b := site.browser(t, ada)
	command(b, "hold back answers", fetch.Enable, fetch.EnableParams{
		Patterns: []*fetch.RequestPattern{{URLPattern: "*/move", RequestStage: fetch.RequestStageResponse}}})
	for won := false; !won; {
		room := play("Grand tour", ada, ben)
		b.visit(room)
		b.connected()
		for over := false; !over; {
			b.showsThePresent(room, ben)
			rolls := b.game().Roll
			var held *fetch.EventRequestPaused
			if rolls {
				b.click("Roll")
				held = b.heldAnswer()
				b.showsThePresent(room, ben)
			} else {
				rollOn(1, room, ben)
			}
			title := b.game().Title
			won, over = rolls && title == "You won, Ada", strings.Contains(title, " won")
			if won {
				b.click("Play again")
			}
			if rolls {
				command(b, "let the answer go", fetch.ContinueRequest, fetch.ContinueRequestParams{RequestID: held.RequestID})
			}
		}
		if won {
			b.see(`location.pathname !== '` + room + `'`)
		}
	}
}

func TestComputerPlayersPlayWithNobodyLookingAndAfterARestart(t *testing.T) {
	t.Parallel()
	site := start(t)
	ada := site.traveller(t, "Ada")
	room := open("Grand tour", ada)
	for _, computer := range models.Computers[:3] {
		ada.must(room+"/computer", "computer", computer, "present", "yes")
	}
	ada.must(room + "/start")
	ada.roll(room)
	site.kill() // before the first computer has moved
	site.start()
	// The database tells, so that nobody asks the site.
	db, err := store.OpenSQLite(t.Context(), site.dir)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	watch, err := models.Open(t.Context(), db, models.Config{
		Games: handlers.Games(), Dice: dice{}, Now: time.Now, Log: slog.New(slog.DiscardHandler), Hash: models.HashParams, HashWait: models.HashWait,
	})
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "it is Ada's turn again", func() bool {
		table, err := watch.Rooms.Open(t.Context(), strings.TrimPrefix(room, "/rooms/"))
		if err != nil {
			t.Fatal(err)
		}
		return table.N >= 4 && table.ToAct()[0] == 0
	})
}

// ---- Every page

// pictures is a folder that the pictures of the pages are written to, if given.
var pictures = os.Getenv("SCREENSHOTS")

func TestEveryPageFitsItsWindowAndNeedsNothingFromElsewhere(t *testing.T) {
	t.Parallel()
	site := start(t)
	var all []*traveller
	for _, name := range []string{"Ada", "Ben", "Cleo", "Wilhelmina_the_Great"} {
		all = append(all, site.traveller(t, name))
	}
	ada, ben := all[0], all[1]
	ada.must("/profile/edit", "about", "Round the world with a hatbox, and home in time for tea. <i>Always</i>.", "bag", "3")
	for _, name := range []string{"Grand tour", "A very long way round the whole wide sea"} {
		rollOn(1000, play(name, all...), all...)
	}
	finished := play("Home again", all...)
	rollOn(1000, finished, all...)
	waiting := open("<b>Bold</b> & fast", ada)
	ben.must(waiting + "/join")
	ben.must(waiting+"/ready", "ready", "yes")
	open("Æther", ben)
	inPlay := play("Round the Horn", all...)
	for rollOn(10, inPlay, all...); !moveForm.MatchString(ada.get(inPlay)); {
		rollOn(1, inPlay, all...)
	}

	visitor, player := site.browser(t, nil), site.browser(t, ada)
	for _, visit := range []struct {
		name, path string
		by         *browser
	}{
		{"welcome", "/", visitor}, {"sign-up", "/signup", visitor}, {"log-in", "/login", visitor}, {"error", "/nowhere", visitor},
		{"lobby", "/", player}, {"create", "/rooms/new", player}, {"room", waiting, player}, {"game", inPlay, player},
		{"watch", inPlay, visitor}, {"finished", finished, player}, {"profile", "/players/Ada", player},
		{"edit-profile", "/profile/edit", player}, {"leaderboard", "/leaderboard", player},
	} {
		visit.by.networkFails = visit.name == "error"
		for _, scheme := range []string{"light", "dark"} {
			command(visit.by, "choose "+scheme, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
				Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
			for _, width := range []int64{360, 1280} {
				name := fmt.Sprintf("%s-%d-%s", visit.name, width, scheme)
				visit.by.do("resize", chromedp.EmulateViewport(width, 800))
				visit.by.visit(visit.path)
				if wide := read[int64](visit.by, `document.documentElement.scrollWidth`); wide > width {
					t.Errorf("%s is %d wide", name, wide)
				}
				if pictures == "" {
					continue
				}
				picture, err := chromedp.Run(visit.by.ctx, chromedp.FullScreenshot(100))
				if err == nil {
					err = os.WriteFile(filepath.Join(pictures, name+".png"), picture, 0o644)
				}
				if err != nil {
					t.Error(err)
				}
			}
		}
	}
}
