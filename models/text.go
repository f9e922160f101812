package models

import (
	"crypto/rand"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// NewID returns a random id of 16 letters and digits (80 bits): too many to
// guess, short enough for an address.
func NewID() string { return strings.ToLower(rand.Text())[:16] }

var idPattern = regexp.MustCompile(`^[a-z2-7]{16}$`)

// ValidID reports whether s can have come from NewID.
func ValidID(s string) bool { return idPattern.MatchString(s) }

// foldName gives the form in which user names are compared: without regard to
// case and to the ways Unicode has of writing one letter.
func foldName(name string) string {
	// Lower case first: Fold alone turns the two cases of Cherokee into each other.
	return norm.NFKC.String(cases.Fold().String(strings.ToLower(norm.NFKC.String(name))))
}

// SameName reports whether two names are one user's.
func SameName(a, b string) bool { return foldName(a) == foldName(b) }

// checkName tells what is wrong with the name of a user, which has this many
// characters at least, and gives it in composed form.
func checkName(name string, least int) (string, error) {
	name = norm.NFC.String(name)
	if n := utf8.RuneCountInString(name); n < least || n > NameMost {
		return "", Refuse(NameLength, least, NameMost)
	}
	for _, r := range name {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' && r != '-' || blank(r) {
			return "", Refuse(NameLetters)
		}
	}
	return name, nil
}

// checkLine tidies a line of free text and tells what is wrong with it. Characters
// that cannot be seen are refused, for they can make a text look like another;
// the joiner inside emoji and scripts that need it may stay.
func checkLine(text string, most int, tooLong Code) (string, error) {
	text = strings.TrimSpace(norm.NFC.String(text))
	if !utf8.ValidString(text) {
		return "", Refuse(TextCharacters)
	}
	visible := text == ""
	for _, r := range text {
		joiner := r == '\u200d' || r == '\u200c'
		if unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co) && !joiner {
			return "", Refuse(TextCharacters)
		}
		visible = visible || unicode.IsGraphic(r) && !unicode.IsSpace(r) && !unicode.IsMark(r) && !blank(r)
	}
	if !visible {
		return "", Refuse(TextCharacters)
	}
	if utf8.RuneCountInString(text) > most {
		return "", Refuse(tooLong, most)
	}
	return text, nil
}

// blank reports whether a character that counts as a letter or sign shows nothing:
// the fillers of Hangul, and the empty pattern of Braille.
func blank(r rune) bool {
	return unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r) || r == '\u2800'
}
