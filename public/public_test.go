package public

import (
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func get(address, acceptEncoding string) *http.Response {
	r := httptest.NewRequest(http.MethodGet, address, nil)
	r.Header.Set("Accept-Encoding", acceptEncoding)
	w := httptest.NewRecorder()
	Handler().ServeHTTP(w, r)
	return w.Result()
}

func TestAFileMayBeKeptForGood(t *testing.T) {
	for name, media := range map[string]string{
		"css/site.css": "text/css; charset=utf-8", "js/live.js": "text/javascript; charset=utf-8",
		"img/sprite.svg": "image/svg+xml", "fonts/flap.woff2": "font/woff2",
	} {
		res := get(URL(name), "")
		if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != media {
			t.Errorf("%s: %d %s", name, res.StatusCode, res.Header.Get("Content-Type"))
		}
		if got := res.Header.Get("Cache-Control"); got != "public, max-age=31536000, immutable" {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestTextIsSentCompressedToThoseWhoAcceptIt(t *testing.T) {
	plain, _ := io.ReadAll(get(URL("css/site.css"), "").Body)
	for accept, squeezed := range map[string]bool{"gzip, deflate, br": true, "br;q=1.0, gzip;q=0.8": true, "gzip;q=0": false, "br": false} {
		res := get(URL("css/site.css"), accept)
		if (res.Header.Get("Content-Encoding") == "gzip") != squeezed || res.Header.Get("Vary") != "Accept-Encoding" {
			t.Fatalf("%q: %v", accept, res.Header)
		}
		if !squeezed {
			continue
		}
		unzip, err := gzip.NewReader(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(unzip); err != nil || !bytes.Equal(got, plain) {
			t.Errorf("%q: another text, %v", accept, err)
		}
	}
	if get(URL("fonts/flap.woff2"), "gzip").Header.Get("Content-Encoding") != "" {
		t.Error("a font is compressed already")
	}
}

func TestAnAddressOfAnEarlierBuildLeadsToThePresentOne(t *testing.T) {
	res := get(Prefix+"00000000/css/site.css", "")
	if res.StatusCode != http.StatusFound || res.Header.Get("Location") != URL("css/site.css") {
		t.Errorf("%d %s", res.StatusCode, res.Header.Get("Location"))
	}
	if strings.Contains(res.Header.Get("Cache-Control"), "immutable") {
		t.Error("kept for good")
	}
}

func TestWhatIsNoFileIsNotFound(t *testing.T) {
	for _, address := range []string{Prefix, URL(""), URL("css"), URL("css/"), URL("public.go"), URL("css/../public.go"), Prefix + hash} {
		if res := get(address, ""); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", address, res.StatusCode)
		}
	}
}

func TestEveryComponentIsInTheBundle(t *testing.T) {
	names, err := fs.Glob(tree, "css/*.css")
	if err != nil {
		t.Fatal(err)
	}
	all := append([]string{"streamed"}, sheets...) // which pages link by itself
	for _, name := range names {
		if !slices.Contains(all, strings.TrimSuffix(path.Base(name), ".css")) {
			t.Errorf("%s is not in the bundle", name)
		}
	}
	if len(names) != len(all) {
		t.Errorf("%d components, %d in the bundle", len(names)-1, len(sheets))
	}
}

func TestWhatTheStylesReferToExists(t *testing.T) {
	for _, found := range regexp.MustCompile(`url\(([^)]*)\)`).FindAllStringSubmatch(string(files["css/site.css"].plain), -1) {
		if name := path.Join("css", found[1]); files[name].plain == nil {
			t.Errorf("no %s", name)
		}
	}
}

func TestTheAddressChangesWithAnyFile(t *testing.T) {
	tree := fstest.MapFS{"img/a.svg": {Data: []byte("<svg/>")}, "js/a.js": {Data: []byte("1")}}
	for _, sheet := range sheets {
		tree["css/"+sheet+".css"] = &fstest.MapFile{}
	}
	_, before := load(tree)
	tree["img/a.svg"].Data = []byte("<svg></svg>")
	_, after := load(tree)
	if before == after {
		t.Error("the same address for another picture")
	}
}
