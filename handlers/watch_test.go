package handlers_test

import (
	"bufio"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"worldtravel/views"
)

// The edges: how a page is kept up to date.
const (
	edgeSSE      = "SSE"
	edgeSocket   = "socket"
	edgeDocument = "document" // that grows
	edgeOnce     = "once"     // the present state
)

// streaming are the edges that stay open.
var streaming = []string{edgeSSE, edgeSocket, edgeDocument}

// stream is an open page's connection, by whichever edge.
type stream struct {
	*testing.T
	edge   string
	header http.Header
	head   string     // of a document: what stands before its first state
	events chan event // closed when the stream has ended
	close  func()
}

// event is one of a stream. The name of a fragment, or of a document's state, is
// empty; "end" says that access has ended, or that a document has.
type event struct {
	name, data string
	version    int64
}

// wish is the request for a stream at an address. Change alters it.
func (b *browser) wish(edge, address string, change ...func(*http.Request)) *http.Request {
	b.Helper()
	r := b.request(http.MethodGet, address, nil)
	r.Header.Set("Accept-Encoding", "gzip")
	switch edge {
	case edgeSSE:
		r.Header.Set("Accept", "text/event-stream")
	case edgeOnce:
		r.Header.Set("HX-Request", "true")
	case edgeSocket:
		r.Header.Set("Connection", "Upgrade")
		r.Header.Set("Upgrade", "websocket")
		r.Header.Set("Sec-WebSocket-Version", "13")
		r.Header.Set("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
		r.Header.Set("Origin", b.site.URL)
	default:
		r.Header.Set("Accept", "text/html,*/*;q=0.8")
	}
	for _, change := range change {
		change(r)
	}
	return r
}

// ask asks for a stream and gives the refusal, or else the answer without what it
// streams.
func (b *browser) ask(edge, address string, change ...func(*http.Request)) *page {
	b.Helper()
	response, err := b.client.Do(b.wish(edge, address, change...))
	b.site.must(err)
	defer response.Body.Close()
	p := &page{Response: response, root: parse("")}
	opened := response.StatusCode == http.StatusOK && edge != edgeOnce || response.StatusCode == http.StatusSwitchingProtocols
	if !opened {
		unpacked, err := unpack(response)
		b.site.must(err)
		p.body, p.root = unpacked, parse(unpacked)
	}
	return p
}

// unpack reads an answer, which may be compressed.
func unpack(response *http.Response) (string, error) {
	var body io.Reader = response.Body
	if response.Header.Get("Content-Encoding") == "gzip" {
		unpacked, err := gzip.NewReader(body)
		if err != nil {
			return "", err
		}
		body = unpacked
	}
	text, err := io.ReadAll(body)
	return string(text), err
}

// watch opens the stream at an address by an edge.
func (b *browser) watch(edge, address string, change ...func(*http.Request)) *stream {
	b.Helper()
	if edge == edgeSocket {
		return b.dial(address, change...).stream
	}
	response, err := b.client.Do(b.wish(edge, address, change...))
	b.site.must(err)
	if response.StatusCode != http.StatusOK {
		b.Fatalf("%s is answered %d", address, response.StatusCode)
	}
	s := &stream{T: b.T, edge: edge, header: response.Header, events: make(chan event, 100)}
	read := s.readEvents
	if edge == edgeDocument {
		read = s.readStates
	}
	s.close = s.during(func() { response.Body.Close() }, func() { read(response.Body) })
	return s
}

// during reads the stream in the background until it has ended, which stop brings
// about, and gives what ends it, to be called as often as one likes.
func (s *stream) during(stop, read func()) (end func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer close(s.events)
		read()
	}()
	end = func() {
		stop()
		for range s.events { // or its reader would wait for somebody to take them
		}
		<-done
	}
	s.Cleanup(end)
	return end
}

// readEvents parses events as the HTML standard's section "Server-sent events" has it.
func (s *stream) readEvents(body io.Reader) {
	lines := bufio.NewScanner(body)
	lines.Buffer(nil, 1<<20)
	var e event
	for lines.Scan() {
		field, value, _ := strings.Cut(lines.Text(), ":")
		value = strings.TrimPrefix(value, " ")
		switch field {
		case "":
			if e.data != "" {
				s.events <- e
			}
			e = event{}
		case "event":
			e.name = value
		case "data":
			e.data += value + "\n"
		case "id":
			e.version, _ = strconv.ParseInt(value, 10, 64)
		}
	}
}

// readStates takes the states out of a document that grows.
func (s *stream) readStates(body io.Reader) {
	const begin = `<div class="state">`
	var all string
	chunk := make([]byte, 32<<10)
	for {
		n, err := body.Read(chunk)
		all += string(chunk[:n])
		for {
			head, rest, begun := strings.Cut(all, begin)
			state, after, whole := cutState(rest)
			if !begun || !whole {
				break
			}
			if s.head == "" {
				s.head = head
			}
			s.events <- event{data: state, version: newest(parse(state))}
			all = after
		}
		if err != nil {
			if err == io.EOF { // and not that it was cut off
				s.events <- event{name: "end"}
			}
			return
		}
	}
}

// cutState cuts HTML at the end of the state that it stands in.
func cutState(html string) (before, after string, whole bool) {
	const begin, end = "<div", "</div>"
	for open, at := 1, 0; ; {
		i := strings.Index(html[at:], end)
		if i < 0 {
			return html, "", false
		}
		open += strings.Count(html[at:at+i], begin) - 1
		if at += i + len(end); open == 0 {
			return html[:at-len(end)], html[at:], true
		}
	}
}

// newest is the highest version that something in a fragment has.
func newest(root *html.Node) int64 {
	var versions []int64
	for n := range root.Descendants() {
		if version, err := strconv.ParseInt(attr(n, "data-version"), 10, 64); err == nil {
			versions = append(versions, version)
		}
	}
	if versions == nil {
		return 0
	}
	return slices.Max(versions)
}

// next waits for the next event.
func (s *stream) next() event {
	s.Helper()
	select {
	case e, ok := <-s.events:
		if !ok {
			s.Fatalf("the %s has ended", s.edge)
		}
		return e
	case <-time.After(patience):
		s.Fatalf("the %s says nothing", s.edge)
	}
	return event{}
}

// until waits for a fragment that says something, and gives it.
func (s *stream) until(words string) event {
	s.Helper()
	return s.untilIt(fmt.Sprintf("says %q", words), func(e event) bool { return strings.Contains(e.text(), words) })
}

// untilIt waits for a fragment that is right.
func (s *stream) untilIt(is string, right func(event) bool) event {
	s.Helper()
	var last event
	for {
		select {
		case e, ok := <-s.events:
			if ok && e.name == "" && right(e) {
				return e
			}
			if !ok {
				s.Fatalf("the %s has ended before it %s; the last was %q", s.edge, is, last.text())
			}
			last = e
		case <-time.After(patience):
			s.Fatalf("nothing on the %s %s; the last was %q", s.edge, is, last.text())
		}
	}
}

// ends waits for the event that ends the stream, and for its end.
func (s *stream) ends() {
	s.Helper()
	for {
		if e := s.next(); e.name == "end" {
			break
		}
	}
	s.closes()
}

// closes waits for the connection to be closed.
func (s *stream) closes() {
	s.Helper()
	for {
		select {
		case _, ok := <-s.events:
			if !ok {
				return
			}
		case <-time.After(patience):
			s.Fatalf("the %s goes on", s.edge)
		}
	}
}

func (e event) root() *html.Node { return parse(e.data) }

func (e event) text() string { return textOf(e.root()) }

// page is what a browser shows that is sent the fragment: that, or its page with
// what changed.
func (e event) page(b *browser) *page {
	root := e.root()
	if find(root, func(n *html.Node) bool { return has(n, "data-parts") }) != nil {
		root = copied(b.page.root)
		apply(root, e.data)
	}
	return &page{Response: b.page.Response, body: e.data, root: root}
}

// part finds the element that has an id on other pages; in a document that grows
// it ends in a version.
func (e event) part(id string) *html.Node {
	for n := range e.root().Descendants() {
		base, number, _ := cutLast(attr(n, "id"), "-")
		if _, err := strconv.ParseInt(number, 10, 64); attr(n, "id") == id || err == nil && base == id {
			return n
		}
	}
	return nil
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// shows reports whether a fragment has the element with an id.
func (e event) shows(id string) bool { return e.part(id) != nil }

// notice is what a state says of a form that was refused.
func (e event) notice() string {
	if n := e.part(views.NoticeID); n != nil {
		return textOf(n)
	}
	return ""
}

// listen opens the event stream at an address.
func (b *browser) listen(address string) *stream {
	b.Helper()
	return b.watch(edgeSSE, address)
}

// live opens the event stream of the page shown.
func (b *browser) live() *stream {
	b.Helper()
	return b.listen(b.page.live())
}

// live is the address of the page's stream; empty when it has none.
func (p *page) live() string {
	for n := range p.root.Descendants() {
		if address := attr(n, "data-live"); address != "" {
			return address
		}
	}
	return ""
}
