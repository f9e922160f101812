package models

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"strings"
	"time"

	"worldtravel/models/span"
	"worldtravel/models/store"
)

// Guest lets somebody play at once, under a name of GuestNameLeast characters or
// more that need be nobody's own. browser is a secret that only this browser knows,
// or empty: the same browser is the same guest, with the name last given, so a form
// that is sent twice makes one. address is where the request came from: after
// GuestsPerAddress new guests in GuestTime, TooManyGuests. What is wrong with the
// name comes as a FieldErrors.
func (u *Users) Guest(ctx context.Context, browser, name, address string) (_ Identity, err error) {
	ctx, step := span.Call(ctx)
	defer func() { step.End(err) }()
	name, err = checkName(strings.TrimSpace(name), GuestNameLeast)
	if err != nil {
		wrong := FieldErrors{}
		wrong.add("name", err)
		return Identity{}, wrong
	}
	for n := 0; ; n++ {
		id := guestID(browser, n)
		err := u.beGuest(ctx, id, name, address)
		if err == nil {
			return Identity{User: id, Name: name, Guest: true}, nil
		} else if !errors.Is(err, Refuse(NotGuest)) {
			return Identity{}, err
		}
	}
}

// guestID is the id of a browser's n-th guest: there is a next one when those before
// have become accounts. It looks as if NewID had made it, and tells nothing of the
// browser's secret.
func guestID(browser string, n int) string {
	if browser == "" {
		return NewID()
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "guest %d %s", n, browser))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:]))[:16]
}

// beGuest makes the guest of an id, or gives it the name. NotGuest when the id is
// an account's by now, or is being deleted.
func (u *Users) beGuest(ctx context.Context, id, name, address string) error {
	return retry(ctx, func() error {
		now := u.now()
		held, err := u.users.Get(ctx, id)
		switch {
		case errors.Is(err, store.ErrNotFound):
			return u.insertGuest(ctx, id, User{Name: name, Created: now, Bag: 1, Guest: true, Used: now}, address)
		case err != nil:
			return fmt.Errorf("read guest: %w", err)
		case !held.Value.Guest || !held.Value.Gone.IsZero():
			return Refuse(NotGuest, held.Value.Name)
		}
		held.Value.Name, held.Value.Used = name, now
		if _, err := u.users.Update(ctx, held); err != nil {
			return fmt.Errorf("store guest: %w", err)
		}
		return nil
	})
}

func (u *Users) insertGuest(ctx context.Context, id string, guest User, address string) error {
	if wait := u.guests.try(address); wait > 0 {
		return Refuse(TooManyGuests, minutes(wait))
	}
	err := u.users.Insert(ctx, id, guest)
	if err == nil {
		return nil
	}
	u.guests.undo(address)
	if errors.Is(err, store.ErrExists) {
		return store.ErrConflict // the same form, sent at the same time
	}
	return fmt.Errorf("store guest: %w", err)
}

// use notes that a guest is here, and gives it as it is now, perhaps an account.
func (u *Users) use(ctx context.Context, id string) (used User, err error) {
	err = u.change(ctx, id, func(user *User) error {
		used = *user
		if !user.Guest {
			return errUnchanged
		}
		user.Used = u.now()
		return nil
	})
	return used, err
}

// Keep makes a guest an account with a name and password, and with all that the
// guest has played: same id, and the games are counted for the leaderboard. form.ID
// is not looked at. What is wrong with the form comes as a FieldErrors; a form that
// is sent twice makes the same account, and any other of an account is refused:
// NotGuest.
func (u *Users) Keep(ctx context.Context, id string, form SignUp) (_ Identity, err error) {
	ctx, step := span.Call(ctx)
	defer func() { step.End(err) }()
	name, err := form.check()
	if err != nil {
		return Identity{}, err
	}
	who := Identity{User: id, Name: name}
	err = u.becomeAccount(ctx, id, name, form.Password)
	if errors.Is(err, Refuse(NotGuest)) {
		who, err = u.kept(ctx, id, name, form.Password)
	}
	if err != nil {
		return Identity{}, err
	}
	return who, u.countKept(ctx, id)
}

// becomeAccount claims the name, as SignUp does, and then makes the guest its
// account in one write.
func (u *Users) becomeAccount(ctx context.Context, id, name, password string) error {
	user, err := u.Get(ctx, id)
	if err != nil {
		return err
	} else if !user.Guest {
		return Refuse(NotGuest, user.Name)
	}
	if err := u.claim(ctx, name, id); err != nil {
		return err
	}
	hash, err := u.passwords.hash(ctx, password)
	if err != nil {
		return err
	}
	return u.change(ctx, id, func(user *User) error {
		if !user.Guest {
			return Refuse(NotGuest, user.Name)
		}
		user.Name, user.Hash, user.Guest = name, hash, false
		user.Used, user.Uncounted = time.Time{}, u.now()
		return nil
	})
}

// kept answers a form of somebody who has an account already.
func (u *Users) kept(ctx context.Context, id, name, password string) (Identity, error) {
	user, err := u.Get(ctx, id)
	if err != nil {
		return Identity{}, err
	}
	who, err := u.same(ctx, id, user, name, password)
	if errors.Is(err, Refuse(WrongLogin)) {
		return Identity{}, Refuse(NotGuest, user.Name)
	}
	return who, err
}

// countKept counts what an account has played as a guest, unless that is done. A
// game that ends from now on counts by itself: settle stores its result, and then
// looks whether the player is a guest.
func (u *Users) countKept(ctx context.Context, id string) error {
	user, err := u.Get(ctx, id)
	if err != nil || user.Uncounted.IsZero() {
		return err
	}
	if err := u.results.count(ctx, id, user.Name); err != nil {
		return err
	}
	return u.change(ctx, id, func(user *User) error {
		user.Uncounted = time.Time{}
		return nil
	})
}

// sweepKept counts the games of those whose Keep broke off before.
func (m *Models) sweepKept(ctx context.Context) error {
	return each(ctx, m.Users.users, store.Query{Index: "uncounted"}, func(user store.Doc[User]) error {
		return m.Users.countKept(ctx, user.ID)
	})
}

// sweepGuests deletes guests who were not here for GuestKept, but for those who sit
// in a room. None of them can be about to sit down: their sessions ended before.
func (m *Models) sweepGuests(ctx context.Context) error {
	unused := store.Query{Index: "used", Equal: []any{true}, Max: m.now().Add(-GuestKept)}
	return each(ctx, m.Users.users, unused, func(guest store.Doc[User]) error {
		rooms, err := m.Rooms.rooms.Count(ctx, store.Query{Index: "member", Equal: []any{guest.ID}})
		if err != nil {
			return fmt.Errorf("count rooms: %w", err)
		}
		if rooms > 0 {
			return nil
		}
		return m.deleteGuest(ctx, guest)
	})
}

// deleteGuest deletes a guest with all results. The guest is marked as gone first:
// the mark is lost to whoever is quicker, be it the guest, who has come back, or
// another process, which then has ClaimTime for the rest.
func (m *Models) deleteGuest(ctx context.Context, guest store.Doc[User]) error {
	if m.now().Sub(guest.Value.Gone) < ClaimTime {
		return nil
	}
	guest.Value.Gone = m.now()
	_, err := m.Users.users.Update(ctx, guest)
	if errors.Is(err, store.ErrConflict) {
		return nil
	} else if err != nil {
		return fmt.Errorf("mark guest: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, FinishLimit)
	defer cancel()
	results := store.Query{Index: "user", Equal: []any{guest.ID}}
	err = each(ctx, m.Results.results, results, func(result store.Doc[Result]) error {
		return m.Results.results.Delete(ctx, result.ID)
	})
	if err != nil {
		return fmt.Errorf("delete results: %w", err)
	}
	if err := m.Users.users.Delete(ctx, guest.ID); err != nil {
		return fmt.Errorf("delete guest: %w", err)
	}
	return nil
}
