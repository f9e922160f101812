package selfcheck

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"strings"
	"testing"
)

func env(values map[string]string) func(string) string {
	return func(name string) string { return values[name] }
}

func TestEachStepHasALineAndTheEndASentence(t *testing.T) {
	t.Parallel()
	fine := step{"All is well", func(*check) string { return "it is" }}
	broken := step{"The door is shut", func(c *check) string {
		c.expect(false, "a door that is shut", "an open one")
		return "never said"
	}}
	left := step{"The cellar is dry", func(c *check) string {
		c.skip("nobody has the key")
		return "never said"
	}}
	for _, test := range []struct {
		steps []step
		lines []string
		err   error
	}{
		{[]step{fine}, []string{"ok    All is well: it is", "All 1 steps passed."}, nil},
		{[]step{fine, left}, []string{"ok    All is well: it is", "skip  The cellar is dry: not run, because nobody has the key", "All 1 steps passed; 1 more could not be run here."}, nil},
		{[]step{broken, fine}, []string{"FAIL  The door is shut: expected a door that is shut, saw an open one", "ok    All is well: it is", "1 of 2 steps failed."}, ErrFailed},
	} {
		var out bytes.Buffer
		err := report(t.Context(), &site{url: "http://play.example"}, test.steps, &out)
		want := "Checking the site at http://play.example.\n" + strings.Join(test.lines, "\n") + "\n"
		if out.String() != want || !errors.Is(err, test.err) {
			t.Errorf("%v and\n%swant\n%s", err, &out, want)
		}
	}
}

func TestWhatAStepOpensIsClosedHoweverItEnds(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*check){
		"passed": func(*check) {}, "failed": func(c *check) { c.expect(false, "", "") }, "not run": func(c *check) { c.skip("") },
	} {
		closed := false
		carryOut(t.Context(), &site{}, step{name, func(c *check) string {
			c.after = append(c.after, func() { closed = true })
			end(c)
			return ""
		}})
		if !closed {
			t.Errorf("%s: not closed", name)
		}
	}
}

func TestAnInterruptedCheckIsNoVerdict(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	var out bytes.Buffer
	err := report(ctx, &site{}, []step{{"All is well", func(c *check) string {
		cancel()
		c.expect(false, "an answer", "none")
		return ""
	}}}, &out)
	if !errors.Is(err, context.Canceled) || strings.Contains(out.String(), "FAIL") {
		t.Errorf("%v and\n%s", err, &out)
	}
}

func TestAWrongArgumentIsRefusedInOneSentenceThatNamesIt(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{"-url=localhost:8080"}, {"-url=ftp://play.example"}, {"-url=http://play.example/lobby"}, {"-url=http://ada:hush@play.example"},
		{"-mongodb-uri=ada:hush@localhost", "-url=http://play.example"}, {"-data-dir=./data"}, {"-nonsense=1"}, {"nonsense"},
	} {
		var out bytes.Buffer
		err := Command(t.Context(), args, env(nil), &out)
		name, _, _ := strings.Cut(strings.TrimLeft(args[0], "-"), "=")
		if name == "mongodb-uri" {
			name = "MONGODB_URI"
		}
		if err == nil || errors.Is(err, ErrFailed) || !strings.Contains(err.Error(), name) || strings.Contains(err.Error(), "\n") || out.Len() > 0 {
			t.Errorf("%v: %v\n%s", args, err, &out)
		}
		if err != nil && name == "MONGODB_URI" && strings.Contains(err.Error(), "hush") {
			t.Errorf("the password is shown: %v", err)
		}
	}
}

func TestASiteThatIsNotThereIsOneSentenceAndNoStep(t *testing.T) {
	t.Parallel()
	const nobody = "http://127.0.0.1:1"
	var out bytes.Buffer
	err := Command(t.Context(), []string{"-url=" + nobody}, env(nil), &out)
	if err == nil || errors.Is(err, ErrFailed) || !strings.Contains(err.Error(), nobody) || out.Len() > 0 {
		t.Errorf("%v and\n%s", err, &out)
	}
}

func TestHelpSaysWhatTheCheckLeavesBehindAndShowsNoPassword(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	err := Command(t.Context(), []string{"-help"}, env(map[string]string{"MONGODB_URI": "mongodb://ada:hush@localhost"}), &out)
	if !errors.Is(err, flag.ErrHelp) || strings.Contains(out.String(), "hush") {
		t.Errorf("%v and\n%s", err, &out)
	}
	for _, word := range []string{"-url", "-data-dir", "-mongodb-uri", "leaves behind"} {
		if !strings.Contains(out.String(), word) {
			t.Errorf("nothing of %s:\n%s", word, &out)
		}
	}
}

func TestAFormIsReadAsABrowserWouldSendIt(t *testing.T) {
	t.Parallel()
	page, err := parseFragment(`<form action="/other"><input name="x" value="0"></form>
		<form action="/here"><input type="hidden" name="id" value="7"><input name="title" value="A &amp; B">
		<input type="radio" name="seats" value="2"><input type="radio" name="seats" value="4" checked>
		<input type="checkbox" name="loud" value="yes"><button>Plain</button>
		<button name="move" value="roll">Roll</button><button name="move" value="stay">Stay</button></form>`)
	if err != nil {
		t.Fatal(err)
	}
	form, ok := formTo(page, "/here")
	if got := form.Encode(); !ok || got != "id=7&move=roll&seats=4&title=A+%26+B" {
		t.Errorf("%v %s", ok, got)
	}
	if _, ok := formTo(page, "/nowhere"); ok {
		t.Error("there is a form to nowhere")
	}
}
