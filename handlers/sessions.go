package handlers

import (
	"errors"
	"net/http"
	"time"

	"github.com/gorilla/sessions"
	"github.com/labstack/echo/v4"

	"worldtravel/handlers/live"
	"worldtravel/models"
)

// sessionStore is a gorilla/sessions Store over the database: the cookie holds a
// random token only, the database what it stands for under the token's hash.
// A session with a user and without an ID is one to begin; MaxAge below zero ends it.
type sessionStore struct {
	sessions *models.Sessions
	secure   func(*http.Request) bool
}

const (
	sessionCookie = "session"
	sessionUser   = "user"
	sessionName   = "name"
	sessionGuest  = "guest"
	sessionDue    = "due" // to be renewed
)

func (s *sessionStore) Get(r *http.Request, name string) (*sessions.Session, error) {
	return sessions.GetRegistry(r).Get(s, name)
}

func (s *sessionStore) New(r *http.Request, name string) (*sessions.Session, error) {
	session := sessions.NewSession(s, name)
	session.IsNew = true
	session.Options = &sessions.Options{
		Path: "/", MaxAge: int(models.SessionLength.Seconds()),
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: s.secure(r),
	}
	cookie, err := r.Cookie(name)
	if err != nil {
		return session, nil
	}
	found, err := s.sessions.Find(r.Context(), cookie.Value)
	if errors.Is(err, models.Refuse(models.LoginNeeded)) {
		return session, nil
	} else if err != nil {
		return session, err
	}
	session.IsNew, session.ID = false, cookie.Value
	session.Values[sessionUser], session.Values[sessionName] = found.User, found.Name
	session.Values[sessionGuest] = found.Guest
	session.Values[sessionDue] = s.sessions.Due(found)
	return session, nil
}

func (s *sessionStore) Save(r *http.Request, w http.ResponseWriter, session *sessions.Session) (err error) {
	switch {
	case session.Options.MaxAge < 0:
		err = s.sessions.End(r.Context(), session.ID)
	case session.ID == "":
		session.ID, err = s.sessions.Begin(r.Context(), identity(session))
	default:
		err = s.sessions.Renew(r.Context(), session.ID)
	}
	if err == nil {
		http.SetCookie(w, sessions.NewCookie(session.Name(), session.ID, session.Options))
	}
	return err
}

// identity tells who a session is of.
func identity(session *sessions.Session) models.Identity {
	user, _ := session.Values[sessionUser].(string)
	name, _ := session.Values[sessionName].(string)
	guest, _ := session.Values[sessionGuest].(bool)
	return models.Identity{User: user, Name: name, Guest: guest}
}

// withSession finds out who the viewer is, and renews the session when it is due.
func (s *Site) withSession(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if !isPage(c.Request()) {
			return next(c)
		}
		session, err := s.sessions.Get(c.Request(), sessionCookie)
		if err != nil {
			return err
		}
		if due, _ := session.Values[sessionDue].(bool); due && takesCookie(c.Request()) {
			err := session.Save(c.Request(), c.Response())
			if errors.Is(err, models.Refuse(models.LoginNeeded)) { // logged out meanwhile
				session = sessions.NewSession(s.sessions, sessionCookie)
			} else if err != nil {
				return err
			}
		}
		if who := identity(session); who.User != "" {
			c.Set("viewer", who)
			c.Set("owner", models.SessionKey(session.ID))
			s.presence.seen(who)
		}
		return next(c)
	}
}

// takesCookie reports whether the answer can set a cookie: not that which opens a
// socket, nor one that goes over it.
func takesCookie(r *http.Request) bool {
	return !live.OverSocket(r) && edgeOf(r) != edgeSocket
}

// viewer is who sent the request; the zero Identity for a visitor.
func viewer(c echo.Context) models.Identity {
	who, _ := c.Get("viewer").(models.Identity)
	return who
}

// owner names the viewer's session among open connections; empty for a visitor.
func owner(c echo.Context) string {
	key, _ := c.Get("owner").(string)
	return key
}

// logIn begins a session for the viewer, under a new id, and ends the one before.
func (s *Site) logIn(c echo.Context, who models.Identity) error {
	if err := s.endSession(c); err != nil {
		return err
	}
	session, err := s.sessions.New(c.Request(), sessionCookie)
	if err != nil {
		return err
	}
	session.ID = ""
	session.Values[sessionUser], session.Values[sessionName], session.Values[sessionGuest] = who.User, who.Name, who.Guest
	// Whoever plays as a guest in this browser later is somebody else.
	s.keepCookie(c, browserCookie, "", -time.Second)
	return session.Save(c.Request(), c.Response())
}

// endSession ends the viewer's session, if there is one, and its open pages.
func (s *Site) endSession(c echo.Context) error {
	session, err := s.sessions.Get(c.Request(), sessionCookie)
	if err != nil || session.IsNew {
		return err
	}
	session.Options.MaxAge = -1
	if err := session.Save(c.Request(), c.Response()); err != nil {
		return err
	}
	s.hub.DropSession(owner(c))
	return nil
}
