package handlers_test

import (
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"worldtravel/handlers"
	"worldtravel/handlers/tracing"
	"worldtravel/models"
	"worldtravel/views"
)

// traced has a site record what it does.
func traced(t *testing.T, change func(*handlers.Trace)) func(*handlers.Config, *models.Config) {
	return func(site *handlers.Config, _ *models.Config) {
		kept, err := tracing.Open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := kept.Close(t.Context()); err != nil && t.Context().Err() == nil {
				t.Error(err)
			}
		})
		site.Trace = &handlers.Trace{Kept: kept, Source: tracing.NewSource(os.DirFS("..")), Open: true}
		if change != nil {
			change(site.Trace)
		}
	}
}

// toldOf opens what made a page what it is, until that says something.
func (b *browser) toldOf(path, words string) *page {
	b.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		p := b.open(views.TraceOf(path))
		if strings.Contains(p.text(), words) {
			return p
		}
		if time.Now().After(deadline) {
			b.Fatalf("what made %s does not say %q:\n%s", path, words, p.text())
		}
	}
}

func TestAMoveIsToldAsAStoryFromTheButtonToEachOpenPage(t *testing.T) {
	t.Parallel()
	s := newSite(t, traced(t, nil))
	ada, ben := s.player("Ada"), s.player("Ben")
	room := s.game(ada, ben)
	theirs := ben.live()
	theirs.next()
	s.rolls(3, ada)
	theirs.until("Ada rolled 3")
	p := ada.toldOf(views.RoomURL(room), "It is sent to 1 page, 1 over Server-Sent Events")
	at := 0
	for _, told := range []struct{ sentence, line string }{
		{"The browser posts a form to /rooms/" + room + "/move with HTTP/1.1.", `e.POST("/rooms/:id/move"`},
		{"The handler handlers.(*Site).move takes it.", "func (s *Site) move("},
		{"It calls models.(*Rooms).Move.", "span.Call(ctx)"},
		{"The rules of the game apply the move", "func (Rules) Apply("},
		{"It is stored as entry 1 of the game's log", "r.entries.Insert("},
		{"Open pages are told that room/" + room + " is at version", "span.Start(ctx, \"announce\""},
		{"What changed is rendered", "func (s *Site) fragment("},
		{"It is sent to 1 page, 1 over Server-Sent Events", "span.Record(f.cause, \"deliver\""},
		{"The request itself was answered 303", ""},
	} {
		found := strings.Index(p.text()[at:], told.sentence)
		if found < 0 {
			t.Fatalf("the story does not go on with %q:\n%s", told.sentence, p.text()[at:])
		}
		at += found
		if told.line == "" {
			continue
		}
		if line := s.sourceLine(ada, p, told.sentence); !strings.Contains(line, told.line) {
			t.Errorf("%q leads to the line %q, want %q in it", told.sentence, line, told.line)
		}
	}
}

func TestAPageOfTheLobbyIsNotCountedAmongThoseOfTheRoom(t *testing.T) {
	t.Parallel()
	s := newSite(t, traced(t, nil))
	ada, ben := s.player("Ada"), s.player("Ben")
	room := s.game(ada, ben)
	theirs := ben.live()
	theirs.next()
	ben.open(views.LobbyURL)
	lobby := ben.live()
	lobby.next()
	s.rolls(3, ada)
	ada.toldOf(views.RoomURL(room), "Lists in the lobby, which wait a moment for more, are sent ")
	p := ada.toldOf(views.RoomURL(room), "It is sent to 1 page, 1 over Server-Sent Events")
	if !regexp.MustCompile("POST /rooms/" + room + `/move .*?303 \d+ 1 `).MatchString(p.text()) {
		t.Errorf("the list does not say that the room is sent to one page:\n%s", p.text())
	}
}

func TestTheLobbyTellsWhichChangeOfARoomItShows(t *testing.T) {
	t.Parallel()
	s := newSite(t, traced(t, nil))
	ada, ben := s.player("Ada"), s.player("Ben")
	room := s.room(ada, ben)
	ada.open(views.LobbyURL)
	ada.toldOf(views.LobbyURL, "The browser posts a form to /rooms/"+room+"/join")
}

// sourceLine is the line of the source that a sentence of a story links to.
func (s *site) sourceLine(b *browser, p *page, sentence string) string {
	s.Helper()
	item := find(p.root, func(n *html.Node) bool { return n.Data == "li" && strings.Contains((&page{root: n}).text(), sentence) })
	if item == nil {
		s.Fatalf("there is no sentence %q", sentence)
	}
	link := find(item, func(n *html.Node) bool { return n.Data == "a" })
	if link == nil {
		s.Fatalf("%q has no link", sentence)
	}
	address, id, _ := strings.Cut(attr(link, "href"), "#")
	line := byID(b.get(address).root, id)
	if line == nil {
		s.Fatalf("%s has no %s", address, id)
	}
	return (&page{root: line}).text()
}

func TestTheStepsOfARequestNameTheDatabasesCommandsAndTheComponents(t *testing.T) {
	t.Parallel()
	s := newSite(t, traced(t, nil))
	ada := s.player("Ada")
	ada.open(views.LeaderboardURL)
	ada.toldOf(views.LeaderboardURL, "views.LeaderboardPage is rendered")
	p := ada.follow("GET " + views.LeaderboardURL)
	for _, want := range []string{
		"models.(*Sessions).Find", "sessions get", "where id = ?", "models.(*Results).Top", "standings find", "component views.LeaderboardPage",
	} {
		if !strings.Contains(p.text(), want) {
			t.Errorf("the steps do not tell of %q:\n%s", want, p.text())
		}
	}
}

func TestWhatStandsBeforeAHandlerIsAStepOfItsOwn(t *testing.T) {
	t.Parallel()
	s := newSite(t, traced(t, nil))
	ada := s.player("Ada")
	ada.open(views.LeaderboardURL)
	ada.toldOf(views.LeaderboardURL, "views.LeaderboardPage is rendered")
	p := ada.follow("GET " + views.LeaderboardURL)
	at := 0
	for _, step := range []struct{ name, line string }{
		{"securityHeaders", "func (c Config) securityHeaders("}, {"withLanguage", "func withLanguage("}, {"compress", "func compress("},
		{"withSession", "func (s *Site) withSession("}, {"refuseCrossOrigin", "func (s *Site) refuseCrossOrigin("},
		{"limitBody", "func limitBody("}, {"readForm", "func readForm("},
	} {
		found := strings.Index(p.text()[at:], "middleware "+step.name)
		if found < 0 {
			t.Fatalf("the steps do not go on with %s:\n%s", step.name, p.text()[at:])
		}
		at += found
		if line := s.sourceLine(ada, p, "middleware "+step.name); !strings.Contains(line, step.line) {
			t.Errorf("%s leads to the line %q, want %q in it", step.name, line, step.line)
		}
	}

	r := ada.request(http.MethodPost, views.LogoutURL, nil)
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	ada.send(r)
	ada.toldOf(views.LogoutURL, "answered 403")
	if p := ada.follow("POST " + views.LogoutURL); !strings.Contains(p.text(), "middleware refuseCrossOrigin") || strings.Contains(p.text(), "middleware readForm") {
		t.Errorf("a form of another site went through\n%s", p.text())
	}
}

func TestTracesAreForThoseOnlyWhoMaySeeThem(t *testing.T) {
	t.Parallel()
	addresses := []string{views.TraceURL, views.TraceLive, views.TraceURL + "/00000000000000000000000000000001", views.SourceURL + "/main.go"}
	for name, test := range map[string]struct {
		change []func(*handlers.Config, *models.Config)
		who    func(*site) *browser
		see    bool
	}{
		"nobody while nothing is recorded": {nil, func(s *site) *browser { return s.player("Ada") }, false},
		"nobody from elsewhere":            {closed(t, ""), func(s *site) *browser { return s.player("Ada") }, false},
		"the admin":                        {closed(t, "Ada"), func(s *site) *browser { return s.player("Ada") }, true},
		"the admin in other letters":       {closed(t, "aDA"), func(s *site) *browser { return s.player("Ada") }, true},
		"no other player":                  {closed(t, "Ada"), func(s *site) *browser { s.player("Ada"); return s.player("Ben") }, false},
		"no guest of the admin's name":     {closed(t, "Ada"), func(s *site) *browser { return s.guest("Ada") }, false},
		"no visitor":                       {closed(t, "Ada"), func(s *site) *browser { return s.browser() }, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, test.change...)
			b := test.who(s)
			for i, address := range addresses {
				if i == 1 && test.see {
					continue // it does not end
				}
				status := b.get(address).StatusCode
				if want := http.StatusNotFound; !test.see && status != want {
					t.Errorf("%s is answered %d, want %d", address, status, want)
				} else if test.see && i != 2 && status != http.StatusOK {
					t.Errorf("%s is answered %d", address, status)
				}
			}
			if link := b.open(views.LeaderboardURL).named("a", "How did this get here?"); (link != nil) != test.see {
				t.Errorf("there is a link to traces: %v", link != nil)
			}
		})
	}
}

// closed has a site record what it does for an admin only.
func closed(t *testing.T, admin string) []func(*handlers.Config, *models.Config) {
	return []func(*handlers.Config, *models.Config){traced(t, func(trace *handlers.Trace) { trace.Open, trace.Admin = false, admin })}
}

func TestTracesHoldNoSecrets(t *testing.T) {
	t.Parallel()
	s := newSite(t, traced(t, nil))
	ada, ben := s.player("Ada"), s.again("Ben")
	room := s.game(ada, ben)
	s.rolls(2, ada)
	stranger, expired := s.browser(), models.NewID()
	stranger.keep(expired)
	stranger.open(views.LobbyURL)
	stranger.open(views.LoginURL)
	stranger.press("Log in", "name", "Nobody", "password", password)
	ada.toldOf(views.RoomURL(room), "The request itself was answered")
	ada.toldOf(views.LoginURL, "POST "+views.LoginURL)
	traces := regexp.MustCompile(views.TraceURL+"/[0-9a-f]{32}").FindAllString(ada.open(views.TraceURL).body, -1)
	if len(traces) < 10 {
		t.Fatalf("%d traces are listed", len(traces))
	}
	for _, address := range traces {
		body := ada.get(address).body
		for what, secret := range map[string]string{
			"a password": password, "a session's token": ada.token(), "another's token": ben.token(),
			"what a token is stored under": models.SessionKey(ada.token()), "the browser's cookie": stranger.cookie("browser"),
			"the token of no session": expired, "what it would be stored under": models.SessionKey(expired), "an unknown name": "nobody",
		} {
			if secret == "" || strings.Contains(strings.ToLower(body), strings.ToLower(secret)) {
				t.Errorf("%s holds %s", address, what)
			}
		}
	}
}

// again signs somebody up and logs in once more.
func (s *site) again(name string) *browser {
	s.Helper()
	s.player(name)
	return s.logIn(name)
}

func TestTheListOfTracesIsLive(t *testing.T) {
	t.Parallel()
	s := newSite(t, traced(t, nil))
	ada := s.player("Ada")
	ada.open(views.TraceURL)
	list := ada.listen(views.TraceLive)
	list.next()
	ada.get(views.LeaderboardURL)
	list.until("GET " + views.LeaderboardURL)
}

func TestAnAnswerSaysHowLongItTookAndWhichTraceItIs(t *testing.T) {
	t.Parallel()
	s := newSite(t, traced(t, nil))
	timing := s.browser().get(views.LeaderboardURL).Header.Get("Server-Timing")
	if !regexp.MustCompile(`^total;dur=\d+\.\d, trace;desc="[0-9a-f]{32}"$`).MatchString(timing) {
		t.Errorf("Server-Timing is %q", timing)
	}
	if timing := newSite(t).browser().get(views.LeaderboardURL).Header.Get("Server-Timing"); timing != "" {
		t.Errorf("without tracing Server-Timing is %q", timing)
	}
}
