package live

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// grow serves a document to a client that reads it all.
func grow(c *Conn, d Document) *taken {
	w := newTaken()
	ServeDocument(w, c, d)
	return w
}

// pieces are what stands round fragments.
func pieces(texts ...string) (around [][]byte) {
	for _, text := range texts {
		around = append(around, []byte(text))
	}
	return around
}

func TestADocumentGrowsByAWholeStateForEachChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newState()
		s.text = `<i id="x">`
		h := newHub(t, s.render)
		c := h.Subscribe(Viewer{}, lobby, seat)
		defer c.Close()
		synctest.Wait()
		w := grow(c, Document{Head: []byte("<head>"), Around: pieces("<a>", "<b>", "<c>"), Beat: []byte("<beat>")})
		w.wants(t, `<head><div class="state"><a>lobby/all at 0<i id="x-0"><b>room/seat at 0<i id="x-0"><c></div><beat>`)
		h.Changed(context.Background(), "room", s.store("room"))
		w.wants(t, `<div class="state"><a>lobby/all at 0<i id="x-0"><b>room/seat at 1<i id="x-1"><c></div><beat>`)
		h.Changed(context.Background(), "lobby", s.store("lobby"))
		w.wants(t, `<div class="state"><a>lobby/all at 1<i id="x-1"><b>room/seat at 1<i id="x-1"><c></div><beat>`)
		for _, line := range []string{"Content-Type: text/html; charset=utf-8", "Cache-Control: no-store", "X-Accel-Buffering: no", "Connection: close"} {
			if !strings.Contains(w.head, "\r\n"+line+"\r\n") {
				t.Errorf("the head lacks %q: %q", line, w.head)
			}
		}
	})
}

func TestADocumentShowsNoStateOfWhichAPieceIsMissing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newState()
		read := make(chan struct{})
		h := newHub(t, func(ctx context.Context, key Key, _ int64) (Fragment, error) {
			if key == seat {
				<-read
			}
			return s.render(ctx, key, 0)
		})
		c := h.Subscribe(Viewer{}, lobby, seat)
		w := grow(c, Document{Head: []byte("<head>"), Around: pieces("", "|", ""), Beat: []byte("<beat>")})
		w.wants(t, "<head>")
		time.Sleep(documentTimes.beat)
		w.wants(t, "<beat>") // but for saying that it is alive
		close(read)
		w.wants(t, `<div class="state">lobby/all at 0|room/seat at 0</div><beat>`)
	})
}

func TestAQuietDocumentBeats(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHub(t, newState().render)
		c := h.Subscribe(Viewer{}, seat)
		w := grow(c, Document{Around: pieces("", ""), Beat: []byte("<beat>")})
		w.wants(t, `<div class="state">room/seat at 0</div><beat>`)
		time.Sleep(3*documentTimes.beat + time.Second)
		w.wants(t, "<beat><beat><beat>")
	})
}

func TestADocumentForOnceEndsAfterItsFirstState(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHub(t, newState().render)
		c := h.Subscribe(Viewer{}, seat)
		w := grow(c, Document{Head: []byte("<head>"), Around: pieces("", ""), Beat: []byte("<beat>"), Once: true})
		w.wants(t, `<head><div class="state">room/seat at 0</div><beat>`)
		if !w.ended.Load() {
			t.Error("the document goes on")
		}
	})
}

func TestADocumentEndsWithItsSessionTheSiteAndTheReader(t *testing.T) {
	for name, end := range map[string]func(h *Hub, c *Conn, w *taken){
		"session":    func(h *Hub, _ *Conn, _ *taken) { h.DropSession("ada") },
		"site":       func(h *Hub, _ *Conn, _ *taken) { h.Shutdown() },
		"connection": func(_ *Hub, c *Conn, _ *taken) { c.Close() },
		"reader":     func(_ *Hub, _ *Conn, w *taken) { w.client.Close() },
		"a speaker":  func(_ *Hub, _ *Conn, w *taken) { w.client.Write([]byte("GET /")) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := newHub(t, newState().render)
				c := h.Subscribe(Viewer{Session: "ada"}, seat)
				w := grow(c, Document{Around: pieces("", "")})
				w.wants(t, `<div class="state">room/seat at 0</div>`)
				end(h, c, w)
				w.wants(t, "")
				if !w.ended.Load() || len(h.topics) != 0 {
					t.Error("the document goes on")
				}
			})
		})
	}
}

func TestADocumentOfASiteThatStopsIsRefused(t *testing.T) {
	h := newHub(t, newState().render)
	h.Shutdown()
	w := httptest.NewRecorder()
	ServeDocument(w, h.Subscribe(Viewer{}, seat), Document{Head: []byte("<head>")})
	if w.Code != http.StatusServiceUnavailable || w.Body.Len() != 0 {
		t.Errorf("the answer is %d %q, want 503", w.Code, w.Body)
	}
}

func TestALongDocumentEnds(t *testing.T) {
	for name, c := range map[string]struct {
		text, beat string
		states     int
	}{
		"states":        {"", "", statesMost},
		"bytes":         {strings.Repeat(".", documentMost/10), "", 10},
		"bytes of beat": {"", strings.Repeat(".", documentMost/10), 10},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newState()
				s.text = c.text
				h := newHub(t, s.render)
				conn := h.Subscribe(Viewer{}, seat)
				w := grow(conn, Document{Around: pieces("", ""), Beat: []byte(c.beat)})
				synctest.Wait()
				for n := 1; !w.ended.Load(); n++ {
					if n > c.states {
						t.Fatalf("the document goes on after %d states", n)
					}
					h.Changed(context.Background(), "room", s.store("room"))
					synctest.Wait()
				}
				if got := bytes.Count(w.body.Bytes(), stateBegin); got != c.states {
					t.Errorf("the document has %d states, want %d", got, c.states)
				}
			})
		})
	}
}

func TestADocumentOfNothingButBeatsEndsToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHub(t, newState().render)
		c := h.Subscribe(Viewer{}, seat)
		w := grow(c, Document{Around: pieces("", ""), Beat: make([]byte, documentMost/10)})
		time.Sleep(11 * documentTimes.beat)
		if synctest.Wait(); !w.ended.Load() {
			t.Error("the document goes on")
		}
	})
}

func TestADocumentThatEndsIsWhole(t *testing.T) {
	s := newSite(t, documentTimes, nil)
	s.document.Once = true
	body, err := io.ReadAll(s.get(t, "/document").Body) // an error if it were cut
	want := `<body><div class="state">before room/seat at 0 after</div><a class=beat></a>`
	if string(body) != want || err != nil {
		t.Errorf("received %q, %v; want %q", body, err, want)
	}
}

func TestThePresentStateIsWhatAllSlotsShow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newState()
		h := newHub(t, func(ctx context.Context, key Key, _ int64) (Fragment, error) {
			if key == seat {
				time.Sleep(time.Second)
			}
			return s.render(ctx, key, 0)
		})
		c := h.Subscribe(Viewer{Session: "ada"}, seat, lobby)
		defer c.Close()
		if html, err := Present(t.Context(), c, 0); string(html) != "room/seat at 0lobby/all at 0" || err != nil {
			t.Errorf("Present = %q, %v", html, err)
		}
		h.DropSession("ada")
		if html, err := Present(t.Context(), c, 0); html != nil || !errors.Is(err, ErrDropped) {
			t.Errorf("after the session's end Present = %q, %v", html, err)
		}
	})
}

func TestThePresentStateIsNotWaitedForLongerThanItsRendering(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newState()
		s.err = errors.New("database away")
		h := newHub(t, s.render)
		c := h.Subscribe(Viewer{}, seat)
		defer c.Close()
		began := time.Now()
		if html, err := Present(t.Context(), c, 0); html != nil || !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != renderTimeout {
			t.Errorf("Present = %q, %v after %v", html, err, time.Since(began))
		}
	})
}
