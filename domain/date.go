package domain

import (
	"fmt"
	"time"
)

// A Date is a day of the calendar, wherever: it becomes a moment only together with a zone.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// DateOf is the calendar day of a moment in a zone.
func DateOf(t time.Time, zone *time.Location) Date {
	y, m, d := t.In(zone).Date()
	return Date{y, m, d}
}

// Add is the day so many days later; fewer than none, earlier.
func (d Date) Add(days int) Date { return DateOf(d.midday().AddDate(0, 0, days), time.UTC) }

// Since counts the days from another day to this one.
func (d Date) Since(other Date) int { return int(d.midday().Sub(other.midday()) / (24 * time.Hour)) }

// Weekday is the day of the week.
func (d Date) Weekday() time.Weekday { return d.midday().Weekday() }

// String writes the day as 2026-11-23.
func (d Date) String() string { return d.midday().Format(time.DateOnly) }

// ParseDate is the inverse of String.
func ParseDate(text string) (Date, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return Date{}, fmt.Errorf("day %q: %w", text, err)
	}
	return DateOf(t, time.UTC), nil
}

// MarshalText writes the day as String does.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText has written.
func (d *Date) UnmarshalText(text []byte) (err error) {
	*d, err = ParseDate(string(text))
	return err
}

func (d Date) midday() time.Time { return time.Date(d.Year, d.Month, d.Day, 12, 0, 0, 0, time.UTC) }

// At is the moment when the clocks of a zone show so many minutes after midnight on this day. A time that the clocks skip becomes the
// next minute that exists; of one that comes twice it is the first. Minutes may pass the end of the day.
// Source: the rule for "daily 08:00" on 29 March and 25 October; time.Date leaves the choice open.
func (d Date) At(minutes int, zone *time.Location) time.Time {
	wall := time.Date(d.Year, d.Month, d.Day, 0, minutes, 0, 0, time.UTC)
	shows := func(t time.Time) bool {
		_, offset := t.In(zone).Zone()
		return t.Add(time.Duration(offset) * time.Second).Equal(wall)
	}
	_, before := wall.Add(-24 * time.Hour).In(zone).Zone()
	_, after := wall.Add(24 * time.Hour).In(zone).Zone()
	early, late := wall.Add(-time.Duration(max(before, after))*time.Second), wall.Add(-time.Duration(min(before, after))*time.Second)
	switch {
	case shows(early):
		return early
	case shows(late):
		return late
	}
	skippedTo, _ := late.In(zone).ZoneBounds()
	return skippedTo.UTC()
}
