package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// The documents, by their paths from the root.
const (
	readmePath  = "README.md"
	mapPath     = "docs/map.md"
	movePath    = "docs/how-a-move-travels.md"
	runningPath = "docs/running.md"
)

// stopsMost is in how many stops a move is followed at most.
const stopsMost = 9

// documents is what is held against the code: the text of each document, the names in
// their folder, and the files and folders that the map is to name.
type documents struct {
	pages  map[string]string
	folder []string
	code   []string
}

func readDocuments(t *testing.T) documents {
	t.Helper()
	d := documents{pages: map[string]string{}, code: codeTree(t)}
	read := func(file string) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		d.pages[file] = string(text)
	}
	read(readmePath)
	read("CONTRIBUTING.md")
	entries, err := os.ReadDir("docs")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		d.folder = append(d.folder, entry.Name())
		if path.Ext(entry.Name()) == ".md" {
			read("docs/" + entry.Name())
		}
	}
	return d
}

// codeTree lists the files of Go, templ and JavaScript, and all folders below those at
// the root that have some. Tests count at the root only, and what templ has made of a
// template does not; another module is one folder.
func codeTree(t *testing.T) []string {
	t.Helper()
	var folders, files []string
	err := filepath.WalkDir(".", func(file string, entry fs.DirEntry, err error) error {
		if err != nil || file == "." {
			return err
		}
		file = filepath.ToSlash(file)
		if entry.IsDir() {
			if strings.HasPrefix(entry.Name(), ".") || entry.Name() == "testdata" {
				return fs.SkipDir
			}
			folders = append(folders, file)
			if _, err := os.Stat(filepath.Join(file, "go.mod")); err == nil {
				return fs.SkipDir
			}
			return nil
		}
		isTest := strings.HasSuffix(file, "_test.go") && strings.Contains(file, "/")
		if slices.Contains([]string{".go", ".templ", ".js"}, path.Ext(file)) && !isTest && !strings.HasSuffix(file, "_templ.go") {
			files = append(files, file)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	tops := map[string]bool{}
	for _, file := range files {
		if top, _, below := strings.Cut(file, "/"); below {
			tops[top] = true
		}
	}
	for _, folder := range folders {
		if top, _, _ := strings.Cut(folder, "/"); tops[top] {
			files = append(files, folder)
		}
	}
	return files
}

// ---- What stands in a document

// prose is a document without its blocks of code.
func prose(page string) string {
	var kept strings.Builder
	fenced, indented, blank := false, false, true
	for line := range strings.Lines(page) {
		fence := strings.HasPrefix(line, "```")
		indented = strings.HasPrefix(line, "    ") && (indented || blank)
		blank = strings.TrimSpace(line) == ""
		if !fence && !fenced && !indented {
			kept.WriteString(line)
		}
		if fence {
			fenced = !fenced
		}
	}
	return kept.String()
}

// section is what stands below a heading, up to the next one.
func section(page, heading string) string {
	_, below, _ := strings.Cut(page, "\n## "+heading+"\n")
	below, _, _ = strings.Cut(below, "\n#")
	return below
}

// anchors are those of a document's headings, as GitHub makes them.
func anchors(page string) map[string]bool {
	all := map[string]bool{}
	for _, heading := range regexp.MustCompile(`(?m)^#+ (.+)$`).FindAllStringSubmatch(prose(page), -1) {
		all[strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
				return unicode.ToLower(r)
			}
			return -1
		}, heading[1])] = true
	}
	return all
}

var (
	linkForm     = regexp.MustCompile(`\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(([^()\s]+)\)`)
	codeForm     = regexp.MustCompile("`([^`]+)`")
	exportedForm = regexp.MustCompile(`^([a-z]\w*)\.([A-Z]\w*(?:\.\w+)?)$`) // views.Room.Parts
	methodForm   = regexp.MustCompile(`^[A-Z]\w*\.\w+$`)                    // Room.Parts
)

// docLink is a link to a place in the project.
type docLink struct {
	code   string // its text, if that is code and nothing else
	file   string // from the root
	anchor string
}

// isFile reports whether the link's text is the file that it leads to.
func (l docLink) isFile() bool {
	return l.code != "" && strings.HasSuffix("/"+l.file, "/"+strings.TrimSuffix(l.code, "/"))
}

// linksIn lists the links of a text in the document at a path.
func linksIn(from, text string) []docLink {
	var all []docLink
	for _, found := range linkForm.FindAllStringSubmatch(text, -1) {
		if strings.Contains(found[2], "://") {
			continue
		}
		var l docLink
		if code := codeForm.FindStringSubmatch(found[1]); code != nil && code[0] == found[1] {
			l.code = code[1]
		}
		file, anchor, _ := strings.Cut(found[2], "#")
		l.file, l.anchor = path.Join(path.Dir(from), file), anchor
		if file == "" {
			l.file = from
		}
		all = append(all, l)
	}
	return all
}

// ---- What the code declares

// declared lists the names that a file declares: "Site", "Site.move". Fields and the
// methods of an interface count; a script's are its constants and functions.
func declared(file string) (map[string]bool, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	switch path.Ext(file) {
	case ".go":
		return declaredInGo(file, text)
	case ".templ":
		return declaredInTempl(string(text)), nil
	}
	names := map[string]bool{}
	for _, found := range regexp.MustCompile(`(?m)^\s*(?:const|let|function) (\w+)`).FindAllStringSubmatch(string(text), -1) {
		names[found[1]] = true
	}
	return names, nil
}

func declaredInGo(file string, text []byte) (map[string]bool, error) {
	parsed, err := parser.ParseFile(token.NewFileSet(), file, text, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	names := map[string]bool{}
	for _, declaration := range parsed.Decls {
		switch d := declaration.(type) {
		case *ast.FuncDecl:
			name := d.Name.Name
			if d.Recv != nil {
				name = receiver(d.Recv.List[0].Type) + "." + name
			}
			names[name] = true
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch s := spec.(type) {
				case *ast.ValueSpec:
					for _, name := range s.Names {
						names[name.Name] = true
					}
				case *ast.TypeSpec:
					names[s.Name.Name] = true
					for _, member := range membersOf(s.Type) {
						names[s.Name.Name+"."+member] = true
					}
				}
			}
		}
	}
	return names, nil
}

// receiver is the name of a method's type.
func receiver(of ast.Expr) string {
	switch e := of.(type) {
	case *ast.StarExpr:
		return receiver(e.X)
	case *ast.IndexExpr:
		return receiver(e.X)
	case *ast.IndexListExpr:
		return receiver(e.X)
	case *ast.Ident:
		return e.Name
	}
	return ""
}

// membersOf are the fields of a struct, or the methods of an interface.
func membersOf(of ast.Expr) (members []string) {
	var fields *ast.FieldList
	switch e := of.(type) {
	case *ast.StructType:
		fields = e.Fields
	case *ast.InterfaceType:
		fields = e.Methods
	default:
		return nil
	}
	for _, field := range fields.List {
		for _, name := range field.Names {
			members = append(members, name.Name)
		}
	}
	return members
}

func declaredInTempl(text string) map[string]bool {
	names := map[string]bool{}
	for _, found := range regexp.MustCompile(`(?m)^(?:templ|func) (?:\((?:\w+ )?\*?(\w+)\) )?(\w+)`).FindAllStringSubmatch(text, -1) {
		names[strings.TrimPrefix(found[1]+"."+found[2], ".")] = true
	}
	for _, found := range regexp.MustCompile(`(?m)^(?:type|const|var) (\w+)`).FindAllStringSubmatch(text, -1) {
		names[found[1]] = true
	}
	for _, group := range regexp.MustCompile(`(?ms)^(?:const|var) \($(.*?)^\)`).FindAllStringSubmatch(text, -1) {
		for _, found := range regexp.MustCompile(`(?m)^\t(\w+)`).FindAllStringSubmatch(group[1], -1) {
			names[found[1]] = true
		}
	}
	return names
}

// packages are the names that each package declares, by the name of its folder.
func (d documents) packages() (map[string]map[string]bool, error) {
	all := map[string]map[string]bool{}
	for _, file := range d.code {
		if ext := path.Ext(file); ext != ".go" && ext != ".templ" || strings.HasSuffix(file, "_test.go") {
			continue
		}
		names, err := declared(file)
		if err != nil {
			return nil, err
		}
		name := path.Base(path.Dir(file))
		if all[name] == nil {
			all[name] = map[string]bool{}
		}
		maps.Copy(all[name], names)
	}
	return all, nil
}

// ---- What may be wrong

// wrongLinks are links that lead nowhere.
func (d documents) wrongLinks() (wrong []string) {
	for page, text := range d.pages {
		for _, l := range linksIn(page, prose(text)) {
			if _, err := os.Stat(l.file); err != nil || !filepath.IsLocal(l.file) {
				wrong = append(wrong, fmt.Sprintf("%s links to %s, which is not there", page, l.file))
			} else if l.anchor != "" && !anchors(d.pages[l.file])[l.anchor] {
				wrong = append(wrong, fmt.Sprintf("%s links to %s, which has no heading #%s", page, l.file, l.anchor))
			}
		}
	}
	return wrong
}

// wrongNames are names that the code does not declare: in the file that a link leads
// to, or in the package or type that stands before them.
func (d documents) wrongNames() (wrong []string) {
	packages, err := d.packages()
	if err != nil {
		return []string{err.Error()}
	}
	for page, text := range d.pages {
		for _, l := range linksIn(page, prose(text)) {
			if l.code == "" || l.isFile() {
				continue
			}
			names, err := declared(l.file)
			if err != nil || !names[l.code] {
				wrong = append(wrong, fmt.Sprintf("%s: %s declares no %s", page, l.file, l.code))
			}
		}
		for _, code := range codeForm.FindAllStringSubmatch(linkForm.ReplaceAllString(prose(text), ""), -1) {
			if name, _, _ := strings.Cut(code[1], "("); !isDeclared(packages, name) {
				wrong = append(wrong, fmt.Sprintf("%s: there is no %s", page, name))
			}
		}
	}
	return wrong
}

// isDeclared reports whether a package or type of ours has what a name says it has;
// what is no such name, or another's, is taken for right.
func isDeclared(packages map[string]map[string]bool, name string) bool {
	if parts := exportedForm.FindStringSubmatch(name); parts != nil {
		return packages[parts[1]] == nil || packages[parts[1]][parts[2]]
	}
	if !methodForm.MatchString(name) || path.Ext(name) == ".md" {
		return true
	}
	for _, names := range packages {
		if names[name] {
			return true
		}
	}
	return false
}

// wrongFolder is what is missing from the folder of the documents, or too much.
func (d documents) wrongFolder() []string {
	want := []string{"game.png", "how-a-move-travels.md", "map.md", "phones.png", "running.md"}
	return differences("docs", want, d.folder)
}

var rowForm = regexp.MustCompile("(?m)^\\| (\\[`[^`]+`\\]\\([^()]+\\)) \\| [^|]*\\w[^|]* \\|$")

// wrongMap is what the map does not name, or names without its being there.
func (d documents) wrongMap() []string {
	var named, wrong []string
	for _, row := range rowForm.FindAllStringSubmatch(d.pages[mapPath], -1) {
		l := linksIn(mapPath, row[1])[0]
		named = append(named, l.file)
		if !l.isFile() {
			wrong = append(wrong, fmt.Sprintf("%s calls %s %s", mapPath, l.file, l.code))
		}
	}
	return append(wrong, differences(mapPath, d.code, named)...)
}

// wrongImports is where the map's table of who may import whom is another than ours.
func (d documents) wrongImports() []string {
	var want, got []string
	for part, all := range mayImport {
		own := slices.DeleteFunc(slices.Clone(all), func(name string) bool { return strings.Contains(name, ".") })
		slices.Sort(own)
		want = append(want, part+" imports "+strings.Join(own, ", "))
	}
	for _, row := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\| (.*) \\|$").FindAllStringSubmatch(section(d.pages[mapPath], "Who may import whom"), -1) {
		var own []string
		for _, code := range codeForm.FindAllStringSubmatch(row[2], -1) {
			own = append(own, code[1])
		}
		slices.Sort(own)
		got = append(got, row[1]+" imports "+strings.Join(own, ", "))
	}
	return differences(mapPath, want, got)
}

// wrongSettings are those that are missing from the table of settings, or too much.
func (d documents) wrongSettings() []string {
	var got []string
	for _, row := range regexp.MustCompile("(?m)^\\| `([A-Z_]+)` \\|").FindAllStringSubmatch(section(d.pages[runningPath], "Configuration"), -1) {
		got = append(got, row[1])
	}
	return differences(runningPath, slices.Collect(maps.Values(variables)), got)
}

// wrongStops is what is wrong with the stops of a move: there are a few, in order, and
// each names its file and what to read in it.
func (d documents) wrongStops() (wrong []string) {
	page := prose(d.pages[movePath])
	stops := regexp.MustCompile(`(?m)^(\d+)\. `).FindAllStringSubmatchIndex(page, -1)
	if len(stops) == 0 || len(stops) > stopsMost {
		wrong = append(wrong, fmt.Sprintf("%s has %d stops", movePath, len(stops)))
	}
	for i, stop := range stops {
		end := len(page)
		if i+1 < len(stops) {
			end = stops[i+1][0]
		}
		text, _, _ := strings.Cut(page[stop[1]:end], "\n\n")
		links := linksIn(movePath, text)
		namesFile := slices.ContainsFunc(links, docLink.isFile)
		namesCode := slices.ContainsFunc(links, func(l docLink) bool { return l.code != "" && !l.isFile() })
		if number := page[stop[2]:stop[3]]; number != fmt.Sprint(i+1) || !namesFile || !namesCode {
			wrong = append(wrong, fmt.Sprintf("%s: stop %d is numbered %s, and names a file: %v, and what to read in it: %v", movePath, i+1, number, namesFile, namesCode))
		}
	}
	return wrong
}

// differences says what of two lists stands in one of them only, or twice.
func differences(where string, want, got []string) (wrong []string) {
	count := map[string]int{}
	for _, name := range want {
		count[name]--
	}
	for _, name := range got {
		count[name]++
	}
	for name, n := range count {
		switch {
		case n < 0:
			wrong = append(wrong, fmt.Sprintf("%s lacks: %s", where, name))
		case n > 0:
			wrong = append(wrong, fmt.Sprintf("%s has, once too often: %s", where, name))
		}
	}
	return wrong
}

// ---- The tests

func wantNothingWrong(t *testing.T, check func(documents) []string) {
	t.Helper()
	wrong := check(readDocuments(t))
	slices.Sort(wrong)
	for _, sentence := range wrong {
		t.Error(sentence)
	}
}

func TestEveryLinkInTheDocsLeadsSomewhere(t *testing.T) {
	wantNothingWrong(t, documents.wrongLinks)
}

func TestEveryFunctionThatTheDocsNameIsThere(t *testing.T) {
	wantNothingWrong(t, documents.wrongNames)
}

func TestTheDocsAreThreePagesAndTheirPictures(t *testing.T) {
	wantNothingWrong(t, documents.wrongFolder)
}

func TestTheMapNamesEveryFileAndFolderOfTheCode(t *testing.T) {
	wantNothingWrong(t, documents.wrongMap)
}

func TestTheMapSaysWhoMayImportWhom(t *testing.T) {
	wantNothingWrong(t, documents.wrongImports)
}

func TestEveryPackageSaysWhatItIsFor(t *testing.T) {
	said := map[string]bool{} // by folder
	for _, file := range codeTree(t) {
		if path.Ext(file) != ".go" || strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.PackageClauseOnly|parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		folder := path.Dir(file)
		said[folder] = said[folder] || parsed.Doc.Text() != ""
	}
	for folder, says := range said {
		if !says {
			t.Errorf("no file in %s has a comment on its package", folder)
		}
	}
}

func TestTheReadmeSaysWhyEachTestStandsBesideMain(t *testing.T) {
	d := readDocuments(t)
	for _, file := range d.code {
		if !strings.Contains(file, "/") && strings.HasSuffix(file, "_test.go") && !strings.Contains(d.pages[readmePath], "`"+file+"`") {
			t.Errorf("%s does not name %s", readmePath, file)
		}
	}
}

func TestTheDocsListEverySetting(t *testing.T) {
	wantNothingWrong(t, documents.wrongSettings)
}

func TestTheDocsFollowAMoveInNineStopsAtMost(t *testing.T) {
	wantNothingWrong(t, documents.wrongStops)
}

func TestWhatIsWrongInTheDocsIsNoticed(t *testing.T) {
	for name, test := range map[string]struct {
		check          func(documents) []string
		page, old, new string
		said           string
	}{
		"a link to no file":          {documents.wrongLinks, movePath, "](../handlers/push.go)", "](../handlers/pull.go)", "handlers/pull.go, which is not there"},
		"a link to no page":          {documents.wrongLinks, readmePath, "](docs/map.md)", "](docs/mop.md)", "docs/mop.md, which is not there"},
		"a link to no heading":       {documents.wrongLinks, "CONTRIBUTING.md", "README.md#change-it", "README.md#change-them", "no heading #change-them"},
		"a method of another name":   {documents.wrongNames, movePath, "[`Rooms.Move`]", "[`Rooms.Moved`]", "models/play.go declares no Rooms.Moved"},
		"a method of another type":   {documents.wrongNames, movePath, "[`Rooms.Move`]", "[`Users.Move`]", "models/play.go declares no Users.Move"},
		"a method without its type":  {documents.wrongNames, movePath, "[`Rooms.Move`]", "[`Move`]", "models/play.go declares no Move"},
		"a function in another file": {documents.wrongNames, movePath, "[`Site.routes`](../handlers/routes.go)", "[`Site.routes`](../handlers/site.go)", "handlers/site.go declares no Site.routes"},
		"a template":                 {documents.wrongNames, movePath, "[`turnForms`]", "[`turnButtons`]", "views/game.templ declares no turnButtons"},
		"a function of a script":     {documents.wrongNames, movePath, "[`put`]", "[`place`]", "public/js/live.js declares no place"},
		"a file by another's name":   {documents.wrongNames, movePath, "[`views/game.templ`]", "[`views/games.templ`]", "declares no views/games.templ"},
		"a function of a package":    {documents.wrongNames, readmePath, "\n## Change it\n", "\n`gamestest.Walk`\n", "no gamestest.Walk"},
		"a method of a package":      {documents.wrongNames, readmePath, "\n## Change it\n", "\n`views.Room.Pieces()`\n", "no views.Room.Pieces"},
		"a method by itself":         {documents.wrongNames, readmePath, "\n## Change it\n", "\n`Room.Pieces`\n", "no Room.Pieces"},
		"a file that is not named":   {documents.wrongMap, mapPath, "| [`hub.go`](../handlers/live/hub.go)", "| hub.go", "lacks: handlers/live/hub.go"},
		"a file without a phrase":    {documents.wrongMap, mapPath, "](../docs_test.go) | the", "](../docs_test.go) |  |", "lacks: docs_test.go"},
		"a file that is not there":   {documents.wrongMap, mapPath, "(../handlers/live/hub.go)", "(../handlers/live/pub.go)", "once too often: handlers/live/pub.go"},
		"a file that is named twice": {documents.wrongMap, mapPath, "| [`hub.go`](../handlers/live/hub.go) | ", "| [`hub.go`](../handlers/live/hub.go) | it |\n| [`hub.go`](../handlers/live/hub.go) | ", "once too often: handlers/live/hub.go"},
		"a folder that is not named": {documents.wrongMap, mapPath, "| [`views/words`](../views/words)", "| words", "lacks: views/words"},
		"a file under a wrong name":  {documents.wrongMap, mapPath, "| [`hub.go`]", "| [`pub.go`]", "calls handlers/live/hub.go pub.go"},
		"an import that is refused":  {documents.wrongImports, mapPath, "| `views/words` | none of ours |", "| `views/words` | `models` |", "lacks: views/words imports"},
		"a setting":                  {documents.wrongSettings, runningPath, "| `ADMIN` |", "| `OWNER` |", "lacks: ADMIN"},
		"a stop too many":            {documents.wrongStops, movePath, "\nA computer player's move", "10. **Home.**\n\nA computer player's move", "has 10 stops"},
		"a stop out of order":        {documents.wrongStops, movePath, "\n3. ", "\n4. ", "stop 3 is numbered 4"},
		"a stop without a function":  {documents.wrongStops, movePath, "1. **The button.**", "1. [`main.go`](../main.go)\n2. **The button.**", "stop 1 is numbered 1, and names a file: true, and what to read in it: false"},
		"a stop without a file":      {documents.wrongStops, movePath, "[`handlers/play.go`]", "[play.go]", "stop 3 is numbered 3, and names a file: false"},
	} {
		t.Run(name, func(t *testing.T) {
			d := readDocuments(t)
			if !strings.Contains(d.pages[test.page], test.old) {
				t.Fatalf("%s has no %s", test.page, test.old)
			}
			d.pages[test.page] = strings.Replace(d.pages[test.page], test.old, test.new, 1)
			if wrong := strings.Join(test.check(d), "\n"); !strings.Contains(wrong, test.said) {
				t.Errorf("what is said to be wrong: %q", wrong)
			}
		})
	}
	d := readDocuments(t)
	d.folder = append(d.folder, "more.md")
	d.code = append(d.code, "models/new.go", "models/new")
	if wrong := d.wrongFolder(); len(wrong) != 1 {
		t.Errorf("with one page more in docs: %q", wrong)
	}
	if wrong := d.wrongMap(); len(wrong) != 2 {
		t.Errorf("with a file and a folder more in models: %q", wrong)
	}
}
