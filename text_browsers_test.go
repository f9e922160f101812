package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// textBrowsers are the browsers that the text version is tried in, with what tells
// them to ask nothing.
var textBrowsers = map[string]textBrowser{
	"w3m": {options: "-cookie -o use_history=0", logIn: "/Name\r\t\r%s\r\t\r%s\r\t\r", choose: search},
	// Numbers are shown for the test to count by. Lynx dwells on each message, such as
	// that an address is not absolute.
	"lynx":   {options: "-cfg=config -accept_all_cookies -number_fields", config: "MESSAGESECS:0\nALERTSECS:0\n", logIn: logIn, choose: walk},
	"links2": {options: "-no-connect -html-numbered-links 1", begin: "\r", logIn: logIn, choose: walk},
}

type textBrowser struct {
	options string
	config  string // what is in the file "config"
	begin   string // the keys that take a welcome away
	logIn   string // those that fill in a name and a password on the log-in page, and send them
	// choose gives those that press the link or button with these words on a screen
	// that has just come.
	choose func(screen, words string) string
}

const (
	down  = "\x1b[B"
	logIn = down + down + down + down + down + down + "%s" + down + "%s" + down + "\r"
)

// search looks for the words from the top of the page, and presses what has them.
func search(_, words string) string {
	return "g/" + strings.NewReplacer("[", `\[`, "]", `\]`).Replace(words) + "\r\r"
}

// walk goes down from the first link or field to the one with the words.
func walk(screen, words string) string {
	return strings.Repeat(down, numbered(screen, words)-1) + "\r"
}

// numbered finds the number before the words of a link or a button on a screen,
// as in "[3]Departures" and "([4]roll) [Roll]"; 1 when they are not there.
func numbered(screen, words string) int {
	found := regexp.MustCompile(`\[(\d+)\](?:\w+\) )?` + regexp.QuoteMeta(words)).FindStringSubmatch(screen)
	if found == nil {
		return 1
	}
	n, _ := strconv.Atoi(found[1]) // digits only
	return n
}

// terminal is a text browser at work.
type terminal struct {
	t    *testing.T
	site *program
	room string
	keys io.Writer
	out  *logbook
}

// terminal starts a text browser on the log-in page that leads to a room. script(1)
// is the terminal that it believes to sit at.
func (p *program) terminal(t *testing.T, name, room string) *terminal {
	t.Helper()
	for _, needed := range []string{name, "script"} {
		if _, err := exec.LookPath(needed); err != nil {
			t.Skipf("%s is not on the PATH, so nothing is tried in %s", needed, name)
		}
	}
	address := p.url + "/login?next=" + room
	cmd := exec.Command("script", "-qec",
		fmt.Sprintf("stty rows 60 cols 120; exec %s %s '%s'", name, textBrowsers[name].options, address), os.DevNull)
	cmd.Dir = t.TempDir()
	cmd.Env = append(os.Environ(), "HOME="+cmd.Dir, "TERM=xterm", "LANG=C.UTF-8")
	if err := os.WriteFile(filepath.Join(cmd.Dir, "config"), []byte(textBrowsers[name].config), 0o600); err != nil {
		t.Fatal(err)
	}
	b := &terminal{t: t, site: p, room: room, out: &logbook{}}
	keys, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	b.keys, cmd.Stdout = keys, b.out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the screen of %s:\n%s", name, b.screen())
		}
		_ = cmd.Process.Signal(syscall.SIGTERM) // it ends the browser, and then itself, with an error
		_ = cmd.Wait()
	})
	return b
}

func (b *terminal) press(keys string) {
	b.t.Helper()
	if _, err := io.WriteString(b.keys, keys); err != nil {
		b.t.Fatal(err)
	}
}

var (
	colouring = regexp.MustCompile(`\x1b\[[0-9;]*m`)
	sequences = regexp.MustCompile(`\x1b(?:\[[0-9;?]*[A-Za-z@]|[()].|[=>78A-Z])|[\x00-\x1a]`)
)

// screen gives the words on the screen: what the browser draws when it is asked to
// draw it anew, once that stays the same.
func (b *terminal) screen() string {
	var drawn string
	for {
		from := len(b.out.String())
		b.press("\x0c")
		time.Sleep(50 * time.Millisecond)
		now := strings.Join(strings.Fields(sequences.ReplaceAllString(colouring.ReplaceAllString(b.out.String()[from:], ""), " ")), " ")
		if now == drawn && now != "" {
			return now
		}
		drawn = now
	}
}

// shows waits until the screen has these words, and gives it.
func (b *terminal) shows(words string) (screen string) {
	b.t.Helper()
	eventually(b.t, fmt.Sprintf("the screen shows %q", words), func() bool {
		screen = b.screen()
		return strings.Contains(screen, words)
	})
	return screen
}

// asks presses keys that make the browser ask for a room's text version, and gives
// the screen when it has come.
func (b *terminal) asks(keys string) (screen string) {
	b.t.Helper()
	asked := regexp.MustCompile(`method=GET path=/rooms/\w+/text status=200`)
	before := len(asked.FindAllString(b.site.log.String(), -1))
	b.press(keys)
	eventually(b.t, fmt.Sprintf("%q has made the browser ask for the page", keys), func() bool {
		return len(asked.FindAllString(b.site.log.String(), -1)) > before
	})
	return b.screen()
}

func TestAGameIsPlayedInTextBrowsers(t *testing.T) {
	t.Parallel()
	for name, browser := range textBrowsers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := start(t)
			ada, ben := site.traveller(t, "Ada"), site.traveller(t, "Ben")
			room := play("Grand tour", ada, ben)

			b := site.terminal(t, name, room)
			b.shows("Passport, please")
			b.press(browser.begin)
			b.press(fmt.Sprintf(browser.logIn, "Ada", password))
			screen := b.asks(browser.choose(b.shows("Text version"), "Text version"))
			for rolls := 0; !strings.Contains(screen, " won"); {
				switch {
				case strings.Contains(screen, "[Roll]"):
					screen = b.asks(browser.choose(screen, "[Roll]"))
					rolls++
				case strings.Contains(screen, "Moves now"):
					ben.roll(room)
					screen = b.asks(browser.choose(screen, "Reload"))
				default:
					t.Fatalf("nothing can be done on this screen: %s", screen)
				}
				if rolls > 500 {
					t.Fatal("the game does not end")
				}
			}
			b.shows("Final places")
			screen = b.asks(browser.choose(screen, "[Play again]"))
			if !strings.Contains(screen, "[Leave the room]") {
				t.Errorf("Play again does not lead to the new room: %s", screen)
			}
		})
	}
}
