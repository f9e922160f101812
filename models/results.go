package models

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"worldtravel/models/span"
	"worldtravel/models/store"
)

// Result is what a finished game was for one person, stored once under the id
// <room>/<seat>. It never changes.
type Result struct {
	User   string    `json:"user"`
	Room   string    `json:"room"`
	Name   string    `json:"name"`   // the room's
	Game   string    `json:"game"`   // slug
	Listed bool      `json:"listed"` // whether the room was one that the lobby listed
	With   []Seat    `json:"with"`   // the others at the table
	Rank   int       `json:"rank"`
	Won    bool      `json:"won"`
	Left   bool      `json:"left"` // left before the end, which counts as not won
	Ended  time.Time `json:"ended"`
	// Souvenirs is what the game's Outcome says they bring home; nothing for those
	// who left.
	Souvenirs []string `json:"souvenirs"`
}

// Standing is what all of a player's results come to. It can always be counted
// anew from them.
type Standing struct {
	Name   string `json:"name"`
	Played int    `json:"played"`
	Won    int    `json:"won"`
	Share  int    `json:"share"` // won of played, in millionths
}

// Ranked is a standing with its place on the leaderboard; those who are level
// share a place.
type Ranked struct {
	Standing
	User string
	Rank int
}

// Results keeps what games came to.
type Results struct {
	results   store.Collection[Result]
	standings store.Collection[Standing]
}

// settle counts a finished game, exactly once however often and by however many
// it is done: results under ids of their own first, then each player's standing
// counted anew from the results, and last the room marked as over. A game given
// up has no results, and a guest no standing.
func (r *Rooms) settle(ctx context.Context, t *Table) error {
	if t.Room.Stage != StagePlaying {
		return nil
	}
	ended := t.Log[len(t.Log)-1].At
	if !t.Abandoned {
		for i, seat := range t.Room.Seats {
			if seat.User == "" {
				continue
			}
			left := t.Players[i].Left
			result := Result{
				User: seat.User, Room: t.ID, Name: t.Room.Name, Game: t.Room.Game, Listed: t.Room.Listed, With: others(t.Room.Seats, i),
				Rank: t.Outcome.Rank[i], Won: t.Outcome.Rank[i] == 1 && !left, Left: left, Ended: ended,
			}
			if !left && t.Outcome.Souvenirs != nil {
				result.Souvenirs = t.Outcome.Souvenirs[i]
			}
			err := r.results.results.Insert(ctx, fmt.Sprintf("%s/%d", t.ID, i), result)
			if err != nil && !errors.Is(err, store.ErrExists) {
				return fmt.Errorf("store result: %w", err)
			}
			if err := r.count(ctx, seat.User); err != nil {
				return err
			}
		}
	}
	return r.change(ctx, t.ID, func(room *Room) error {
		if room.Stage == StageOver {
			return errUnchanged
		}
		room.Stage, room.Ended, room.Members = StageOver, ended, nil
		return nil
	})
}

// count counts a player's standing. A guest has none: Keep counts it, from the
// results stored by then.
func (r *Rooms) count(ctx context.Context, id string) error {
	user, err := r.users.Get(ctx, id)
	if user.Guest || errors.Is(err, Refuse(NoPlayer)) {
		return nil
	} else if err != nil {
		return err
	}
	return r.results.count(ctx, id, user.Name)
}

func others(seats []Seat, me int) []Seat {
	return slices.Delete(slices.Clone(seats), me, me+1)
}

// count makes a player's standing what the stored results say. The standing's
// version is read before the results are counted: if another result is counted
// meanwhile, the compare-and-set is lost and the count made again.
func (r *Results) count(ctx context.Context, user, name string) error {
	return retry(ctx, func() error {
		held, err := r.standings.Get(ctx, user)
		missing := errors.Is(err, store.ErrNotFound)
		if err != nil && !missing {
			return fmt.Errorf("read standing: %w", err)
		}
		standing, err := r.Recount(ctx, user)
		if err != nil {
			return err
		}
		standing.Name = name
		if missing && standing.Played == 0 {
			return nil
		}
		if missing {
			err = r.standings.Insert(ctx, user, standing)
			if errors.Is(err, store.ErrExists) {
				return store.ErrConflict
			}
			return err
		}
		held.Value = standing
		_, err = r.standings.Update(ctx, held)
		return err
	})
}

// Recount counts a player's standing from the stored results.
func (r *Results) Recount(ctx context.Context, user string) (Standing, error) {
	played, err := r.results.Count(ctx, store.Query{Index: "user", Equal: []any{user}})
	if err != nil {
		return Standing{}, fmt.Errorf("count results: %w", err)
	}
	won, err := r.results.Count(ctx, store.Query{Index: "won", Equal: []any{user, true}})
	if err != nil {
		return Standing{}, fmt.Errorf("count results won: %w", err)
	}
	return Standing{Played: played, Won: won, Share: won * 1_000_000 / max(played, 1)}, nil
}

// Of gives a player's standing; the zero Standing for one who has finished no game.
func (r *Results) Of(ctx context.Context, user string) (Standing, error) {
	held, err := r.standings.Get(ctx, user)
	if errors.Is(err, store.ErrNotFound) {
		return Standing{}, nil
	} else if err != nil {
		return Standing{}, fmt.Errorf("read standing: %w", err)
	}
	return held.Value, nil
}

// Journeys gives a player's last results, the newest first, JourneysShown at most.
func (r *Results) Journeys(ctx context.Context, user string) ([]Result, error) {
	found, err := r.results.Find(ctx, store.Query{Index: "user", Equal: []any{user}, Desc: true, Limit: JourneysShown})
	if err != nil {
		return nil, fmt.Errorf("find results: %w", err)
	}
	results := make([]Result, len(found))
	for i, result := range found {
		results[i] = result.Value
	}
	return results, nil
}

// Souvenirs counts the games of a kind from which a player has brought home each of
// these; those never brought home are not in the map.
func (r *Results) Souvenirs(ctx context.Context, user, game string, keys []string) (map[string]int, error) {
	brought := map[string]int{}
	for _, key := range keys {
		n, err := r.results.Count(ctx, store.Query{Index: "souvenir", Equal: []any{key, user, game}})
		if err != nil {
			return nil, fmt.Errorf("count souvenirs: %w", err)
		}
		if n > 0 {
			brought[key] = n
		}
	}
	return brought, nil
}

// Top gives lines of the leaderboard, sorted by games won, then by their share of
// games played: n lines after the first skip ones; and how many there are in all.
func (r *Results) Top(ctx context.Context, skip, n int) (lines []Ranked, total int, err error) {
	ctx, step := span.Call(ctx)
	defer func() { step.End(err) }()
	if total, err = r.standings.Count(ctx, store.Query{Index: "rank"}); err != nil {
		return nil, 0, fmt.Errorf("count standings: %w", err)
	}
	found, err := r.standings.Find(ctx, store.Query{Index: "rank", Desc: true, Skip: skip, Limit: n})
	if err != nil {
		return nil, 0, fmt.Errorf("find standings: %w", err)
	}
	for i, standing := range found {
		line := Ranked{Standing: standing.Value, User: standing.ID, Rank: skip + i + 1}
		switch {
		case i > 0 && level(line.Standing, lines[i-1].Standing):
			line.Rank = lines[i-1].Rank
		case i == 0 && skip > 0:
			if line.Rank, err = r.rank(ctx, line.Standing); err != nil {
				return nil, 0, err
			}
		}
		lines = append(lines, line)
	}
	return lines, total, nil
}

// Line gives a player's own line; ok is false for one who has finished no game.
func (r *Results) Line(ctx context.Context, user string) (line Ranked, ok bool, err error) {
	standing, err := r.Of(ctx, user)
	if err != nil || standing.Played == 0 {
		return Ranked{}, false, err
	}
	rank, err := r.rank(ctx, standing)
	return Ranked{Standing: standing, User: user, Rank: rank}, true, err
}

func level(a, b Standing) bool { return a.Won == b.Won && a.Share == b.Share }

// rank is one more than the number of those who stand better.
func (r *Results) rank(ctx context.Context, s Standing) (int, error) {
	more, err := r.standings.Count(ctx, store.Query{Index: "rank", Min: s.Won + 1})
	if err != nil {
		return 0, fmt.Errorf("count standings: %w", err)
	}
	better, err := r.standings.Count(ctx, store.Query{Index: "rank", Equal: []any{s.Won}, Min: s.Share + 1})
	if err != nil {
		return 0, fmt.Errorf("count standings: %w", err)
	}
	return 1 + more + better, nil
}
