package handlers

import (
	"time"

	"github.com/labstack/echo/v4"

	"worldtravel/models"
	"worldtravel/views"
)

// transportCookie keeps how a browser wants its pages kept up to date. It is the
// browser's and not the account's: what works is a matter of where one sits.
const (
	transportCookie = "transport"
	transportKept   = 365 * 24 * time.Hour
)

// transport is how the page is to be kept up to date: as its address says, which then
// holds for the visit, or else as was chosen in the profile.
func (s *Site) transport(c echo.Context) views.Transport {
	named := c.QueryParam("transport")
	if named == "" {
		return chosenTransport(c)
	}
	choice := views.TransportNamed(named)
	s.keepTransport(c, choice, 0)
	return choice
}

// chosenTransport is what was chosen before.
func chosenTransport(c echo.Context) views.Transport {
	cookie, err := c.Cookie(transportCookie)
	if err != nil {
		return views.TransportAuto
	}
	return views.TransportNamed(cookie.Value)
}

// keepTransport keeps a choice for a while, or until the browser is closed.
func (s *Site) keepTransport(c echo.Context, choice views.Transport, during time.Duration) {
	s.keepCookie(c, transportCookie, string(choice), during)
}

// live makes a page one that is kept up to date. as is the kind of viewer that it
// is drawn for, and address its own.
func (s *Site) live(c echo.Context, p *views.Page, address, as string) {
	s.nameBrowser(c)
	s.dress(c, p)
	p.Transport = s.transport(c)
	p.RefreshURL = views.PageAs(address, as)
}

// stillViewer refuses a page that reloads itself as somebody logged in whose
// session has ended: it leads to the log in and back.
func stillViewer(c echo.Context, kind string) error {
	if err := drawnFor(c, kind); err != nil && viewer(c).User == "" {
		return models.Refuse(models.LoginNeeded)
	}
	return nil
}
