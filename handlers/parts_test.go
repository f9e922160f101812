package handlers

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"worldtravel/views/words"
)

func TestWhoeverWaitsForAPartThatCannotBeMadeWaitsOnce(t *testing.T) {
	t.Parallel()
	const visitors = 10
	away := errors.New("the database is away")
	asked := make(chan bool, 100)
	tries := 0
	parts := &partCache{
		now: func() time.Time {
			defer func() { asked <- true }()
			return time.Now()
		},
		stamp: func() int64 { return 1 },
		held:  keep[heldPart](1),
	}
	parts.make = func(context.Context, string) (part, error) {
		if tries++; tries == 1 {
			for range visitors + 2 { // the first has asked for the time three times
				<-asked
			}
		}
		return part{}, away
	}
	var waiting sync.WaitGroup
	for range visitors {
		waiting.Go(func() {
			if _, _, err := parts.get(t.Context(), "lobby", words.English()); !errors.Is(err, away) {
				t.Errorf("got %v", err)
			}
		})
	}
	waiting.Wait()
	if tries != 1 {
		t.Errorf("it was tried %d times for visitors who came at once", tries)
	}
	if parts.get(t.Context(), "lobby", words.English()); tries != 2 {
		t.Error("whoever comes later does not try")
	}
}
