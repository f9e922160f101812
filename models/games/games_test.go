package games_test

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"worldtravel/models/games"
)

func TestARecorderKeepsWhatItGave(t *testing.T) {
	recorder := games.Record(rand.New(rand.NewPCG(1, 2)))
	var gave []int
	for n := 1; n <= 20; n++ {
		gave = append(gave, recorder.IntN(n))
	}
	if got := recorder.Drawn(); !slices.Equal(got, gave) {
		t.Errorf("recorded %v, gave %v", got, gave)
	}
}

func TestARecorderThatDrewNothingHasNothingToKeep(t *testing.T) {
	if got := games.Record(nil).Drawn(); got != nil {
		t.Errorf("Drawn() = %v, want nil", got)
	}
}

func TestWhatARecorderGaveOutIsNotChangedByLaterDraws(t *testing.T) {
	recorder := games.Record(games.Replay([]int{1, 2, 3}))
	recorder.IntN(6)
	first := recorder.Drawn()
	first[0] = 5
	recorder.IntN(6)
	if got := recorder.Drawn(); !slices.Equal(got, []int{1, 2}) {
		t.Errorf("Drawn() = %v, want [1 2]", got)
	}
}

func TestAReplayGivesTheSameValuesAgain(t *testing.T) {
	replayer := games.Replay([]int{5, 0, 3})
	got := []int{replayer.IntN(6), replayer.IntN(1), replayer.IntN(4)}
	if !slices.Equal(got, []int{5, 0, 3}) {
		t.Errorf("gave %v, want [5 0 3]", got)
	}
	if err := replayer.Err(); err != nil {
		t.Error(err)
	}
}

func TestAReplayThatDoesNotFitSaysSoAndYieldsZeroFromThereOn(t *testing.T) {
	for name, test := range map[string]struct {
		drawn, ask, want []int
	}{
		"more is drawn than was recorded": {drawn: []int{4}, ask: []int{6, 6, 6}, want: []int{4, 0, 0}},
		"nothing was recorded":            {drawn: nil, ask: []int{6}, want: []int{0}},
		"a value is too large":            {drawn: []int{2, 6, 3}, ask: []int{6, 6, 6}, want: []int{2, 0, 0}},
		"a value is negative":             {drawn: []int{-1, 3}, ask: []int{6, 6}, want: []int{0, 0}},
		"less is drawn than was recorded": {drawn: []int{1, 2}, ask: []int{6}, want: []int{1}},
	} {
		t.Run(name, func(t *testing.T) {
			replayer := games.Replay(test.drawn)
			for i, n := range test.ask {
				if got := replayer.IntN(n); got != test.want[i] {
					t.Errorf("draw %d gave %d, want %d", i+1, got, test.want[i])
				}
			}
			if err := replayer.Err(); !errors.Is(err, games.ErrDraws) {
				t.Errorf("Err() = %v, want ErrDraws", err)
			}
		})
	}
}

func TestAnEventWithoutAnAudienceIsForEverybody(t *testing.T) {
	event := games.Event{Kind: "dealt"}
	for _, seat := range []games.Seat{0, 1, games.Watcher} {
		if !event.VisibleTo(seat) {
			t.Errorf("seat %d may not know of it", seat)
		}
	}
}

func TestAnEventWithAnAudienceIsForNobodyElse(t *testing.T) {
	event := games.Event{Kind: "dealt", Only: []games.Seat{1}}
	for seat, want := range map[games.Seat]bool{0: false, 1: true, games.Watcher: false} {
		if got := event.VisibleTo(seat); got != want {
			t.Errorf("VisibleTo(%d) = %v, want %v", seat, got, want)
		}
	}
}

func TestWhoSharesTheFirstRankHasWon(t *testing.T) {
	outcome := games.Outcome{Rank: []int{1, 3, 1}}
	for seat, want := range map[games.Seat]bool{0: true, 1: false, 2: true, 3: false, games.Watcher: false} {
		if got := outcome.Won(seat); got != want {
			t.Errorf("Won(%d) = %v, want %v", seat, got, want)
		}
	}
}
