package views

// Transport is how a page is to be kept up to date.
type Transport string

// The transports. With TransportAuto the page takes the best that can be had;
// without JavaScript all but TransportNone are the streamed page.
const (
	TransportAuto   Transport = "auto"
	TransportSocket Transport = "socket" // a WebSocket, for moves as well
	TransportSSE    Transport = "sse"    // Server-Sent Events
	TransportStream Transport = "stream" // a page that grows, without JavaScript
	TransportNone   Transport = "none"   // the page asks every few seconds
)

// Transports lists them in the order in which they are offered.
func Transports() []Transport {
	return []Transport{TransportAuto, TransportSocket, TransportSSE, TransportStream, TransportNone}
}

// TransportNamed is the transport of that name; TransportAuto when there is none.
func TransportNamed(name string) Transport {
	for _, t := range Transports() {
		if string(t) == name {
			return t
		}
	}
	return TransportAuto
}

// Name is what a person calls it.
func (t Transport) Name() string {
	return map[Transport]string{
		TransportAuto: "Automatic", TransportSocket: "WebSocket", TransportSSE: "Event stream (SSE)",
		TransportStream: "Streamed page", TransportNone: "Every few seconds",
	}[t]
}

// note says what choosing it means.
func (t Transport) note() string {
	return map[Transport]string{
		TransportAuto: "A WebSocket where it can be had, else an event stream; where a network allows neither, the page " +
			"asks every 5 seconds. Without JavaScript, a streamed page. Right for nearly everybody.",
		TransportSocket: "News and your moves share one WebSocket. While it can't be had, the page asks every 5 seconds.",
		TransportSSE:    "News comes as Server-Sent Events; your moves are ordinary requests.",
		TransportStream: "The page itself goes on arriving. It needs no JavaScript, and uses none.",
		TransportNone:   "The page asks for news. For networks that allow nothing else.",
	}[t]
}
