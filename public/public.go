// Package public serves what the pages are made of: styles, scripts, pictures,
// sounds and fonts. They are part of the program, so that it needs no files beside it.
package public

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"os"
	"path"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Prefix begins the path of every file.
const Prefix = "/public/"

//go:embed css fonts img js site.webmanifest sounds
var tree embed.FS

// sheets are the components of css/site.css in the order in which they are put
// together: the shared ones first, layout last. css/streamed.css is not among them, as
// pages link it for browsers without scripts, nor css/gallery.css, as only developers
// see what it is for.
var sheets = []string{
	"tokens", "base", "header", "footer", "settings", "button", "notice", "lost",
	"hero", "departures", "flap", "boarding-card", "boarding", "label", "keep",
	"board", "reach", "board-places", "piece", "turn", "typed", "next", "die", "log", "arrival",
	"passport", "stamp", "sight", "trip", "ranking", "credits", "chain", "form", "stream", "text", "trace", "layout", "print",
}

// types holds the media type of each kind of file that is served, and whether it is
// worth compressing.
var types = map[string]struct {
	media string
	text  bool
}{
	".css":         {"text/css; charset=utf-8", true},
	".js":          {"text/javascript; charset=utf-8", true},
	".mp3":         {"audio/mpeg", false},
	".png":         {"image/png", false},
	".svg":         {"image/svg+xml", true},
	".txt":         {"text/plain; charset=utf-8", true},
	".webmanifest": {"application/manifest+json", true},
	".woff2":       {"font/woff2", false},
}

// file is one file as it is sent.
type file struct {
	media  string
	plain  []byte
	packed map[string]func() []byte // by content coding; nil when it is not worth it
}

// files and hash are made once, from what the program was built with.
var files, hash = load(tree)

// What a style sheet has for those who change it: comments, indentation and empty
// lines, a fifth of the bundle once compressed.
var (
	comment     = regexp.MustCompile(`(?s)/\*.*?\*/`)
	indentation = regexp.MustCompile(`\n\s+`)
)

// load is read for files that are part of the program.
func load(tree fs.FS) (map[string]file, string) {
	files, hash, err := read(tree)
	if err != nil {
		panic(err) // they can be read
	}
	return files, hash
}

// read reads every file, makes the bundle css/site.css of the sheets, without their
// comments and indentation, and hashes the lot. One hash stands for all the files, so
// that a relative address inside a style sheet changes when the file it names does.
func read(tree fs.FS) (map[string]file, string, error) {
	files, sum := map[string]file{}, sha256.New()
	add := func(name string, data []byte) {
		sum.Write([]byte(name + "\x00" + strconv.Itoa(len(data)) + "\x00"))
		sum.Write(data)
		kind := types[path.Ext(name)]
		f := file{media: kind.media, plain: data}
		if kind.text {
			f.packed = pack(data)
		}
		files[name] = f
	}
	err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if _, known := types[path.Ext(name)]; !known {
			return nil
		}
		data, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		add(name, data)
		return nil
	})
	if err != nil {
		return nil, "", err
	}
	var bundle bytes.Buffer
	for _, name := range sheets {
		name = "css/" + name + ".css"
		bundle.Write(files[name].plain)
		bundle.WriteByte('\n')
		delete(files, name)
	}
	rules := comment.ReplaceAll(bundle.Bytes(), nil)
	add("css/site.css", indentation.ReplaceAll(rules, []byte("\n")))
	return files, hex.EncodeToString(sum.Sum(nil))[:8], nil
}

// URL is the address of a file, "css/site.css", which changes when any file
// does: browsers may keep what they find there for good.
func URL(name string) string { return Prefix + hash + "/" + name }

// Handler serves the files at the addresses that URL gives, compressed for those who
// accept it, whole or in ranges. An address of an earlier build leads to the present
// one.
func Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		version, name, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, Prefix), "/")
		f, ok := files[name]
		if !ok {
			http.NotFound(w, r)
			return
		}
		if version != hash {
			w.Header().Set("Cache-Control", "no-cache")
			http.Redirect(w, r, URL(name), http.StatusFound)
			return
		}
		h, body, tag := w.Header(), f.plain, hash
		h.Set("Content-Type", f.media)
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
		if f.packed != nil {
			h.Set("Vary", "Accept-Encoding")
			if coding := negotiate(strings.Join(r.Header.Values("Accept-Encoding"), ",")); coding != identity {
				body, tag = f.packed[coding](), hash+"-"+coding
				h.Set("Content-Encoding", coding)
				h.Set("Content-Length", strconv.Itoa(len(body))) // ServeContent leaves it out beside a coding
			}
		}
		h.Set("ETag", `"`+tag+`"`)
		http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(body))
	})
}

// Folder serves the files as they are in a folder at the moment, at the addresses of
// any build: for those who change them.
func Folder(folder string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		files, _, err := read(os.DirFS(folder))
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		_, name, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, Prefix), "/")
		f, ok := files[name]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", f.media)
		w.Header().Set("Cache-Control", "no-cache")
		http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(f.plain))
	})
}
