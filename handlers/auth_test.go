package handlers_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"

	"worldtravel/handlers"
	"worldtravel/models"
	"worldtravel/views"
)

func TestSigningUpSaysWhatIsWrongWithEachField(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.player("Ada")
	long := strings.Repeat("x", models.PasswordMost+1)
	length := models.Refuse(models.NameLength, models.NameLeast, models.NameMost)
	letters := models.Refuse(models.NameLetters)
	strength := models.Refuse(models.PasswordLength, models.PasswordLeast, models.PasswordMost)
	for _, form := range []struct {
		name, password, again string
		wrong                 []*models.Error
	}{
		{"", password, password, []*models.Error{length}},
		{"Be", password, password, []*models.Error{length}},
		{strings.Repeat("b", models.NameMost+1), password, password, []*models.Error{length}},
		{"B e n", password, password, []*models.Error{letters}},
		{"Ben\u202e", password, password, []*models.Error{letters}},
		{"Ben\u200b", password, password, []*models.Error{letters}},
		{"Ben\x00", password, password, []*models.Error{letters}},
		{"Ben\n", password, password, []*models.Error{letters}},
		{"Ben\xff", password, password, []*models.Error{letters}},
		{"<b>Ben</b>", password, password, []*models.Error{letters}},
		{"../Ben", password, password, []*models.Error{letters}},
		{"Ada", password, password, []*models.Error{models.Refuse(models.NameTaken, "Ada")}},
		{"aDA", password, password, []*models.Error{models.Refuse(models.NameTaken, "aDA")}},
		{"Ben", "", "", []*models.Error{strength}},
		{"Ben", "7 signs", "7 signs", []*models.Error{strength}},
		{"Ben", long, long, []*models.Error{strength}},
		{"Ben", password, password + " ", []*models.Error{models.Refuse(models.PasswordsDiffer)}},
		{"Ben", password, "", []*models.Error{models.Refuse(models.PasswordsDiffer)}},
		{"", "", "", []*models.Error{length, strength}},
	} {
		b := s.browser()
		b.open(views.SignupURL + "?next=/leaderboard")
		b.press("Sign up", "name", form.name, "password", form.password, "again", form.again)
		for _, wrong := range form.wrong {
			b.refused(b.page, http.StatusUnprocessableEntity, wrong.Code, wrong.Args...)
		}
		if b.token() != "" {
			t.Errorf("%q is logged in", form.name)
		}
		if form.password != "" && strings.Contains(b.page.body, form.password) {
			t.Errorf("the page of %q repeats the password", form.name)
		}
		b.press("Sign up", "name", "Ben-"+models.NewID(), "password", password, "again", password)
		if b.page.address() != "/leaderboard" {
			t.Errorf("after %q was put right the page is %s", form.name, b.page.address())
		}
	}
	b := s.browser()
	b.refused(b.get(views.ProfileURL("Ben")), http.StatusNotFound, models.NoPlayer, "Ben")
}

func TestANameIsKeptAsTyped(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.player("McAda_7-x")
	b := s.logIn("mcada_7-X")
	b.sees("Welcome aboard, McAda_7-x.")
	b.open("/players/MCADA_7-X")
	b.sees("Bearer McAda_7-x")
}

func TestASignUpFormThatThisSiteDidNotMakeIsRefused(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada := s.identity(func() string { s.player("Ada"); return "Ada" }())
	b := s.browser()
	for _, id := range []string{"", "x", "../../etc", strings.Repeat("a", 17)} {
		p := b.post(views.SignupURL, "id", id, "name", "Ben", "password", password, "again", password)
		b.refused(p, http.StatusBadRequest, models.BadRequest)
	}
	p := b.post(views.SignupURL, "id", ada.User, "name", "Ben", "password", "another password", "again", "another password")
	if p.StatusCode != http.StatusUnprocessableEntity || b.token() != "" {
		t.Errorf("a form with somebody else's id is answered %d", p.StatusCode)
	}
}

func TestLogInAnswersAlikeForAWrongPasswordAndAnUnknownName(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.player("Ada")
	b := s.browser()
	try := func(name, password string) *page {
		b.open(views.LoginURL)
		p := b.press("Log in", "name", name, "password", password)
		b.refused(p, http.StatusUnauthorized, models.WrongLogin)
		return p
	}
	known, unknown := try("Ada", "a wrong password"), try("Eva", "a wrong password")
	if strings.ReplaceAll(known.body, "Ada", "Eva") != unknown.body {
		t.Error("the pages differ in more than the name")
	}
	for _, name := range []string{"", "\x00", "Ada\xff", strings.Repeat("a", 5000), "<b>", "Ada\u202e"} {
		try(name, password)
	}
	for _, word := range []string{"", strings.Repeat("x", 5000), password + "\x00", "\xff"} {
		try("Ada", word)
	}
}

func TestAfterTenFailedLogInsOneMustWait(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.player("Ada")
	s.player("Ben")
	b := s.browser()
	try := func(name, password string) *page {
		b.open(views.LoginURL)
		return b.press("Log in", "name", name, "password", password)
	}
	for range models.FailedLogins {
		b.refused(try("Ada", "a wrong password"), http.StatusUnauthorized, models.WrongLogin)
	}
	b.refused(try("ADA", password), http.StatusTooManyRequests, models.TooManyTries, 10)
	b.welcome(try("Ben", password))
	s.clock.advance(models.FailedLoginTime / 2)
	b.refused(try("Ada", password), http.StatusTooManyRequests, models.TooManyTries, 5)
	s.clock.advance(models.FailedLoginTime / 2)
	b.welcome(try("Ada", password))
}

func TestFailedLogInsAreCountedByTheAddressThatATrustedProxyNames(t *testing.T) {
	t.Parallel()
	for _, trusted := range []bool{true, false} {
		s := newSite(t, func(c *handlers.Config, _ *models.Config) {
			if trusted {
				c.TrustedProxies = append(c.TrustedProxies, network(t, "127.0.0.0/8"))
			}
		})
		s.player("Ada")
		b := s.browser()
		try := func(password, from string) *page {
			b.open(views.LoginURL)
			r := b.form("Log in", "name", "Ada", "password", password).request()
			r.Header.Set("X-Forwarded-For", from)
			return b.send(r)
		}
		for range models.FailedLogins {
			try("a wrong password", "198.51.100.1, 203.0.113.7")
		}
		// What stands left of the proxy's own word is the client's, and worth nothing.
		b.refused(try(password, "192.0.2.3, 203.0.113.7"), http.StatusTooManyRequests, models.TooManyTries, 10)
		if elsewhere := try(password, "203.0.113.8"); trusted {
			b.welcome(elsewhere)
		} else {
			b.refused(elsewhere, http.StatusTooManyRequests, models.TooManyTries, 10)
		}
	}
}

func TestFailedLogInsOfOneIPv6NetworkAreCountedTogether(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(c *handlers.Config, _ *models.Config) {
		c.TrustedProxies = append(c.TrustedProxies, network(t, "127.0.0.0/8"))
	})
	s.player("Ada")
	b := s.browser()
	try := func(password, from string) *page {
		b.open(views.LoginURL)
		r := b.form("Log in", "name", "Ada", "password", password).request()
		r.Header.Set("X-Forwarded-For", from)
		return b.send(r)
	}
	for i := range models.FailedLogins {
		try("a wrong password", fmt.Sprintf("2001:db8:1:2::%d", i))
	}
	b.refused(try(password, "2001:db8:1:2:ffff::9"), http.StatusTooManyRequests, models.TooManyTries, 10)
	b.welcome(try(password, "2001:db8:1:3::1"))
}

func TestWhenTooManyLogInAtOnceSomeAreToldToTryAgain(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(_ *handlers.Config, c *models.Config) {
		c.Hash = argon2id.Params{Memory: 32 << 10, Iterations: 8, Parallelism: 1, SaltLength: 16, KeyLength: 32}
		c.HashWait = time.Millisecond
	})
	s.faults.expected = true // a 503 is one
	var all sync.WaitGroup
	answers := make([]*page, 4*models.HashesAtOnce)
	b := s.browser()
	for i := range answers {
		all.Go(func() {
			answers[i] = b.post(views.LoginURL, "name", models.NewID(), "password", password)
		})
	}
	all.Wait()
	busy := 0
	for _, p := range answers {
		if p.StatusCode == http.StatusServiceUnavailable {
			busy++
			b.refused(p, http.StatusServiceUnavailable, models.Busy)
			if p.Header.Get("Retry-After") == "" {
				t.Error("it does not say when")
			}
		} else {
			b.refused(p, http.StatusUnauthorized, models.WrongLogin)
		}
	}
	if busy == 0 || busy == len(answers) {
		t.Errorf("%d of %d were told to try again", busy, len(answers))
	}
}

func TestLoggingInLeadsNowhereButToThisSite(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.player("Ada")
	for next, want := range map[string]string{
		"/leaderboard?page=1": "/leaderboard?page=1", "/players/%C3%84da": "/players/%C3%84da", "/players/Äda": "/players/%C3%84da",
		"": "/", "leaderboard": "/", "//evil.example": "/", "///evil.example": "/", "https://evil.example/": "/", "https:evil.example": "/",
		"javascript:alert(1)": "/", `\\evil.example`: "/", `/\evil.example`: "/", `/\/evil.example`: "/", "/\t/evil.example": "/",
		"/\r\nSet-Cookie: session=x": "/", "http:///evil.example": "/", " //evil.example": "/", "/\x00": "/", "?next=//evil.example": "/",
	} {
		b := s.browser()
		b.open(views.LoginURL + "?next=" + url.QueryEscape(next))
		p := b.hop(b.form("Log in", "name", "Ada", "password", password).request())
		if got := p.Header.Get("Location"); p.StatusCode != http.StatusSeeOther || got != want {
			t.Errorf("next=%q leads to %q, want %q", next, got, want)
		}
		p = b.hop(b.request(http.MethodPost, views.LoginURL, values("name", "Ada", "password", password, "next", next)))
		if got := p.Header.Get("Location"); got != want {
			t.Errorf("next=%q in a form that was forged leads to %q, want %q", next, got, want)
		}
	}
	for _, encoded := range []string{"/%2f/evil.example", "/%5cevil.example", "/%2fevil.example"} {
		b := s.browser()
		b.open(views.LoginURL)
		r := b.request(http.MethodPost, views.LoginURL, values("name", "Ada", "password", password, "next", encoded))
		if to := b.send(r).Request.URL; to.Host != strings.TrimPrefix(s.URL, "http://") {
			t.Errorf("%s leads to %s", encoded, to)
		}
	}
}

func TestAVisitorWhoMustLogInComesBackToTheRoom(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada := s.player("Ada")
	room := s.room(ada)
	before := s.stored(room)
	s.player("Ben")
	for _, action := range []string{"leave", "ready", "computer", "start", "move", "play-on", "take-back", "again"} {
		b := s.browser()
		b.open("/")
		b.page = b.post(views.RoomAction(room, action), "n", "1", "move", "roll")
		b.refused(b.page, http.StatusUnauthorized, models.LoginNeeded)
		b.press("Log in", "name", "Ben", "password", password)
		b.welcome(b.page)
		if got := b.page.address(); got != views.RoomURL(room) {
			t.Errorf("after %s and logging in, the page is %s", action, got)
		}
	}
	if after := s.stored(room); after != before {
		t.Errorf("the room was %s, is %s", before, after)
	}
	for _, address := range []string{views.CreateRoomURL, views.EditProfileURL} {
		b := s.browser()
		b.refused(b.open(address), http.StatusUnauthorized, models.LoginNeeded)
		b.press("Log in", "name", "Ben", "password", password)
		if got := b.page.address(); got != address {
			t.Errorf("after %s and logging in, the page is %s", address, got)
		}
	}
	b := s.browser()
	b.open(views.LoginURL)
	b.refused(b.post(views.RoomsURL, "name", "x"), http.StatusUnauthorized, models.LoginNeeded)
	b.refused(b.post(views.EditProfileURL, "about", "x"), http.StatusUnauthorized, models.LoginNeeded)
}

func TestAForgedCookieIsAVisitors(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	room := s.room(s.player("Ada"))
	for _, token := range []string{"x", models.NewID(), strings.Repeat("a", 43), models.SessionKey("x"), strings.Repeat("a", 4000)} {
		b := s.browser()
		b.keep(token)
		b.welcome(b.open(views.RoomURL(room)))
		b.sees("You play as a guest")
		b.refused(b.post(views.RoomAction(room, "ready")), http.StatusUnauthorized, models.LoginNeeded)
	}
}
