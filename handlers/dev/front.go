package main

import (
	"bytes"
	"embed"
	"io"
	"log"
	"net/http"
	"net/http/httputil"
	"strconv"
	"strings"

	"github.com/gorilla/websocket"
)

// The addresses that are answered here; all others are the program's.
const (
	changesURL = "/dev/changes" // the socket over which pages hear of changes
	filesURL   = "/dev/files/"
)

// askAgain is after how many seconds a page asks again that could not be shown.
const askAgain = 2

//go:embed dev.css dev.js
var files embed.FS

// front answers browsers: it hands requests to the program that runs, and adds to each
// page the script that keeps it as the files are.
type front struct {
	workshop *workshop
	files    http.Handler
	program  http.RoundTripper
}

func newFront(w *workshop) *front {
	return &front{
		workshop: w, files: http.StripPrefix(filesURL, http.FileServerFS(files)),
		program: &http.Transport{DisableCompression: true},
	}
}

func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.URL.Path == changesURL:
		f.tell(w, r)
	case strings.HasPrefix(r.URL.Path, filesURL):
		w.Header().Set("Cache-Control", "no-cache")
		f.files.ServeHTTP(w, r)
	default:
		f.pass(w, r)
	}
}

// message is what pages hear of a change.
type message struct {
	shown
	Failure string `json:"failure"` // as HTML; empty for none
}

// tell tells a page of the present state and of each that follows, until it goes.
func (f *front) tell(w http.ResponseWriter, r *http.Request) {
	line, err := new(websocket.Upgrader).Upgrade(w, r, nil)
	if err != nil {
		return // it has been answered
	}
	defer line.Close()
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		_, _, _ = line.NextReader() // a page says nothing, so this waits for it to go
	}()
	for {
		now, changed := f.workshop.look()
		news := message{shown: now.shown}
		if now.failure != nil {
			var html strings.Builder
			if err := failureBox(now.failure).Render(r.Context(), &html); err != nil {
				return
			}
			news.Failure = html.String()
		}
		if err := line.WriteJSON(news); err != nil {
			return
		}
		select {
		case <-changed:
		case <-gone:
			return
		}
	}
}

// pass hands a request to the program. While there is none of the present files, pages
// give way to what is wrong; what open pages ask for is still answered by the program
// before, so that a game goes on.
func (f *front) pass(w http.ResponseWriter, r *http.Request) {
	now, changed := f.workshop.look()
	for now.program == nil && now.failure == nil { // the first build is under way
		select {
		case <-changed:
			now, changed = f.workshop.look()
		case <-r.Context().Done():
			return
		}
	}
	if now.program == nil || now.failure != nil && now.failure.Down && showsPage(r) {
		now.answer(w, r)
		return
	}
	proxy := httputil.ReverseProxy{
		Transport: f.program,
		Rewrite: func(p *httputil.ProxyRequest) {
			p.SetURL(now.program.address)
			p.Out.Host = p.In.Host
			p.Out.Header.Del("Accept-Encoding") // a page must be read to get its script
		},
		ModifyResponse: now.addScript,
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, err error) {
			w.Header().Set("Retry-After", strconv.Itoa(askAgain))
			http.Error(w, "The program does not answer: "+err.Error(), http.StatusServiceUnavailable)
		},
		ErrorLog: log.New(io.Discard, "", 0), // of connections that a page or a stop has cut
	}
	proxy.ServeHTTP(w, r)
}

// showsPage reports whether a browser asks for a page to show in its window, and not a
// script, a frame or an element for something else.
func showsPage(r *http.Request) bool {
	if destination := r.Header.Get("Sec-Fetch-Dest"); destination != "" {
		return destination == "document"
	}
	return r.Header.Get("HX-Request") == "" && strings.Contains(r.Header.Get("Accept"), "text/html")
}

// answer says what is wrong, in a page that goes away by itself.
func (s state) answer(w http.ResponseWriter, r *http.Request) {
	var page bytes.Buffer
	if err := failurePage(s).Render(r.Context(), &page); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'self'")
	h.Set("Cache-Control", "no-store")
	h.Set("Retry-After", strconv.Itoa(askAgain))
	w.WriteHeader(http.StatusServiceUnavailable)
	_, _ = page.WriteTo(w) // the browser may have gone
}

// addScript puts the script into a page; streams and all else stay as they are.
func (s state) addScript(response *http.Response) error {
	if response.ContentLength <= 0 || response.Request.Method == http.MethodHead || !strings.HasPrefix(response.Header.Get("Content-Type"), "text/html") {
		return nil
	}
	page, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	response.Body.Close()
	before, after, isPage := bytes.Cut(page, []byte("</head>"))
	if isPage {
		var whole bytes.Buffer
		whole.Write(before)
		if err := s.script().Render(response.Request.Context(), &whole); err != nil {
			return err
		}
		whole.WriteString("</head>")
		whole.Write(after)
		page = whole.Bytes()
	}
	response.Body = io.NopCloser(bytes.NewReader(page))
	response.ContentLength = int64(len(page))
	response.Header.Set("Content-Length", strconv.Itoa(len(page)))
	return nil
}
