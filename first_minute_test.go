package main

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

func TestAVisitorIsInAGameAfterOneNameAndOnePress(t *testing.T) {
	t.Parallel()
	site := start(t)
	for name, prepare := range map[string]func(*browser){
		"with JavaScript":    func(*browser) {},
		"without JavaScript": (*browser).withoutScripts,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := site.browser(t, nil)
			b.name = "Nell"
			prepare(b)
			b.do("resize", chromedp.EmulateViewport(360, 740))
			b.visit("/")
			if name == "without JavaScript" { // where what is typed would be gone with the next state
				b.click("Play now")
				b.see(`!!document.querySelector('#guest-name')?.checkVisibility()`)
			}
			b.fill("guest-name", "Nell")
			b.click("Play now")
			b.see(`!!` + here + `?.querySelector('.label--now, .turn__title')`)
			eventually(t, "it is Nell's turn", func() bool { return look(b).Roll })
			moves := look(b).Version
			b.click("Roll")
			eventually(t, "Nell and somebody after her have moved", func() bool {
				shown := look(b)
				return shown.Version > moves && strings.Contains(shown.Log, "Nell rolled")
			})
		})
	}
}

func TestAnInvitationBringsAGuestIntoAGameAndWhatIsPlayedIsKept(t *testing.T) {
	t.Parallel()
	site := start(t)
	ada, nell := site.browser(t, nil), site.browser(t, nil)
	ada.signUp("Ada")
	ada.click("Create room")
	ada.see(`!!document.getElementById('seats')`)
	ada.fill("name", "Grand tour")
	ada.click("Create room")
	ada.see(`!!document.querySelector('.invite__address, [data-address], input[readonly]') || document.body.innerText.includes('/rooms/')`)
	room := ada.text(`location.pathname`)

	nell.name = "Nell"
	nell.visit(room)
	nell.connected() // as a visitor, which is refused once she is none
	if said := nell.text(`document.querySelector('main').innerText`); !strings.Contains(said, "Grand tour") || !strings.Contains(said, "Ada") || !strings.Contains(said, "World Travel") {
		t.Errorf("the invitation says\n%s", said)
	}
	nell.fill("guest-name", "Nell")
	nell.click("Take a seat")
	for _, b := range []*browser{ada, nell} {
		b.click("Ready")
	}
	ada.see(`document.querySelector('main').innerText.includes('guest')`)
	nell.see(has("Not ready"))
	ada.click("Start")
	playOut(t, matchOf(t, room, ada, nell))

	ada.click("Leaderboard")
	ada.see(`!!document.querySelector('h1') && location.pathname === '/leaderboard'`)
	if ada.is(`document.querySelector('main').innerText.includes('Nell')`) {
		t.Error("a guest is on the leaderboard")
	}
	nell.click("Keep my journeys")
	nell.see(`!!document.getElementById('again')`)
	nell.fill("password", password)
	nell.fill("again", password)
	nell.click("Keep everything")
	nell.see(`location.pathname !== '/keep'`)
	nell.visit("/players/Nell")
	if kept := nell.text(`document.querySelector('main').innerText`); !strings.Contains(kept, "Grand tour") || strings.Contains(kept, "guest") {
		t.Errorf("what has been kept is\n%s", kept)
	}
}
