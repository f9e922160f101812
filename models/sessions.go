package models

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"worldtravel/models/span"
	"worldtravel/models/store"
)

// Session is somebody's being logged in. It is stored under the SHA-256 of its
// token, which only the browser's cookie holds.
type Session struct {
	User    string    `json:"user"`
	Name    string    `json:"name"`
	Guest   bool      `json:"guest"`
	Created time.Time `json:"created"`
	Renewed time.Time `json:"renewed"`
	Expires time.Time `json:"expires"`
}

// Sessions keeps who is logged in.
type Sessions struct {
	sessions store.Collection[Session]
	users    *Users
	now      func() time.Time
}

// SessionKey is the id under which a token's session is stored.
func SessionKey(token string) string {
	sum := sha256.Sum256([]byte(token))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// Begin makes a session and returns its token, 256 random bits. Nothing else
// ever inserts one.
func (s *Sessions) Begin(ctx context.Context, who Identity) (token string, err error) {
	random := make([]byte, 32)
	rand.Read(random)
	token = base64.RawURLEncoding.EncodeToString(random)
	now := s.now()
	err = s.sessions.Insert(ctx, SessionKey(token), Session{
		User: who.User, Name: who.Name, Guest: who.Guest, Created: now, Renewed: now, Expires: now.Add(SessionLength),
	})
	if err != nil {
		return "", fmt.Errorf("store session: %w", err)
	}
	return token, nil
}

// Find gives the session of a token. LoginNeeded when there is none, or it has
// expired or ended.
func (s *Sessions) Find(ctx context.Context, token string) (_ Session, err error) {
	ctx, step := span.Call(ctx)
	defer func() { step.End(err) }()
	found, err := s.find(ctx, SessionKey(token))
	return found.Value, err
}

func (s *Sessions) find(ctx context.Context, key string) (store.Doc[Session], error) {
	found, err := s.sessions.Get(ctx, key)
	if errors.Is(err, store.ErrNotFound) || err == nil && !found.Value.Expires.After(s.now()) {
		return store.Doc[Session]{}, Refuse(LoginNeeded)
	} else if err != nil {
		return store.Doc[Session]{}, fmt.Errorf("read session: %w", err)
	}
	return found, nil
}

// Alive reports whether the session stored under a key has neither ended nor
// expired.
func (s *Sessions) Alive(ctx context.Context, key string) (bool, error) {
	_, err := s.find(ctx, key)
	if errors.Is(err, Refuse(LoginNeeded)) {
		return false, nil
	}
	return err == nil, err
}

// Due reports whether a session should be renewed: once in SessionRenewal.
func (s *Sessions) Due(session Session) bool {
	return s.now().Sub(session.Renewed) >= SessionRenewal
}

// Renew lets a session last SessionLength from now, and keeps a guest so long. A
// session that has expired, or has ended meanwhile, stays so: LoginNeeded.
func (s *Sessions) Renew(ctx context.Context, token string) error {
	found, err := s.find(ctx, SessionKey(token))
	if err != nil {
		return err
	}
	if found.Value.Guest {
		// Before the session, which must not outlast its guest.
		user, err := s.users.use(ctx, found.Value.User)
		if errors.Is(err, Refuse(NoPlayer)) {
			return Refuse(LoginNeeded)
		} else if err != nil {
			return err
		}
		found.Value.Name, found.Value.Guest = user.Name, user.Guest // may have an account by now
	}
	now := s.now()
	found.Value.Renewed, found.Value.Expires = now, now.Add(SessionLength)
	_, err = s.sessions.Update(ctx, found)
	if errors.Is(err, store.ErrConflict) {
		// Renewed by another request, or ended: the next look-up tells which.
		_, err = s.Find(ctx, token)
		return err
	} else if err != nil {
		return fmt.Errorf("renew session: %w", err)
	}
	return nil
}

// End deletes a session, for good.
func (s *Sessions) End(ctx context.Context, token string) error {
	if err := s.sessions.Delete(ctx, SessionKey(token)); err != nil {
		return fmt.Errorf("delete session: %w", err)
	}
	return nil
}

// sweep deletes expired sessions.
func (s *Sessions) sweep(ctx context.Context) error {
	expired, err := s.sessions.Find(ctx, store.Query{Index: "expires", Max: s.now(), Limit: sweepBatch})
	if err != nil {
		return fmt.Errorf("find expired sessions: %w", err)
	}
	for _, session := range expired {
		if err := s.sessions.Delete(ctx, session.ID); err != nil {
			return fmt.Errorf("delete expired session: %w", err)
		}
	}
	return nil
}
