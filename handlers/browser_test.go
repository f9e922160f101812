package handlers_test

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"worldtravel/models"
	"worldtravel/views"
	"worldtravel/views/words"
)

// browser is one without JavaScript: it reads a page, follows its links and
// sends its forms.
type browser struct {
	*testing.T
	site   *site
	client *http.Client
	page   *page // the one it shows
}

// browser opens a browser without cookies.
func (s *site) browser() *browser {
	jar, err := cookiejar.New(nil)
	s.must(err)
	return &browser{T: s.T, site: s, client: &http.Client{Jar: jar, Transport: s.Client().Transport}}
}

// page is what a request was answered with.
type page struct {
	*http.Response
	body string
	root *html.Node
}

// send sends a request and reads the answer, without showing it.
func (b *browser) send(r *http.Request) *page {
	b.Helper()
	p, err := b.try(r)
	b.site.must(err)
	return p
}

func (b *browser) try(r *http.Request) (*page, error) {
	response, err := b.client.Do(r)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	return &page{response, string(body), parse(string(body))}, nil
}

// parse reads HTML as a browser without scripts does.
func parse(body string) *html.Node {
	root, err := html.ParseWithOptions(strings.NewReader(body), html.ParseOptionEnableScripting(false))
	if err != nil {
		panic(err) // a strings.Reader gives all it has
	}
	return root
}

// hop sends a request and gives the very answer, be it a redirect.
func (b *browser) hop(r *http.Request) *page {
	b.Helper()
	stay := *b
	stay.client = &http.Client{Jar: b.client.Jar, Transport: b.client.Transport, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}
	return stay.send(r)
}

// cookie is the session's cookie as an answer sets it; nil when it does not.
func (p *page) cookie() *http.Cookie {
	var set *http.Cookie
	for _, cookie := range p.Cookies() {
		if cookie.Name == "session" {
			set = cookie // it replaces those before
		}
	}
	return set
}

// cookie is what the browser keeps under a name; empty for nothing.
func (b *browser) cookie(name string) string {
	b.Helper()
	at, err := url.Parse(b.site.URL)
	b.site.must(err)
	for _, cookie := range b.client.Jar.Cookies(at) {
		if cookie.Name == name {
			return cookie.Value
		}
	}
	return ""
}

// token is the session's token in the browser; empty when there is none.
func (b *browser) token() string { return b.cookie("session") }

// keep puts a token into the browser.
func (b *browser) keep(token string) { b.keepCookie("session", token) }

func (b *browser) keepCookie(name, value string) {
	at, err := url.Parse(b.site.URL)
	b.site.must(err)
	b.client.Jar.SetCookies(at, []*http.Cookie{{Name: name, Value: value, Path: "/"}})
}

// get asks for a page without showing it.
func (b *browser) get(address string) *page {
	b.Helper()
	return b.send(b.request(http.MethodGet, address, nil))
}

// open shows a page.
func (b *browser) open(address string) *page {
	b.Helper()
	b.page = b.get(address)
	return b.page
}

// reload shows the page anew.
func (b *browser) reload() *page {
	b.Helper()
	return b.open(b.page.address())
}

// follow opens a link of the page by its words.
func (b *browser) follow(words string) *page {
	b.Helper()
	link := b.page.named("a", words)
	if link == nil {
		b.Fatalf("there is no link %q on %s:\n%s", words, b.page.address(), b.page.text())
	}
	return b.open(attr(link, "href"))
}

// press presses a button of the page by its words, after filling in fields: a
// name and a value each.
func (b *browser) press(words string, fields ...string) *page {
	b.Helper()
	b.page = b.send(b.form(words, fields...).request())
	return b.page
}

// request makes a request as a browser sends it from the page it shows.
func (b *browser) request(method, address string, form url.Values) *http.Request {
	b.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	from := b.site.URL
	if b.page != nil {
		from = b.page.Request.URL.String()
	}
	base, err := url.Parse(from)
	b.site.must(err)
	target, err := base.Parse(address)
	b.site.must(err)
	r, err := http.NewRequestWithContext(b.Context(), method, target.String(), body)
	b.site.must(err)
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		r.Header.Set("Referer", from)
	}
	return r
}

// post sends a form that no page holds.
func (b *browser) post(address string, fields ...string) *page {
	b.Helper()
	return b.send(b.request(http.MethodPost, address, values(fields...)))
}

func values(fields ...string) url.Values {
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	return form
}

// form is a form filled in and ready to send, as often as one likes.
type form struct {
	from    *browser
	address string
	fields  url.Values
}

// form fills in the form of a button on the page.
func (b *browser) form(words string, fields ...string) form {
	b.Helper()
	button := b.page.named("button", words)
	if button == nil {
		b.Fatalf("there is no button %q on %s:\n%s", words, b.page.address(), b.page.text())
	}
	if has(button, "disabled") {
		b.Fatalf("the button %q is disabled", words)
	}
	element := button.Parent
	for element.Data != "form" {
		element = element.Parent
	}
	if attr(element, "method") != "post" {
		b.Fatalf("the form of %q is not posted", words)
	}
	f := form{from: b, address: attr(element, "action"), fields: url.Values{}}
	offered := map[string]bool{}
	for field := range element.Descendants() {
		name := attr(field, "name")
		offered[name] = true
		switch {
		case name == "" || field.Data == "button":
		case field.Data == "textarea":
			f.fields.Set(name, textOf(field))
		case attr(field, "type") != "radio" || has(field, "checked"):
			f.fields.Set(name, attr(field, "value"))
		}
	}
	for i := 0; i < len(fields); i += 2 {
		if !offered[fields[i]] {
			b.Fatalf("the form of %q has no field %q", words, fields[i])
		}
		f.fields.Set(fields[i], fields[i+1])
	}
	if name := attr(button, "name"); name != "" {
		f.fields.Set(name, attr(button, "value"))
	}
	return f
}

func (f form) request() *http.Request { return f.from.request(http.MethodPost, f.address, f.fields) }

// htmx is the request that htmx makes of the form.
func (f form) htmx() *http.Request {
	r := f.request()
	r.Header.Set("HX-Request", "true")
	return r
}

func (p *page) address() string { return p.Request.URL.RequestURI() }

// named finds the first element of a kind whose words are these, or begin with
// them.
func (p *page) named(kind, words string) *html.Node {
	var begins *html.Node
	for n := range p.root.Descendants() {
		if n.Data != kind {
			continue
		}
		switch text := textOf(n); {
		case text == words:
			return n
		case begins == nil && (strings.HasPrefix(text, words+" ") || strings.HasPrefix(text, words+",")):
			begins = n
		}
	}
	return begins
}

// button reports whether the page has a button that can be pressed.
func (p *page) button(words string) bool {
	n := p.named("button", words)
	return n != nil && !has(n, "disabled")
}

// byID finds the element with an id; nil when there is none.
func (p *page) byID(id string) *html.Node {
	for n := range p.root.Descendants() {
		if n.Type == html.ElementNode && attr(n, "id") == id {
			return n
		}
	}
	return nil
}

// text is what can be read on the page.
func (p *page) text() string { return textOf(p.root) }

// notice is what the page says of a form that was refused.
func (p *page) notice() string {
	if n := p.byID(views.NoticeID); n != nil {
		return textOf(n)
	}
	return ""
}

// refresh is the seconds after which the page reloads itself without
// JavaScript; empty when it does not.
func (p *page) refresh() string {
	seconds, _ := p.comesBack()
	return seconds
}

// comesBack gives the address from which it does so as well.
func (p *page) comesBack() (seconds, address string) {
	for n := range p.root.Descendants() {
		if attr(n, "http-equiv") == "refresh" {
			seconds, address, _ = strings.Cut(attr(n, "content"), "; url=")
		}
	}
	return seconds, address
}

// find gives the first element of a kind; nil when there is none.
func (p *page) find(kind string) *html.Node {
	for n := range p.root.Descendants() {
		if n.Type == html.ElementNode && n.Data == kind {
			return n
		}
	}
	return nil
}

// sees asserts that the page shown says something.
func (b *browser) sees(words string) {
	b.Helper()
	if !strings.Contains(b.page.text(), words) {
		b.Errorf("%s does not say %q:\n%s", b.page.address(), words, b.page.text())
	}
}

// welcome asserts that a request was answered with a page and without a word
// of refusal.
func (b *browser) welcome(p *page) {
	b.Helper()
	if p.StatusCode != http.StatusOK || p.notice() != "" {
		b.Errorf("%s %s was answered %d: %s", p.Request.Method, p.address(), p.StatusCode, p.notice())
	}
}

// refused asserts that a request was answered with this status and the
// sentence of this refusal.
func (b *browser) refused(p *page, status int, code models.Code, args ...any) {
	b.Helper()
	if sentence := views.Sentence(words.English(), models.Refuse(code, args...)); p.StatusCode != status || !strings.Contains(p.text(), sentence) {
		b.Errorf("%s %s was answered %d, want %d and %q:\n%s", p.Request.Method, p.address(), p.StatusCode, status, sentence, p.text())
	}
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

// textOf is what can be read of an element, each space single.
func textOf(n *html.Node) string {
	var text strings.Builder
	var read func(*html.Node)
	read = func(n *html.Node) {
		switch {
		case n.Type == html.TextNode:
			text.WriteString(n.Data)
		case n.Data == "template" || n.Data == "script" || n.Data == "head":
		default:
			for child := range n.ChildNodes() {
				read(child)
			}
			switch n.Data {
			case "p", "li", "td", "th", "div", "dd", "dt", "h1", "h2", "button", "option", "tr":
				text.WriteByte(' ')
			}
		}
	}
	read(n)
	return strings.Join(strings.Fields(text.String()), " ")
}
