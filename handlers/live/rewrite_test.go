package live

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

func TestIdsAndWhatRefersToThemAreThoseOfTheVersion(t *testing.T) {
	for before, after := range map[string]string{
		`<p>no id</p>`:                                    `<p>no id</p>`,
		`<h1 id="turn">x</h1>`:                            `<h1 id="turn-12">x</h1>`,
		`<H1 ID=turn CLASS=a>x</H1>`:                      `<h1 id="turn-12" class="a">x</H1>`,
		`<p id="a&amp;b">`:                                `<p id="a&amp;b-12">`,
		`<br id="x"/>`:                                    `<br id="x-12"/>`,
		`<label for="a">`:                                 `<label for="a-12">`,
		`<button form="f" name="n" value="3">`:            `<button form="f-12" name="n" value="3">`,
		`<input list="l">`:                                `<input list="l-12">`,
		`<td headers="a b">`:                              `<td headers="a-12 b-12">`,
		`<section aria-labelledby="a  b">`:                `<section aria-labelledby="a-12 b-12">`,
		`<p aria-describedby="a" aria-controls="b">`:      `<p aria-describedby="a-12" aria-controls="b-12">`,
		`<p aria-owns="a" aria-label="id">`:               `<p aria-owns="a-12" aria-label="id">`,
		`<a href="#log">x</a>`:                            `<a href="#log-12" target="_self">x</a>`,
		`<a href="/rooms/x#log">x</a>`:                    `<a href="/rooms/x#log">x</a>`,
		`<svg viewBox="0 0 9 9"><use href="#die"/></svg>`: `<svg viewBox="0 0 9 9"><use href="#die-12" target="_self"/></svg>`,
		`<p data-id="x" class="id">`:                      `<p data-id="x" class="id">`,
		`id="x" <!-- <p id="x"> -->`:                      `id="x" <!-- <p id="x"> -->`,
		`<textarea id="a"><p id="b"></textarea>`:          `<textarea id="a-12"><p id="b"></textarea>`,
		`<noscript><a id="a">x</a></noscript>`:            `<noscript><a id="a-12">x</a></noscript>`,
		``:                                                ``,
	} {
		if got := string(inDocument([]byte(before), 12)); got != after {
			t.Errorf("%s\nbecomes\n%s, want\n%s", before, got, after)
		}
	}
}

func TestAFormThatChangesThePageInPlaceSendsItsAnswerAside(t *testing.T) {
	const from = `<input type="hidden" name="from" value="stream">`
	for before, after := range map[string]string{
		`<form method="post" action="/move" data-hx-post="/move"><button>Roll</button></form>`: `<form method="post" action="/move" data-hx-post="/move" target="answer">` + from + `<button>Roll</button></form>`,
		`<form id="talk" data-hx-post="/talk">`:                                                `<form id="talk-1" data-hx-post="/talk" target="answer">` + from,
		`<form data-hx-post="/leave" data-onward>`:                                             `<form data-hx-post="/leave" data-onward>`,
		`<form id="a" data-hx-post="/leave" data-onward="">`:                                   `<form id="a-1" data-hx-post="/leave" data-onward="">`,
		`<form method="post" action="/logout">`:                                                `<form method="post" action="/logout">`,
		`<button data-hx-post="/move">`:                                                        `<button data-hx-post="/move">`,
	} {
		if got := string(inDocument([]byte(before), 1)); got != after {
			t.Errorf("%s\nbecomes\n%s, want\n%s", before, got, after)
		}
	}
}

func TestWhatBrowsersReadIsOtherwiseTheSame(t *testing.T) {
	for _, fragment := range fragments {
		sameButForTheVersion(t, fragment)
	}
}

var fragments = []string{
	`<div id="page" data-version="7" data-title="a &lt;b&gt; &quot;c&quot; &amp;amp; d"><ol id="log" tabindex="0"><li>one<li>two</ol></div>`,
	`<svg id="board" viewBox="0 0 100 50" preserveAspectRatio="xMidYMid" xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">` +
		`<defs><linearGradient id="g" gradientUnits="userSpaceOnUse"><stop offset="1"/></linearGradient><clipPath id="c"/></defs>` +
		`<use xlink:href="a.svg#b" id="u"/><foreignObject id="f"><p id="p">text</p></foreignObject><title id="t">Board</title></svg>`,
	`<math id="m" definitionURL="x"><mi id="i">x</mi></math>`,
	`<form id="f" data-hx-post="/move"><input id="a" value='"' disabled><select id="s"><option selected>1<option>2</select></form><button form="f">Go</button>`,
	`<details id="d" open><summary>x</summary><p id="q">y</details>`,
	`<table id="t"><tr id="r"><td headers="h1 h2" id="c">x</table>`,
	"<pre id=\"p\">\n\n two</pre><textarea id=\"ta\">\n\na &amp; <b></textarea>",
	`<script id="s">"<p id='x'>" && 1 < 2</script><style id="y">#x > p {}</style><title id="z"><p id="n"></title>`,
	`<p id=a&b="c" x=&quot;&#0;é>`, `<p id="a" id="b" class=x class=y>`, "<p id=\"a\r\nb\" title=\"c\r\nd\re\">", `<a id="x" href=#y target=_blank>`,
	`<p id="x`, `<p id="x" <b id="y">`, `</p id="x">`, `<p/id=x/>`, `<p id=x/>`, `<p =id=x id=y>`, `<p id>`, `<p id="">`, `<!doctype html><p id="x">`,
	`<img id="i" alt="a" src="/x?a=1&b=2&amp;c=3&copy=4">`, `<br id="b"/><hr/>`, "\x00<p id=\"\x00\">", "<p id=\"\xff\" title=\"\xfe\">", `<?xml id="x"?><p id="y">`,
	`<noscript id="n"><p id="x"><form data-hx-post="/y">`, `<iframe id="f"><p id="x"></iframe>`, `<plaintext id="x"><p id="y">`,
}

// sameButForTheVersion compares what a parser makes of a fragment, with what
// inDocument is to change changed, and what it makes of the result.
func sameButForTheVersion(t *testing.T, fragment string) {
	t.Helper()
	want, err := parse(fragment)
	if err != nil {
		return // nested too deeply
	}
	fitted := string(inDocument([]byte(fragment), 7))
	got, err := parse(fitted)
	if err != nil {
		t.Fatalf("%q becomes %q: %v", fragment, fitted, err)
	}
	for _, n := range want {
		fit(n)
	}
	if a, b := outline(want), outline(got); a != b {
		t.Errorf("%q becomes %q, which is read as\n%s\nwant\n%s", fragment, fitted, b, a)
	}
}

// parse reads HTML as a browser without scripts does.
func parse(fragment string) ([]*html.Node, error) {
	body := &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body}
	return html.ParseFragmentWithOptions(strings.NewReader(fragment), body, html.ParseOptionEnableScripting(false))
}

// fit changes a tree as inDocument changes its text.
func fit(n *html.Node) {
	has := func(key string) bool {
		return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Namespace == "" && a.Key == key })
	}
	for i, a := range n.Attr {
		switch {
		case a.Namespace != "":
		case references[a.Key]:
			ids := strings.Fields(a.Val)
			for j := range ids {
				ids[j] += "-7"
			}
			n.Attr[i].Val = strings.Join(ids, " ")
		case a.Key == "href" && strings.HasPrefix(a.Val, "#"):
			n.Attr[i].Val += "-7"
			if !has("target") {
				n.Attr = append(n.Attr, html.Attribute{Key: "target", Val: "_self"})
			}
		}
	}
	if n.Data == "form" && n.Namespace == "" && has("data-hx-post") && !has("data-onward") {
		if !has("target") {
			n.Attr = append(n.Attr, html.Attribute{Key: "target", Val: "answer"})
		}
		n.InsertBefore(&html.Node{Type: html.ElementNode, Data: "input", DataAtom: atom.Input, Attr: []html.Attribute{
			{Key: "type", Val: "hidden"}, {Key: "name", Val: "from"}, {Key: "value", Val: "stream"},
		}}, n.FirstChild)
	}
	for child := range n.ChildNodes() {
		fit(child)
	}
}

// outline writes trees down so that they can be compared.
func outline(nodes []*html.Node) string {
	var out strings.Builder
	var write func(n *html.Node, depth int)
	write = func(n *html.Node, depth int) {
		var attributes []string
		for _, a := range n.Attr {
			attributes = append(attributes, fmt.Sprintf(" %s:%s=%q", a.Namespace, a.Key, a.Val))
		}
		slices.Sort(attributes)
		fmt.Fprintf(&out, "%*s%d %s %q%s\n", depth, "", n.Type, n.Namespace, n.Data, strings.Join(attributes, ""))
		for child := range n.ChildNodes() {
			write(child, depth+1)
		}
	}
	for _, n := range nodes {
		write(n, 0)
	}
	return out.String()
}

// Of any text, the browser makes the same elements and text. Left out is what
// only a parser can know: where a form may stand, and what foreign or
// disabled elements hold.
func FuzzAFragmentInADocumentIsReadAsTheSame(f *testing.F) {
	for _, fragment := range fragments {
		f.Add(fragment)
	}
	beyond := regexp.MustCompile(`(?i)data-hx-post|<noscript|<svg|<math|<!\[cdata`)
	f.Fuzz(func(t *testing.T, fragment string) {
		if beyond.MatchString(fragment) {
			inDocument([]byte(fragment), 7) // does not panic
			return
		}
		sameButForTheVersion(t, fragment)
	})
}
