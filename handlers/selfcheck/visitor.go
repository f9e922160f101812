package selfcheck

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/net/html"
)

// sessionCookie is the name of the cookie that says who is logged in.
const sessionCookie = "session"

// visitor is somebody who uses the site as a browser without scripts does.
type visitor struct {
	*check
	name, password string // once signed up
	cookies        jar
	client         *http.Client
}

// jar keeps a browser's cookies by name. Unlike a browser it gives those that are
// Secure back over http, too, for it is the site's wish that is checked.
type jar map[string]string

func (j jar) SetCookies(_ *url.URL, cookies []*http.Cookie) {
	for _, cookie := range cookies {
		if j[cookie.Name] = cookie.Value; cookie.MaxAge < 0 {
			delete(j, cookie.Name)
		}
	}
}

func (j jar) Cookies(*url.URL) (cookies []*http.Cookie) {
	for name, value := range j {
		cookies = append(cookies, &http.Cookie{Name: name, Value: value})
	}
	return cookies
}

// visitor is somebody whom the site does not know yet.
func (c *check) visitor() *visitor { return c.holding(jar{}) }

// holding is whoever has these cookies.
func (c *check) holding(cookies jar) *visitor {
	transport := &http.Transport{Proxy: http.ProxyFromEnvironment}
	c.after = append(c.after, transport.CloseIdleConnections)
	return &visitor{check: c, cookies: cookies, client: &http.Client{
		Jar: cookies, Transport: transport, Timeout: 2 * patience,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// player is somebody who has signed up.
func (c *check) player() *visitor {
	v := c.visitor()
	v.accepted(v.signUp(newName(), newPassword()))
	return v
}

// signUp sends the form of somebody who wants an account.
func (v *visitor) signUp(name, password string) *answer {
	v.name, v.password = name, password
	return v.submit(v.get("/signup"), "/signup", "name", name, "password", password, "again", password)
}

// logIn sends the form of somebody who has an account.
func (v *visitor) logIn(name, password string) *answer {
	return v.submit(v.get("/login"), "/login", "name", name, "password", password)
}

// logOut presses the button on the lobby.
func (v *visitor) logOut() { v.accepted(v.submit(v.get("/"), "/logout")) }

// loggedIn reports whether the lobby takes the visitor for somebody it knows.
func (v *visitor) loggedIn() bool {
	_, ok := formTo(v.get("/").page, "/logout")
	return ok
}

// copyCookies are the visitor's cookies as they are now.
func (v *visitor) copyCookies() jar { return maps.Clone(v.cookies) }

// answer is what the site answered.
type answer struct {
	*http.Response
	asked string // "GET /"
	body  string
	page  *html.Node
}

// words is what the page says went wrong: at its top, beside a field, or as a page
// that says nothing else.
func (a *answer) words() string {
	said := []string{text(byID(a.page, "notice"))}
	for _, n := range every(a.page, func(n *html.Node) bool { return hasClass(n, "field__error") }) {
		said = append(said, text(n))
	}
	if main := byClass(a.page, "error"); main != nil {
		said = append(said, text(byClass(main, "lede")))
	}
	return strings.TrimSpace(strings.Join(said, " "))
}

// String says what was asked and what came, for a person to read.
func (a *answer) String() string {
	said := fmt.Sprintf("%s answered with %s", a.asked, a.Status)
	if words := a.words(); words != "" {
		said += fmt.Sprintf(" (%s)", words)
	}
	return said
}

// cookie gives the cookie of this name that a browser has after the answer, which may
// first take the old one away; nil when it sets none.
func (a *answer) cookie(name string) (last *http.Cookie) {
	for _, cookie := range a.Cookies() {
		if cookie.Name == name {
			last = cookie
		}
	}
	return last
}

// get asks for a page or a file.
func (v *visitor) get(path string, header ...string) *answer {
	return v.send(http.MethodGet, path, nil, header...)
}

// submit fills in a form of a page and sends it. fields are names and values in
// turn, beside what the form holds itself.
func (v *visitor) submit(from *answer, address string, fields ...string) *answer {
	return v.send(http.MethodPost, address, v.filledIn(from.page, address, fields...))
}

// filledIn is a form of a page with some fields filled in.
func (v *visitor) filledIn(page *html.Node, address string, fields ...string) url.Values {
	form, ok := formTo(page, address)
	v.expect(ok, "a form for "+address, fmt.Sprintf("a page without one: %q", text(find(page, func(n *html.Node) bool { return n.Data == "h1" }))))
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	return form
}

// accepted expects a form to be accepted, and gives the page that it led to.
func (v *visitor) accepted(a *answer) (path string) {
	v.expect(a.StatusCode == http.StatusSeeOther, "the form to be accepted and to lead on (303)", a)
	return a.Header.Get("Location")
}

// refused expects a request to be refused with a status, and in words. what says
// what is tried.
func (v *visitor) refused(a *answer, what string, status int) {
	v.expect(a.StatusCode == status && a.words() != "", fmt.Sprintf("%s to be refused with %d and a word why", what, status), a)
}

// send sends a request. header is names and values in turn, an empty value standing
// for none.
func (v *visitor) send(method, path string, fields url.Values, header ...string) *answer {
	a := &answer{asked: method + " " + path}
	request, err := http.NewRequestWithContext(v.ctx, method, v.site.url+path, strings.NewReader(fields.Encode()))
	v.expect(err == nil, "an address", err)
	request.Header = v.header(header...)
	if fields != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	a.Response, err = v.client.Do(request)
	v.expect(err == nil, "an answer to "+a.asked, err)
	defer a.Body.Close()
	body, err := io.ReadAll(a.Body)
	v.expect(err == nil, "the whole answer to "+a.asked, err)
	a.body = string(body)
	a.page, err = html.Parse(strings.NewReader(a.body))
	v.expect(err == nil || errors.Is(err, io.EOF), "HTML", err)
	return a
}

// header is what a browser on one of the site's own pages says, but for what is
// given as names and values in turn.
func (v *visitor) header(other ...string) http.Header {
	h := http.Header{"Accept-Language": {"en"}, "Sec-Fetch-Site": {"same-origin"}, "User-Agent": {"world-travel selfcheck"}}
	for i := 0; i < len(other); i += 2 {
		if h.Set(other[i], other[i+1]); other[i+1] == "" {
			h.Del(other[i])
		}
	}
	return h
}
