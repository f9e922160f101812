package main

import (
	"context"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"worldtravel/models"
	"worldtravel/public"
	"worldtravel/views"
	"worldtravel/views/gallery"
)

// state is a page of the site in one of its states: what somebody finds at an
// address or, with a form, what they are answered who send it there. A new page or
// state is one more line in statesAtFirst, statesLater or statesForDevelopers.
type state struct {
	name string
	who  *traveller // nil for a visitor
	path string
	form url.Values
}

// formPage is where forms are sent from.
const formPage = "/leaderboard"

// show brings a browser of the state's person there, in a language.
func (b *browser) show(s state, language string) {
	b.t.Helper()
	b.keep("language", language)
	if s.form == nil {
		b.visit(s.path)
		b.settled()
		return
	}
	b.visit(formPage)
	b.stay()
	fields, err := json.Marshal(s.form)
	if err != nil {
		b.t.Fatal(err)
	}
	b.is(fmt.Sprintf(`(() => {
		const form = Object.assign(document.createElement('form'), {method: 'post', action: %q})
		for (const [name, [value]] of Object.entries(%s)) form.append(Object.assign(document.createElement('input'), {name, value}))
		document.body.append(form)
		form.submit()
	})()`, s.path, fields))
	b.see(`!window.sameDocument && document.readyState === 'complete'`)
	b.settled()
}

// settled waits until a live page is connected, and says so.
func (b *browser) settled() {
	b.t.Helper()
	if b.is(`!!document.body.dataset.transport`) {
		b.on(levels...)
	}
}

// html is the page as it is sent.
func (s state) html(t *testing.T, site *program, language string) string {
	t.Helper()
	var request *http.Request
	if s.form == nil {
		request, _ = http.NewRequestWithContext(t.Context(), http.MethodGet, site.url+s.path, nil)
	} else {
		request, _ = http.NewRequestWithContext(t.Context(), http.MethodPost, site.url+s.path, strings.NewReader(s.form.Encode()))
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		request.Header.Set("Referer", site.url+formPage)
	}
	jar, err := cookiejar.New(nil) // of this page alone, which may set some
	if err != nil {
		t.Fatal(err)
	}
	jar.SetCookies(request.URL, []*http.Cookie{{Name: "language", Value: language}})
	if s.who != nil {
		jar.SetCookies(request.URL, s.who.cookies())
	}
	response, err := (&http.Client{Jar: jar, Timeout: 30 * time.Second}).Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if s.form == nil && response.Request.URL.RequestURI() != s.path {
		t.Errorf("%s leads on to %s", s.name, response.Request.URL)
	}
	if !s.grows() {
		page, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		return string(page)
	}
	var page strings.Builder // up to the end of the first state of a page that grows
	for some := make([]byte, 32<<10); ; {
		n, err := response.Body.Read(some)
		page.Write(some[:n])
		if _, beat, ok := strings.Cut(page.String(), `class="notice beat"`); ok && strings.Contains(beat, "</div>") {
			return page.String()
		}
		if err != nil {
			t.Fatalf("%s ends with %v and\n%s", s.path, err, page.String())
		}
	}
}

// grows reports whether the page is a stream, which others show in a frame.
func (s state) grows() bool {
	path, query, _ := strings.Cut(s.path, "?")
	return strings.HasSuffix(path, "/live") && query == ""
}

// everyState gives all of them, by the site that has them.
func everyState(t *testing.T) map[*program][]state {
	t.Helper()
	first, later, developed := start(t), start(t), start(t, "TRACE=1", "DEV=.")
	return map[*program][]state{
		first: statesAtFirst(t, first), later: statesLater(t, later), developed: statesForDevelopers(t, developed),
	}
}

// statesAtFirst are those of a site on which nothing has happened yet.
func statesAtFirst(t *testing.T, site *program) []state {
	t.Helper()
	ada, ben := site.traveller(t, "Ada"), site.traveller(t, "Ben")
	return []state{
		{name: "lobby-empty", path: "/"},
		{name: "lobby-empty-logged-in", who: ada, path: "/"},
		{name: "leaderboard-empty", path: "/leaderboard"},
		{name: "profile-own-blank", who: ada, path: "/players/Ada"},
		{name: "profile-other-blank", who: ben, path: "/players/Ada"},
	}
}

// form is one of names and values, given in turn.
func form(pairs ...string) url.Values {
	values := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		values.Set(pairs[i], pairs[i+1])
	}
	return values
}

// statesLater are those of a site with players, rooms and games.
func statesLater(t *testing.T, site *program) []state {
	t.Helper()
	var all []*traveller
	for _, name := range []string{"Ada", "Ben", "Cleo", "Wilhelmina_the_Great"} {
		all = append(all, site.traveller(t, name))
	}
	ada, ben, cleo, emil := all[0], all[1], all[2], site.traveller(t, "Emil")
	ada.must("/profile/edit", "about", "Round the world with a hatbox. <i>Always</i>.", "bag", "3")

	won := play("Home again", all...)
	rollOn(1000, won, all...)
	inPlay := play("Round the Horn", all...)
	rollOn(10, inPlay, all...)
	inTurn(inPlay, ada, all[1:]...)
	justBegun := play("Setting off", ada, ben)
	offered, away, abandoned := site.absences(t, ada, ben)
	left := play("Without Cleo", ada, ben, cleo)
	rollOn(4, left, ada, ben, cleo)
	cleo.must(left + "/leave")

	waiting := open("A very long way round the whole wide sea", ada)
	ada.must(waiting+"/computer", "computer", models.Computers[0], "present", "yes")
	ben.must(waiting + "/join")
	boarding := open("<b>Bold</b> & fast", ben)
	ada.must(boarding + "/join")
	for _, a := range []*traveller{ada, ben} {
		a.must(boarding+"/ready", "ready", "yes")
	}
	full := open("All aboard", ada)
	for _, a := range all[1:] {
		a.must(full + "/join")
	}
	closed := open("Nobody comes", cleo)
	cleo.must(closed + "/leave")
	guest, guestGame := site.guest(t, "Gus")
	byLink := models.NewID()
	ada.must("/rooms", "id", byLink, "name", "Among friends", "game", "world-travel", "seats", "2", "listed", "link")

	const tried = "Zoe" // a name that nobody may try any more
	for range models.FailedLogins {
		response, err := emil.client.PostForm(site.url+"/login", form("name", tried, "password", "not this one"))
		emil.read(response, err, http.StatusUnauthorized)
	}
	return []state{
		{name: "log-in-too-often", path: "/login", form: form("name", tried, "password", "not this one")}, // first, as it passes
		{name: "lobby", path: "/"},
		{name: "lobby-logged-in", who: ada, path: "/"},
		{name: "lobby-guest", who: guest, path: "/"},
		{name: "play", path: "/play"},
		{name: "lobby-play-refused", path: "/play", form: form("id", models.NewID(), "name", "")},
		{name: "lobby-streamed", who: ada, path: "/?transport=stream"},
		{name: "lobby-asking", path: "/?transport=none"},

		{name: "sign-up", path: "/signup"},
		{name: "sign-up-refused", path: "/signup", form: form("id", models.NewID(), "name", "a!", "password", "short", "again", "other")},
		{name: "sign-up-name-taken", path: "/signup", form: form("id", models.NewID(), "name", "ada", "password", password, "again", password)},
		{name: "log-in", path: "/login?next=" + inPlay},
		{name: "log-in-refused", path: "/login", form: form("name", "Ada", "password", "not this one")},
		{name: "log-in-needed", path: "/rooms/new"},
		{name: "keep", who: guest, path: "/keep"},
		{name: "keep-refused", who: guest, path: "/keep", form: form("name", "ada", "password", "short", "again", "other")},

		{name: "create-room", who: ada, path: "/rooms/new"},
		{name: "create-room-refused", who: ada, path: "/rooms", form: form("id", models.NewID(), "name", "", "game", "chess", "seats", "9", "listed", "perhaps")},
		{name: "room-host-alone", who: ada, path: "/rooms/" + byLink},
		{name: "room-host", who: ada, path: waiting},
		{name: "room-host-may-start", who: ben, path: boarding},
		{name: "room-guest", who: ben, path: waiting},
		{name: "room-guest-ready", who: ada, path: boarding},
		{name: "room-free-seat", who: emil, path: waiting},
		{name: "room-visitor", path: waiting},
		{name: "room-join", path: waiting + "/join"},
		{name: "room-visitor-refused", path: waiting + "/join", form: form("name", "")},
		{name: "room-full", who: emil, path: full},
		{name: "room-refused", who: emil, path: full + "/join", form: url.Values{}},
		{name: "room-streamed", who: ada, path: waiting + "?transport=stream"},
		{name: "room-closed", who: ada, path: closed},

		{name: "game-begun", who: ada, path: justBegun},
		{name: "game-your-turn", who: ada, path: inPlay},
		{name: "game-other-turn", who: cleo, path: inPlay},
		{name: "game-watched", path: inPlay},
		{name: "game-guest", who: guest, path: guestGame},
		{name: "game-old-move", who: ada, path: inPlay + "/move", form: form("n", "1", "move", "roll")},
		{name: "game-no-move", who: ada, path: inPlay + "/move", form: form("n", "99", "move", "fly")},
		{name: "game-play-on", who: ben, path: offered},
		{name: "game-away-own", who: ada, path: away},
		{name: "game-away-other", who: ben, path: away},
		{name: "game-left-own", who: cleo, path: left},
		{name: "game-left-other", who: ada, path: left},
		{name: "game-streamed", who: ada, path: inPlay + "?transport=stream"},
		{name: "game-asking", who: ada, path: inPlay + "?transport=none"},
		{name: "game-won", who: ada, path: won},
		{name: "game-won-watched", path: won},
		{name: "game-won-streamed", who: ben, path: won + "?transport=stream"},
		{name: "game-abandoned", who: ada, path: abandoned},

		{name: "stream-lobby", who: ada, path: "/live"},
		{name: "stream-room", who: ada, path: waiting + "/live"},
		{name: "stream-game", who: ada, path: inPlay + "/live"},

		{name: "text-room-host", who: ada, path: waiting + "/text"},
		{name: "text-room-visitor", path: waiting + "/text"},
		{name: "text-your-turn", who: ada, path: inPlay + "/text"},
		{name: "text-watched", path: inPlay + "/text"},
		{name: "text-refused", who: ada, path: inPlay + "/move", form: form("from", "text", "n", "99", "move", "fly")},
		{name: "text-won", who: ada, path: won + "/text"},
		{name: "text-abandoned", who: ada, path: abandoned + "/text"},
		{name: "text-closed", path: closed + "/text"},

		{name: "profile-own", who: ada, path: "/players/Ada"},
		{name: "profile-guest", who: guest, path: "/profile"},
		{name: "profile-other", path: "/players/Wilhelmina_the_Great"},
		{name: "edit-profile", who: ada, path: "/profile/edit"},
		{name: "edit-profile-refused", who: ada, path: "/profile/edit", form: form("about", strings.Repeat("far ", 60), "bag", "9")},
		{name: "leaderboard", who: ada, path: "/leaderboard"},
		{name: "open-source", path: "/about/open-source"},
		{name: "how-it-works", who: ada, path: "/about/how-it-works"},
		{name: "leaderboard-dark-by-choice", path: "/preferences", form: form("theme", "dark")},
		{name: "leaderboard-light-by-choice", path: "/preferences", form: form("theme", "light")},

		{name: "error-no-page", path: "/nowhere"},
		{name: "error-no-room", who: ada, path: "/rooms/" + models.NewID()},
		{name: "error-no-player", path: "/players/Nobody"},
		{name: "error-other-viewer", who: ada, path: inPlay + "/live?as=seat-3"},
		{name: "error-method", who: ada, path: "/logout"},
		{name: "error-bad-request", who: ada, path: "/signup", form: form("id", "no id", "name", "Finn", "password", password, "again", password)},
		{name: "error-too-large", who: ada, path: "/profile/edit", form: form("about", strings.Repeat("far ", 20<<10))},
	}
}

// statesForDevelopers are those of a site that is traced while it is being changed.
func statesForDevelopers(t *testing.T, site *program) []state {
	t.Helper()
	ada, ben := site.traveller(t, "Ada"), site.traveller(t, "Ben")
	room := play("Grand tour", ada, ben)
	rollOn(1, room, ada, ben)
	request, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, site.url+"/live", nil)
	request.Header.Set("Accept", "text/event-stream")
	response, err := ada.client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { response.Body.Close() })
	first := func(list, links string) string {
		link := regexp.MustCompile(`href="(` + links + `)"`).FindStringSubmatch(ada.get(list))
		if link == nil {
			t.Fatalf("%s has no link to %s", list, links)
		}
		return link[1]
	}
	trace, wire := first("/trace", `/trace/\w{32}`), first("/trace/wire", `/trace/wire/\d+`)
	return []state{
		{name: "trace", path: trace}, // first, as only the newest are kept
		{name: "traces", path: "/trace"},
		{name: "traces-of-room", who: ada, path: "/trace?of=" + room},
		{name: "traces-streamed", path: "/trace/live"},
		{name: "wires", path: "/trace/wire"},
		{name: "wires-streamed", path: "/trace/wire/live"},
		{name: "wire", path: wire},
		{name: "wire-streamed", path: wire + "/live"},
		{name: "source", path: "/source/handlers/routes.go"},
		{name: "gallery", path: "/dev/gallery"},
		{name: "gallery-error-503", path: "/dev/gallery/error-503"},
	}
}

// absences plays games in the past, through a database whose clock is slow: one in
// which Ben may play on for Ada, one in which the computer keeps her seat, and one
// that nobody has gone on with for so long that it is over.
func (p *program) absences(t *testing.T, ada, ben *traveller) (offered, away, abandoned string) {
	t.Helper()
	now := time.Now().Add(-models.AbandonedAfter / 2)
	past := p.databaseAt(t, func() time.Time { return now })
	const seatOfAda, seatOfBen = 0, 1
	table := func(room string) *models.Table {
		table, err := past.Rooms.Open(t.Context(), strings.TrimPrefix(room, "/rooms/"))
		if err != nil {
			t.Fatal(err)
		}
		return table
	}
	who := func(table *models.Table, seat int) models.Identity {
		return models.Identity{User: table.Room.Seats[seat].User, Name: table.Room.Seats[seat].Name}
	}
	begin := func(name string) (room string) {
		room = open(name, ada)
		ben.must(room + "/join")
		ben.must(room+"/ready", "ready", "yes")
		waiting := table(room)
		if err := past.Rooms.Start(t.Context(), waiting.ID, who(waiting, seatOfAda)); err != nil {
			t.Fatal(err)
		}
		return room
	}
	// step has Ben move, and the table for Ada.
	step := func(room string) {
		now = now.Add(models.PlayOnAfter)
		table, move := table(room), past.Rooms.PlayOn
		if table.ToAct()[0] == seatOfBen {
			move = func(ctx context.Context, id string, who models.Identity, n int) error {
				return past.Rooms.Move(ctx, id, who, n, "roll")
			}
		}
		if err := move(t.Context(), table.ID, who(table, seatOfBen), table.N+1); err != nil {
			t.Fatal(err)
		}
	}

	for offered = begin("Where is Ada?"); table(offered).ToAct()[0] != seatOfAda; {
		step(offered)
	}
	for away = begin("Ada is away"); !table(away).Players[seatOfAda].Away; {
		step(away)
	}
	now = now.Add(-models.AbandonedAfter)
	abandoned = begin("Never mind")
	eventually(t, "a game is over that nobody has gone on with", func() bool {
		return strings.Contains(ada.get(abandoned), "page--over")
	})
	return offered, away, abandoned
}

// noPages are the addresses that answer GET with something else, and what that is.
var noPages = map[string]string{
	"/healthz":            "a word for programs",
	"/public/*":           "files of pages",
	"/card.png":           "a picture",
	"/rooms/:id/card.png": "a picture",
	"/dev/gallery/live":   "a stream of nothing",
}

func TestEveryPageOfTheSiteHasAState(t *testing.T) {
	t.Parallel()
	missing, site := getRoutes(t), http.NewServeMux()
	if len(missing) < 20 {
		t.Fatalf("found %d routes; where are the others?", len(missing))
	}
	params := regexp.MustCompile(`:(\w+)`)
	for route := range missing {
		pattern := params.ReplaceAllString(strings.Replace(route, "*", "{rest...}", 1), "{$1}")
		if route == "/" {
			pattern = "/{$}"
		}
		site.HandleFunc("GET "+pattern, func(http.ResponseWriter, *http.Request) { delete(missing, route) })
	}
	for _, states := range everyState(t) {
		for _, s := range states {
			if s.form == nil {
				site.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, s.path, nil))
			}
		}
	}
	for route := range missing {
		if noPages[route] == "" {
			t.Errorf("no state shows %s", route)
		}
	}
}

// getRoutes are the addresses that handlers/routes.go has for GET.
func getRoutes(t *testing.T) map[string]bool {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "handlers/routes.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	constants := map[string]string{
		"healthURL": "/healthz", "public.Prefix": public.Prefix, "gallery.URL": gallery.URL, "gallery.LiveURL": gallery.LiveURL,
		"views.TraceURL": views.TraceURL, "views.TraceLive": views.TraceLive, "views.WireURL": views.WireURL,
		"views.WireLive": views.WireLive, "views.SourceURL": views.SourceURL,
	}
	var value func(ast.Expr) string
	value = func(e ast.Expr) string {
		switch e := e.(type) {
		case *ast.BasicLit:
			text, _ := strconv.Unquote(e.Value) // Go has parsed it
			return text
		case *ast.BinaryExpr:
			return value(e.X) + value(e.Y)
		}
		text, ok := constants[types.ExprString(e)]
		if !ok {
			t.Fatalf("handlers/routes.go has a route at %s, which is not among the constants here", types.ExprString(e))
		}
		return text
	}
	routes := map[string]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && slices.Contains([]string{"page", "e.GET"}, types.ExprString(call.Fun)) {
			routes[value(call.Args[0])] = true
		}
		return true
	})
	return routes
}
