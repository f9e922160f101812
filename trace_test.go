package main

import (
	"fmt"
	"testing"
)

func TestLinksLeadFromAPageToWhatMadeItAndOnToTheSource(t *testing.T) {
	t.Parallel()
	site := start(t, "TRACE=1")
	ada, ben := site.traveller(t, "Ada"), site.traveller(t, "Ben")
	room := play("Grand tour", ada, ben)
	rollOn(1, room, ada, ben)
	b := site.browser(t, ada)
	b.visit(room)
	b.connected()
	for _, link := range []string{"How did this get here", "POST", "routes.go"} {
		b.click(link)
		b.see(`!!document.querySelector('main.trace')`)
	}
	b.see(`location.pathname === '/source/handlers/routes.go'`)
}

func TestThePagesAboutTracesAndTheWireFollowWhatIsDone(t *testing.T) {
	t.Parallel()
	site := start(t, "TRACE=1")
	ada, ben := site.traveller(t, "Ada"), site.traveller(t, "Ben")
	for name, prepare := range map[string]func(*browser){
		"with JavaScript":    func(*browser) {},
		"without JavaScript": (*browser).withoutScripts,
	} {
		room := play("Grand tour", ada, ben)
		traces, player := site.browser(t, ben), site.browser(t, ada)
		prepare(traces)
		traces.visit("/trace")
		traces.connected()
		player.visit(room)
		player.on("socket") // and no longer on the stream that comes before it
		traces.see(here + `.querySelector('.trace__list tbody').innerText.includes('GET ` + room + `')`)

		traces.click("what passes over the wire")
		traces.connected()
		traces.click(`\d+: ` + room)
		traces.connected()
		const news = `.querySelector('.wire').innerText.split('What the page lacks: version').length`
		traces.see(here + `.querySelector('.wire').innerText.includes('What the page lacks')`)
		before := read[int](traces, here+news)
		if !rollOn(1, room, ada, ben) {
			t.Fatal("the game is over too soon")
		}
		traces.see(fmt.Sprintf("%s%s > %d", here, news, before))
		if t.Failed() {
			t.Fatal(name)
		}
	}
}
