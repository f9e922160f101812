package models_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"worldtravel/models"
	"worldtravel/models/store"
	"worldtravel/models/store/storetest"
)

// form is a sign-up form that is in order.
func form(name string) models.SignUp {
	return models.SignUp{ID: models.NewID(), Name: name, Password: password, Again: password}
}

func TestAUserNameHasThreeToTwentyLettersOfAnyScriptDigitsAndDashes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, name := range []string{
		"Ada", "ada_2-b", "___", "0815", "Zoë", "Zoe\u0308-nfd", "Łukasz", "Ελένη", "Анна", "李小龙", "محمد", "さくら", "ada𝒜",
		strings.Repeat("é", models.NameMost), strings.Repeat("e\u0301f", models.NameMost/2),
	} {
		if _, err := w.Users.SignUp(t.Context(), form(name)); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
	for _, c := range []struct {
		name string
		code models.Code
	}{
		{"", models.NameLength}, {"ab", models.NameLength}, {"李龙", models.NameLength},
		{strings.Repeat("é", models.NameMost+1), models.NameLength},
		{"ada b", models.NameLetters}, {" ada", models.NameLetters}, {"ada ", models.NameLetters},
		{"ada.b", models.NameLetters}, {"a/da", models.NameLetters}, {"ada:b", models.NameLetters}, {"<ada>", models.NameLetters},
		{"ada\u0000", models.NameLetters}, {"ada\n", models.NameLetters}, {"ada\u202eb", models.NameLetters},
		{"ada\u200bb", models.NameLetters}, {"ada\ufe0fb", models.NameLetters}, {"ada😀", models.NameLetters},
		{"ada\xff", models.NameLetters}, {"a\u0323\u0301\u0302\u0303", models.NameLetters},
		{"\u3164\u3164\u3164", models.NameLetters}, {"ad\u115fa", models.NameLetters},
	} {
		_, err := w.Users.SignUp(t.Context(), form(c.name))
		w.wrong(err, "name", c.code)
	}
}

func TestAPasswordHasEightTo128CharactersTypedTwiceAlike(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i, c := range []struct {
		password, again string
		field           string
		code            models.Code
	}{
		{"8 charac", "8 charac", "", ""},
		{"日本語日本語日本", "日本語日本語日本", "", ""},
		{strings.Repeat("ü", models.PasswordMost), strings.Repeat("ü", models.PasswordMost), "", ""},
		{"", "", "password", models.PasswordLength},
		{"7 chars", "7 chars", "password", models.PasswordLength},
		{"ééééééé", "ééééééé", "password", models.PasswordLength},
		{strings.Repeat("u", models.PasswordMost+1), strings.Repeat("u", models.PasswordMost+1), "password", models.PasswordLength},
		{password, password + " ", "again", models.PasswordsDiffer},
		{password, "", "again", models.PasswordsDiffer},
	} {
		f := form(crowd(10)[i])
		f.Password, f.Again = c.password, c.again
		_, err := w.Users.SignUp(t.Context(), f)
		if c.code != "" {
			w.wrong(err, c.field, c.code)
			continue
		}
		w.must(err)
		_, err = w.Users.LogIn(t.Context(), f.Name, c.password, "address")
		w.must(err)
	}
}

func TestEveryFieldThatIsWrongIsNamedAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, err := w.Users.SignUp(t.Context(), models.SignUp{ID: models.NewID(), Name: "a", Password: "b", Again: "c"})
	var wrong models.FieldErrors
	if !errors.As(err, &wrong) || wrong["name"] == nil || wrong["password"] == nil {
		t.Errorf("got %v", err)
	}
}

func TestAFormWithoutAnIDOfOursIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, id := range []string{"", "ada", strings.Repeat("a", 17), "../../../../etc/x", strings.Repeat("A", 16)} {
		f := form("Ada")
		f.ID = id
		_, err := w.Users.SignUp(t.Context(), f)
		w.refused(err, models.BadRequest)
	}
	w.user("Ada") // and none of them has taken the name
}

func TestANameIsTakenWhateverItsCaseAndItsUnicodeForm(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, c := range []struct{ first, second string }{
		{"Ada", "ADA"}, {"Zoë", "ZOE\u0308"}, {"Straße", "STRASSE"}, {"ﬁlip", "Filip"}, {"Ελένης", "ΕΛΈΝΗΣ"}, {"Ａｎｎ", "ann"},
	} {
		who := w.user(c.first)
		if user, err := w.Users.Get(t.Context(), who.User); err != nil || user.Name != c.first || who.Name != c.first {
			t.Errorf("%q is kept as %q, %v", c.first, user.Name, err)
		}
		_, err := w.Users.SignUp(t.Context(), form(c.second))
		w.wrong(err, "name", models.NameTaken)
		if id, _, err := w.Users.ByName(t.Context(), c.second); err != nil || id != who.User {
			t.Errorf("%q does not find %q: %v", c.second, c.first, err)
		}
	}
}

func TestTheSameFormSentTwiceMakesOneAccountAndScoldsNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := form("Ada")
	answers := make(chan error)
	for range 8 {
		go func() {
			who, err := w.Users.SignUp(t.Context(), f)
			if err == nil && who.User != f.ID {
				err = errors.New("signed up as somebody else")
			}
			answers <- err
		}()
	}
	for range 8 {
		w.must(<-answers)
	}
	who, err := w.Users.SignUp(t.Context(), f) // and once more, long after
	w.must(err)
	if who != (models.Identity{User: f.ID, Name: "Ada"}) {
		t.Errorf("got %v", who)
	}
}

func TestAFormSentAgainWithAnotherPasswordDoesNotLogIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := form("Ada")
	_, err := w.Users.SignUp(t.Context(), f)
	w.must(err)
	f.Password, f.Again = "another one", "another one"
	_, err = w.Users.SignUp(t.Context(), f)
	w.wrong(err, "name", models.NameTaken)
}

// crashedSignUp leaves a claim without a user: the program ended between the two.
// It returns the form, and where to put what is to happen just before the next
// user is stored.
func crashedSignUp(t *testing.T) (w *world, f models.SignUp, next *func() error) {
	t.Helper()
	power := errors.New("power cut")
	next = new(func() error)
	w = openWorld(t, storetest.Hook(storetest.SQLite(t), func(op storetest.Op) error {
		if do := *next; do != nil && op.Kind == "insert" && op.Collection == "users" {
			*next = nil
			return do()
		}
		return nil
	}, nil))
	*next = func() error { return power }
	f = form("Ada")
	if _, err := w.Users.SignUp(t.Context(), f); !errors.Is(err, power) || !models.Away(err) {
		t.Fatalf("got %v", err)
	}
	return w, f, next
}

func TestAClaimWithoutAUserIsTakenOverAfterAMinuteAndNotBefore(t *testing.T) {
	t.Parallel()
	w, _, _ := crashedSignUp(t)
	_, err := w.Users.LogIn(t.Context(), "Ada", password, "address")
	w.refused(err, models.WrongLogin)
	w.clock.advance(models.ClaimTime - time.Millisecond)
	_, err = w.Users.SignUp(t.Context(), form("ada"))
	w.wrong(err, "name", models.NameTaken)
	w.clock.advance(time.Millisecond)
	other := w.user("ada")
	if id, _, err := w.Users.ByName(t.Context(), "Ada"); err != nil || id != other.User {
		t.Errorf("the name is %s's, not the other's: %v", id, err)
	}
}

func TestWhoeverSignsUpAgainAfterACrashHasTheNameForAnotherMinute(t *testing.T) {
	t.Parallel()
	w, f, next := crashedSignUp(t)
	w.clock.advance(models.ClaimTime - time.Millisecond)
	*next = func() error { // while the password was being hashed, the first minute has run out
		w.clock.advance(time.Millisecond)
		_, err := w.Users.SignUp(t.Context(), form("Ada"))
		w.wrong(err, "name", models.NameTaken)
		return nil
	}
	who, err := w.Users.SignUp(t.Context(), f)
	w.must(err)
	if id, _, err := w.Users.ByName(t.Context(), "Ada"); err != nil || id != who.User {
		t.Errorf("the name is not hers: %v", err)
	}
}

func TestATakenNameStaysTakenHoweverLateSomebodyAsks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.user("Ada")
	w.clock.advance(1000 * time.Hour)
	_, err := w.Users.SignUp(t.Context(), form("ada"))
	w.wrong(err, "name", models.NameTaken)
}

func TestOfManyWhoWantAnAbandonedNameOneGetsIt(t *testing.T) {
	t.Parallel()
	w, _, _ := crashedSignUp(t)
	w.clock.advance(models.ClaimTime)
	answers := make(chan error)
	for range 8 {
		go func() {
			_, err := w.Users.SignUp(t.Context(), form("Ada"))
			answers <- err
		}()
	}
	made := 0
	for range 8 {
		if err := <-answers; err == nil {
			made++
		} else {
			w.wrong(err, "name", models.NameTaken)
		}
	}
	if made != 1 {
		t.Errorf("%d have the name", made)
	}
}

func TestLoggingInAnswersAlikeToAWrongPasswordAndAnUnknownName(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := w.user("Ada")
	who, err := w.Users.LogIn(t.Context(), "aDA", password, "address")
	w.must(err)
	if who != ada {
		t.Errorf("logged in as %v", who)
	}
	for _, c := range []struct{ name, password string }{
		{"Ada", "wrong password"}, {"Ada", ""}, {"Ada", strings.Repeat("x", 1000)}, {"Nobody", password}, {"Nobody", ""},
		{"", ""}, {strings.Repeat("x", 1000), password}, {"Ada\xff", password},
	} {
		_, err := w.Users.LogIn(t.Context(), c.name, c.password, "address")
		w.refused(err, models.WrongLogin)
		if err.Error() != models.Refuse(models.WrongLogin).Error() {
			t.Errorf("%.20q, %.20q: got %v", c.name, c.password, err)
		}
	}
}

func TestAnUnknownNameCostsAHashLikeAnyOther(t *testing.T) {
	t.Parallel()
	w := openWorld(t, storetest.SQLite(t), func(c *models.Config) { c.HashWait = time.Millisecond })
	w.user("Ada")
	defer w.Users.HoldHashes(models.HashesAtOnce)()
	for _, name := range []string{"Ada", "Nobody"} {
		_, err := w.Users.LogIn(t.Context(), name, "wrong password", "address")
		w.refused(err, models.Busy)
	}
}

func TestAnOutdatedHashIsMadeAnewAtLogIn(t *testing.T) {
	t.Parallel()
	db := storetest.SQLite(t)
	w := openWorld(t, db)
	ada := w.user("Ada")
	hash := func() string {
		user, err := w.Users.Get(t.Context(), ada.User)
		w.must(err)
		return user.Hash
	}
	before := hash()
	_, err := w.Users.LogIn(t.Context(), "Ada", password, "address")
	w.must(err)
	if hash() != before {
		t.Error("a hash was made anew without a reason")
	}
	dear := openWorld(t, db, func(c *models.Config) { c.Hash.Iterations++ })
	_, err = dear.Users.LogIn(t.Context(), "Ada", "wrong password", "address")
	w.refused(err, models.WrongLogin)
	if hash() != before {
		t.Error("a wrong password changed the hash")
	}
	for range 2 {
		_, err = dear.Users.LogIn(t.Context(), "Ada", password, "address")
		w.must(err)
		if !strings.Contains(hash(), ",t=2,") {
			t.Errorf("the hash is still %s", hash())
		}
	}
}

func TestAPlayerSaysALineAndChoosesABag(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := w.user("Ada")
	w.must(w.Users.Edit(t.Context(), ada.User, "  Always by balloon 🎈 ", 3))
	if user, err := w.Users.Get(t.Context(), ada.User); err != nil || user.About != "Always by balloon 🎈" || user.Bag != 3 {
		t.Errorf("got %+v, %v", user, err)
	}
	w.must(w.Users.Edit(t.Context(), ada.User, strings.Repeat("世", models.AboutMost), 1))
	w.wrong(w.Users.Edit(t.Context(), ada.User, strings.Repeat("世", models.AboutMost+1), 1), "about", models.TextLength)
	w.wrong(w.Users.Edit(t.Context(), ada.User, "dirty\u202e trick", 1), "about", models.TextCharacters)
	w.wrong(w.Users.Edit(t.Context(), ada.User, "", 0), "bag", models.NoChoice)
	w.wrong(w.Users.Edit(t.Context(), ada.User, "", models.Bags+1), "bag", models.NoChoice)
	w.must(w.Users.Edit(t.Context(), ada.User, "", 1))
}

func TestALanguageIsKeptUntilAnotherIsChosen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := w.user("Ada")
	for _, language := range []string{"", "zh", "zh", "de", ""} {
		w.must(w.Users.SetLanguage(t.Context(), ada.User, language))
		if user, err := w.Users.Get(t.Context(), ada.User); err != nil || user.Language != language || user.Bag != 1 {
			t.Errorf("got %+v, %v", user, err)
		}
	}
	w.refused(w.Users.SetLanguage(t.Context(), models.NewID(), "de"), models.NoPlayer)
}

func TestNobodyIsFoundUnderANameOrIDThatNobodyHas(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, _, err := w.Users.ByName(t.Context(), "Nobody")
	w.refused(err, models.NoPlayer)
	_, _, err = w.Users.ByName(t.Context(), "")
	w.refused(err, models.NoPlayer)
	_, err = w.Users.Get(t.Context(), models.NewID())
	w.refused(err, models.NoPlayer)
	_, err = w.Users.Get(t.Context(), "")
	w.refused(err, models.NoPlayer)
}

func TestTheDatabaseAwayIsNotMistakenForAnAnswer(t *testing.T) {
	t.Parallel()
	away := false
	w := openWorld(t, storetest.Hook(storetest.SQLite(t), func(storetest.Op) error {
		if away {
			return errors.New("connection refused")
		}
		return nil
	}, nil))
	w.user("Ada")
	away = true
	_, err := w.Users.LogIn(t.Context(), "Ada", password, "address")
	if !models.Away(err) || !errors.Is(err, store.ErrAway) {
		t.Errorf("got %v", err)
	}
	away = false
	_, err = w.Users.LogIn(t.Context(), "Ada", password, "address")
	w.must(err)
}
