package views

import "worldtravel/views/words"

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
func (t Transport) Name(l *words.Language) string { return l.T("transport.name-" + string(t)) }

// note says what choosing it means.
func (t Transport) note(l *words.Language) string { return l.T("transport.note-" + string(t)) }
