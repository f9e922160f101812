package main

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"worldtravel/models"
)

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
					b.withoutScripts()
				}
				b.visit("/")
			}
			press := func(b *browser, word, form, then string) {
				t.Helper()
				b.doubleClick(word)
				b.see(then)
				if requests, overSocket := b.posted(form); scripts == "with" && requests+overSocket != 1 {
					t.Errorf("a double click on %s sent %d forms", word, requests+overSocket)
				}
				if notice := b.text(here + `.querySelector('[id^=notice]').textContent`); notice != "" {
					t.Errorf("a double click on %s is answered %q", word, notice)
				}
			}
			press(guest, "Join", "/join", has("Ready"))
			guest.connected() // with scripts, they have run
			if scripts == "with" {
				press(guest, "Ready", "/ready", has("Not ready"))
			} else { // the second press may meet Not ready, and says that then
				press(guest, "Ready", "/ready", has("Ready")+" || "+has("Not ready"))
				eventually(t, "Ben is ready", func() bool {
					ben.must(room+"/ready", "ready", "yes")
					return guest.is(has("Not ready"))
				})
			}
			host.visit(room)
			press(host, "Start", "/start", has("Roll"))
			press(host, "Roll", "/move", here+`.querySelector('.turn__title').textContent.startsWith('Ben')`)
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
	if requests, overSocket := b.posted("/ready"); !b.is(has("Not ready")) || requests+overSocket != 1 {
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
		b.networkFails.Store(true)
		b.visit(room)
		b.connected()
		b.stay()
	}
	site.kill()
	for _, b := range pages {
		b.lost()
	}
	site.start()
	rollOn(1, room, ada, ben) // while no page is connected yet, perhaps
	for _, b := range pages {
		b.showsThePresent(room, ada)
		b.connected()
	}
	playOut(t, matchOf(t, room, pages[0], pages[1]))
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
			b.networkFails.Store(true)
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
	b.take("sse")
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
	b.take("sse")
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
	watch := site.database(t) // so that nobody asks the site
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
		visit.by.networkFails.Store(visit.name == "error")
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
