package models

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/alexedwards/argon2id"
)

func TestAFifthHashWaitsFiveSecondsForAPlaceAndIsThenRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, err := newPasswords(argon2id.Params{Memory: 8, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32}, HashWait)
		if err != nil {
			t.Fatal(err)
		}
		var leave []func()
		for range HashesAtOnce {
			l, err := p.enter(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			leave = append(leave, l)
		}
		began := time.Now()
		if _, err := p.hash(t.Context(), "one too many"); !errors.Is(err, Refuse(Busy)) {
			t.Errorf("got %v", err)
		}
		if waited := time.Since(began); waited != HashWait {
			t.Errorf("refused after %s", waited)
		}
		time.AfterFunc(HashWait-1, leave[0])
		hash, err := p.hash(t.Context(), "just in time")
		if err != nil {
			t.Fatal(err)
		}
		if ok, _, err := p.check(t.Context(), "just in time", hash); !ok || err != nil {
			t.Errorf("got %t, %v", ok, err)
		}
	})
}

func TestThePasswordsParametersAreOWASPsAtLeast(t *testing.T) {
	if p := HashParams; p.Memory < 19*1024 || p.Iterations < 2 || p.SaltLength < 16 || p.KeyLength < 32 {
		t.Errorf("got %+v", p)
	}
}
