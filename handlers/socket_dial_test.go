package handlers_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

// socket is the WebSocket of an open page: a stream over which forms go as well.
type socket struct {
	*stream
	from    *browser
	conn    *websocket.Conn
	answers chan answer // closed when the socket has ended
	sent    int64
}

// answer is what comes back for a form.
type answer struct {
	ID      int64             `json:"id"`
	Status  int               `json:"status"`
	Headers map[string]string `json:"headers"`
	Body    string            `json:"body"`
}

// dial opens the socket at an address. Its events are those of a stream, and
// "close CODE" when it was closed for another reason than that access has ended.
func (b *browser) dial(address string, change ...func(*http.Request)) *socket {
	b.Helper()
	r := b.wish(edgeSocket, address, change...)
	header := r.Header.Clone()
	for _, name := range []string{"Connection", "Upgrade", "Sec-WebSocket-Version", "Sec-WebSocket-Key"} {
		header.Del(name) // the dialer has its own
	}
	if r.Host != r.URL.Host {
		header.Set("Host", r.Host)
	}
	dialer := websocket.Dialer{Jar: b.client.Jar}
	conn, response, err := dialer.DialContext(b.Context(), "ws"+strings.TrimPrefix(r.URL.String(), "http"), header)
	if err != nil {
		status := 0
		if response != nil {
			status = response.StatusCode
		}
		b.Fatalf("%s is answered %d: %v", address, status, err)
	}
	s := &socket{
		stream: &stream{T: b.T, edge: edgeSocket, header: response.Header, events: make(chan event, 100)},
		from:   b, conn: conn, answers: make(chan answer, 100),
	}
	s.close = s.during(func() { conn.Close() }, s.read)
	return s
}

// socket opens that of the page shown.
func (b *browser) socket() *socket {
	b.Helper()
	return b.dial(b.page.live())
}

func (s *socket) read() {
	defer close(s.answers)
	for {
		_, text, err := s.conn.ReadMessage()
		var closed *websocket.CloseError
		switch {
		case errors.As(err, &closed) && closed.Code == 4001:
			s.events <- event{name: "end"}
			return
		case errors.As(err, &closed):
			s.events <- event{name: fmt.Sprint("close ", closed.Code)}
			return
		case err != nil:
			return
		case len(text) == 0:
			s.events <- event{name: "beat"}
		case text[0] == '{':
			var a answer
			if err := json.Unmarshal(text, &a); err != nil {
				s.Errorf("%s: %v", text, err)
			}
			s.answers <- a
		default:
			s.events <- event{data: string(text), version: newest(parse(string(text)))}
		}
	}
}

// says sends a message as it is.
func (s *socket) says(kind int, message string) {
	s.Helper()
	if err := s.conn.WriteMessage(kind, []byte(message)); err != nil {
		s.Fatal(err)
	}
}

// send sends a form and waits for its answer.
func (s *socket) send(f form) *page {
	s.Helper()
	r := f.request()
	return s.post(r.URL.RequestURI(), f.fields.Encode())
}

// post sends what no page holds.
func (s *socket) post(address, body string) *page {
	s.Helper()
	s.sent++
	message, err := json.Marshal(map[string]any{"id": s.sent, "url": address, "body": body})
	s.from.site.must(err)
	s.says(websocket.TextMessage, string(message))
	return s.answered(address)
}

// answered waits for the answer to the last form.
func (s *socket) answered(address string) *page {
	s.Helper()
	select {
	case a, ok := <-s.answers:
		if !ok || a.ID != s.sent {
			s.Fatalf("form %d is answered by %+v", s.sent, a)
		}
		response := &http.Response{StatusCode: a.Status, Header: http.Header{}, Request: httptest.NewRequest(http.MethodPost, s.from.site.URL, nil)}
		if target, err := response.Request.URL.Parse(address); err == nil {
			response.Request.URL = target
		}
		for name, value := range a.Headers {
			response.Header.Set(name, value)
		}
		return &page{response, a.Body, parse(a.Body)}
	case <-time.After(patience):
		s.Fatal("a form is not answered")
		return nil
	}
}

// closed waits until the site closes the socket, and asserts the code.
func (s *socket) closed(code int) {
	s.Helper()
	want := fmt.Sprint("close ", code)
	for {
		e, ok := <-s.events
		if !ok {
			s.Fatalf("the socket has ended without %s", want)
		}
		if strings.HasPrefix(e.name, "close ") || e.name == "end" {
			if e.name != want {
				s.Errorf("the socket has ended with %q, want %q", e.name, want)
			}
			return
		}
	}
}
