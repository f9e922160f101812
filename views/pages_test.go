package views_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"worldtravel/models"
	"worldtravel/views"
	"worldtravel/views/words"
)

func TestANameOfARoomIsShownAsText(t *testing.T) {
	got := rendered(t, views.DeparturesFragment(views.Departures{Rooms: []views.RoomLine{{ID: "r", Name: "<script>alert(1)</script>"}}}))
	if strings.Contains(got, "<script>") || !strings.Contains(got, "&lt;script&gt;") {
		t.Errorf("not escaped: %s", got)
	}
}

func TestANameThatFitsTheFlapsStandsOnThem(t *testing.T) {
	for name, plate := range map[string]bool{
		"Sunday Flyers": false, "Zürich Hbf": false, "Exactly fifteen": false,
		"Sixteen and over": true, "环游世界": true, "🛫": true, "a < b": true, "": false,
	} {
		got := rendered(t, views.DeparturesFragment(views.Departures{Rooms: []views.RoomLine{{ID: "r", Name: name, Game: "World Travel", Size: 4}}}))
		if strings.Contains(got, "flap--plate") != plate {
			t.Errorf("%q: on a plate: %v", name, !plate)
		}
	}
}

func TestAPageOfTheLeaderboardLinksToItsNeighbours(t *testing.T) {
	text := func(page, count int) string {
		got := rendered(t, views.LeaderboardPage(views.Leaderboard{PageNumber: page, PageCount: count}))
		var links []string
		for _, part := range strings.Split(got, "page=")[1:] {
			links = append(links, part[:strings.IndexByte(part, '"')])
		}
		return strings.Join(links, " ")
	}
	// The first page has no number in its address.
	for want, pages := range map[string][2]int{
		"": {1, 1}, "2 22 2": {1, 22}, "2 2 3 4 22 4": {3, 22}, "10 10 11 12 22 12": {11, 22}, "21 21 22": {22, 22},
	} {
		if got := text(pages[0], pages[1]); got != want {
			t.Errorf("page %d of %d links to %q, want %q", pages[0], pages[1], got, want)
		}
	}
}

func TestAPageThatIsNoStreamReloadsItselfOnlyWithoutScriptsAndWhenSomethingIsAwaited(t *testing.T) {
	waits := views.Room{Page: views.Page{Refresh: 4, RefreshURL: views.RoomURL("r")}, Stage: models.StageClosed, You: -1}
	const refresh = `<noscript> <meta http-equiv="refresh" content="4; url=/rooms/r"></noscript>`
	if got := rendered(t, views.RoomPage(waits)); !strings.Contains(got, refresh) {
		t.Error("no refresh")
	}
	waits.Live, waits.Transport = views.RoomLive("r", "seat"), views.TransportNone
	if got := rendered(t, views.RoomPage(waits)); !strings.Contains(got, refresh) || strings.Contains(got, "<iframe") {
		t.Error("no refresh where the viewer chose to have no stream")
	}
	waits.Refresh = 0
	if got := rendered(t, views.RoomPage(waits)); strings.Contains(got, "http-equiv") {
		t.Error("a page that waits for nothing reloads itself")
	}
}

func TestWithoutScriptsALivePageIsAStreamThatComesBackWhenItIsCut(t *testing.T) {
	live := views.Room{Page: views.Page{Live: views.RoomLive("r", "seat"), RefreshURL: views.PageAs(views.RoomURL("r"), "seat")}, You: -1}
	for transport, scripts := range map[views.Transport]bool{
		views.TransportAuto: true, views.TransportSocket: true, views.TransportSSE: true, views.TransportStream: false,
	} {
		live.Transport = transport
		got := rendered(t, views.RoomPage(live))
		if strings.Contains(got, "<script") != scripts {
			t.Errorf("%s: with scripts: %t", transport, !scripts)
		}
		for _, part := range []string{
			`<iframe class="stream" src="/rooms/r/live?as=seat" title="The page, live"></iframe>`,
			`<meta http-equiv="refresh" content="2; url=/rooms/r?as=seat">`,
		} {
			if !strings.Contains(got, part) {
				t.Errorf("%s: no %s", transport, part)
			}
		}
		if strings.Contains(got, `<noscript><iframe class="stream"`) != scripts {
			t.Errorf("%s: the stream is shown beside the scripts, or not without them", transport)
		}
	}
}

func TestTransportsAreNamedAndWhatIsNoneIsAutomatic(t *testing.T) {
	names := map[string]bool{}
	for _, transport := range views.Transports() {
		name := transport.Name(words.English())
		if views.TransportNamed(string(transport)) != transport || name == "" || names[name] {
			t.Errorf("%s is %s, and called %q", transport, views.TransportNamed(string(transport)), name)
		}
		names[name] = true
	}
	for _, name := range []string{"", "x", "SSE", "socket ", "\x00"} {
		if got := views.TransportNamed(name); got != views.TransportAuto {
			t.Errorf("%q is %s", name, got)
		}
	}
}

func TestTheNoticeIsThereEvenWhenItSaysNothing(t *testing.T) {
	if got := rendered(t, views.NoticeFragment(nil)); got != `<div class="notices" id="notice" role="status"></div>` {
		t.Errorf("%s", got)
	}
	if got := rendered(t, views.NoticeFragment(models.Refuse(models.RoomFull))); !strings.Contains(got, "All seats") {
		t.Errorf("%s", got)
	}
}

func TestAFieldThatIsWrongSaysSoToEverybody(t *testing.T) {
	got := rendered(t, views.SignupPage(views.Signup{Name: "Ada", Errors: views.FieldErrors{"name": models.Refuse(models.NameTaken, "Ada")}}))
	for _, want := range []string{`aria-invalid="true"`, `aria-describedby="name-error name-hint"`, `id="name-error"`, `href="#name"`, `value="Ada"`} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s", want)
		}
	}
}

func TestAddressesAreEscaped(t *testing.T) {
	for want, got := range map[string]string{
		"/rooms/a%2Fb/move":           views.RoomAction("a/b", "move"),
		"/players/Ada":                views.ProfileURL("Ada"),
		"/leaderboard":                views.LeaderboardPageURL(1),
		"/leaderboard?page=2":         views.LeaderboardPageURL(2),
		"/login?next=%2Frooms%2Fk3v9": views.LoginURLTo("/rooms/k3v9"),
		"/rooms/a%2Fb/live?as=x%26y":  views.RoomLive("a/b", "x&y"),
		"/live?as=player":             views.LobbyLive("player"),
		"/?as=player":                 views.PageAs("/", "player"),
		"/?as=a%26b":                  views.PageAs("/", "a&b"),
	} {
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestPiecesThatAreEquallyFarStandBesideEachOther(t *testing.T) {
	for _, c := range []struct {
		percents []int
		pins     []string
	}{
		{[]int{0, 0, 0, 0}, []string{"14", "32", "50", "68"}},
		{[]int{100, 50, 100}, []string{"328", "180", "346"}},
		{[]int{20, 20, 40}, []string{"75", "93", "148"}},
	} {
		trip := views.Trip{ID: "r1", Name: "Grand tour"}
		for _, percent := range c.percents {
			trip.Players = append(trip.Players, views.TripPlayer{Name: "Ada", Bag: 1, Percent: percent})
		}
		html := rendered(t, views.DeparturesFragment(views.Departures{InPlay: []views.Trip{trip}}))
		var pins []string
		for _, pin := range regexp.MustCompile(`d="M(\d+) 38v12"`).FindAllStringSubmatch(html, -1) {
			pins = append(pins, pin[1])
		}
		if !slices.Equal(pins, c.pins) {
			t.Errorf("pieces at %v stand at %v, want %v", c.percents, pins, c.pins)
		}
	}
}
