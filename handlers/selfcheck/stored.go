package selfcheck

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"
)

// look calls see for everything that the site stores. where names the table or
// collection.
func (c *check) look(see func(where, document string)) {
	err := c.site.stored(c.ctx, see)
	c.expect(err == nil, "to be able to read the database", err)
}

// needsDatabase ends the step as not run where nobody said what the site stores in.
func (c *check) needsDatabase() {
	if c.site.stored == nil {
		c.skip("it looks into the database, and neither -data-dir nor -mongodb-uri says where that is")
	}
}

// hashForm is an argon2id hash as it is commonly written: parameters, salt and key.
var hashForm = regexp.MustCompile(`\$argon2id\$v=\d+\$m=\d+,t=\d+,p=\d+\$([A-Za-z0-9+/]*)\$[A-Za-z0-9+/]{22,}`)

func saltedHashes(c *check) string {
	c.needsDatabase()
	ada, ben, password := c.visitor(), c.visitor(), newPassword()
	ada.accepted(ada.signUp(newName(), password))
	ben.accepted(ben.signUp(newName(), password))
	first, second := c.hashOf(ada), c.hashOf(ben)
	c.expect(first[0] != second[0] && first[1] != second[1],
		"two hashes with two salts for two players who chose the same password", first[0]+" twice")
	parameters, _, _ := strings.Cut(strings.TrimPrefix(first[0], "$"), "$"+first[1])
	return fmt.Sprintf("two players with one password have hashes that differ, both %s, with salts of their own", parameters)
}

// hashOf finds a player's hash and its salt in the database.
func (c *check) hashOf(v *visitor) []string {
	var found []string
	documents := 0
	c.look(func(_, document string) {
		if !strings.Contains(document, v.name) {
			return
		}
		documents++
		if hash := hashForm.FindStringSubmatch(document); hash != nil {
			found = hash
		}
	})
	c.expect(documents > 0, "the player "+v.name+" in the database", "nobody of that name (is it the one that this site uses?)")
	c.expect(found != nil, "a hash of the form $argon2id$… with "+v.name, "none")
	return found
}

func passwordsNowhere(c *check) string {
	c.needsDatabase()
	v := c.player()
	v.logOut()
	mistyped := newPassword()
	v.refused(v.logIn(v.name, mistyped), "a wrong password", 401)
	secrets := append(disguises(v.password), disguises(mistyped)...)
	secrets = append(secrets, digests(v.password)...)
	seen := c.nowhere("a password", secrets, v.name)
	return fmt.Sprintf("not in %s, neither in clear nor in hexadecimal, base64 or as a hash without salt", seen)
}

func tokensNowhere(c *check) string {
	c.needsDatabase()
	v := c.player()
	seen := c.nowhere("a session's token", disguises(v.cookies[sessionCookie]), v.name)
	return fmt.Sprintf("the cookie's token is not in %s", seen)
}

// secret is a text that should stand nowhere, and what it makes of another.
type secret struct{ how, text string }

// disguises are ways to write a text that anybody can read.
func disguises(plain string) []secret {
	return []secret{{"in clear", plain}, {"in hexadecimal", hex.EncodeToString([]byte(plain))}, {"in base64", inBase64(plain)}}
}

// digests are hashes without salt, which a table undoes.
func digests(plain string) []secret {
	var all []secret
	one, two, three, four := md5.Sum([]byte(plain)), sha1.Sum([]byte(plain)), sha256.Sum256([]byte(plain)), sha512.Sum512([]byte(plain))
	for how, sum := range map[string][]byte{"MD5": one[:], "SHA-1": two[:], "SHA-256": three[:], "SHA-512": four[:]} {
		all = append(all, secret{"as a bare " + how, hex.EncodeToString(sum)}, secret{"as a bare " + how, inBase64(string(sum))})
	}
	return all
}

// inBase64 is the part of the encoding that is the same with and without padding.
func inBase64(plain string) string { return base64.RawStdEncoding.EncodeToString([]byte(plain)) }

// nowhere expects secrets to stand neither in the database, in which whose name does, nor in
// what the program has written to its log. It says where it looked.
func (c *check) nowhere(what string, secrets []secret, whose string) (seen string) {
	documents, known := 0, false
	look := func(where, document string) {
		for _, s := range secrets {
			if strings.Contains(document, s.text) {
				c.expect(false, what+" to stand nowhere", fmt.Sprintf("one %s in %s", s.how, where))
			}
		}
	}
	c.look(func(where, document string) {
		documents++
		known = known || strings.Contains(document, whose)
		look(where, document)
	})
	c.expect(known, "the player "+whose+" in the database", "nobody of that name (is it the one that this site uses?)")
	seen = fmt.Sprintf("any of the database's %d documents and index entries", documents)
	if c.site.own != nil {
		look("the program's log", c.site.own.log.String())
		seen += " or the program's log"
	}
	return seen
}
