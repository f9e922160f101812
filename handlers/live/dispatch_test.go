package live

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// dispatch has a handler answer a form whose socket was opened by upgrade.
func dispatch(t *testing.T, upgrade *http.Request, message string, handler http.HandlerFunc) answer {
	t.Helper()
	text, err := newDispatcher(handler, upgrade).answer(t.Context(), []byte(message))
	if err != nil {
		t.Fatalf("%s: %v", message, err)
	}
	var a answer
	if err := json.Unmarshal(text, &a); err != nil {
		t.Fatalf("%s: %v in %s", message, err, text)
	}
	return a
}

func TestAFormOverASocketIsARequestLikeAnyOther(t *testing.T) {
	upgrade := httptest.NewRequest("GET", "https://play.example/rooms/x/live?as=seat", nil)
	upgrade.RemoteAddr, upgrade.TLS = "192.0.2.7:1234", &tls.ConnectionState{ServerName: "play.example"}
	upgrade.Header = http.Header{
		"Cookie": {"session=abc; theme=dark", "browser=x"}, "Origin": {"https://play.example"}, "User-Agent": {"a browser"},
		"Accept-Language": {"eo"}, "X-Forwarded-For": {"203.0.113.5", "198.51.100.1"}, "X-Forwarded-Proto": {"https"},
		"Accept-Encoding": {"gzip"}, "Sec-Fetch-Site": {"none"}, "Sec-Fetch-Mode": {"websocket"},
		"Connection": {"Upgrade"}, "Upgrade": {"websocket"}, "Sec-Websocket-Key": {"AAAA"}, "Last-Event-Id": {"7"},
	}
	dispatch(t, upgrade, `{"id":1,"url":"/rooms/x/move?y=2","body":"n=3&move=roll&name=%C3%84"}`, func(_ http.ResponseWriter, r *http.Request) {
		want := http.Header{
			"Cookie": {"session=abc; theme=dark", "browser=x"}, "Origin": {"https://play.example"}, "User-Agent": {"a browser"},
			"Accept-Language": {"eo"}, "X-Forwarded-For": {"203.0.113.5", "198.51.100.1"}, "X-Forwarded-Proto": {"https"},
			"Content-Type": {"application/x-www-form-urlencoded"}, "Hx-Request": {"true"}, "Sec-Fetch-Site": {"same-origin"},
		}
		if !maps.EqualFunc(r.Header, want, slices.Equal) {
			t.Errorf("the headers are %v, want %v", r.Header, want)
		}
		if r.Method != "POST" || r.Host != "play.example" || r.RemoteAddr != "192.0.2.7:1234" || r.TLS != upgrade.TLS ||
			r.URL.Path != "/rooms/x/move" || r.RequestURI != "/rooms/x/move?y=2" || r.ContentLength != 25 {
			t.Errorf("the request is %+v", r)
		}
		if !OverSocket(r) || OverSocket(upgrade) {
			t.Error("the request does not say that it came over a socket, or another does")
		}
		if n, move, name, y := r.PostFormValue("n"), r.PostFormValue("move"), r.PostFormValue("name"), r.FormValue("y"); n+move+name+y != "3rollÄ2" {
			t.Errorf("the fields are %v", r.Form)
		}
		if err := new(http.CrossOriginProtection).Check(r); err != nil {
			t.Error(err)
		}
		r.Header.Set("Cookie", "session=somebody") // of this request only
	})
	if got := upgrade.Header.Get("Cookie"); got != "session=abc; theme=dark" {
		t.Errorf("a request has changed the cookie of its socket to %q", got)
	}
}

func TestWhatOneFormChangesInItsRequestTheNextDoesNotSee(t *testing.T) {
	d := newDispatcher(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, r.Header.Get("Cookie")+r.FormValue("a"))
		r.Header.Set("Cookie", "other")
	}), &http.Request{Header: http.Header{"Cookie": {"mine "}}})
	for i, field := range []string{"one", "", "three"} {
		text, err := d.answer(t.Context(), fmt.Appendf(nil, `{"id":1,"url":"/","body":"a=%s"}`, field))
		if err != nil || !strings.Contains(string(text), `"mine `+field+`"`) {
			t.Errorf("the answer to form %d is %s, %v", i, text, err)
		}
	}
}

func TestAnAnswerIsItsNumberStatusBodyAndWhatHtmxReads(t *testing.T) {
	for name, c := range map[string]struct {
		handler http.HandlerFunc
		want    string
	}{
		"nothing":    {func(http.ResponseWriter, *http.Request) {}, `{9 200 map[] }`},
		"a page":     {func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "<p>\"é\"\n") }, "{9 200 map[] <p>\"é\"\n}"},
		"no content": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }, `{9 204 map[] }`},
		"a refusal":  {func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "No.", http.StatusUnprocessableEntity) }, "{9 422 map[] No.\n}"},
		"the first status": {func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(403)
			w.WriteHeader(200)
		}, `{9 403 map[] }`},
		"headers": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("HX-Redirect", "/login?next=%2F")
			w.Header().Set("HX-Push-Url", "false")
			w.Header().Set("Set-Cookie", "session=secret")
			w.Header().Set("Content-Security-Policy", "default-src 'self'")
		}, `{9 200 map[Hx-Push-Url:false Hx-Redirect:/login?next=%2F] }`},
		"a flush": {func(w http.ResponseWriter, _ *http.Request) {
			if err := http.NewResponseController(w).Flush(); err != nil {
				t.Error(err)
			}
			io.WriteString(w, "flushed")
		}, `{9 200 map[] flushed}`},
	} {
		got := dispatch(t, httptest.NewRequest("GET", "/", nil), `{"id":9,"url":"/x"}`, c.handler)
		if text := fmt.Sprint(got); text != c.want {
			t.Errorf("%s: the answer is %s, want %s", name, text, c.want)
		}
	}
}

var (
	goodAddresses = []string{
		"/", "/rooms/x/move", "/rooms/x/move?next=https://evil.example", "/a%2Fb", "/a/../b", "/..", "/a//b", "/ü", "/x#y", "/:80", "/a:b@c",
	}
	badAddresses = []string{
		"", " ", "x", "rooms/x", "?a=b", "#a", "..", "../x", ".", "*", "https://evil.example/", "http:/x", "http:x", "javascript:alert(1)",
		"//evil.example", "//evil.example/x", "///evil.example", "/%2fevil.example", "//", "//@/x", "//user@/x", `/\evil.example`,
		`\\evil.example`, `/x\..`, "/%5cevil.example", "%2Fx", " /x", "\t/x", "/\tx", "/x\n", "/x\x00", "/%zz", "/%", "ws://x/", "mailto:a@b",
	}
)

func TestAFormGoesToAPathOfThisSiteAndNowhereElse(t *testing.T) {
	for _, address := range slices.Concat(goodAddresses, badAddresses) {
		message, _ := json.Marshal(frame{ID: 1, URL: address})
		called := false
		got := dispatch(t, httptest.NewRequest("GET", "http://site.example/", nil), string(message), func(_ http.ResponseWriter, r *http.Request) {
			called = true
			if r.Host != "site.example" || r.URL.Host != "" || r.URL.Scheme != "" {
				t.Errorf("%q asks %q for %v", address, r.Host, r.URL)
			}
		})
		if good := slices.Contains(goodAddresses, address); called != good || good != (got.Status == 200) || !good && got.Status != 400 {
			t.Errorf("%q is answered %d, dispatched: %t", address, got.Status, called)
		}
	}
}

var notForms = []string{
	"", " ", "null", "true", "1", `"x"`, "[]", "{}", "{", "not json", "\x00", "\xff", `<p id="x">`,
	`{"url":"/x"}`, `{"id":0,"url":"/x"}`, `{"id":-1,"url":"/x"}`, `{"id":1.5,"url":"/x"}`, `{"id":"1","url":"/x"}`, `{"id":null,"url":"/x"}`,
	`{"id":99999999999999999999,"url":"/x"}`, `{"id":1,"url":7}`, `{"id":1,"url":["/x"]}`, `{"id":1,"url":"/x","body":{"a":"b"}}`,
	`{"id":1,"url":"/x","method":"GET"}`, `{"id":1,"url":"/x","headers":{"Cookie":"a=b"}}`, `{"id":1,"url":"/x","cookie":""}`,
	`{"id":1,"url":"/x"}{"id":2,"url":"/y"}`, `{"id":1,"url":"/x"} x`, `{"id":1,"url":"/x"}}`, `{"id":1,"url":"/x"}]`, `[{"id":1,"url":"/x"}]`,
}

func TestWhatIsNoFormIsNotDispatched(t *testing.T) {
	d := newDispatcher(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { t.Errorf("dispatched %v", r.URL) }), httptest.NewRequest("GET", "/", nil))
	for _, message := range notForms {
		if answer, err := d.answer(t.Context(), []byte(message)); err == nil {
			t.Errorf("%q is answered %s", message, answer)
		}
	}
}

func FuzzOnlyFormsAreDispatched(f *testing.F) {
	for _, message := range notForms {
		f.Add(message)
	}
	for _, address := range slices.Concat(goodAddresses, badAddresses) {
		message, _ := json.Marshal(frame{ID: 1, URL: address, Body: "a=b"})
		f.Add(string(message))
	}
	mux := http.NewServeMux() // routes by path, as the site does
	mux.HandleFunc("POST /rooms/{id}/move", func(http.ResponseWriter, *http.Request) {})
	f.Fuzz(func(t *testing.T, message string) {
		calls := 0
		d := newDispatcher(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			calls++
			if r.Method != "POST" || !strings.HasPrefix(r.RequestURI, "/") || !strings.HasPrefix(r.URL.Path, "/") || strings.HasPrefix(r.URL.Path, "//") ||
				r.URL.Host != "" || r.URL.Scheme != "" || r.Host != "site.example" {
				t.Errorf("%q asks for %s %q of %q", message, r.Method, r.URL, r.Host)
			}
			mux.ServeHTTP(w, r)
		}), httptest.NewRequest("GET", "http://site.example/", nil))
		text, err := d.answer(context.Background(), []byte(message))
		var a answer
		switch {
		case err != nil && calls > 0:
			t.Errorf("%q is no form (%v), but was dispatched", message, err)
		case err != nil:
		case json.Unmarshal(text, &a) != nil || a.ID < 1 || calls > 1 || (calls == 0) != (a.Status == 400 && a.Body == ""):
			t.Errorf("%q is answered %s after %d calls", message, text, calls)
		}
	})
}
