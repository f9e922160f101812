package handlers

import (
	"errors"
	"fmt"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	"worldtravel/models"
	"worldtravel/public"
	"worldtravel/views"
)

// clientAddress says whom to believe about where a request came from: the
// connection itself, and the proxies that are trusted.
func (c Config) clientAddress() echo.IPExtractor {
	if len(c.TrustedProxies) == 0 {
		return echo.ExtractIPDirect()
	}
	trust := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, network := range c.TrustedProxies {
		trust = append(trust, echo.TrustIPRange(network))
	}
	return echo.ExtractIPFromXFFHeader(trust...)
}

// network is what limits count as one address: of IPv6 the first 64 bits, for a
// subscriber has all that begin with them (RFC 6177).
func network(c echo.Context) string {
	address, err := netip.ParseAddr(c.RealIP())
	switch address = address.Unmap(); {
	case err != nil:
		return c.RealIP()
	case address.Is4():
		return address.String()
	}
	return netip.PrefixFrom(address.WithZone(""), 64).Masked().String()
}

// secure reports whether the browser's connection is encrypted.
func (c Config) secure(r *http.Request) bool {
	return c.SecureCookies || r.TLS != nil || c.fromProxy(r) && strings.EqualFold(r.Header.Get(echo.HeaderXForwardedProto), "https")
}

func (c Config) fromProxy(r *http.Request) bool {
	host, _, _ := net.SplitHostPort(r.RemoteAddr)
	for _, network := range c.TrustedProxies {
		if network.Contains(net.ParseIP(host)) {
			return true
		}
	}
	return false
}

// ownRequestID lets nobody but a trusted proxy choose what a request is called in
// the log.
func (c Config) ownRequestID(next echo.HandlerFunc) echo.HandlerFunc {
	return func(e echo.Context) error {
		if r := e.Request(); !c.fromProxy(r) {
			r.Header.Del(echo.HeaderXRequestID)
		}
		return next(e)
	}
}

// origin is how the site is addressed from outside.
func (c Config) origin(r *http.Request) string {
	switch {
	case c.Origin != "":
		return c.Origin
	case c.secure(r):
		return "https://" + r.Host
	default:
		return "http://" + r.Host
	}
}

// crossOriginProtection tells forms of this site from those that another site's
// page sends.
func (c Config) crossOriginProtection() (*http.CrossOriginProtection, error) {
	protection := http.NewCrossOriginProtection()
	if c.Origin != "" {
		if err := protection.AddTrustedOrigin(c.Origin); err != nil {
			return nil, fmt.Errorf("ORIGIN: %w", err)
		}
	}
	return protection, nil
}

// refuseCrossOrigin refuses forms that another site's page sends.
func (s *Site) refuseCrossOrigin(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if err := s.crossOrigin.Check(c.Request()); err != nil {
			return &models.Error{Code: models.CrossOrigin, Err: err}
		}
		return next(c)
	}
}

// securityHeaders let a page run nothing but our own files, and no other site frame it.
func (c Config) securityHeaders(next echo.HandlerFunc) echo.HandlerFunc {
	return func(e echo.Context) error {
		h := e.Response().Header()
		h.Set("Content-Security-Policy", "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'; object-src 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "SAMEORIGIN")
		h.Set("Referrer-Policy", "same-origin")
		if c.secure(e.Request()) { // browsers heed it there only, and complain elsewhere
			h.Set("Cross-Origin-Opener-Policy", "same-origin")
		}
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		// Pages are always asked for anew; Public files set their own.
		h.Set("Cache-Control", "private, no-cache")
		return next(e)
	}
}

// recoverPanics turns a panic into an error with its stack, for the error page
// and the log.
func recoverPanics(next echo.HandlerFunc) echo.HandlerFunc {
	return middleware.RecoverWithConfig(middleware.RecoverConfig{
		DisableErrorHandler: true, // it is answered, and logged, as any other
		LogErrorFunc: func(_ echo.Context, err error, stack []byte) error {
			return fmt.Errorf("panic: %w\n%s", err, stack)
		},
	})(next)
}

// byMeaning finds a page by what its path says, however a browser escapes it.
func byMeaning(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		c.Request().URL.RawPath = ""
		return next(c)
	}
}

// bodyLimit is the most a form may weigh, in bytes.
const bodyLimit = 64 << 10

// limitBody refuses what weighs more.
func limitBody(next echo.HandlerFunc) echo.HandlerFunc { return limited(next) }

// limited is made once, as gzipped is.
var limited = middleware.BodyLimit(strconv.Itoa(bodyLimit))

// readForm reads a form to its end before anything is done with it: one that is
// too large, or is no form, changes nothing.
func readForm(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		if r.Method != http.MethodPost || r.ContentLength == 0 {
			return next(c)
		}
		switch media, _, _ := mime.ParseMediaType(r.Header.Get(echo.HeaderContentType)); media {
		case echo.MIMEApplicationForm, echo.MIMEMultipartForm:
		default:
			return &models.Error{Code: models.BadRequest, Err: fmt.Errorf("a body of type %q", media)}
		}
		_, err := c.FormParams()
		if errors.Is(err, echo.ErrStatusRequestEntityTooLarge) {
			return err
		} else if err != nil {
			return &models.Error{Code: models.BadRequest, Err: err}
		}
		return next(c)
	}
}

// isPage tells pages from the files that they are made of, from the pictures of links and
// from the health check: those are the same whoever looks.
func isPage(r *http.Request) bool {
	return r.URL.Path != healthURL && !strings.HasPrefix(r.URL.Path, public.Prefix) && !strings.HasSuffix(r.URL.Path, views.CardURL)
}

// compress packs pages for browsers that ask; streams go out as they are, and
// files see to themselves.
func compress(next echo.HandlerFunc) echo.HandlerFunc { return gzipped(next) }

// gzipped is made once, as requests share its writers, of nearly a megabyte each: Echo
// calls a middleware anew for each request.
var gzipped = middleware.GzipWithConfig(middleware.GzipConfig{
	Level: 1, MinLength: 1024,
	Skipper: func(c echo.Context) bool {
		r := c.Request()
		return !isPage(r) || strings.HasSuffix(r.URL.Path, "/live") && edgeOf(r) != edgeOnce
	},
})
