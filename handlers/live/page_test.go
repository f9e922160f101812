package live

import (
	"context"
	"errors"
	"fmt"
	"html"
	"io"
	"log"
	"log/slog"
	"maps"
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

	posts     chan post      // each form that arrived
	hold      chan struct{}  // when not nil, answers to /move wait for it
	late      chan struct{}  // when not nil, answers of edgeFetch wait for it
	refused   map[edge]int   // with what status; silent opens, but says nothing
	asked     map[edge]int   // how often
	open      map[*wire]edge // streams and sockets
	times     edgeTimes      // of those
	behind    bool           // sockets are told of version 1 for ever
	loads     int            // of the page
	transport string         // that the page is to use
	mute      bool           // moves are stored and answered, but not pushed
	gone      bool           // the viewer has logged out
	wait      bool           // it is somebody else's turn
	early     bool           // the game has not begun
	keep      bool           // the page is to be kept up to date while hidden
	live      string         // address of the stream
	clock     string         // attribute for a version that is a clock's
}

// edge is how the page asks for news.
type edge string

const (
	edgeSSE    edge = "sse"
	edgeSocket edge = "socket"
	edgeFetch  edge = "fetch"
)

const silent = -1

// post is a form that arrived at a path.
type post struct {
	path       string
	overSocket bool
}

func newTable(t *testing.T) *table {
	t.Helper()
	p := &table{state: newState(), posts: make(chan post, 10), live: "/live?as=me", transport: "auto", times: sseTimes,
		refused: make(map[edge]int), open: make(map[*wire]edge), asked: make(map[edge]int)}
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
		Render: func(_ context.Context, key Key, _ int64) (Fragment, error) {
			p.mu.Lock()
			defer p.mu.Unlock()
			switch key.Topic {
			case "nothing":
				return Fragment{}, errors.New("says nothing")
			case "behind":
				return Fragment{Version: 1, HTML: []byte(p.pageAt(1))}, nil
			}
			return Fragment{Version: p.versions["room"], HTML: []byte(p.page())}, nil
		}})
	p.server = &http.Server{Handler: p.routes(p.hub), ErrorLog: log.New(io.Discard, "", 0),
		ConnContext: func(ctx context.Context, c net.Conn) context.Context {
			return context.WithValue(ctx, wireOf{}, c)
		}}
	p.answering.Go(func() { p.server.Serve(wires{listener, p}) })
}

func (p *table) stop() {
	p.server.Close()
	p.cut(edgeSSE) // which are no longer the server's
	p.cut(edgeSocket)
	p.hub.Shutdown()
	p.answering.Wait()
}

// wire is a network connection of a table, and wires makes them.
type wire struct {
	net.Conn
	table *table
}

type wires struct {
	net.Listener
	table *table
}

func (l wires) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &wire{c, l.table}, nil
}

func (w *wire) Close() error {
	w.table.set(func() { delete(w.table.open, w) })
	return w.Conn.Close()
}

// wireOf is the key of a request's wire in its context.
type wireOf struct{}

// cut ends the connections of an edge as a broken cable would.
func (p *table) cut(of edge) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for wire, edge := range p.open {
		if edge == of {
			wire.Conn.Close()
		}
	}
}

// refuse has an edge answer with a status from now on, or work again with 0.
func (p *table) refuse(status int, edges ...edge) {
	p.set(func() {
		for _, edge := range edges {
			p.refused[edge] = status
		}
	})
}

// connections counts the streams and sockets that are open.
func (p *table) connections() map[edge]int {
	p.mu.Lock()
	defer p.mu.Unlock()
	counts := make(map[edge]int)
	for edge := range maps.Values(p.open) {
		counts[edge]++
	}
	return counts
}

// requests is how often an edge was asked for.
func (p *table) requests(of edge) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.asked[of]
}

// move stores a move and pushes it.
func (p *table) move() {
	v := p.store("room")
	p.hub.Changed(context.Background(), "room", v)
}

// turn stores and pushes a move after which it is the viewer's turn, or others'.
func (p *table) turn(of string) {
	p.mu.Lock()
	p.wait = of != "viewer"
	p.mu.Unlock()
	p.move()
}

// page is the live element; the caller holds p.mu.
func (p *table) page() string { return p.pageAt(p.versions["room"]) }

func (p *table) pageAt(v int64) string {
	log := ""
	for n := v; n > 0; n-- {
		log += fmt.Sprintf("<li>Move %d</li>", n)
	}
	roll := ""
	if !p.wait {
		roll = fmt.Sprintf(`<form id="roll" method="post" action="/move" data-hx-post="/move" data-hx-target="#page" data-hx-swap="outerMorph" data-hx-sync="drop"><input type="hidden" name="n" value="%d"><button id="move-0">Roll</button></form>`, v)
	}
	turn := ""
	if !p.early {
		turn = fmt.Sprintf(`<section id="turn" class="turn" tabindex="-1">%s</section>`, roll)
	}
	keep := ""
	if p.keep {
		keep = "data-keep"
	}
	return fmt.Sprintf(`<div id="page" data-version="%d" data-title="Move %d" data-live="%s" %s %s>
<h1>Move %d%s</h1>
<ol id="log" tabindex="0">%s</ol>
%s
<form id="talk" method="post" action="/talk" data-hx-post="/talk" data-hx-target="#page" data-hx-swap="outerMorph" data-hx-sync="drop">
<input name="say" value=""><textarea name="more"></textarea><input type="checkbox" name="loud"><select name="to"><option>all</option><option>Ben</option></select><button>Say</button></form>
<details><summary>Players</summary><p>%d</p></details>
<div class="tall"></div>
</div>`, v, v, p.live, p.clock, keep, v, p.text, log, turn, v)
}

const notice = `<div id="notice" role="status">%s</div>`

func (p *table) document() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.loads++
	return `<!doctype html><html lang="en"><head><title>Table</title>
<meta name="htmx-config" content='{"includeIndicatorCSS":false,"history":false,"morphIgnore":["data-htmx-powered","open"]}'>
<link rel="stylesheet" href="/site.css"><link rel="icon" href="data:,">
<script src="/js/htmx.min.js" defer></script><script src="/js/live.js" defer></script><script src="/js/page.js" defer></script></head>
<body data-transport="` + p.transport + `" data-failed="` + html.EscapeString(fmt.Sprintf(notice, "The site can't be reached.")) + `">` +
		fmt.Sprintf(notice, "") + p.page() + `</body></html>`
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
	mux.HandleFunc("GET /login", func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, `<!doctype html><title>Log in</title><h1>Log in</h1>`)
	})
	mux.HandleFunc("GET /other", func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, `<!doctype html><title>Other</title><div id="page"><h1>Other</h1></div>`)
	})
	stream := func(w http.ResponseWriter, r *http.Request) { p.stream(w, r, hub, mux) }
	mux.HandleFunc("GET /live", stream)
	mux.HandleFunc("GET /live/next", stream)

	mux.HandleFunc("POST /move", func(w http.ResponseWriter, r *http.Request) {
		p.posts <- post{r.URL.Path, OverSocket(r)}
		v := p.store("room")
		p.mu.Lock()
		page, mute, hold := p.page(), p.mute, p.hold
		p.mu.Unlock()
		if !mute {
			hub.Changed(context.Background(), "room", v)
		}
		if hold != nil {
			<-hold
		}
		p.answer(w, http.StatusOK, "Thank you.", page)
	})
	mux.HandleFunc("/talk", func(w http.ResponseWriter, r *http.Request) {
		p.posts <- post{r.URL.Path, OverSocket(r)}
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

// stream is the address of the page's news, whichever way it asks for them.
func (p *table) stream(w http.ResponseWriter, r *http.Request, hub *Hub, forms http.Handler) {
	edge := edgeFetch
	switch {
	case r.Header.Get("Upgrade") != "":
		edge = edgeSocket
	case r.Header.Get("Accept") == "text/event-stream":
		edge = edgeSSE
	}
	p.mu.Lock()
	p.asked[edge]++
	status, gone, behind, late := p.refused[edge], p.gone, p.behind, p.late
	p.mu.Unlock()
	if late != nil && edge == edgeFetch {
		<-late
	}
	switch {
	case status > 0:
		w.WriteHeader(status)
		return
	case gone && edge == edgeFetch:
		w.Header().Set("HX-Redirect", "/login")
		return
	case gone:
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	key := Key{"room", r.URL.Path}
	if status == silent {
		key.Topic = "nothing"
	} else if behind && edge == edgeSocket {
		key.Topic = "behind"
	}
	c := hub.Subscribe(Viewer{Session: "ada"}, key)
	if edge == edgeFetch {
		news, err := Present(r.Context(), c, 0)
		if err != nil {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		w.Write(news)
		return
	}
	p.set(func() { p.open[r.Context().Value(wireOf{}).(*wire)] = edge })
	if edge == edgeSSE {
		serveSSE(w, c, p.times)
	} else {
		serveSocket(w, r, c, forms, p.times)
	}
}
