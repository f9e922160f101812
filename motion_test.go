package main

import (
	"fmt"
	"math"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// observeMotion notes what begins to move once in a page, but for what is over in the
// same moment, and the sounds that it makes.
const observeMotion = `
	window.moved = []
	window.sounds = 0
	HTMLMediaElement.prototype.play = function () { sounds++; return Promise.resolve() }
	addEventListener('animationstart', ({target, animationName, pseudoElement}) => {
		// A browser with much to do tells of an animation when it is over and no longer listed.
		const style = getComputedStyle(target, pseudoElement || null)
		const nth = style.animationName.split(', ').indexOf(animationName)
		const of = list => list.split(', ').at(nth % list.split(', ').length)
		if (nth < 0 || of(style.animationIterationCount) === 'infinite' || !(parseFloat(of(style.animationDuration)) > .001)) return
		moved.push(animationName + ' of ' + (target.id || target.classList[0]))
	})`

// inMotion opens a browser in which motion is noted.
func (p *program) inMotion(t *testing.T, who *traveller) *browser {
	t.Helper()
	b := p.browser(t, who)
	b.do("resize", chromedp.EmulateViewport(1280, 800))
	command(b, "observe motion", page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: observeMotion})
	return b
}

// upToDate waits until the first news has come over the page's connection.
func (b *browser) upToDate() {
	b.t.Helper()
	b.connected()
	b.see(`!document.body.classList.contains('still')`)
	b.rested()
}

func TestAPageThatIsOpenedStandsStillAndThenMovesWhatMoves(t *testing.T) {
	t.Parallel()
	site := start(t)
	ada, ben := site.traveller(t, "Ada"), site.traveller(t, "Ben")
	room := play("Grand tour", ada, ben)
	rollOn(4, room, ada, ben)
	b := site.inMotion(t, ada)
	b.visit(room)
	b.upToDate()
	if moved := b.text(`moved.join(', ')`); moved != "" {
		t.Errorf("when it is opened, this moves: %s", moved)
	}

	rollOn(1, room, ada, ben)
	b.see(`moved.some(m => m.startsWith('piece-walk') && m.endsWith(document.querySelector('.piece--last').id))`)
	if moved := b.text(`moved.filter(m => /piece-walk/.test(m)).join(', ')`); strings.Contains(moved, ",") {
		t.Errorf("after one roll more than one piece walks: %s", moved)
	}
	b.see(`moved.some(m => /^die-[ab] of die/.test(m))`)

	before := b.text(`moved.filter(m => /piece-walk|die-/.test(m)).join(', ')`)
	b.is(`htmx.swap({text: document.getElementById('page').outerHTML})`)
	b.rested()
	if after := b.text(`moved.filter(m => /piece-walk|die-/.test(m)).join(', ')`); after != before {
		t.Errorf("news that comes twice moves things twice: %s, and then %s", before, after)
	}
}

// spot is where a piece stands on the window, in pixels.
type spot struct{ X, Y float64 }

func (s spot) to(o spot) float64 { return math.Hypot(s.X-o.X, s.Y-o.Y) }

// foot gives where a piece stands.
const foot = `(piece => { const {x, width, bottom} = piece.getBoundingClientRect(); return {X: x + width / 2, Y: bottom} })`

// trip says in a piece's classes where it stands and where it came from.
var trip = regexp.MustCompile(`\bat-(\d+)\b.* from-(\d+)\b`)

func TestAPieceSetsOutWhereItStoodAndArrivesWhereItStands(t *testing.T) {
	t.Parallel()
	site := start(t)
	ada, ben := site.traveller(t, "Ada"), site.traveller(t, "Ben")
	room := play("Grand tour", ada, ben)
	b := site.inMotion(t, ada)
	b.visit(room)
	b.upToDate()
	const near = 60 // pixels; pieces stand up to 50 from the middle of a poster, places are 77 apart
	for range 8 {
		stood := read[map[string]spot](b, `Object.fromEntries([...document.querySelectorAll('.piece')].map(e => [e.id, `+foot+`(e)]))`)
		version := b.text(`document.getElementById('page').dataset.version`)
		if !rollOn(1, room, ada, ben) {
			t.Fatal("the game is over after few rolls")
		}
		b.see(`document.getElementById('page').dataset.version !== '` + version + `' && !!document.querySelector('.piece--last[class*=" from-"]')`)
		way := read[struct {
			Piece, Class         string
			Left, Came, Standing spot
		}](b, `(() => {
			const piece = document.querySelector('.piece--last'), foot = `+foot+`
			// Once more from the start: on a slow machine it may have arrived.
			piece.style.animation = 'none'
			piece.getAnimations()
			piece.style.animation = ''
			const all = piece.getAnimations()
			all.forEach(a => a.pause())
			const at = time => { all.forEach(a => a.currentTime = time); return foot(piece) }
			const end = Math.max(...all.map(a => a.effect.getComputedTiming().endTime))
			return {Piece: piece.id, Class: piece.className, Left: at(0), Came: at(end - 1), Standing: (all.forEach(a => a.cancel()), foot(piece))}
		})()`)
		if way.Left.to(stood[way.Piece]) > near || way.Came.to(way.Standing) > near {
			t.Errorf("%s, %q, stood at %v, sets out from %v, arrives at %v and stands at %v",
				way.Piece, way.Class, stood[way.Piece], way.Left, way.Came, way.Standing)
		}
		circle := trip.FindStringSubmatch(way.Class) // from 7 a four leads back to 7
		if (circle == nil || circle[1] != circle[2]) && way.Left.to(way.Standing) < near/6 {
			t.Errorf("%s, %q, has not moved from %v", way.Piece, way.Class, way.Left)
		}
	}
}

func TestWhoWantsLessMotionSeesNone(t *testing.T) {
	t.Parallel()
	site := start(t)
	ada, ben := site.traveller(t, "Ada"), site.traveller(t, "Ben")
	room := play("Grand tour", ada, ben)
	b := site.inMotion(t, ada)
	command(b, "want less motion", emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}}})
	b.visit(room)
	b.upToDate()
	rollOn(3, room, ada, ben)
	b.showsThePresent(room, ada)
	b.rested()
	if moved := b.text(`[...moved, ...document.getAnimations().filter(a => a.timeline === document.timeline && a.effect.getComputedTiming().activeDuration > 1).map(a => a.animationName)].join(', ')`); moved != "" {
		t.Errorf("this moves: %s", moved)
	}
}

func TestThatItIsYourTurnIsSaidByTheTabAndByASoundIfYouLike(t *testing.T) {
	t.Parallel()
	site := start(t)
	ada, ben := site.traveller(t, "Ada"), site.traveller(t, "Ben")
	room := play("Grand tour", ada, ben)
	if moveForm.MatchString(ada.get(room)) {
		ada.roll(room)
	}
	heard, silent := site.inMotion(t, ada), site.inMotion(t, ada)
	heard.keep("sound", "on")
	for _, b := range []*browser{heard, silent} {
		b.visit(room)
		b.upToDate()
	}
	tab := func(title, icon string) string {
		return `document.title.startsWith('` + title + `') && document.querySelector('link[rel=icon]').href.includes('/` + icon + `.')`
	}
	// Who enjoys a view skips a turn, and the other rolls again.
	turns := func(from *traveller, title, icon string) {
		for _, b := range []*browser{heard, silent} {
			eventually(t, b.name+"'s tab says "+title, func() bool { from.roll(room); return b.is(tab(title, icon)) })
		}
	}
	for range 2 {
		turns(ben, "Your turn, Ada · Grand tour", "favicon-turn")
		turns(ada, "Ben’s turn · Grand tour", "favicon")
	}
	if n := read[int](heard, `sounds`); n != 2 {
		t.Errorf("for two turns there were %d sounds", n)
	}
	if n := read[int](silent, `sounds`); n != 0 {
		t.Errorf("nobody asked for a sound, and there were %d", n)
	}

	turns(ben, "Your turn, Ada", "favicon-turn")
	heard.visit(room)
	heard.upToDate()
	if !heard.is(tab("Your turn, Ada", "favicon-turn")) || read[int](heard, `sounds`) != 0 {
		t.Errorf("a page that is opened says %q and makes %d sounds", heard.text(`document.title`), read[int](heard, `sounds`))
	}
}

func TestOnTheDeparturesBoardOnlyTheFlapsFallWhoseWordsChange(t *testing.T) {
	t.Parallel()
	site := start(t)
	ada, ben := site.traveller(t, "Ada"), site.traveller(t, "Ben")
	room := open("Grand tour", ada)
	ada.must(room + "/join")
	open("The far south", ben)
	b := site.inMotion(t, nil)
	b.visit("/")
	b.upToDate()
	if moved := b.text(`moved.join(', ')`); moved != "" {
		t.Errorf("when it is opened, this moves: %s", moved)
	}
	for taken := 2; taken <= 4; taken++ {
		site.traveller(t, fmt.Sprint("Guest", taken)).must(room + "/join")
		seats := fmt.Sprintf("%d/4", taken)
		b.see(`[...document.querySelectorAll('#departures .flap')].some(e => e.textContent === '` + seats + `')`)
		b.rested() // a flap that is not drawn before the next takes its place does not fall
	}
	b.rested()
	b.see(`moved.filter(m => m.startsWith('flap-fall')).length === 5`) // the seats three times, the remark twice
}
