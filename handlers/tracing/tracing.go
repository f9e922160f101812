// Package tracing keeps the newest traces of the program in memory, for those who want
// to follow a click through it, and sends the same spans to a collector when the usual
// OTEL_ variables name one.
package tracing

import (
	"context"
	"fmt"
	"os"
	"slices"
	"sync"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"worldtravel/models/span"
)

// What is kept at most.
const (
	tracesKept = 200
	stepsKept  = 400 // of one trace
)

// Tracing records spans. It is safe for concurrent use.
type Tracing struct {
	provider *sdk.TracerProvider

	mu      sync.Mutex
	changed func()
	traces  map[trace.TraceID]*Trace
	order   []trace.TraceID // the oldest first
}

// Open begins to record. Where OTEL_EXPORTER_OTLP_ENDPOINT or OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is set, spans are
// sent there as well (OTLP over HTTP, see
// https://opentelemetry.io/docs/specs/otel/protocol/exporter/).
func Open(ctx context.Context) (*Tracing, error) {
	t := &Tracing{traces: map[trace.TraceID]*Trace{}}
	options := []sdk.TracerProviderOption{sdk.WithSpanProcessor(t), sdk.WithSampler(sdk.AlwaysSample())}
	if os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT") != "" || os.Getenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") != "" {
		exporter, err := otlptracehttp.New(ctx)
		if err != nil {
			return nil, fmt.Errorf("send traces: %w", err)
		}
		options = append(options, sdk.WithBatcher(exporter))
	}
	t.provider = sdk.NewTracerProvider(options...)
	return t, nil
}

// Close sends what has not been sent yet.
func (t *Tracing) Close(ctx context.Context) error { return t.provider.Shutdown(ctx) }

// OnChange has f called after each step, from the goroutine that made it.
func (t *Tracing) OnChange(f func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.changed = f
}

// Request begins the first step of a request.
func (t *Tracing) Request(ctx context.Context, name string, attributes ...attribute.KeyValue) (context.Context, trace.Span) {
	return t.provider.Tracer(span.Scope).Start(ctx, name, trace.WithAttributes(attributes...), trace.WithSpanKind(trace.SpanKindServer))
}

// OnStart, OnEnd, Shutdown and ForceFlush make a Tracing an OpenTelemetry span
// processor.
func (t *Tracing) OnStart(_ context.Context, s sdk.ReadWriteSpan) {
	t.mu.Lock()
	defer t.mu.Unlock()
	id := s.SpanContext().TraceID()
	if t.traces[id] != nil {
		return
	}
	t.traces[id] = &Trace{ID: id.String(), Began: s.StartTime()}
	t.order = append(t.order, id)
	if len(t.order) > tracesKept {
		delete(t.traces, t.order[0])
		t.order = slices.Delete(t.order, 0, 1)
	}
}

func (t *Tracing) OnEnd(s sdk.ReadOnlySpan) {
	t.mu.Lock()
	kept, changed := t.traces[s.SpanContext().TraceID()], t.changed
	switch {
	case kept == nil: // what ends after its trace is forgotten is forgotten, too
	case len(kept.Steps) < stepsKept:
		kept.Steps = append(kept.Steps, stepOf(s))
	default:
		kept.Left++
	}
	t.mu.Unlock()
	if kept != nil && changed != nil {
		changed()
	}
}

func (t *Tracing) Shutdown(context.Context) error   { return nil }
func (t *Tracing) ForceFlush(context.Context) error { return nil }

// Trace is all that followed from one request.
type Trace struct {
	ID    string
	Began time.Time
	Steps []Step // that have ended, in the order in which they began
	Left  int    // steps beyond those that are kept
}

// Step is a span that has ended.
type Step struct {
	ID, Parent string // Parent is empty for the first
	Name       string
	Began      time.Time
	Took       time.Duration
	Function   string // that made the step, as "handlers.(*Site).move"
	File       string // from the module's root
	Line       int
	Error      string
	Known      map[attribute.Key]string
}

func stepOf(s sdk.ReadOnlySpan) Step {
	step := Step{
		ID: s.SpanContext().SpanID().String(), Name: s.Name(), Began: s.StartTime(), Took: s.EndTime().Sub(s.StartTime()),
		Error: s.Status().Description, Known: map[attribute.Key]string{},
	}
	if s.Parent().HasSpanID() {
		step.Parent = s.Parent().SpanID().String()
	}
	for _, a := range s.Attributes() {
		switch a.Key {
		case span.Function:
			step.Function = a.Value.AsString()
		case span.File:
			step.File = a.Value.AsString()
		case span.Line:
			step.Line = int(a.Value.AsInt64())
		default:
			step.Known[a.Key] = a.Value.String()
		}
	}
	return step
}

// copied is a trace that does not change any more, with its steps in order.
func (t *Trace) copied() Trace {
	copied := *t
	copied.Steps = slices.Clone(t.Steps)
	slices.SortStableFunc(copied.Steps, func(a, b Step) int { return a.Began.Compare(b.Began) })
	return copied
}

// Newest gives the newest traces for which keep is true, the newest first. Requests that
// are still being answered are left out.
func (t *Tracing) Newest(most int, keep func(Trace) bool) []Trace {
	t.mu.Lock()
	defer t.mu.Unlock()
	var newest []Trace
	for _, id := range slices.Backward(t.order) {
		if len(newest) == most {
			break
		}
		one := t.traces[id].copied()
		if _, answered := one.Root(); answered && keep(one) {
			newest = append(newest, one)
		}
	}
	return newest
}

// Find gives a trace by its id; ok is false when it is not, or no longer, known.
func (t *Tracing) Find(id string) (found Trace, ok bool) {
	key, err := trace.TraceIDFromHex(id)
	if err != nil {
		return Trace{}, false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if kept := t.traces[key]; kept != nil {
		return kept.copied(), true
	}
	return Trace{}, false
}

// Root is the step of the request itself; ok is false while that has not ended.
func (t Trace) Root() (root Step, ok bool) {
	i := slices.IndexFunc(t.Steps, func(s Step) bool { return s.Parent == "" })
	if i < 0 {
		return Step{}, false
	}
	return t.Steps[i], true
}

// Named gives the steps of a name.
func (t Trace) Named(name string) (steps []Step) {
	for _, s := range t.Steps {
		if s.Name == name {
			steps = append(steps, s)
		}
	}
	return steps
}
