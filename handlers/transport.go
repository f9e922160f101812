package handlers

import (
	"net/http"
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

// transport is how the page is to be kept up to date: as its address says, or
// else as was chosen in the profile.
func transport(c echo.Context) views.Transport {
	if named := c.QueryParam("transport"); named != "" {
		return views.TransportNamed(named)
	}
	return chosenTransport(c)
}

// chosenTransport is what was chosen in the profile.
func chosenTransport(c echo.Context) views.Transport {
	cookie, err := c.Cookie(transportCookie)
	if err != nil {
		return views.TransportAuto
	}
	return views.TransportNamed(cookie.Value)
}

func (s *Site) chooseTransport(c echo.Context, choice views.Transport) {
	c.SetCookie(&http.Cookie{
		Name: transportCookie, Value: string(choice), Path: "/", MaxAge: int(transportKept.Seconds()),
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: s.config.secure(c.Request()),
	})
}

// live makes a page one that is kept up to date. as is the kind of viewer that it
// is drawn for, and address its own.
func (s *Site) live(c echo.Context, p *views.Page, address, as string) {
	s.nameBrowser(c)
	p.Transport = transport(c)
	p.RefreshURL = views.PageAs(address, as, c.QueryParam("transport"))
}

// stillViewer refuses a page that reloads itself as somebody logged in whose
// session has ended: it leads to the log in and back.
func stillViewer(c echo.Context, kind string) error {
	if err := drawnFor(c, kind); err != nil && viewer(c).User == "" {
		return models.Refuse(models.LoginNeeded)
	}
	return nil
}
