package handlers

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"worldtravel/models"
	"worldtravel/views"
	"worldtravel/views/words"
)

// What a reader prefers is kept by the browser in cookies, so that every page knows
// it without asking the database; the language also by the account, from where a
// log-in brings it to another browser.
const (
	languageCookie  = "language"
	themeCookie     = "theme"
	soundCookie     = "sound"
	preferencesKept = 365 * 24 * time.Hour
)

// withLanguage finds out which language the reader wants: the one chosen, or else
// the browser's.
func withLanguage(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		l := words.Match(r.Header.Get("Accept-Language"))
		if cookie, err := r.Cookie(languageCookie); err == nil {
			if chosen, ok := words.Named(cookie.Value); ok {
				l = chosen
			}
		}
		c.SetRequest(r.WithContext(words.In(r.Context(), l)))
		if isPage(r) { // a file is the same in each
			c.Response().Header().Set("Content-Language", l.Tag)
		}
		return next(c)
	}
}

// prefer keeps what was chosen in the footer of a page, and leads back to it.
func (s *Site) prefer(c echo.Context) error {
	var form struct {
		Language string `form:"language"`
		Theme    string `form:"theme"`
		Sound    string `form:"sound"`
	}
	if err := c.Bind(&form); err != nil {
		return err
	}
	if l, ok := words.Named(form.Language); ok {
		if who := viewer(c); who.User != "" {
			if err := s.models.Users.SetLanguage(c.Request().Context(), who.User, l.Tag); err != nil {
				return err
			}
		}
		s.keepCookie(c, languageCookie, l.Tag, preferencesKept)
	}
	if theme, ok := views.ThemeNamed(form.Theme); ok {
		s.keepCookie(c, themeCookie, string(theme), preferencesKept)
	}
	if form.Sound == "on" || form.Sound == "off" {
		s.keepCookie(c, soundCookie, form.Sound, preferencesKept)
	}
	return c.Redirect(http.StatusSeeOther, cameFrom(c))
}

// preferred is what the reader of a page prefers.
func preferred(c echo.Context) *views.Preferences {
	prefers := views.Preferences{Theme: views.ThemeAuto}
	if cookie, err := c.Cookie(themeCookie); err == nil {
		prefers.Theme, _ = views.ThemeNamed(cookie.Value)
	}
	if cookie, err := c.Cookie(soundCookie); err == nil {
		prefers.Sound = cookie.Value == "on"
	}
	return &prefers
}

// recallLanguage gives the browser the language of the account that it has logged in to.
func (s *Site) recallLanguage(c echo.Context, who models.Identity) error {
	user, err := s.models.Users.Get(c.Request().Context(), who.User)
	if err != nil {
		return err
	}
	if l, ok := words.Named(user.Language); ok {
		s.keepCookie(c, languageCookie, l.Tag, preferencesKept)
	}
	return nil
}

// keepCookie keeps a choice in the browser for a while, or with 0 until it is closed.
func (s *Site) keepCookie(c echo.Context, name, value string, during time.Duration) {
	c.SetCookie(&http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: int(during.Seconds()),
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: s.config.secure(c.Request()),
	})
}

// cameFrom is the page of this site that a form stood on; the lobby if that is not
// known. The answer to a form of a room stands on the room's page.
func cameFrom(c echo.Context) string {
	from, err := url.Parse(c.Request().Referer())
	if err != nil {
		return views.LobbyURL
	}
	path := nextPath(strings.TrimSuffix(from.EscapedPath(), "/live"))
	rest, ok := strings.CutPrefix(path, views.RoomsURL+"/")
	if id, _, _ := strings.Cut(rest, "/"); ok && models.ValidID(id) {
		if path == views.RoomText(id) {
			return freshText(id)
		}
		return views.RoomURL(id)
	}
	return path
}
