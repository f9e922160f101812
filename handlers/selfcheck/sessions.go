package selfcheck

import (
	"fmt"
	"net/http"
	"strings"
)

// tokenLeast is the length of 128 random bits in base64.
const tokenLeast = 22

func cookieFlags(c *check) string {
	v := c.visitor()
	cookie := v.sessionOf(v.signUp(newName(), newPassword()))
	v.expect(cookie.HttpOnly, "HttpOnly, so that no script can read it", written(cookie))
	v.expect(cookie.SameSite == http.SameSiteLaxMode || cookie.SameSite == http.SameSiteStrictMode,
		"SameSite=Lax or Strict, so that other sites' forms come without it", written(cookie))
	v.expect(cookie.Path == "/" && cookie.Domain == "", "Path=/ and no Domain, so that all of this site gets it and no other", written(cookie))
	v.expect(len(cookie.Value) >= tokenLeast, fmt.Sprintf("a token of %d letters at least, too long to guess", tokenLeast), written(cookie))

	before := v.copyCookies()
	next := v.sessionOf(v.logIn(v.name, v.password))
	v.expect(next.Value != cookie.Value, "another token at each log-in", "the same one again")
	v.expect(!c.holding(before).loggedIn(), "the token from before a log-in to be worth nothing", "somebody who is logged in by it")
	return written(cookie) + ", another at each log-in"
}

func secureCookie(c *check) string {
	v := c.visitor()
	if c.site.own == nil && !strings.HasPrefix(c.site.url, "https://") {
		c.skip("the site was reached over http, and nobody but a proxy that it trusts can say that a visitor came over https")
	}
	v.accepted(v.signUp(newName(), newPassword()))
	form := v.filledIn(v.get("/login").page, "/login", "name", v.name, "password", v.password)
	cookie := v.sessionOf(v.send(http.MethodPost, "/login", form, "X-Forwarded-Proto", "https"))
	v.expect(cookie.Secure, "Secure, so that it is never sent over http", written(cookie))
	return written(cookie)
}

func logoutEnds(c *check) string {
	v := c.player()
	old := v.copyCookies()
	v.expect(c.holding(old).loggedIn(), "the session's cookie to be worth something before", "a stranger's lobby")
	v.logOut()
	thief := c.holding(old)
	v.expect(!thief.loggedIn(), "a copy of the cookie to be worth nothing after logging out", "somebody who is logged in by it")
	thief.refused(thief.get("/rooms/new"), "a page for players, asked for with the old cookie,", http.StatusUnauthorized)
	return "a copy of the cookie made before is a stranger's afterwards"
}

// sessionOf gives the session's cookie that a form set which was accepted.
func (v *visitor) sessionOf(a *answer) *http.Cookie {
	v.accepted(a)
	cookie := a.cookie(sessionCookie)
	v.expect(cookie != nil && cookie.Value != "", "a cookie named "+sessionCookie, a)
	return cookie
}

// written is a cookie as it was set, but for most of its token.
func written(cookie *http.Cookie) string {
	_, attributes, _ := strings.Cut(cookie.Raw, ";")
	return fmt.Sprintf("%s=%.4s…;%s", cookie.Name, cookie.Value, attributes)
}
