package live

import (
	"bytes"
	"fmt"
	"strings"

	"golang.org/x/net/html"
)

// references are the attributes that name elements by id.
var references = map[string]bool{
	"id": true, "for": true, "form": true, "list": true, "headers": true,
	"aria-labelledby": true, "aria-describedby": true, "aria-controls": true, "aria-owns": true,
}

// inDocument fits a fragment into a document that grows, where those before it
// still stand, though hidden: its ids and what refers to them end in its version.
// A form that changes the page in place (one with data-hx-post) sends its answer to
// the frame "answer" and says so, as from=stream; what it changed comes as the
// next state. A form with data-onward leads to another page, as any other does.
func inDocument(fragment []byte, version int64) []byte {
	suffix := fmt.Sprintf("-%d", version)
	var out bytes.Buffer
	tokens := html.NewTokenizer(bytes.NewReader(fragment))
	for {
		kind := tokens.Next()
		switch kind {
		case html.ErrorToken: // the end
			return out.Bytes()
		case html.StartTagToken, html.SelfClosingTagToken:
			raw := bytes.Clone(tokens.Raw())
			tag := tokens.Token()
			inPlace := tag.Data == "form" && has(tag, "data-hx-post") && !has(tag, "data-onward")
			if changed := numbered(&tag, suffix); changed || inPlace {
				if inPlace {
					tag.Attr = append(tag.Attr, html.Attribute{Key: "target", Val: "answer"})
				}
				out.WriteString(tag.String())
			} else {
				out.Write(raw)
			}
			if inPlace {
				out.WriteString(`<input type="hidden" name="from" value="stream">`)
			}
			if tag.Data == "noscript" { // to a browser without scripts it holds elements
				tokens.NextIsNotRawText()
			}
		default:
			out.Write(tokens.Raw())
		}
	}
}

// numbered adds the suffix to the ids that a tag has and names.
func numbered(tag *html.Token, suffix string) (changed bool) {
	for i := range tag.Attr {
		a := &tag.Attr[i]
		switch {
		case references[a.Key]:
			ids := strings.Fields(a.Val)
			for j := range ids {
				ids[j] += suffix
			}
			a.Val = strings.Join(ids, " ")
			changed = true
		case a.Key == "href" && strings.HasPrefix(a.Val, "#"):
			a.Val += suffix
			// <base> sends links to the window, where there is no such element.
			tag.Attr = append(tag.Attr, html.Attribute{Key: "target", Val: "_self"})
			changed = true
		}
	}
	return changed
}

func has(tag html.Token, name string) bool {
	for _, a := range tag.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}
