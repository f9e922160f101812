package handlers

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"worldtravel/handlers/live"
	"worldtravel/handlers/wire"
	"worldtravel/views"
	"worldtravel/views/words"
)

// wireTopic is the subject of the page that lists connections, and begins those of
// each of them.
const wireTopic = "wire"

func wireTopicOf(id string) string { return wireTopic + "/" + id }

// followWire begins to keep what passes over the wire, and has open pages told of it.
func (s *Site) followWire() {
	if s.config.Trace == nil {
		return
	}
	s.wire = wire.New(s.config.Now, func(id string) {
		for _, topic := range []string{wireTopic, wireTopicOf(id)} {
			if s.hub.Watched(topic) {
				s.push.later(topic, tracesDelay, func() { s.hub.Changed(context.Background(), topic, s.push.stamp()) })
			}
		}
	})
}

// watched is the response to a page that asks for a stream or a socket, kept track of
// when requests are traced. The pages that show what is kept are left out, as they would
// have more and more to show.
func (s *Site) watched(c echo.Context) http.ResponseWriter {
	if s.wire == nil || strings.HasPrefix(c.Request().URL.Path, views.TraceURL) {
		return c.Response()
	}
	return s.wire.Watch(c.Response(), c.Request())
}

// showWires lists the connections of open pages.
func (s *Site) showWires(c echo.Context) error {
	m := s.wires(c)
	m.List = views.WireListFragment(s.wireList())
	return render(c, http.StatusOK, views.WiresPage(m))
}

// wires makes the view of the page that lists connections, but for its list.
func (s *Site) wires(c echo.Context) views.Wires {
	m := views.Wires{Page: s.page(c, "")}
	m.Live, m.Refresh = views.WireLive+"?as="+kindAll, lobbyRefresh
	s.live(c, &m.Page, views.WireURL, kindAll)
	return m.Titled()
}

func (s *Site) wireList() views.WireList {
	list := views.WireList{Version: s.push.stamp()}
	for _, c := range s.wire.Connections() {
		list.Lines = append(list.Lines, wireLine(c))
	}
	return list
}

// streamWires keeps the list of connections up to date.
func (s *Site) streamWires(c echo.Context) error {
	return s.stream(c, 0, 0, wireKeys(c, wireTopic), func(once bool) (live.Document, error) {
		m := s.wires(c)
		m.List = templ.Raw(views.StreamMark)
		return s.document(c, m.Page, once, views.WiresSheet(m))
	})
}

func wireKeys(c echo.Context, topic string) []live.Key {
	return []live.Key{{Topic: topic, Kind: kindIn(words.Of(c.Request().Context()), kindAll)}}
}

// showWire shows what passed over a connection.
func (s *Site) showWire(c echo.Context) error {
	found, ok := s.wire.Find(c.Param("id"))
	if !ok {
		return echo.ErrNotFound
	}
	m := s.wireOf(c, found)
	m.Messages = views.WireMessagesFragment(s.wireMessages(found.ID))
	return render(c, http.StatusOK, views.WirePage(m))
}

// wireOf makes the view of a connection's page, but for its messages.
func (s *Site) wireOf(c echo.Context, of wire.Connection) views.Wire {
	m := views.Wire{Page: s.page(c, ""), Line: wireLine(of)}
	m.Live, m.Refresh = views.WireLiveOf(of.ID)+"?as="+kindAll, lobbyRefresh
	s.live(c, &m.Page, views.WireOf(of.ID), kindAll)
	return m.Titled()
}

// streamWire keeps a connection's page up to date.
func (s *Site) streamWire(c echo.Context) error {
	found, ok := s.wire.Find(c.Param("id"))
	if !ok {
		return echo.ErrNotFound
	}
	return s.stream(c, 0, 0, wireKeys(c, wireTopicOf(found.ID)), func(once bool) (live.Document, error) {
		m := s.wireOf(c, found)
		m.Messages = templ.Raw(views.StreamMark)
		return s.document(c, m.Page, once, views.WireSheet(m))
	})
}

// wireFragment renders what passed over a connection, or with an empty id the list of
// them all.
func (s *Site) wireFragment(ctx context.Context, id string) (live.Fragment, error) {
	if id == "" {
		list := s.wireList()
		return fragmentOf(ctx, list.Version, views.WireListFragment(list))
	}
	m := s.wireMessages(id)
	return fragmentOf(ctx, m.Version, views.WireMessagesFragment(m))
}

// wireMessages makes the view of what passed over a connection, of which by now nothing
// may be kept.
func (s *Site) wireMessages(id string) views.WireMessages {
	m := views.WireMessages{Version: s.push.stamp()}
	of, ok := s.wire.Find(id)
	if !ok {
		m.Line.State = "not kept any more"
		return m
	}
	m.Line, m.Left = wireLine(of), of.Count-len(of.Messages)
	for _, message := range slices.Backward(of.Messages) {
		m.Messages = append(m.Messages, views.WireMessage{
			Number: message.Number, FromPage: message.FromPage, After: message.At.Sub(of.Began).Round(time.Millisecond).String(),
			Bytes: message.Bytes, Header: fmt.Sprintf("% x", message.Header), Text: message.Text, Meaning: message.Meaning,
		})
	}
	return m
}

func wireLine(c wire.Connection) views.WireLine {
	line := views.WireLine{ID: c.ID, Path: c.Path, Over: "Server-Sent Events", State: "open", Messages: c.Count}
	if c.Socket {
		line.Over = "a WebSocket"
	}
	if !c.Ended.IsZero() {
		line.State = "closed after " + c.Ended.Sub(c.Began).Round(time.Millisecond).String()
	}
	return line
}
