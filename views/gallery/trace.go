package gallery

import (
	"time"

	"worldtravel/views"
)

func tracePages() []Example {
	press := views.TraceLine{
		ID: "4bf92f3577b34da6a3ce929d0e0e4736", What: "POST /rooms/:id/move", Path: "POST /rooms/abcdefgh/move", Status: "303", Took: "8.4 ms",
		At: time.Date(2026, 11, 25, 20, 0, 0, 0, time.UTC), Steps: 23, Pages: 3,
	}
	missed := views.TraceLine{ID: "00f067aa0ba902b7a3ce929d0e0e4736", What: "GET /*", Path: "GET /a/path/that/is/long/enough/to/need/more/than/one/line/on/a/phone", Status: "404", Took: "0.3 ms", At: press.At, Steps: 2}
	handler := views.Place{Function: "handlers.(*Site).move", File: "handlers/play.go", Line: 10}
	write := views.Place{Function: "models.(*Rooms).write", File: "models/play.go", Line: 177}
	story := []views.StoryLine{
		{Text: "The browser posts a form to /rooms/abcdefgh/move over its WebSocket.", Place: views.Place{Function: "handlers.(*Site).routes", File: "handlers/routes.go", Line: 75}},
		{Text: "It is stored as entry 12 of the game's log, in 0.9 ms.", Place: write},
		{Text: "The request itself was answered 303 after 8.4 ms."},
	}
	steps := []views.TraceStep{
		{Name: "handlers.(*Site).move", At: "0.0 ms", Took: "8.4 ms", From: 0, Wide: 1000, Place: handler},
		{Depth: 1, Name: "rooms get", Detail: "where id = ?", At: "0.3 ms", Took: "1.1 ms", From: 36, Wide: 131, Place: views.Place{Function: "models.(*Rooms).get", File: "models/change.go", Line: 109}},
		{Depth: views.TraceDepthMost, Name: "moves insert", Detail: "where id = ?", Error: "moves: insert: a document with this id exists", At: "8.0 ms", Took: "0.4 ms", From: 952, Wide: 48, Place: write},
	}
	list := views.TraceList{Version: 1, Lines: []views.TraceLine{press, missed}}
	live := views.Page{Viewer: ada, Live: LiveURL + "?as=all", RefreshURL: views.TraceURL}
	socket := views.WireLine{ID: "7", Path: "/rooms/abcdefgh/live", Over: "a WebSocket", State: "open", Messages: 64}
	stream := views.WireLine{ID: "6", Path: "/live", Over: "Server-Sent Events", State: "closed after 2m3.041s", Messages: 9}
	wires := views.WireList{Version: 1, Lines: []views.WireLine{socket, stream}}
	messages := views.WireMessages{Version: 1, Line: socket, Left: 61, Messages: []views.WireMessage{
		{Number: 64, After: "12.005s", Bytes: 3016, Header: "81 7e 0b c4", Text: `<div id="page" data-version="24" data-parts=""><section id="turn" class="…"><h2>…</h2></section></div>`, Meaning: "A whole message, text, 3012 bytes. What the page lacks: version 24 of #turn."},
		{Number: 63, FromPage: true, After: "12.001s", Bytes: 74, Header: "81 c4 37 fa 21 3d", Text: `{"id":1,"url":"/rooms/abcdefgh/move","body":"move=…&n=…"}`, Meaning: "A whole message, text, masked, 68 bytes. Form 1, to /rooms/abcdefgh/move, with move and n. It goes to the same route as over HTTP."},
		{Number: 62, After: "10s", Bytes: 2, Header: "89 00", Meaning: "A ping, 0 bytes. Are you there? The browser answers by itself."},
	}}
	return []Example{
		page("trace.templ", "TracesPage").as("traces-none", views.TracesPage(views.Traces{Page: live, List: views.TraceListFragment(views.TraceList{})}.Titled())),
		page("trace.templ", "TracesPage").as("traces", views.TracesPage(views.Traces{Page: live, List: views.TraceListFragment(list)}.Titled())),
		page("trace.templ", "TracesPage").as("traces-of", views.TracesPage(views.Traces{Page: live, Of: "/rooms/abcdefgh", Story: story, List: views.TraceListFragment(list)}.Titled())),
		page("trace.templ", "TracePage").as("trace", views.TracePage(views.Trace{Page: views.Page{Viewer: ada}, Line: press, Story: story, Steps: steps, Left: 12})),
		page("trace.templ", "SourcePage").as("source", views.SourcePage(views.Source{File: "handlers/play.go", Lines: []string{"package handlers", "", "// A comment.", "func (s *Site) move(c echo.Context) error {", "\treturn nil", "}"}})),
		page("wire.templ", "WiresPage").as("wires-none", views.WiresPage(views.Wires{Page: live, List: views.WireListFragment(views.WireList{})}.Titled())),
		page("wire.templ", "WiresPage").as("wires", views.WiresPage(views.Wires{Page: live, List: views.WireListFragment(wires)}.Titled())),
		page("wire.templ", "WirePage").as("wire", views.WirePage(views.Wire{Page: live, Line: socket, Messages: views.WireMessagesFragment(messages)}.Titled())),
		part("wire.templ", "WireListFragment").as("wire-list", views.WireListFragment(wires)),
		part("wire.templ", "WireMessagesFragment").as("wire-messages", views.WireMessagesFragment(messages)),
		part("trace.templ", "TraceListFragment").as("trace-list", views.TraceListFragment(list)),
	}
}
