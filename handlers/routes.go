package handlers

import (
	"log/slog"
	"net/http"
	"path/filepath"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	"worldtravel/models"
	"worldtravel/public"
	"worldtravel/views"
	"worldtravel/views/gallery"
)

// healthURL says whether the site is well.
const healthURL = "/healthz"

// routes lists every address of the site. A reader starts here.
func (s *Site) routes() {
	e := echo.New()
	s.echo = e
	e.HideBanner, e.HidePort = true, true
	e.HTTPErrorHandler = s.showError
	e.IPExtractor = s.config.clientAddress()

	e.OnAddRouteHandler = s.notePlace
	e.Pre(byMeaning)
	e.Use(s.traceRequest, s.config.ownRequestID, middleware.RequestID(), s.logRequests(), recoverPanics)
	for _, m := range []echo.MiddlewareFunc{s.config.securityHeaders, withLanguage, compress, s.withSession, s.refuseCrossOrigin, limitBody, readForm} {
		e.Use(s.traceMiddleware(m))
	}
	e.Use(s.traceHandler)
	page := func(path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) {
		e.Match([]string{http.MethodGet, http.MethodHead}, path, h, m...)
	}

	page(healthURL, s.health)
	if s.config.Dev == "" {
		page(public.Prefix+"*", echo.WrapHandler(public.Handler()))
	} else {
		page(public.Prefix+"*", echo.WrapHandler(public.Folder(filepath.Join(s.config.Dev, "public"))))
		page(gallery.URL, s.showGallery)
		page(gallery.URL+"/:name", s.showExample)
		e.GET(gallery.LiveURL, s.streamExample)
	}

	page("/", s.showLobby)
	page("/card.png", s.drawCard)
	e.GET("/live", s.streamLobby)

	page("/signup", s.showSignup)
	e.POST("/signup", s.signUp, setsCookie)
	page("/login", s.showLogin)
	e.POST("/login", s.postLogin, setsCookie)
	e.POST("/logout", s.logOut, setsCookie)
	page("/keep", s.showKeep, s.loggedIn)
	e.POST("/keep", s.keep, s.loggedIn, setsCookie)
	page("/play", s.showPlayNow)
	e.POST("/play", s.playNow, setsCookie)

	page("/rooms/new", s.showCreateRoom, s.loggedIn)
	e.POST("/rooms", s.createRoom, s.loggedIn)
	page("/rooms/:id", s.showRoom)
	page("/rooms/:id/text", s.showRoomText)
	page("/rooms/:id/card.png", s.drawRoomCard)
	e.GET("/rooms/:id/live", s.streamRoom)
	page("/rooms/:id/join", s.showJoin)
	e.POST("/rooms/:id/join", s.join, s.joinAsGuest)
	e.POST("/rooms/:id/leave", s.leave, s.loggedIn)
	e.POST("/rooms/:id/ready", s.ready, s.loggedIn)
	e.POST("/rooms/:id/computer", s.computer, s.loggedIn)
	e.POST("/rooms/:id/start", s.start, s.loggedIn)
	e.POST("/rooms/:id/move", s.move, s.loggedIn)
	e.POST("/rooms/:id/play-on", s.playOn, s.loggedIn)
	e.POST("/rooms/:id/take-back", s.takeBack, s.loggedIn)
	e.POST("/rooms/:id/again", s.again, s.loggedIn)

	e.POST("/preferences", s.prefer, setsCookie)

	page(views.TraceURL, s.showTraces, s.mayTrace)
	e.GET(views.TraceLive, s.streamTraces, s.mayTrace)
	page(views.TraceURL+"/:id", s.showTrace, s.mayTrace)
	page(views.WireURL, s.showWires, s.mayTrace)
	e.GET(views.WireLive, s.streamWires, s.mayTrace)
	page(views.WireURL+"/:id", s.showWire, s.mayTrace)
	e.GET(views.WireURL+"/:id/live", s.streamWire, s.mayTrace)
	page(views.SourceURL+"/*", s.showSource, s.mayTrace)

	page("/leaderboard", s.showLeaderboard)
	page("/players/:name", s.showProfile)
	page("/profile", s.showOwnProfile, s.loggedIn)
	page("/profile/edit", s.showEditProfile, s.loggedIn)
	e.POST("/profile/edit", s.editProfile, s.loggedIn, setsCookie)

	page("/about/open-source", s.showOpenSource)
	page("/about/how-it-works", s.showHowItWorks)
}

// health answers "ok" while the database does.
func (s *Site) health(c echo.Context) error {
	if err := s.models.Ping(c.Request().Context()); err != nil {
		return &models.Error{Code: models.Unavailable, Err: err}
	}
	return c.String(http.StatusOK, "ok\n")
}

// logRequests writes one line for each request.
func (s *Site) logRequests() echo.MiddlewareFunc {
	return middleware.RequestLoggerWithConfig(middleware.RequestLoggerConfig{
		LogMethod: true, LogURIPath: true, LogStatus: true, LogLatency: true, LogRequestID: true, LogRemoteIP: true,
		HandleError: true, // the status is known only once the error has been answered
		LogError:    true,
		LogValuesFunc: func(c echo.Context, v middleware.RequestLoggerValues) error {
			level, attrs := slog.LevelInfo, []slog.Attr{
				slog.String("id", v.RequestID), slog.String("method", v.Method), slog.String("path", v.URIPath),
				slog.Int("status", v.Status), slog.Duration("took", v.Latency), slog.String("from", v.RemoteIP),
			}
			if id := traceID(c.Request().Context()); id != "" {
				attrs = append(attrs, slog.String("trace", id))
			}
			if v.Error != nil {
				attrs = append(attrs, slog.Any("error", v.Error))
			}
			if v.Status >= http.StatusInternalServerError {
				level = slog.LevelError
			}
			s.config.Log.LogAttrs(c.Request().Context(), level, "request", attrs...)
			return nil
		},
	})
}
