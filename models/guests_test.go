package models_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"worldtravel/models"
	"worldtravel/models/store"
	"worldtravel/models/store/storetest"
)

// guest makes a guest of a browser of its own.
func (w *world) guest(name string) models.Identity {
	w.Helper()
	return w.guestOf("browser of "+name+" "+models.NewID(), name)
}

// guestOf makes the guest of a browser, or finds it.
func (w *world) guestOf(browser, name string) models.Identity {
	w.Helper()
	who, err := w.Users.Guest(w.Context(), browser, name, "address")
	if err != nil {
		w.Fatalf("make %s a guest: %v", name, err)
	}
	return who
}

// keep makes a guest an account.
func (w *world) keep(guest models.Identity, name string) models.Identity {
	w.Helper()
	who, err := w.Users.Keep(w.Context(), guest.User, form(name))
	if err != nil {
		w.Fatalf("keep %s as %s: %v", guest.Name, name, err)
	}
	return who
}

func TestAGuestNeedsOneNameAndNothingElse(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for typed, name := range map[string]string{
		"A": "A", "李": "李", "  Ada ": "Ada", "Zoe\u0308": "Zoë", strings.Repeat("é", models.NameMost): strings.Repeat("é", models.NameMost),
	} {
		who := w.guest(typed)
		user, err := w.Users.Get(t.Context(), who.User)
		w.must(err)
		if !who.Guest || who.Name != name || !models.ValidID(who.User) ||
			!user.Guest || user.Name != name || user.Hash != "" || user.Bag != 1 || !user.Used.Equal(w.clock.Now()) {
			t.Errorf("%q is %+v, %+v", typed, who, user)
		}
	}
	for typed, code := range map[string]models.Code{
		"": models.NameLength, " ": models.NameLength, strings.Repeat("é", models.NameMost+1): models.NameLength,
		"a b": models.NameLetters, "ada\u202eb": models.NameLetters, "<b>": models.NameLetters, "a:b": models.NameLetters,
		"\u3164": models.NameLetters, "\xff": models.NameLetters, "😀": models.NameLetters,
	} {
		_, err := w.Users.Guest(t.Context(), "browser", typed, "address")
		w.wrong(err, "name", code)
	}
}

func TestAGuestsNameStaysFreeForOthers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, second := w.guest("Ada"), w.guest("ada")
	if first.User == second.User {
		t.Error("two browsers have one guest")
	}
	_, _, err := w.Users.ByName(t.Context(), "Ada")
	w.refused(err, models.NoPlayer)
	for _, password := range []string{"", password} {
		_, err = w.Users.LogIn(t.Context(), "Ada", password, "address")
		w.refused(err, models.WrongLogin)
	}
	ada := w.user("Ada")
	if id, _, err := w.Users.ByName(t.Context(), "Ada"); err != nil || id != ada.User {
		t.Errorf("the name finds %s, %v", id, err)
	}
	w.guest("Ada")
}

func TestTheSameBrowserIsTheSameGuestWithTheNameLastGiven(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := w.guestOf("browser", "Ada")
	w.must(w.Users.Edit(t.Context(), ada.User, "", 3))
	w.clock.advance(time.Hour)
	eva := w.guestOf("browser", "Eva")
	user, err := w.Users.Get(t.Context(), ada.User)
	w.must(err)
	if eva.User != ada.User || user.Name != "Eva" || user.Bag != 3 || !user.Used.Equal(w.clock.Now()) {
		t.Errorf("%+v is now %+v, %+v", ada, eva, user)
	}
	if a, b := w.guestOf("", "Ada"), w.guestOf("", "Ada"); a.User == b.User {
		t.Error("two browsers that say nothing of themselves have one guest")
	}
}

func TestAFormSentManyTimesAtOnceMakesOneGuest(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	type answer struct {
		who models.Identity
		err error
	}
	answers := make(chan answer)
	const times = 8
	for range times {
		go func() {
			who, err := w.Users.Guest(t.Context(), "browser", "Ada", "address")
			answers <- answer{who, err}
		}()
	}
	for range times {
		if a := <-answers; a.err != nil || a.who.User != models.GuestID("browser") {
			t.Errorf("got %+v, %v", a.who, a.err)
		}
	}
	for range models.GuestsPerAddress - 1 { // one has been counted
		w.guest("Ben")
	}
}

func TestSixtyNewGuestsOfOneAddressInTenMinutesAreEnough(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	known := w.guestOf("known", "Ada")
	for range models.GuestsPerAddress - 1 {
		w.guest("Ben")
	}
	w.clock.advance(90 * time.Second)
	_, err := w.Users.Guest(t.Context(), "new", "Chen", "address")
	var refused *models.Error
	if !errors.As(err, &refused) || refused.Code != models.TooManyGuests || fmt.Sprint(refused.Args) != "[9]" {
		t.Errorf("got %v", err)
	}
	if again := w.guestOf("known", "Ada"); again.User != known.User {
		t.Errorf("the known guest is now %s", again.User)
	}
	_, err = w.Users.Guest(t.Context(), "new", "Chen", "another address")
	w.must(err)
	w.clock.advance(models.GuestTime - 90*time.Second)
	w.guest("Dina")
}

func TestAGuestThatCouldNotBeStoredIsNotCounted(t *testing.T) {
	t.Parallel()
	away := true
	w := openWorld(t, storetest.Hook(storetest.SQLite(t), func(op storetest.Op) error {
		if away && op.Kind == "insert" {
			return errors.New("connection refused")
		}
		return nil
	}, nil))
	for range models.GuestsPerAddress {
		if _, err := w.Users.Guest(t.Context(), "browser", "Ada", "address"); !models.Away(err) {
			t.Fatalf("got %v", err)
		}
	}
	away = false
	w.guest("Ada")
}

func TestAGuestBecomesAnAccountOfTheSameID(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	guest := w.guest("Al")
	w.must(w.Users.Edit(t.Context(), guest.User, "Always by balloon", 4))
	w.must(w.Users.SetLanguage(t.Context(), guest.User, "de"))
	kept := w.keep(guest, "Alberta")
	if kept != (models.Identity{User: guest.User, Name: "Alberta"}) {
		t.Errorf("got %+v", kept)
	}
	who, err := w.Users.LogIn(t.Context(), "alberta", password, "address")
	if w.must(err); who != kept {
		t.Errorf("logged in as %+v", who)
	}
	id, user, err := w.Users.ByName(t.Context(), "ALBERTA")
	w.must(err)
	if id != guest.User || user.Guest || user.About != "Always by balloon" || user.Bag != 4 || user.Language != "de" {
		t.Errorf("got %+v", user)
	}
	_, err = w.Users.SignUp(t.Context(), form("Alberta"))
	w.wrong(err, "name", models.NameTaken)
	w.notRanked(kept) // for nothing has been played
}

func TestAGuestMayKeepTheOwnNameIfItIsFreeAndLongEnough(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, al := w.guest("Ada"), w.guest("Al")
	other := w.guest("Ada")
	if kept := w.keep(ada, "Ada"); kept.Name != "Ada" {
		t.Errorf("got %+v", kept)
	}
	_, err := w.Users.Keep(t.Context(), other.User, form("Ada"))
	w.wrong(err, "name", models.NameTaken)
	_, err = w.Users.Keep(t.Context(), al.User, form("Al"))
	w.wrong(err, "name", models.NameLength)
	weak := form("Alma")
	weak.Password, weak.Again = "short", "short"
	_, err = w.Users.Keep(t.Context(), al.User, weak)
	w.wrong(err, "password", models.PasswordLength)
	w.user("Alma") // which none of it has taken
	for _, guest := range []models.Identity{other, al} {
		if user, err := w.Users.Get(t.Context(), guest.User); err != nil || !user.Guest {
			t.Errorf("got %+v, %v", user, err)
		}
	}
}

func TestTheSameFormKeepsAGuestOnceHoweverOftenItIsSent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := w.guest("Ada")
	answers := make(chan error)
	const times = 8
	for range times {
		go func() {
			who, err := w.Users.Keep(t.Context(), ada.User, form("Ada"))
			if err == nil && who != (models.Identity{User: ada.User, Name: "Ada"}) {
				err = fmt.Errorf("kept as %+v", who)
			}
			answers <- err
		}()
	}
	for range times {
		w.must(<-answers)
	}
	w.keep(ada, "ADA")
	_, err := w.Users.Keep(t.Context(), ada.User, form("Berta"))
	w.refused(err, models.NotGuest)
	wrong := form("Ada")
	wrong.Password, wrong.Again = "wrong password", "wrong password"
	for range models.FailedLogins - 1 {
		_, err = w.Users.Keep(t.Context(), ada.User, wrong)
		w.refused(err, models.NotGuest)
	}
	_, err = w.Users.Keep(t.Context(), ada.User, wrong) // it is no way to guess passwords, either
	w.refused(err, models.TooManyTries)
	w.user("Berta")
}

func TestNobodyIsKeptWhoIsNotThere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, id := range []string{"", models.NewID()} {
		_, err := w.Users.Keep(t.Context(), id, form("Ada"))
		w.refused(err, models.NoPlayer)
	}
	ben := w.user("Ben")
	_, err := w.Users.Keep(t.Context(), ben.User, form("Ada"))
	w.refused(err, models.NotGuest)
	w.user("Ada")
}

func TestABrowserWhoseGuestHasAnAccountHasAnotherGuest(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.guestOf("browser", "Ada")
	w.keep(first, "Ada")
	second := w.guestOf("browser", "Ada")
	if again := w.guestOf("browser", "Ada"); second.User == first.User || again.User != second.User {
		t.Errorf("after %s came %s and %s", first.User, second.User, again.User)
	}
	w.keep(second, "Berta")
	if third := w.guestOf("browser", "Ada"); third.User == first.User || third.User == second.User {
		t.Errorf("after %s and %s came %s", first.User, second.User, third.User)
	}
}

func TestANameThatAGuestWasAboutToTakeIsFreeAMinuteLater(t *testing.T) {
	t.Parallel()
	broken := false
	w := openWorld(t, storetest.Hook(storetest.SQLite(t), func(op storetest.Op) error {
		if broken && op.Collection == "users" && op.Kind == "update" {
			return errors.New("power cut")
		}
		return nil
	}, nil))
	guest := w.guest("Ada")
	broken = true
	if _, err := w.Users.Keep(t.Context(), guest.User, form("Ada")); err == nil {
		t.Fatal("the power was not cut")
	}
	broken = false
	_, err := w.Users.SignUp(t.Context(), form("Ada"))
	w.wrong(err, "name", models.NameTaken)
	w.clock.advance(models.ClaimTime)
	w.user("Ada")
	_, err = w.Users.Keep(t.Context(), guest.User, form("Ada"))
	w.wrong(err, "name", models.NameTaken)
	w.keep(guest, "Adele")
}

func TestWhatWasStoredBeforeThereWereGuestsIsRead(t *testing.T) {
	t.Parallel()
	for name, open := range map[string]func(testing.TB) store.Backend{"SQLite": storetest.SQLite, "MongoDB": storetest.Mongo} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			readOldDocuments(t, open(t))
		})
	}
}

func readOldDocuments(t *testing.T, db store.Backend) {
	type oldUser struct {
		Name    string    `json:"name"`
		Hash    string    `json:"hash"`
		Created time.Time `json:"created"`
		About   string    `json:"about"`
		Bag     int       `json:"bag"`
	}
	type oldSession struct {
		User    string    `json:"user"`
		Name    string    `json:"name"`
		Created time.Time `json:"created"`
		Renewed time.Time `json:"renewed"`
		Expires time.Time `json:"expires"`
	}
	w := openWorld(t, db)
	ada := w.user("Ada")
	user, err := w.Users.Get(t.Context(), ada.User)
	w.must(err)
	at := w.clock.Now()
	users, err := store.Open[oldUser](t.Context(), db, store.Schema{Name: "users"})
	w.must(err)
	held, err := users.Get(t.Context(), ada.User)
	w.must(err)
	held.Value = oldUser{Name: "Ada", Hash: user.Hash, Created: at, Bag: 2}
	_, err = users.Update(t.Context(), held)
	w.must(err)
	sessions, err := store.Open[oldSession](t.Context(), db, store.Schema{Name: "sessions"})
	w.must(err)
	w.must(sessions.Insert(t.Context(), models.SessionKey("token"), oldSession{
		User: ada.User, Name: "Ada", Created: at, Renewed: at, Expires: at.Add(models.SessionLength),
	}))

	now := openWorld(t, db)
	if session, err := now.Sessions.Find(t.Context(), "token"); err != nil || session.User != ada.User || session.Guest {
		t.Errorf("got %+v, %v", session, err)
	}
	w.must(now.Sessions.Renew(t.Context(), "token"))
	now.clock.advance(2 * models.GuestKept)
	now.sweep()
	user, err = now.Users.Get(t.Context(), ada.User)
	w.must(err)
	if user.Guest || user.Bag != 2 || user.Language != "" {
		t.Errorf("got %+v", user)
	}
	if who, err := now.Users.LogIn(t.Context(), "Ada", password, "address"); err != nil || who != ada {
		t.Errorf("logged in as %+v, %v", who, err)
	}
}
