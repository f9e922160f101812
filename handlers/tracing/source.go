package tracing

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// Source is the program's own source code.
type Source struct {
	files fs.FS
	index func() (index, error)
}

// Place is a line of the source.
type Place struct {
	File string // from the module's root
	Line int
}

func (p Place) String() string { return fmt.Sprintf("%s line %d", p.File, p.Line) }

// NewSource reads the source from the module's root. It is parsed when it is first
// needed.
func NewSource(files fs.FS) *Source {
	return &Source{files: files, index: sync.OnceValues(func() (index, error) { return indexOf(files) })}
}

// Lines gives a file's lines; an error when there is none by that name.
func (s *Source) Lines(file string) ([]string, error) {
	text, err := fs.ReadFile(s.files, file)
	if err != nil {
		return nil, fmt.Errorf("read the source: %w", err)
	}
	return strings.Split(strings.TrimSuffix(string(text), "\n"), "\n"), nil
}

// Function gives the place where a function, or a component of templ, is declared, by
// its name as the runtime has it but for the module: "handlers.(*Site).move".
func (s *Source) Function(name string) (Place, bool) {
	all, err := s.index() // a program that was built can be parsed
	if err != nil {
		return Place{}, false
	}
	place, ok := all.declared[name]
	return place, ok
}

// Component gives the name of the component, "views.RoomPage", in whose generated code
// a place stands that is written "views/room_templ.go:12"; empty when there is none.
func (s *Source) Component(generated string) string {
	all, err := s.index()
	file, number, _ := strings.Cut(generated, ":")
	line, _ := strconv.Atoi(number) // 0 is above them all
	if err != nil {
		return ""
	}
	name := ""
	for _, f := range all.generated[file] {
		if f.line > line {
			break
		}
		name = f.name
	}
	return name
}

// index is what is declared where.
type index struct {
	declared  map[string]Place       // by name
	generated map[string][]component // by file, in their order
}

// component is a function that templ has generated.
type component struct {
	name string
	line int
}

func indexOf(files fs.FS) (index, error) {
	all, set := index{declared: map[string]Place{}, generated: map[string][]component{}}, token.NewFileSet()
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		ext := path.Ext(name)
		if err != nil || entry.IsDir() || ext != ".go" && ext != ".templ" || strings.HasSuffix(name, "_test.go") {
			return err
		}
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		if ext == ".templ" {
			all.addTemplate(name, string(text))
			return nil
		}
		return all.addGo(set, name, text)
	})
	return all, err
}

func (all index) addGo(set *token.FileSet, name string, text []byte) error {
	file, err := parser.ParseFile(set, name, text, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	pkg := path.Dir(name)
	if pkg == "." {
		pkg = "main"
	}
	for _, declared := range file.Decls {
		function, ok := declared.(*ast.FuncDecl)
		if !ok {
			continue
		}
		full, line := pkg+"."+receiver(function)+function.Name.Name, set.Position(function.Pos()).Line
		if strings.HasSuffix(name, "_templ.go") {
			all.generated[name] = append(all.generated[name], component{full, line})
		} else {
			all.declared[full] = Place{File: name, Line: line}
		}
	}
	return nil
}

// beginning is the line that begins a component in a template.
var beginning = regexp.MustCompile(`^templ (?:\([^)]*\) )?(\w+)\(`)

func (all index) addTemplate(name, text string) {
	for i, line := range strings.Split(text, "\n") {
		if declared := beginning.FindStringSubmatch(line); declared != nil {
			all.declared[path.Dir(name)+"."+declared[1]] = Place{File: name, Line: i + 1}
		}
	}
}

// receiver is what stands before a method's name: "(*Site)." or "Config.".
func receiver(function *ast.FuncDecl) string {
	if function.Recv == nil {
		return ""
	}
	switch of := function.Recv.List[0].Type.(type) {
	case *ast.StarExpr:
		return "(*" + typeName(of.X) + ")."
	default:
		return typeName(of) + "."
	}
}

func typeName(e ast.Expr) string {
	switch of := e.(type) {
	case *ast.Ident:
		return of.Name
	case *ast.IndexExpr:
		return typeName(of.X) + "[...]"
	case *ast.IndexListExpr:
		return typeName(of.X) + "[...]"
	}
	return ""
}
