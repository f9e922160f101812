// World Travel is a site for live board games. It needs nothing beside it:
// run it and open http://localhost:8080.
package main

import (
	"context"
	"embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"

	"worldtravel/handlers"
	"worldtravel/handlers/selfcheck"
	"worldtravel/handlers/tracing"
	"worldtravel/models"
	"worldtravel/models/store"
	"worldtravel/public"
)

// source is the program's own source code, for the pages about traces.
//
//go:embed main.go handlers models public/js views/*.go views/*.templ views/boards views/words
var source embed.FS

// stopLimit is how long a stop may take.
const stopLimit = 8 * time.Second

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	var err error
	if args := os.Args[1:]; len(args) > 0 && args[0] == "selfcheck" {
		err = selfcheck.Command(ctx, args[1:], os.Getenv, os.Stdout)
	} else {
		err = run(ctx, args, os.Getenv, os.Stderr)
	}
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return
	}
	if !errors.Is(err, selfcheck.ErrFailed) { // of which its output tells
		fmt.Fprintln(os.Stderr, "world-travel:", err)
	}
	os.Exit(1)
}

// run serves the site until ctx ends, and then stops in good order: requests are
// finished, streams are ended, the database is closed.
func run(ctx context.Context, args []string, env func(string) string, out io.Writer) error {
	settings, err := readSettings(args, env, out)
	if err != nil {
		return err
	}
	if settings.checkHealth {
		return checkHealth(ctx, settings.addr)
	}
	log := slog.New(slog.NewTextHandler(out, &slog.HandlerOptions{Level: settings.logLevel}))
	db, err := settings.openStore(ctx)
	if err != nil {
		return err
	}
	defer db.Close()

	push := handlers.NewPush(time.Now, log)
	m, err := models.Open(ctx, db, models.Config{
		Games: handlers.Games(), Dice: dice{}, Now: time.Now, Notifier: push, Log: log,
		Hash: models.HashParams, HashWait: models.HashWait,
	})
	if err != nil {
		return fmt.Errorf("open the database: %w", err)
	}
	listener, err := net.Listen("tcp", settings.addr)
	if err != nil {
		return fmt.Errorf("listen on ADDR %s: %w", settings.addr, err)
	}
	config := handlers.Config{
		Origin: settings.origin, SecureCookies: settings.secureCookies, TrustedProxies: settings.trustedProxies,
		Dev: settings.dev, Now: time.Now, Log: log,
	}
	if settings.trace {
		kept, err := tracing.Open(ctx)
		if err != nil {
			return errors.Join(err, listener.Close())
		}
		defer kept.Close(context.WithoutCancel(ctx))
		config.Trace = &handlers.Trace{
			Kept: kept, Source: tracing.NewSource(source), Admin: settings.admin,
			Open: listener.Addr().(*net.TCPAddr).IP.IsLoopback() && len(settings.trustedProxies) == 0 && settings.origin == "",
		}
	}
	site, err := handlers.New(m, push, config)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	if settings.dev == "" {
		go public.Precompress()
	}
	return serve(ctx, listener, site, m, log, settings.trace)
}

// serve answers requests until ctx ends.
func serve(ctx context.Context, listener net.Listener, site *handlers.Site, m *models.Models, log *slog.Logger, traced bool) error {
	working, endWork := context.WithCancel(context.Background())
	defer endWork()
	var work sync.WaitGroup
	work.Go(func() { m.Run(working) })
	work.Go(func() { site.Run(working) })

	server := &http.Server{
		Handler: site, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second,
		WriteTimeout: time.Minute, // of a page; streams set their own
		IdleTimeout:  2 * time.Minute, MaxHeaderBytes: 64 << 10,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	// Under load the collector would run a hundred times a second on a live heap
	// of a few megabytes. A block that is never touched, and so takes no memory,
	// lets it wait for as much garbage.
	ballast := make([]byte, 64<<20)
	defer runtime.KeepAlive(ballast)
	address := "http://" + listener.Addr().String()
	log.Info("World Travel is open", "address", address)
	if traced {
		log.Info("what each request does is recorded", "address", address+handlers.TraceURL)
	} else if _, err := os.Stat("go.mod"); err == nil {
		log.Info("to follow a click through the program, start it with TRACE=1")
	}

	select {
	case err := <-served:
		endWork()
		work.Wait()
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	log.Info("stopping")
	endWork() // ends the streams as well, of which the server knows nothing any more
	limit, cancel := context.WithTimeout(context.Background(), stopLimit)
	defer cancel()
	if err := server.Shutdown(limit); err != nil {
		log.Warn("requests were cut off", "error", err)
		server.Close()
	}
	work.Wait()
	log.Info("stopped")
	return nil
}

// dice is chance from the operating system's seed; it may be used by many at once.
type dice struct{}

func (dice) IntN(n int) int { return rand.IntN(n) }

// settings is what the program can be told at its start, by a flag or by an
// environment variable; the flag wins.
type settings struct {
	addr           string
	dataDir        string
	mongoURI       string
	origin         string
	logLevel       slog.Level
	secureCookies  bool
	trustedProxies []*net.IPNet
	dev            string
	checkHealth    bool
	trace          bool
	admin          string
}

// variables gives the environment variable that stands for each flag.
var variables = map[string]string{
	"addr": "ADDR", "data-dir": "DATA_DIR", "mongodb-uri": "MONGODB_URI", "origin": "ORIGIN",
	"log-level": "LOG_LEVEL", "secure-cookies": "SECURE_COOKIES", "trusted-proxies": "TRUSTED_PROXIES",
	"trace": "TRACE", "admin": "ADMIN", "dev": "DEV",
}

// readSettings reads flags and environment. A wrong value is an error of one
// sentence that names it; flag.ErrHelp when help was asked for and given.
func readSettings(args []string, env func(string) string, out io.Writer) (settings, error) {
	s := settings{addr: "localhost:8080", dataDir: "./data"}
	flags := flag.NewFlagSet("world-travel", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&s.addr, "addr", s.addr, "`address` to listen on, host:port (ADDR)")
	flags.StringVar(&s.dataDir, "data-dir", s.dataDir, "`folder` of the embedded database (DATA_DIR)")
	flags.StringVar(&s.mongoURI, "mongodb-uri", "", "`address` of a MongoDB to use instead, mongodb://… (MONGODB_URI)")
	flags.StringVar(&s.origin, "origin", "", "how browsers address the site, https://play.example, when a proxy rewrites Host (ORIGIN)")
	flags.TextVar(&s.logLevel, "log-level", s.logLevel, "least `level` to log: debug, info, warn or error (LOG_LEVEL)")
	flags.BoolVar(&s.secureCookies, "secure-cookies", false, "mark cookies Secure even if requests come without TLS (SECURE_COOKIES)")
	flags.Func("trusted-proxies", "comma-separated `networks`, 10.0.0.0/8, whose X-Forwarded-For and -Proto are believed (TRUSTED_PROXIES)", func(list string) (err error) {
		s.trustedProxies, err = networks(list)
		return err
	})
	flags.BoolVar(&s.trace, "trace", false, "record what each request does, and show it at /trace to whoever is on this machine (TRACE)")
	flags.StringVar(&s.admin, "admin", "", "`name` of a player to whom /trace is open from elsewhere, too (ADMIN)")
	flags.StringVar(&s.dev, "dev", "", "`folder` of the project while it is being changed: files come from its public, and /dev/gallery shows every part of the pages (DEV)")
	flags.BoolVar(&s.checkHealth, "check-health", false, "ask the site that runs at the address whether it is well, and exit")
	err := flags.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		flags.SetOutput(out)
		fmt.Fprintln(out, "World Travel, a site for live board games. Each flag can also be given as the environment variable behind it.\n"+
			"world-travel selfcheck tries a site out; selfcheck -help says more.")
		flags.PrintDefaults()
		return s, err
	} else if err != nil {
		return s, err
	}
	if flags.NArg() > 0 {
		return s, fmt.Errorf("%q is not understood; -help lists what is", flags.Arg(0))
	}
	given := map[string]bool{}
	flags.Visit(func(f *flag.Flag) { given[f.Name] = true })
	for name, variable := range variables {
		if value := env(variable); value != "" && !given[name] {
			if err := flags.Set(name, value); err != nil {
				return s, fmt.Errorf("%s: %q is not understood; -help says what it can be", variable, value)
			}
		}
	}
	return s, s.check()
}

// check refuses what would only fail later, and less clearly.
func (s settings) check() error {
	if _, _, err := net.SplitHostPort(s.addr); err != nil {
		return fmt.Errorf("ADDR: %q is not an address like localhost:8080", s.addr)
	}
	if s.origin != "" {
		u, err := url.Parse(s.origin)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.Path != "" || u.RawQuery != "" || u.User != nil {
			return fmt.Errorf("ORIGIN: %q is not an origin like https://play.example", s.origin)
		}
	}
	if s.mongoURI != "" && !strings.HasPrefix(s.mongoURI, "mongodb://") && !strings.HasPrefix(s.mongoURI, "mongodb+srv://") {
		return errors.New("MONGODB_URI: it must begin with mongodb:// or mongodb+srv://")
	}
	return nil
}

// networks reads a list of networks or single addresses.
func networks(list string) ([]*net.IPNet, error) {
	var all []*net.IPNet
	for _, word := range strings.Split(list, ",") {
		word = strings.TrimSpace(word)
		if ip := net.ParseIP(word); ip != nil {
			bits := 8 * len(ip)
			if ip.To4() != nil {
				ip, bits = ip.To4(), 32
			}
			all = append(all, &net.IPNet{IP: ip, Mask: net.CIDRMask(bits, bits)})
			continue
		}
		_, network, err := net.ParseCIDR(word)
		if err != nil {
			return nil, fmt.Errorf("%q is not a network like 10.0.0.0/8", word)
		}
		all = append(all, network)
	}
	return all, nil
}

// checkHealth asks the running site at addr how it is; a container that has no
// shell and no other program does it so.
func checkHealth(ctx context.Context, addr string) error {
	host, port, _ := net.SplitHostPort(addr)
	if host == "" {
		host = "127.0.0.1" // an image without a file of hosts does not know localhost
	}
	ctx, cancel := context.WithTimeout(ctx, 4*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/healthz", nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("the site is not well: %s", response.Status)
	}
	return nil
}

// openStore opens the database: MongoDB when an address of one is given, and
// otherwise the embedded one.
func (s settings) openStore(ctx context.Context) (store.Backend, error) {
	if s.mongoURI != "" {
		db, err := store.OpenMongo(ctx, s.mongoURI)
		if err != nil {
			return nil, fmt.Errorf("open MONGODB_URI: %w", err)
		}
		return db, nil
	}
	db, err := store.OpenSQLite(ctx, s.dataDir)
	if err != nil {
		return nil, fmt.Errorf("open DATA_DIR %s: %w", s.dataDir, err)
	}
	return db, nil
}
