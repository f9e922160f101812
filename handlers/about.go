package handlers

import (
	"net/http"
	"runtime"
	"runtime/debug"
	"slices"

	"github.com/labstack/echo/v4"

	"worldtravel/handlers/opensource"
	"worldtravel/public"
	"worldtravel/views"
)

// showOpenSource lists what of others the site is made of: what the running program
// and the record of the browser's files say.
func (s *Site) showOpenSource(c echo.Context) error {
	sent, err := public.AllVendored()
	if err != nil {
		return err
	}
	m := views.OpenSource{Page: s.page(c, ""), Sent: dependencies(opensource.Sent(sent))}
	if program, ok := debug.ReadBuildInfo(); ok {
		m.Linked = dependencies(opensource.Linked(program))
	}
	for _, d := range slices.Concat(m.Linked, m.Sent) {
		m.Licences = append(m.Licences, d.Licences...)
	}
	slices.Sort(m.Licences)
	m.Licences = slices.Compact(m.Licences)
	return render(c, http.StatusOK, views.OpenSourcePage(m))
}

func dependencies(all []opensource.Dependency) []views.Dependency {
	out := make([]views.Dependency, len(all))
	for i, d := range all {
		out[i] = views.Dependency(d)
	}
	return out
}

// showHowItWorks shows the chains of calls, as they were recorded.
func (s *Site) showHowItWorks(c echo.Context) error {
	recorded, err := opensource.Recorded()
	if err != nil {
		return err
	}
	m := views.HowItWorks{Page: s.page(c, ""), Recorded: recorded.Go, Running: runtime.Version()}
	for _, subject := range recorded.Subjects {
		shown := views.Subject{Name: subject.Name}
		for _, chain := range subject.Chains {
			shown.Chains = append(shown.Chains, views.Chain{Name: chain.Name, Calls: calls(chain.Calls)})
		}
		m.Subjects = append(m.Subjects, shown)
	}
	return render(c, http.StatusOK, views.HowItWorksPage(m))
}

func calls(chain []opensource.Call) []views.Call {
	out := make([]views.Call, len(chain))
	for i, call := range chain {
		out[i] = views.Call{Function: call.Function, Place: call.Place(), Link: call.Link(), Begins: call.Begins, Works: call.Works}
	}
	return out
}
