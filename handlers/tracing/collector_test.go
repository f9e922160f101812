package tracing_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"google.golang.org/protobuf/proto"

	"worldtravel/models/span"
)

// The collector stands in for a real one: it reads what the protocol says that it is sent
// (https://opentelemetry.io/docs/specs/otlp/#otlphttp).
func TestTheSameSpansGoToACollector(t *testing.T) {
	var got collector.ExportTraceServiceRequest
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost || r.URL.Path != "/v1/traces" || r.Header.Get("Content-Type") != "application/x-protobuf" {
			t.Errorf("it is sent %s %s of type %s", r.Method, r.URL.Path, r.Header.Get("Content-Type"))
		}
		body := io.Reader(r.Body)
		if r.Header.Get("Content-Encoding") == "gzip" {
			unpacked, err := gzip.NewReader(body)
			if err != nil {
				t.Error(err)
				return
			}
			body = unpacked
		}
		text, err := io.ReadAll(body)
		if err != nil {
			t.Error(err)
		}
		var part collector.ExportTraceServiceRequest
		if err := proto.Unmarshal(text, &part); err != nil {
			t.Error(err)
		}
		got.ResourceSpans = append(got.ResourceSpans, part.ResourceSpans...)
		w.Header().Set("Content-Type", "application/x-protobuf")
	}))
	defer server.Close()
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", server.URL)
	t.Setenv("OTEL_SERVICE_NAME", "a site")
	kept := open(t)
	ctx, root := kept.Request(t.Context(), "POST /rooms/:id/move")
	_, step := span.Start(ctx, "moves insert", span.Collection.String("moves"))
	step.End(nil)
	root.End()
	if err := kept.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	names := map[string]string{} // by span, what it is below
	for _, resource := range got.ResourceSpans {
		service := ""
		for _, a := range resource.Resource.Attributes {
			if a.Key == "service.name" {
				service = a.Value.GetStringValue()
			}
		}
		if service != "a site" {
			t.Errorf("the service is called %q", service)
		}
		for _, scope := range resource.ScopeSpans {
			for _, s := range scope.Spans {
				if trace := root.SpanContext().TraceID(); string(s.TraceId) != string(trace[:]) {
					t.Errorf("%s belongs to another trace", s.Name)
				}
				names[s.Name] = string(s.ParentSpanId)
			}
		}
	}
	id := root.SpanContext().SpanID()
	if parent, ok := names["POST /rooms/:id/move"]; !ok || parent != "" {
		t.Errorf("the request is sent: %v, below %x", ok, parent)
	}
	if parent, ok := names["moves insert"]; !ok || parent != string(id[:]) {
		t.Errorf("the step is sent: %v, below %x", ok, parent)
	}
}
