package live

import (
	"context"
	"encoding/binary"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"
	"golang.org/x/time/rate"

	"worldtravel/models/span"
)

// Limits of a socket.
const (
	frameMost       = 64 << 10 // bytes of one frame from a page
	framesPerSecond = 10       // more are read later, not refused
	framesAtOnce    = 30
)

// closeEnded is the code of a socket whose session has ended. 4000 and up are for applications (RFC 6455,
// section 7.4.2).
const closeEnded = 4001

var socketTimes = edgeTimes{beat: 25 * time.Second, write: 10 * time.Second}

// beatMessage is empty, and tells the script that the connection is alive: it
// does not see the pings that the browser answers.
var beatMessage = textFrame(nil)

// writeBuffers are shared, for a connection at rest needs none.
var writeBuffers sync.Pool

// ServeSocket makes a WebSocket of the request and sends the connection to it,
// one message for each fragment, until either goes away. Forms that come over the
// socket are dispatched to forms as POST requests, one after the other, and
// their answers go back over it: see [frame] and [answer].
//
// The caller has checked the request's origin. ServeSocket returns at once, and
// what it began closes the connection.
func ServeSocket(w http.ResponseWriter, r *http.Request, c *Conn, forms http.Handler) {
	serveSocket(w, r, c, forms, socketTimes)
}

func serveSocket(w http.ResponseWriter, r *http.Request, c *Conn, forms http.Handler, times edgeTimes) {
	upgrader := websocket.Upgrader{
		ReadBufferSize: 512, WriteBufferPool: &writeBuffers,
		CheckOrigin: func(*http.Request) bool { return true },
	}
	ws, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		c.Close()
		return // Upgrade has answered
	}
	s := &socket{Conn: ws, times: times}
	dispatcher := newDispatcher(forms, r)
	c.hub.serve(func() {
		defer ws.Close() // ends the reading
		defer c.Close()
		s.sendNews(c)
	})
	c.hub.serve(func() {
		defer c.Close() // ends the writing
		s.readForms(dispatcher)
	})
}

// socket is the WebSocket of one page.
type socket struct {
	*websocket.Conn
	times     edgeTimes
	answering sync.Mutex // a form is being seen to
}

// write sends a frame, or says that the client does not take it. A net.Conn writes
// what it is given whole before anything else, so frames of several goroutines, and
// those with which the library answers pings, do not get mixed up.
func (s *socket) write(frame []byte) error {
	conn := s.NetConn()
	if err := conn.SetWriteDeadline(time.Now().Add(s.times.write)); err != nil {
		return err
	}
	_, err := conn.Write(frame)
	return err
}

// farewell closes the socket with a code and a reason.
func (s *socket) farewell(code int, reason string) {
	// The client may be gone already.
	_ = s.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, reason), time.Now().Add(time.Second))
}

// sendNews sends what the connection has to say until it or the socket ends.
func (s *socket) sendNews(c *Conn) {
	pinged := time.Now()
	for {
		news, err := c.next(context.Background(), s.times.beat)
		switch {
		case errors.Is(err, ErrDropped):
			s.farewell(closeEnded, "the session has ended")
		case errors.Is(err, ErrShutdown):
			s.answering.Lock() // and not given back: there are no more answers
			s.farewell(websocket.CloseGoingAway, "the site is being restarted")
		}
		if err != nil {
			return
		}
		if news == nil && s.write(beatMessage) != nil {
			return
		}
		// A socket that is never quiet is pinged all the same.
		if now := time.Now(); news == nil || now.Sub(pinged) >= s.times.beat {
			pinged = now
			if s.WriteControl(websocket.PingMessage, nil, now.Add(s.times.write)) != nil {
				return
			}
		}
		for _, f := range news {
			if s.write(f.message()) != nil {
				return
			}
			span.Record(f.cause, "deliver", f.ready, f.known("socket", len(f.message()))...)
		}
	}
}

// readForms reads forms and answers them until the socket ends. A client that
// answers no ping for two beats is gone.
func (s *socket) readForms(forms *dispatcher) {
	alive := func(string) error { return s.SetReadDeadline(time.Now().Add(2*s.times.beat + s.times.write)) }
	s.SetPongHandler(alive)
	s.SetReadLimit(frameMost)
	ctx := context.Background() // a form that has come is seen to, although its page may be gone
	limit := rate.NewLimiter(framesPerSecond, framesAtOnce)
	for {
		if alive("") != nil {
			return
		}
		kind, data, err := s.ReadMessage()
		if err != nil || limit.Wait(ctx) != nil {
			return
		}
		if kind != websocket.TextMessage {
			s.farewell(websocket.CloseUnsupportedData, "forms are text")
			return
		}
		if s.answer(ctx, forms, data) != nil {
			return
		}
	}
}

// answer sees to a form and sends the answer.
func (s *socket) answer(ctx context.Context, forms *dispatcher, form []byte) error {
	s.answering.Lock()
	defer s.answering.Unlock()
	answer, err := forms.answer(ctx, form)
	if err != nil {
		s.farewell(websocket.CloseInvalidFramePayloadData, "not a form")
		return err
	}
	return s.write(textFrame(answer))
}

// textFrame makes a text message of one frame from a server (RFC 6455, section 5.2).
// It is written to many sockets as it is; the library's own prepared messages have
// each of them look it up under a lock.
func textFrame(text []byte) []byte {
	const final, isText = 0x80, 0x1
	frame := make([]byte, 0, len(text)+10)
	frame = append(frame, final|isText)
	switch n := len(text); {
	case n < 126:
		frame = append(frame, byte(n))
	case n < 1<<16:
		frame = binary.BigEndian.AppendUint16(append(frame, 126), uint16(n))
	default:
		frame = binary.BigEndian.AppendUint64(append(frame, 127), uint64(n))
	}
	return append(frame, text...)
}
