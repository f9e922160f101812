package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// ours is the root of this project.
const ours = "../.."

func TestTheCodeOfATemplateIsThatOfTemplGenerate(t *testing.T) {
	all := 0
	err := filepath.WalkDir(ours, func(file string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(file) != ".templ" {
			return err
		}
		all++
		code, err := goCodeOf(ours, fromRoot(ours, file))
		if err != nil {
			return err
		}
		committed, err := os.ReadFile(strings.TrimSuffix(file, ".templ") + "_templ.go")
		if err != nil || !bytes.Equal(code.text, committed) {
			t.Errorf("%s: its code is another than the one that stands beside it, %v", file, err)
		}
		return nil
	})
	if err != nil || all < 15 {
		t.Fatalf("%d templates, %v", all, err)
	}
}

const greeting = `package views

import "strings"

templ greeting(name string) {
	<p>{ strings.ToUpper(name) }</p>
	if name == "" {
		<hr/>
	}
}
`

func TestATemplateIsMadeIntoGoCodeBesideIt(t *testing.T) {
	root := project(t, map[string]string{"views/greeting.templ": greeting})
	if _, err := generate(root, "views/greeting.templ"); err != nil {
		t.Fatal(err)
	}
	code, err := os.ReadFile(filepath.Join(root, "views/greeting_templ.go"))
	if err != nil || !strings.Contains(string(code), "func greeting(name string) templ.Component") {
		t.Errorf("%v\n%s", err, code)
	}
}

func TestAnErrorInATemplateSaysWhereItIs(t *testing.T) {
	for wrong, where := range map[string]string{
		strings.Replace(greeting, "</p>", "</b>", 1):                          "views/greeting.templ:6:",
		strings.Replace(greeting, `if name == ""`, `if name ==`, 1):           "views/greeting.templ:7:",
		strings.Replace(greeting, "import", "func broken( {\n}\n\nimport", 1): "views/greeting.templ:3:",
	} {
		root := project(t, map[string]string{"views/greeting.templ": wrong})
		_, err := generate(root, "views/greeting.templ")
		if err == nil || !strings.HasPrefix(err.Error(), where) {
			t.Errorf("%v, want one at %s in\n%s", err, where, wrong)
			continue
		}
		if places := placesIn(err.Error(), root); len(places) != 1 {
			t.Errorf("%v is read as %+v", err, places)
		}
	}
}

func TestAPlaceInTheCodeOfATemplateIsToldAsThatInTheTemplate(t *testing.T) {
	wrong := strings.Replace(strings.Replace(greeting, "ToUpper", "ToUper", 1), `name == ""`, "nome == 7", 1) + "\ntempl other() {\n\t@third( )\n}\n"
	root := project(t, map[string]string{"views/greeting.templ": wrong})
	if _, err := generate(root, "views/greeting.templ"); err != nil {
		t.Fatal(err)
	}
	code, err := os.ReadFile(filepath.Join(root, "views/greeting_templ.go"))
	if err != nil {
		t.Fatal(err)
	}
	var compiler strings.Builder // as it would complain
	for i, line := range strings.Split(string(code), "\n") {
		for _, word := range []string{"ToUper", "nome", "third"} {
			if at := strings.Index(line, word); at >= 0 {
				compiler.WriteString(place{File: "views/greeting_templ.go", Line: i + 1, Column: at + 1}.String() + ": undefined: " + word + "\n")
			}
		}
	}
	var lines []int
	f := failed(root, "The program can’t be built", compiler.String(), true)
	for _, p := range f.Places {
		if p.File != "views/greeting.templ" {
			t.Errorf("it is told as %s", p)
		}
		lines = append(lines, p.Line)
	}
	if !slices.Equal(lines, []int{6, 7, 13}) {
		t.Errorf("%s is told as %+v", compiler.String(), f.Places)
	}
}
