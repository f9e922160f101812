// Package live keeps open pages up to date. It owns topics, connections and
// bytes, and knows nothing of games or views.
//
// For each topic and kind of viewer the [Hub] holds one slot: the newest
// fragment of HTML and its version. A change is rendered once into each slot
// and wakes the connections, which take the newest when they are ready for it.
// So a connection that is slow skips what it missed, and delays nobody.
//
// A [Conn] is one page's subscription and knows nothing of the wire. An edge reads
// it and writes to the browser: [ServeSSE] to an EventSource, [ServeSocket] to a
// WebSocket, over which forms come back, and [ServeDocument] to a browser without
// scripts; [Present] gives what there is now. What an edge makes of a fragment it
// makes once, for all its connections. An edge takes the connection over from
// net/http, so that a page at rest costs little more than its socket.
package live
