package handlers_test

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"worldtravel/handlers"
	"worldtravel/models"
	"worldtravel/public"
	"worldtravel/views"
)

func TestAnUnknownAddressIsAFriendly404(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada := s.player("Ada")
	for address, want := range map[string]models.Code{
		"/nowhere": models.NotFound, "/rooms/x/nowhere": models.NotFound, "/players": models.NotFound,
		"/leaderboard?page=2": models.NotFound, "/rooms/..%2f..": models.NotFound,
		views.RoomURL(models.NewID()): models.NoRoom, "/rooms/x": models.NoRoom, "/rooms/%00": models.NoRoom,
		"/rooms/%ff%fe": models.NoRoom, "/rooms/" + strings.Repeat("a", 4000): models.NoRoom,
	} {
		ada.refused(ada.open(address), http.StatusNotFound, want)
		ada.sees("Ada · Profile")
		if !strings.HasPrefix(ada.follow("To the departures").address(), "/") {
			t.Error("no way back")
		}
	}
	for path, name := range map[string]string{
		"nobody": "nobody", "no%20body": "no body", "%6eobody": "nobody", "a%2Fb": "a/b", strings.Repeat("a", 4000): strings.Repeat("a", 4000),
	} {
		ada.refused(ada.get("/players/"+path), http.StatusNotFound, models.NoPlayer, name)
	}
	for _, path := range []string{"%00", "%ff%fe"} {
		if p := ada.get("/players/" + path); p.StatusCode != http.StatusNotFound {
			t.Errorf("the name %s is answered %d", path, p.StatusCode)
		}
	}
	for _, action := range []string{"join", "leave", "ready", "computer", "start", "move", "play-on", "take-back", "again"} {
		for _, id := range []string{models.NewID(), "x", "%00", "%ff", strings.Repeat("a", 4000)} {
			p := ada.post("/rooms/"+id+"/"+action, "n", "1", "move", "roll", "computer", models.Computers[0], "ready", "yes")
			ada.refused(p, http.StatusNotFound, models.NoRoom)
		}
	}
}

func TestAPageNumberThatIsNoneIsTheFirstPage(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, number := range []string{"", "0", "-1", "one", "1e3", "9223372036854775807", "99999999999999999999"} {
		b := s.browser()
		b.welcome(b.open("/leaderboard?page=" + number))
	}
}

func TestAWrongMethodIsRefusedInWords(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser()
	for address, method := range map[string]string{
		"/": http.MethodPost, "/leaderboard": http.MethodPost, "/login": http.MethodPut, "/logout": http.MethodGet,
		"/rooms": http.MethodGet, "/rooms/x": http.MethodDelete, "/rooms/x/leave": http.MethodGet, "/live": http.MethodPost,
		"/players/ada": http.MethodPatch, "/healthz": http.MethodPost,
	} {
		p := b.send(b.request(method, address, nil))
		b.refused(p, http.StatusMethodNotAllowed, models.WrongMethod)
		if p.Header.Get("Allow") == "" {
			t.Errorf("%s %s does not say what is allowed", method, address)
		}
	}
}

func TestHEADIsAnsweredAsGETWithoutABody(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada := s.player("Ada")
	room := s.room(ada)
	for _, address := range []string{
		"/", "/login", "/signup", "/leaderboard", "/players/ada", "/profile/edit", "/rooms/new", views.RoomURL(room), "/healthz",
		public.URL("css/site.css"), "/nowhere",
	} {
		got, head := ada.get(address), ada.send(ada.request(http.MethodHead, address, nil))
		if head.StatusCode != got.StatusCode || head.Header.Get("Content-Type") != got.Header.Get("Content-Type") || head.body != "" {
			t.Errorf("HEAD %s is answered %d %s and %d bytes, GET %d %s", address,
				head.StatusCode, head.Header.Get("Content-Type"), len(head.body), got.StatusCode, got.Header.Get("Content-Type"))
		}
	}
}

func TestEveryAnswerCarriesTheHeadersThatKeepItSafe(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser()
	for _, address := range []string{"/", "/login", "/nowhere", "/rooms/x", "/healthz", public.URL("css/site.css"), "/public/x"} {
		h := b.get(address).Header
		for name, want := range map[string]string{
			"Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'; object-src 'none'",
			"X-Content-Type-Options":  "nosniff", "X-Frame-Options": "SAMEORIGIN", "Referrer-Policy": "same-origin",
			"Permissions-Policy": "camera=(), geolocation=(), microphone=()",
		} {
			if got := h.Get(name); got != want {
				t.Errorf("%s has %s: %q, want %q", address, name, got, want)
			}
		}
	}
	for _, address := range []string{"/", "/leaderboard", "/nowhere", "/rooms/x", "/public/x"} {
		if got := b.get(address).Header.Get("Cache-Control"); got != "private, no-cache" {
			t.Errorf("%s has Cache-Control: %q", address, got)
		}
	}
	if got := b.get(public.URL("js/live.js")).Header.Get("Cache-Control"); got != "public, max-age=31536000, immutable" {
		t.Errorf("a file has Cache-Control: %q", got)
	}
}

func TestOnlyEncryptedPagesAreOpenedApartFromOthers(t *testing.T) {
	t.Parallel()
	// Elsewhere browsers don't heed the header, and complain of it.
	for secure, want := range map[bool]string{true: "same-origin", false: ""} {
		s := newSite(t, func(c *handlers.Config, _ *models.Config) { c.SecureCookies = secure })
		if got := s.browser().get("/").Header.Get("Cross-Origin-Opener-Policy"); got != want {
			t.Errorf("with encryption %v the page has Cross-Origin-Opener-Policy: %q, want %q", secure, got, want)
		}
	}
}

func TestNoPageNeedsWhatTheContentSecurityPolicyForbids(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, ben := s.player("Ada"), s.player("Ben")
	waiting, over := s.room(ada), s.won(ada, ben)
	playing := s.game(ada, ben)
	for _, address := range []string{
		"/", "/login", "/signup", "/rooms/new", "/leaderboard", "/players/ada", "/profile/edit", "/nowhere",
		views.RoomURL(waiting), views.RoomURL(playing), views.RoomURL(over),
	} {
		for n := range ada.get(address).root.Descendants() {
			for _, a := range n.Attr {
				if strings.HasPrefix(a.Key, "on") || a.Key == "style" || strings.HasPrefix(strings.TrimSpace(a.Val), "javascript:") {
					t.Errorf("%s has <%s %s=%q>", address, n.Data, a.Key, a.Val)
				}
			}
			if n.Type == html.ElementNode && (n.Data == "style" || n.Data == "script" && attr(n, "src") == "") {
				t.Errorf("%s has an inline <%s>", address, n.Data)
			}
		}
	}
}

func TestPagesAreCompressedForThoseWhoAsk(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser()
	plain := b.get("/login").body
	for encoding, want := range map[string]string{"gzip": "gzip", "identity": ""} {
		r := b.request(http.MethodGet, "/login", nil)
		r.Header.Set("Accept-Encoding", encoding)
		p := b.send(r)
		if got := p.Header.Get("Content-Encoding"); got != want || !strings.Contains(p.Header.Get("Vary"), "Accept-Encoding") {
			t.Errorf("asked for %s, the page is %q and varies by %q", encoding, got, p.Header.Get("Vary"))
		}
		body := p.body
		if want == "gzip" {
			unpacked, err := gzip.NewReader(strings.NewReader(body))
			s.must(err)
			read, err := io.ReadAll(unpacked)
			s.must(err)
			body = string(read)
		}
		if body != plain {
			t.Errorf("asked for %s, the page is another", encoding)
		}
	}
}

func TestAFormOfAnotherSiteIsRefused(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada := s.player("Ada")
	room := s.room(ada)
	before := s.stored(room)
	for name, headers := range map[string]map[string]string{
		"as browsers say it":        {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
		"from a neighbouring site":  {"Sec-Fetch-Site": "same-site", "Origin": "http://evil.127.0.0.1"},
		"as old browsers say it":    {"Origin": "https://evil.example"},
		"from a sandboxed document": {"Origin": "null"},
		"claiming to be from htmx":  {"Origin": "https://evil.example", "HX-Request": "true"},
	} {
		r := ada.request(http.MethodPost, views.RoomAction(room, "leave"), values())
		r.Header.Del("Sec-Fetch-Site")
		for field, value := range headers {
			r.Header.Set(field, value)
		}
		t.Log(name)
		ada.refused(ada.send(r), http.StatusForbidden, models.CrossOrigin)
	}
	if after := s.stored(room); after != before {
		t.Errorf("the room was %s, is %s", before, after)
	}
	for _, headers := range []map[string]string{
		{"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}, {"Origin": s.URL}, {},
	} {
		r := ada.request(http.MethodPost, views.RoomAction(room, "ready"), values("ready", "yes"))
		r.Header.Del("Sec-Fetch-Site")
		for field, value := range headers {
			r.Header.Set(field, value)
		}
		ada.welcome(ada.send(r))
	}
}

func TestBehindAProxyThatRewritesHostTheSitesOwnOriginIsAllowed(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(c *handlers.Config, _ *models.Config) { c.Origin = "https://play.example" })
	ada := s.player("Ada")
	room := s.room(ada)
	ada.sees("https://play.example" + views.RoomURL(room))
	post := func(origin string) *page {
		r := ada.request(http.MethodPost, views.RoomAction(room, "ready"), values("ready", "yes"))
		r.Header.Del("Sec-Fetch-Site")
		r.Header.Set("Origin", origin)
		return ada.send(r)
	}
	ada.welcome(post("https://play.example"))
	ada.refused(post("http://play.example"), http.StatusForbidden, models.CrossOrigin)
	ada.refused(post("https://play.example.evil.example"), http.StatusForbidden, models.CrossOrigin)
}

func TestTheStartIsRefusedWithAnOriginThatIsNone(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	_, err := handlers.New(s.models, handlers.NewPush(s.clock.Now, nil), handlers.Config{Now: s.clock.Now, Origin: "play.example/x"})
	if err == nil || !strings.Contains(err.Error(), "ORIGIN") {
		t.Errorf("got %v, want an error that names ORIGIN", err)
	}
}

func TestABodyThatIsTooLargeIsRefusedAndChangesNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, ben := s.player("Ada"), s.player("Ben")
	room := s.room(ada)
	before := s.stored(room)
	large := values("ready", "yes", "name", strings.Repeat("x", 65<<10))
	for _, address := range []string{
		views.RoomAction(room, "join"), views.RoomAction(room, "ready"), views.RoomAction(room, "leave"),
		"/rooms", "/profile/edit", "/signup", "/login", "/logout",
	} {
		for _, who := range []*browser{ada, ben} {
			who.refused(who.send(who.request(http.MethodPost, address, large)), http.StatusRequestEntityTooLarge, models.TooLarge)
			chunked := who.request(http.MethodPost, address, large)
			chunked.ContentLength, chunked.GetBody = -1, nil
			who.refused(who.send(chunked), http.StatusRequestEntityTooLarge, models.TooLarge)
		}
	}
	if after := s.stored(room); after != before {
		t.Errorf("the room was %s, is %s", before, after)
	}
	ada.reload()
	ada.sees("Log out")
}

func TestABodyThatIsNoFormIsRefusedAndChangesNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada := s.player("Ada")
	room := s.room(ada)
	before := s.stored(room)
	send := func(action, media, body string) *page {
		r := ada.request(http.MethodPost, views.RoomAction(room, action), values())
		r.Body, r.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
		r.Header.Set("Content-Type", media)
		return ada.send(r)
	}
	object, err := json.Marshal(map[string]string{"ready": "yes"})
	s.must(err)
	for media, body := range map[string]string{
		"application/json": string(object), "application/xml": "<form><Ready>yes</Ready></form>", "text/plain": "ready=yes",
		"application/x-www-form-urlencoded": "ready=%zz", "multipart/form-data": "ready=yes",
		"multipart/form-data; boundary=x": "--x\r\nContent-Disposition: form-data; name=ready\r\n\r\nyes",
	} {
		ada.refused(send("ready", media, body), http.StatusBadRequest, models.BadRequest)
	}
	if after := s.stored(room); after != before {
		t.Errorf("the room was %s, is %s", before, after)
	}
}

func TestTheSiteSaysWhetherItIsWell(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser()
	if p := b.get("/healthz"); p.StatusCode != http.StatusOK || p.body != "ok\n" {
		t.Errorf("answered %d %q", p.StatusCode, p.body)
	}
	s.faults.expected = true
	s.db.away.Store(true)
	if p := b.get("/healthz"); p.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("without a database: %d", p.StatusCode)
	}
	s.db.away.Store(false)
	if p := b.get("/healthz"); p.StatusCode != http.StatusOK {
		t.Errorf("with the database back: %d", p.StatusCode)
	}
}

// network is the network of one address.
func network(t *testing.T, cidr string) *net.IPNet {
	t.Helper()
	_, n, err := net.ParseCIDR(cidr)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
