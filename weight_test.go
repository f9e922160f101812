package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/tracing"
	"github.com/chromedp/chromedp"
)

// What a game's page may weigh on the wire at the first visit, head of the answers
// included, in bytes.
const (
	documentLimit = 40_000
	restLimit     = 120_000
)

// scale weighs what travels to a page.
type scale struct {
	mu    sync.Mutex
	kinds map[network.RequestID]network.ResourceType
	paths map[network.RequestID]string
	came  map[network.RequestID]int // bytes
}

// weigh puts a page on a scale.
func (b *browser) weigh() *scale {
	s := &scale{}
	s.clear()
	err := chromedp.Listen(b.ctx, func(event any) {
		s.mu.Lock()
		defer s.mu.Unlock()
		switch e := event.(type) {
		case *network.EventRequestWillBeSent:
			s.kinds[e.RequestID], s.paths[e.RequestID] = e.Type, strings.TrimPrefix(e.Request.URL, b.site.url)
		case *network.EventLoadingFinished:
			s.came[e.RequestID] = int(e.EncodedDataLength)
		}
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return s
}

func (s *scale) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kinds, s.paths, s.came = map[network.RequestID]network.ResourceType{}, map[network.RequestID]string{}, map[network.RequestID]int{}
}

// weights gives the bytes of the document and of the files that it is made of, with
// a line for each of them. What keeps it up to date is neither.
func (s *scale) weights() (document, rest int, each []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, bytes := range s.came {
		switch {
		case s.kinds[id] == network.ResourceTypeDocument:
			document += bytes
		case strings.HasPrefix(s.paths[id], "data:") || strings.Contains(s.paths[id], "/live?"):
			continue
		default:
			rest += bytes
		}
		each = append(each, fmt.Sprintf("%7d %s", bytes, s.paths[id]))
	}
	slices.Sort(each)
	return document, rest, each
}

func TestAGamesPageIsLightAndItsFilesTravelOnce(t *testing.T) {
	t.Parallel()
	site := start(t)
	var all []*traveller
	for _, name := range []string{"Ada", "Ben", "Cleo", "Wilhelmina_the_Great"} {
		all = append(all, site.traveller(t, name))
	}
	room := ""
	for on := false; !on; { // a few games are over sooner
		room = play("A very long way round the whole wide sea", all...)
		on = rollOn(20, room, all...)
		for on && !moveForm.MatchString(all[0].get(room)) {
			on = rollOn(1, room, all...)
		}
	}
	for _, width := range []int64{360, 1280} {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			b := site.browser(t, all[0])
			b.do("resize", chromedp.EmulateViewport(width, 800))
			scale := b.weigh()
			visit := func() (document, rest int, each []string) {
				b.visit(room)
				b.connected()
				eventually(t, "the icon has come, which is the last", func() bool {
					document, rest, each = scale.weights()
					return slices.ContainsFunc(each, func(line string) bool { return strings.Contains(line, "/favicon") })
				})
				return document, rest, each
			}
			document, rest, each := visit()
			t.Logf("first visit: document %d, rest %d bytes\n%s", document, rest, strings.Join(each, "\n"))
			if document == 0 || document > documentLimit || rest == 0 || rest > restLimit {
				t.Errorf("the document weighs %d bytes (of %d), and the rest %d (of %d)", document, documentLimit, rest, restLimit)
			}

			command(b, "leave", page.Navigate, page.NavigateParams{URL: "about:blank"})
			scale.clear()
			document, rest, each = visit()
			if document == 0 || document > documentLimit || rest != 0 {
				t.Errorf("at the second visit the document weighs %d bytes, and the rest %d\n%s", document, rest, strings.Join(each, "\n"))
			}
		})
	}
}

func TestAPageIsPaintedBeforeAnyScriptHasCome(t *testing.T) {
	t.Parallel()
	site := start(t)
	ada, ben := site.traveller(t, "Ada"), site.traveller(t, "Ben")
	for _, path := range []string{play("Grand tour", ada, ben), "/"} {
		b := site.browser(t, ada)
		command(b, "hold back scripts", fetch.Enable, fetch.EnableParams{Patterns: []*fetch.RequestPattern{{ResourceType: network.ResourceTypeScript}}})
		command(b, "visit "+path, page.Navigate, page.NavigateParams{URL: site.url + path})
		b.heldAnswer()
		b.see(`performance.getEntriesByName('first-contentful-paint').length === 1 && !!document.querySelector('h1') && typeof htmx === 'undefined'`)
		command(b, "let the scripts come", fetch.Disable, cdp.Empty{})
		b.connected()
	}
}

// observeShifts notes what moves by itself in a page: what the Performance API tells of
// layout shifts, those within half a second after a press as well. In the log a new line
// pushes the older ones down, and nothing else. A text that grows to the left, as that of
// a figure, counts as moved, although the box that it stands in has not.
const observeShifts = `
	window.shifts = []
	const box = ({x, y, width, height}) => [x, y, width, height].map(Math.round).join(' ')
	new PerformanceObserver(list => list.getEntries().forEach(({value, startTime, sources}) => {
		const moved = sources.filter(({node, previousRect, currentRect}) =>
			!(node?.parentElement ?? node)?.closest('.log__list') && box(previousRect) !== box(currentRect))
		if (!moved.length && sources.length) return
		const name = ({node}) => [node?.nodeName.toLowerCase(), ...node?.classList ?? []].join('.')
		shifts.push({
			What: moved.map(name).sort().join(', '),
			How: value.toFixed(4) + ' at ' + Math.round(startTime) + ' ms: ' +
				moved.map(source => name(source) + ' from ' + box(source.previousRect) + ' to ' + box(source.currentRect)).join('; ')
		})
	})).observe({type: 'layout-shift', buffered: true})`

// observed opens a browser in which shifts are noted.
func (p *program) observed(t *testing.T, who *traveller, width int64) *browser {
	t.Helper()
	b := p.browser(t, who)
	b.do("resize", chromedp.EmulateViewport(width, 800))
	command(b, "observe shifts", page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: observeShifts})
	return b
}

// rested waits until the page has painted what has come so far, and has told of it.
func (b *browser) rested() {
	b.t.Helper()
	evaluate[bool](b, 0, `new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 0, true))))`)
}

func TestNothingShiftsInAPageOverAWholeGame(t *testing.T) {
	t.Parallel()
	site := start(t)
	ada, ben, cleo := site.traveller(t, "Ada"), site.traveller(t, "Ben"), site.traveller(t, "Cleo")
	room := play("Grand tour", ada, ben)
	pages := map[string]*browser{
		"a phone": site.observed(t, ada, 360), "a desktop": site.observed(t, ben, 1280), "a watcher's phone": site.observed(t, cleo, 360),
	}
	for _, b := range pages {
		b.visit(room)
		b.connected()
	}
	playOut(t, matchOf(t, room, pages["a phone"], pages["a desktop"], pages["a watcher's phone"]))
	for name, b := range pages {
		b.rested()
		type shift struct{ What, How string }
		same := map[string][]string{}
		for _, s := range read[[]shift](b, `shifts`) {
			same[s.What] = append(same[s.What], s.How)
		}
		for what, all := range same {
			t.Errorf("on %s, %d times: %s\nfirst %s", name, len(all), what, all[0])
		}
	}
}

// longTask is what a task of a page's main thread may take at most on a phone, whose
// processor is slower by phoneSlower.
const (
	longTask    = 50 * time.Millisecond
	phoneSlower = 4
)

// traced gives the processor's time for each task of pages' main threads while do runs:
// unlike a clock's, it does not depend on what else the machine does.
func (b *browser) traced(do func()) (tasks []time.Duration) {
	b.t.Helper()
	ctx, cancel := context.WithCancel(b.ctx)
	defer cancel()
	type event struct {
		Name     string
		PID, TID int
		TDur     int64 // microseconds
		Args     struct{ Name string }
	}
	var events []event
	complete := make(chan struct{})
	err := chromedp.Listen(ctx, func(heard any) {
		switch e := heard.(type) {
		case *tracing.EventDataCollected:
			for _, value := range e.Value {
				var one event
				if json.Unmarshal(value, &one) == nil {
					events = append(events, one)
				}
			}
		case *tracing.EventTracingComplete:
			close(complete)
		}
	})
	if err != nil {
		b.t.Fatal(err)
	}
	command(b, "trace", tracing.Start, tracing.StartParams{TraceConfig: &tracing.TraceConfig{
		IncludedCategories: []string{"disabled-by-default-devtools.timeline"}, ExcludedCategories: []string{"*"}}})
	do()
	command(b, "end the trace", tracing.End, cdp.Empty{})
	<-complete
	main := map[[2]int]bool{}
	for _, e := range events {
		if e.Name == "thread_name" && e.Args.Name == "CrRendererMain" {
			main[[2]int{e.PID, e.TID}] = true
		}
	}
	for _, e := range events {
		if e.Name == "RunTask" && main[[2]int{e.PID, e.TID}] {
			tasks = append(tasks, time.Duration(e.TDur)*time.Microsecond)
		}
	}
	return tasks
}

// deskWork is a fixed piece of work for a browser, and deskTime what it takes where a
// phone is slower by phoneSlower; a machine that takes longer is slower by as much.
const (
	deskWork = `Math.min(...Array.from({length: 40}, () => {
		const began = performance.now(), list = document.createElement('ul')
		list.innerHTML = '<li><b>Ada</b> rolled <i>6</i> and flew to <a href="/">Place 59</a></li>'.repeat(100)
		document.body.append(list)
		list.getBoundingClientRect()
		list.remove()
		return performance.now() - began
	}))`
	deskTime = 4 * time.Millisecond
)

// slower is by how much this machine, in its best moment, is slower than a desk's. It
// works on a page that has nothing to do with ours.
func (b *browser) slower() float64 {
	b.t.Helper()
	b.do("leave the site", chromedp.Navigate("about:blank"))
	took := time.Duration(evaluate[float64](b, 0, deskWork) * float64(time.Millisecond))
	b.t.Logf("this machine takes %v for what a desk's takes %v for", took, deskTime)
	return max(1, float64(took)/float64(deskTime))
}

// It runs while no other test does. A page that is too slow is so in every game.
func TestNoChangeKeepsASlowPhoneBusy(t *testing.T) {
	site := start(t)
	ada, ben := site.traveller(t, "Ada"), site.traveller(t, "Ben")
	b := site.browser(t, ada)
	b.do("resize", chromedp.EmulateViewport(360, 800))
	var longest []time.Duration // of each game
	for range 5 {
		room := play("Grand tour", ada, ben)
		b.visit(room)
		b.connected()
		b.rested()
		tasks := b.traced(func() {
			for m := matchOf(t, room, b); !m.over; {
				eventually(t, "Ada's page shows Ben's move", func() bool { ben.roll(room); return m.advance() })
			}
			b.rested()
		})
		if len(tasks) < 100 {
			t.Fatalf("in a whole game the page had %d tasks", len(tasks))
		}
		longest = append(longest, time.Duration(phoneSlower*float64(slices.Max(tasks))/b.slower()))
		if slices.Min(longest) <= longTask {
			return
		}
	}
	t.Errorf("in each of five games a task takes a phone more than %v: %v", longTask, longest)
}
