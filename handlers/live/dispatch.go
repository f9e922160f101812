package live

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// frame is a form as a page sends it over its socket.
type frame struct {
	ID   int64  `json:"id"`   // 1 or more, chosen by the page for the answer to name
	URL  string `json:"url"`  // a path on this site
	Body string `json:"body"` // the fields, form-urlencoded
}

// answer is what goes back for it. The page tells it from a fragment, which is
// HTML, by its first letter.
type answer struct {
	ID      int64             `json:"id"`
	Status  int               `json:"status"`
	Headers map[string]string `json:"headers,omitempty"` // those that htmx knows
	Body    string            `json:"body"`
}

// dispatcher makes requests of the forms that come over a socket and has the
// site answer them like any other.
type dispatcher struct {
	site    http.Handler
	upgrade *http.Request // the socket's own, from which all others have who they are from
}

// inherited are the headers that say who sends a request. Accept-Encoding is not
// one of them: the answer goes into JSON as it is.
var inherited = []string{"Cookie", "Origin", "User-Agent", "Accept-Language", "X-Forwarded-For", "X-Forwarded-Proto"}

func newDispatcher(site http.Handler, upgrade *http.Request) *dispatcher {
	own := &http.Request{
		Method: http.MethodPost, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Host: upgrade.Host, RemoteAddr: upgrade.RemoteAddr, TLS: upgrade.TLS, Header: http.Header{},
	}
	for _, name := range inherited {
		if values := upgrade.Header.Values(name); values != nil {
			own.Header[http.CanonicalHeaderKey(name)] = values
		}
	}
	own.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	own.Header.Set("HX-Request", "true")
	own.Header.Set("Sec-Fetch-Site", "same-origin") // as was found before the socket was opened
	return &dispatcher{site: site, upgrade: own}
}

// answer dispatches a form and gives what it answered, as JSON. An error says
// that the message was none.
func (d *dispatcher) answer(ctx context.Context, message []byte) ([]byte, error) {
	var f frame
	decoder := json.NewDecoder(bytes.NewReader(message))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&f); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); f.ID < 1 || !errors.Is(err, io.EOF) {
		return nil, errors.New("live: a form without a number of its own, or more than a form")
	}
	response := &recorder{header: make(http.Header)}
	if target, err := onThisSite(f.URL); err != nil {
		response.WriteHeader(http.StatusBadRequest)
	} else {
		d.site.ServeHTTP(response, d.request(ctx, target, f.Body))
		response.WriteHeader(http.StatusOK)
	}
	a := answer{ID: f.ID, Status: response.status, Body: response.body.String()}
	for name, values := range response.header {
		if strings.HasPrefix(name, "Hx-") {
			if a.Headers == nil {
				a.Headers = map[string]string{}
			}
			a.Headers[name] = values[0]
		}
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false) // the page makes HTML of the body only, which is what it is
	err := encoder.Encode(a)
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), err
}

// onThisSite reads the address of a form: a path, and nothing that a browser
// would take for another site's.
func onThisSite(address string) (*url.URL, error) {
	target, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	if !strings.HasPrefix(address, "/") || strings.HasPrefix(address, "//") ||
		strings.HasPrefix(target.Path, "//") || strings.Contains(target.Path, `\`) {
		return nil, fmt.Errorf("live: %q is no path", address)
	}
	return target, nil
}

func (d *dispatcher) request(ctx context.Context, target *url.URL, body string) *http.Request {
	r := d.upgrade.Clone(context.WithValue(ctx, overSocket{}, true))
	r.URL, r.RequestURI = target, target.RequestURI()
	r.Body, r.ContentLength = http.NoBody, int64(len(body))
	if body != "" {
		r.Body = io.NopCloser(strings.NewReader(body))
	}
	return r
}

// overSocket marks the requests that came over a socket.
type overSocket struct{}

// OverSocket reports whether a request came over a socket: its answer can't set
// a cookie.
func OverSocket(r *http.Request) bool { return r.Context().Value(overSocket{}) != nil }
