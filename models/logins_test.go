package models_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"worldtravel/models"
	"worldtravel/models/store/storetest"
)

// fails asserts that a log-in with a wrong password is answered with this code.
func (w *world) fails(name, address string, code models.Code) {
	w.Helper()
	_, err := w.Users.LogIn(w.Context(), name, "wrong password", address)
	w.refused(err, code)
}

func TestAfterTenFailuresOneMustWaitUntilTheFirstIsTenMinutesOld(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.users("Ada", "Ben")
	for range models.FailedLogins {
		w.fails("Ada", "here", models.WrongLogin)
		w.clock.advance(time.Second)
	}
	_, err := w.Users.LogIn(t.Context(), "ADA", password, "here") // right, but too late
	var refused *models.Error
	if !errors.As(err, &refused) || refused.Code != models.TooManyTries || fmt.Sprint(refused.Args) != "[10]" {
		t.Errorf("got %v", err)
	}
	w.fails("Ada", "there", models.WrongLogin) // each address has tries of its own
	w.fails("Ben", "here", models.WrongLogin)  // and so has each name
	w.clock.advance(models.FailedLoginTime - models.FailedLogins*time.Second - time.Millisecond)
	w.fails("Ada", "here", models.TooManyTries)
	w.clock.advance(time.Millisecond)
	w.fails("Ada", "here", models.WrongLogin) // one has run out, so one more try
	w.fails("Ada", "here", models.TooManyTries)
	w.clock.advance(models.FailedLoginTime)
	_, err = w.Users.LogIn(t.Context(), "Ada", password, "here")
	w.must(err)
}

func TestANameThatNobodyHasRunsOutOfTriesLikeAnyOther(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for range models.FailedLogins {
		w.fails("Nobody", "here", models.WrongLogin)
	}
	w.fails("nobody", "here", models.TooManyTries)
}

func TestLoggingInForgetsEarlierFailures(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.user("Ada")
	for range 3 {
		for range models.FailedLogins - 1 {
			w.fails("Ada", "here", models.WrongLogin)
		}
		_, err := w.Users.LogIn(t.Context(), "Ada", password, "here")
		w.must(err)
	}
}

func TestManyTriesAtOnceAreNotMoreThanOneAfterTheOther(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.user("Ada")
	const tries = 4 * models.FailedLogins
	answers := make(chan error)
	for range tries {
		go func() {
			_, err := w.Users.LogIn(t.Context(), "Ada", "wrong password", "here")
			answers <- err
		}()
	}
	checked := 0
	for range tries {
		if err := <-answers; errors.Is(err, models.Refuse(models.WrongLogin)) {
			checked++
		} else {
			w.refused(err, models.TooManyTries)
		}
	}
	if checked != models.FailedLogins {
		t.Errorf("%d passwords were checked, want %d", checked, models.FailedLogins)
	}
}

func TestATryThatNobodyAnsweredIsNoFailure(t *testing.T) {
	t.Parallel()
	w := openWorld(t, storetest.SQLite(t), func(c *models.Config) { c.HashWait = time.Millisecond })
	w.user("Ada")
	release := w.Users.HoldHashes(models.HashesAtOnce)
	for range models.FailedLogins {
		w.fails("Ada", "here", models.Busy)
	}
	release()
	_, err := w.Users.LogIn(t.Context(), "Ada", password, "here")
	w.must(err)
}
