package handlers

import (
	"slices"
	"strconv"
	"sync"

	"worldtravel/models"
	"worldtravel/models/games"
	"worldtravel/views"
	"worldtravel/views/words"
)

const (
	// logShown is how many entries of the log a page shows during a game; a
	// finished game's page has them all.
	logShown = 24
	// logbooksHeld is how many logs are kept in words at most.
	logbooksHeld = 2_000
)

// logbooks keep the logs of games in words, for an entry once written stays as it
// is, and all who may know of it read the same.
type logbooks struct{ held *kept[logbook] }

type logbook struct {
	mu    sync.Mutex
	lines []entryLines // by entry, from the first on
}

type entryLines []views.LogLine

// wording puts an entry into words for a seat.
type wording func(t *models.Table, entry models.Line, to games.Seat, l *words.Language) []views.LogLine

// lines are the lines of a table's log for a viewer, newest first.
func (b *logbooks) lines(t *models.Table, to games.Seat, l *words.Language, word wording) []views.LogLine {
	first := 0
	if !t.Over {
		first = max(0, len(t.Log)-logShown)
	}
	shown := make([]views.LogLine, 0, 2*(len(t.Log)-first)+1)
	if first == 0 {
		table := tableOf(t, l)
		shown = append(shown, views.LogLine{
			Key: "0", Bag: views.Bag(table.Bags[0]), Text: views.TableSentence(l, "start", table.Names[0], l.And(table.Names)),
		})
	}
	if !secrets(t) {
		to = games.Watcher
	}
	book := b.held.get(t.ID + " " + l.Tag + " " + strconv.Itoa(int(to)))
	book.mu.Lock()
	defer book.mu.Unlock()
	for len(book.lines) < len(t.Log) {
		book.lines = append(book.lines, word(t, t.Log[len(book.lines)], to, l))
	}
	for _, lines := range book.lines[first:len(t.Log)] {
		shown = append(shown, lines...)
	}
	slices.Reverse(shown)
	return shown
}

// secrets reports whether the log has something that not everybody may know.
func secrets(t *models.Table) bool {
	return slices.ContainsFunc(t.Log, func(entry models.Line) bool {
		return slices.ContainsFunc(entry.Events, func(e games.Event) bool { return len(e.Only) > 0 })
	})
}
