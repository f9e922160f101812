package models

import (
	"sync"
	"time"
)

// attempts counts failed log-ins per account and address in this process, so
// that passwords cannot be guessed one after the other.
type attempts struct {
	now func() time.Time
	mu  sync.Mutex
	at  map[string][]time.Time // the failures of the last FailedLoginTime, oldest first
}

func newAttempts(now func() time.Time) *attempts {
	return &attempts{now: now, at: map[string][]time.Time{}}
}

// try counts a try as failed until succeeded or undo says otherwise, so that many
// at once are not more than one after the other. When there have been too many it
// counts none, and says how long until the next is allowed.
func (a *attempts) try(key string) (wait time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	failed := a.recent(key)
	if len(failed) >= FailedLogins {
		return failed[len(failed)-FailedLogins].Add(FailedLoginTime).Sub(a.now())
	}
	if len(a.at) >= LoginsTracked {
		a.forget()
	}
	a.at[key] = append(failed, a.now())
	return 0
}

// undo takes back the last try: nobody looked at the password.
func (a *attempts) undo(key string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if tries := a.at[key]; len(tries) > 0 {
		a.at[key] = tries[:len(tries)-1]
	}
}

func (a *attempts) succeeded(key string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.at, key)
}

func (a *attempts) recent(key string) []time.Time {
	failed := a.at[key]
	for len(failed) > 0 && a.now().Sub(failed[0]) >= FailedLoginTime {
		failed = failed[1:]
	}
	return failed
}

// forget makes room: what has run out goes, and when that is nothing, any one.
func (a *attempts) forget() {
	for key := range a.at {
		if len(a.recent(key)) == 0 {
			delete(a.at, key)
		}
	}
	for key := range a.at {
		if len(a.at) < LoginsTracked {
			return
		}
		delete(a.at, key)
	}
}
