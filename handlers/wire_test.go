package handlers_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"worldtravel/handlers"
	"worldtravel/models"
	"worldtravel/views"
)

// wireOf opens what passes over the newest connection of a page, until it says something.
func (b *browser) wireOf(path, words string) *page {
	b.Helper()
	address := regexp.MustCompile(`href="(` + views.WireURL + `/\d+)">\d+: ` + regexp.QuoteMeta(path) + `/live<`)
	for deadline := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		list := b.open(views.WireURL)
		if found := address.FindStringSubmatch(list.body); found != nil {
			if p := b.open(found[1]); strings.Contains(p.text(), words) {
				return p
			}
		}
		if time.Now().After(deadline) {
			b.Fatalf("nothing that passes over the wire of %s says %q:\n%s", path, words, list.text())
		}
	}
}

func TestAMoveIsSeenOnTheWireAsAFormItsAnswerAndTheNews(t *testing.T) {
	t.Parallel()
	s := newSite(t, traced(t, nil))
	ada, ben := s.player("Ada-Lu"), s.player("Ben-Yi") // which no key of a handshake can hold
	room := s.game(ada, ben)
	watcher := s.browser() // as the pages about the wire are no page of the game
	ada.open(views.RoomURL(room))
	socket := ada.socket()
	s.dice.load(3)
	socket.press("Roll")
	watcher.wireOf(views.RoomURL(room), "The answer to form 1: status 200")
	p := watcher.wireOf(views.RoomURL(room), "What the page lacks: version")
	for _, want := range []string{
		"asks for a WebSocket", "The site agrees", `"url":"/rooms/` + room + `/move","body":"move=…&n=…"`, "with move and n",
		"text, masked", "What the page lacks: version", "Cookie: …",
	} {
		if !strings.Contains(p.text(), want) {
			t.Errorf("it does not tell of %q:\n%s", want, p.text())
		}
	}
	for _, secret := range []string{"Ada-Lu", "Ben-Yi", "roll", ada.cookie("session")} {
		if strings.Contains(textOf(p.byID(views.WireID)), secret) {
			t.Errorf("it tells of %q", secret)
		}
	}

	theirs := ben.live()
	theirs.next()
	p = watcher.wireOf(views.RoomURL(room), "What the page lacks")
	if !strings.Contains(p.text(), "asks for Server-Sent Events") || !strings.Contains(p.text(), "id: ") || !strings.Contains(p.text(), "Content-Type: text/event-stream") {
		t.Errorf("the stream is told as\n%s", p.text())
	}
}

func TestThePageOfAConnectionIsLive(t *testing.T) {
	t.Parallel()
	s := newSite(t, traced(t, nil))
	ada, ben := s.player("Ada"), s.player("Ben")
	room := s.game(ada, ben)
	ada.live().next()
	watcher := s.browser()
	watcher.wireOf(views.RoomURL(room), "What the page lacks")
	stream := watcher.live()
	stream.next()
	s.rolls(3, ada)
	stream.untilIt("tells of the move", func(e event) bool { return strings.Count(e.data, "What the page lacks") == 2 })
}

func TestWhatPassesIsForThoseOnlyWhoMaySeeTraces(t *testing.T) {
	t.Parallel()
	for name, change := range map[string][]func(*handlers.Config, *models.Config){"nothing is traced": nil, "from elsewhere": closed(t, "Ada")} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, change...)
			s.player("Ada")
			ben := s.player("Ben")
			ben.open(views.LobbyURL)
			ben.live().next()
			for _, address := range []string{views.WireURL, views.WireLive, views.WireOf("1"), views.WireLiveOf("1")} {
				if status := ben.get(address).StatusCode; status != 404 {
					t.Errorf("%s is answered %d", address, status)
				}
			}
		})
	}
}
