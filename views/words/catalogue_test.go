package words_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/BurntSushi/toml"
	"golang.org/x/net/html"
	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"

	"worldtravel/views/words"
)

// same are the texts that another language has in common with English.
var same = map[string][]string{
	"de": {
		"{{.First}}, {{.Last}}", "Start", "Gate {{.Gate}}", "Gate", "Status", "Version", "Host", "Live", "WebSocket", "Computer", "System", "Name", "Taj Mahal",
		"{{.Rank}} {{.Name}}: {{.Words}}", "{{.Name}}: {{.State}}. {{.Note}}.",
	},
	"es": {"WebSocket", "Taj Mahal", "{{.Rank}} {{.Name}}: {{.Words}}", "{{.Name}}: {{.State}}. {{.Note}}."},
	"zh": {"WebSocket"},
}

// message is a text of a file: its one form, "other", or one for each kind of number.
type message map[string]string

// forms are the kinds of numbers, as the files call them.
var forms = map[plural.Form]string{
	plural.Zero: "zero", plural.One: "one", plural.Two: "two", plural.Few: "few", plural.Many: "many", plural.Other: "other",
}

// catalogue reads the file of a language.
func catalogue(t *testing.T, tag string) map[string]message {
	t.Helper()
	var file map[string]any
	if _, err := toml.DecodeFile(tag+".toml", &file); err != nil {
		t.Fatal(err)
	}
	all := map[string]message{}
	collect(all, "", file)
	return all
}

func collect(all map[string]message, key string, table map[string]any) {
	kinds := slices.Collect(maps.Values(forms))
	numbered := message{}
	for name, value := range table {
		below := strings.TrimPrefix(key+"."+name, ".")
		switch value := value.(type) {
		case map[string]any:
			collect(all, below, value)
		case string:
			if slices.Contains(kinds, name) {
				numbered[name] = value
			} else {
				all[below] = message{"other": value}
			}
		}
	}
	if len(numbered) > 0 {
		all[key] = numbered
	}
}

// placeholder is an argument in a text.
var placeholder = regexp.MustCompile(`{{\.(\w+)}}`)

// arguments lists the arguments that a text names in any of its forms.
func (m message) arguments() []string {
	names := map[string]bool{}
	for _, text := range m {
		for _, found := range placeholder.FindAllStringSubmatch(text, -1) {
			names[found[1]] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// use is a place in the sources where a text is asked for.
type use struct {
	where   string
	key     string   // whole, or what it begins with
	begins  bool     // the rest of the key is found at run time
	number  bool     // asked for with N
	args    []string // names of the arguments
	unknown bool     // the arguments are found at run time
}

func (u use) covers(key string) bool {
	return u.key == key || u.begins && strings.HasPrefix(key, u.key)
}

// sources parses the program: what is not a test.
func sources(t *testing.T) (*token.FileSet, []*ast.File) {
	t.Helper()
	set, files := token.NewFileSet(), []*ast.File(nil)
	err := filepath.WalkDir("../..", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(set, name, nil, 0)
		if err != nil {
			return err
		}
		files = append(files, file)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return set, files
}

// uses finds the calls of T and N, the package's own and those of a Language.
func uses(t *testing.T) []use {
	t.Helper()
	var all []use
	set, files := sources(t)
	for _, file := range files {
		imported := map[string]bool{} // the names of packages
		for _, spec := range file.Imports {
			name, _ := strconv.Unquote(spec.Path.Value)
			imported[path.Base(name)] = true
		}
		if !imported["words"] && file.Name.Name != "words" {
			continue
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if f, ok := n.(*ast.FuncDecl); ok && file.Name.Name == "words" && (f.Name.Name == "T" || f.Name.Name == "N") {
				return false // T and N themselves
			}
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			method, ok := call.Fun.(*ast.SelectorExpr)
			if !ok || method.Sel.Name != "T" && method.Sel.Name != "N" {
				return true
			}
			args := call.Args
			if from, ok := method.X.(*ast.Ident); ok && from.Name == "words" {
				args = args[1:] // the context
			} else if ok && imported[from.Name] {
				return true // of another package
			}
			u := use{where: set.Position(call.Pos()).String(), number: method.Sel.Name == "N", unknown: call.Ellipsis.IsValid()}
			u.key, u.begins = keyOf(args[0])
			if u.key == "" {
				t.Errorf("%s: the key is neither a literal nor begins with one", u.where)
				return true
			}
			given := args[1:]
			if u.number {
				u.args, given = []string{"N"}, args[2:]
			}
			for i := 0; i < len(given); i += 2 {
				name, _ := keyOf(given[i])
				u.args = append(u.args, name)
			}
			slices.Sort(u.args)
			all = append(all, u)
			return true
		})
	}
	return all
}

// keyOf reads "key", or "prefix." + something.
func keyOf(e ast.Expr) (key string, begins bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		key, _ = strconv.Unquote(e.Value)
	case *ast.BinaryExpr:
		key, _ = keyOf(e.X)
		return key, true
	}
	return key, false
}

func TestEveryWordThatIsUsedIsInTheFilesAndTheOtherWayRound(t *testing.T) {
	english, all := catalogue(t, "en"), uses(t)
	if len(all) < 100 {
		t.Fatalf("only %d uses found", len(all))
	}
	for _, u := range all {
		found := false
		for key, m := range english {
			if !u.covers(key) {
				continue
			}
			found = true
			if u.begins {
				continue // which of them it is, and with what, is known at run time
			}
			if numbered := len(m) > 1; numbered != u.number {
				t.Errorf("%s: %s depends on a number in the files: %t", u.where, key, numbered)
			}
			if args := m.arguments(); !u.unknown && !slices.Equal(args, without(u.args, "N", m)) {
				t.Errorf("%s: %s has the arguments %v and is given %v", u.where, key, args, u.args)
			}
		}
		if !found {
			t.Errorf("%s: no file has %q", u.where, u.key)
		}
	}
	for key := range english {
		if !slices.ContainsFunc(all, func(u use) bool { return u.covers(key) }) {
			t.Errorf("nobody uses %s", key)
		}
	}
}

// without leaves a name out that no form of the message names, as a number may be
// there only to choose the form.
func without(args []string, name string, m message) []string {
	if slices.Contains(m.arguments(), name) {
		return args
	}
	return slices.DeleteFunc(slices.Clone(args), func(arg string) bool { return arg == name })
}

func TestEveryLanguageSaysEverything(t *testing.T) {
	english := catalogue(t, "en")
	for _, l := range words.All() {
		own := catalogue(t, l.Tag)
		for key := range own {
			if english[key] == nil {
				t.Errorf("%s has %s, and English has not", l.Tag, key)
			}
		}
		for key, m := range english {
			text, want := own[key], []string{"other"}
			if text == nil {
				t.Errorf("%s lacks %s", l.Tag, key)
				continue
			}
			if len(m) > 1 {
				want = formsOf(l.Tag)
			}
			if got := slices.Sorted(maps.Keys(text)); !slices.Equal(got, want) {
				t.Errorf("%s: %s has the forms %v, not %v", l.Tag, key, got, want)
			}
			if got, want := text.arguments(), m.arguments(); !slices.Equal(got, want) {
				t.Errorf("%s: %s has the arguments %v, not %v", l.Tag, key, got, want)
			}
			for form, said := range text {
				if strings.Count(said, "{{") != len(placeholder.FindAllString(said, -1)) {
					t.Errorf("%s: %s holds more than arguments: %q", l.Tag, key, said)
				}
				if said == "" || l.Tag != "en" && said == m[form] && letters(placeholder.ReplaceAllString(said, "")) && !slices.Contains(same[l.Tag], said) {
					t.Errorf("%s: %s is not translated: %q", l.Tag, key, said)
				}
			}
		}
	}
}

// formsOf lists the forms that a language has for the numbers that occur here
// (Unicode CLDR, cardinal plural rules).
func formsOf(tag string) []string {
	used := map[string]bool{}
	for n := range 1000 {
		used[forms[plural.Cardinal.MatchPlural(language.MustParse(tag), n, 0, 0, 0, 0)]] = true
	}
	return slices.Sorted(maps.Keys(used))
}

func letters(text string) bool { return strings.ContainsFunc(text, unicode.IsLetter) }

// spoken are the attributes that a person sees or hears.
var spoken = []string{"aria-label", "aria-description", "aria-roledescription", "alt", "title", "placeholder", "data-words", "data-state", "data-how"}

// forDevelopers are the pages about what the program does, in English as its source is.
var forDevelopers = []string{"trace_templ.go", "wire_templ.go"}

// site is what the site is called in every language.
const site = "World Travel"

func TestNoTemplateSaysAnythingByItself(t *testing.T) {
	pages, err := filepath.Glob("../*_templ.go")
	boards, errBoards := filepath.Glob("../boards/*_templ.go")
	if err != nil || errBoards != nil || len(pages) == 0 || len(boards) == 0 {
		t.Fatal("no templates", err, errBoards)
	}
	for _, file := range append(pages, boards...) {
		if slices.Contains(forDevelopers, filepath.Base(file)) {
			continue
		}
		source := markup(t, file)
		// A tokenizer reads no elements in noscript.
		z := html.NewTokenizer(strings.NewReader(strings.ReplaceAll(source, "noscript", "div")))
		for kind := z.Next(); kind != html.ErrorToken; kind = z.Next() {
			token := z.Token()
			if kind == html.TextToken && letters(token.Data) && strings.TrimSpace(token.Data) != site {
				t.Errorf("%s says %q", file, strings.TrimSpace(token.Data))
			}
			for _, a := range token.Attr {
				if slices.Contains(spoken, a.Key) && letters(a.Val) {
					t.Errorf("%s says %s=%q", file, a.Key, a.Val)
				}
			}
		}
	}
}

// speech is a literal that looks like something said.
var speech = regexp.MustCompile(`^([A-Z][a-z’]+|%\w [a-z]+)([ ,.:?!].*)?$`)

// people are called the same in every language.
var people = []string{"Computer", "Nellie Bly", "Phileas Fogg", "Marco Polo", "Jeanne Baret"}

func TestNoViewSaysAnythingByItself(t *testing.T) {
	allowed := append(people, site)
	for _, m := range catalogue(t, "en") {
		allowed = append(allowed, m.arguments()...)
	}
	set, files := sources(t)
	for _, file := range files {
		if file.Name.Name != "views" && file.Name.Name != "boards" || slices.Contains(forDevelopers, filepath.Base(set.Position(file.Pos()).Filename)) {
			continue
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if literal, ok := n.(*ast.BasicLit); ok && literal.Kind == token.STRING {
				if text, _ := keyOf(literal); speech.MatchString(text) && !slices.Contains(allowed, text) {
					t.Errorf("%s says %q", set.Position(literal.Pos()), text)
				}
			}
			return true
		})
	}
}

// markup is the part of a template that is always the same, with a digit for what
// it is given.
func markup(t *testing.T, file string) string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	ast.Inspect(parsed, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		if write, ok := call.Fun.(*ast.SelectorExpr); !ok || write.Sel.Name != "WriteString" {
			return true
		}
		if text, _ := keyOf(call.Args[len(call.Args)-1]); text != "" {
			b.WriteString(text)
		} else {
			b.WriteString("0")
		}
		return true
	})
	return b.String()
}
