package views

import (
	"strconv"
	"time"

	"worldtravel/views/words"
)

// dayOf writes the day of a time in UTC, for those whose browser does not write it
// in their own zone: "21 Nov 2026".
func dayOf(l *words.Language, t time.Time) string {
	t = t.UTC()
	return l.T("date.day", "Day", t.Day(), "Month", monthName(l, t), "Year", t.Year())
}

// monthOf writes the month of a time in UTC: "Nov 2026".
func monthOf(l *words.Language, t time.Time) string {
	t = t.UTC()
	return l.T("date.month", "Month", monthName(l, t), "Year", t.Year())
}

func monthName(l *words.Language, t time.Time) string {
	return l.T("month.n" + strconv.Itoa(int(t.Month())))
}

// percent writes a share: "29 %".
func percent(l *words.Language, share int) string {
	return l.T("leaderboard.percent", "Percent", share)
}
