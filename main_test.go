package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"worldtravel/models"
)

// binary is the program, built with the race detector before the tests run.
var binary string

func TestMain(m *testing.M) {
	os.Exit(testMain(m))
}

func testMain(m *testing.M) int {
	dir, err := os.MkdirTemp("", "world-travel")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	defer closeChromium()
	binary = filepath.Join(dir, "world-travel")
	if out, err := exec.Command("go", "build", "-race", "-o", binary, ".").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build the program: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// ---- Who may import whom

// mayImport says what each part of the project may know: packages of its own and
// other modules, "/*" for every package below; the standard library is free to
// all. A file or folder that is not listed follows the folder above it.
var mayImport = map[string][]string{
	"main.go":               {"handlers", "handlers/selfcheck", "handlers/tracing", "models", "models/store", "public"},
	"handlers":              {"handlers/card", "handlers/live", "handlers/opensource", "handlers/tracing", "handlers/wire", "models", "models/games", "models/span", "public", "views", "views/boards", "views/gallery", "views/words", templ, echo, otel, "github.com/gorilla/sessions"},
	"handlers/catalogue.go": {"models/games", "models/games/*", "views", "views/boards", "views/words", templ},
	"handlers/card":         {},
	"handlers/dev":          {"github.com/fsnotify/fsnotify", "github.com/gorilla/websocket", templ, "github.com/a-h/parse"},
	"handlers/opensource":   {"public"},
	"handlers/selfcheck":    {"github.com/gorilla/websocket", "go.mongodb.org/mongo-driver/v2", "golang.org/x/net/html", "modernc.org/sqlite"}, // none of ours: it is a stranger
	"handlers/tracing":      {"models/span", otel},
	"handlers/wire":         {"golang.org/x/net/html"},
	"handlers/live":         {"models/span", otel, "github.com/gorilla/websocket", "github.com/r3labs/sse/v2", "golang.org/x/net/html", "golang.org/x/time/rate"},
	"views":                 {"models", "models/games", "public", "views/words", "golang.org/x/text", templ},
	"views/boards":          {"models/games", "models/games/*", "public", "views", "views/words", templ},
	"views/gallery":         {"models", "models/games", "models/games/*", "public", "views", "views/boards", "views/words", templ},
	"views/words":           {"github.com/BurntSushi/toml", "github.com/nicksnyder/go-i18n/v2", "golang.org/x/text"},
	"public":                {"github.com/andybalholm/brotli"},
	"models":                {"models/games", "models/span", "models/store", "github.com/alexedwards/argon2id", "golang.org/x/text"},
	"models/games":          {"models/games"},
	"models/span":           {otel},
	"models/store":          {"models/span", "models/store", "go.mongodb.org/mongo-driver/v2", "modernc.org/sqlite"},
}

const (
	templ = "github.com/a-h/templ"
	echo  = "github.com/labstack/echo/v4"
	otel  = "go.opentelemetry.io/otel"
)

// refusesImport says why a file may not import a package; "" when it may.
func refusesImport(file, imported string) string {
	own, ours := strings.CutPrefix(imported, "worldtravel/")
	if first, _, _ := strings.Cut(imported, "/"); !ours && !strings.Contains(first, ".") {
		return "" // the standard library
	}
	part := file
	for mayImport[part] == nil {
		if part == "." {
			return file + " is in no part of the plan"
		}
		part = path.Dir(part)
	}
	allowed := slices.ContainsFunc(mayImport[part], func(may string) bool {
		below, all := strings.CutSuffix(may, "/*")
		switch {
		case !ours: // a module, with all of its packages
			return imported == may || strings.HasPrefix(imported, may+"/")
		case all:
			return strings.HasPrefix(own, below+"/")
		}
		return own == may
	})
	if allowed {
		return ""
	}
	return fmt.Sprintf("%s imports %s; %s may import %s only", file, imported, part, strings.Join(mayImport[part], ", "))
}

func TestPackagesImportOnlyWhatTheyMayKnow(t *testing.T) {
	files := 0
	err := filepath.WalkDir(".", func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			_, err := os.Stat(filepath.Join(file, "go.mod"))
			if file != "." && (err == nil || strings.HasPrefix(entry.Name(), ".") || entry.Name() == "testdata") {
				return fs.SkipDir // another module, or no code of ours
			}
			return nil
		}
		if !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return nil
		}
		files++
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range parsed.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			if why := refusesImport(filepath.ToSlash(file), imported); why != "" {
				t.Error(why)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 20 {
		t.Errorf("looked at %d files; where are the others?", files)
	}
}

func TestAForbiddenImportIsNoticed(t *testing.T) {
	for _, test := range []struct {
		file, imported string
		may            bool
	}{
		{"handlers/rooms.go", "worldtravel/views", true},
		{"handlers/rooms.go", "worldtravel/models/store", false},
		{"handlers/rooms.go", "worldtravel/models/games/worldtravel", false},
		{"handlers/catalogue.go", "worldtravel/models/games/worldtravel", true},
		{"handlers/live/hub.go", "worldtravel/models", false},
		{"handlers/selfcheck/stored.go", "modernc.org/sqlite", true},
		{"handlers/selfcheck/stored.go", "worldtravel/models/store", false},
		{"handlers/selfcheck/visitor.go", "worldtravel/handlers", false},
		{"models/rooms.go", "github.com/a-h/templ/runtime", false},
		{"models/rooms.go", "worldtravel/handlers", false},
		{"models/games/chess/rules.go", "worldtravel/models/games", true},
		{"models/games/chess/rules.go", "worldtravel/models", false},
		{"models/games/chess/rules.go", "golang.org/x/text", false},
		{"models/store/sqlite.go", "worldtravel/models", false},
		{"views/room_templ.go", "worldtravel/models/store", false},
		{"views/room_templ.go", "worldtravel/views/boards", false},
		{"views/gallery/games.go", "worldtravel/models/games/worldtravel", true},
		{"views/gallery/games.go", "worldtravel/models/store", false},
		{"handlers/dev/watch.go", "worldtravel/models", false},
		{"main.go", "worldtravel/views", false},
		{"extra/extra.go", "worldtravel/models", false},
		{"extra/extra.go", "net/http", true},
	} {
		if why := refusesImport(test.file, test.imported); (why == "") != test.may {
			t.Errorf("%s imports %s: refused %q, want allowed: %v", test.file, test.imported, why, test.may)
		}
	}
}

// ---- Settings

func noEnv(string) string { return "" }

func TestEachSettingIsAFlagAndAVariableAndTheFlagWins(t *testing.T) {
	settingsOf := func(s settings) map[string]string {
		proxies := ""
		for _, network := range s.trustedProxies {
			proxies += network.String()
		}
		return map[string]string{
			"addr": s.addr, "data-dir": s.dataDir, "mongodb-uri": s.mongoURI, "origin": s.origin,
			"log-level": strings.ToLower(s.logLevel.String()), "secure-cookies": fmt.Sprint(s.secureCookies), "trusted-proxies": proxies,
			"trace": fmt.Sprint(s.trace), "admin": s.admin,
			"dev": s.dev,
		}
	}
	values := map[string][2]string{ // by flag: what the variable says, and the flag
		"addr":            {"localhost:1", "localhost:2"},
		"data-dir":        {"/one", "/two"},
		"mongodb-uri":     {"mongodb://one", "mongodb+srv://two"},
		"origin":          {"https://one.example", "http://two.example:8080"},
		"log-level":       {"debug", "error"},
		"secure-cookies":  {"true", "false"},
		"trusted-proxies": {"10.0.0.0/8", "fd00::/8"},
		"trace":           {"true", "false"},
		"admin":           {"Ada", "Ben"},
		"dev":             {"/one", "/two"},
	}
	for name, variable := range variables {
		env := func(key string) string {
			if key == variable {
				return values[name][0]
			}
			return ""
		}
		s, err := readSettings(nil, env, io.Discard)
		if got := settingsOf(s)[name]; err != nil || got != values[name][0] {
			t.Errorf("%s=%s gives %q, %v", variable, values[name][0], got, err)
		}
		s, err = readSettings([]string{"-" + name + "=" + values[name][1]}, env, io.Discard)
		if got := settingsOf(s)[name]; err != nil || got != values[name][1] {
			t.Errorf("%s=%s and -%s=%s give %q, %v", variable, values[name][0], name, values[name][1], got, err)
		}
	}
	if len(values) != len(variables) {
		t.Errorf("%d settings are tested, of %d", len(values), len(variables))
	}
}

func TestHelpExplainsEveryFlagAndNamesItsVariable(t *testing.T) {
	var help bytes.Buffer
	if _, err := readSettings([]string{"-help"}, noEnv, &help); err == nil {
		t.Error("-help goes on to serve")
	}
	for name, variable := range variables {
		if line := regexp.MustCompile(`(?m)^  -` + name + `\b.*\n.*\(` + variable + `\)`); !line.Match(help.Bytes()) {
			t.Errorf("-help says nothing of -%s (%s):\n%s", name, variable, &help)
		}
	}
	if !strings.Contains(help.String(), "-check-health") {
		t.Error("-help says nothing of -check-health")
	}
}

func TestAWrongValueEndsTheStartWithOneSentenceThatNamesIt(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, wrong := range []string{
		"ADDR=8080", "ADDR=localhost:99999", "DATA_DIR=" + file, "LOG_LEVEL=loud", "SECURE_COOKIES=perhaps",
		"ORIGIN=play.example", "ORIGIN=ftp://play.example", "ORIGIN=https://play.example/path",
		"TRUSTED_PROXIES=10.0.0.0/99", "TRUSTED_PROXIES=everybody",
		"MONGODB_URI=localhost:27017", "MONGODB_URI=mongodb://", "-addr=8080", "-log-level=loud", "-nonsense=1", "nonsense",
	} {
		t.Run(wrong, func(t *testing.T) {
			t.Parallel()
			env, args := []string{wrong}, []string(nil)
			if name, _, isVariable := strings.Cut(wrong, "="); !isVariable || strings.HasPrefix(name, "-") {
				env, args = nil, []string{wrong}
			}
			out, code := runProgram(t, env, args...)
			name, _, _ := strings.Cut(strings.TrimLeft(wrong, "-"), "=")
			named := strings.Contains(out, name) || variables[name] != "" && strings.Contains(out, variables[name])
			if code != 1 || strings.Count(out, "\n") != 1 || !named {
				t.Errorf("exit code %d and\n%s", code, out)
			}
		})
	}
}

func TestThePasswordInMongoDBsAddressIsNeverShown(t *testing.T) {
	t.Parallel()
	for _, address := range []string{
		"mongodb://ada:hush-hush@127.0.0.1:1/worldtravel", // where nobody listens
		"mongodb://ada:hush-hush@127.0.0.1:1:1", "mongodb://ada:hush-hush@", "mongodb://ada:hush%zzhush@127.0.0.1",
		"mongodb://ada:hush@hush@127.0.0.1", "mongodb://ada:hush-hush@127.0.0.1/?maxPoolSize=x", "ada:hush-hush@127.0.0.1",
	} {
		t.Run(address, func(t *testing.T) {
			t.Parallel()
			for _, args := range [][]string{{"-log-level=debug"}, {"-log-level=debug", "-mongodb-uri=" + address}, {"-mongodb-uri=" + address, "-help"}} {
				out, _ := runProgram(t, []string{"MONGODB_URI=" + address}, args...)
				if strings.Contains(out, "hush") {
					t.Errorf("%v: %s", args, out)
				}
			}
		})
	}
}

// ---- The program as a process

// program is the program, running as a process of its own.
type program struct {
	t    *testing.T
	dir  string // of the database
	addr string
	env  []string
	cmd  *exec.Cmd
	end  chan error // how it ended
	log  *logbook
	url  string
}

// environment is what a program of the tests starts with; it does not hear what
// the tests themselves were told.
func environment(dir string, more ...string) []string {
	return slices.Concat(os.Environ(), []string{"ADDR=127.0.0.1:0", "DATA_DIR=" + dir,
		"MONGODB_URI=", "ORIGIN=", "LOG_LEVEL=", "SECURE_COOKIES=", "TRUSTED_PROXIES=", "TRACE=", "ADMIN=", "DEV="}, more)
}

// runProgram runs the program to its end and gives all it said.
func runProgram(t *testing.T, env []string, args ...string) (out string, code int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary, args...)
	cmd.Env = environment(t.TempDir(), env...)
	all, err := cmd.CombinedOutput()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return string(all), cmd.ProcessState.ExitCode()
}

// start starts the program on a database of its own. It is stopped at the end
// of the test, which fails if anything went wrong in it.
func start(t *testing.T, env ...string) *program {
	t.Helper()
	p := &program{t: t, dir: t.TempDir(), addr: "127.0.0.1:0", env: env, log: &logbook{}}
	p.start()
	t.Cleanup(func() {
		if p.cmd != nil {
			p.stop()
		}
		if wrong := regexp.MustCompile(`(?m)^.*(level=ERROR|panic|DATA RACE).*$`).FindString(p.log.String()); wrong != "" {
			t.Errorf("the program's log says: %s", wrong)
		}
	})
	return p
}

var openLine = regexp.MustCompile(`msg="World Travel is open" address=(\S+)`)

// start starts the program, again on the address it had before.
func (p *program) start() {
	p.t.Helper()
	p.log.clear()
	p.cmd = exec.Command(binary)
	p.cmd.Env = append(environment(p.dir, p.env...), "ADDR="+p.addr)
	p.cmd.Stderr = p.log
	if err := p.cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	p.end = make(chan error, 1)
	go func(cmd *exec.Cmd, end chan<- error) { end <- cmd.Wait() }(p.cmd, p.end)
	eventually(p.t, "the program is open", func() bool {
		if len(p.end) > 0 {
			p.t.Fatalf("the program ended at its start: %s", p.log)
		}
		return openLine.MatchString(p.log.String())
	})
	if p.url == "" {
		p.url = openLine.FindStringSubmatch(p.log.String())[1]
		p.addr = strings.TrimPrefix(p.url, "http://")
	}
}

// stop asks the program to end, and expects it to do so in good order.
func (p *program) stop() {
	p.t.Helper()
	begin := time.Now()
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // fails if it has ended already, of which we hear next
	if err := <-p.end; err != nil {
		p.t.Errorf("the program ended with %v\n%s", err, p.log)
	}
	if took := time.Since(begin); took > 30*time.Second { // idle connections are waited for, too
		p.t.Errorf("the program took %v to stop", took)
	}
	p.cmd = nil
}

// kill ends the program without a word.
func (p *program) kill() {
	p.t.Helper()
	if err := p.cmd.Process.Kill(); err != nil {
		p.t.Fatal(err)
	}
	<-p.end
	p.cmd = nil
}

// logbook holds what a program has said so far.
type logbook struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logbook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logbook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func (l *logbook) clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text.Reset()
}

// eventually waits until something is true.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(40 * time.Second); !is(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain until %s", what)
		}
	}
}

// traveller is somebody who uses the site without a browser.
type traveller struct {
	t      *testing.T
	name   string
	site   *program
	client *http.Client
}

const password = "over the hills"

// traveller signs somebody up.
func (p *program) traveller(t *testing.T, name string) *traveller {
	t.Helper()
	a := p.stranger(t, name)
	a.must("/signup", "id", models.NewID(), "name", name, "password", password, "again", password)
	return a
}

// guest brings somebody without an account into a game against computer players.
func (p *program) guest(t *testing.T, name string) (a *traveller, room string) {
	t.Helper()
	a = p.stranger(t, name)
	id := models.NewID()
	a.must("/play", "id", id, "name", name)
	return a, "/rooms/" + id
}

// stranger is somebody whom the site does not know yet.
func (p *program) stranger(t *testing.T, name string) *traveller {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &traveller{t: t, name: name, site: p, client: &http.Client{Jar: jar, Timeout: 30 * time.Second}}
}

// get reads a page.
func (a *traveller) get(path string) (page string) {
	a.t.Helper()
	response, err := a.client.Get(a.site.url + path)
	return a.read(response, err, http.StatusOK)
}

// must sends a form, given as names and values in turn, that will be accepted.
func (a *traveller) must(path string, form ...string) (page string) {
	a.t.Helper()
	values := url.Values{}
	for i := 0; i < len(form); i += 2 {
		values.Set(form[i], form[i+1])
	}
	response, err := a.client.PostForm(a.site.url+path, values)
	return a.read(response, err, http.StatusOK)
}

func (a *traveller) read(response *http.Response, err error, status int) string {
	a.t.Helper()
	if err != nil {
		a.t.Fatal(err)
	}
	defer response.Body.Close()
	page, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != status {
		a.t.Fatalf("%s: %s, %s: %v\n%s", a.name, response.Request.URL, response.Status, err, page)
	}
	return string(page)
}

// open opens a room for four, and gives its path.
func open(name string, host *traveller) (room string) {
	id := models.NewID()
	host.must("/rooms", "id", id, "name", name, "game", "world-travel", "seats", "4", "listed", "open")
	return "/rooms/" + id
}

// play opens a room for the travellers and starts the game.
func play(name string, travellers ...*traveller) (room string) {
	room = open(name, travellers[0])
	for _, a := range travellers {
		a.must(room + "/join")
		a.must(room+"/ready", "ready", "yes")
	}
	travellers[0].must(room + "/start")
	return room
}

var (
	moveForm = regexp.MustCompile(`/move"[^>]*>\s*<input type="hidden" name="n" value="(\d+)"`)
	logLines = regexp.MustCompile(`id="log-[\d-]+"`)
)

// roll rolls if it is the traveller's turn.
func (a *traveller) roll(room string) (rolled bool) {
	a.t.Helper()
	form := moveForm.FindStringSubmatch(a.get(room))
	if form == nil {
		return false
	}
	a.must(room+"/move", "n", form[1], "move", "roll")
	return true
}

// rollOn has the travellers roll, n times in all or until the game is over; it
// reports whether it goes on.
func rollOn(n int, room string, travellers ...*traveller) (on bool) {
	for rolls := 0; rolls < n; {
		before := rolls
		for _, a := range travellers {
			if rolls < n && a.roll(room) {
				rolls++
			}
		}
		if rolls == before {
			return false
		}
	}
	return true
}

func TestSIGTERMEndsStreamsFinishesRequestsAndExitsWithZero(t *testing.T) {
	t.Parallel()
	site := start(t)
	ada := site.traveller(t, "Ada")
	room := open("Grand tour", ada)

	var streams sync.WaitGroup
	for _, header := range []http.Header{
		{}, // the page that grows
		{"Accept": {"text/event-stream"}},
		{"Connection": {"Upgrade"}, "Upgrade": {"websocket"}, "Sec-Websocket-Version": {"13"}, "Sec-Websocket-Key": {"dGhlIHNhbXBsZSBub25jZQ=="}},
	} {
		for _, path := range []string{"/live", room + "/live"} {
			request, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, site.url+path, nil)
			request.Header = header.Clone()
			request.AddCookie(ada.cookies()[0])
			response, err := http.DefaultClient.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			if _, err := response.Body.Read(make([]byte, 1)); err != nil {
				t.Fatalf("%s, %v: %s, %v", path, header, response.Status, err)
			}
			streams.Go(func() { _, _ = io.Copy(io.Discard, response.Body) })
		}
	}

	// The server asks for the form once its handler reads it.
	form := url.Values{"id": {models.NewID()}, "name": {"Ben"}, "password": {password}, "again": {password}}.Encode()
	conn, err := net.Dial("tcp", site.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "POST /signup HTTP/1.1\r\nHost: %s\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n", site.addr, len(form))
	answer := bufio.NewReader(conn)
	if line, err := answer.ReadString('\n'); err != nil || !strings.Contains(line, "100 Continue") {
		t.Fatalf("%q, %v", line, err)
	}
	if _, err := answer.ReadString('\n'); err != nil {
		t.Fatal(err)
	}

	stopped := make(chan struct{})
	go func() { defer close(stopped); site.stop() }()
	eventually(t, "the program is stopping", func() bool { return strings.Contains(site.log.String(), "msg=stopping") })
	streams.Wait()
	fmt.Fprint(conn, form)
	response, err := http.ReadResponse(answer, nil)
	if err != nil || response.StatusCode != http.StatusSeeOther {
		t.Errorf("the request that was under way got %v, %v", response, err)
	}
	<-stopped

	site.start()
	ben := *ada
	ben.must("/login", "name", "ben", "password", password)
	ada.get(room)
}

func TestHealthIsAskedByURLAndByTheProgramItself(t *testing.T) {
	t.Parallel()
	site := start(t)
	response, err := http.Get(site.url + "/healthz")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if body, _ := io.ReadAll(response.Body); response.StatusCode != http.StatusOK || string(body) != "ok\n" {
		t.Errorf("/healthz: %s %q", response.Status, body)
	}
	if out, code := runProgram(t, []string{"ADDR=" + site.addr}, "-check-health"); code != 0 || out != "" {
		t.Errorf("of a program that is well: %d %q", code, out)
	}
	site.stop()
	if out, code := runProgram(t, []string{"ADDR=" + site.addr}, "-check-health"); code != 1 || strings.Count(out, "\n") != 1 {
		t.Errorf("of a program that has stopped: %d %q", code, out)
	}
}

func TestAKilledProgramLosesNothingItHasAcknowledged(t *testing.T) {
	t.Parallel()
	site := start(t)
	ada, ben := site.traveller(t, "Ada"), site.traveller(t, "Ben")
	room := play("Grand tour", ada, ben)
	for range 3 {
		rollOn(3, room, ada, ben)
		before := logLines.FindString(ada.get(room))
		site.kill()
		site.start()
		if after := logLines.FindString(ada.get(room)); after != before {
			t.Errorf("killed after %s, and then it was %s", before, after)
		}
	}
	rollOn(1000, room, ada, ben)
	if !strings.Contains(ada.get(room), " won") {
		t.Error("nobody has won")
	}
	for _, name := range []string{"Ada", "Ben"} {
		if !strings.Contains(ada.get("/leaderboard"), "/players/"+name) {
			t.Errorf("%s is not on the leaderboard", name)
		}
	}
}
