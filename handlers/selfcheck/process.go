package selfcheck

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"time"
)

// process is this very program, serving a site of its own in a new folder.
type process struct {
	dir  string // of its database
	url  string
	log  *logbook
	cmd  *exec.Cmd     // nil while it is stopped
	read chan struct{} // closed when all that it said has been read
}

// startProcess starts the program on a free port.
func startProcess(ctx context.Context) (*process, error) {
	dir, err := os.MkdirTemp("", "world-travel-selfcheck")
	if err != nil {
		return nil, err
	}
	p := &process{dir: dir, log: &logbook{}}
	if err := p.start(ctx, "127.0.0.1:0"); err != nil {
		return nil, errors.Join(err, p.close())
	}
	return p, nil
}

// start starts the program at an address, and waits until it is open. It trusts
// this machine as a proxy, so that a request can say that it came over https.
func (p *process) start(ctx context.Context, addr string) error {
	program, err := os.Executable()
	if err != nil {
		return err
	}
	cmd := exec.Command(program, "-addr="+addr, "-data-dir="+p.dir, "-mongodb-uri=", "-origin=", "-log-level=info",
		"-secure-cookies=false", "-trusted-proxies=127.0.0.1")
	stderr, err := cmd.StderrPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	p.cmd, p.read = cmd, make(chan struct{})
	opened := make(chan string, 1)
	go func() {
		defer close(p.read)
		p.log.follow(stderr, opened)
	}()
	select {
	case p.url = <-opened:
		return nil
	case <-p.read:
		return fmt.Errorf("it ended at once: %s", p.log)
	case <-time.After(2 * patience):
		return fmt.Errorf("it did not open within %v: %s", 2*patience, p.log)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// stop asks the program to end in good order, and makes it if it does not.
func (p *process) stop() error {
	if p.cmd == nil {
		return nil
	}
	cmd := p.cmd
	p.cmd = nil
	_ = cmd.Process.Signal(syscall.SIGTERM) // fails if it has ended already, of which Wait tells
	limit := time.AfterFunc(2*patience, func() { _ = cmd.Process.Kill() })
	defer limit.Stop()
	<-p.read
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("the program ended with %w", err)
	}
	return nil
}

// restart stops the program and starts it again at the address it had.
func (p *process) restart(ctx context.Context) error {
	if err := p.stop(); err != nil {
		return err
	}
	return p.start(ctx, strings.TrimPrefix(p.url, "http://"))
}

// close stops the program and removes its folder.
func (p *process) close() error { return errors.Join(p.stop(), os.RemoveAll(p.dir)) }

// logbook holds what a program has said so far.
type logbook struct {
	mu   sync.Mutex
	text strings.Builder
}

var openLine = regexp.MustCompile(`msg="World Travel is open" address=(\S+)`)

// follow keeps what is said until there is no more, and tells the address at which
// the program is open as soon as it says so.
func (l *logbook) follow(said io.Reader, opened chan<- string) {
	lines := bufio.NewReader(said)
	for {
		line, err := lines.ReadString('\n')
		l.mu.Lock()
		l.text.WriteString(line)
		l.mu.Unlock()
		if open := openLine.FindStringSubmatch(line); open != nil {
			opened <- open[1]
		}
		if err != nil {
			return
		}
	}
}

func (l *logbook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
