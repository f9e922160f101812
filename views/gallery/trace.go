package gallery

import (
	"time"

	"worldtravel/views"
)

func tracePages() []Example {
	press := views.TraceLine{
		ID: "4bf92f3577b34da6a3ce929d0e0e4736", What: "POST /rooms/:id/actions", Path: "POST /rooms/abcdefgh/actions", Status: "303", Took: "8.4 ms",
		At: time.Date(2026, 11, 25, 20, 0, 0, 0, time.UTC), Steps: 23, Pages: 3,
	}
	missed := views.TraceLine{ID: "00f067aa0ba902b7a3ce929d0e0e4736", What: "GET /*", Path: "GET /a/path/that/is/long/enough/to/need/more/than/one/line/on/a/phone", Status: "404", Took: "310 µs", At: press.At, Steps: 2}
	handler := views.Place{Function: "handlers.(*Site).act", File: "handlers/room.go", Line: 120}
	story := []views.StoryLine{
		{Text: "The button posts to /rooms/abcdefgh/actions.", Place: views.Place{Function: "handlers.New", File: "handlers/routes.go", Line: 41}},
		{Text: "It was stored as move 12.", Place: views.Place{Function: "models.(*Rooms).change", File: "models/change.go", Line: 80}},
		{Text: "It was sent to 3 pages in 4 ms."},
	}
	steps := []views.TraceStep{
		{Name: "handler act", At: "0 µs", Took: "8.4 ms", From: 0, Wide: 1000, Place: handler},
		{Depth: 1, Name: "store rooms.findOne", Detail: "filter _id, found 1", At: "0.3 ms", Took: "1.1 ms", From: 36, Wide: 131, Place: views.Place{Function: "models.(*Rooms).load", File: "models/rooms.go", Line: 60}},
		{Depth: views.TraceDepthMost, Name: "send to a page", Error: "the page is gone", At: "8 ms", Took: "0.4 ms", From: 952, Wide: 48},
	}
	list := views.TraceList{Version: 1, Lines: []views.TraceLine{press, missed}}
	live := views.Page{Viewer: ada, Live: LiveURL + "?as=all"}
	return []Example{
		page("trace.templ", "TracesPage").as("traces-none", views.TracesPage(views.Traces{Page: live, List: views.TraceListFragment(views.TraceList{})}.Titled())),
		page("trace.templ", "TracesPage").as("traces", views.TracesPage(views.Traces{Page: live, List: views.TraceListFragment(list)}.Titled())),
		page("trace.templ", "TracesPage").as("traces-of", views.TracesPage(views.Traces{Page: live, Of: "/rooms/abcdefgh", Story: story, List: views.TraceListFragment(list)}.Titled())),
		page("trace.templ", "TracePage").as("trace", views.TracePage(views.Trace{Page: views.Page{Viewer: ada}, Line: press, Story: story, Steps: steps, Left: 12})),
		page("trace.templ", "SourcePage").as("source", views.SourcePage(views.Source{File: "handlers/room.go", Lines: []string{"package handlers", "", "// A comment.", "func (s *Site) act(c echo.Context) error {", "\treturn nil", "}"}})),
		part("trace.templ", "TraceListFragment").as("trace-list", views.TraceListFragment(list)),
	}
}
