package handlers_test

import (
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// apply puts a fragment into a page as public/js/live.js does: elements take the
// place of those with the same id unless these are newer; an abridged one only
// brings its data and the parts that changed; a new line of a list comes first.
func apply(root *html.Node, fragment string) {
	body := find(parse(fragment), func(n *html.Node) bool { return n.Data == "body" })
	for _, next := range slices.Collect(body.ChildNodes()) {
		if next.Type == html.ElementNode {
			put(root, next)
		}
	}
}

func put(root, next *html.Node) {
	target := byID(root, attr(next, "id"))
	switch {
	case target == nil && attr(next, "data-into") == "":
	case target == nil:
		list := byID(root, attr(next, "data-into"))
		next.Parent.RemoveChild(next)
		list.InsertBefore(next, list.FirstChild)
	case version(next) < version(target):
	case has(next, "data-parts"):
		for _, a := range next.Attr {
			if strings.HasPrefix(a.Key, "data-") && a.Key != "data-parts" {
				set(target, a)
			}
		}
		for _, part := range slices.Collect(next.ChildNodes()) {
			if part.Type == html.ElementNode {
				put(root, part)
			}
		}
	default:
		next.Parent.RemoveChild(next)
		target.Parent.InsertBefore(next, target)
		target.Parent.RemoveChild(target)
	}
}

func version(n *html.Node) int64 {
	version, _ := strconv.ParseInt(attr(n, "data-version"), 10, 64) // 0 for none
	return version
}

// copied gives a page of its own to apply to.
func copied(root *html.Node) *html.Node {
	var page strings.Builder
	if err := html.Render(&page, root); err != nil {
		panic(err) // a strings.Builder takes everything
	}
	return parse(page.String())
}

func set(n *html.Node, a html.Attribute) {
	for i := range n.Attr {
		if n.Attr[i].Key == a.Key {
			n.Attr[i] = a
			return
		}
	}
	n.Attr = append(n.Attr, a)
}

func find(root *html.Node, is func(*html.Node) bool) *html.Node {
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && is(n) {
			return n
		}
	}
	return nil
}

func byID(root *html.Node, id string) *html.Node {
	return find(root, func(n *html.Node) bool { return id != "" && attr(n, "id") == id })
}
