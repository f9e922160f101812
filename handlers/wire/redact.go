package wire

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// shownAttributes say nothing of what a page shows. An id does in part: see shownID.
var shownAttributes = map[string]bool{"data-parts": true, "data-version": true, "method": true, "name": true, "type": true}

// plainID is a word, or one with a number: "turn", "place-25".
var plainID = regexp.MustCompile(`^([a-z]{1,12})(-[0-9]{1,3})?$`)

// shownID is what is shown of an id. The longer ones may hold the address of a room, or
// a text.
func shownID(id string) string {
	if plainID.MatchString(id) {
		return id
	}
	word, _, _ := strings.Cut(id, "-")
	if !plainID.MatchString(word) {
		return hidden
	}
	return word + "-" + hidden
}

// redacted is HTML with its elements, of which the text and most values of attributes
// are left out, and what it is to an open page. A game's hidden cards, say, are in
// texts, classes and labels.
func redacted(fragment string) (string, news) {
	var out strings.Builder
	for tokens := html.NewTokenizer(strings.NewReader(fragment)); ; {
		switch tokens.Next() {
		case html.ErrorToken:
			return out.String(), newsIn(fragment)
		case html.TextToken:
			if text := string(tokens.Raw()); strings.TrimSpace(text) == "" {
				out.WriteString(text)
			} else {
				out.WriteString(hidden)
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			token := tokens.Token()
			for i, a := range token.Attr {
				switch {
				case a.Key == "id":
					token.Attr[i].Val = shownID(a.Val)
				case !shownAttributes[a.Key] && a.Val != "":
					token.Attr[i].Val = hidden
				}
			}
			out.WriteString(token.String())
		case html.EndTagToken:
			out.WriteString(tokens.Token().String())
		}
	}
}

// news is what a fragment is to an open page.
type news struct {
	version string
	ids     []string // of the elements that are put in place
}

func newsIn(fragment string) (n news) {
	parsed, err := html.ParseFragment(strings.NewReader(fragment), &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body})
	if err != nil {
		return n // a reader of strings does not fail
	}
	var put func(e *html.Node)
	put = func(e *html.Node) {
		if e.Type != html.ElementNode {
			return
		}
		id, version, parts := "", "", false
		for _, a := range e.Attr {
			switch a.Key {
			case "id":
				id = a.Val
			case "data-version":
				version = a.Val
			case "data-parts":
				parts = true
			}
		}
		if n.version == "" {
			n.version = version
		}
		if !parts {
			n.ids = append(n.ids, "#"+shownID(id))
			return
		}
		for child := range e.ChildNodes() {
			put(child)
		}
	}
	for _, e := range parsed {
		put(e)
	}
	return n
}

// idsNamed is how many elements are named.
const idsNamed = 8

func (n news) String() string {
	switch {
	case len(n.ids) == 0 && n.version != "":
		return fmt.Sprintf("nothing, it shows version %s.", n.version)
	case len(n.ids) == 0:
		return "nothing to put in place."
	}
	ids, more := n.ids, ""
	if len(ids) > idsNamed {
		ids, more = ids[:idsNamed], fmt.Sprintf(" and %d more", len(ids)-idsNamed)
	}
	words := strings.Join(ids, ", ") + more
	if n.version != "" {
		return fmt.Sprintf("version %s of %s.", n.version, words)
	}
	return words + "."
}

// beginning is as much of a text as is kept.
func beginning(text string) string {
	if len(text) <= textKept {
		return text
	}
	end := textKept
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + " " + hidden
}
