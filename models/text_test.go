package models

import (
	"errors"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestALineMayHoldWhatPeopleWrite(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", ""},
		{"   ", ""},
		{"  Ada’s room\t", "Ada’s room"},
		{"<b>bold</b> & \"quoted\"", "<b>bold</b> & \"quoted\""},
		{"80天环游世界", "80天环游世界"},
		{"حول العالم", "حول العالم"},
		{"می\u200cخواهم", "می\u200cخواهم"}, // a Persian word has a joiner that joins not
		{"नमस्ते", "नमस्ते"},
		{"👩‍✈️ and 👨‍👩‍👧‍👦", "👩‍✈️ and 👨‍👩‍👧‍👦"},
		{"🏳️‍🌈", "🏳️‍🌈"},
		{"Zoe\u0308", "Zoë"},
		{strings.Repeat("e\u0301", 40), strings.Repeat("é", 40)},
		{strings.Repeat("世", 40), strings.Repeat("世", 40)},
	} {
		if got, err := checkLine(c.text, 40, TextLength); err != nil || got != c.want {
			t.Errorf("%q: got %q, %v", c.text, got, err)
		}
	}
}

func TestALineMayNotHoldWhatCannotBeSeen(t *testing.T) {
	for _, text := range []string{
		"a\u0000b", "a\nb", "a\tb", "a\u007fb", "a\u0085b",
		"a\u202eb", "a\u202ab", "a\u2066b", "a\u2069b", "a\u200eb", "a\u200fb", "a\u061cb",
		"a\u200bb", "a\u2060b", "a\ufeffb", "a\u00adb", "a\u2028b", "a\u2029b", "a\ue000b", "a\U000e0041b",
		"\u200d", "\u0301\u0302", "\ufe0f", "\u3164", "\u115f \u1160", "\u2800", "a\xffb",
	} {
		if got, err := checkLine(text, 40, TextLength); !errors.Is(err, Refuse(TextCharacters)) {
			t.Errorf("%q: got %q, %v", text, got, err)
		}
	}
}

func TestALineIsAsLongAsItsCharacters(t *testing.T) {
	for _, letter := range []string{"a", "é", "世", "𝒜"} {
		if _, err := checkLine(strings.Repeat(letter, 40), 40, RoomNameLength); err != nil {
			t.Errorf("40 of %s: %v", letter, err)
		}
		if _, err := checkLine(strings.Repeat(letter, 41), 40, RoomNameLength); !errors.Is(err, Refuse(RoomNameLength)) {
			t.Errorf("41 of %s: %v", letter, err)
		}
	}
}

func TestAnIDOfOursIsValidAndNoTwoAreAlike(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		id := NewID()
		if !ValidID(id) || seen[id] {
			t.Fatalf("%q: valid %t, seen before %t", id, ValidID(id), seen[id])
		}
		seen[id] = true
	}
}

func TestEveryLetterFoldsLikeItsOtherCases(t *testing.T) {
	for r := range unicode.MaxRune {
		if !unicode.IsLetter(r) {
			continue
		}
		folded := foldName(string(r))
		if foldName(folded) != folded {
			t.Errorf("%U folds to %q, and that to %q", r, folded, foldName(folded))
		}
		if other := unicode.SimpleFold(r); foldName(string(other)) != folded {
			t.Errorf("%U folds to %q, and %U to %q", r, folded, other, foldName(string(other)))
		}
	}
}

func FuzzLine(f *testing.F) {
	for _, seed := range []string{"Ada’s room", "👩‍✈️", "a\u202eb", "e\u0301", "\u200d", "\xff", "  \u3164 "} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		line, err := checkLine(text, 40, TextLength)
		if err != nil {
			if line != "" {
				t.Errorf("refused, and yet %q", line)
			}
			return
		}
		if !utf8.ValidString(line) || utf8.RuneCountInString(line) > 40 || line != strings.TrimSpace(line) {
			t.Errorf("accepted %q", line)
		}
		for _, r := range line {
			if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) && r != '\u200c' && r != '\u200d' {
				t.Errorf("accepted %q with %U", line, r)
			}
		}
		if again, err := checkLine(line, 40, TextLength); err != nil || again != line {
			t.Errorf("%q is not accepted again: %q, %v", line, again, err)
		}
	})
}

func FuzzName(f *testing.F) {
	for _, seed := range []string{"Ada", "ada_2-b", "Zoe\u0308", "李小龙", "ﬁlip", "Straße", "a\u202eb", "\xff\xff\xff", "İstanbul", "\u3164\u3164\u3164"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		name, err := checkName(typed, NameLeast)
		if err != nil {
			if name != "" {
				t.Errorf("refused, and yet %q", name)
			}
			return
		}
		if n := utf8.RuneCountInString(name); !utf8.ValidString(name) || n < NameLeast || n > NameMost {
			t.Errorf("accepted %q", name)
		}
		for _, r := range name {
			if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.IsSpace(r) || unicode.IsMark(r) {
				t.Errorf("accepted %q with %U", name, r)
			}
		}
		if again, err := checkName(name, NameLeast); err != nil || again != name {
			t.Errorf("%q is not accepted again: %q, %v", name, again, err)
		}
		if folded := foldName(name); foldName(typed) != folded || foldName(folded) != folded {
			t.Errorf("%q, typed %q, folds to %q, and that to %q", name, typed, folded, foldName(folded))
		}
	})
}
