package handlers

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"sync"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"worldtravel/models"
	"worldtravel/models/span"
	"worldtravel/views"
)

// buffers are kept for the next page.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// render answers with components one after the other. They are rendered before
// anything is sent, so that a fault is an error page and not half a page.
func render(c echo.Context, status int, parts ...templ.Component) error {
	page := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(page)
	page.Reset()
	for _, part := range parts {
		if err := renderPart(c.Request().Context(), page, part); err != nil {
			return fmt.Errorf("render: %w", err)
		}
	}
	c.Response().Header().Set(echo.HeaderContentLength, strconv.Itoa(page.Len()))
	return c.HTMLBlob(status, page.Bytes())
}

// renderPart renders a component as a step of its own.
func renderPart(ctx context.Context, into io.Writer, part templ.Component) error {
	if !span.Traced(ctx) {
		return part.Render(ctx, into)
	}
	ctx, step := span.Start(ctx, "render")
	out := &componentWriter{Writer: into}
	err := part.Render(ctx, out)
	step.Set(span.Bytes.Int(out.bytes), span.Component.String(out.component))
	step.End(err)
	return err
}

// componentWriter finds out which component writes. templ hides a component behind
// functions of its own, whose names come out differently where they are inlined; but
// what was rendered is written while the component is still being called.
type componentWriter struct {
	io.Writer
	component string // where in the generated code: "views/room_templ.go:12"
	bytes     int
}

func (w *componentWriter) Write(p []byte) (int, error) {
	if w.component == "" {
		var pcs [64]uintptr
		frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
		for more := true; more; {
			var frame runtime.Frame
			frame, more = frames.Next()
			if at := strings.LastIndex(frame.File, "/views/"); at >= 0 && strings.HasSuffix(frame.File, "_templ.go") {
				w.component = fmt.Sprintf("%s:%d", frame.File[at+1:], frame.Line)
			}
		}
	}
	n, err := w.Writer.Write(p)
	w.bytes += n
	return n, err
}

// isHTMX reports whether htmx sent the request, and awaits a fragment.
func isHTMX(c echo.Context) bool { return c.Request().Header.Get("HX-Request") == "true" }

// redirect sends the browser to another page after a form.
func redirect(c echo.Context, to string) error {
	if isHTMX(c) {
		c.Response().Header().Set("HX-Redirect", to)
		return c.NoContent(http.StatusOK)
	}
	return c.Redirect(http.StatusSeeOther, to)
}

// page gives what every page needs; here is the address of the header's link
// that leads to it.
func (s *Site) page(c echo.Context, here string) views.Page {
	p := views.Page{Viewer: viewOf(viewer(c)), Here: here}
	s.dress(c, &p)
	return p
}

// dress gives a page what follows from the request alone.
func (s *Site) dress(c echo.Context, p *views.Page) {
	p.Framed = strings.HasSuffix(c.Request().URL.Path, "/live")
	p.Address = s.config.origin(c.Request()) + c.Request().URL.EscapedPath()
	p.Prefers = preferred(c)
	if who := viewer(c); s.config.Trace.openTo(who.Name, who.Guest) {
		p.Traced = "/" + strings.Trim(strings.TrimSuffix(c.Request().URL.Path, "/live"), "/")
	}
}

func viewOf(who models.Identity) views.Viewer {
	return views.Viewer{ID: who.User, Name: who.Name, Guest: who.Guest}
}
