package wire

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/gorilla/websocket"
	"golang.org/x/net/html"
)

// The frames are those of RFC 6455, section 5.7.
func TestFramesAreReadAsTheProtocolHasThem(t *testing.T) {
	for name, c := range map[string]struct{ sent, header, payload, described string }{
		"text":          {"\x81\x05Hello", "\x81\x05", "Hello", "A whole message, text, 5 bytes."},
		"masked text":   {"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58", "\x81\x85\x37\xfa\x21\x3d", "Hello", "A whole message, text, masked, 5 bytes."},
		"a part":        {"\x01\x03Hel", "\x01\x03", "Hel", "The first part of a message, 3 bytes."},
		"the rest":      {"\x80\x02lo", "\x80\x02", "lo", "The last part of a message, 2 bytes."},
		"ping":          {"\x89\x05Hello", "\x89\x05", "Hello", "A ping, 5 bytes."},
		"masked pong":   {"\x8a\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58", "\x8a\x85\x37\xfa\x21\x3d", "Hello", "A pong, masked, 5 bytes."},
		"256 bytes":     {"\x82\x7e\x01\x00" + strings.Repeat("x", 256), "\x82\x7e\x01\x00", strings.Repeat("x", 256), "A whole message, binary, 256 bytes."},
		"64 kilobytes":  {"\x82\x7f\x00\x00\x00\x00\x00\x01\x00\x00" + strings.Repeat("x", 1<<16), "\x82\x7f\x00\x00\x00\x00\x00\x01\x00\x00", strings.Repeat("x", 1<<16), "A whole message, binary, 65536 bytes."},
		"an empty text": {"\x81\x00", "\x81\x00", "", "A whole message, text, 0 bytes."},
	} {
		t.Run(name, func(t *testing.T) {
			for _, step := range []int{1, 7, len(c.sent)} {
				var f frames
				var got []frame
				for sent := []byte(c.sent + c.sent); len(sent) > 0; {
					n := min(step, len(sent))
					got = append(got, f.cut(sent[:n])...)
					sent = sent[n:]
				}
				if len(got) != 2 {
					t.Fatalf("%d bytes at a time, twice the frame are %d", step, len(got))
				}
				for _, f := range got {
					if string(f.header) != c.header || string(f.payload) != c.payload || f.described() != c.described {
						t.Errorf("it is %x %q: %s", f.header, f.payload, f.described())
					}
				}
			}
		})
	}
}

func TestAFrameThatIsTooLongToKeepEndsTheReading(t *testing.T) {
	var f frames
	if got := f.cut(append([]byte("\x82\x7f\xff\xff\xff\xff\xff\xff\xff\xff"), make([]byte, unreadKept)...)); got != nil || !f.lost || f.unread != nil {
		t.Errorf("it gives %d frames and keeps %d bytes", len(got), len(f.unread))
	}
	if got := f.cut([]byte("\x81\x05Hello")); got != nil {
		t.Error("what comes after it is read as a frame")
	}
}

const secret = "Zanzibar"

// Whatever is said in a page, filled in or set as a cookie is left out.
func TestNothingThatIsSomebodysBusinessIsKept(t *testing.T) {
	request := httptest.NewRequest("GET", "/rooms/x/live?as="+secret, nil)
	request.Header.Set("Cookie", "session="+secret)
	request.Header.Set("X-Anything", secret)
	request.Header.Set("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
	fragment := `<div id="page" class="` + secret + `" data-parts data-version="7"><p id="turn" aria-label="` + secret + `" onclick="` + secret + `">` + secret +
		`<!-- ` + secret + ` --><b id="rooms-` + secret + `-seats"></b><input name="move" value="` + secret + `"></p><script>` + secret + `</script></div>`
	server := func(text string) Message {
		return frame{header: []byte{0x81, 0}, payload: []byte(text)}.message(false)
	}
	client := func(text string) Message {
		return frame{header: []byte{0x81, 0x80, 1, 2, 3, 4}, payload: []byte(text)}.message(true)
	}
	for name, c := range map[string]struct {
		message        Message
		shows, meaning string
	}{
		"request":      {requestHead(request), "GET /rooms/x/live?… HTTP/1.1\nHost: example.com\nCookie: …\nSec-Websocket-Key: dGhlIHNhbXBsZSBub25jZQ==\n", "asks for a WebSocket"},
		"response":     {responseHead([]byte("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nSet-Cookie: session="+secret+"\r\n\r\n"), true), "101 Switching Protocols\nSet-Cookie: …\nUpgrade: websocket\n", "The site agrees."},
		"event":        {eventMessage([]byte("id: 7\ndata: " + fragment + "\nretry: 2000\n\n")), "id: 7\ndata: <div id=\"page\" class=\"…\" data-parts=\"\" data-version=\"7\"><p id=\"turn\"", "version 7 of #turn, #…."},
		"nothing new":  {eventMessage([]byte("id: 2\ndata: <div id=page data-version=2 data-parts></div>\n\n")), "id: 2", "nothing, it shows version 2."},
		"beat":         {eventMessage([]byte("event: beat\ndata: beat\n\n")), "event: beat\ndata: beat", "A beat"},
		"frame":        {server(fragment), `<p id="turn" aria-label="…" onclick="…">…<b id="rooms-…"></b><input name="move" value="…"></p>`, "version 7 of #turn"},
		"form":         {client(`{"id":3,"url":"/keep?x=` + secret + `","body":"password=` + secret + `&n=4"}`), `{"id":3,"url":"/keep?…","body":"n=…&password=…"}`, "Form 3, to /keep, with n and password."},
		"not a form":   {client(secret), "…", "closes the socket"},
		"answer":       {server(`{"id":3,"status":200,"headers":{"Hx-Redirect":"/` + secret + `"},"body":"` + `<p id=\"notice\">` + secret + `</p>"}`), `{"id":3,"status":200,"headers":{"Hx-Redirect":"…"},"body":"<p id=\"notice\">…</p>"}`, "The answer to form 3: status 200, and #notice."},
		"not anything": {server(`{` + secret), "…", "not looked into"},
		"binary":       {frame{header: []byte{0x82, 0}, payload: []byte(secret)}.message(true), "", "not looked into"},
		"a part":       {frame{header: []byte{0x01, 0x80, 1, 2, 3, 4}, payload: []byte(`{"id":3,"url":"/` + secret)}.message(true), "", "The first part of a message, masked"},
		"close":        {frame{header: []byte{0x88, 0x80, 1, 2, 3, 4}, payload: []byte("\x03\xe8" + secret)}.message(true), "…", "with code 1000"},
		"ping":         {frame{header: []byte{0x89, 0}, payload: []byte(secret)}.message(true), "", "Are you there?"},
	} {
		t.Run(name, func(t *testing.T) {
			if strings.Contains(c.message.Text+c.message.Meaning, secret) {
				t.Errorf("it gives a secret away: %s %s", c.message.Text, c.message.Meaning)
			}
			if !strings.Contains(c.message.Text, c.shows) || !strings.Contains(c.message.Meaning, c.meaning) {
				t.Errorf("it is shown as %s\nwith the meaning %s", c.message.Text, c.message.Meaning)
			}
		})
	}
}

// newWire serves one socket, which says the same back, and one stream of two events.
func newWire(t *testing.T) (*Wire, *httptest.Server) {
	t.Helper()
	w := New(time.Now, func(string) {})
	server := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		out = w.Watch(out, r)
		if r.Header.Get("Upgrade") == "" {
			conn, _, err := http.NewResponseController(out).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			defer conn.Close()
			for _, text := range []string{"HTTP/1.1 200 OK\r\n\r\n", "id: 1\ndata: <p id=a></p>\n\n", "event: end\ndata: end\n\n"} {
				if _, err := io.WriteString(conn, text); err != nil {
					t.Error(err)
				}
			}
			return
		}
		ws, err := (&websocket.Upgrader{}).Upgrade(out, r, nil)
		if err != nil {
			t.Error(err)
			return
		}
		defer ws.Close()
		for {
			kind, text, err := ws.ReadMessage()
			if err != nil || ws.WriteMessage(kind, text) != nil {
				return
			}
		}
	}))
	t.Cleanup(server.Close)
	return w, server
}

// told waits until the connection has ended and gives its messages' meanings.
func (w *Wire) told(t *testing.T, id string) (meanings []string) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
		c, ok := w.Find(id)
		if ok && !c.Ended.IsZero() {
			for i, m := range c.Messages {
				if m.Number != c.Count-len(c.Messages)+i+1 {
					t.Errorf("message %d has the number %d", i, m.Number)
				}
				meanings = append(meanings, m.Meaning)
			}
			return meanings
		}
		if time.Now().After(deadline) {
			t.Fatalf("connection %s: %v %+v", id, ok, c)
		}
	}
}

func TestASocketIsKeptFromItsHandshakeToItsEnd(t *testing.T) {
	w, server := newWire(t)
	ws, _, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(server.URL, "http")+"/rooms/x/live", nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := ws.WriteMessage(websocket.TextMessage, []byte(`{"id":1,"url":"/rooms/x/move","body":"move=roll"}`)); err != nil {
		t.Fatal(err)
	}
	if _, _, err := ws.ReadMessage(); err != nil {
		t.Fatal(err)
	}
	if err := ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""), time.Now().Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, _, err := ws.ReadMessage(); err == nil {
		t.Fatal("the socket goes on")
	}
	meanings := w.told(t, "1")
	for i, want := range []string{"asks for a WebSocket", "The site agrees", "Form 1, to /rooms/x/move, with move", "The answer to form 1", "with code 1000", "with code 1000"} {
		if i >= len(meanings) || !strings.Contains(meanings[i], want) {
			t.Fatalf("message %d is not %q: %q", i+1, want, meanings)
		}
	}
}

func TestAStreamIsKeptEventByEvent(t *testing.T) {
	w, server := newWire(t)
	resp, err := http.Get(server.URL + "/live")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		t.Fatal(err)
	}
	meanings := w.told(t, "1")
	want := []string{"asks for Server-Sent Events", "The answer begins", "What the page lacks: #a.", "The session has ended"}
	if len(meanings) != len(want) {
		t.Fatalf("it is told as %q", meanings)
	}
	for i := range want {
		if !strings.Contains(meanings[i], want[i]) {
			t.Errorf("message %d is not %q: %s", i+1, want[i], meanings[i])
		}
	}
	if all := w.Connections(); len(all) != 1 || all[0].Path != "/live" || all[0].Socket || all[0].Count != 4 || all[0].Messages != nil {
		t.Errorf("the connections are %+v", all)
	}
}

// hijacked is a response whose connection is a pipe that takes everything.
type hijacked struct{ *httptest.ResponseRecorder }

func (h hijacked) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	ours, theirs := net.Pipe()
	go func() { _, _ = io.Copy(io.Discard, theirs) }() // until it is closed
	return ours, nil, nil
}

func TestOnlyTheNewestIsKept(t *testing.T) {
	w := New(time.Now, func(string) {})
	const opened = connectionsKept + 5
	var first *tap
	for i := range opened {
		out := w.Watch(hijacked{httptest.NewRecorder()}, httptest.NewRequest("GET", "/live", nil))
		conn, _, err := http.NewResponseController(out).Hijack()
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = conn.(*tap)
			continue // it stays open
		}
		for n := range messagesKept + 5 {
			if i < opened-1 && n > 0 {
				break // the messages of one are enough
			}
			if _, err := conn.Write(append([]byte("data: "), bytes.Repeat([]byte("<p id=é>"), textKept)...)); err != nil {
				t.Fatal(err)
			}
		}
		conn.Close()
	}
	all := w.Connections()
	if len(all) != connectionsKept || all[0].ID != "45" || all[connectionsKept-1].ID != "6" {
		t.Fatalf("%d connections are kept, from %s to %s", len(all), all[0].ID, all[len(all)-1].ID)
	}
	if _, err := first.Write([]byte("data: <p>\n\n")); err != nil || first.to.Messages != nil || first.to.Count != 1 {
		t.Errorf("of one that is not kept any more, %d messages are (%v)", len(first.to.Messages), err)
	}
	if _, ok := w.Find("5"); ok {
		t.Error("an old one is found")
	}
	c, _ := w.Find("45")
	if len(c.Messages) != messagesKept || c.Count != messagesKept+6 {
		t.Errorf("of %d messages %d are kept", c.Count, len(c.Messages))
	}
	if last := c.Messages[messagesKept-1]; len(last.Text) > textKept+len(" "+hidden) || !strings.HasSuffix(last.Text, hidden) || last.Bytes < 8*textKept {
		t.Errorf("of %d bytes %d are kept", last.Bytes, len(last.Text))
	}
}

// Whatever comes, reading it ends, keeps no more than it says, and what was cut can be
// told.
func FuzzFrames(f *testing.F) {
	f.Add([]byte("\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"), 3)
	f.Add([]byte("\x88\x02\x03\xe8\x82\x7e\x01"), 1)
	f.Fuzz(func(t *testing.T, sent []byte, step int) {
		var cut frames
		read, step := 0, max(step, 1)
		for left := sent; len(left) > 0; {
			n := min(step, len(left))
			for _, f := range cut.cut(left[:n]) {
				read += len(f.header) + len(f.payload)
				for _, fromPage := range []bool{true, false} {
					if m := f.message(fromPage); len(beginning(m.Text)) > textKept+len(" "+hidden) {
						t.Errorf("%d bytes of it are kept", len(beginning(m.Text)))
					}
				}
			}
			left = left[n:]
		}
		if !cut.lost && read+len(cut.unread) != len(sent) {
			t.Errorf("of %d bytes %d are read and %d kept", len(sent), read, len(cut.unread))
		}
	})
}

// Of any fragment no text is left, and no value of an attribute but of those that are shown.
func FuzzRedacted(f *testing.F) {
	f.Add("<p title='Zanzibar' id=a>Zanzibar<!-- x --><script>Zanzibar</script><textarea>Zanzibar")
	f.Add("<a href=\"Zanzibar\" <plaintext>x</plaintext>")
	f.Fuzz(func(t *testing.T, fragment string) {
		text, _ := redacted(fragment)
		for tokens := html.NewTokenizer(strings.NewReader(text)); ; {
			switch tokens.Next() {
			case html.ErrorToken:
				return
			case html.CommentToken, html.DoctypeToken:
				t.Errorf("%q is left", tokens.Raw())
			case html.TextToken:
				if strings.TrimFunc(string(tokens.Raw()), func(r rune) bool { return unicode.IsSpace(r) || r == '…' }) != "" {
					t.Errorf("the text %q is left", tokens.Raw())
				}
			default:
				for _, a := range tokens.Token().Attr {
					shownPart := a.Key == "id" && (plainID.MatchString(a.Val) || strings.HasSuffix(a.Val, "-"+hidden))
					if !shownAttributes[a.Key] && a.Val != "" && a.Val != hidden && !shownPart {
						t.Errorf("%s=%q is left", a.Key, a.Val)
					}
				}
			}
		}
	})
}
