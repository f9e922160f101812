package opensource

// Note is what a record of a dependency does not say.
type Note struct {
	Use        string   // names the text that says what it is for: opensource.use.<Use>
	Licences   []string // by their short SPDX names; a browser file's own record has it
	Repository string   // where it is not the module's path itself
}

// StandardLibrary is the path under which Go's own packages are noted.
const StandardLibrary = "std"

// The short SPDX names of the licences.
const (
	apache = "Apache-2.0"
	bsd2   = "BSD-2-Clause"
	bsd3   = "BSD-3-Clause"
	mit    = "MIT"
	mpl    = "MPL-2.0"
)

// ModuleNotes are the notes on Go and on each linked module, by its path.
func ModuleNotes() map[string]Note {
	return map[string]Note{
		StandardLibrary:                                                   {Use: "go", Licences: []string{bsd3}, Repository: "https://github.com/golang/go"},
		"github.com/BurntSushi/toml":                                      {Use: "toml", Licences: []string{mit}},
		"github.com/a-h/templ":                                            {Use: "templ", Licences: []string{mit}},
		"github.com/alexedwards/argon2id":                                 {Use: "argon2id", Licences: []string{mit}},
		"github.com/andybalholm/brotli":                                   {Use: "brotli", Licences: []string{mit}},
		"github.com/dustin/go-humanize":                                   {Use: "humanize", Licences: []string{mit}},
		"github.com/google/uuid":                                          {Use: "uuid", Licences: []string{bsd3}},
		"github.com/gorilla/securecookie":                                 {Use: "securecookie", Licences: []string{bsd3}},
		"github.com/gorilla/sessions":                                     {Use: "sessions", Licences: []string{bsd3}},
		"github.com/gorilla/websocket":                                    {Use: "websocket", Licences: []string{bsd2}},
		"github.com/klauspost/compress":                                   {Use: "compress", Licences: []string{bsd3, apache, mit}},
		"github.com/labstack/echo/v4":                                     {Use: "echo", Licences: []string{mit}},
		"github.com/labstack/gommon":                                      {Use: "gommon", Licences: []string{mit}},
		"github.com/mattn/go-colorable":                                   {Use: "colorable", Licences: []string{mit}},
		"github.com/mattn/go-isatty":                                      {Use: "isatty", Licences: []string{mit}},
		"github.com/nicksnyder/go-i18n/v2":                                {Use: "i18n", Licences: []string{mit}},
		"github.com/r3labs/sse/v2":                                        {Use: "sse", Licences: []string{mpl}},
		"github.com/remyoudompheng/bigfft":                                {Use: "bigfft", Licences: []string{bsd3}},
		"github.com/valyala/bytebufferpool":                               {Use: "bytebufferpool", Licences: []string{mit}},
		"github.com/valyala/fasttemplate":                                 {Use: "fasttemplate", Licences: []string{mit}},
		"github.com/xdg-go/scram":                                         {Use: "scram", Licences: []string{apache}},
		"github.com/xdg-go/stringprep":                                    {Use: "stringprep", Licences: []string{apache}},
		"github.com/youmark/pkcs8":                                        {Use: "pkcs8", Licences: []string{mit}},
		"go.mongodb.org/mongo-driver/v2":                                  {Use: "mongo", Licences: []string{apache}, Repository: "https://github.com/mongodb/mongo-go-driver"},
		"golang.org/x/crypto":                                             {Use: "crypto", Licences: []string{bsd3}, Repository: "https://github.com/golang/crypto"},
		"golang.org/x/net":                                                {Use: "net", Licences: []string{bsd3}, Repository: "https://github.com/golang/net"},
		"golang.org/x/sync":                                               {Use: "sync", Licences: []string{bsd3}, Repository: "https://github.com/golang/sync"},
		"golang.org/x/sys":                                                {Use: "sys", Licences: []string{bsd3}, Repository: "https://github.com/golang/sys"},
		"golang.org/x/text":                                               {Use: "text", Licences: []string{bsd3}, Repository: "https://github.com/golang/text"},
		"golang.org/x/time":                                               {Use: "time", Licences: []string{bsd3}, Repository: "https://github.com/golang/time"},
		"gopkg.in/cenkalti/backoff.v1":                                    {Use: "backoff", Licences: []string{mit}, Repository: "https://github.com/cenkalti/backoff"},
		"modernc.org/libc":                                                {Use: "libc", Licences: []string{bsd3}, Repository: "https://gitlab.com/cznic/libc"},
		"modernc.org/mathutil":                                            {Use: "mathutil", Licences: []string{bsd3}, Repository: "https://gitlab.com/cznic/mathutil"},
		"modernc.org/memory":                                              {Use: "memory", Licences: []string{bsd3}, Repository: "https://gitlab.com/cznic/memory"},
		"modernc.org/sqlite":                                              {Use: "sqlite", Licences: []string{bsd3}, Repository: "https://gitlab.com/cznic/sqlite"},
		"github.com/cenkalti/backoff/v5":                                  {Use: "otlp", Licences: []string{mit}},
		"github.com/cespare/xxhash/v2":                                    {Use: "otel-parts", Licences: []string{mit}},
		"github.com/go-logr/logr":                                         {Use: "otel-parts", Licences: []string{apache}},
		"github.com/go-logr/stdr":                                         {Use: "otel-parts", Licences: []string{apache}},
		"github.com/grpc-ecosystem/grpc-gateway/v2":                       {Use: "otlp", Licences: []string{bsd3}},
		"go.opentelemetry.io/auto/sdk":                                    {Use: "otel-parts", Licences: []string{apache}, Repository: "https://github.com/open-telemetry/opentelemetry-go-instrumentation"},
		"go.opentelemetry.io/otel":                                        {Use: "otel", Licences: []string{apache, bsd3}, Repository: "https://github.com/open-telemetry/opentelemetry-go"},
		"go.opentelemetry.io/otel/exporters/otlp/otlptrace":               {Use: "otlp", Licences: []string{apache, bsd3}, Repository: "https://github.com/open-telemetry/opentelemetry-go"},
		"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp": {Use: "otlp", Licences: []string{apache, bsd3}, Repository: "https://github.com/open-telemetry/opentelemetry-go"},
		"go.opentelemetry.io/otel/log":                                    {Use: "otel-parts", Licences: []string{apache, bsd3}, Repository: "https://github.com/open-telemetry/opentelemetry-go"},
		"go.opentelemetry.io/otel/metric":                                 {Use: "otel-parts", Licences: []string{apache, bsd3}, Repository: "https://github.com/open-telemetry/opentelemetry-go"},
		"go.opentelemetry.io/otel/sdk":                                    {Use: "otel", Licences: []string{apache, bsd3}, Repository: "https://github.com/open-telemetry/opentelemetry-go"},
		"go.opentelemetry.io/otel/trace":                                  {Use: "otel", Licences: []string{apache, bsd3}, Repository: "https://github.com/open-telemetry/opentelemetry-go"},
		"go.opentelemetry.io/proto/otlp":                                  {Use: "otlp", Licences: []string{apache}, Repository: "https://github.com/open-telemetry/opentelemetry-proto-go"},
		"google.golang.org/genproto/googleapis/api":                       {Use: "otlp", Licences: []string{apache}, Repository: "https://github.com/googleapis/go-genproto"},
		"google.golang.org/genproto/googleapis/rpc":                       {Use: "otlp", Licences: []string{apache}, Repository: "https://github.com/googleapis/go-genproto"},
		"google.golang.org/grpc":                                          {Use: "otlp", Licences: []string{apache}, Repository: "https://github.com/grpc/grpc-go"},
		"google.golang.org/protobuf":                                      {Use: "otlp", Licences: []string{bsd3}, Repository: "https://github.com/protocolbuffers/protobuf-go"},
	}
}

// BrowserNotes are the notes on what browsers are sent, by the name in its record.
func BrowserNotes() map[string]Note {
	return map[string]Note{
		"htmx":    {Use: "htmx"},
		"Jost*":   {Use: "jost"},
		"Archivo": {Use: "archivo"},
	}
}
