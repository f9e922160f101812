// Package span marks the steps that a request takes through the program, for
// OpenTelemetry: what was done, where in the code, and within what. A step begins
// below the one that its context carries. Where that carries none, as everywhere when
// tracing is off, nothing is recorded and the context comes back as it was.
package span

import (
	"context"
	"runtime"
	"strings"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

// Scope names the instrumentation to whoever collects spans.
const Scope = "worldtravel"

// Where the code stands that made a step, by the names of OpenTelemetry's semantic
// conventions, https://opentelemetry.io/docs/specs/semconv/registry/attributes/code/.
// The file is given from the root of the module.
const (
	Function = attribute.Key("code.function.name")
	File     = attribute.Key("code.file.path")
	Line     = attribute.Key("code.line.number")
)

// A database's command, by the same conventions; a step of the game, and what becomes
// of it on open pages, by names of our own.
const (
	Collection = attribute.Key("db.collection.name")
	Operation  = attribute.Key("db.operation.name")
	Filter     = attribute.Key("db.query.text")

	Room      = attribute.Key("worldtravel.room")
	Entry     = attribute.Key("worldtravel.entry")
	Topic     = attribute.Key("worldtravel.topic")
	Version   = attribute.Key("worldtravel.version")
	Viewer    = attribute.Key("worldtravel.viewer")
	Component = attribute.Key("worldtravel.component")
	Transport = attribute.Key("worldtravel.transport")
	Bytes     = attribute.Key("worldtravel.bytes")
)

// Step is a step under way. The zero Step is not recorded.
type Step struct{ span trace.Span }

// Start begins a step. Its place in the code is that of the caller, unless the
// attributes give another.
func Start(ctx context.Context, name string, attributes ...attribute.KeyValue) (context.Context, Step) {
	if !Traced(ctx) {
		return ctx, Step{}
	}
	ctx, span := tracer(ctx).Start(ctx, name, trace.WithAttributes(Place(caller())...), trace.WithAttributes(attributes...))
	return ctx, Step{span}
}

// Call begins a step that is a call of a function, by the caller's own name.
func Call(ctx context.Context) (context.Context, Step) {
	if !Traced(ctx) {
		return ctx, Step{}
	}
	frame := caller()
	ctx, span := tracer(ctx).Start(ctx, strings.TrimPrefix(frame.Function, module), trace.WithAttributes(Place(frame)...))
	return ctx, Step{span}
}

// Record records a step that began at a time and ends now.
func Record(ctx context.Context, name string, began time.Time, attributes ...attribute.KeyValue) {
	if !Traced(ctx) {
		return
	}
	_, span := tracer(ctx).Start(ctx, name, trace.WithTimestamp(began),
		trace.WithAttributes(Place(caller())...), trace.WithAttributes(attributes...))
	span.End()
}

// Traced reports whether steps in ctx, which may be nil, are recorded.
func Traced(ctx context.Context) bool {
	return ctx != nil && trace.SpanContextFromContext(ctx).IsSampled()
}

func tracer(ctx context.Context) trace.Tracer {
	return trace.SpanFromContext(ctx).TracerProvider().Tracer(Scope)
}

// caller is where the steps of this program are asked for: the first caller beyond this
// package and the store, whose commands belong to the line that gives them.
func caller() runtime.Frame {
	var pcs [8]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs[:])])
	for {
		frame, more := frames.Next()
		if !more || !strings.HasPrefix(frame.Function, module+"models/store.") {
			return frame
		}
	}
}

// module begins the names of this program's packages, but for the first.
const module = "worldtravel/"

// Place gives the place of a frame. A program that was built with -trimpath and one
// that was not know files by other paths, but functions by the same names, so the
// folder is read off the function.
func Place(frame runtime.Frame) []attribute.KeyValue {
	name, ours := strings.CutPrefix(frame.Function, module)
	file := frame.File[strings.LastIndexByte(frame.File, '/')+1:]
	if ours {
		slash := strings.LastIndexByte(name, '/') + 1
		pkg, _, _ := strings.Cut(name[slash:], ".")
		file = name[:slash] + pkg + "/" + file
	}
	return []attribute.KeyValue{Function.String(name), File.String(file), Line.Int(frame.Line)}
}

// Set adds to what is known of the step.
func (s Step) Set(attributes ...attribute.KeyValue) {
	if s.span != nil {
		s.span.SetAttributes(attributes...)
	}
}

// End ends the step. An error that is not nil is recorded with it.
func (s Step) End(err error) {
	if s.span == nil {
		return
	}
	if err != nil {
		s.span.SetStatus(codes.Error, err.Error())
	}
	s.span.End()
}

// Carried gives a context with nothing of ctx but the step that it is in: what is done
// later, perhaps for many, still belongs to what caused it.
func Carried(ctx context.Context) context.Context {
	return Within(context.Background(), ctx)
}

// Within gives ctx below the step that another context, which may be nil, is in.
func Within(ctx, cause context.Context) context.Context {
	if !Traced(cause) {
		return ctx
	}
	return trace.ContextWithSpan(ctx, trace.SpanFromContext(cause))
}
