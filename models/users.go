package models

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"
	"unicode/utf8"

	"worldtravel/models/span"
	"worldtravel/models/store"
)

// User is an account, or a guest, who has neither a password nor a name of one's
// own. Its id cannot be guessed and never changes.
type User struct {
	Name      string    `json:"name"` // as typed
	Hash      string    `json:"hash"` // argon2id, with its salt and parameters; empty for a guest
	Created   time.Time `json:"created"`
	About     string    `json:"about"`
	Bag       int       `json:"bag"`      // 1 to 4: the piece design that stands for the player
	Language  string    `json:"language"` // tag of the one chosen; empty for the browser's
	Guest     bool      `json:"guest"`
	Used      time.Time `json:"used"`      // when a guest was last here, to SessionRenewal; zero for an account
	Gone      time.Time `json:"gone"`      // when the sweep set about deleting a guest; zero before
	Uncounted time.Time `json:"uncounted"` // when a guest became an account, until its games are counted
}

// claim says whose a name is, under the folded name as id. It holds while the
// user carries the name, and ClaimTime from its making for one who is about to.
type claim struct {
	User string    `json:"user"`
	At   time.Time `json:"at"`
}

// Identity is somebody logged in, or a guest; the zero Identity is a visitor.
type Identity struct {
	User, Name string
	Guest      bool
}

// Users keeps accounts.
type Users struct {
	users     store.Collection[User]
	claims    store.Collection[claim]
	results   *Results
	passwords *passwords
	logins    *attempts // failed ones, by name and address
	guests    *attempts // new ones, by address
	now       func() time.Time
}

// SignUp is the form of somebody who wants an account. ID is the new user's id,
// drawn with the form, so that sending it twice makes one account.
type SignUp struct{ ID, Name, Password, Again string }

// SignUp makes an account. What is wrong with the form comes as a FieldErrors.
func (u *Users) SignUp(ctx context.Context, form SignUp) (_ Identity, err error) {
	ctx, step := span.Call(ctx)
	defer func() { step.End(err) }()
	name, err := form.check()
	if err != nil {
		return Identity{}, err
	}
	if !ValidID(form.ID) {
		return Identity{}, Refuse(BadRequest)
	}
	if err := u.claim(ctx, name, form.ID); err != nil {
		return Identity{}, err
	}
	hash, err := u.passwords.hash(ctx, form.Password)
	if err != nil {
		return Identity{}, err
	}
	made := User{Name: name, Hash: hash, Created: u.now(), Bag: 1}
	err = u.users.Insert(ctx, form.ID, made)
	if errors.Is(err, store.ErrExists) {
		return u.again(ctx, form, name)
	}
	if err != nil {
		return Identity{}, fmt.Errorf("store user: %w", err)
	}
	return Identity{User: form.ID, Name: name}, nil
}

// check tells what is wrong with the form, and gives the name in composed form.
func (form SignUp) check() (name string, err error) {
	wrong := FieldErrors{}
	name, err = checkName(form.Name, NameLeast)
	wrong.add("name", err)
	if n := utf8.RuneCountInString(form.Password); n < PasswordLeast || n > PasswordMost {
		wrong.add("password", Refuse(PasswordLength, PasswordLeast, PasswordMost))
	} else if form.Password != form.Again {
		wrong.add("again", Refuse(PasswordsDiffer))
	}
	if len(wrong) > 0 {
		return "", wrong
	}
	return name, nil
}

// again answers a form that was sent twice: the same person, if the password is.
func (u *Users) again(ctx context.Context, form SignUp, name string) (Identity, error) {
	user, err := u.Get(ctx, form.ID)
	if err != nil {
		return Identity{}, err
	}
	who, err := u.same(ctx, form.ID, user, name, form.Password)
	if errors.Is(err, Refuse(WrongLogin)) {
		return Identity{}, FieldErrors{"name": Refuse(NameTaken, name)}
	}
	return who, err
}

// same checks that whoever knows an account's id also knows its name and password.
func (u *Users) same(ctx context.Context, id string, user User, name, password string) (Identity, error) {
	return u.limited(id, func() (Identity, error) {
		ok, _, err := u.passwords.check(ctx, password, user.Hash)
		if err != nil {
			return Identity{}, err
		}
		if !ok || !SameName(user.Name, name) {
			return Identity{}, Refuse(WrongLogin)
		}
		return Identity{User: id, Name: user.Name}, nil
	})
}

// claim makes the name the user's, or refuses because it is another's. Whoever
// claims a name again has ClaimTime from then on.
func (u *Users) claim(ctx context.Context, name, user string) error {
	return retry(ctx, func() error {
		mine := claim{User: user, At: u.now()}
		err := u.claims.Insert(ctx, foldName(name), mine)
		if err == nil {
			return nil
		} else if !errors.Is(err, store.ErrExists) {
			return fmt.Errorf("claim name: %w", err)
		}
		held, err := u.claims.Get(ctx, foldName(name))
		if err != nil {
			return fmt.Errorf("read claim: %w", err)
		}
		if held.Value.User != user {
			if err := u.abandoned(ctx, name, held.Value); err != nil {
				return err
			}
		}
		held.Value = mine
		if _, err := u.claims.Update(ctx, held); err != nil {
			return fmt.Errorf("take over claim: %w", err)
		}
		return nil
	})
}

// abandoned refuses to take a name over while its user carries it, or may still
// be about to.
func (u *Users) abandoned(ctx context.Context, name string, held claim) error {
	taken := FieldErrors{"name": Refuse(NameTaken, name)}
	if u.now().Sub(held.At) < ClaimTime {
		return taken
	}
	owner, err := u.users.Get(ctx, held.User)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil
	case err != nil:
		return fmt.Errorf("read user: %w", err)
	case !owner.Value.Guest && SameName(owner.Value.Name, name):
		return taken
	}
	return nil
}

// LogIn checks a name and password. The answer, and the time it takes, are the
// same for a name that does not exist as for a wrong password. address is where
// the request came from: FailedLogins failures for one name from one address,
// and it must wait.
func (u *Users) LogIn(ctx context.Context, name, password, address string) (_ Identity, err error) {
	ctx, step := span.Call(ctx)
	defer func() { step.End(err) }()
	if _, err := checkName(name, NameLeast); err != nil {
		name = "" // nobody's, and short to keep
	}
	return u.limited(foldName(name)+" "+address, func() (Identity, error) {
		return u.authenticate(ctx, name, password)
	})
}

// limited lets check look at a password, unless FailedLogins were wrong under this
// key: TooManyTries.
func (u *Users) limited(key string, check func() (Identity, error)) (Identity, error) {
	if wait := u.logins.try(key); wait > 0 {
		return Identity{}, Refuse(TooManyTries, minutes(wait))
	}
	who, err := check()
	if err == nil {
		u.logins.succeeded(key)
	} else if !errors.Is(err, Refuse(WrongLogin)) {
		u.logins.undo(key) // nothing was learnt about the password
	}
	return who, err
}

func minutes(wait time.Duration) int { return int(math.Ceil(wait.Minutes())) }

// authenticate is LogIn without the count of failures.
func (u *Users) authenticate(ctx context.Context, name, password string) (Identity, error) {
	if utf8.RuneCountInString(password) > PasswordMost {
		password = "" // as wrong as any other, and as quick to hash
	}
	id, user, err := u.find(ctx, name)
	if err != nil && !errors.Is(err, Refuse(NoPlayer)) {
		return Identity{}, err
	}
	ok, outdated, err := u.passwords.check(ctx, password, user.Value.Hash)
	if err != nil {
		return Identity{}, err
	}
	if !ok {
		return Identity{}, Refuse(WrongLogin)
	}
	if outdated {
		if err := u.rehash(ctx, user, password); err != nil && !errors.Is(err, Refuse(Busy)) {
			return Identity{}, err
		}
	}
	return Identity{User: id, Name: user.Value.Name}, nil
}

// rehash stores the password's hash with the present parameters. Losing to
// another change of the account is fine, and so is Busy to its caller: the next
// log-in does it.
func (u *Users) rehash(ctx context.Context, user store.Doc[User], password string) error {
	hash, err := u.passwords.hash(ctx, password)
	if err != nil {
		return err
	}
	user.Value.Hash = hash
	if _, err := u.users.Update(ctx, user); err != nil && !errors.Is(err, store.ErrConflict) {
		return fmt.Errorf("store new hash: %w", err)
	}
	return nil
}

// find looks an account up by name, without regard to case.
func (u *Users) find(ctx context.Context, name string) (string, store.Doc[User], error) {
	nobody := Refuse(NoPlayer, name)
	held, err := u.claims.Get(ctx, foldName(name))
	if errors.Is(err, store.ErrNotFound) {
		return "", store.Doc[User]{}, nobody
	} else if err != nil {
		return "", store.Doc[User]{}, fmt.Errorf("read claim: %w", err)
	}
	user, err := u.users.Get(ctx, held.Value.User)
	if errors.Is(err, store.ErrNotFound) || err == nil && (user.Value.Guest || !SameName(user.Value.Name, name)) {
		return "", store.Doc[User]{}, nobody
	} else if err != nil {
		return "", store.Doc[User]{}, fmt.Errorf("read user: %w", err)
	}
	return held.Value.User, user, nil
}

// ByName gives the id and account of the player of that name, without regard to
// case; NoPlayer when there is none. Guests have no name of their own.
func (u *Users) ByName(ctx context.Context, name string) (string, User, error) {
	id, user, err := u.find(ctx, name)
	return id, user.Value, err
}

// Get gives an account or a guest by its id; NoPlayer when there is none.
func (u *Users) Get(ctx context.Context, id string) (User, error) {
	user, err := u.get(ctx, id)
	return user.Value, err
}

func (u *Users) get(ctx context.Context, id string) (store.Doc[User], error) {
	user, err := u.users.Get(ctx, id)
	if errors.Is(err, store.ErrNotFound) || err == nil && !user.Value.Gone.IsZero() {
		return store.Doc[User]{}, Refuse(NoPlayer)
	} else if err != nil {
		return store.Doc[User]{}, fmt.Errorf("read user: %w", err)
	}
	return user, nil
}

// change reads a user, lets f change it and stores it by compare-and-set, again
// when somebody was quicker. NoPlayer when there is none.
func (u *Users) change(ctx context.Context, id string, f func(*User) error) error {
	err := retry(ctx, func() error {
		user, err := u.get(ctx, id)
		if err != nil {
			return err
		}
		if err := f(&user.Value); err != nil {
			return err
		}
		if _, err := u.users.Update(ctx, user); err != nil {
			return fmt.Errorf("store user: %w", err)
		}
		return nil
	})
	if errors.Is(err, errUnchanged) {
		return nil
	}
	return err
}

// Edit changes what a player says of oneself: a line of at most AboutMost
// characters, and one of the four piece designs.
func (u *Users) Edit(ctx context.Context, id, about string, bag int) error {
	about, err := checkLine(about, AboutMost, TextLength)
	wrong := FieldErrors{}
	wrong.add("about", err)
	if bag < 1 || bag > Bags {
		wrong.add("bag", Refuse(NoChoice))
	}
	if len(wrong) > 0 {
		return wrong
	}
	return u.change(ctx, id, func(user *User) error {
		user.About, user.Bag = about, bag
		return nil
	})
}

// SetLanguage keeps the language that a player has chosen: the tag of one of those
// the views speak, or nothing for the browser's.
func (u *Users) SetLanguage(ctx context.Context, id, language string) error {
	return u.change(ctx, id, func(user *User) error {
		if user.Language == language {
			return errUnchanged
		}
		user.Language = language
		return nil
	})
}
