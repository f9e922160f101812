package selfcheck

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"time"
)

// patience is how long a step waits for what should come at once.
const patience = 10 * time.Second

// verdict is what came of a step, as it stands at the beginning of its line.
type verdict string

const (
	passed verdict = "ok"
	failed verdict = "FAIL"
	notRun verdict = "skip"
)

// check is one step being carried out. What goes wrong ends it, as it ends a test:
// see expect and skip.
type check struct {
	ctx   context.Context
	site  *site
	after []func() // what there is to do once the step has ended
}

// outcome ends a step: check panics with it, and carryOut recovers it.
type outcome struct {
	verdict verdict
	why     string
}

// carryOut tries a step and says what was seen, or why it failed or was not run.
func carryOut(ctx context.Context, site *site, step step) (came verdict, said string) {
	c := &check{ctx: ctx, site: site}
	defer func() {
		for _, f := range c.after {
			f()
		}
		ended := recover()
		if o, ok := ended.(outcome); ok {
			came, said = o.verdict, o.why
		} else if ended != nil {
			panic(ended)
		}
	}()
	return passed, step.try(c)
}

// expect ends the step as failed unless all is well. want and saw complete the
// sentence "expected …, saw …".
func (c *check) expect(well bool, want string, saw any) {
	if !well {
		panic(outcome{failed, fmt.Sprintf("expected %s, saw %v", want, saw)})
	}
}

// skip ends the step as not run.
func (c *check) skip(why string) { panic(outcome{notRun, "not run, because " + why}) }

// within waits until something is true, for as long as patience lasts.
func (c *check) within(is func() bool) bool {
	for end := time.Now().Add(patience); !is(); {
		if time.Now().After(end) || c.ctx.Err() != nil {
			return false
		}
		time.Sleep(50 * time.Millisecond) // nothing tells a stranger when to look again
	}
	return true
}

// newName is a name that nobody has.
func newName() string { return "Check-" + random(10) }

// newPassword is a password that nobody has, and that can be found again wherever
// it stands.
func newPassword() string { return "password-" + random(16) }

func random(n int) string { return strings.ToLower(rand.Text())[:n] }
