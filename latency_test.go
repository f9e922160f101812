package main

import (
	"net/url"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"
)

// Without scripts a page shows a move as soon as it has arrived; what is measured
// runs from before the request that makes it, made over HTTP, until Chromium has
// it in the page. SEEN_MOVES=500 measures as many (run it alone, with -v).
func TestAMoveIsSeenAtOnceWithoutScripts(t *testing.T) {
	moves := 20
	if n, err := strconv.Atoi(os.Getenv("SEEN_MOVES")); err == nil {
		moves = n
	} else {
		t.Parallel()
	}
	site := start(t)
	ada, ben := site.traveller(t, "Ada"), site.traveller(t, "Ben")
	page := site.browser(t, ben)
	page.withoutScripts()
	const version = here + `.querySelector('.page').dataset.version`
	var took []time.Duration
	for len(took) < moves {
		room := play("Race", ada, ben)
		page.visit(room)
		for over := false; !over && len(took) < moves; {
			over = true
			for _, a := range []*traveller{ada, ben} {
				form := moveForm.FindStringSubmatch(a.get(room))
				if form == nil {
					continue
				}
				over = false
				before := page.text(version)
				begun := time.Now()
				sent := make(chan error)
				go func() {
					response, err := a.client.PostForm(site.url+room+"/move", url.Values{"n": {form[1]}, "move": {"roll"}})
					if err == nil {
						err = response.Body.Close()
					}
					sent <- err
				}()
				for page.text(version) == before {
					if time.Since(begun) > time.Minute {
						t.Fatal("a move was not seen for a minute")
					}
				}
				took = append(took, time.Since(begun))
				if err := <-sent; err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	slices.Sort(took)
	t.Logf("%d moves, until they were seen: p50 %v, p99 %v", len(took), took[len(took)/2], took[len(took)*99/100])
	if p50 := took[len(took)/2]; p50 > 2*time.Second { // far from a refresh every few seconds, on any machine
		t.Errorf("a move is seen after %v", p50)
	}
}
