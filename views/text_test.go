package views_test

import (
	"strings"
	"testing"

	"worldtravel/views"
	"worldtravel/views/words"
)

func TestTheLinkToTheTextVersionIsSeenWithoutScriptsOnly(t *testing.T) {
	got := rendered(t, views.RoomPage(views.Room{ID: "r", You: -1}))
	if link := `<noscript><a class="skip-link" href="/rooms/r/text">Text version</a></noscript>`; !strings.Contains(got, link) {
		t.Errorf("no %s", link)
	}
}

func TestAButtonOfATextVersionIsInBracketsWhereThereAreNoStyles(t *testing.T) {
	const bracket = `<span class="visually-hidden" aria-hidden="true">`
	if want := bracket + `[</span>Play again` + bracket + `]</span></button>`; !strings.Contains(rendered(t, previews(words.English())["text-won"]), want) {
		t.Errorf("no %s", want)
	}
}
