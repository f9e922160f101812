package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// firefox is one person's Firefox, driven by Marionette, the protocol that it
// brings along: commands and answers are arrays in JSON, with their length before
// them.
type firefox struct {
	t      *testing.T
	site   *program
	name   string
	conn   net.Conn
	answer *bufio.Reader
	sent   int
}

// firefox opens a Firefox with or without JavaScript.
func (p *program) firefox(t *testing.T, scripts bool) *firefox {
	t.Helper()
	path, err := exec.LookPath("firefox-esr")
	if err != nil {
		t.Skip("firefox-esr is not on the PATH, so nothing is tried in it; make test installs it")
	}
	home := t.TempDir()
	preferences := fmt.Sprintf(`
		user_pref("marionette.port", 0);
		user_pref("javascript.enabled", %v);
		user_pref("app.update.disabledForTesting", true);
		user_pref("browser.shell.checkDefaultBrowser", false);
		user_pref("datareporting.policy.dataSubmissionEnabled", false);
		user_pref("network.captive-portal-service.enabled", false);
		user_pref("network.connectivity-service.enabled", false);
		user_pref("services.settings.server", "data:,none");
		user_pref("toolkit.telemetry.server", "data:,none");`, scripts)
	if err := os.WriteFile(filepath.Join(home, "user.js"), []byte(preferences), 0o600); err != nil {
		t.Fatal(err)
	}
	said := &logbook{}
	process := exec.Command(path, "--headless", "--marionette", "--no-remote", "--profile", home)
	process.Env = append(os.Environ(), "HOME="+home)
	process.Stdout, process.Stderr = said, said
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- process.Wait() }()
	t.Cleanup(func() {
		_ = process.Process.Kill() // fails if it has ended already
		<-ended
		if t.Failed() {
			t.Logf("Firefox says: %s", said)
		}
	})
	f := &firefox{t: t, site: p}
	eventually(t, "Firefox is open", func() bool {
		if len(ended) > 0 {
			t.Fatalf("Firefox ended at its start: %s", said)
		}
		port, err := os.ReadFile(filepath.Join(home, "MarionetteActivePort"))
		if err != nil {
			return false
		}
		f.conn, err = net.Dial("tcp", "127.0.0.1:"+strings.TrimSpace(string(port)))
		return err == nil
	})
	t.Cleanup(func() { f.conn.Close() })
	f.answer = bufio.NewReader(f.conn)
	f.receive() // its greeting
	// A page that grows is never loaded to its end.
	f.command("WebDriver:NewSession", map[string]any{"pageLoadStrategy": "none"})
	return f
}

// receive reads a message.
func (f *firefox) receive() (message []byte) {
	f.t.Helper()
	_ = f.conn.SetReadDeadline(time.Now().Add(40 * time.Second)) // the next read tells
	var length int
	if _, err := fmt.Fscanf(f.answer, "%d:", &length); err != nil {
		f.t.Fatalf("Firefox does not answer: %v", err)
	}
	message = make([]byte, length)
	if _, err := io.ReadFull(f.answer, message); err != nil {
		f.t.Fatalf("Firefox does not answer: %v", err)
	}
	return message
}

// command has Firefox do something that it is able to do.
func (f *firefox) command(name string, parameters map[string]any) json.RawMessage {
	f.t.Helper()
	value, err := f.try(name, parameters)
	if err != nil {
		f.t.Fatalf("Firefox can't do %s %v: %v", name, parameters, err)
	}
	return value
}

// try has Firefox do something, and gives the error it answers.
func (f *firefox) try(name string, parameters map[string]any) (json.RawMessage, error) {
	f.t.Helper()
	f.sent++
	message, err := json.Marshal([]any{0, f.sent, name, parameters})
	if err != nil {
		f.t.Fatal(err)
	}
	if _, err := fmt.Fprintf(f.conn, "%d:%s", len(message), message); err != nil {
		f.t.Fatal(err)
	}
	var answer [4]json.RawMessage // kind, number, error, value
	if err := json.Unmarshal(f.receive(), &answer); err != nil {
		f.t.Fatal(err)
	}
	var fault *struct{ Error, Message string }
	if err := json.Unmarshal(answer[2], &fault); err != nil {
		f.t.Fatal(err)
	}
	if fault != nil {
		return nil, fmt.Errorf("%s: %s", fault.Error, fault.Message)
	}
	return answer[3], nil
}

func (f *firefox) visit(path string) {
	f.t.Helper()
	f.command("WebDriver:Navigate", map[string]any{"url": f.site.url + path})
	eventually(f.t, "Firefox is at "+path, func() bool { return f.text(`location.href`) == f.site.url+path })
}

// text gives the value of a script, which Firefox runs even in a page without
// JavaScript; empty while a page is loading.
func (f *firefox) text(script string) (text string) {
	f.t.Helper()
	if answer, err := f.try("WebDriver:ExecuteScript", map[string]any{"script": "return " + script, "args": []any{}}); err == nil {
		_ = json.Unmarshal(answer, &struct{ Value *string }{&text}) // not a text: empty
	}
	return text
}

// click presses a button as a mouse does, once it is there, in the page that grows if
// there is one.
func (f *firefox) click(word string) {
	f.t.Helper()
	type reference struct {
		Value map[string]string
	}
	var frames []map[string]string
	if err := json.Unmarshal(f.command("WebDriver:FindElements", map[string]any{"using": "css selector", "value": "iframe.stream"}), &frames); err != nil {
		f.t.Fatal(err)
	}
	for _, frame := range frames {
		for _, id := range frame {
			f.command("WebDriver:SwitchToFrame", map[string]any{"element": id})
		}
		defer f.command("WebDriver:SwitchToFrame", map[string]any{"id": nil})
	}
	var button reference
	script := fmt.Sprintf("return %s ? %s(%q) : null", styled, controls, word)
	eventually(f.t, "Firefox has a button "+word, func() bool {
		answer, err := f.try("WebDriver:ExecuteScript", map[string]any{"script": script, "args": []any{}})
		return err == nil && json.Unmarshal(answer, &button) == nil && len(button.Value) > 0
	})
	for _, id := range button.Value {
		f.command("WebDriver:ElementClick", map[string]any{"id": id})
	}
}

func (f *firefox) who() string { return f.name }

// be makes the browser somebody's.
func (f *firefox) be(who *traveller) {
	f.t.Helper()
	f.name = who.name
	f.visit("/healthz")
	for _, cookie := range who.cookies() {
		f.command("WebDriver:AddCookie", map[string]any{"cookie": map[string]any{"name": cookie.Name, "value": cookie.Value, "path": "/"}})
	}
}

func TestAWholeGameInFirefoxWithAndWithoutJavaScript(t *testing.T) {
	t.Parallel()
	for transport, scripts := range map[string]bool{"socket": true, "stream": false} {
		t.Run(transport, func(t *testing.T) {
			t.Parallel()
			site := start(t)
			ada, ben := site.traveller(t, "Ada"), site.traveller(t, "Ben")
			room := play("Grand tour", ada, ben)
			f := site.firefox(t, scripts)
			f.be(ada)
			f.visit(room)
			on := func() bool {
				return f.text(here+`.getRootNode().documentElement.dataset.transport`) == transport
			}
			eventually(t, "Firefox is on "+transport, on)
			stayed := func() bool { return f.text(`document.documentElement.dataset.stayed`) == "yes" }
			f.text(`document.documentElement.dataset.stayed = 'yes'`)
			m := matchOf(t, room, f)
			move := func() bool { ben.roll(room); return m.advance() }
			for range 5 {
				eventually(t, "Firefox shows Ben's move", move)
			}
			eventually(t, "Firefox shows Ada's own", func() bool { return look(f).Version > m.shown.Version })
			if !stayed() {
				t.Error("Firefox has loaded the page anew")
			}
			site.kill()
			site.start()
			for !m.over {
				eventually(t, "Firefox shows Ben's move", move)
			}
			eventually(t, "Firefox is on "+transport, on)
			if scripts && !stayed() {
				t.Error("Firefox has loaded the page anew")
			}
			if stored := site.storedMoves(t, room)["Ada"]; stored != m.moves["Ada"] {
				t.Errorf("Ada has moved %d times, and %d moves are stored", m.moves["Ada"], stored)
			}
		})
	}
}
