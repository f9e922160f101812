package selfcheck

import (
	"context"
	"fmt"
	"io"
)

// step is one thing that is tried. Its name is a sentence that is true when the
// step passes.
type step struct {
	name string
	try  func(*check) (seen string)
}

// steps are tried in this order. Each makes the players it needs, so that none
// fails because of another.
var steps = []step{
	{"One can sign up, log in and log out, and a wrong password is refused", accounts},
	{"A name is one person's, however it is written", uniqueNames},
	{"Passwords are stored salted, as argon2id hashes", saltedHashes},
	{"The password itself stands nowhere", passwordsNowhere},
	{"The session cookie is kept from scripts and from other sites", cookieFlags},
	{"Over https the session cookie is Secure", secureCookie},
	{"Session tokens are not stored in clear", tokensNowhere},
	{"Logging out ends the session, and not only its cookie", logoutEnds},
	{"Failed log-ins are refused after a while, in words", failedLogins},
	{"The lobby shows several games at once, and each goes its own way", lobby},
	{"A game is played over WebSockets alone, and each move reaches the other player", playOverSockets},
	{"The leaderboard is in order and counts what was played", leaderboard},
	{"What people write comes back as text, never as HTML", escaping},
	{"Forms and sockets of another site's page are refused", crossSite},
	{"Unknown pages are answered with 404 and wrong methods with 405", unknownPages},
	{"Pages say that only the site's own files may run in them", securityHeaders},
	{"Every file is sent as what it is", fileTypes},
	{"A restart loses nothing", restart},
}

// report tries the steps and writes what came of them, a line for each. It returns
// ErrFailed when one failed.
func report(ctx context.Context, site *site, steps []step, out io.Writer) error {
	fmt.Fprintln(out, site.introduction())
	count := map[verdict]int{}
	for _, step := range steps {
		came, said := carryOut(ctx, site, step)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		count[came]++
		fmt.Fprintf(out, "%-5s %s: %s\n", came, step.name, said)
	}
	fmt.Fprintln(out, summary(count))
	if count[failed] > 0 {
		return ErrFailed
	}
	return nil
}

func (s *site) introduction() string {
	if s.own != nil {
		return "Checking this program, started at " + s.url + " in a folder of its own."
	}
	return "Checking the site at " + s.url + "."
}

func summary(count map[verdict]int) string {
	tried := count[passed] + count[failed]
	text := fmt.Sprintf("All %d steps passed", tried)
	if count[failed] > 0 {
		text = fmt.Sprintf("%d of %d steps failed", count[failed], tried)
	}
	if count[notRun] > 0 {
		text += fmt.Sprintf("; %d more could not be run here", count[notRun])
	}
	return text + "."
}
