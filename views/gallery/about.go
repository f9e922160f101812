package gallery

import "worldtravel/views"

func aboutPages() []Example {
	linked := []views.Dependency{
		{Name: "Go", Version: "1.26.8", Repository: "https://example.org/go", Licences: []string{"BSD-3-Clause"}, Use: "go"},
		{Name: "example.org/a/module/of/somebody/with/a/long/path/v2", Version: "v0.0.0-20240726163527-a2c0da244d78", Repository: "https://example.org/a", Licences: []string{"Apache-2.0", "BSD-3-Clause", "MIT"}, Use: "compress"},
		{Name: "example.org/unheard-of", Version: "v1.0.0", Repository: "https://example.org/unheard-of"},
	}
	sent := []views.Dependency{{Name: "htmx", Version: "4.0.1", Repository: "https://example.org/htmx", Licences: []string{"0BSD"}, Use: "htmx"}}
	chain := views.Chain{Name: "accept", Calls: []views.Call{
		{Function: "main.run", Place: "main.go:80"},
		{Function: "net/http.(*Server).Serve", Place: "net/http/server.go:3434", Link: "https://example.org/serve", Begins: true},
		{Function: "internal/poll.accept", Place: "internal/poll/sock_cloexec.go:17", Link: "https://example.org/accept", Works: true},
	}}
	return []Example{
		page("about.templ", "OpenSourcePage").as("open-source",
			views.OpenSourcePage(views.OpenSource{Linked: linked, Sent: sent, Licences: []string{"0BSD", "Apache-2.0", "BSD-3-Clause", "MIT"}})),
		page("about.templ", "HowItWorksPage").as("how-it-works",
			views.HowItWorksPage(views.HowItWorks{Page: views.Page{Viewer: ada}, Recorded: "go1.26.8", Running: "go1.26.9", Subjects: []views.Subject{{Name: "tcp", Chains: []views.Chain{chain}}}})),
	}
}
