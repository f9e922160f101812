package models

// HoldHashes takes n of the HashesAtOnce places in which passwords are hashed,
// until release is called.
func (u *Users) HoldHashes(n int) (release func()) {
	for range n {
		u.passwords.slots <- struct{}{}
	}
	return func() {
		for range n {
			<-u.passwords.slots
		}
	}
}

// Guarded is how work runs that no request waits for.
var Guarded = guarded

// GuestID is the id of a browser's first guest.
func GuestID(browser string) string { return guestID(browser, 0) }
