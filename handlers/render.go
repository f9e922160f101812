package handlers

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"worldtravel/models"
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
		if err := part.Render(c.Request().Context(), page); err != nil {
			return fmt.Errorf("render: %w", err)
		}
	}
	c.Response().Header().Set(echo.HeaderContentLength, strconv.Itoa(page.Len()))
	return c.HTMLBlob(status, page.Bytes())
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
	return views.Page{Viewer: viewOf(viewer(c)), Here: here, Framed: strings.HasSuffix(c.Request().URL.Path, "/live")}
}

func viewOf(who models.Identity) views.Viewer { return views.Viewer{ID: who.User, Name: who.Name} }
