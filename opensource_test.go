package main

import (
	"bufio"
	"bytes"
	"context"
	"debug/buildinfo"
	"encoding/json"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/trace"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/gorilla/websocket"

	"worldtravel/handlers/opensource"
	"worldtravel/public"
)

// ---- What the program is made of

func TestEveryLinkedModuleIsNotedAndNothingElseIs(t *testing.T) {
	t.Parallel()
	program, err := buildinfo.ReadFile(binary)
	if err != nil {
		t.Fatal(err)
	}
	notes, linked := opensource.ModuleNotes(), map[string]bool{opensource.StandardLibrary: true}
	for _, module := range program.Deps {
		linked[module.Path] = true
		if _, noted := notes[module.Path]; !noted {
			t.Errorf("%s is linked, and opensource.ModuleNotes has no note on it", module.Path)
		}
	}
	if len(linked) < 20 {
		t.Errorf("only %d modules are linked", len(linked))
	}
	for path := range notes {
		if !linked[path] {
			t.Errorf("there is a note on %s, which is not linked", path)
		}
	}
}

func TestEachFileOfOthersForBrowsersIsNotedAndNothingElseIs(t *testing.T) {
	t.Parallel()
	files, err := public.AllVendored()
	if err != nil {
		t.Fatal(err)
	}
	notes := opensource.BrowserNotes()
	for _, f := range files {
		if _, noted := notes[f.Name]; !noted {
			t.Errorf("browsers are sent %s, and opensource.BrowserNotes has no note on it", f.Name)
		}
		delete(notes, f.Name)
	}
	for name := range notes {
		t.Errorf("there is a note on %s, which no browser is sent", name)
	}
}

func TestTheRunningProgramSaysWhatItIsMadeOf(t *testing.T) {
	t.Parallel()
	program, err := buildinfo.ReadFile(binary)
	if err != nil {
		t.Fatal(err)
	}
	page := start(t).traveller(t, "Ada").get("/about/open-source")
	for _, module := range program.Deps {
		if !strings.Contains(page, ">"+module.Path+"<") || !strings.Contains(page, ">"+module.Version+"<") {
			t.Errorf("the page does not say %s %s", module.Path, module.Version)
		}
	}
	if !strings.Contains(page, ">"+strings.TrimPrefix(program.GoVersion, "go")+"<") {
		t.Errorf("the page does not say %s", program.GoVersion)
	}
}

// licencePhrases tell the licences that a text is by what only they say.
var licencePhrases = map[string]*regexp.Regexp{
	"MIT":          regexp.MustCompile(`Permission is hereby granted, free of charge, to any person obtaining a copy of this software`),
	"BSD-2-Clause": regexp.MustCompile(`Redistributions in binary form must reproduce`),
	"BSD-3-Clause": regexp.MustCompile(`Neither the names? of .{1,120} may be used to endorse`),
	"Apache-2.0":   regexp.MustCompile(`Apache License,? Version 2\.0, January 2004`),
	"MPL-2.0":      regexp.MustCompile(`Mozilla Public License,? [Vv]ersion 2\.0`),
	"OFL-1.1":      regexp.MustCompile(`(?i)SIL Open Font License Version 1\.1`),
	"ISC":          regexp.MustCompile(`with or without fee is hereby granted, provided that`),
	"0BSD":         regexp.MustCompile(`with or without fee is hereby granted\. THE SOFTWARE`),
}

var space = regexp.MustCompile(`\s+`)

// licencesIn lists the licences that a text holds.
func licencesIn(text []byte) []string {
	flat := space.ReplaceAll(text, []byte(" "))
	var found []string
	for spdx, phrase := range licencePhrases {
		if phrase.Match(flat) {
			found = append(found, spdx)
		}
	}
	if slices.Contains(found, "BSD-3-Clause") { // it is the other one, and a clause more
		found = slices.DeleteFunc(found, func(spdx string) bool { return spdx == "BSD-2-Clause" })
	}
	slices.Sort(found)
	return found
}

func TestEachLicenceIsTheOneThatTheModuleComesWith(t *testing.T) {
	t.Parallel()
	for path, note := range opensource.ModuleNotes() {
		folder := goEnv(t, "GOROOT")
		if path != opensource.StandardLibrary {
			out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", path).CombinedOutput()
			if err != nil {
				t.Fatalf("%s: %v\n%s", path, err, out)
			}
			folder = strings.TrimSpace(string(out))
		}
		var files []string
		for _, name := range []string{"LICENSE", "LICENSE.txt", "COPYING"} {
			found, _ := filepath.Glob(filepath.Join(folder, name)) // the pattern is sound
			files = append(files, found...)
		}
		if len(files) != 1 {
			t.Errorf("%s: %d files of a licence in %s", path, len(files), folder)
			continue
		}
		text, err := os.ReadFile(files[0])
		if err != nil {
			t.Error(err)
		}
		if found, noted := licencesIn(text), slices.Sorted(slices.Values(note.Licences)); !slices.Equal(found, noted) {
			t.Errorf("%s: the note says %v, and its licence %v", path, noted, found)
		}
	}
}

func TestTheFontsComeWithTheLicenceThatTheirRecordNames(t *testing.T) {
	t.Parallel()
	files, err := public.AllVendored()
	if err != nil {
		t.Fatal(err)
	}
	texts, err := filepath.Glob("public/fonts/OFL-*.txt")
	if err != nil {
		t.Fatal(err)
	}
	fonts := 0
	for _, f := range files {
		if strings.HasPrefix(f.Files[0], "fonts/") {
			fonts++
			if f.Licence != "OFL-1.1" {
				t.Errorf("%s is said to be under %s", f.Name, f.Licence)
			}
		}
	}
	if fonts != len(texts) {
		t.Errorf("%d fonts and %d licences", fonts, len(texts))
	}
	for _, name := range texts {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if found := licencesIn(text); !slices.Equal(found, []string{"OFL-1.1"}) {
			t.Errorf("%s is %v", name, found)
		}
	}
}

func TestALicenceIsKnownByWhatOnlyItSays(t *testing.T) {
	for text, want := range map[string]string{
		"Permission is hereby granted, free of charge, to any\nperson obtaining a copy of this software":                           "MIT",
		"Redistributions in binary form must reproduce the above":                                                                  "BSD-2-Clause",
		"Redistributions in binary form must reproduce the above. Neither the name of X nor\nof Y may be used to endorse products": "BSD-3-Clause",
		"with or without fee is hereby granted, provided that the above copyright notice":                                          "ISC",
		"with or without fee is hereby granted.\n\nTHE SOFTWARE IS PROVIDED":                                                       "0BSD",
		"All rights reserved.": "",
	} {
		if found := strings.Join(licencesIn([]byte(text)), " "); found != want {
			t.Errorf("%q is taken for %q, not %q", text, found, want)
		}
	}
}

func goEnv(t *testing.T, name string) string {
	t.Helper()
	out, err := exec.Command("go", "env", name).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// ---- The chains of calls

const (
	chainsFile  = "handlers/opensource/chains.json"
	howToRecord = "go test -run TestTheChainsOfCallsAreThoseOfTheRunningSite . -update"
)

var update = flag.Bool("update", false, "write "+chainsFile+" anew from the running site")

// wanted is a chain that is looked for among all that the program was at.
type wanted struct {
	name    string
	from    string   // the function with which it begins
	works   string   // the one that does the work
	through []string // more that it goes through, in order
	state   string   // what the goroutine came to: a call of the system, or waiting for another
}

const (
	inSystem = "Syscall"
	waiting  = "Waiting"
)

// subjects are what is recorded, in the order in which it is told.
var subjects = []struct {
	name   string
	chains []wanted
}{
	{"tcp", []wanted{
		{name: "accept", from: "main.run", works: "internal/poll.accept", state: inSystem},
	}},
	{"headers", []wanted{
		{name: "headers", from: "main.run", through: []string{"net/http.(*conn).serve"}, works: "net/textproto.readMIMEHeader", state: inSystem},
	}},
	{"websocket", []wanted{
		{name: "socket-open", from: "worldtravel/handlers.(*Site).streamLobby", works: "github.com/gorilla/websocket.(*Upgrader).Upgrade", state: inSystem},
		{name: "socket-read", from: "worldtravel/handlers/live.serveSocket", works: "github.com/gorilla/websocket.(*Conn).advanceFrame", state: inSystem},
		{name: "socket-write", from: "worldtravel/handlers/live.serveSocket", through: []string{"worldtravel/handlers/live.(*socket).sendNews"}, works: "worldtravel/handlers/live.(*socket).write", state: inSystem},
	}},
	{"sse", []wanted{
		{name: "sse-open", from: "worldtravel/handlers.(*Site).streamLobby", through: []string{"worldtravel/handlers/live.ServeSSE"}, works: "worldtravel/handlers/live.(*stream).send", state: inSystem},
		{name: "sse-format", from: "worldtravel/handlers/live.serveStream", works: "github.com/r3labs/sse/v2.(*Server).ServeHTTP", state: waiting},
		{name: "sse-write", from: "worldtravel/handlers/live.serveStream", through: []string{"worldtravel/handlers/live.serveSSE.func1"}, works: "worldtravel/handlers/live.(*stream).send", state: inSystem},
	}},
}

// TestTheChainsOfCallsAreThoseOfTheRunningSite is not parallel: all that the process
// does is recorded.
func TestTheChainsOfCallsAreThoseOfTheRunningSite(t *testing.T) {
	platform := runtime.GOOS + "/" + runtime.GOARCH
	kept, err := opensource.Recorded()
	if err != nil {
		t.Fatal(err)
	}
	if !*update && kept.Platform != platform {
		t.Skipf("the chains were recorded on %s, whose system calls are others than those of %s", kept.Platform, platform)
	}
	all := recordCalls(t)
	now := opensource.Recording{Go: runtime.Version(), Platform: platform}
	for _, s := range subjects {
		subject := opensource.Subject{Name: s.name}
		for _, w := range s.chains {
			subject.Chains = append(subject.Chains, opensource.Chain{Name: w.name, Calls: w.among(t, all)})
		}
		now.Subjects = append(now.Subjects, subject)
	}
	// What is sent by SSE is read by the browser itself.
	last := &now.Subjects[len(now.Subjects)-1]
	last.Chains = append(last.Chains, opensource.Chain{Name: "sse-read", Calls: []opensource.Call{
		lineOf(t, "public/js/live.js", "start", "new EventSource("), lineOf(t, "public/js/live.js", "onmessage", "line.onmessage = "),
	}})

	if *update {
		var out bytes.Buffer
		encoder := json.NewEncoder(&out)
		encoder.SetEscapeHTML(false)
		encoder.SetIndent("", "\t")
		if err := encoder.Encode(now); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(chainsFile, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	form := func(c opensource.Call) string { return c.Function + " " + c.Place() }
	if kept.Go != now.Go {
		t.Logf("the chains were recorded with %s, and this is %s: only the functions are compared", kept.Go, now.Go)
		form = func(c opensource.Call) string { return c.Function }
	}
	if was, is := lines(kept, form), lines(now, form); was != is {
		t.Errorf("%s does not hold any more; record it anew with\n\t%s\nIt says\n%s\nand the site does\n%s", chainsFile, howToRecord, was, is)
	}
}

// lines writes a recording down, a line for each call.
func lines(r opensource.Recording, form func(opensource.Call) string) string {
	var b strings.Builder
	for _, subject := range r.Subjects {
		for _, chain := range subject.Chains {
			fmt.Fprintf(&b, "%s, %s\n", subject.Name, chain.Name)
			for _, call := range chain.Calls {
				fmt.Fprintf(&b, "\t%s begins=%t works=%t\n", form(call), call.Begins, call.Works)
			}
		}
	}
	return b.String()
}

// lineOf finds the only line of a file with these words.
func lineOf(t *testing.T, file, function, words string) opensource.Call {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, _, ok := strings.Cut(string(text), words)
	if !ok || strings.Count(string(text), words) != 1 {
		t.Fatalf("%q is not in one place of %s", words, file)
	}
	return opensource.Call{Function: function, File: file, Line: strings.Count(before, "\n") + 1, Works: function == "start"}
}

// moment is what a goroutine was at when it came to a state, with the calls that
// led to it from the beginning of the test on.
type moment struct {
	state string
	calls []opensource.Call
}

// among finds the first moment of the chain.
func (w wanted) among(t *testing.T, all []moment) []opensource.Call {
	t.Helper()
	order := append(append([]string{w.from}, w.through...), w.works)
	for _, m := range all {
		if m.state != w.state {
			continue
		}
		begin, at := -1, 0
		for i, call := range m.calls {
			if at < len(order) && call.Function == order[at] {
				if at++; at == 1 {
					begin = i
				}
			}
		}
		if at < len(order) || w.state == waiting && m.calls[len(m.calls)-1].Function != w.works {
			continue
		}
		chain := slices.Clone(m.calls[begin:])
		for i := range chain {
			chain[i].Works = chain[i].Function == w.works
		}
		chain[0].Begins = false
		return chain
	}
	t.Fatalf("nothing that the site did went through %s", strings.Join(order, ", "))
	return nil
}

// recordCalls has the site do once what the chains tell of, and gives each moment at
// which a goroutine called the system or waited, as the execution tracer saw it.
func recordCalls(t *testing.T) []moment {
	t.Helper()
	file := filepath.Join(t.TempDir(), "trace")
	out, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := trace.Start(out); err != nil {
		t.Fatal(err)
	}
	visit(t)
	trace.Stop()
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	var failed bytes.Buffer
	tool := exec.Command("go", "tool", "trace", "-d=parsed", file)
	tool.Stderr = &failed
	text, err := tool.Output()
	if err != nil {
		t.Fatalf("read the trace: %v\n%s", err, &failed)
	}
	return moments(t, text)
}

// visit starts the site, sends it a request in two halves, and opens a socket and a
// stream of its lobby.
func visit(t *testing.T) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	log, stopped := &logbook{}, make(chan error, 1)
	dir := t.TempDir()
	go func() { stopped <- run(ctx, []string{"-addr", "127.0.0.1:0", "-data-dir", dir}, noEnv, log) }()
	var address string
	eventually(t, "the site is open", func() bool {
		_, after, _ := strings.Cut(log.String(), "address=http://")
		said, _, whole := strings.Cut(after, "\n")
		address = said
		return whole
	})

	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	say := func(text string) {
		if _, err := io.WriteString(conn, text); err != nil {
			t.Fatal(err)
		}
	}
	say("GET /healthz HTTP/1.1\r\nHost: " + address + "\r\nAccept: ")
	eventually(t, "the site waits for the other half", func() bool {
		stacks := make([]byte, 4<<20)
		return bytes.Contains(stacks[:runtime.Stack(stacks, true)], []byte("net/textproto.readMIMEHeader"))
	})
	say("*/*\r\nConnection: close\r\n\r\n")
	if answer, err := io.ReadAll(conn); err != nil || !bytes.HasPrefix(answer, []byte("HTTP/1.1 200")) {
		t.Fatalf("%v, %s", err, answer)
	}

	socket, _, err := websocket.DefaultDialer.DialContext(ctx, "ws://"+address+"/live", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	if err := socket.WriteMessage(websocket.TextMessage, []byte(`{"id":1,"url":"/nowhere","body":""}`)); err != nil {
		t.Fatal(err)
	}
	for fragment, answered := false, false; !fragment || !answered; {
		_, message, err := socket.ReadMessage()
		if err != nil {
			t.Fatal(err)
		}
		if bytes.HasPrefix(message, []byte("{")) {
			answered = true
		} else {
			fragment = true
		}
	}

	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/live", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Accept", "text/event-stream")
	stream, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Body.Close()
	for events := bufio.NewScanner(stream.Body); ; {
		if !events.Scan() {
			t.Fatalf("the stream ends with %v", events.Err())
		}
		if events.Text() == "" {
			break // the first event is complete
		}
	}
	stop()
	if err := <-stopped; err != nil {
		t.Fatal(err)
	}
}

// What the tracer's tool writes: a line for each event, and below it the calls of its
// goroutine, from the last to the first.
var (
	tracedEvent = regexp.MustCompile(`^M=\S+ P=\S+ G=(-?\d+) StateTransition .*GoID=(\d+) (\w+)->(\w+)`)
	tracedCall  = regexp.MustCompile(`^\t(\S.*) @ 0x[0-9a-f]+$`)
	tracedPlace = regexp.MustCompile(`^\t\t(.+):(\d+)$`)
)

// moments reads a trace. The calls of a goroutine are those that led to its
// beginning, and then its own.
func moments(t *testing.T, text []byte) (all []moment) {
	t.Helper()
	site, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	places := places{goEnv(t, "GOROOT") + "/src/", goEnv(t, "GOMODCACHE") + "/", site + "/", map[string]string{}}
	began := map[string][]opensource.Call{} // by goroutine, how it came to be
	var event []string
	var calls []opensource.Call
	function, reading := "", false
	done := func() {
		if event == nil || len(calls) == 0 {
			return
		}
		slices.Reverse(calls)
		calls[0].Begins = true
		chain := slices.Concat(began[event[1]], calls)
		if event[3] == "NotExist" {
			began[event[2]] = chain
		} else {
			all = append(all, moment{event[4], chain})
		}
	}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case strings.HasPrefix(line, "M="):
			done()
			event, calls, reading = tracedEvent.FindStringSubmatch(line), nil, false
		case line == "Stack=":
			reading = true
		case !reading:
		case tracedCall.MatchString(line):
			function = tracedCall.FindStringSubmatch(line)[1]
		case tracedPlace.MatchString(line):
			place := tracedPlace.FindStringSubmatch(line)
			number, _ := strconv.Atoi(place[2]) // digits only
			calls = append(calls, places.call(t, function, place[1], number))
		}
	}
	done()
	for i := range all {
		all[i].calls = all[i].calls[:len(all[i].calls)-inRuntime(all[i].calls)]
	}
	return slices.DeleteFunc(all, func(m moment) bool { return len(m.calls) == 0 })
}

// inRuntime counts the last calls that are only how Go itself waits.
func inRuntime(calls []opensource.Call) int {
	n := 0
	for n < len(calls) && strings.HasPrefix(calls[len(calls)-1-n].Function, "runtime.") {
		n++
	}
	return n
}

// places are where sources stand.
type places struct {
	goRoot, modules, site string
	literals              map[string]string // names by file and line
}

// inModule is a file in the folder of modules.
var inModule = regexp.MustCompile(`^(.+)@(v[^/]+)/(.+)$`)

// literal is a function without a name, as the compiler calls it.
var literal = regexp.MustCompile(`\.func\d+(\.\d+)*$`)

// call is a traced one, with the module that its file is in. Functions of the program's
// own package are called as in the program.
func (p places) call(t *testing.T, function, file string, line int) opensource.Call {
	t.Helper()
	c := opensource.Call{Function: function, Line: line}
	folder := ""
	if below, ok := strings.CutPrefix(file, p.goRoot); ok {
		c.Module, c.Version, c.File = opensource.StandardLibrary, runtime.Version(), below
	} else if below, ok := strings.CutPrefix(file, p.modules); ok {
		found := inModule.FindStringSubmatch(below)
		c.Module, c.Version, c.File = found[1], found[2], found[3]
		folder = c.Module
	} else {
		c.File = strings.TrimPrefix(file, p.site)
		folder = "worldtravel"
	}
	if literal.MatchString(function) {
		at := file + ":" + strconv.Itoa(line)
		if p.literals[at] == "" {
			p.literals[at] = path.Join(folder, path.Dir(c.File)) + "." + literalAt(t, file, line)
		}
		c.Function = p.literals[at]
	}
	if own, ok := strings.CutPrefix(c.Function, "worldtravel."); ok {
		c.Function = "main." + own
	}
	return c
}

// typeArguments are left out of traced names.
var typeArguments = regexp.MustCompile(`\[.*\]`)

// literalAt names the innermost function without a name at a line, after the function
// that it is written in. The compiler's own name changes with what it puts inline.
func literalAt(t *testing.T, file string, line int) (name string) {
	t.Helper()
	set := token.NewFileSet()
	source, err := parser.ParseFile(set, file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	covers := func(n ast.Node) bool {
		return set.Position(n.Pos()).Line <= line && line <= set.Position(n.End()).Line
	}
	var within func(n ast.Node, before string)
	within = func(n ast.Node, before string) {
		count := 0
		ast.Inspect(n, func(inner ast.Node) bool {
			f, ok := inner.(*ast.FuncLit)
			if !ok || inner == n {
				return true
			}
			if count++; covers(f) {
				name = before + strconv.Itoa(count)
				within(f, name+".")
			}
			return false
		})
	}
	for _, declared := range source.Decls {
		if !covers(declared) {
			continue
		}
		if f, ok := declared.(*ast.FuncDecl); ok {
			name = f.Name.Name
			if f.Recv != nil {
				receiver := typeArguments.ReplaceAllString(types.ExprString(f.Recv.List[0].Type), "[...]")
				if strings.HasPrefix(receiver, "*") {
					receiver = "(" + receiver + ")"
				}
				name = receiver + "." + name
			}
		} else {
			name = "init"
		}
		within(declared, name+".func")
	}
	return name
}
