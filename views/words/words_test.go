package words_test

import (
	"context"
	"testing"

	"worldtravel/views/words"
)

func TestAReaderIsAddressedInTheBestLanguageThereIs(t *testing.T) {
	for accept, want := range map[string]string{
		"": "en", "de-AT,de;q=0.9,en;q=0.8": "de", "fr,es;q=0.5": "es", "zh-CN": "zh", "zh-Hans": "zh", "fr": "en",
		"en-GB,de;q=0.9": "en", ";;;": "en", "*": "en",
	} {
		if got := words.Match(accept).Tag; got != want {
			t.Errorf("%q: %s, want %s", accept, got, want)
		}
	}
}

func TestOrdinalsFollowTheLanguage(t *testing.T) {
	english, _ := words.Named("en")
	for n, want := range map[int]string{1: "1st", 2: "2nd", 3: "3rd", 4: "4th", 11: "11th", 12: "12th", 13: "13th", 21: "21st", 102: "102nd", 111: "111th"} {
		if got := english.Ordinal(n); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}

func TestNamesAreJoinedAsPeopleSayThem(t *testing.T) {
	german, _ := words.Named("de")
	for _, c := range []struct {
		l     *words.Language
		names []string
		want  string
	}{
		{words.English(), nil, ""},
		{words.English(), []string{"Ada"}, "Ada"},
		{words.English(), []string{"Ada", "Ben", "Chen"}, "Ada, Ben and Chen"},
		{german, []string{"Ada", "Ben"}, "Ada und Ben"},
	} {
		if got := c.l.And(c.names); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

func TestAContextSpeaksTheLanguageItWasGiven(t *testing.T) {
	german, _ := words.Named("de")
	if got := words.Of(words.In(context.Background(), german)); got != german {
		t.Errorf("%s, want de", got.Tag)
	}
	if got := words.Of(context.Background()).Tag; got != "en" {
		t.Errorf("without any: %s, want en", got)
	}
}

func BenchmarkText(b *testing.B) {
	for b.Loop() {
		words.English().T("list.comma")
	}
}

func BenchmarkTextWithArguments(b *testing.B) {
	for b.Loop() {
		words.English().T("list.last", "First", "Ada", "Last", "Ben")
	}
}
