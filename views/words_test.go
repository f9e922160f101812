package views_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"

	"worldtravel/models"
	"worldtravel/views"
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
	fault := views.Sentence(models.Refuse(models.Internal))
	all := codes(t)
	if len(all) < 30 {
		t.Fatalf("only %d codes found", len(all))
	}
	for _, code := range all {
		words := views.Sentence(models.Refuse(code, "8", "20"))
		if words == fault && code != models.Internal {
			t.Errorf("%s has no words of its own", code)
		}
		if !strings.HasSuffix(words, ".") || strings.Contains(words, "%!") {
			t.Errorf("%s: %q is not a sentence", code, words)
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
		if words := views.Sentence(refusal); !strings.Contains(words, want) {
			t.Errorf("%q does not say %q", words, want)
		}
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
		if got := views.TableSentence(c.kind, c.name, c.other); got != c.want {
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
