package models_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.opentelemetry.io/otel/trace"

	"worldtravel/models"
	"worldtravel/models/games/worldtravel"
	"worldtravel/models/store"
	"worldtravel/models/store/storetest"
)

// running is a world over a database that goes by the time of a synctest bubble,
// from now on until stop.
func running(t *testing.T, db store.Backend, change ...func(*models.Config)) (w *world, stop func()) {
	w = openWorld(t, db, append(change, func(c *models.Config) { c.Now = time.Now })...)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		w.Models.Run(ctx)
	}()
	synctest.Wait()
	return w, func() {
		cancel()
		<-ended
	}
}

func TestComputersMoveByThemselvesASecondAfterTheirTurnBegins(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, stop := running(t, storetest.SQLite(t))
		ada := w.user("Ada")
		id := w.room(4, ada)
		for _, key := range models.Computers[:3] {
			w.must(w.Rooms.Computer(t.Context(), id, ada, key, true))
		}
		w.must(w.Rooms.Start(t.Context(), id, ada))
		w.rolls(id, 2, ada)
		began := time.Now()
		w.log(id, "1 move 0")
		time.Sleep(3*models.ComputerDelay + models.ComputerDelay/2)
		w.log(id, "1 move 0, 2 move 1, 3 move 2, 4 move 3")
		for i, entry := range w.open(id).Log[1:] {
			late := entry.At.Sub(began) - time.Duration(i+1)*models.ComputerDelay
			if late < 0 || late > 10*time.Millisecond {
				t.Errorf("entry %d came %s late", entry.N, late)
			}
		}
		stop()
	})
}

func TestComputersMoveAfterARestartThoughNobodyHasThePageOpen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := storetest.SQLite(t)
		w := openWorld(t, db, func(c *models.Config) { c.Now = time.Now })
		ada := w.user("Ada")
		id := w.room(2, ada)
		w.must(w.Rooms.Computer(t.Context(), id, ada, models.Computers[0], true))
		w.must(w.Rooms.Start(t.Context(), id, ada))
		w.rolls(id, 2, ada)
		time.Sleep(models.ComputerDelay / 2) // nothing runs that could move

		w, stop := running(t, db)
		time.Sleep(models.ComputerDelay)
		w.log(id, "1 move 0, 2 move 1")
		stop()
	})
}

// causes is a Notifier that notes to which trace each change of a room belongs.
type causes struct {
	mu     sync.Mutex
	traces []trace.TraceID
}

func (c *causes) Changed(ctx context.Context, topic string, _ int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if strings.HasPrefix(topic, models.RoomTopic("")) {
		c.traces = append(c.traces, trace.SpanContextFromContext(ctx).TraceID())
	}
}

func TestAComputersMoveBelongsToTheMoveBeforeItThoughTheSweepComesBetween(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		heard := &causes{}
		w, stop := running(t, storetest.SQLite(t), func(c *models.Config) { c.Notifier = heard })
		ada := w.user("Ada")
		id := w.room(2, ada)
		w.must(w.Rooms.Computer(t.Context(), id, ada, models.Computers[0], true))
		w.must(w.Rooms.Start(t.Context(), id, ada))
		time.Sleep(models.SweepEvery - models.ComputerDelay/2)
		w.dice.load(2)
		cause := trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{1}, TraceFlags: trace.FlagsSampled})
		w.must(w.Rooms.Move(trace.ContextWithSpanContext(t.Context(), cause), id, ada, 1, worldtravel.Roll))
		time.Sleep(2 * models.ComputerDelay)
		w.log(id, "1 move 0, 2 move 1")
		stop()
		last := heard.traces[len(heard.traces)-2:]
		if want := []trace.TraceID{cause.TraceID(), cause.TraceID()}; !slices.Equal(last, want) {
			t.Errorf("the changes belong to %v, want %v", last, want)
		}
	})
}

func TestTheSweepComesRoundByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := storetest.SQLite(t)
		yesterday := openWorld(t, db, func(c *models.Config) {
			c.Now = func() time.Time { return time.Now().Add(-models.ForgottenAfter + models.SweepEvery) }
		})
		id := yesterday.room(2, yesterday.user("Ada"))
		w, stop := running(t, db)
		if r := w.open(id).Room; r.Stage != models.StageWaiting {
			t.Errorf("the room is %s too early", r.Stage)
		}
		time.Sleep(2*models.SweepEvery + time.Second)
		if r := w.open(id).Room; r.Stage != models.StageClosed {
			t.Errorf("the room is still %s", r.Stage)
		}
		stop()
	})
}

func TestNothingIsDoneAfterTheStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, stop := running(t, storetest.SQLite(t))
		ada := w.user("Ada")
		id := w.room(2, ada)
		w.must(w.Rooms.Computer(t.Context(), id, ada, models.Computers[0], true))
		w.must(w.Rooms.Start(t.Context(), id, ada))
		w.rolls(id, 2, ada)
		stop()
		time.Sleep(time.Hour)
		w.log(id, "1 move 0")
	})
}

func TestAStopDoesNotWaitForTheRestOfASweep(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	sweeping, closed := false, 0
	w := openWorld(t, storetest.Hook(storetest.SQLite(t), nil, func(op storetest.Op) error {
		if sweeping && op.Collection == "rooms" && op.Kind == "update" {
			closed++
			stop()
		}
		return nil
	}))
	ada := w.user("Ada")
	for range 3 {
		w.room(2, ada)
	}
	w.clock.advance(models.ForgottenAfter + time.Second)
	sweeping = true
	if err := w.Sweep(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if closed != 1 {
		t.Errorf("%d rooms were closed", closed)
	}
}

func TestAPanicInWorkThatNoRequestWaitsForIsAnErrorWithItsStack(t *testing.T) {
	t.Parallel()
	err := models.Guarded(func() error { panic("the dice fell off the table") })
	if err == nil || !strings.Contains(err.Error(), "the dice fell off the table") || !strings.Contains(err.Error(), "run_test.go") {
		t.Errorf("got %v", err)
	}
	if err := models.Guarded(func() error { return nil }); err != nil {
		t.Errorf("got %v for work that went well", err)
	}
}
