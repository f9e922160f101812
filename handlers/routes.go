package handlers

import (
	"log/slog"
	"net/http"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	"worldtravel/public"
)

// bodyLimit is the most a form may weigh.
const bodyLimit = "64K"

// routes lists every address of the site. A reader starts here.
func (s *Site) routes() error {
	e := echo.New()
	s.echo = e
	e.HideBanner, e.HidePort = true, true
	e.HTTPErrorHandler = s.showError
	e.IPExtractor = s.config.clientAddress()

	crossOrigin, err := s.refuseCrossOrigin()
	if err != nil {
		return err
	}
	e.Use(middleware.RequestID(), s.logRequests(), recoverPanics, securityHeaders, crossOrigin,
		middleware.BodyLimit(bodyLimit), compress())

	e.GET("/healthz", s.health)
	e.GET("/public/*", echo.WrapHandler(public.Handler()))

	pages := e.Group("", s.withSession)
	pages.GET("/", s.showLobby)
	pages.GET("/live", s.streamLobby)

	pages.GET("/signup", s.showSignup)
	pages.POST("/signup", s.signUp)
	pages.GET("/login", s.showLogin)
	pages.POST("/login", s.postLogin)
	pages.POST("/logout", s.logOut)

	pages.GET("/rooms/new", s.showCreateRoom, s.loggedIn)
	pages.POST("/rooms", s.createRoom, s.loggedIn)
	pages.GET("/rooms/:id", s.showRoom)
	pages.GET("/rooms/:id/live", s.streamRoom)
	pages.POST("/rooms/:id/join", s.join, s.loggedIn)
	pages.POST("/rooms/:id/leave", s.leave, s.loggedIn)
	pages.POST("/rooms/:id/ready", s.ready, s.loggedIn)
	pages.POST("/rooms/:id/computer", s.computer, s.loggedIn)
	pages.POST("/rooms/:id/start", s.start, s.loggedIn)
	pages.POST("/rooms/:id/move", s.move, s.loggedIn)
	pages.POST("/rooms/:id/play-on", s.playOn, s.loggedIn)
	pages.POST("/rooms/:id/take-back", s.takeBack, s.loggedIn)
	pages.POST("/rooms/:id/again", s.again, s.loggedIn)

	pages.GET("/leaderboard", s.showLeaderboard)
	pages.GET("/players/:name", s.showProfile)
	pages.GET("/profile/edit", s.showEditProfile, s.loggedIn)
	pages.POST("/profile/edit", s.editProfile, s.loggedIn)
	return nil
}

// health answers "ok" while the database does.
func (s *Site) health(c echo.Context) error {
	if err := s.models.Ping(c.Request().Context()); err != nil {
		return err
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
