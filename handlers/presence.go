package handlers

import (
	"slices"
	"strings"
	"sync"
	"time"

	"worldtravel/models"
	"worldtravel/views"
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
	guest   bool
	streams int
	seen    time.Time // zero once logged out
}

func newPresence(now func() time.Time, changed func()) *presence {
	return &presence{now: now, changed: changed, people: map[string]*present{}}
}

// seen notes a request.
func (p *presence) seen(who models.Identity) { p.note(who, 0) }

// enter notes an open stream, until leave is called.
func (p *presence) enter(who models.Identity) (leave func()) {
	person := p.note(who, 1)
	return func() {
		if person != nil {
			p.leave(person)
		}
	}
}

// note gives who is there; nil for a visitor.
func (p *presence) note(who models.Identity, streams int) *present {
	if who.User == "" {
		return nil
	}
	p.mu.Lock()
	person := p.people[who.User]
	if person == nil {
		person = &present{name: who.Name, guest: who.Guest}
		p.people[who.User] = person
		defer p.changed()
	} else if person.name != who.Name || person.guest != who.Guest { // a guest who keeps what was played
		person.name, person.guest = who.Name, who.Guest
		defer p.changed()
	}
	person.streams += streams
	person.seen = p.now()
	p.mu.Unlock()
	return person
}

// leave notes the end of a stream, which logging out may have brought about.
func (p *presence) leave(person *present) {
	p.mu.Lock()
	person.streams--
	out := person.seen.IsZero()
	if !out {
		person.seen = p.now()
	}
	p.mu.Unlock()
	if out {
		p.expire()
	}
}

// gone forgets somebody who has logged out, unless another browser of theirs
// holds a stream.
func (p *presence) gone(who models.Identity) {
	p.mu.Lock()
	if person := p.people[who.User]; person != nil {
		person.seen = time.Time{}
	}
	p.mu.Unlock()
	p.expire()
}

// expire forgets those who have gone without a word.
func (p *presence) expire() {
	p.mu.Lock()
	before := len(p.people)
	for user, person := range p.people {
		if person.streams == 0 && p.now().Sub(person.seen) > onlineFor {
			delete(p.people, user)
		}
	}
	after := len(p.people)
	p.mu.Unlock()
	if after < before {
		p.changed()
	}
}

// online lists people in alphabetical order, most at the most, and says how many
// more there are.
func (p *presence) online(most int) (people []views.Person, more int) {
	p.mu.Lock()
	for _, person := range p.people {
		people = append(people, views.Person{Name: person.name, Guest: person.guest})
	}
	p.mu.Unlock()
	slices.SortFunc(people, func(a, b views.Person) int { return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) })
	if len(people) > most {
		return people[:most], len(people) - most
	}
	return people, 0
}
