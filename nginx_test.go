package main

import (
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// nginxDefault is the least that one writes: all else is as Debian has it.
const nginxDefault = `
server {
	listen 80;
	location / {
		proxy_pass http://127.0.0.1:8080;
	}
}`

// nginxDocumented is what the documents tell.
func nginxDocumented(t *testing.T) string {
	t.Helper()
	running, err := os.ReadFile("docs/running.md")
	if err != nil {
		t.Fatal(err)
	}
	block := regexp.MustCompile(`(?s)\n    map \$http_upgrade.*?\n    }\n    server {.*?\n    }\n`).FindString(string(running))
	if block == "" {
		t.Fatal("docs/running.md has no configuration for nginx")
	}
	return block
}

// hostBehindNginx is not localhost: browsers send no Sec-Fetch-Site to it.
const hostBehindNginx = "play.test"

// startBehindNginx starts Debian's nginx with a site's configuration, and behind
// it the program. It gives the program as browsers reach it, under another name.
func startBehindNginx(t *testing.T, site string) *program {
	t.Helper()
	path := "/usr/sbin/nginx" // which is not on everybody's PATH
	if _, err := os.Stat(path); err != nil {
		t.Skip("nginx is not there, so nothing is tried behind it; make test installs it")
	}
	distribution, err := os.ReadFile("/etc/nginx/nginx.conf")
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	front := listener.Addr().String()
	listener.Close()
	_, port, _ := net.SplitHostPort(front)
	p := start(t, "ORIGIN=http://"+hostBehindNginx+":"+port, "TRUSTED_PROXIES=127.0.0.1")

	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	places := "access_log " + dir + "/access.log;\n"
	for _, name := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		places += fmt.Sprintf("%s_temp_path %s/%s;\n", name, dir, name)
	}
	site = strings.NewReplacer("listen 80;", "listen "+front+";", "127.0.0.1:8080", p.addr).Replace(site)
	config := string(distribution)
	for _, change := range []struct{ pattern, to string }{
		{`(?m)^user .*`, "user " + me.Username + ";\ndaemon off;"},
		{`(?m)^pid .*`, "pid " + dir + "/pid;"},
		{`(?m)^error_log .*`, "error_log " + dir + "/error.log;"},
		{`access_log .*`, ""},
		{`include /etc/nginx/conf\.d/.*`, places},
		{`include /etc/nginx/sites-enabled/.*`, site},
	} {
		pattern := regexp.MustCompile(change.pattern)
		if !pattern.MatchString(config) {
			t.Fatalf("/etc/nginx/nginx.conf has no line %s", change.pattern)
		}
		config = pattern.ReplaceAllLiteralString(config, change.to)
	}
	file := filepath.Join(dir, "nginx.conf")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	said := &logbook{}
	nginx := exec.Command(path, "-c", file, "-e", dir+"/error.log")
	nginx.Stderr = said
	if err := nginx.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- nginx.Wait() }()
	t.Cleanup(func() {
		_ = nginx.Process.Signal(syscall.SIGTERM) // fails if it has ended already
		<-ended
		if t.Failed() {
			errors, _ := os.ReadFile(dir + "/error.log")
			t.Logf("nginx says: %s%s", said, errors)
		}
	})
	eventually(t, "nginx is open", func() bool {
		if len(ended) > 0 {
			t.Fatalf("nginx ended at its start: %s", said)
		}
		conn, err := net.DialTimeout("tcp", front, time.Second)
		if err != nil {
			return false
		}
		conn.Close()
		return true
	})
	behind := *p
	behind.url = (&url.URL{Scheme: "http", Host: hostBehindNginx + ":" + port}).String()
	return &behind
}

// playBehind has two players who chose a transport sign up, meet and play some moves, each
// seeing the other's at once, by the transport that is to be had.
func playBehind(t *testing.T, site *program, choice, transport string) {
	t.Helper()
	pages := []*browser{site.browser(t, nil), site.browser(t, nil)}
	ada, ben := pages[0], pages[1]
	for i, b := range pages {
		b.networkFails.Store(choice != transport) // sockets are tried
		b.take(choice)
		b.signUp([]string{"Ada_", "Ben_"}[i] + choice)
	}
	ada.click("Create room")
	ada.see(`!!document.getElementById('seats')`)
	ada.fill("name", "Grand tour by "+choice)
	ada.click("Create room")
	ada.see(has("Ready"))
	ben.visit(ada.text(`location.pathname`))
	ben.click("Join")
	for _, b := range pages {
		b.click("Ready")
		b.see(has("Not ready"))
	}
	ada.click("Start")
	m := matchOf(t, ada.text(`location.pathname`), ada, ben)
	for range 6 {
		eventuallyIn(t, time.Minute, "a move is seen", m.advance)
	}
	for _, b := range pages {
		b.on(transport)
	}
}

func TestPlayersAreLiveBehindNginxAsDebianHasIt(t *testing.T) {
	t.Parallel()
	site := startBehindNginx(t, nginxDefault)
	for choice, transport := range map[string]string{"stream": "stream", "sse": "sse", "auto": "sse", "socket": "fetch"} {
		t.Run(choice, func(t *testing.T) { playBehind(t, site, choice, transport) })
	}
}

func TestPlayersAreLiveBehindNginxAsTheDocumentsHaveIt(t *testing.T) {
	t.Parallel()
	site := startBehindNginx(t, nginxDocumented(t))
	for choice, transport := range map[string]string{"stream": "stream", "sse": "sse", "auto": "socket", "socket": "socket"} {
		t.Run(choice, func(t *testing.T) { playBehind(t, site, choice, transport) })
	}
}
