package wire

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// message is a frame with its meaning.
func (f frame) message(fromPage bool) Message {
	m := Message{FromPage: fromPage, Header: f.header, Bytes: len(f.header) + len(f.payload)}
	text, meaning := f.told(fromPage)
	m.Text, m.Meaning = text, f.described()+" "+meaning
	return m
}

func (f frame) told(fromPage bool) (text, meaning string) {
	switch {
	case f.kind() == kindPing:
		return "", "Are you there? The browser answers by itself."
	case f.kind() == kindPong:
		return "", "The answer to a ping."
	case f.kind() == kindClose:
		return closed(f.payload, fromPage)
	case f.kind() != kindText || !f.final():
		return "", "It is not looked into."
	case fromPage:
		return form(f.payload)
	case len(f.payload) == 0:
		return "", "A beat: nothing is new, but the connection is alive. The page's script sees no pings."
	case f.payload[0] == '{':
		return answer(f.payload)
	}
	text, news := redacted(string(f.payload))
	return text, "What the page lacks: " + news.String()
}

// closed tells of a frame that closes a socket (RFC 6455, section 5.5.1).
func closed(payload []byte, fromPage bool) (text, meaning string) {
	if len(payload) < 2 {
		return "", "The socket is closed, without a reason."
	}
	if text = string(payload[2:]); fromPage && text != "" {
		text = hidden
	}
	return text, fmt.Sprintf("The socket is closed, with code %d.", binary.BigEndian.Uint16(payload))
}

const hidden = "…"

// form tells of a form that came over a socket. What was filled in is left out.
func form(payload []byte) (text, meaning string) {
	var f struct {
		ID   int64  `json:"id"`
		URL  string `json:"url"`
		Body string `json:"body"`
	}
	decoder := json.NewDecoder(bytes.NewReader(payload))
	decoder.DisallowUnknownFields()
	if decoder.Decode(&f) != nil || f.ID < 1 {
		return hidden, "It is no form, and the site closes the socket."
	}
	fields, err := url.ParseQuery(f.Body)
	if err != nil {
		fields = nil
	}
	var names, pairs []string
	for name := range fields {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		pairs = append(pairs, name+"="+hidden)
	}
	path, query, asked := strings.Cut(f.URL, "?")
	f.URL = path
	if asked && query != "" {
		f.URL += "?" + hidden
	}
	f.Body = strings.Join(pairs, "&")
	with := "without fields"
	if len(names) > 0 {
		with = "with " + strings.Join(names, " and ")
	}
	return marshalled(f), fmt.Sprintf("Form %d, to %s, %s. It goes to the same route as over HTTP.", f.ID, path, with)
}

// answer tells of what a form was answered.
func answer(payload []byte) (text, meaning string) {
	var a struct {
		ID      int64             `json:"id"`
		Status  int               `json:"status"`
		Headers map[string]string `json:"headers,omitempty"`
		Body    string            `json:"body"`
	}
	if json.Unmarshal(payload, &a) != nil {
		return hidden, "It is not looked into."
	}
	var news news
	a.Body, news = redacted(a.Body)
	for name := range a.Headers {
		a.Headers[name] = hidden
	}
	return marshalled(a), fmt.Sprintf("The answer to form %d: status %d, and %s", a.ID, a.Status, news)
}

func marshalled(v any) string {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(v) // of strings and numbers
	return strings.TrimSuffix(out.String(), "\n")
}

// eventMessage tells of an event of a stream (https://html.spec.whatwg.org/multipage/server-sent-events.html).
func eventMessage(sent []byte) Message {
	m := Message{Bytes: len(sent)}
	fields, data := []string{}, []string{}
	at, event := -1, ""
	for line := range strings.SplitSeq(strings.TrimRight(string(sent), "\n"), "\n") {
		if value, ok := strings.CutPrefix(line, "data: "); ok {
			if data = append(data, value); at < 0 {
				at = len(fields)
			}
			continue
		}
		if value, ok := strings.CutPrefix(line, "event: "); ok {
			event = value
		}
		fields = append(fields, line)
	}
	text, news := redacted(strings.Join(data, "\n"))
	switch event {
	case "beat":
		text, m.Meaning = "beat", "A beat: nothing is new, but the connection is alive."
	case "end":
		text, m.Meaning = "end", "The session has ended: the page asks again who it is."
	default:
		m.Meaning = "What the page lacks: " + news.String()
	}
	if at >= 0 {
		fields = slices.Insert(fields, at, "data: "+strings.ReplaceAll(text, "\n", "\ndata: "))
	}
	m.Text = strings.Join(fields, "\n")
	return m
}

// shownHeaders are those that say how the two speak, and of nobody who.
var shownHeaders = []string{
	"Accept", "Cache-Control", "Connection", "Content-Type", "Date", "Host", "Sec-Websocket-Accept", "Sec-Websocket-Extensions",
	"Sec-Websocket-Key", "Sec-Websocket-Protocol", "Sec-Websocket-Version", "Upgrade", "X-Accel-Buffering",
}

// requestHead is the request that asks for a stream or a socket.
func requestHead(r *http.Request) Message {
	address := r.URL.Path
	if r.URL.RawQuery != "" {
		address += "?" + hidden
	}
	var head strings.Builder
	fmt.Fprintf(&head, "%s %s %s\nHost: %s\n", r.Method, address, r.Proto, r.Host)
	writeHeader(&head, r.Header)
	m := Message{FromPage: true, Text: head.String(), Meaning: "The page asks for Server-Sent Events: an answer that goes on for as long as the page is open."}
	if r.Header.Get("Sec-WebSocket-Key") != "" {
		m.Meaning = "The page asks for a WebSocket, with a key of its own for the site to prove that it speaks the protocol (RFC 6455, section 4.1)."
	}
	return m
}

// responseHead is the beginning of what is answered.
func responseHead(sent []byte, socket bool) Message {
	m := Message{Bytes: len(sent), Meaning: "The answer begins, without a length: it ends with the connection."}
	if socket {
		m.Meaning = "The site agrees. Sec-WebSocket-Accept is the SHA-1 of the page's key and a constant of the protocol (RFC 6455, section 4.2.2). From here on both send frames."
	}
	status, lines, _ := strings.Cut(string(sent), "\r\n")
	header := http.Header{}
	for line := range strings.SplitSeq(lines, "\r\n") {
		if name, value, ok := strings.Cut(line, ": "); ok {
			header.Add(name, value)
		}
	}
	var head strings.Builder
	head.WriteString(status + "\n")
	writeHeader(&head, header)
	m.Text = head.String()
	return m
}

// writeHeader writes a header, of most fields just that they are there.
func writeHeader(to *strings.Builder, header http.Header) {
	var names []string
	for name := range header {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		for _, value := range header[name] {
			if !slices.Contains(shownHeaders, name) {
				value = hidden
			}
			fmt.Fprintf(to, "%s: %s\n", name, value)
		}
	}
}
