package handlers

import (
	"bytes"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"worldtravel/handlers/live"
	"worldtravel/models"
	"worldtravel/views"
	"worldtravel/views/words"
)

// streamLobby keeps a lobby page up to date, and the viewer's own rooms on it.
func (s *Site) streamLobby(c echo.Context) error {
	all := kindIn(words.Of(c.Request().Context()), kindAll)
	kind, keys := kindVisitor, []live.Key{{Topic: models.LobbyTopic, Kind: all}}
	if who := viewer(c); who.User != "" {
		kind, keys = kindPlayer, append([]live.Key{{Topic: models.PlayerTopic(who.User), Kind: all}}, keys...)
	}
	if err := drawnFor(c, kind); err != nil {
		return err
	}
	return s.stream(c, 0, 0, keys, func(once bool) (live.Document, error) {
		m, err := s.lobby(c, views.PlayNow{Room: models.NewID()})
		if err != nil {
			return live.Document{}, err
		}
		m.Public, m.Yours = templ.Raw(views.StreamMark), templ.Raw(views.StreamMark)
		d, err := s.document(c, m.Page, once, views.LobbySheet(m))
		d.Pause = lobbyPause
		return d, err
	})
}

// lobbyPause is how long a streamed lobby shows a state at least: in a busy one
// something changes all the time, and the document would soon be long.
const lobbyPause = time.Second

// streamRoom keeps a room's page up to date. Whoever has the room's address may
// watch it; what one sees follows from the session.
func (s *Site) streamRoom(c echo.Context) error {
	t, err := s.models.Rooms.Open(c.Request().Context(), c.Param("id"))
	if err != nil {
		return err
	}
	ctx, user, origin := c.Request().Context(), viewer(c).User, s.config.origin(c.Request())
	l := words.Of(ctx)
	if err := drawnFor(c, kindName(t, user)); err != nil {
		return err
	}
	kind := kindOf(t, user, l, origin)
	keys := []live.Key{{Topic: models.RoomTopic(t.ID), Kind: kind}}
	if edgeOf(c.Request()) == edgeDocument {
		keys = append([]live.Key{{Topic: noticeTopic(s.browser(c), t.ID), Kind: kindIn(l, kindAll)}}, keys...)
	}
	return s.stream(c, s.announce(c.Request().Context(), t), shownVersion(c.QueryParams(), kind), keys, func(once bool) (live.Document, error) {
		page := s.room(ctx, t, viewer(c), origin).Page
		s.live(c, &page, views.RoomURL(t.ID), kindName(t, user))
		return s.document(c, page, once, templ.Raw(views.StreamMark+views.StreamMark))
	})
}

// headerPage is the header in which a form says what page it stands on, as its
// stream's address would.
const headerPage = "Page"

// shownVersion is the version that a page shows, if it was drawn for the kind of
// viewer who asks; otherwise 0.
func shownVersion(address url.Values, kind string) int64 {
	version, err := strconv.ParseInt(address.Get("at"), 10, 64)
	if err != nil || version < 0 || address.Get("for") != digest(kind) {
		return 0
	}
	return version
}

// drawnFor refuses a page that was drawn for another kind of viewer than the one
// who asks, because somebody logged in or out since, or lost a seat.
func drawnFor(c echo.Context, kind string) error {
	switch as := c.QueryParam("as"); {
	case as == "" || as == kind:
		return nil
	case viewer(c).User == "":
		return models.Refuse(models.LoginNeeded)
	default:
		return models.Refuse(models.OtherViewer)
	}
}

// The ways in which a page is kept up to date: the edges of the hub.
type edge int

const (
	edgeDocument edge = iota // a document that grows, for a browser without scripts
	edgeOnce                 // the present state, for a page that asks every few seconds
	edgeSSE
	edgeSocket
)

// edgeOf tells what a request wants. Nothing but a script asks for the others, so
// a browser that just follows the address gets the document.
func edgeOf(r *http.Request) edge {
	switch {
	case r.Header.Get("Sec-WebSocket-Key") != "":
		return edgeSocket
	case r.Header.Get("HX-Request") == "true":
		return edgeOnce
	case strings.Contains(r.Header.Get("Accept"), "text/event-stream"):
		return edgeSSE
	default:
		return edgeDocument
	}
}

// stream sends what the keys stand for, in a version that is not below the one given,
// until the page or the session goes. shown is the version that the page shows already.
func (s *Site) stream(c echo.Context, version, shown int64, keys []live.Key, document func(once bool) (live.Document, error)) error {
	edge := edgeOf(c.Request())
	if err := s.checkSocket(c, edge); err != nil {
		return err
	}
	leave, busy := s.streams.enter(edge, s.browser(c), network(c))
	if busy && edge != edgeDocument {
		return models.Refuse(models.TooManyPages)
	}
	conn := s.hub.Subscribe(live.Viewer{Session: owner(c), User: viewer(c).User}, keys...)
	conn.OnEnd(leave)
	conn.Shown(shown)
	if err := s.stillLoggedIn(c); err != nil {
		conn.Close()
		return err
	}
	if edge != edgeOnce {
		conn.OnEnd(s.presence.enter(viewer(c)))
	}
	switch edge {
	case edgeOnce:
		defer conn.Close()
		html, err := live.Present(c.Request().Context(), conn, version)
		if err != nil {
			return &models.Error{Code: models.Unavailable, Err: err}
		}
		return c.HTMLBlob(http.StatusOK, html)
	case edgeSSE:
		live.ServeSSE(s.watched(c), conn)
	case edgeSocket:
		live.ServeSocket(s.watched(c), c.Request(), conn, s.echo)
		if !c.Response().Committed { // by a handshake that failed
			c.Response().Status = http.StatusSwitchingProtocols // for the log
		}
	default:
		d, err := document(busy)
		if err != nil {
			conn.Close()
			return err
		}
		d.Version = version
		live.ServeDocument(c.Response(), conn, d)
	}
	return nil
}

// document makes the beginning of a document that grows, and what stands round
// the fragments in each of its states; state has a mark for each of them. One that
// shows a state once is for a browser with too many open.
func (s *Site) document(c echo.Context, page views.Page, once bool, state templ.Component) (live.Document, error) {
	d := live.Document{Once: once}
	var html bytes.Buffer
	for _, part := range []templ.Component{views.StreamDocument(page, once), state, views.StreamBeat(page)} {
		if err := part.Render(c.Request().Context(), &html); err != nil {
			return d, err
		}
		html.WriteString(views.StreamEnd)
	}
	parts := bytes.Split(html.Bytes(), []byte(views.StreamEnd))
	d.Head, _, _ = bytes.Cut(parts[0], []byte(views.StreamMark))
	d.Around = bytes.Split(parts[1], []byte(views.StreamMark))
	d.Beat = parts[2]
	return d, nil
}

// stillLoggedIn finds out whether the session has ended while its connection was
// being registered. Logging out ends the connections that are: so a session that
// is still there will end this one.
func (s *Site) stillLoggedIn(c echo.Context) error {
	if viewer(c).User == "" {
		return nil
	}
	session, err := s.sessions.New(c.Request(), sessionCookie)
	if err == nil && session.IsNew {
		err = models.Refuse(models.LoginNeeded)
	}
	return err
}

// checkSocket refuses a socket that another site's page opens, as forms are
// refused, and one whose request a proxy has taken apart.
func (s *Site) checkSocket(c echo.Context, edge edge) error {
	if edge != edgeSocket {
		return nil
	}
	if !strings.EqualFold(c.Request().Header.Get("Upgrade"), "websocket") {
		return models.Refuse(models.NoSocket)
	}
	asForm := c.Request().Clone(c.Request().Context())
	asForm.Method = http.MethodPost
	if err := s.crossOrigin.Check(asForm); err != nil {
		return &models.Error{Code: models.CrossOrigin, Err: err}
	}
	return nil
}

// streamCount counts the pages that are kept up to date, by browser and by address.
type streamCount struct {
	mu   sync.Mutex
	open map[string]int
}

// enter counts one more, until leave is called; when there are too many, it does
// not count, and busy is true. Streams have a lower limit than sockets, for of
// those a browser opens six to a site and no more (HTTP/1.1), pages included.
func (s *streamCount) enter(edge edge, browser, address string) (leave func(), busy bool) {
	if edge == edgeOnce {
		return func() {}, false
	}
	limits := map[string]int{
		"address " + address: models.StreamsPerAddress,
		"browser " + browser: models.StreamsPerBrowser,
	}
	if edge == edgeSocket {
		delete(limits, "browser "+browser)
		limits["sockets "+browser] = models.SocketsPerBrowser
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for key, most := range limits {
		if s.open[key] >= most {
			return func() {}, true
		}
	}
	for key := range limits {
		s.open[key]++
	}
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		for key := range limits {
			if s.open[key]--; s.open[key] == 0 {
				delete(s.open, key)
			}
		}
	}, false
}

// browserCookie tells a visitor's browser from others, for counting its streams.
const browserCookie = "browser"

// browser names the viewer's browser: by the session, whether it was found or not, or
// for a visitor by a cookie.
func (s *Site) browser(c echo.Context) string {
	if cookie, err := c.Cookie(sessionCookie); err == nil {
		return models.SessionKey(cookie.Value)
	}
	if cookie, err := c.Cookie(browserCookie); err == nil && models.ValidID(cookie.Value) {
		return cookie.Value
	}
	return network(c)
}

// nameBrowser gives a visitor's browser its cookie.
func (s *Site) nameBrowser(c echo.Context) {
	if owner(c) != "" {
		return
	}
	if _, err := c.Cookie(browserCookie); errors.Is(err, http.ErrNoCookie) {
		c.SetCookie(&http.Cookie{
			Name: browserCookie, Value: models.NewID(), Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode,
			Secure: s.config.secure(c.Request()),
		})
	}
}
