package selfcheck

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// nasty is what somebody writes who would like to run a script in others' pages; it
// fits wherever something can be written.
const nasty = `<script>x("&'")</script>`

func escaping(c *check) string {
	host, visitor := c.player(), c.visitor()
	departures := visitor.watch("/")
	title := nasty + random(6)
	room := host.open(title, 2)

	c.asText("the room's page", host.get(room).page, title)
	open := visitor.watch(room)
	c.asText("what is pushed to the room's page", open.shows, title)
	departures.await("the new room in the lobby, pushed over its socket", func(n *html.Node) bool { return linkTo(n, room) != nil })
	c.asText("what is pushed to the lobby", departures.shows, title)
	listed := c.within(func() bool { return linkTo(visitor.get("/").page, room) != nil })
	c.expect(listed, "the new room in the lobby", "a lobby without it")
	c.asText("the lobby", visitor.get("/").page, title)
	c.asText("the room in words", visitor.get(room+"/text").page, title)

	name := visitor.signUp(nasty, newPassword())
	visitor.refused(name, "a name with signs in it", http.StatusUnprocessableEntity)
	c.asText("the form with a name that was refused", name.page, nasty)
	host.accepted(host.submit(host.get("/profile/edit"), "/profile/edit", "about", title))
	c.asText("a player's profile", visitor.get("/players/"+host.name).page, title)
	return fmt.Sprintf("%s as a title, a name and a description stood on five pages and in two pushed fragments just as it was typed", nasty)
}

// asText expects what somebody has written to stand in a page as text, or in a field,
// and no script within the page.
func (c *check) asText(where string, page *html.Node, written string) {
	want := fmt.Sprintf("%s as text in %s", written, where)
	stands := false
	for n := range page.Descendants() {
		if n.Type == html.TextNode {
			stands = stands || strings.Contains(n.Data, written)
			continue
		}
		_, hasSource := lookUp(n, "src")
		c.expect(n.Data != "script" || hasSource, want, "a script")
		for _, a := range n.Attr {
			c.expect(!strings.HasPrefix(a.Key, "on"), want, "an attribute "+a.Key)
			stands = stands || a.Key == "value" && a.Val == written
		}
	}
	c.expect(stands, want, "something else")
}

func crossSite(c *check) string {
	const elsewhere = "https://elsewhere.example"
	player := c.player()
	for _, browser := range []struct {
		what   string
		header []string
	}{
		{"a form that another site's page sends", []string{"Sec-Fetch-Site", "cross-site", "Origin", elsewhere}},
		{"a form that another site's page sends from an older browser", []string{"Sec-Fetch-Site", "", "Origin", elsewhere}},
	} {
		form := player.filledIn(player.get("/rooms/new").page, "/rooms", "name", "Check another site")
		player.refused(player.send(http.MethodPost, "/rooms", form, browser.header...), browser.what, http.StatusForbidden)
		made := player.get("/rooms/" + form.Get("id"))
		player.expect(made.StatusCode == http.StatusNotFound, browser.what+" to make no room", made)
	}
	player.accepted(player.submit(player.get("/rooms/new"), "/rooms", "name", "Check this site"))

	_, response, err := player.dial("/live", "Sec-Fetch-Site", "cross-site", "Origin", elsewhere)
	player.expect(err != nil && response != nil && response.StatusCode == http.StatusForbidden,
		"a socket that another site's page opens to be refused with 403", statusOf(response, err))
	return "a form from " + elsewhere + " is answered with 403 and changes nothing, as is a socket; the same form from here is accepted"
}

func statusOf(response *http.Response, err error) string {
	if response == nil {
		return fmt.Sprint(err)
	}
	return response.Status
}

func unknownPages(c *check) string {
	player := c.player()
	for _, path := range []string{"/no-such-page", "/rooms/no-such-room", "/players/" + newName(), "/rooms/no-such-room/nothing"} {
		a := player.get(path)
		c.expect(a.StatusCode == http.StatusNotFound, path+" to be answered with 404", a)
		c.expect(text(byID(a.page, "main")) != "" && linkTo(a.page, "/") != nil, "words and a way back on the page for "+path, fmt.Sprintf("%q", text(a.page)))
	}
	for _, wrong := range []struct{ method, path, allowed string }{
		{http.MethodDelete, "/", http.MethodGet}, {http.MethodPost, "/leaderboard", http.MethodGet},
		{http.MethodGet, "/logout", http.MethodPost}, {http.MethodPut, "/login", http.MethodPost}, {http.MethodGet, "/rooms", http.MethodPost},
	} {
		a := player.send(wrong.method, wrong.path, nil)
		c.expect(a.StatusCode == http.StatusMethodNotAllowed, fmt.Sprintf("%s %s to be answered with 405", wrong.method, wrong.path), a)
		allow := strings.Split(strings.ReplaceAll(a.Header.Get("Allow"), " ", ""), ",")
		c.expect(slices.Contains(allow, wrong.allowed), a.asked+" to name "+wrong.allowed+" in Allow", fmt.Sprintf("Allow: %q", a.Header.Get("Allow")))
	}
	c.expect(player.loggedIn(), "to be logged in still after GET /logout", "a stranger's lobby")
	return "each page says in words that there is nothing, and leads back; each refused method is told which ones are allowed"
}
