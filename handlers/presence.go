package handlers

import (
	"slices"
	"strings"
	"sync"
	"time"

	"worldtravel/models"
)

// onlineFor is how long after a request without a stream somebody counts as online.
const onlineFor = 2 * time.Minute

// presence knows who is online in this process: who holds a stream open, or has
// sent a request lately.
type presence struct {
	now     func() time.Time
	changed func()
	mu      sync.Mutex
	people  map[string]*present
}

type present struct {
	name    string
	streams int
	seen    time.Time
}

func newPresence(now func() time.Time, changed func()) *presence {
	return &presence{now: now, changed: changed, people: map[string]*present{}}
}

// seen notes a request.
func (p *presence) seen(who models.Identity) { p.note(who, 0) }

// enter notes an open stream, until leave is called.
func (p *presence) enter(who models.Identity) (leave func()) {
	p.note(who, 1)
	return func() { p.note(who, -1) }
}

func (p *presence) note(who models.Identity, streams int) {
	if who.User == "" {
		return
	}
	p.mu.Lock()
	person := p.people[who.User]
	if person == nil {
		person = &present{name: who.Name}
		p.people[who.User] = person
		defer p.changed()
	}
	person.streams += streams
	person.seen = p.now()
	p.mu.Unlock()
}

// gone forgets somebody who has logged out.
func (p *presence) gone(who models.Identity) {
	p.mu.Lock()
	delete(p.people, who.User)
	p.mu.Unlock()
	p.changed()
}

// expire forgets those who have gone without a word.
func (p *presence) expire() {
	p.mu.Lock()
	before := len(p.people)
	for user, person := range p.people {
		if person.streams <= 0 && p.now().Sub(person.seen) > onlineFor {
			delete(p.people, user)
		}
	}
	after := len(p.people)
	p.mu.Unlock()
	if after < before {
		p.changed()
	}
}

// online lists names in alphabetical order, most at the most, and says how many
// more there are.
func (p *presence) online(most int) (names []string, more int) {
	p.mu.Lock()
	for _, person := range p.people {
		names = append(names, person.name)
	}
	p.mu.Unlock()
	slices.SortFunc(names, func(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) })
	if len(names) > most {
		return names[:most], len(names) - most
	}
	return names, 0
}
