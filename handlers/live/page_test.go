package live

import (
	"context"
	"fmt"
	"html"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"testing"
)

// table is a site of one live page, with all that a page of ours may hold, for
// the tests in a browser.
type table struct {
	*state
	url string

	answering sync.WaitGroup
	server    *http.Server
	hub       *Hub // replaced when the server is started again

	posts chan string   // the path of each form that arrived
	hold  chan struct{} // when not nil, answers to /move wait for it
	mute  bool          // moves are stored and answered, but not pushed
	gone  bool          // the viewer has logged out
	wait  bool          // it is somebody else's turn
	early bool          // the game has not begun
	live  string        // address of the stream
	clock string        // attribute for a version that is a clock's
}

func newTable(t *testing.T) *table {
	t.Helper()
	p := &table{state: newState(), posts: make(chan string, 10), live: "/live"}
	p.start(t, "127.0.0.1:0")
	t.Cleanup(p.stop)
	return p
}

// start serves the page, and stop ends it as a crash would: nothing is said to
// the browser.
func (p *table) start(t *testing.T, address string) {
	t.Helper()
	listener, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	p.url = "http://" + listener.Addr().String()
	p.hub = NewHub(Options{Log: slog.New(slog.DiscardHandler),
		Render: func(context.Context, Key) (Fragment, error) {
			p.mu.Lock()
			defer p.mu.Unlock()
			return Fragment{p.versions["room"], []byte(p.page())}, nil
		}})
	p.server = &http.Server{Handler: p.routes(p.hub)}
	p.answering.Go(func() { p.server.Serve(listener) })
}

func (p *table) stop() {
	p.server.Close()
	p.hub.Shutdown()
	p.answering.Wait()
}

// move stores a move and pushes it.
func (p *table) move() {
	v := p.store("room")
	p.hub.Changed("room", v)
}

// turn stores and pushes a move after which it is the viewer's turn, or others'.
func (p *table) turn(of string) {
	p.mu.Lock()
	p.wait = of != "viewer"
	p.mu.Unlock()
	p.move()
}

// page is the live element; the caller holds p.mu.
func (p *table) page() string {
	v := p.versions["room"]
	log := ""
	for n := v; n > 0; n-- {
		log += fmt.Sprintf("<li>Move %d</li>", n)
	}
	roll := ""
	if !p.wait {
		roll = fmt.Sprintf(`<form id="roll" method="post" action="/move" hx-post="/move" hx-target="#page" hx-swap="outerMorph" hx-sync="drop"><input type="hidden" name="n" value="%d"><button id="move-0">Roll</button></form>`, v)
	}
	turn := ""
	if !p.early {
		turn = fmt.Sprintf(`<section id="turn" tabindex="-1">%s</section>`, roll)
	}
	return fmt.Sprintf(`<div id="page" data-version="%d" data-title="Move %d" data-live="%s" %s>
<h1>Move %d%s</h1>
<ol id="log" tabindex="0">%s</ol>
%s
<form id="talk" method="post" action="/talk" hx-post="/talk" hx-target="#page" hx-swap="outerMorph" hx-sync="drop">
<input name="say" value=""><textarea name="more"></textarea><input type="checkbox" name="loud"><select name="to"><option>all</option><option>Ben</option></select><button>Say</button></form>
<details><summary>Players</summary><p>%d</p></details>
<div class="tall"></div>
</div>`, v, v, p.live, p.clock, v, p.text, log, turn, v)
}

const notice = `<div id="notice" role="status">%s</div>`

func (p *table) document() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	body := p.page()
	if p.gone {
		body = `<div id="page"><h1>Logged out</h1></div>`
	}
	return `<!doctype html><html lang="en"><head><title>Table</title>
<meta name="htmx-config" content='{"includeIndicatorCSS":false,"history":false,"morphIgnore":["data-htmx-powered","open"]}'>
<link rel="stylesheet" href="/site.css"><link rel="icon" href="data:,">
<script src="/js/htmx.min.js" defer></script><script src="/js/live.js" defer></script></head>
<body data-failed="` + html.EscapeString(fmt.Sprintf(notice, "The site can't be reached.")) + `">` +
		fmt.Sprintf(notice, "") + body + `</body></html>`
}

// answer sends a form's answer, with what the notice says.
func (p *table) answer(w http.ResponseWriter, status int, text, page string) {
	w.WriteHeader(status)
	fmt.Fprintf(w, notice, text)
	io.WriteString(w, page)
}

func (p *table) routes(hub *Hub) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /js/", http.StripPrefix("/js/", http.FileServer(http.Dir("../../public/js"))))
	mux.HandleFunc("GET /site.css", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/css")
		io.WriteString(w, ".tall{height:3000px} #log{height:60px;overflow:auto}")
	})
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, p.document()) })
	mux.HandleFunc("GET /other", func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, `<!doctype html><title>Other</title><div id="page"><h1>Other</h1></div>`)
	})
	stream := func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		gone := p.gone
		p.mu.Unlock()
		if gone {
			RefuseSSE(w)
			return
		}
		c := hub.Subscribe("ada", Key{"room", r.URL.Path})
		defer c.Close()
		ServeSSE(w, r, c)
	}
	mux.HandleFunc("GET /live", stream)
	mux.HandleFunc("GET /live/next", stream)

	mux.HandleFunc("POST /move", func(w http.ResponseWriter, r *http.Request) {
		p.posts <- r.URL.Path
		v := p.store("room")
		p.mu.Lock()
		page, mute, hold := p.page(), p.mute, p.hold
		p.mu.Unlock()
		if !mute {
			hub.Changed("room", v)
		}
		if hold != nil {
			<-hold
		}
		p.answer(w, http.StatusOK, "Thank you.", page)
	})
	mux.HandleFunc("POST /talk", func(w http.ResponseWriter, r *http.Request) {
		p.posts <- r.URL.Path
		switch r.FormValue("say") {
		case "redirect":
			http.Redirect(w, r, "/other", http.StatusSeeOther)
		case "hx-redirect":
			w.Header().Set("HX-Redirect", "/other")
		case "proxy":
			w.WriteHeader(http.StatusBadGateway)
			io.WriteString(w, "<html><body><h1>Bad gateway</h1></body></html>")
		case "crash":
			panic(http.ErrAbortHandler)
		default:
			p.mu.Lock()
			page := p.page()
			p.mu.Unlock()
			p.answer(w, http.StatusUnprocessableEntity, "Say it nicely.", page)
		}
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src 'self'; img-src 'self' data:")
		mux.ServeHTTP(w, r)
	})
}
