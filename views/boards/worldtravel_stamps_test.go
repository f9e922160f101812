package boards

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"worldtravel/models/games/worldtravel"
	"worldtravel/views/words"
)

// stamped is the page of a passport, its words alone and its markup.
func stamped(t *testing.T, brought map[string]int, l *words.Language) (said, markup string) {
	t.Helper()
	markup = html(t, WorldTravel.Stamps(brought, l))
	picture, tag := regexp.MustCompile(`(?s)<svg.*?</svg>`), regexp.MustCompile(`<[^>]*>`)
	text := tag.ReplaceAllString(picture.ReplaceAllString(markup, ""), " ")
	return strings.Join(strings.Fields(text), " "), markup
}

func TestEachSightSeenHasAStampAndTheOthersHaveTheirPlace(t *testing.T) {
	said, markup := stamped(t, map[string]int{"eiffel-tower": 1, "colosseum": 12, "atlantis": 3}, words.English())
	want := "Visas , 2 of 8 sights Pyramids of Giza not yet Taj Mahal not yet Colosseum seen on 12 journeys " +
		"Eiffel Tower seen on 1 journey Mount Fuji not yet Great Wall not yet Leaning Tower of Pisa not yet " +
		"Statue of Liberty not yet Home not yet"
	if said != want {
		t.Errorf("got  %s\nwant %s", said, want)
	}
	for part, n := range map[string]int{
		`<li class="stamp">`: 2, `<li class="stamp stamp--none">`: 7, `stamp--home`: 0,
		`landmarks/eiffel-tower`: 1, `landmarks/taj-mahal`: 0, `>60</text>`: 1, `>65</text>`: 1,
	} {
		if got := strings.Count(markup, part); got != n {
			t.Errorf("%s is there %d times, want %d", part, got, n)
		}
	}
}

func TestWhoCameHomeFirstHasAStampForThatInEachLanguage(t *testing.T) {
	all := map[string]int{}
	for _, key := range WorldTravel.Souvenirs {
		all[key] = 9
	}
	for tag, want := range map[string][]string{
		"en": {"8 of 8 sights", "Pyramids of Giza seen on 9 journeys", "Home first there 9 times"},
		"de": {"8 von 8 Sehenswürdigkeiten", "Pyramiden von Gizeh auf 9 Reisen gesehen", "Ziel 9-mal gewonnen"},
		"es": {"8 de 8 maravillas", "Pirámides de Guiza en 9 viajes", "Meta en primer lugar 9 veces"},
		"zh": {"8 处名胜中的 8 处", "吉萨金字塔 9 次旅程到访", "终点 9 次最先到达"},
	} {
		said, markup := stamped(t, all, in(t, tag).Words)
		for _, want := range want {
			if !strings.Contains(said, want) {
				t.Errorf("%s: no %q in %s", tag, want, said)
			}
		}
		if strings.Contains(markup, "stamp--none") || !strings.Contains(markup, "stamp--home") {
			t.Errorf("%s: a stamp is missing", tag)
		}
	}
}

func TestTheLabelOfEachStampCanBePrinted(t *testing.T) {
	if len(labels) != len(worldtravel.Landmarks()) {
		t.Errorf("%d labels for %d landmarks", len(labels), len(worldtravel.Landmarks()))
	}
	sheet, err := os.ReadFile("../../public/img/stamps.svg")
	if err != nil {
		t.Fatal(err)
	}
	css, err := os.ReadFile("../../public/css/stamp.css")
	if err != nil {
		t.Fatal(err)
	}
	for _, label := range labels {
		if !strings.Contains(string(sheet), `id="`+label.shape+`"`) || frames[label.shape].width == "" ||
			!strings.Contains(string(css), ".stamp__poster--"+label.shape+"{") || !strings.Contains(string(css), ".stamp__label--"+label.ink+"{") ||
			!slices.ContainsFunc(rings, func(r struct{ shape, path string }) bool { return r.shape == label.shape }) {
			t.Errorf("%+v cannot be printed", label)
		}
	}
}
