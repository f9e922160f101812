package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"worldtravel/models/store/storetest"
)

// The programs of these tests are built as people build them (see .ci/run): under
// the race detector a password takes ten times as long.

// buildSelfcheck builds the program with some files replaced, and gives its path.
func buildSelfcheck(t *testing.T, replace map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	list, program := filepath.Join(dir, "overlay.json"), filepath.Join(dir, "world-travel")
	if err := os.WriteFile(list, overlay, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-overlay="+list, "-o", program, ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build the program: %v\n%s", err, out)
	}
	return program
}

// stepLine is what the check says of a step: ok, FAIL or skip, the step's sentence, and
// what it saw.
var stepLine = regexp.MustCompile(`(?m)^(ok|FAIL|skip) +([^:\n]+): (.+)$`)

// runSelfcheck has a program carry out its check, and gives the steps of each verdict,
// what was seen in each, and all that was said.
func runSelfcheck(t *testing.T, program string, args ...string) (steps map[string][]string, saw map[string]string, out string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, append([]string{"selfcheck"}, args...)...)
	cmd.Env = environment(t.TempDir(), "DATA_DIR=") // of which the check must know nothing unless it is told
	all, err := cmd.CombinedOutput()
	steps, saw = map[string][]string{}, map[string]string{}
	for _, found := range stepLine.FindAllStringSubmatch(string(all), -1) {
		steps[found[1]] = append(steps[found[1]], found[2])
		saw[found[2]] = found[3]
	}
	want := 0
	if len(steps["FAIL"]) > 0 {
		want = 1
	}
	if code := cmd.ProcessState.ExitCode(); code != want || len(saw) == 0 {
		t.Fatalf("the check ends with %d (%v), want %d:\n%s", code, err, want, all)
	}
	return steps, saw, string(all)
}

func TestTheSelfcheckPassesOnARunningSiteAndSaysWhatItCouldNotTry(t *testing.T) {
	t.Parallel()
	program, site := buildSelfcheck(t, nil), start(t)
	for _, test := range []struct {
		name string
		args []string
		left int // steps that can't be run
		why  string
	}{
		{"with its database", []string{"-data-dir=" + site.dir}, 2, "started by somebody else"},
		{"from outside alone", nil, 5, "neither -data-dir nor -mongodb-uri"},
	} {
		steps, saw, out := runSelfcheck(t, program, append(test.args, "-url="+site.url)...)
		if len(steps["FAIL"]) > 0 || len(steps["skip"]) != test.left {
			t.Errorf("%s:\n%s", test.name, out)
		}
		why := ""
		for _, step := range steps["skip"] {
			why += saw[step]
		}
		if !strings.Contains(why, test.why) {
			t.Errorf("%s, what was not run has no reason: %s", test.name, why)
		}
	}
}

func TestTheSelfcheckLooksIntoMongoDB(t *testing.T) {
	t.Parallel()
	uri := storetest.MongoURI(t)
	site := start(t, "MONGODB_URI="+uri)
	steps, _, out := runSelfcheck(t, buildSelfcheck(t, nil), "-url="+site.url, "-mongodb-uri="+uri)
	if len(steps["FAIL"]) > 0 || len(steps["skip"]) != 2 {
		t.Error(out)
	}
}

// patch changes a file in one place: it holds the old text exactly once.
type patch struct{ file, old, new string }

// brokenBuild is a program that has something wrong.
type brokenBuild struct {
	name    string
	patches []patch
	fails   []string // the beginnings of the steps that must notice, and no others, in their order
}

func (b brokenBuild) mustFail(step string) bool {
	return slices.ContainsFunc(b.fails, func(beginning string) bool { return strings.HasPrefix(step, beginning) })
}

var brokenBuilds = []brokenBuild{
	{"hashes without salt", []patch{
		{"models/passwords.go", "SaltLength: 16", "SaltLength: 0"},
	}, []string{"Passwords are stored salted"}},
	{"a password kept beside its hash", []patch{
		{"models/users.go", "made := User{Name: name, Hash: hash,", "made := User{Name: name, About: form.Password, Hash: hash,"},
	}, []string{"The password itself stands nowhere"}},
	{"tokens stored in clear", []patch{
		{"models/sessions.go", "sum := sha256.Sum256([]byte(token))\n\treturn base64.RawURLEncoding.EncodeToString(sum[:])", "_ = sha256.Size\n\treturn token"},
	}, []string{"Session tokens are not stored in clear"}},
	{"a cookie that scripts can read", []patch{
		{"handlers/sessions.go", "HttpOnly: true, SameSite", "HttpOnly: false, SameSite"},
	}, []string{"The session cookie is kept from scripts"}},
	{"a log out that takes the cookie away only", []patch{
		{"handlers/auth.go", "if err := s.endSession(c); err != nil {", "s.keepCookie(c, sessionCookie, \"\", -time.Second)\n\tif err := error(nil); err != nil {"},
	}, []string{"Logging out ends the session"}},
	{"a title that is not escaped", []patch{
		{"views/waiting.templ", "<bdi>{ m.Name }</bdi>", "<bdi>@templ.Raw(m.Name)</bdi>"},
	}, []string{"What people write comes back as text"}},
	{"names compared letter by letter", []patch{
		{"models/text.go", "cases.Fold().String(strings.ToLower(norm.NFKC.String(name)))", "cases.Fold().String(\"\")+name"},
	}, []string{"A name is one person's"}},
	{"a leaderboard from the bottom up", []patch{
		{"models/results.go", `Index: "rank", Desc: true,`, `Index: "rank",`},
	}, []string{"The leaderboard is in order"}},
	{"forms of any site are accepted", []patch{
		{"handlers/protect.go", "if err := s.crossOrigin.Check(c.Request()); err != nil {", "if err := error(nil); err != nil {"},
	}, []string{"Forms and sockets of another site's page"}},
	{"passwords may be guessed for ever", []patch{
		{"models/attempts.go", "if len(tries) >= a.most {", "if len(tries) >= 1000*a.most {"},
	}, []string{"Failed log-ins are refused"}},
	{"pages without a policy", []patch{
		{"handlers/protect.go", `h.Set("Content-Security-Policy",`, `h.Set("No-Policy",`},
	}, []string{"Pages say that only the site's own files"}},
	{"moves that are not pushed", []patch{
		{"handlers/push.go", "p.hub.Changed(ctx, topic, pageVersion(version, false))", ""},
		{"handlers/rooms.go", "s.hub.Changed(ctx, models.RoomTopic(t.ID), version)", ""},
	}, []string{"A game is played over WebSockets alone"}},
	{"all that is left, at once", []patch{
		{"models/users.go", "} else if form.Password != form.Again {", "} else if false {"},
		{"handlers/protect.go", `strings.EqualFold(r.Header.Get(echo.HeaderXForwardedProto), "https")`, "false"},
		{"models/limits.go", "ListedPlaying     = 20", "ListedPlaying     = 1"},
		{"handlers/errors.go", "models.WrongMethod: http.StatusMethodNotAllowed", "models.WrongMethod: http.StatusOK"},
		{"public/public.go", `{"image/svg+xml", true}`, `{"text/plain", true}`},
		{"models/store/sqlite.go", "base, err := sqlite.NewConnector(dataSource(file))", "os.Remove(file)\n\tbase, err := sqlite.NewConnector(dataSource(file))"},
	}, []string{
		"One can sign up", "Over https the session cookie is Secure", "The lobby shows several games", "Unknown pages are answered with 404",
		"Every file is sent as what it is", "A restart loses nothing",
	}},
}

// TestTheSelfcheckNamesWhatIsBroken also finds out that every step can fail.
func TestTheSelfcheckNamesWhatIsBroken(t *testing.T) {
	steps, _, out := runSelfcheck(t, buildSelfcheck(t, nil))
	if len(steps["FAIL"])+len(steps["skip"]) > 0 {
		t.Fatalf("it does not pass on the program as it is:\n%s", out)
	}
	for _, step := range steps["ok"] {
		if !slices.ContainsFunc(brokenBuilds, func(b brokenBuild) bool { return b.mustFail(step) }) {
			t.Errorf("no broken program fails %q", step)
		}
	}
	for _, broken := range brokenBuilds {
		t.Run(broken.name, func(t *testing.T) {
			t.Parallel() // to one another: no other test runs before they have ended
			steps, _, out := runSelfcheck(t, buildSelfcheck(t, overlay(t, broken.patches)))
			if !slices.EqualFunc(steps["FAIL"], broken.fails, strings.HasPrefix) {
				t.Errorf("the steps that fail are %q, want those that begin with %q:\n%s", steps["FAIL"], broken.fails, out)
			}
		})
	}
}

// overlay applies patches to copies of files, and gives those by the file that each
// stands for. Of a template it is the Go code that is replaced.
func overlay(t *testing.T, patches []patch) map[string]string {
	t.Helper()
	replace := map[string]string{}
	for _, p := range patches {
		source, err := os.ReadFile(p.file)
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(string(source), p.old); n != 1 {
			t.Fatalf("%s holds %q %d times: the source has moved on, and so must this test", p.file, p.old, n)
		}
		copied := filepath.Join(t.TempDir(), filepath.Base(p.file))
		if err := os.WriteFile(copied, []byte(strings.Replace(string(source), p.old, p.new, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
		if name, isTemplate := strings.CutSuffix(p.file, ".templ"); isTemplate {
			p.file, copied = name+"_templ.go", generated(t, copied)
		}
		replaced, err := filepath.Abs(p.file)
		if err != nil {
			t.Fatal(err)
		}
		if replace[replaced] != "" {
			t.Fatalf("%s is patched twice", p.file)
		}
		replace[replaced] = copied
	}
	return replace
}

// generated makes the Go code of a template.
func generated(t *testing.T, template string) string {
	t.Helper()
	code, err := exec.CommandContext(t.Context(), "go", "tool", "templ", "generate", "-stdout", "-f", template).Output()
	if err != nil {
		t.Fatalf("generate the Go code of %s: %v", template, err)
	}
	file := template + ".go"
	if err := os.WriteFile(file, code, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}
