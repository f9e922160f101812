package public

import (
	"bytes"
	"compress/gzip"
	"io"
	"strconv"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
)

// The content codings, by their names in HTTP.
const (
	identity = "identity"
	gzipped  = "gzip"
	brotlied = "br"
)

// preferred lists the codings in the order in which they are offered: the smallest
// result first.
var preferred = []string{brotlied, gzipped, identity}

// pack compresses data in each coding, as well as it can be done, when it is first
// asked for: the best brotli of all the files takes a second, for which no start
// should wait.
func pack(data []byte) map[string]func() []byte {
	packed := func(to func(io.Writer) io.WriteCloser) func() []byte {
		return sync.OnceValue(func() []byte {
			var b bytes.Buffer
			w := to(&b)
			w.Write(data) // a buffer takes everything
			w.Close()
			return b.Bytes()
		})
	}
	return map[string]func() []byte{
		brotlied: packed(func(w io.Writer) io.WriteCloser { return brotli.NewWriterLevel(w, effort) }),
		gzipped: packed(func(w io.Writer) io.WriteCloser {
			z, _ := gzip.NewWriterLevel(w, gzip.BestCompression) // the level is a valid one
			return z
		}),
	}
}

// Precompress compresses every file beforehand, so that no first visitor waits for it.
// It may run beside the handler.
func Precompress() {
	for _, coding := range preferred {
		for _, f := range files {
			if packed := f.packed[coding]; packed != nil {
				packed()
			}
		}
	}
}

// negotiate chooses the coding that an Accept-Encoding header likes best (RFC 9110,
// section 12.5.3); among equals the preferred one. What a header leaves out is not
// accepted, save identity, which is the last resort; no header is identity.
func negotiate(header string) string {
	weights := map[string]float64{}
	for part := range strings.SplitSeq(header, ",") {
		coding, parameter, _ := strings.Cut(part, ";")
		weights[strings.ToLower(strings.TrimSpace(coding))] = weight(parameter)
	}
	best, most := identity, 0.0
	for _, coding := range preferred {
		w, named := weights[coding]
		if !named {
			w = weights["*"]
		}
		if w > most {
			best, most = coding, w
		}
	}
	return best
}

// weight reads the parameter "q=0.5"; a coding without one weighs 1.
func weight(parameter string) float64 {
	name, value, _ := strings.Cut(strings.TrimSpace(parameter), "=")
	if !strings.EqualFold(name, "q") {
		return 1
	}
	q, err := strconv.ParseFloat(value, 64)
	if err != nil || q < 0 {
		return 0
	}
	return q
}
