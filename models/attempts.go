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

// wait says how long until the next try is allowed; 0 for now.
func (a *attempts) wait(key string) time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	failed := a.recent(key)
	if len(failed) < FailedLogins {
		return 0
	}
	return failed[len(failed)-FailedLogins].Add(FailedLoginTime).Sub(a.now())
}

// begin counts a try as failed until succeeded says otherwise, so that many at
// once are not more than one after the other.
func (a *attempts) begin(key string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.at) >= LoginsTracked {
		a.forget()
	}
	a.at[key] = append(a.recent(key), a.now())
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
