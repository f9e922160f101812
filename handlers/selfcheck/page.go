package selfcheck

import (
	"fmt"
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// find gives the first element for which something is true; nil when there is none.
func find(in *html.Node, is func(*html.Node) bool) *html.Node {
	for n := range in.Descendants() {
		if n.Type == html.ElementNode && is(n) {
			return n
		}
	}
	return nil
}

// every gives all elements for which something is true.
func every(in *html.Node, is func(*html.Node) bool) []*html.Node {
	var found []*html.Node
	for n := range in.Descendants() {
		if n.Type == html.ElementNode && is(n) {
			found = append(found, n)
		}
	}
	return found
}

func byID(in *html.Node, id string) *html.Node {
	return find(in, func(n *html.Node) bool { return attribute(n, "id") == id })
}

func byClass(in *html.Node, class string) *html.Node {
	return find(in, func(n *html.Node) bool { return hasClass(n, class) })
}

func hasClass(n *html.Node, class string) bool {
	return strings.Contains(" "+attribute(n, "class")+" ", " "+class+" ")
}

// linkTo finds the link that leads to an address of the site.
func linkTo(in *html.Node, address string) *html.Node {
	return find(in, func(n *html.Node) bool { return n.Data == "a" && attribute(n, "href") == address })
}

func attribute(n *html.Node, name string) string {
	value, _ := lookUp(n, name)
	return value
}

// text is what an element says, with single spaces; "" for none.
func text(in *html.Node) string {
	if in == nil {
		return ""
	}
	var all strings.Builder
	for n := range in.Descendants() {
		if n.Type == html.TextNode {
			all.WriteString(n.Data)
		}
	}
	return strings.Join(strings.Fields(all.String()), " ")
}

// parseFragment reads a piece of a page, as it is pushed.
func parseFragment(source string) (*html.Node, error) {
	body := &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body}
	nodes, err := html.ParseFragment(strings.NewReader(source), body)
	if err != nil {
		return nil, fmt.Errorf("read a fragment: %w", err)
	}
	for _, n := range nodes {
		body.AppendChild(n)
	}
	return body, nil
}

// formTo gives what the first form that is sent to an address holds before anybody
// fills it in, its first button that has a name pressed; ok is false when there is no such form.
func formTo(in *html.Node, address string) (fields url.Values, ok bool) {
	form := find(in, func(n *html.Node) bool { return n.Data == "form" && attribute(n, "action") == address })
	if form == nil {
		return nil, false
	}
	fields = url.Values{}
	pressed := false
	for _, n := range every(form, func(n *html.Node) bool { return attribute(n, "name") != "" }) {
		_, checked := lookUp(n, "checked")
		switch {
		case n.Data == "button" && pressed:
		case n.Data == "button":
			pressed = true
			fields.Set(attribute(n, "name"), attribute(n, "value"))
		case attribute(n, "type") != "radio" && attribute(n, "type") != "checkbox" || checked:
			fields.Set(attribute(n, "name"), attribute(n, "value"))
		}
	}
	return fields, true
}

func lookUp(n *html.Node, name string) (value string, ok bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}
