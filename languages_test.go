package main

import (
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
)

func TestTheLanguageIsChangedInTheMiddleOfAGameAndTheGameGoesOnInIt(t *testing.T) {
	t.Parallel()
	site := start(t)
	ada, ben := site.traveller(t, "Ada"), site.traveller(t, "Ben")
	for name, prepare := range map[string]func(*browser){
		"with JavaScript":    func(*browser) {},
		"without JavaScript": (*browser).withoutScripts,
	} {
		room := play("Grand tour", ada, ben)
		rollOn(2, room, ada, ben)
		b := site.browser(t, ada)
		prepare(b)
		b.visit(room)
		b.connected()
		b.see(here + `.querySelector('.log').innerText.includes('Ada rolled')`)
		for _, to := range []struct{ word, tag, rolled string }{
			{"Deutsch", "de", "würfelt"}, {"Español", "es", "sacó"}, {"中文", "zh", "掷出"}, {"English", "en", "rolled"},
		} {
			b.click(to.word)
			b.see(here + `.getRootNode().documentElement.lang === '` + to.tag + `'`)
			b.connected()
			if path := b.text(`location.pathname`); path != room {
				t.Fatalf("%s, %s leads to %s", name, to.word, path)
			}
			// Above a roll stand at most the two turns that are skipped after it.
			newest := b.text(here + `.querySelector('.log__entry').id`)
			if !rollOn(1, room, ada, ben) {
				t.Fatal("the game is over too soon")
			}
			b.see(`(lines => lines[0].id !== '` + newest + `' && lines.slice(0, 3).some(line => line.innerText.includes('` + to.rolled + `')))([...` + here + `.querySelectorAll('.log__entry')])`)
		}
	}
}

func TestTimesAreThoseOfTheReadersClockOrElseInUTC(t *testing.T) {
	t.Parallel()
	site := start(t)
	ada, ben := site.traveller(t, "Ada"), site.traveller(t, "Ben")
	rollOn(1000, play("Grand tour", ada, ben), ada, ben)
	day := func(zone string) string {
		in, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		return time.Now().In(in).Format("Jan 2, 2006")
	}
	shown := func(b *browser, zone string) string {
		command(b, "be in "+zone, emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: zone})
		b.visit("/players/Ada")
		return b.text(`document.querySelector('time').textContent`)
	}
	b := site.browser(t, ada)
	days := map[string]bool{}
	for _, zone := range []string{"Pacific/Kiritimati", "Pacific/Pago_Pago"} { // their days are never the same
		if at := shown(b, zone); at != day(zone) {
			t.Errorf("in %s the game ended on %q, want %q", zone, at, day(zone))
		} else {
			days[at] = true
		}
	}
	if len(days) != 2 {
		t.Errorf("the days are %v", days)
	}
	plain := site.browser(t, ada)
	plain.withoutScripts()
	if at, want := shown(plain, "Pacific/Kiritimati"), time.Now().UTC().Format("2 Jan 2006"); at != want {
		t.Errorf("without JavaScript the game ended on %q, want %q", at, want)
	}
}

func TestDayAndNightAreChosenWithoutJavaScriptAndElseTheSystemDecides(t *testing.T) {
	t.Parallel()
	site := start(t)
	ada, ben := site.traveller(t, "Ada"), site.traveller(t, "Ben")
	room := play("Grand tour", ada, ben)
	b := site.browser(t, ada)
	b.withoutScripts()
	const paper = `getComputedStyle(` + here + `.getRootNode().body).backgroundColor`
	papers := map[string]string{}
	for _, scheme := range []string{"light", "dark"} {
		command(b, "choose "+scheme, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
		b.visit("/leaderboard")
		papers[scheme] = b.text(paper)
	}
	if papers["light"] == papers["dark"] {
		t.Fatalf("by day and by night the paper is %v", papers)
	}
	for _, path := range []string{room, "/leaderboard", "/"} {
		b.visit(path)
		for _, choice := range []struct{ word, paper string }{{"Day", "light"}, {"Night", "dark"}, {"System", "dark"}} {
			b.is(`(document.documentElement.dataset.before = 'yes')`)
			b.click(choice.word)
			b.see(styled + ` && !document.documentElement.dataset.before && ` + paper + ` === '` + papers[choice.paper] + `'`)
			if at := b.text(`location.pathname`); at != path {
				t.Fatalf("%s on %s leads to %s", choice.word, path, at)
			}
		}
	}
}
