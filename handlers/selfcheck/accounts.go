package selfcheck

import (
	"fmt"
	"net/http"
	"strings"
)

func accounts(c *check) string {
	v := c.visitor()
	name, password := newName(), newPassword()
	v.refused(v.submit(v.get("/signup"), "/signup", "name", name, "password", password, "again", newPassword()),
		"a sign-up with two different passwords", http.StatusUnprocessableEntity)
	v.refused(v.signUp(name, "short"), "a password of five letters", http.StatusUnprocessableEntity)
	v.accepted(v.signUp(name, password))
	v.expect(v.loggedIn(), "to be logged in after signing up", "the lobby as a stranger sees it")
	v.logOut()
	v.expect(!v.loggedIn(), "to be a stranger after logging out", "the lobby of somebody who is logged in")

	wrong := v.logIn(name, newPassword())
	v.refused(wrong, "a wrong password", http.StatusUnauthorized)
	v.expect(!v.loggedIn(), "to be a stranger after a wrong password", "the lobby of somebody who is logged in")
	unknown := v.logIn(newName(), password)
	v.refused(unknown, "a name that nobody has", http.StatusUnauthorized)
	v.expect(unknown.words() == wrong.words(), "the same words for a name that nobody has as for a wrong password, "+wrong.words(), unknown.words())

	v.accepted(v.logIn(name, password))
	v.expect(strings.Contains(text(v.get("/").page), name), "the lobby to greet "+name, "no such name on it")
	return fmt.Sprintf("%s signed up, logged out and logged in; a wrong password is told %q", name, wrong.words())
}

// uniqueNames tries what looks like a name that is taken: another case, an accent
// written as a sign of its own, letters of full width.
func uniqueNames(c *check) string {
	owner, rest := c.visitor(), random(10)
	owner.accepted(owner.signUp("Zoé-"+rest, newPassword()))
	for _, other := range []struct{ how, name string }{
		{"in the same letters", "Zoé-" + rest},
		{"in capitals", "ZOÉ-" + strings.ToUpper(rest)},
		{"with the accent as a sign of its own", "Zoe\u0301-" + rest},
		{"with a letter of full width", "\uff3aoé-" + rest},
	} {
		v := c.visitor()
		v.refused(v.signUp(other.name, newPassword()), fmt.Sprintf("%s, taken already, %s", other.name, other.how), http.StatusUnprocessableEntity)
	}
	owner.accepted(owner.logIn("ZOÉ-"+strings.ToUpper(rest), owner.password))
	return fmt.Sprintf("once there is a Zoé-%s, nobody else can be called so, in capitals or in look-alikes; and the password is still the first one's", rest)
}

// triesMost is how many wrong passwords a site may listen to before it must refuse.
const triesMost = 30

func failedLogins(c *check) string {
	owner, guesser := c.player(), c.visitor()
	tries := 0
	answered := guesser.logIn(owner.name, newPassword())
	for answered.StatusCode == http.StatusUnauthorized && tries < triesMost {
		tries++
		answered = guesser.logIn(owner.name, newPassword())
	}
	guesser.refused(answered, fmt.Sprintf("log-ins after at most %d wrong passwords", triesMost), http.StatusTooManyRequests)
	guesser.refused(guesser.logIn(owner.name, owner.password), "the right password, after too many wrong ones,", http.StatusTooManyRequests)
	other := c.player()
	other.accepted(other.logIn(other.name, other.password))
	return fmt.Sprintf("after %d wrong passwords: %q; others may still log in", tries, answered.words())
}
