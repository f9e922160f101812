//go:build !race

package public

import "github.com/andybalholm/brotli"

// effort is how hard brotli tries: all the files take it a second, once per start.
const effort = brotli.BestCompression
