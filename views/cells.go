package views

import "golang.org/x/text/width"

// cells is how many letters wide a text is about; a Chinese character counts for
// two (Unicode Standard Annex 11).
func cells(text string) int {
	n := 0
	for _, r := range text {
		switch width.LookupRune(r).Kind() {
		case width.EastAsianWide, width.EastAsianFullwidth:
			n += 2
		default:
			n++
		}
	}
	return n
}
