// Package selfcheck tries a running site out, step by step: accounts, a lobby
// with rooms, a game played live over WebSockets, salted passwords, sessions kept
// by a cookie, and what guards all of these. It says in plain words what it saw.
//
// It stands below handlers because what it tries is the site over HTTP, seen from
// the other side, and it knows none of the site's packages: like a stranger it
// reads pages, sends the forms that stand in them and opens the sockets that they
// name, and it looks into the database by the database's own means. So what it
// finds is true of the program that runs, whatever its code means to do.
package selfcheck

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// ErrFailed says that a step failed, of which the output tells.
var ErrFailed = errors.New("a step of the self-check failed")

// Command carries out `world-travel selfcheck` with its arguments: every step
// against the site that -url names, or without it against this very program, which
// is started for that in a folder of its own. It writes a line for each step to
// out, and a sentence at the end. The error is ErrFailed when a step failed, and
// flag.ErrHelp when help was asked for and given.
func Command(ctx context.Context, args []string, env func(string) string, out io.Writer) error {
	settings, err := readSettings(args, env, out)
	if err != nil {
		return err
	}
	site, err := settings.reach(ctx)
	if err != nil {
		return err
	}
	failed := report(ctx, site, steps, out)
	return errors.Join(failed, site.close())
}

// settings is what the command can be told.
type settings struct{ url, dataDir, mongoURI string }

func readSettings(args []string, env func(string) string, out io.Writer) (settings, error) {
	var s settings
	flags := flag.NewFlagSet("world-travel selfcheck", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&s.url, "url", "", "`address` of the running site to check, http://localhost:8080; without it the program checks itself, started in a folder of its own")
	flags.StringVar(&s.dataDir, "data-dir", "", "`folder` of the embedded database that the site at -url uses, to look into what it stores (DATA_DIR)")
	flags.StringVar(&s.mongoURI, "mongodb-uri", "", "`address` of the MongoDB that the site at -url uses, for the same (MONGODB_URI)")
	err := flags.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		flags.SetOutput(out)
		fmt.Fprintln(out, "world-travel selfcheck tries a site out, step by step, and says what it saw. It exits with 1 if a step failed.\n"+
			"On a site that is checked with -url it leaves behind players named Check-… and the games that they played.")
		flags.PrintDefaults()
		return s, err
	} else if err != nil {
		return s, err
	}
	if flags.NArg() > 0 {
		return s, fmt.Errorf("%q is not understood; selfcheck -help lists what is", flags.Arg(0))
	}
	if s.url != "" && s.dataDir == "" && s.mongoURI == "" {
		s.dataDir, s.mongoURI = env("DATA_DIR"), env("MONGODB_URI")
	}
	return s, s.check()
}

// check refuses what would only fail later, and less clearly.
func (s settings) check() error {
	if s.url == "" && (s.dataDir != "" || s.mongoURI != "") {
		return errors.New("-data-dir and -mongodb-uri are about a site at -url; without it the program starts one that has a database of its own")
	}
	if s.url != "" {
		u, err := url.Parse(s.url)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.User != nil {
			return fmt.Errorf("-url: %q is not an address like http://localhost:8080", s.url)
		}
	}
	if s.mongoURI != "" && !strings.HasPrefix(s.mongoURI, "mongodb://") && !strings.HasPrefix(s.mongoURI, "mongodb+srv://") {
		return errors.New("MONGODB_URI: it must begin with mongodb:// or mongodb+srv://")
	}
	return nil
}

// site is what is checked.
type site struct {
	url    string   // as browsers address it, without a slash at the end
	stored database // nil where nobody said where it is
	own    *process // nil when somebody else has started the site
}

// reach finds the site to check, or starts one.
func (s settings) reach(ctx context.Context) (*site, error) {
	if s.url == "" {
		own, err := startProcess(ctx)
		if err != nil {
			return nil, fmt.Errorf("start a site to check: %w", err)
		}
		return &site{url: own.url, stored: sqliteIn(own.dir), own: own}, nil
	}
	found := &site{url: strings.TrimRight(s.url, "/")}
	if err := found.answers(ctx); err != nil {
		return nil, fmt.Errorf("no site answers at -url %s: %w", s.url, err)
	}
	switch {
	case s.mongoURI != "":
		found.stored = mongoAt(s.mongoURI)
	case s.dataDir != "":
		found.stored = sqliteIn(s.dataDir)
	}
	return found, nil
}

// answers asks for any page, that one sentence may say what every step would.
func (s *site) answers(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodHead, s.url+"/", nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	return response.Body.Close()
}

// close stops the site if it was started for the check.
func (s *site) close() error {
	if s.own == nil {
		return nil
	}
	return s.own.close()
}
