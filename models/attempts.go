package models

import (
	"sync"
	"time"
)

// attempts counts in this process what one key (an account and address, an
// address) may try only so often, such as guessing a password.
type attempts struct {
	most    int // tries of a key within that time
	within  time.Duration
	tracked int // keys at once
	now     func() time.Time
	mu      sync.Mutex
	at      map[string][]time.Time // the tries that still count, oldest first
}

func newAttempts(most int, within time.Duration, tracked int, now func() time.Time) *attempts {
	return &attempts{most: most, within: within, tracked: tracked, now: now, at: map[string][]time.Time{}}
}

// try counts a try until succeeded or undo says otherwise, so that many at once
// are not more than one after the other. When there have been too many it counts
// none, and says how long until the next is allowed.
func (a *attempts) try(key string) (wait time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	tries := a.recent(key)
	if len(tries) >= a.most {
		return tries[len(tries)-a.most].Add(a.within).Sub(a.now())
	}
	if len(a.at) >= a.tracked {
		a.forget()
	}
	a.at[key] = append(tries, a.now())
	return 0
}

// undo takes back the last try: nothing has come of it.
func (a *attempts) undo(key string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if tries := a.at[key]; len(tries) > 0 {
		a.at[key] = tries[:len(tries)-1]
	}
}

// succeeded forgets all tries.
func (a *attempts) succeeded(key string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.at, key)
}

func (a *attempts) recent(key string) []time.Time {
	tries := a.at[key]
	for len(tries) > 0 && a.now().Sub(tries[0]) >= a.within {
		tries = tries[1:]
	}
	return tries
}

// forget makes room: what has run out goes, and when that is nothing, any one.
func (a *attempts) forget() {
	for key := range a.at {
		if len(a.recent(key)) == 0 {
			delete(a.at, key)
		}
	}
	for key := range a.at {
		if len(a.at) < a.tracked {
			return
		}
		delete(a.at, key)
	}
}
