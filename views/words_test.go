package views_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"

	"worldtravel/models"
	"worldtravel/views"
	"worldtravel/views/words"
)

// codes reads every code of models/errors.go.
func codes(t *testing.T) []models.Code {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../models/errors.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var all []models.Code
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if kind, ok := spec.Type.(*ast.Ident); ok && kind.Name == "Code" {
			value, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, models.Code(value))
		}
		return true
	})
	return all
}

func TestEveryRefusalIsWorded(t *testing.T) {
	fault := views.Sentence(words.English(), models.Refuse(models.Internal))
	all := codes(t)
	if len(all) < 30 {
		t.Fatalf("only %d codes found", len(all))
	}
	for _, code := range all {
		for _, l := range words.All() {
			said := views.Sentence(l, models.Refuse(code, "8", "20"))
			if said == fault && code != models.Internal {
				t.Errorf("%s: %s has no words of its own", l.Tag, code)
			}
			if !strings.HasSuffix(said, ".") && !strings.HasSuffix(said, "。") || strings.Contains(said, "<no value>") {
				t.Errorf("%s: %s: %q is not a sentence", l.Tag, code, said)
			}
		}
	}
}

func TestARefusalNamesWhatItIsAbout(t *testing.T) {
	for want, refusal := range map[string]*models.Error{
		"“Ada” is taken": models.Refuse(models.NameTaken, "Ada"),
		"3 to 20":        models.Refuse(models.NameLength, models.NameLeast, models.NameMost),
		"1 minute ":      models.Refuse(models.TooManyTries, 1),
		"7 minutes ":     models.Refuse(models.TooManyTries, 7),
		"Ben is not":     models.Refuse(models.NotReady, "Ben"),
		"Ada, Ben and Nellie Bly are not": models.Refuse(models.NotReady,
			"Ada", models.Seat{Name: "Ben"}, models.Seat{Computer: "computer:nellie-bly"}),
		"James’ turn":        models.Refuse(models.NotYourTurn, "James"),
		"Ada still has time": models.Refuse(models.TooEarly, "Ada"),
	} {
		if said := views.Sentence(words.English(), refusal); !strings.Contains(said, want) {
			t.Errorf("%q does not say %q", said, want)
		}
	}
}

func TestNoRefusalIsWordedThatThereIsNot(t *testing.T) {
	var file struct{ Refusal map[string]any }
	if _, err := toml.DecodeFile("words/en.toml", &file); err != nil || len(file.Refusal) == 0 {
		t.Fatal(len(file.Refusal), err)
	}
	all := codes(t)
	for code := range file.Refusal {
		if !slices.Contains(all, models.Code(code)) {
			t.Errorf("%s is no code", code)
		}
	}
}

func TestAnUnknownRefusalIsAFaultOfOurs(t *testing.T) {
	if got, want := views.Sentence(words.English(), models.Refuse("unheard-of")), views.Sentence(words.English(), models.Refuse(models.Internal)); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestTheTableTellsWhatHappenedAtIt(t *testing.T) {
	for _, c := range []struct{ kind, name, other, want string }{
		{"start", "Ada", "Ada, Ben and Chen", "Ada, Ben and Chen set off."},
		{"absent", "Ada", "Ben", "Ben played on for Ada."},
		{"absent", "Ada", "", "The table played on for Ada."},
		{"leave", "Ada", "", "Ada left. The computer plays on."},
		{"return", "Ada", "", "Ada is back."},
		{"last-leave", "Ada", "", "Ada left. Nobody is left at the table, and the game ends without a winner."},
		{"abandon", "Ada", "", "The game was abandoned: nobody had moved for a day."},
	} {
		if got := views.TableSentence(words.English(), c.kind, c.name, c.other); got != c.want {
			t.Errorf("%s: %q, want %q", c.kind, got, c.want)
		}
	}
}

func TestEveryComputerPlayerHasANameOfItsOwn(t *testing.T) {
	names := map[string]bool{"Computer": true}
	for _, key := range models.Computers {
		if name := views.ComputerName(key); names[name] {
			t.Errorf("%s is called %q", key, name)
		} else {
			names[name] = true
		}
	}
}

func TestWhatIsSaidOnFlapsFitsThem(t *testing.T) {
	var rooms []views.RoomLine
	for state := views.Boarding; state <= views.YourRoom; state++ {
		rooms = append(rooms, views.RoomLine{ID: "r", Name: "A", State: state})
	}
	for _, l := range words.All() {
		if l.Tag == "zh" {
			continue // no flap carries its letters: they are on plates
		}
		if strings.Contains(renderedIn(t, l, views.DeparturesFragment(views.Departures{Rooms: rooms})), "flap--plate") {
			t.Errorf("%s: a remark has more than nine letters, or one that no flap carries", l.Tag)
		}
		for _, status := range []int{400, 403, 404, 405, 413, 429, 500, 503} {
			if strings.Contains(renderedIn(t, l, views.ErrorPage(views.Page{}, status, models.Refuse(models.NotFound))), "flap--plate") {
				t.Errorf("%s: the flaps for %d have more than 18 letters, or one that no flap carries", l.Tag, status)
			}
		}
	}
}

func TestEveryDocumentSaysItsLanguage(t *testing.T) {
	for _, l := range words.All() {
		for name, page := range previews(l) {
			if got := renderedIn(t, l, page); !strings.Contains(got, `<html lang="`+l.Tag+`"`) {
				t.Errorf("%s: %s says another", l.Tag, name)
			}
		}
	}
}
