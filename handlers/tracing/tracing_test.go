package tracing_test

import (
	"context"
	"testing"
	"testing/fstest"
	"time"

	"go.opentelemetry.io/otel/attribute"

	"worldtravel/handlers/tracing"
	"worldtravel/models/span"
)

func open(t *testing.T) *tracing.Tracing {
	t.Helper()
	kept, err := tracing.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return kept
}

func all(tracing.Trace) bool { return true }

func TestOnlyTheNewestTracesAreKept(t *testing.T) {
	kept := open(t)
	var first string
	for i := range 250 {
		_, root := kept.Request(t.Context(), "GET /")
		root.End()
		if i == 0 {
			first = root.SpanContext().TraceID().String()
		}
	}
	if n := len(kept.Newest(1000, all)); n != 200 {
		t.Errorf("%d traces are kept", n)
	}
	if _, ok := kept.Find(first); ok {
		t.Error("the first trace is kept still")
	}
}

func TestARequestIsListedOnceItHasBeenAnswered(t *testing.T) {
	kept := open(t)
	ctx, root := kept.Request(t.Context(), "GET /")
	_, step := span.Start(ctx, "step")
	step.End(nil)
	if n := len(kept.Newest(1, all)); n != 0 {
		t.Error("a request is listed while it is being answered")
	}
	root.End()
	if n := len(kept.Newest(1, all)); n != 1 {
		t.Error("a request that has been answered is not listed")
	}
}

func TestOnlySoManyStepsOfATraceAreKeptAndTheOthersCounted(t *testing.T) {
	kept := open(t)
	ctx, root := kept.Request(t.Context(), "GET /")
	for range 450 {
		_, step := span.Start(ctx, "step")
		step.End(nil)
	}
	root.End()
	found, ok := kept.Find(root.SpanContext().TraceID().String())
	if !ok || len(found.Steps) != 400 || found.Left != 51 {
		t.Errorf("%d steps are kept, and %d left", len(found.Steps), found.Left)
	}
}

func TestAStepKnowsTheLineThatBeganIt(t *testing.T) {
	kept := open(t)
	ctx, root := kept.Request(t.Context(), "GET /")
	_, step := span.Start(ctx, "step")
	step.End(context.Canceled)
	found, _ := kept.Find(root.SpanContext().TraceID().String())
	got := found.Steps[0]
	if got.Function != "handlers/tracing_test.TestAStepKnowsTheLineThatBeganIt" || got.Line == 0 || got.Error != "context canceled" {
		t.Errorf("the step is %+v", got)
	}
}

func TestWhatIsDoneLaterBelongsToWhatCausedIt(t *testing.T) {
	kept := open(t)
	ctx, cancel := context.WithCancel(t.Context())
	ctx, root := kept.Request(ctx, "POST /")
	carried := span.Carried(ctx)
	root.End()
	cancel()
	if carried.Err() != nil {
		t.Fatal("what is carried ends with the request")
	}
	span.Record(carried, "deliver", time.Now())
	found, _ := kept.Find(root.SpanContext().TraceID().String())
	if len(found.Named("deliver")) != 1 {
		t.Errorf("the steps are %+v", found.Steps)
	}
}

func TestWithoutATraceNothingIsRecorded(t *testing.T) {
	ctx, step := span.Start(t.Context(), "step")
	step.Set(span.Bytes.Int(1))
	step.End(nil)
	if ctx != t.Context() || span.Traced(ctx) {
		t.Error("a step is recorded without a trace")
	}
}

func TestARoomsPagesAndTheLobbyAreChangedByWhatIsAnnouncedOfTheRoom(t *testing.T) {
	announced := tracing.Trace{Steps: []tracing.Step{{Name: "announce", Known: map[attribute.Key]string{span.Topic: "room/x"}}}}
	for path, want := range map[string]bool{"/": true, "/rooms/x": true, "/rooms/x/text": true, "/rooms/y": false, "/leaderboard": false} {
		if got := announced.Changed(path); got != want {
			t.Errorf("%s is changed: %t", path, got)
		}
	}
	if (tracing.Trace{Steps: []tracing.Step{{Name: "render"}}}).Changed("/") {
		t.Error("the lobby is changed by nothing")
	}
}

func TestTimeInWhichNothingIsDoneIsLeftOut(t *testing.T) {
	began := time.Now()
	step := func(from, took time.Duration) tracing.Step {
		return tracing.Step{Began: began.Add(from), Took: took}
	}
	busy := tracing.Trace{Began: began, Steps: []tracing.Step{step(0, 10), step(5, 10), step(1000, 10)}}.Busy()
	for at, want := range map[time.Duration]time.Duration{0: 0, 5: 5, 15: 15, 500: 15, 1000: 15, 1004: 19, 2000: 25} {
		if got := busy(at); got != want {
			t.Errorf("until %d it was busy for %d, want %d", at, got, want)
		}
	}
}

func TestTheSourceKnowsWhereFunctionsAndComponentsStand(t *testing.T) {
	source := tracing.NewSource(fstest.MapFS{
		"main.go":             {Data: []byte("package main\n\nfunc main() {}\n")},
		"handlers/a.go":       {Data: []byte("package handlers\n\nfunc (s *Site) move() {}\nfunc (c Config) secure() {}\nfunc (l *List[T]) add() {}\n")},
		"handlers/a_test.go":  {Data: []byte("package handlers\n\nfunc TestNothing() {}\n")},
		"views/room.templ":    {Data: []byte("package views\n\ntempl RoomPage(m Room) {\n}\n")},
		"views/room_templ.go": {Data: []byte("package views\n\nfunc before() {}\n\nfunc RoomPage() {\n}\n")},
	})
	for name, want := range map[string]string{
		"main.main": "main.go line 3", "handlers.(*Site).move": "handlers/a.go line 3", "handlers.Config.secure": "handlers/a.go line 4",
		"handlers.(*List[...]).add": "handlers/a.go line 5", "views.RoomPage": "views/room.templ line 3",
	} {
		if place, ok := source.Function(name); !ok || place.String() != want {
			t.Errorf("%s stands at %v, want %s", name, place, want)
		}
	}
	if _, ok := source.Function("handlers.TestNothing"); ok {
		t.Error("a test is part of the program")
	}
	for at, want := range map[string]string{"views/room_templ.go:6": "views.RoomPage", "views/room_templ.go:1": "", "views/none_templ.go:6": "", "views": ""} {
		if name := source.Component(at); name != want {
			t.Errorf("%s is in %q, want %q", at, name, want)
		}
	}
	if lines, err := source.Lines("main.go"); err != nil || len(lines) != 3 {
		t.Errorf("main.go is %q, %v", lines, err)
	}
	for _, none := range []string{"none.go", "../go.mod", "", "handlers"} {
		if _, err := source.Lines(none); err == nil {
			t.Errorf("%q is a file", none)
		}
	}
}

func BenchmarkAStepWhenNothingIsRecorded(b *testing.B) {
	ctx := b.Context()
	for b.Loop() {
		_, step := span.Start(ctx, "step")
		step.End(nil)
	}
}
