package public

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"image/png"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/andybalholm/brotli"
)

func ask(method, address string, header http.Header) *http.Response {
	r := httptest.NewRequest(method, address, nil)
	r.Header = header
	w := httptest.NewRecorder()
	Handler().ServeHTTP(w, r)
	return w.Result()
}

func get(address, acceptEncoding string) *http.Response {
	return ask(http.MethodGet, address, http.Header{"Accept-Encoding": {acceptEncoding}})
}

func body(t *testing.T, res *http.Response) []byte {
	t.Helper()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestAFileMayBeKeptForGood(t *testing.T) {
	for name, media := range map[string]string{
		"css/site.css": "text/css; charset=utf-8", "js/live.js": "text/javascript; charset=utf-8",
		"img/sprite.svg": "image/svg+xml", "fonts/flap.woff2": "font/woff2", "sounds/your-turn.mp3": "audio/mpeg",
		"img/icon-180.png": "image/png", "site.webmanifest": "application/manifest+json",
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

func TestEveryTextIsSmallerInEachCodingAndTheSameOnceUnpacked(t *testing.T) {
	unpack := map[string]func(io.Reader) (io.Reader, error){
		"br":   func(r io.Reader) (io.Reader, error) { return brotli.NewReader(r), nil },
		"gzip": func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) },
	}
	for name, f := range files {
		if f.packed == nil {
			if res := get(URL(name), "br, gzip"); res.Header.Get("Content-Encoding") != "" || res.Header.Get("Vary") != "" {
				t.Errorf("%s is compressed already: %v", name, res.Header)
			}
			continue
		}
		for coding, reader := range unpack {
			res := get(URL(name), coding)
			packed := body(t, res)
			if res.Header.Get("Content-Encoding") != coding || res.Header.Get("Vary") != "Accept-Encoding" || res.Header.Get("Content-Length") != strconv.Itoa(len(packed)) {
				t.Errorf("%s in %s: %d bytes, %v", name, coding, len(packed), res.Header)
			}
			if len(packed) >= len(f.plain) {
				t.Errorf("%s takes %d bytes, and %d in %s", name, len(f.plain), len(packed), coding)
			}
			r, err := reader(bytes.NewReader(packed))
			if err != nil {
				t.Fatalf("%s in %s: %v", name, coding, err)
			}
			if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, f.plain) {
				t.Errorf("%s in %s is another text, %v", name, coding, err)
			}
		}
		if res := get(URL(name), ""); !bytes.Equal(body(t, res), f.plain) || res.Header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("%s is not sent as it is: %v", name, res.Header)
		}
	}
}

func TestTheCodingIsTheOneThatTheBrowserLikesBest(t *testing.T) {
	for header, want := range map[string]string{
		"":                              identity,
		"gzip, deflate":                 "gzip",
		"gzip, deflate, br, zstd":       "br",
		"GZIP;Q=0.5 , BR ; q=0.5":       "br",
		"br;q=0.5, gzip;q=0.8":          "gzip",
		"br;q=0, gzip":                  "gzip",
		"br;q=0.000, gzip;q=0":          identity,
		"*":                             "br",
		"br;q=0, *;q=0.1":               "gzip",
		"*;q=0":                         identity,
		"identity, br;q=0.9, gzip;q=.9": identity,
		"identity;q=0.5, gzip":          "gzip",
		"identity;q=0, gzip;q=0.1":      "gzip",
		"deflate, zstd":                 identity,
		"br;q=much, gzip;q=-1":          identity,
		";;,=,q=1,":                     identity,
	} {
		if got := negotiate(header); got != want {
			t.Errorf("%q: %s, want %s", header, got, want)
		}
	}
}

func TestACodingMayBeNamedInASecondHeader(t *testing.T) {
	res := ask(http.MethodGet, URL("css/site.css"), http.Header{"Accept-Encoding": {"gzip", "br"}})
	if got := res.Header.Get("Content-Encoding"); got != "br" {
		t.Error(got)
	}
}

func TestHeadSaysWhatGetWouldSend(t *testing.T) {
	for _, name := range []string{"css/site.css", "fonts/flap.woff2"} {
		for _, coding := range []string{"", "gzip", "br"} {
			header := http.Header{"Accept-Encoding": {coding}}
			want, got := ask(http.MethodGet, URL(name), header), ask(http.MethodHead, URL(name), header)
			if got.StatusCode != http.StatusOK || !maps.EqualFunc(want.Header, got.Header, slices.Equal) {
				t.Errorf("%s in %q: %v, want %v", name, coding, got.Header, want.Header)
			}
			if sent := body(t, got); len(sent) > 0 {
				t.Errorf("%s in %q: %d bytes", name, coding, len(sent))
			}
		}
	}
}

func TestWhatABrowserHasIsNotSentAgain(t *testing.T) {
	tags := map[string]bool{}
	for _, coding := range []string{"", "gzip", "br"} {
		tag := get(URL("css/site.css"), coding).Header.Get("ETag")
		if tags[tag] {
			t.Errorf("%q: the tag of other bytes, %s", coding, tag)
		}
		tags[tag] = true
		res := ask(http.MethodGet, URL("css/site.css"), http.Header{"Accept-Encoding": {coding}, "If-None-Match": {tag}})
		if res.StatusCode != http.StatusNotModified || len(body(t, res)) > 0 {
			t.Errorf("%q: %d", coding, res.StatusCode)
		}
		for key, want := range map[string]string{
			"ETag": tag, "Vary": "Accept-Encoding", "Cache-Control": "public, max-age=31536000, immutable",
			"Content-Encoding": "", "Content-Length": "", "Content-Type": "",
		} {
			if got := res.Header.Get(key); got != want {
				t.Errorf("%q: %s is %q, want %q", coding, key, got, want)
			}
		}
	}
}

// Safari plays no sound from a server that sends it only as a whole.
func TestASoundIsSentInRanges(t *testing.T) {
	whole := body(t, get(URL("sounds/your-turn.mp3"), ""))
	res := ask(http.MethodGet, URL("sounds/your-turn.mp3"), http.Header{"Range": {"bytes=0-1"}})
	if got := body(t, res); res.StatusCode != http.StatusPartialContent || !bytes.Equal(got, whole[:2]) || res.Header.Get("Content-Length") != "2" {
		t.Errorf("%d: % x, %v", res.StatusCode, got, res.Header)
	}
}

func TestManyMayAskForAFileBeforeItIsCompressed(t *testing.T) {
	fresh, _ := load(fstest.MapFS{"img/a.svg": {Data: bytes.Repeat([]byte("<g/>"), 1000)}})
	packed := fresh["img/a.svg"].packed[brotlied]
	var asking sync.WaitGroup
	for range 8 {
		asking.Go(func() {
			if len(packed()) > 100 {
				t.Error("not compressed")
			}
		})
	}
	asking.Wait()
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
	all := append([]string{"streamed", "gallery"}, sheets...) // which pages link by themselves
	for _, name := range names {
		if !slices.Contains(all, strings.TrimSuffix(path.Base(name), ".css")) {
			t.Errorf("%s is not in the bundle", name)
		}
	}
	if len(names) != len(all) {
		t.Errorf("%d style sheets, of which %d are known", len(names), len(all))
	}
}

// token is what a style sheet is made of, in so far as comments and white space go.
var token = regexp.MustCompile(`(?s)"[^"]*"|'[^']*'|/\*.*?\*/|\s+|[^"'/\s]+|.`)

// tokens takes a style sheet apart; white space of any length is one space, and a
// comment is nothing.
func tokens(sheet []byte) []string {
	var all []string
	for _, found := range token.FindAllString(string(sheet), -1) {
		if strings.HasPrefix(found, "/*") {
			continue
		}
		if strings.TrimSpace(found) == "" {
			found = " "
		}
		if found != " " || len(all) > 0 && all[len(all)-1] != " " {
			all = append(all, found)
		}
	}
	return all
}

func TestTheBundleHasAllTheRulesAndNoComments(t *testing.T) {
	var written bytes.Buffer
	for _, sheet := range sheets {
		data, err := fs.ReadFile(tree, "css/"+sheet+".css")
		if err != nil {
			t.Fatal(err)
		}
		written.Write(append(data, '\n'))
	}
	bundle := files["css/site.css"].plain
	if want, got := tokens(written.Bytes()), tokens(bundle); !slices.Equal(got, want) {
		for i := range min(len(want), len(got)) {
			if got[i] != want[i] {
				t.Fatalf("%q instead of %q after %q", got[i], want[i], want[max(0, i-5):i])
			}
		}
		t.Errorf("%d tokens, want %d", len(got), len(want))
	}
	if found := regexp.MustCompile(`/\*|\n\s`).Find(bundle); found != nil {
		t.Errorf("%q is left", found)
	}
}

func TestTheBundleIsPutTogetherInTheOrderOfTheSheets(t *testing.T) {
	tree, want := fstest.MapFS{}, ""
	for _, sheet := range sheets {
		tree["css/"+sheet+".css"] = &fstest.MapFile{Data: []byte("/* " + sheet + " * of\n/ **/@media print{\n\n  ." + sheet + "\n\t.b{color:red}/**/\n}\n")}
		want += "@media print{\n." + sheet + "\n.b{color:red}\n}\n"
	}
	files, _ := load(tree)
	if got := string(files["css/site.css"].plain); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if len(files) != 1 {
		t.Errorf("%d files", len(files))
	}
}

func TestWhatTheStylesReferToExists(t *testing.T) {
	for _, found := range regexp.MustCompile(`url\(([^)]*)\)`).FindAllStringSubmatch(string(files["css/site.css"].plain), -1) {
		if name := path.Join("css", found[1]); files[name].plain == nil {
			t.Errorf("no %s", name)
		}
	}
}

func TestTheIconsOfTheManifestExistInTheirSizes(t *testing.T) {
	var manifest struct {
		Icons []struct{ Src, Sizes, Type string }
	}
	if err := json.Unmarshal(files["site.webmanifest"].plain, &manifest); err != nil {
		t.Fatal(err)
	}
	sizes := map[string]bool{}
	for _, icon := range manifest.Icons {
		sizes[icon.Sizes] = true
		f := files[icon.Src]
		if f.media != icon.Type {
			t.Errorf("%s is %q, not %q", icon.Src, f.media, icon.Type)
		}
		if icon.Type != "image/png" {
			continue
		}
		picture, err := png.DecodeConfig(bytes.NewReader(f.plain))
		if size := fmt.Sprintf("%dx%d", picture.Width, picture.Height); err != nil || size != icon.Sizes {
			t.Errorf("%s is %s, not %s, %v", icon.Src, size, icon.Sizes, err)
		}
	}
	for _, size := range []string{"192x192", "512x512"} { // which browsers ask for
		if !sizes[size] {
			t.Errorf("no icon of %s", size)
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

func TestEveryFileOfOthersIsInARecord(t *testing.T) {
	all, err := AllVendored()
	if err != nil {
		t.Fatal(err)
	}
	recorded := map[string]int{}
	for _, v := range all {
		for _, name := range v.Files {
			if _, err := fs.Stat(tree, name); err != nil {
				t.Errorf("%s is recorded: %v", name, err)
			}
			recorded[name]++
		}
	}
	var others []string
	for _, pattern := range []string{"js/*.min.js", "fonts/*.woff2"} {
		found, err := fs.Glob(tree, pattern)
		if err != nil || len(found) == 0 {
			t.Fatalf("%s: %v, %v", pattern, found, err)
		}
		others = append(others, found...)
	}
	for _, name := range others {
		if recorded[name] != 1 {
			t.Errorf("%s is in %d records", name, recorded[name])
		}
	}
}
