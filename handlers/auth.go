package handlers

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"worldtravel/models"
	"worldtravel/views"
)

func (s *Site) showSignup(c echo.Context) error {
	return render(c, http.StatusOK, views.SignupPage(views.Signup{
		Page: s.page(c, views.SignupURL), ID: models.NewID(), Next: nextPath(c.QueryParam("next")),
	}))
}

func (s *Site) signUp(c echo.Context) error {
	var form struct {
		ID       string `form:"id"`
		Name     string `form:"name"`
		Password string `form:"password"`
		Again    string `form:"again"`
		Next     string `form:"next"`
	}
	if err := c.Bind(&form); err != nil {
		return err
	}
	who, err := s.models.Users.SignUp(c.Request().Context(), models.SignUp{
		ID: form.ID, Name: form.Name, Password: form.Password, Again: form.Again,
	})
	var wrong models.FieldErrors
	if errors.As(err, &wrong) {
		return render(c, status(err), views.SignupPage(views.Signup{
			Page: s.page(c, views.SignupURL), ID: form.ID, Name: form.Name, Next: nextPath(form.Next), Errors: wrong,
		}))
	} else if err != nil {
		return err
	}
	if err := s.logIn(c, who); err != nil {
		return err
	}
	return redirect(c, nextPath(form.Next))
}

func (s *Site) showLogin(c echo.Context) error {
	return render(c, http.StatusOK, views.LoginPage(s.login(c, nil)))
}

// login makes the log-in form that leads on to where the viewer wanted to go.
func (s *Site) login(c echo.Context, refused *models.Error) views.Login {
	page := s.page(c, views.LoginURL)
	page.Notice = refused
	next := nextPath(c.QueryParam("next"))
	if refused != nil {
		next = wanted(c)
	}
	return views.Login{Page: page, Next: next}
}

// wanted is the page to show a visitor who has logged in after being refused:
// the one that was asked for, or after a form the room that it was for, or else
// the page that it stood on.
func wanted(c echo.Context) string {
	switch {
	case c.Request().Method != http.MethodPost:
		return nextPath(strings.TrimSuffix(c.Request().URL.EscapedPath(), "/live")) // the page that it keeps up to date
	case c.Param("id") != "":
		return roomPage(c, c.Param("id"))
	}
	from, err := url.Parse(c.Request().Referer())
	if err != nil {
		return views.LobbyURL
	}
	return nextPath(from.EscapedPath())
}

func (s *Site) postLogin(c echo.Context) error {
	var form struct {
		Name     string `form:"name"`
		Password string `form:"password"`
		Next     string `form:"next"`
	}
	if err := c.Bind(&form); err != nil {
		return err
	}
	who, err := s.models.Users.LogIn(c.Request().Context(), form.Name, form.Password, network(c))
	if errors.Is(err, models.Refuse(models.WrongLogin)) || errors.Is(err, models.Refuse(models.TooManyTries)) {
		page := s.page(c, views.LoginURL)
		page.Notice = refusal(err)
		return render(c, status(err), views.LoginPage(views.Login{Page: page, Name: form.Name, Next: nextPath(form.Next)}))
	} else if err != nil {
		return err
	}
	if err := s.logIn(c, who); err != nil {
		return err
	}
	if err := s.recallLanguage(c, who); err != nil {
		return err
	}
	return redirect(c, nextPath(form.Next))
}

func (s *Site) logOut(c echo.Context) error {
	if err := s.endSession(c); err != nil {
		return err
	}
	s.keepCookie(c, browserCookie, "", -time.Second)
	s.presence.gone(viewer(c))
	return redirect(c, views.LobbyURL)
}

// nextPath lets nobody be led off this site after logging in: it gives a path
// that begins with one slash, or the lobby's.
func nextPath(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.Host != "" || u.Scheme != "" || !strings.HasPrefix(next, "/") ||
		strings.HasPrefix(next, "//") || strings.Contains(next, "\\") {
		return views.LobbyURL
	}
	return u.String()
}
