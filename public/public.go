// Package public serves what the pages are made of: styles, scripts, pictures
// and fonts. They are part of the program, so that it needs no files beside it.
package public

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// Prefix begins the path of every file.
const Prefix = "/public/"

//go:embed css fonts img js
var tree embed.FS

// sheets are the components of css/site.css in the order in which they are put
// together: the shared ones first, layout last. css/streamed.css is not among them:
// pages link it for browsers without scripts.
var sheets = []string{
	"tokens", "base", "header", "footer", "button", "notice", "lost",
	"hero", "departures", "flap", "boarding-card", "label",
	"board", "board-places", "piece", "turn", "next", "die", "log", "arrival",
	"passport", "sight", "trip", "ranking", "form", "stream", "text", "layout",
}

// types holds the media type of each kind of file, and whether it is worth
// compressing.
var types = map[string]struct {
	media string
	text  bool
}{
	".css":   {"text/css; charset=utf-8", true},
	".js":    {"text/javascript; charset=utf-8", true},
	".svg":   {"image/svg+xml", true},
	".txt":   {"text/plain; charset=utf-8", true},
	".woff2": {"font/woff2", false},
}

// file is one file as it is sent.
type file struct {
	media           string
	plain, squeezed []byte // squeezed by gzip; nil when that saves nothing
}

// files and hash are made once, from what the program was built with.
var files, hash = load(tree)

// load reads every file, makes the bundle css/site.css, and hashes the lot. One
// hash stands for all the files, so that a relative address inside a style sheet
// changes when the file it names does.
func load(tree fs.FS) (map[string]file, string) {
	files, sum := map[string]file{}, sha256.New()
	add := func(name string, data []byte) {
		sum.Write([]byte(name + "\x00" + strconv.Itoa(len(data)) + "\x00"))
		sum.Write(data)
		kind := types[path.Ext(name)]
		f := file{media: kind.media, plain: data}
		if kind.text {
			f.squeezed = squeeze(data)
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
		panic(err) // the tree is part of the program: it can be read
	}
	var bundle bytes.Buffer
	for _, name := range sheets {
		bundle.Write(files["css/"+name+".css"].plain)
		bundle.WriteByte('\n')
	}
	add("css/site.css", bundle.Bytes())
	return files, hex.EncodeToString(sum.Sum(nil))[:8]
}

// squeeze compresses text, or returns nil when that saves nothing.
func squeeze(data []byte) []byte {
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.BestCompression) // the level is a valid one
	w.Write(data)                                         // a buffer takes everything
	w.Close()
	if b.Len() >= len(data) {
		return nil
	}
	return b.Bytes()
}

// URL is the address of a file, "css/site.css", which changes when any file
// does: browsers may keep what they find there for good.
func URL(name string) string { return Prefix + hash + "/" + name }

// Handler serves the files at the addresses that URL gives. An address of an
// earlier build leads to the present one.
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
		h := w.Header()
		h.Set("Content-Type", f.media)
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
		body := f.plain
		if f.squeezed != nil {
			h.Set("Vary", "Accept-Encoding")
			if acceptsGzip(r.Header.Get("Accept-Encoding")) {
				h.Set("Content-Encoding", "gzip")
				body = f.squeezed
			}
		}
		h.Set("Content-Length", strconv.Itoa(len(body)))
		w.Write(body) // a client that has gone needs no answer
	})
}

// acceptsGzip reads an Accept-Encoding header (RFC 9110, section 12.5.3).
func acceptsGzip(header string) bool {
	for part := range strings.SplitSeq(header, ",") {
		coding, weight, _ := strings.Cut(part, ";")
		if strings.EqualFold(strings.TrimSpace(coding), "gzip") {
			q, ok := strings.CutPrefix(strings.TrimSpace(weight), "q=")
			v, err := strconv.ParseFloat(q, 64)
			return !ok || err != nil || v > 0
		}
	}
	return false
}
