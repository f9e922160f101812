package handlers_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"worldtravel/handlers/opensource"
	"worldtravel/public"
	"worldtravel/views"
	"worldtravel/views/words"
)

// inClass gives the texts of the elements of a class, in order.
func (p *page) inClass(class string) (texts []string) {
	for n := range p.root.Descendants() {
		if n.Type == html.ElementNode && slices.Contains(strings.Fields(attr(n, "class")), class) {
			texts = append(texts, strings.TrimSpace(textOf(n)))
		}
	}
	return texts
}

func TestEveryPageLeadsToWhatTheSiteIsMadeOf(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, ben := s.player("Ada"), s.player("Ben")
	room, game := s.room(ada), s.game(ada, ben)
	for _, address := range []string{
		views.LobbyURL, views.LeaderboardURL, views.ProfileURL("Ada"), views.EditProfileURL, views.CreateRoomURL,
		views.RoomURL(room), views.RoomURL(game), views.OpenSourceURL, views.HowItWorksURL, "/nowhere",
	} {
		ada.open(address)
		ada.follow("Open source")
		if ada.page.StatusCode != http.StatusOK || ada.page.address() != views.OpenSourceURL {
			t.Errorf("from %s the link leads to %s: %d", address, ada.page.address(), ada.page.StatusCode)
		}
	}
}

func TestTheSiteSaysWhatBrowsersAreSentOfOthers(t *testing.T) {
	t.Parallel()
	p := newSite(t).browser().open(views.OpenSourceURL)
	files, err := public.AllVendored()
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 3 {
		t.Fatalf("only %d are recorded", len(files))
	}
	names, versions := p.inClass("credits__name"), p.inClass("credits__version")
	for _, f := range files {
		i := slices.Index(names, f.Name)
		if i < 0 || versions[i] != f.Version {
			t.Errorf("%s %s is not among %v", f.Name, f.Version, names)
			continue
		}
		if link := p.named("a", f.Name); link == nil || attr(link, "href") != f.Repository {
			t.Errorf("%s does not lead to %s", f.Name, f.Repository)
		}
	}
}

func TestGoItselfIsListedFirst(t *testing.T) {
	t.Parallel()
	p := newSite(t).browser().open(views.OpenSourceURL)
	if names := p.inClass("credits__name"); names[0] != "Go" {
		t.Errorf("the first of %v", names)
	}
}

func TestEachLicenceThatIsNamedIsExplainedOnceInEachLanguage(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, l := range words.All() {
		b := s.browser()
		b.keepCookie("language", l.Tag)
		p := b.open(views.OpenSourceURL)
		named := map[string]bool{}
		for _, all := range p.inClass("credits__licence") {
			for _, spdx := range strings.Fields(all) {
				named[spdx] = true
			}
		}
		explained := p.inClass("licences__name")
		for _, spdx := range explained {
			if !named[spdx] {
				t.Errorf("%s: %s is explained, and nothing has it", l.Tag, spdx)
			}
			delete(named, spdx)
		}
		if len(named) > 0 || len(explained) != len(slices.Compact(slices.Clone(explained))) {
			t.Errorf("%s: explained are %v, and not %v", l.Tag, explained, named)
		}
		for _, text := range p.inClass("licences__cell") {
			if strings.HasPrefix(text, "opensource.") {
				t.Errorf("%s: there are no words for %s", l.Tag, text)
			}
		}
	}
}

func TestEachNoteHasWordsAndALicenceThatIsExplained(t *testing.T) {
	t.Parallel()
	licences := map[string]bool{"0BSD": true, "OFL-1.1": true} // those of the browser's files
	for _, notes := range []map[string]opensource.Note{opensource.ModuleNotes(), opensource.BrowserNotes()} {
		for path, note := range notes {
			if key := "opensource.use." + note.Use; words.English().T(key) == key {
				t.Errorf("%s: there are no words for %s", path, key)
			}
			for _, spdx := range note.Licences {
				licences[spdx] = true
			}
		}
	}
	for spdx := range licences {
		for _, kind := range []string{"opensource.allowed.", "opensource.forbidden.", "opensource.asked."} {
			if key := kind + spdx; words.English().T(key) == key {
				t.Errorf("there are no words for %s", key)
			}
		}
	}
}

func TestHowItWorksShowsEachRecordedCallWithItsLine(t *testing.T) {
	t.Parallel()
	recorded, err := opensource.Recorded()
	if err != nil {
		t.Fatal(err)
	}
	var functions, places []string
	links := map[string]string{}
	for _, subject := range recorded.Subjects {
		for _, chain := range subject.Chains {
			works := 0
			for _, call := range chain.Calls {
				functions, places = append(functions, call.Function), append(places, call.Place())
				links[call.Place()] = call.Link()
				if call.Works {
					works++
				}
			}
			if works != 1 {
				t.Errorf("%s: %d calls do the work", chain.Name, works)
			}
		}
	}
	if len(functions) < 50 {
		t.Fatalf("only %d calls are recorded", len(functions))
	}
	p := newSite(t).browser().open(views.HowItWorksURL)
	if got := p.inClass("chain__function"); !slices.Equal(got, functions) {
		t.Errorf("the page shows %v", got)
	}
	if got := p.inClass("chain__place"); !slices.Equal(got, places) {
		t.Errorf("the page shows %v", got)
	}
	for place, link := range links {
		if a := p.named("a", place); (a != nil) != (link != "") || a != nil && attr(a, "href") != link {
			t.Errorf("%s does not lead to %q", place, link)
		}
	}
	for _, l := range words.All() {
		b := newSite(t).browser()
		b.keepCookie("language", l.Tag)
		if text := b.open(views.HowItWorksURL).text(); strings.Contains(text, "howitworks.") {
			t.Errorf("%s: a chain has no words:\n%s", l.Tag, text)
		}
	}
}
