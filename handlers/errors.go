package handlers

import (
	"context"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"worldtravel/handlers/live"
	"worldtravel/models"
	"worldtravel/views"
)

// statuses gives the HTTP status of each kind of refusal.
var statuses = map[models.Code]int{
	models.NotFound: http.StatusNotFound, models.NoRoom: http.StatusNotFound, models.NoPlayer: http.StatusNotFound,
	models.LoginNeeded: http.StatusUnauthorized, models.WrongLogin: http.StatusUnauthorized,
	models.BadRequest: http.StatusBadRequest, models.CrossOrigin: http.StatusForbidden,
	models.OtherViewer: http.StatusForbidden, models.TooManyPages: http.StatusTooManyRequests,
	models.NoSocket: http.StatusUpgradeRequired, models.NotOverSocket: http.StatusForbidden,
	models.WrongMethod: http.StatusMethodNotAllowed, models.TooLarge: http.StatusRequestEntityTooLarge,
	models.Busy: http.StatusServiceUnavailable, models.Unavailable: http.StatusServiceUnavailable,
	models.TooManyTries: http.StatusTooManyRequests, models.TooManyGuests: http.StatusTooManyRequests,
	models.NotHost: http.StatusForbidden, models.NotSeated: http.StatusForbidden,
	models.RoomFull: http.StatusConflict, models.RoomClosed: http.StatusConflict, models.AlreadyStarted: http.StatusConflict,
	models.NotStarted: http.StatusConflict, models.TooFew: http.StatusConflict, models.NotReady: http.StatusConflict,
	models.NotYourTurn: http.StatusConflict, models.SeatAway: http.StatusConflict, models.OldVersion: http.StatusConflict,
	models.TooEarly: http.StatusConflict, models.GameOver: http.StatusConflict, models.NotOver: http.StatusConflict,
	models.NotGuest: http.StatusConflict, models.TooManyRooms: http.StatusConflict, models.TooManyReturns: http.StatusConflict, models.Illegal: http.StatusUnprocessableEntity,
	models.NameLength: http.StatusUnprocessableEntity, models.NameLetters: http.StatusUnprocessableEntity,
	models.NameTaken: http.StatusUnprocessableEntity, models.PasswordLength: http.StatusUnprocessableEntity,
	models.PasswordsDiffer: http.StatusUnprocessableEntity, models.RoomNameLength: http.StatusUnprocessableEntity,
	models.TextLength: http.StatusUnprocessableEntity, models.TextCharacters: http.StatusUnprocessableEntity,
	models.NoChoice: http.StatusUnprocessableEntity,
	models.Internal: http.StatusInternalServerError,
}

// statusGone is what the log says when a browser went away before its answer;
// nginx's number for it.
const statusGone = 499

// refusal makes of any error what a person can be told. The rest is for the log.
func refusal(err error) *models.Error {
	var refused *models.Error
	if errors.As(err, &refused) {
		return refused
	}
	var failed *echo.HTTPError
	if errors.As(err, &failed) {
		switch failed.Code {
		case http.StatusNotFound:
			return &models.Error{Code: models.NotFound, Err: err}
		case http.StatusMethodNotAllowed:
			return &models.Error{Code: models.WrongMethod, Err: err}
		case http.StatusRequestEntityTooLarge:
			return &models.Error{Code: models.TooLarge, Err: err}
		}
		if failed.Code < http.StatusInternalServerError {
			return &models.Error{Code: models.BadRequest, Err: err}
		}
	}
	if models.Away(err) || errors.Is(err, context.DeadlineExceeded) {
		return &models.Error{Code: models.Unavailable, Err: err}
	}
	return &models.Error{Code: models.Internal, Err: err}
}

// status gives the HTTP status of an error; 200 for none.
func status(err error) int {
	var wrong models.FieldErrors
	switch {
	case err == nil:
		return http.StatusOK
	case errors.As(err, &wrong):
		return http.StatusUnprocessableEntity
	}
	return statuses[refusal(err).Code]
}

// showError answers a request that failed: a notice for htmx, a page otherwise.
// The log line of the request carries the error.
func (s *Site) showError(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	if c.Request().Context().Err() != nil {
		_ = c.NoContent(statusGone) // nobody reads it but the log
		return
	}
	refused := refusal(err)
	code := statuses[refused.Code]
	if code == http.StatusServiceUnavailable {
		c.Response().Header().Set("Retry-After", "5")
		if c.Request().Method == http.MethodGet {
			c.Response().Header().Set("Refresh", "5") // the page comes by itself when it can
		}
	}
	var failed error
	switch {
	case refused.Code == models.LoginNeeded && isHTMX(c):
		failed = redirect(c, views.LoginURLTo(wanted(c)))
	case refused.Code == models.LoginNeeded && fromStreamed(c):
		failed = s.endStreams(c)
	case refused.Code == models.LoginNeeded:
		failed = render(c, code, views.LoginPage(s.login(c, refused)))
	case isHTMX(c):
		failed = render(c, code, views.NoticeFragment(refused))
	case fromStreamed(c):
		failed = s.answerStream(c, refused)
	default:
		page := s.page(c, "")
		failed = render(c, code, views.ErrorPage(page, code, refused))
	}
	if failed != nil {
		s.config.Log.ErrorContext(c.Request().Context(), "answer an error", "error", failed)
	}
}

// setsCookie refuses forms that come over a socket, where their cookie would be
// lost.
func setsCookie(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if live.OverSocket(c.Request()) {
			return models.Refuse(models.NotOverSocket)
		}
		return next(c)
	}
}

// loggedIn lets only those through who are logged in.
func (s *Site) loggedIn(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if viewer(c).User == "" {
			return models.Refuse(models.LoginNeeded)
		}
		return next(c)
	}
}
