//go:build race

package public

// effort is less under the race detector, where the best that brotli can do takes
// fifteen seconds at every start; this takes less than one, for a tenth more bytes.
const effort = 5
