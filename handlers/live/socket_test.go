package live

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// takes reads messages until they are those wanted.
func takes(t *testing.T, ws *websocket.Conn, want ...string) {
	t.Helper()
	for _, want := range want {
		kind, got, err := ws.ReadMessage()
		if err != nil || kind != websocket.TextMessage || string(got) != want {
			t.Fatalf("received %q, %v; want %q", got, err, want)
		}
	}
}

// closes reads until the socket is closed with a code.
func closes(t *testing.T, ws *websocket.Conn, code int) {
	t.Helper()
	for {
		_, _, err := ws.ReadMessage()
		if err == nil {
			continue
		}
		if !websocket.IsCloseError(err, code) {
			t.Fatalf("the socket ends with %v, want the code %d", err, code)
		}
		return
	}
}

// send sends a text as a page does.
func send(t *testing.T, ws *websocket.Conn, text string) {
	t.Helper()
	if err := ws.WriteMessage(websocket.TextMessage, []byte(text)); err != nil {
		t.Fatal(err)
	}
}

func TestASocketBeginsWithThePresentStateAndGoesOnWithChanges(t *testing.T) {
	s := newSite(t, socketTimes, nil)
	s.text = "\r\n<p>ü\n"
	s.store("room")
	ws := s.socket(t, "")
	takes(t, ws, "room/seat at 1\r\n<p>ü\n")
	s.publish()
	takes(t, ws, "room/seat at 2\r\n<p>ü\n")
}

func TestFormsGoUpASocketAndTheirAnswersDown(t *testing.T) {
	s := newSite(t, socketTimes, nil)
	s.forms = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("move") == "" {
			w.WriteHeader(http.StatusUnprocessableEntity)
		}
		fmt.Fprintf(w, "<p>%s %s", r.URL, r.FormValue("move"))
	})
	ws := s.socket(t, "")
	takes(t, ws, "room/seat at 0")
	send(t, ws, `{"id":7,"url":"/rooms/x/move","body":"move=roll"}`)
	takes(t, ws, `{"id":7,"status":200,"body":"<p>/rooms/x/move roll"}`)
	send(t, ws, `{"id":8,"url":"/rooms/x/move"}`)
	takes(t, ws, `{"id":8,"status":422,"body":"<p>/rooms/x/move "}`)
	send(t, ws, `{"id":9,"url":"https://evil.example/"}`)
	takes(t, ws, `{"id":9,"status":400,"body":""}`)
	s.publish()
	takes(t, ws, "room/seat at 1")
}

func TestFragmentsComeWhileAFormIsAnswered(t *testing.T) {
	s := newSite(t, socketTimes, nil)
	came, leave := make(chan struct{}), make(chan struct{})
	s.forms = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		close(came)
		<-leave
		io.WriteString(w, "done")
	})
	ws := s.socket(t, "")
	takes(t, ws, "room/seat at 0")
	send(t, ws, `{"id":1,"url":"/slow"}`)
	<-came
	s.publish()
	takes(t, ws, "room/seat at 1")
	close(leave)
	takes(t, ws, `{"id":1,"status":200,"body":"done"}`)
}

// Fragments and answers are written by two goroutines, pongs by the library. The
// page reads only when both are waiting to write: its socket holds some 3 MB.
func TestAnswersAndFragmentsDoNotMix(t *testing.T) {
	const forms = framesAtOnce
	s := newSite(t, edgeTimes{beat: 5 * time.Millisecond, write: patience}, nil)
	s.text = strings.Repeat(".", 200_000)
	s.forms = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, s.text) })
	ws := s.socket(t, "")
	var publishing sync.WaitGroup
	publishing.Go(func() {
		for range 100 {
			s.publish()
		}
	})
	publishing.Go(func() {
		for i := range forms {
			send(t, ws, fmt.Sprintf(`{"id":%d,"url":"/"}`, i+1))
			ws.WriteControl(websocket.PingMessage, []byte("?"), time.Now().Add(patience))
		}
	})
	publishing.Wait()
	answers, last := 0, int64(-1)
	for answers < forms || last < 100 {
		_, message, err := ws.ReadMessage()
		if err != nil {
			t.Fatalf("after %d answers and version %d: %v", answers, last, err)
		}
		var a answer
		var v int64
		switch {
		case len(message) == 0: // a beat
		case json.Unmarshal(message, &a) == nil:
			if answers++; a.ID != int64(answers) || a.Body != s.text {
				t.Fatalf("answer %d is to form %d", answers, a.ID)
			}
		default:
			if _, err := fmt.Sscanf(string(message), "room/seat at %d...", &v); err != nil || v <= last || !strings.HasSuffix(string(message), s.text) {
				t.Fatalf("after version %d came %.40q", last, message)
			}
			last = v
		}
	}
}

func TestAQuietSocketBeatsAndPings(t *testing.T) {
	s := newSite(t, edgeTimes{beat: 50 * time.Millisecond, write: patience}, nil)
	s.ready(t)
	ws := s.socket(t, "")
	pings := 0
	ws.SetPingHandler(func(string) error { pings++; return nil })
	takes(t, ws, "room/seat at 0", "", "", "")
	if pings < 2 {
		t.Errorf("%d pings came between three beats", pings)
	}
}

// A page that has no forms to send is known to be there by its pongs alone, of
// which there would be none if news kept the socket from being pinged.
func TestABusySocketOutlivesTheLimitForPongs(t *testing.T) {
	const beat = 100 * time.Millisecond
	s := newSite(t, edgeTimes{beat: beat, write: 5 * beat}, nil)
	ws := s.socket(t, "")
	pings := 0
	answer := ws.PingHandler()
	ws.SetPingHandler(func(text string) error { pings++; return answer(text) })
	for start := time.Now(); time.Since(start) < 15*beat; { // twice the limit
		s.publish()
		if _, _, err := ws.ReadMessage(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(beat / 5)
	}
	if pings < 2 {
		t.Errorf("a busy socket was pinged %d times", pings)
	}
}

func TestAHalfOpenSocketIsDropped(t *testing.T) {
	for name, busy := range map[string]bool{"quiet": false, "busy": true} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, edgeTimes{beat: 30 * time.Millisecond, write: 30 * time.Millisecond}, nil)
			conn := s.dial(t, "socket") // which answers no ping
			if err := readUntil(conn, "room/seat at"); err != nil {
				t.Fatal(err)
			}
			eventually(t, "it is dropped", func() bool {
				if busy {
					s.publish()
				}
				return s.connections() == 0
			})
		})
	}
}

func TestAMessageThatIsNoFormClosesTheSocket(t *testing.T) {
	for name, c := range map[string]struct {
		kind int
		text string
		code int
	}{
		"not JSON":      {websocket.TextMessage, "roll", websocket.CloseInvalidFramePayloadData},
		"no number":     {websocket.TextMessage, `{"url":"/x"}`, websocket.CloseInvalidFramePayloadData},
		"a method":      {websocket.TextMessage, `{"id":1,"url":"/x","method":"GET"}`, websocket.CloseInvalidFramePayloadData},
		"empty":         {websocket.TextMessage, "", websocket.CloseInvalidFramePayloadData},
		"binary":        {websocket.BinaryMessage, `{"id":1,"url":"/x"}`, websocket.CloseUnsupportedData},
		"one too large": {websocket.TextMessage, form(frameMost + 1), websocket.CloseMessageTooBig},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, socketTimes, nil)
			s.forms = http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("it was dispatched") })
			ws := s.socket(t, "")
			ws.WriteMessage(c.kind, []byte(c.text)) // fails when the server has closed meanwhile
			closes(t, ws, c.code)
			eventually(t, "the connection is closed", func() bool { return s.connections() == 0 })
		})
	}
}

// form is a form of a size in bytes.
func form(size int) string {
	const head, tail = `{"id":1,"url":"/x","body":"a=`, `"}`
	return head + strings.Repeat("x", size-len(head)-len(tail)) + tail
}

func TestALargeFormIsAnswered(t *testing.T) {
	s := newSite(t, socketTimes, nil)
	s.forms = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, len(r.FormValue("a"))) })
	ws := s.socket(t, "")
	takes(t, ws, "room/seat at 0")
	send(t, ws, form(frameMost))
	takes(t, ws, `{"id":1,"status":200,"body":"65505"}`)
}

func TestTooManyFormsAreReadMoreSlowlyAndNoneIsLost(t *testing.T) {
	const late = 10
	s := newSite(t, socketTimes, nil)
	ws := s.socket(t, "")
	takes(t, ws, "room/seat at 0")
	began := time.Now()
	for i := range framesAtOnce + late {
		send(t, ws, fmt.Sprintf(`{"id":%d,"url":"/x"}`, i+1))
	}
	for i := range framesAtOnce + late {
		takes(t, ws, fmt.Sprintf(`{"id":%d,"status":404,"body":"404 page not found\n"}`, i+1))
	}
	if took, least := time.Since(began), late*time.Second/framesPerSecond; took < least*9/10 {
		t.Errorf("they took %v, want %v at least", took, least)
	}
}

func TestSocketsEndWithTheirSessionAndTheSite(t *testing.T) {
	s := newSite(t, socketTimes, nil)
	ada, ben := s.socket(t, "session=ada"), s.socket(t, "session=ben")
	takes(t, ada, "room/seat at 0")
	takes(t, ben, "room/seat at 0")
	s.hub.DropSession("ada")
	closes(t, ada, closeEnded)
	s.publish()
	takes(t, ben, "room/seat at 1")
	s.hub.Shutdown()
	closes(t, ben, websocket.CloseGoingAway)
	closes(t, s.socket(t, ""), websocket.CloseGoingAway)
}

func TestASessionsEndDoesNotWaitForItsForms(t *testing.T) {
	s := newSite(t, socketTimes, nil)
	came, leave := make(chan struct{}), make(chan struct{})
	defer close(leave)
	s.forms = http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		close(came)
		<-leave
	})
	ws := s.socket(t, "session=ada")
	send(t, ws, `{"id":1,"url":"/slow"}`)
	<-came
	s.hub.DropSession("ada")
	closes(t, ws, closeEnded)
}

func TestAFormInFlightWhenTheSocketDiesIsCarriedOut(t *testing.T) {
	s := newSite(t, socketTimes, nil)
	came, leave, done := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	s.forms = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		close(came)
		<-leave
		_, err := io.WriteString(w, "stored")
		done <- err
	})
	ws := s.socket(t, "")
	send(t, ws, `{"id":1,"url":"/move"}`)
	<-came
	ws.Close()
	close(leave)
	if err := <-done; err != nil {
		t.Error(err)
	}
	eventually(t, "the connection is closed", func() bool { return s.connections() == 0 })
}

// The site turns panics of handlers into answers; what it lets through, as
// net/http has it, ends this socket and nothing else.
func TestAPanicEndsItsSocketOnly(t *testing.T) {
	s := newSite(t, socketTimes, nil)
	s.forms = http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	before := runtime.NumGoroutine()
	ws := s.socket(t, "")
	takes(t, ws, "room/seat at 0")
	send(t, ws, `{"id":1,"url":"/x"}`)
	if _, _, err := ws.ReadMessage(); err == nil {
		t.Error("the socket goes on")
	}
	ws.Close()
	eventually(t, "nothing is left", func() bool { return s.connections() == 0 && runtime.NumGoroutine() <= before })
	takes(t, s.socket(t, ""), "room/seat at 0")
}

func TestWhatIsNoHandshakeIsRefused(t *testing.T) {
	s := newSite(t, socketTimes, nil)
	for name, change := range map[string]func(http.Header){
		"no upgrade":    func(h http.Header) { h.Del("Upgrade") },
		"an old one":    func(h http.Header) { h.Set("Sec-WebSocket-Version", "8") },
		"a forged key":  func(h http.Header) { h.Set("Sec-WebSocket-Key", "short") },
		"no connection": func(h http.Header) { h.Del("Connection") },
	} {
		r, _ := http.NewRequest("GET", s.URL+"/socket", nil)
		r.Header = http.Header{"Connection": {"Upgrade"}, "Upgrade": {"websocket"},
			"Sec-Websocket-Version": {"13"}, "Sec-Websocket-Key": {"AAAAAAAAAAAAAAAAAAAAAA=="}}
		change(r.Header)
		resp, err := s.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode < 400 || resp.StatusCode >= 500 {
			t.Errorf("%s: the status is %s", name, resp.Status)
		}
	}
	eventually(t, "none is connected", func() bool { return s.connections() == 0 })
}

// A client may send a frame in parts, and may say one length and send another.
func TestFragmentedAndCutFramesAreRead(t *testing.T) {
	s := newSite(t, socketTimes, nil)
	s.forms = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.FormValue("a")) })
	ws := s.socket(t, "")
	takes(t, ws, "room/seat at 0")
	parts, err := ws.NextWriter(websocket.TextMessage)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{`{"id":1,`, `"url":"/x","body":"a=`, strings.Repeat("y", 10_000), `"}`} {
		io.WriteString(parts, part)
	}
	parts.Close()
	takes(t, ws, `{"id":1,"status":200,"body":"`+strings.Repeat("y", 10_000)+`"}`)

	conn := s.dial(t, "socket")
	if err := readUntil(conn, "room/seat at"); err != nil {
		t.Fatal(err)
	}
	conn.Write([]byte{0x81, 0xfe, 0x10, 0x00, 1, 2, 3, 4, '{'}) // 4,096 bytes are announced
	conn.Close()
	eventually(t, "it is gone", func() bool { return s.connections() == 1 })

	unmasked := s.dial(t, "socket")
	unmasked.Write([]byte{0x81, 0x02, '{', '}'}) // which RFC 6455 forbids a client
	io.Copy(io.Discard, unmasked)                // until the server has closed it
	eventually(t, "it is gone", func() bool { return s.connections() == 1 })
}
