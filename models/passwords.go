package models

import (
	"context"
	"fmt"
	"time"

	"github.com/alexedwards/argon2id"
)

// HashParams is the cost of a password hash: argon2id with 19 MiB and two passes,
// the least that OWASP's Password Storage Cheat Sheet recommends. A hash made
// with other parameters is made anew at the next log-in.
var HashParams = argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// passwords hashes and checks, at most HashesAtOnce at a time.
type passwords struct {
	params argon2id.Params
	slots  chan struct{}
	wait   time.Duration
	nobody string // a hash that no password of ours has, checked when there is no such user
}

func newPasswords(params argon2id.Params, wait time.Duration) (*passwords, error) {
	nobody, err := argon2id.CreateHash(NewID()+NewID(), &params)
	if err != nil {
		return nil, fmt.Errorf("hash a password: %w", err)
	}
	return &passwords{params: params, slots: make(chan struct{}, HashesAtOnce), wait: wait, nobody: nobody}, nil
}

// enter waits for one of the slots; leave gives it back.
func (p *passwords) enter(ctx context.Context) (leave func(), err error) {
	timer := time.NewTimer(p.wait)
	defer timer.Stop()
	select {
	case p.slots <- struct{}{}:
		return func() { <-p.slots }, nil
	case <-timer.C:
		return nil, Refuse(Busy)
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (p *passwords) hash(ctx context.Context, password string) (string, error) {
	leave, err := p.enter(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	hash, err := argon2id.CreateHash(password, &p.params)
	if err != nil {
		return "", fmt.Errorf("hash a password: %w", err)
	}
	return hash, nil
}

// check compares in constant time and takes as long for an empty hash (no such
// user). outdated says that the hash was made with other parameters.
func (p *passwords) check(ctx context.Context, password, hash string) (ok, outdated bool, err error) {
	leave, err := p.enter(ctx)
	if err != nil {
		return false, false, err
	}
	defer leave()
	known := hash != ""
	if !known {
		hash = p.nobody
	}
	ok, params, err := argon2id.CheckHash(password, hash)
	if err != nil {
		return false, false, fmt.Errorf("check a password: %w", err)
	}
	return ok && known, *params != p.params, nil
}
