package selfcheck

import (
	"fmt"
	"mime"
	"net/http"
	"path"
	"strings"

	"golang.org/x/net/html"
)

func securityHeaders(c *check) string {
	v := c.visitor()
	policy := ""
	for _, address := range []string{"/", "/login", "/leaderboard", "/no-such-page"} {
		a := v.get(address)
		policy = a.Header.Get("Content-Security-Policy")
		directives := directivesOf(policy)
		scripts, ok := directives["script-src"]
		if !ok {
			scripts, ok = directives["default-src"]
		}
		saw := fmt.Sprintf("Content-Security-Policy: %q at %s", policy, address)
		c.expect(ok, "a Content-Security-Policy that says whose scripts may run", saw)
		for _, source := range strings.Fields(scripts) {
			c.expect(source == "'self'" || source == "'none'", "scripts of this site alone to be allowed", saw)
		}
		c.expect(directives["frame-ancestors"] != "" || a.Header.Get("X-Frame-Options") != "", "other sites to be kept from framing a page", saw+" and no X-Frame-Options")
		sniff := a.Header.Get("X-Content-Type-Options")
		c.expect(sniff == "nosniff", "X-Content-Type-Options: nosniff at "+address, fmt.Sprintf("%q", sniff))
		c.nothingInline(address, a.page)
	}
	return policy
}

// directivesOf reads a Content-Security-Policy.
func directivesOf(policy string) map[string]string {
	directives := map[string]string{}
	for _, directive := range strings.Split(policy, ";") {
		name, sources, _ := strings.Cut(strings.TrimSpace(directive), " ")
		directives[strings.ToLower(name)] = sources
	}
	return directives
}

// nothingInline expects a page to have no scripts and styles within itself.
func (c *check) nothingInline(address string, page *html.Node) {
	for n := range page.Descendants() {
		_, hasSource := lookUp(n, "src")
		_, hasStyle := lookUp(n, "style")
		c.expect(n.Type != html.ElementNode || n.Data != "style" && !hasStyle && (n.Data != "script" || hasSource),
			"no scripts and styles within the page "+address, fmt.Sprintf("one in <%s>", n.Data))
	}
}

// media are the types of the files that pages are made of, by the ends of their names.
var media = map[string]string{
	".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".woff2": "font/woff2", ".png": "image/png",
}

func fileTypes(c *check) string {
	v := c.visitor()
	lobby := v.get("/")
	c.sentAs(lobby, "text/html")
	found := map[string]int{}
	for _, n := range every(lobby.page, func(n *html.Node) bool {
		return n.Data == "link" || n.Data == "script" || n.Data == "img" || n.Data == "use"
	}) {
		for _, name := range []string{"href", "src"} {
			address, _, _ := strings.Cut(attribute(n, name), "#")
			kind := path.Ext(address)
			if media[kind] == "" || !strings.HasPrefix(address, "/") {
				continue
			}
			c.sentAs(v.get(address), media[kind])
			found[kind]++
		}
	}
	for _, kind := range []string{".css", ".js", ".svg", ".woff2"} {
		c.expect(found[kind] > 0, "the lobby to be made of a "+kind+" file, among others", "none")
	}
	return "pages as text/html, and the lobby's files as text/css, text/javascript, image/svg+xml and font/woff2, texts in UTF-8, all with nosniff"
}

// sentAs expects an answer to be of a media type, in UTF-8 if it is text, and not to
// be taken for anything else.
func (c *check) sentAs(a *answer, want string) {
	c.expect(a.StatusCode == http.StatusOK, a.asked+" to be answered with 200", a.Status)
	header := a.Header.Get("Content-Type")
	got, parameters, err := mime.ParseMediaType(header)
	c.expect(err == nil && got == want, fmt.Sprintf("%s to be sent as %s", a.asked, want), fmt.Sprintf("%q", header))
	if strings.HasPrefix(want, "text/") {
		c.expect(strings.EqualFold(parameters["charset"], "utf-8"), a.asked+" to say that it is in UTF-8", fmt.Sprintf("%q", header))
	}
	sniff := a.Header.Get("X-Content-Type-Options")
	c.expect(sniff == "nosniff", a.asked+" with X-Content-Type-Options: nosniff", fmt.Sprintf("%q", sniff))
}
