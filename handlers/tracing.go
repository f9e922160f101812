package handlers

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
	"runtime"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"worldtravel/handlers/live"
	"worldtravel/handlers/tracing"
	"worldtravel/models"
	"worldtravel/models/span"
	"worldtravel/views"
	"worldtravel/views/words"
)

// Trace is how requests may be followed through the program.
type Trace struct {
	Kept   *tracing.Tracing
	Source *tracing.Source
	Open   bool   // to everybody: the program listens on loopback, and trusts no proxy
	Admin  string // name of the player to whom it is open besides; empty for nobody
}

// TraceURL is where traces are shown.
const TraceURL = views.TraceURL

// What is known of a request, by the names of OpenTelemetry's semantic conventions.
const (
	httpMethod   = attribute.Key("http.request.method")
	httpPath     = attribute.Key("url.path")
	httpRoute    = attribute.Key("http.route")
	httpStatus   = attribute.Key("http.response.status_code")
	httpProtocol = attribute.Key("network.protocol.version")
	httpPeer     = attribute.Key("network.peer.address")
	overSocket   = attribute.Key("worldtravel.over_socket")
)

// traceRequest is the first step of each request. The pages about traces are not
// traced, nor are the files that pages are made of.
func (s *Site) traceRequest(next echo.HandlerFunc) echo.HandlerFunc {
	if s.config.Trace == nil {
		return next
	}
	return func(c echo.Context) error {
		r := c.Request()
		if !isPage(r) || strings.HasPrefix(r.URL.Path, views.TraceURL) || strings.HasPrefix(r.URL.Path, views.SourceURL) {
			return next(c)
		}
		place := s.places[r.Method+" "+c.Path()]
		ctx, first := s.config.Trace.Kept.Request(r.Context(), r.Method+" "+c.Path(),
			httpMethod.String(r.Method), httpPath.String(r.URL.Path), httpRoute.String(c.Path()), httpProtocol.String(r.Proto),
			httpPeer.String(r.RemoteAddr), overSocket.Bool(live.OverSocket(r)),
			span.Function.String("handlers.(*Site).routes"), span.File.String("handlers/routes.go"), span.Line.Int(place.line))
		defer first.End()
		began := time.Now()
		c.SetRequest(r.WithContext(ctx))
		c.Response().Before(func() {
			c.Response().Header().Set("Server-Timing", fmt.Sprintf(`total;dur=%.1f, trace;desc="%s"`, time.Since(began).Seconds()*1e3, traceID(ctx)))
		})
		err := next(c)
		if err != nil {
			first.SetStatus(codes.Error, err.Error())
		}
		first.SetAttributes(httpStatus.Int(c.Response().Status))
		return err
	}
}

// traceMiddleware has what a middleware does before it passes the request on, or refuses
// it, be a step.
func (s *Site) traceMiddleware(m echo.MiddlewareFunc) echo.MiddlewareFunc {
	if s.config.Trace == nil {
		return m
	}
	const underWay = "middleware"
	type step struct {
		span.Step
		within context.Context
	}
	function := functionName(runtime.FuncForPC(reflect.ValueOf(m).Pointer()).Name())
	name := "middleware " + function[strings.LastIndexByte(function, '.')+1:]
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		through := m(func(c echo.Context) error {
			if before, ok := c.Get(underWay).(step); ok {
				before.End(nil)
				c.SetRequest(c.Request().WithContext(span.Within(c.Request().Context(), before.within)))
			}
			return next(c)
		})
		return func(c echo.Context) (err error) {
			within := c.Request().Context()
			if !span.Traced(within) {
				return through(c)
			}
			place, _ := s.config.Trace.Source.Function(function)
			ctx, own := span.Start(within, name, span.Function.String(function), span.File.String(place.File), span.Line.Int(place.Line))
			defer func() {
				own.End(err) // which says nothing once it has ended
				c.SetRequest(c.Request().WithContext(span.Within(c.Request().Context(), within)))
			}()
			c.Set(underWay, step{own, within})
			c.SetRequest(c.Request().WithContext(ctx))
			return through(c)
		}
	}
}

// functionName is what the source calls a function of this program, by its name at run
// time.
func functionName(atRunTime string) string {
	return strings.TrimSuffix(strings.TrimPrefix(atRunTime, "worldtravel/"), "-fm")
}

// traceHandler is the step of the handler, and of what stands before it in its route.
func (s *Site) traceHandler(next echo.HandlerFunc) echo.HandlerFunc {
	if s.config.Trace == nil {
		return next
	}
	return func(c echo.Context) (err error) {
		r := c.Request()
		if !span.Traced(r.Context()) {
			return next(c)
		}
		name := s.places[r.Method+" "+c.Path()].handler
		place, _ := s.config.Trace.Source.Function(name)
		ctx, step := span.Start(r.Context(), name, span.Function.String(name), span.File.String(place.File), span.Line.Int(place.Line))
		defer func() { step.End(err) }()
		c.SetRequest(r.WithContext(ctx))
		return next(c)
	}
}

// routePlace is where a route stands, and which handler it leads to.
type routePlace struct {
	handler string // "handlers.(*Site).move"
	line    int    // of routes.go
}

// notePlace notes where a route stands, when it is added.
func (s *Site) notePlace(_ string, route echo.Route, _ echo.HandlerFunc, _ []echo.MiddlewareFunc) {
	place := routePlace{handler: functionName(route.Name)}
	var pcs [16]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
	for more := true; more && place.line == 0; {
		var frame runtime.Frame
		frame, more = frames.Next()
		if strings.HasSuffix(frame.Function, ".(*Site).routes") {
			place.line = frame.Line
		}
	}
	s.places[route.Method+" "+route.Path] = place
}

// traceID names the trace that a context is in; empty when it is in none.
func traceID(ctx context.Context) string {
	if !span.Traced(ctx) {
		return ""
	}
	return trace.SpanContextFromContext(ctx).TraceID().String()
}

// mayTrace lets nobody look at traces but those who may. To others there are none.
func (s *Site) mayTrace(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if !s.config.Trace.openTo(viewer(c).Name, viewer(c).Guest) {
			return echo.ErrNotFound
		}
		return next(c)
	}
}

func (t *Trace) openTo(name string, guest bool) bool {
	return t != nil && (t.Open || t.Admin != "" && models.SameName(name, t.Admin) && !guest)
}

// tracesShown is how many of the newest requests are listed.
const tracesShown = 50

// traceTopic is the subject of the page that lists traces, which is told of a new one
// after tracesDelay.
const (
	traceTopic  = "traces"
	tracesDelay = 500 * time.Millisecond
)

// followTraces has open pages told of new traces.
func (s *Site) followTraces() {
	if s.config.Trace == nil {
		return
	}
	s.config.Trace.Kept.OnChange(func() {
		s.push.later(traceTopic, tracesDelay, func() { s.hub.Changed(context.Background(), traceTopic, s.push.stamp()) })
	})
}

// traceList makes the list of the newest requests; with of, of those that made a page
// what it is.
func (s *Site) traceList(of string) views.TraceList {
	list := views.TraceList{Version: s.push.stamp()}
	for _, t := range s.config.Trace.Kept.Newest(tracesShown, func(t tracing.Trace) bool { return of == "" || t.Concerns(of) }) {
		list.Lines = append(list.Lines, traceLine(t))
	}
	return list
}

// showTraces lists the newest requests; with "of", those that made a page what it is,
// and the story of the newest.
func (s *Site) showTraces(c echo.Context) error {
	of := c.QueryParam("of")
	list := s.traceList(of)
	m := s.traces(c, of)
	m.List = views.TraceListFragment(list)
	if of != "" {
		m.Story = s.config.Trace.storyOf(of)
	}
	return render(c, http.StatusOK, views.TracesPage(m))
}

// storyOf tells of the newest change of a page, or else of the newest request for it.
func (t *Trace) storyOf(path string) []views.StoryLine {
	for _, made := range []func(tracing.Trace, string) bool{tracing.Trace.Changed, tracing.Trace.Concerns} {
		if newest := t.Kept.Newest(1, func(t tracing.Trace) bool { return made(t, path) }); len(newest) > 0 {
			return t.story(newest[0])
		}
	}
	return nil
}

// traces makes the view of the page that lists traces, but for its list. It is live
// when it lists them all.
func (s *Site) traces(c echo.Context, of string) views.Traces {
	m := views.Traces{Page: s.page(c, ""), Of: of}
	if of == "" {
		m.Live, m.Refresh = views.TraceLive+"?as="+kindAll, lobbyRefresh
		s.live(c, &m.Page, views.TraceURL, kindAll)
	}
	return m.Titled()
}

// streamTraces keeps the list of traces up to date.
func (s *Site) streamTraces(c echo.Context) error {
	keys := []live.Key{{Topic: traceTopic, Kind: kindIn(words.Of(c.Request().Context()), kindAll)}}
	return s.stream(c, 0, 0, keys, func(once bool) (live.Document, error) {
		m := s.traces(c, "")
		m.List = templ.Raw(views.StreamMark)
		return s.document(c, m.Page, once, views.TracesSheet(m))
	})
}

// showTrace shows all that followed from one request, once that has been answered.
func (s *Site) showTrace(c echo.Context) error {
	t, _ := s.config.Trace.Kept.Find(c.Param("id"))
	if _, answered := t.Root(); !answered {
		return echo.ErrNotFound
	}
	return render(c, http.StatusOK, views.TracePage(s.trace(c, t)))
}

// showSource shows a file of the program, with a line marked.
func (s *Site) showSource(c echo.Context) error {
	lines, err := s.config.Trace.Source.Lines(c.Param("*"))
	if err != nil {
		return echo.ErrNotFound.WithInternal(err)
	}
	return render(c, http.StatusOK, views.SourcePage(views.Source{Page: s.page(c, ""), File: c.Param("*"), Lines: lines}))
}
