package main

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/gorilla/websocket"
)

// stage is a front before a program that the test plays.
func stage(t *testing.T, play http.HandlerFunc) (*workshop, *httptest.Server) {
	t.Helper()
	behind := httptest.NewServer(play)
	t.Cleanup(behind.Close)
	address, err := url.Parse(behind.URL)
	if err != nil {
		t.Fatal(err)
	}
	w := newWorkshop(t.TempDir(), t.TempDir(), io.Discard)
	w.now.program = &program{address: address}
	front := httptest.NewServer(newFront(w))
	t.Cleanup(front.Close)
	return w, front
}

const page = `<!doctype html><html><head><title>Lobby</title></head><body></body></html>`

func answerPage(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = io.WriteString(w, page)
}

// ask asks the front as a browser does for a page of its window, or as the header says.
func ask(t *testing.T, address string, header http.Header) (*http.Response, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header = header
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, string(body)
}

var (
	forPage  = http.Header{"Sec-Fetch-Dest": {"document"}}
	forNews  = http.Header{"Sec-Fetch-Dest": {"empty"}, "Accept": {"text/event-stream"}}
	asLynx   = http.Header{"Accept": {"text/html, text/plain"}}
	asScript = http.Header{"Accept": {"text/html"}, "Hx-Request": {"true"}}
)

func TestAPageGetsTheScriptAndAllElseIsAsItWas(t *testing.T) {
	w, front := stage(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			answerPage(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/css")
		_, _ = io.WriteString(w, page)
	})
	w.now.Styles = 4
	if response, got := ask(t, front.URL+"/", forPage); response.StatusCode != http.StatusOK ||
		!strings.Contains(got, `<title>Lobby</title><script src="/dev/files/dev.js" data-shown="{&#34;build&#34;:`) || !strings.Contains(got, `&#34;styles&#34;:4,`) {
		t.Errorf("%s\n%s", response.Status, got)
	}
	if _, got := ask(t, front.URL+"/site.css", forPage); got != page {
		t.Errorf("what is no page is %s", got)
	}
	for _, name := range []string{"dev.js", "dev.css"} {
		if response, got := ask(t, front.URL+filesURL+name, nil); response.StatusCode != http.StatusOK || got == "" {
			t.Errorf("%s: %s", name, response.Status)
		}
	}
}

func TestTheProgramSeesTheAddressThatTheBrowserHas(t *testing.T) {
	var host string
	_, front := stage(t, func(w http.ResponseWriter, r *http.Request) { host = r.Host })
	ask(t, front.URL+"/", forPage)
	if front.URL != "http://"+host {
		t.Errorf("%s instead of %s", host, front.URL)
	}
}

func TestWhileTheFilesCantBeBuiltPagesSayWhyAndWhatIsOpenGoesOn(t *testing.T) {
	w, front := stage(t, answerPage)
	w.change(func(s *state) {
		s.failure = failed(w.root, "The program can’t be built", "views/lobby.go:12:5: undefined: <Departure>", true)
	})
	for name, header := range map[string]http.Header{"a browser": forPage, "lynx": asLynx} {
		response, got := ask(t, front.URL+"/", header)
		if response.StatusCode != http.StatusServiceUnavailable || response.Header.Get("Retry-After") == "" ||
			!strings.Contains(got, "<b>views/lobby.go:12:5</b> undefined: &lt;Departure&gt;") || !strings.Contains(got, `http-equiv="refresh"`) {
			t.Errorf("%s: %s\n%s", name, response.Status, got)
		}
	}
	for name, header := range map[string]http.Header{"a stream": forNews, "a form": asScript} {
		if response, _ := ask(t, front.URL+"/", header); response.StatusCode != http.StatusOK {
			t.Errorf("%s: %s", name, response.Status)
		}
	}
	w.change(func(s *state) { s.program = nil })
	if response, _ := ask(t, front.URL+"/", forNews); response.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("without a program: %s", response.Status)
	}
	w.change(func(s *state) { s.failure = failed(w.root, "Something has gone wrong in the program", "panic", false) })
	w.change(func(s *state) { s.program = &program{address: &url.URL{Scheme: "http", Host: "127.0.0.1:1"}} })
	if response, got := ask(t, front.URL+"/", forPage); response.StatusCode != http.StatusServiceUnavailable || !strings.Contains(got, "does not answer") {
		t.Errorf("with a program that does not answer: %s %s", response.Status, got)
	}
}

// waited is a context that tells when somebody waits for its end.
type waited struct {
	context.Context
	begins func()
}

func (w waited) Done() <-chan struct{} {
	w.begins()
	return w.Context.Done()
}

func TestARequestWaitsForTheFirstBuild(t *testing.T) {
	w, _ := stage(t, answerPage)
	var built *program
	w.change(func(s *state) { built, s.program = s.program, nil })
	waits, answered := make(chan struct{}), make(chan *httptest.ResponseRecorder)
	request := httptest.NewRequestWithContext(waited{t.Context(), sync.OnceFunc(func() { close(waits) })}, http.MethodGet, "/", nil)
	go func() {
		answer := httptest.NewRecorder()
		newFront(w).ServeHTTP(answer, request)
		answered <- answer
	}()
	<-waits
	w.change(func(s *state) { s.program = built })
	if answer := <-answered; answer.Code != http.StatusOK || !strings.Contains(answer.Body.String(), "Lobby") {
		t.Errorf("it is answered with %d %s", answer.Code, answer.Body)
	}
}

func TestAnOpenPageHearsOfEachChange(t *testing.T) {
	w, front := stage(t, answerPage)
	line, _, err := websocket.DefaultDialer.DialContext(t.Context(), "ws"+strings.TrimPrefix(front.URL, "http")+changesURL, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer line.Close()
	hear := func() (news message) {
		t.Helper()
		if err := line.ReadJSON(&news); err != nil {
			t.Fatal(err)
		}
		return news
	}
	first := hear()
	w.change(func(s *state) { s.Styles++ })
	if news := hear(); news.Styles != first.Styles+1 || news.Build != first.Build || news.Failure != "" {
		t.Errorf("after a style sheet: %+v", news)
	}
	w.change(func(s *state) { s.failure = failed(w.root, "The program has ended", "panic: <x>", true) })
	if news := hear(); !strings.Contains(news.Failure, "panic: &lt;x&gt;") {
		t.Errorf("after a failure: %+v", news)
	}
	w.change(func(s *state) { s.Build++; s.failure = nil })
	if news := hear(); news.Build != first.Build+1 || news.Failure != "" {
		t.Errorf("after a build: %+v", news)
	}
}

func TestStreamsAndSocketsPassAsTheyCome(t *testing.T) {
	more := map[string]chan string{"text/event-stream": make(chan string), "text/html; charset=utf-8": make(chan string)}
	_, front := stage(t, func(w http.ResponseWriter, r *http.Request) {
		if websocket.IsWebSocketUpgrade(r) {
			line, err := new(websocket.Upgrader).Upgrade(w, r, nil)
			if err != nil {
				t.Error(err)
				return
			}
			defer line.Close()
			_, said, err := line.ReadMessage()
			if err == nil {
				err = line.WriteMessage(websocket.TextMessage, append([]byte("you said "), said...))
			}
			if err != nil {
				t.Error(err)
			}
			return
		}
		media := r.URL.Query().Get("as")
		w.Header().Set("Content-Type", media)
		_ = http.NewResponseController(w).Flush()
		for text := range more[media] {
			_, _ = io.WriteString(w, text)
			_ = http.NewResponseController(w).Flush()
		}
	})
	for media, more := range more {
		response, err := http.Get(front.URL + "/live?as=" + url.QueryEscape(media))
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		for _, text := range []string{"<head></head>one", "two"} {
			go func() { more <- text }()
			got := make([]byte, len(text))
			if _, err := io.ReadFull(response.Body, got); err != nil || string(got) != text {
				t.Errorf("%s: %q, %v, want %q", media, got, err, text)
			}
		}
		close(more)
	}
	line, _, err := websocket.DefaultDialer.DialContext(t.Context(), "ws"+strings.TrimPrefix(front.URL, "http")+"/live", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer line.Close()
	if err := line.WriteMessage(websocket.TextMessage, []byte("roll")); err != nil {
		t.Fatal(err)
	}
	if _, said, err := line.ReadMessage(); err != nil || string(said) != "you said roll" {
		t.Errorf("%q, %v", said, err)
	}
}
