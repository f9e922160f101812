package handlers_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"worldtravel/handlers"
	"worldtravel/models"
	"worldtravel/models/store/storetest"
	"worldtravel/views"
)

// signs signs up with a request that change may alter, and gives the cookie set.
func signs(s *site, name string, change func(*http.Request)) *http.Cookie {
	s.Helper()
	b := s.browser()
	b.open(views.SignupURL)
	r := b.form("Sign up", "name", name, "password", password, "again", password).request()
	change(r)
	cookie := b.hop(r).cookie()
	if cookie == nil {
		s.Fatal("no cookie was set")
	}
	return cookie
}

func TestTheCookieHoldsARandomTokenThatScriptsAndOtherSitesDoNotGet(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	cookie := signs(s, "Ada", func(*http.Request) {})
	if !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.Path != "/" || cookie.Domain != "" || cookie.Secure ||
		cookie.MaxAge != int(models.SessionLength.Seconds()) {
		t.Errorf("the cookie is %+v", cookie)
	}
	other := signs(s, "Ben", func(*http.Request) {})
	if len(cookie.Value) != 43 || cookie.Value == other.Value { // 256 bits in base64
		t.Errorf("the tokens are %q and %q", cookie.Value, other.Value)
	}
}

func TestTheCookieIsSecureWhenTheConnectionIs(t *testing.T) {
	t.Parallel()
	forwarded := func(proto string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set("X-Forwarded-Proto", proto) }
	}
	for name, c := range map[string]struct {
		config func(*handlers.Config)
		change func(*http.Request)
		want   bool
	}{
		"plain":                        {func(*handlers.Config) {}, func(*http.Request) {}, false},
		"always, by the configuration": {func(c *handlers.Config) { c.SecureCookies = true }, func(*http.Request) {}, true},
		"TLS, says a stranger":         {func(*handlers.Config) {}, forwarded("https"), false},
		"TLS, says another network": {func(c *handlers.Config) {
			c.TrustedProxies = append(c.TrustedProxies, network(t, "10.0.0.0/8"))
		}, forwarded("https"), false},
		"TLS, says the proxy": {func(c *handlers.Config) {
			c.TrustedProxies = append(c.TrustedProxies, network(t, "127.0.0.0/8"))
		}, forwarded("https"), true},
		"plain, says the proxy": {func(c *handlers.Config) {
			c.TrustedProxies = append(c.TrustedProxies, network(t, "127.0.0.0/8"))
		}, forwarded("http"), false},
	} {
		s := newSite(t, func(config *handlers.Config, _ *models.Config) { c.config(config) })
		if cookie := signs(s, "Ada", c.change); cookie.Secure != c.want {
			t.Errorf("%s: Secure is %t", name, cookie.Secure)
		}
	}
	s := newSite(t)
	s.Server.Close()
	s.Server = httptest.NewTLSServer(s.Server.Config.Handler)
	t.Cleanup(s.Server.Close)
	if cookie := signs(s, "Ada", func(*http.Request) {}); !cookie.Secure {
		t.Error("over TLS: not Secure")
	}
}

func TestLoggingInMakesANewTokenAndEndsTheOldOne(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada := s.player("Ada")
	s.player("Ben")
	old := ada.token()
	ada.open(views.LoginURL)
	ada.press("Log in", "name", "Ben", "password", password)
	ada.sees("Welcome aboard, Ben.")
	if ada.token() == old {
		t.Error("the token has stayed")
	}
	thief := s.browser()
	thief.keep(old)
	thief.open("/")
	thief.sees("Sign up")

	planted := s.browser()
	planted.keep("planted")
	planted.open(views.LoginURL)
	planted.press("Log in", "name", "Ben", "password", password)
	if planted.token() == "planted" {
		t.Error("a token that somebody planted was taken over")
	}
}

func TestLoggingOutEndsTheSessionForGood(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada := s.player("Ada")
	token := ada.token()
	if cookie := ada.hop(ada.form("Log out").request()).cookie(); cookie == nil || cookie.MaxAge >= 0 {
		t.Errorf("logging out sets the cookie %v", cookie)
	}
	if ada.token() != "" {
		t.Error("the browser has kept the cookie")
	}
	ada.keep(token)
	ada.open("/")
	ada.sees("Sign up")
	ada.refused(ada.open(views.EditProfileURL), http.StatusUnauthorized, models.LoginNeeded)
}

func TestARequestInFlightDoesNotReviveASessionThatWasEnded(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada := s.player("Ada")
	token := ada.token()
	logout := ada.form("Log out").request()
	s.clock.advance(models.SessionRenewal) // so that any request renews the session

	reached, goOn := make(chan struct{}), make(chan struct{})
	hook := func(op storetest.Op) error {
		if op.Collection == "sessions" && op.Kind == "update" {
			s.db.hook.Store(nil)
			close(reached)
			<-goOn
		}
		return nil
	}
	s.db.hook.Store(&hook)
	answered := make(chan *page)
	go func() { answered <- ada.hop(ada.request(http.MethodGet, views.LeaderboardURL, nil)) }()
	<-reached
	// The log-out's own renewal is done by then: it is the second request.
	if p := ada.hop(logout); p.StatusCode != http.StatusSeeOther {
		t.Errorf("logging out is answered %d", p.StatusCode)
	}
	close(goOn)
	if p := <-answered; p.StatusCode != http.StatusOK || p.cookie() != nil {
		t.Errorf("the request in flight is answered %d and sets the cookie %v", p.StatusCode, p.cookie())
	}
	ada.keep(token)
	ada.open("/")
	ada.sees("Sign up")
}

func TestASessionSlidesAndIsWrittenDailyAtMost(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada := s.player("Ada")
	token := ada.token()
	for range 3 {
		s.clock.advance(models.SessionRenewal - time.Minute)
		if cookie := ada.get("/").cookie(); cookie != nil {
			t.Errorf("within a day: the cookie %v", cookie)
		}
		s.clock.advance(time.Minute)
		cookie := ada.get("/").cookie()
		if cookie == nil || cookie.Value != token || cookie.MaxAge != int(models.SessionLength.Seconds()) || !cookie.HttpOnly {
			t.Errorf("after a day: the cookie %v", cookie)
		}
	}
	s.clock.advance(models.SessionLength - time.Hour)
	ada.open("/")
	ada.sees("Log out")
	s.clock.advance(models.SessionLength + time.Hour)
	ada.open("/")
	ada.sees("Sign up")
}

func TestASessionSurvivesARestart(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada := s.player("Ada")
	room := s.room(ada)
	s.restart()
	ada.open(views.RoomURL(room))
	ada.press("Ready")
	ada.welcome(ada.page)
}

func TestNeitherTokensNorPasswordsStandInTheDatabase(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada := s.player("Ada")
	files, err := filepath.Glob(filepath.Join(s.dir, "*"))
	s.must(err)
	known := false
	for _, file := range files {
		data, err := os.ReadFile(file)
		s.must(err)
		known = known || bytes.Contains(data, []byte(models.SessionKey(ada.token())))
		for _, secret := range []string{ada.token(), password} {
			if bytes.Contains(data, []byte(secret)) {
				t.Errorf("%s holds %q", filepath.Base(file), secret)
			}
		}
	}
	if !known {
		t.Error("the token's hash was not found either: looked in the wrong place")
	}
}
