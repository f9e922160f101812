// Dev runs the site for those who change it. It stands between browsers and the
// program: what is saved is built, the program is started anew, and open pages show
// what has become of it, or what the compiler says. Run it from the root of the
// project (make dev); it takes the program's variables, of which ADDR is its own.
package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, cmp.Or(os.Getenv("ADDR"), "localhost:8080"), os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "dev:", err)
		os.Exit(1)
	}
}

// run serves the site at addr as it is in the files of the working directory, until
// ctx ends. out is told what the program says.
func run(ctx context.Context, addr string, out io.Writer) error {
	root, err := os.Getwd()
	if err != nil {
		return err
	}
	builds, err := os.MkdirTemp("", "world-travel-dev")
	if err != nil {
		return err
	}
	defer os.RemoveAll(builds)
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return fmt.Errorf("listen on ADDR %s: %w", addr, err)
	}
	w := newWorkshop(root, builds, out)
	defer w.close()
	server := &http.Server{Handler: newFront(w), ReadHeaderTimeout: 10 * time.Second}
	defer server.Close()
	go server.Serve(listener) // until it is closed
	fmt.Fprintf(out, "dev: http://%s shows what you save\n", listener.Addr())
	return watch(ctx, root, w.take)
}
