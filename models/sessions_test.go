package models_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"worldtravel/models"
	"worldtravel/models/store"
	"worldtravel/models/store/storetest"
)

// begin logs somebody in.
func (w *world) begin(who models.Identity) (token string) {
	w.Helper()
	token, err := w.Sessions.Begin(w.Context(), who)
	w.must(err)
	return token
}

// loggedOut asserts that a token opens nothing.
func (w *world) loggedOut(token string) {
	w.Helper()
	_, err := w.Sessions.Find(w.Context(), token)
	w.refused(err, models.LoginNeeded)
}

func TestASessionIsFoundByItsTokenAndByNothingElse(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := w.user("Ada")
	token, other := w.begin(ada), w.begin(ada)
	session, err := w.Sessions.Find(t.Context(), token)
	w.must(err)
	if session.User != ada.User || session.Name != "Ada" {
		t.Errorf("got %+v", session)
	}
	if token == other {
		t.Error("two sessions have one token")
	}
	if len(token) != 43 { // 256 bits, 6 to a character
		t.Errorf("the token is %q", token)
	}
	for _, wrong := range []string{"", token[1:], token + "x", models.SessionKey(token)} {
		w.loggedOut(wrong)
	}
}

func TestTheDatabaseHoldsOnlyAHashOfTheToken(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	db, err := store.OpenSQLite(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	w := openWorld(t, db)
	token := w.begin(w.user("Ada"))
	w.clock.advance(models.SessionRenewal)
	w.must(w.Sessions.Renew(t.Context(), token))
	w.must(db.Close())
	var all []byte
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	w.must(err)
	for _, file := range files {
		content, err := os.ReadFile(file)
		w.must(err)
		all = append(all, content...)
	}
	if !bytes.Contains(all, []byte(models.SessionKey(token))) {
		t.Error("the files do not hold the session, so this test sees nothing")
	}
	if bytes.Contains(all, []byte(token)) {
		t.Error("the token is in the database")
	}
	if bytes.Contains(all, []byte(password)) {
		t.Error("the password is in the database")
	}
}

func TestASessionLastsThirtyDaysFromItsLastRenewal(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token := w.begin(w.user("Ada"))
	for range 3 {
		w.clock.advance(models.SessionLength - time.Millisecond)
		_, err := w.Sessions.Find(t.Context(), token)
		w.must(err)
		w.must(w.Sessions.Renew(t.Context(), token))
	}
	w.clock.advance(models.SessionLength)
	w.loggedOut(token)
}

func TestAnExpiredSessionIsNotRenewed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token := w.begin(w.user("Ada"))
	w.clock.advance(models.SessionLength)
	w.refused(w.Sessions.Renew(t.Context(), token), models.LoginNeeded)
	w.loggedOut(token)
}

func TestASessionIsDueForRenewalOnceADay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token := w.begin(w.user("Ada"))
	due := func() bool {
		session, err := w.Sessions.Find(t.Context(), token)
		w.must(err)
		return w.Sessions.Due(session)
	}
	for range 3 {
		w.clock.advance(models.SessionRenewal - time.Millisecond)
		if due() {
			t.Error("due before a day has passed")
		}
		w.clock.advance(time.Millisecond)
		if !due() {
			t.Error("not due after a day")
		}
		w.must(w.Sessions.Renew(t.Context(), token))
	}
}

func TestLoggingOutEndsOneSessionForGood(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := w.user("Ada")
	token, other := w.begin(ada), w.begin(ada)
	w.must(w.Sessions.End(t.Context(), token))
	w.loggedOut(token)
	w.refused(w.Sessions.Renew(t.Context(), token), models.LoginNeeded)
	w.must(w.Sessions.End(t.Context(), token)) // a second click
	w.loggedOut(token)
	_, err := w.Sessions.Find(t.Context(), other)
	w.must(err)
}

func TestASaveInFlightAtLogOutDoesNotReviveTheSession(t *testing.T) {
	t.Parallel()
	var meanwhile func()
	w := openWorld(t, storetest.Hook(storetest.SQLite(t), func(op storetest.Op) error {
		if meanwhile != nil && op.Collection == "sessions" && op.Kind == "update" {
			meanwhile()
		}
		return nil
	}, nil))
	token := w.begin(w.user("Ada"))
	w.clock.advance(models.SessionRenewal)
	meanwhile = func() { w.must(w.Sessions.End(t.Context(), token)) }
	w.refused(w.Sessions.Renew(t.Context(), token), models.LoginNeeded)
	w.loggedOut(token)
}

func TestTwoRenewalsAtOnceAreFine(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token := w.begin(w.user("Ada"))
	w.clock.advance(models.SessionRenewal)
	answers := make(chan error)
	for range 8 {
		go func() { answers <- w.Sessions.Renew(t.Context(), token) }()
	}
	for range 8 {
		w.must(<-answers)
	}
}

func TestTheSweepDeletesExpiredSessionsAndNoOthers(t *testing.T) {
	t.Parallel()
	var deleted []string
	w := openWorld(t, storetest.Hook(storetest.SQLite(t), nil, func(op storetest.Op) error {
		if op.Kind == "delete" {
			deleted = append(deleted, op.ID)
		}
		return nil
	}))
	ada := w.user("Ada")
	old := w.begin(ada)
	w.clock.advance(time.Millisecond)
	young := w.begin(ada)
	w.clock.advance(models.SessionLength - 2*time.Millisecond)
	w.sweep()
	if len(deleted) != 0 {
		t.Errorf("deleted %v too early", deleted)
	}
	w.clock.advance(time.Millisecond)
	w.loggedOut(old) // expired to the millisecond, and not swept yet
	_, err := w.Sessions.Find(t.Context(), young)
	w.must(err)
	w.clock.advance(time.Millisecond)
	w.sweep()
	if len(deleted) != 1 || deleted[0] != models.SessionKey(old) {
		t.Errorf("deleted %v, want only %s", deleted, models.SessionKey(old))
	}
}
