// Package words is the catalogue of everything the site says: one file for each
// language, and the way from a key to a sentence.
package words

import (
	"context"
	"embed"
	"fmt"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

//go:embed *.toml
var files embed.FS

// Language is a language that the site speaks.
type Language struct {
	Tag  string // as in <html lang>: "de"
	Name string // as its speakers call it: "Deutsch"

	tag       language.Tag
	localizer *i18n.Localizer
	fixed     map[string]string // what has neither arguments nor plurals
}

// languages are those of the catalogue; the first speaks where another has no word.
var languages = load([]*Language{
	{Tag: "en", Name: "English"},
	{Tag: "de", Name: "Deutsch"},
	{Tag: "es", Name: "Español"},
	{Tag: "zh", Name: "中文"},
})

// matcher finds the language for a reader.
var matcher = language.NewMatcher(tags(languages))

func tags(all []*Language) []language.Tag {
	var tags []language.Tag
	for _, l := range all {
		tags = append(tags, l.tag)
	}
	return tags
}

// load reads the file of each language.
func load(all []*Language) []*Language {
	bundle := i18n.NewBundle(language.English)
	bundle.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	for _, l := range all {
		l.tag = language.MustParse(l.Tag)
		file, err := bundle.LoadMessageFileFS(files, l.Tag+".toml")
		if err != nil {
			panic(err) // the files are part of the program, and a test reads them
		}
		l.fixed = map[string]string{}
		for _, m := range file.Messages {
			if m.One == "" && !strings.Contains(m.Other, "{{") {
				l.fixed[m.ID] = m.Other
			}
		}
		l.localizer = i18n.NewLocalizer(bundle, l.Tag)
	}
	return all
}

// All lists the languages of the catalogue in the order in which they are offered.
func All() []*Language { return languages }

// English is the language of those who asked for none that the site speaks.
func English() *Language { return languages[0] }

// Named is the language with a tag; ok is false when the site does not speak it.
func Named(tag string) (l *Language, ok bool) {
	for _, l := range languages {
		if l.Tag == tag {
			return l, true
		}
	}
	return English(), false
}

// Match is the language that suits an Accept-Language header best (RFC 9110,
// section 12.5.4); English for none.
func Match(accept string) *Language {
	const longest = 200 // of a header that is worth reading
	if len(accept) > longest {
		accept = accept[:longest]
	}
	_, i := language.MatchStrings(matcher, accept)
	return languages[i]
}

type contextKey struct{}

// In gives a context in whose templates the language is spoken.
func In(ctx context.Context, l *Language) context.Context {
	return context.WithValue(ctx, contextKey{}, l)
}

// Of is the language of a context; English unless In has set another.
func Of(ctx context.Context) *Language {
	if l, ok := ctx.Value(contextKey{}).(*Language); ok {
		return l
	}
	return English()
}

// T is a text of the catalogue in the language of a context: see Language.T.
func T(ctx context.Context, key string, args ...any) string { return Of(ctx).T(key, args...) }

// N is a text with a number in the language of a context: see Language.N.
func N(ctx context.Context, key string, n int, args ...any) string { return Of(ctx).N(key, n, args...) }

// T gives the text with a key. args are the names of the text's arguments, each
// followed by its value. A key that no file has is given back as it is: a test sees
// to it that there is none.
func (l *Language) T(key string, args ...any) string {
	if text, ok := l.fixed[key]; ok {
		return text
	}
	return l.localize(&i18n.LocalizeConfig{MessageID: key, TemplateData: named(args)})
}

// N is T for a text that depends on a number, which it calls N: it comes in the
// forms that the language has for numbers (Unicode CLDR, cardinal plural rules).
func (l *Language) N(key string, n int, args ...any) string {
	data := named(args)
	data["N"] = n
	return l.localize(&i18n.LocalizeConfig{MessageID: key, TemplateData: data, PluralCount: n})
}

func (l *Language) localize(config *i18n.LocalizeConfig) string {
	text, err := l.localizer.Localize(config)
	if text == "" && err != nil {
		return config.MessageID
	}
	return text
}

func named(args []any) map[string]any {
	data := make(map[string]any, len(args)/2+1)
	for i := 0; i+1 < len(args); i += 2 {
		data[fmt.Sprint(args[i])] = args[i+1]
	}
	return data
}

// ordinalForms names the forms of ordinal numbers, as the files call them.
var ordinalForms = map[plural.Form]string{plural.One: "first", plural.Two: "second", plural.Few: "third"}

// Ordinal is a rank in short: "1st" (Unicode CLDR, ordinal plural rules).
func (l *Language) Ordinal(n int) string {
	form, ok := ordinalForms[plural.Ordinal.MatchPlural(l.tag, n, 0, 0, 0, 0)]
	if !ok {
		form = "rest"
	}
	return l.T("ordinal."+form, "N", n)
}

// And joins what is said one after the other: "Ada, Ben and Chen".
func (l *Language) And(items []string) string {
	switch n := len(items); n {
	case 0:
		return ""
	case 1:
		return items[0]
	default:
		first := strings.Join(items[:n-1], l.T("list.comma"))
		return l.T("list.last", "First", first, "Last", items[n-1])
	}
}
