package handlers_test

import (
	"net/http"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"worldtravel/handlers"
	"worldtravel/models"
	"worldtravel/views"
)

// choice is the transport that a live page tells its script to use.
func (p *page) choice() string {
	if body := p.find("body"); body != nil {
		return attr(body, "data-transport")
	}
	return ""
}

// inNoscript reports whether an element is for browsers without scripts alone.
func inNoscript(n *html.Node) bool {
	for ; n != nil; n = n.Parent {
		if n.Data == "noscript" {
			return true
		}
	}
	return false
}

func TestTheTransportIsChosenInTheProfileForThisBrowser(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada := s.player("Ada")
	elsewhere := s.logIn("Ada")
	room := s.room(ada)
	for _, transport := range views.Transports() {
		ada.open(views.EditProfileURL)
		r := ada.form("Save", "transport", string(transport)).request()
		var set *http.Cookie
		for _, cookie := range ada.hop(r).Cookies() {
			if cookie.Name == "transport" {
				set = cookie
			}
		}
		if set == nil || set.Value != string(transport) || !set.HttpOnly || set.SameSite != http.SameSiteLaxMode || set.Path != "/" ||
			set.MaxAge != 365*24*60*60 || set.Secure {
			t.Errorf("choosing %s sets the cookie %v", transport, set)
		}
		for _, address := range []string{"/", views.RoomURL(room)} {
			if got := ada.open(address).choice(); got != string(transport) {
				t.Errorf("after choosing %s, %s is told %q", transport, address, got)
			}
			if got := elsewhere.open(address).choice(); got != "auto" {
				t.Errorf("in another browser %s is told %q", address, got)
			}
		}
		ada.open(views.EditProfileURL)
		if got := ada.form("Save").fields.Get("transport"); got != string(transport) {
			t.Errorf("after choosing %s the profile has %q", transport, got)
		}
		// Another wrong field does not undo what is chosen in the form.
		ada.press("Save", "transport", "sse", "about", strings.Repeat("x", models.AboutMost+1))
		if got := ada.form("Save").fields.Get("transport"); got != "sse" {
			t.Errorf("the form that is to be put right has %q", got)
		}
		if got := ada.open("/").choice(); got != string(transport) {
			t.Errorf("a form that was refused has changed it to %q", got)
		}
	}
}

func TestTheCookieOfTheTransportIsSecureWhenTheConnectionIs(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(c *handlers.Config, _ *models.Config) {
		c.TrustedProxies = append(c.TrustedProxies, network(t, "127.0.0.0/8"))
	})
	ada := s.player("Ada")
	visitor := s.browser()
	ada.open(views.EditProfileURL)
	save := ada.form("Save", "transport", "sse").request()
	home := visitor.request(http.MethodGet, "/", nil)
	for name, c := range map[string]struct {
		b *browser
		r *http.Request
	}{"transport": {ada, save}, "browser": {visitor, home}} {
		c.r.Header.Set("X-Forwarded-Proto", "https")
		cookies := c.b.hop(c.r).Cookies()
		if len(cookies) != 1 || cookies[0].Name != name || !cookies[0].Secure || !cookies[0].HttpOnly {
			t.Errorf("the cookies are %v, want a secure one called %s", cookies, name)
		}
	}
}

func TestAPagesAddressOverridesTheTransport(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada := s.player("Ada")
	room := s.room(ada)
	ada.keepCookie("transport", "none")
	for _, address := range []string{"/", views.RoomURL(room)} {
		for _, named := range []string{"auto", "socket", "sse", "stream", "none"} {
			p := ada.open(address + "?transport=" + named)
			if got := p.choice(); got != named {
				t.Errorf("%s is told %q", p.address(), got)
			}
			// A page that comes back by itself is the same then.
			if seconds, to := p.comesBack(); seconds == "" || ada.get(to).choice() != named {
				t.Errorf("%s comes back after %q seconds at %s, which is told %q", p.address(), seconds, to, ada.get(to).choice())
			}
		}
		if got := ada.open(address).choice(); got != "none" {
			t.Errorf("afterwards %s is told %q", address, got)
		}
	}
}

func TestATransportThatIsNoneIsAutomatic(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada := s.player("Ada")
	for _, rubbish := range []string{"x", "SSE", "<script>", "socket%00", "sse,socket", strings.Repeat("a", 4000)} {
		ada.keepCookie("transport", "none")
		if got := ada.open("/?transport=" + rubbish).choice(); got != "auto" {
			t.Errorf("?transport=%.20s is %q", rubbish, got)
		}
		ada.keepCookie("transport", rubbish)
		if got := ada.open("/").choice(); got != "auto" {
			t.Errorf("the cookie %.20s is %q", rubbish, got)
		}
		ada.open(views.EditProfileURL)
		f := ada.form("Save")
		f.fields.Set("transport", rubbish)
		ada.welcome(ada.send(f.request()))
		if got := ada.open("/").choice(); got != "auto" {
			t.Errorf("choosing %.20s gives %q", rubbish, got)
		}
	}
}

func TestWhatThePageIsWithoutScriptsFollowsTheTransport(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, ben := s.player("Ada"), s.player("Ben")
	waits := s.room(ada)
	plays := s.game(ada, ben)
	for address, timed := range map[string]string{"/": "15", views.RoomURL(waits): "4", views.RoomURL(plays): ""} {
		for _, transport := range []string{"auto", "socket", "sse"} {
			p := ada.open(address + "?transport=" + transport)
			if frame := p.find("iframe"); frame == nil || !inNoscript(frame) || attr(frame, "src") != p.live() {
				t.Errorf("without scripts %s is no stream", p.address())
			}
			if p.find("script") == nil || p.refresh() != "2" || !inNoscript(p.find("iframe").Parent) {
				t.Errorf("%s has no scripts, or comes back after %q seconds", p.address(), p.refresh())
			}
			for n := range p.root.Descendants() {
				if attr(n, "http-equiv") == "refresh" && !inNoscript(n) {
					t.Errorf("%s reloads itself although it has scripts", p.address())
				}
			}
		}
		p := ada.open(address + "?transport=stream")
		if frame := p.find("iframe"); p.find("script") != nil || frame == nil || inNoscript(frame) || attr(frame, "src") != p.live() || p.refresh() != "2" {
			t.Errorf("%s has scripts, or is no stream, or does not come back", p.address())
		}
		p = ada.open(address + "?transport=none")
		if p.find("iframe") != nil || p.find("script") == nil || p.refresh() != timed {
			t.Errorf("%s is a stream, or reloads itself after %q seconds, want %q", p.address(), p.refresh(), timed)
		}
		for _, still := range []string{views.LeaderboardURL, views.ProfileURL("Ada"), views.EditProfileURL} {
			if p := ada.get(still + "?transport=stream"); p.find("iframe") != nil || p.refresh() != "" {
				t.Errorf("%s is a stream", still)
			}
		}
	}
	// The frame is one that the page may have.
	frame := ada.ask(edgeDocument, ada.open("/").live())
	if frame.StatusCode != http.StatusOK || frame.Header.Get("X-Frame-Options") != "SAMEORIGIN" {
		t.Errorf("the frame is answered %d %v", frame.StatusCode, frame.Header)
	}
}

func TestAPageThatComesBackWithoutItsSessionLeadsToTheLogInAndBack(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada := s.player("Ada")
	room := s.room(ada)
	for _, address := range []string{views.RoomURL(room), "/"} {
		ada.open(address)
		_, to := ada.page.comesBack()
		s.must(s.models.Sessions.End(t.Context(), ada.token()))
		ada.refused(ada.open(to), http.StatusUnauthorized, models.LoginNeeded)
		ada.press("Log in", "name", "Ada", "password", password)
		ada.welcome(ada.page)
		if got := ada.page.address(); got != address {
			t.Errorf("the log in leads to %s, want %s", got, address)
		}
		// Whoever logs out sees the page as a visitor.
		ada.press("Log out")
		ada.welcome(ada.open(address))
		_, to = ada.page.comesBack()
		ada.welcome(ada.open(to))
		ada.page = s.logIn("Ada").page
		ada = s.logIn("Ada")
	}
	// A page may come back as another than before: a seat is left, or taken.
	for _, as := range []string{"watcher", "visitor", "x"} {
		ada.welcome(ada.open(views.PageAs(views.RoomURL(room), as)))
	}
}

func TestTheAddressOfOnesProfileLeadsToOnesOwn(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, visitor := s.player("Ada"), s.browser()
	if p := ada.hop(ada.request(http.MethodGet, views.OwnProfileURL, nil)); p.StatusCode != http.StatusSeeOther ||
		p.Header.Get("Location") != views.ProfileURL("Ada") {
		t.Errorf("answered %d, and leads to %s", p.StatusCode, p.Header.Get("Location"))
	}
	visitor.refused(visitor.open(views.OwnProfileURL), http.StatusUnauthorized, models.LoginNeeded)
	visitor.press("Log in", "name", "Ada", "password", password)
	if got := visitor.page.address(); got != views.ProfileURL("Ada") {
		t.Errorf("the log in leads to %s", got)
	}
}
