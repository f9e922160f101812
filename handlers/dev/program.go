package main

import (
	"bufio"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	startLimit = 30 * time.Second
	stopLimit  = 10 * time.Second // the program takes 8 at most
	linesKept  = 200              // of what a program says
)

// program is a build of the site as a process.
type program struct {
	build
	address *url.URL
	process *os.Process
	ended   chan struct{} // closed when it has

	mu    sync.Mutex
	lines []string // the last that it said
}

// start starts a build of the site on an address of its own, and waits until it is
// open. heard is called with each line that it says.
func start(b build, root string, heard func(*program, string)) (*program, error) {
	cmd := exec.Command(b.binary)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "ADDR=127.0.0.1:0", "DEV="+root,
		"TEMPL_DEV_MODE=true", "TEMPL_DEV_MODE_ROOT="+b.texts, "TEMPL_DEV_MODE_WATCH_ROOT="+root)
	says, err := cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &program{build: b, process: cmd.Process, ended: make(chan struct{})}
	open := make(chan *url.URL, 1)
	go func() {
		defer close(p.ended)
		p.listen(says, open, heard)
		_ = cmd.Wait() // why it has ended stands in what it said
	}()
	select {
	case p.address = <-open:
		return p, nil
	case <-p.ended:
		return nil, fmt.Errorf("it ended at its start:\n%s", p.said())
	case <-time.After(startLimit):
		p.stop()
		return nil, fmt.Errorf("it did not open within %v:\n%s", startLimit, p.said())
	}
}

var openLine = regexp.MustCompile(`msg="World Travel is open" address=(\S+)`)

// listen reads what the program says to its end, and finds the address in it.
func (p *program) listen(says io.Reader, open chan<- *url.URL, heard func(*program, string)) {
	for lines := bufio.NewReader(says); ; {
		line, err := lines.ReadString('\n')
		if line = strings.TrimSuffix(line, "\n"); line != "" {
			p.keep(line)
			heard(p, line)
		}
		if found := openLine.FindStringSubmatch(line); found != nil {
			if address, err := url.Parse(found[1]); err == nil {
				open <- address
			}
		}
		if err != nil {
			return
		}
	}
}

func (p *program) keep(line string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lines = append(p.lines, line)
	p.lines = p.lines[max(0, len(p.lines)-linesKept):]
}

// said is the end of what the program has said.
func (p *program) said() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Join(p.lines, "\n")
}

// stop ends the program in good order, or else at once, and waits until it has ended.
func (p *program) stop() {
	defer os.RemoveAll(p.texts)
	_ = p.process.Signal(syscall.SIGTERM) // it may have ended
	select {
	case <-p.ended:
	case <-time.After(stopLimit):
		_ = p.process.Kill()
		<-p.ended
	}
}
