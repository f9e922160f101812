package selfcheck

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/gorilla/websocket"
	"golang.org/x/net/html"
)

// livePage is a page that is kept up to date over its WebSocket, and sends its
// forms over it.
type livePage struct {
	*visitor
	conn   *websocket.Conn
	shows  *html.Node   // the last fragment that was awaited
	unseen []*html.Node // those that came while something else was awaited
	sent   int
}

// socketAnswer is what comes back over a socket for a form.
type socketAnswer struct {
	ID     int    `json:"id"`
	Status int    `json:"status"`
	Body   string `json:"body"`
}

// watch opens a page and the socket that it names.
func (v *visitor) watch(path string) *livePage {
	sheet := byID(v.get(path).page, "page")
	v.expect(sheet != nil && attribute(sheet, "data-live") != "", "a page at "+path+" that says where its socket is", "none")
	conn, response, err := v.dial(attribute(sheet, "data-live"))
	if response != nil {
		v.expect(err == nil, "a WebSocket for "+path, response.Status)
	}
	v.expect(err == nil, "a WebSocket for "+path, err)
	p := &livePage{visitor: v, conn: conn}
	p.await("the page's state, once its socket is open", func(*html.Node) bool { return true })
	return p
}

// dial opens a socket. header is names and values in turn.
func (v *visitor) dial(path string, header ...string) (*websocket.Conn, *http.Response, error) {
	dialer := websocket.Dialer{Proxy: http.ProxyFromEnvironment, HandshakeTimeout: patience, Jar: v.cookies}
	conn, response, err := dialer.DialContext(v.ctx, "ws"+strings.TrimPrefix(v.site.url, "http")+path, v.header(header...))
	if err == nil {
		v.after = append(v.after, func() { conn.Close() })
	}
	return conn, response, err
}

// await waits for a fragment of which something is true. what says which one.
func (p *livePage) await(what string, is func(*html.Node) bool) {
	limit := time.Now().Add(patience)
	for {
		for len(p.unseen) > 0 {
			p.shows, p.unseen = p.unseen[0], p.unseen[1:]
			if is(p.shows) {
				return
			}
		}
		p.read(what, limit)
	}
}

// press sends a form that the page shows, and waits until it is answered.
func (p *livePage) press(address string) {
	form, ok := formTo(p.shows, address)
	p.expect(ok, "a form for "+address+" among what came over the socket", "none")
	p.sent++
	message, err := json.Marshal(map[string]any{"id": p.sent, "url": address, "body": form.Encode()})
	p.expect(err == nil, "a form that can be sent", err)
	err = p.conn.WriteMessage(websocket.TextMessage, message)
	p.expect(err == nil, "to send a form over the socket", err)
	limit, what := time.Now().Add(patience), "an answer to POST "+address
	for {
		answer := p.read(what, limit)
		if answer == nil {
			continue
		}
		p.expect(answer.ID == p.sent && answer.Status == http.StatusOK, "POST "+address+" over the socket to be answered with 200", fmt.Sprintf("%d for form %d: %s", answer.Status, answer.ID, answer.Body))
		return
	}
}

// read reads a message: it gives the answer to a form, and puts what is pushed with
// the unseen. what says for what it is waited.
func (p *livePage) read(what string, limit time.Time) *socketAnswer {
	err := p.conn.SetReadDeadline(limit)
	p.expect(err == nil, what, err)
	_, message, err := p.conn.ReadMessage()
	if err != nil && !time.Now().Before(limit) {
		err = fmt.Errorf("nothing on %s's socket for %v", p.name, patience)
	}
	p.expect(err == nil, what, err)
	switch {
	case len(message) == 0: // says that the connection is alive
	case message[0] == '{':
		var answer socketAnswer
		err := json.Unmarshal(message, &answer)
		p.expect(err == nil, "an answer in JSON", err)
		return &answer
	default:
		fragment, err := parseFragment(string(message))
		p.expect(err == nil, "HTML", err)
		p.unseen = append(p.unseen, fragment)
	}
	return nil
}
