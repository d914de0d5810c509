package words

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// An Absence is what LEAVE says: the first and the last day, as midnights in UTC, and what follows them, which may be a name.
type Absence struct {
	First, Last time.Time
	Who         string
}

// mostAway is the longest absence that is understood, in days.
const mostAway = 366

var (
	spanOfDays = regexp.MustCompile(`^(\d{1,3})(d|days?|dias?|j|jours?|天|日)$`)
	dayNumber  = regexp.MustCompile(`^(\d{1,2})(st|nd|rd|th|er)?$`)
	chineseDay = regexp.MustCompile(`(\d{1,2})月(\d{1,2})[日号]?`)
	aRange     = regexp.MustCompile(`(^|[^\d-])(\d{1,2})[-–](\d{1,2})([^\d-]|$)`)
	asMonth    = regexp.MustCompile(`^#(\d{1,2})$`)
	untilWords = set("to until till - – al a au hasta jusquau through 至 到")
	isoDay     = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)
)

// ParseLeave reads what follows LEAVE: "3D" (today and two more days), "2 Dec", "2 Dec to 5 Dec", "2-5 Dec", "2026-12-02 to 2026-12-05",
// "tomorrow", and then perhaps a name. months are the beginnings of the names of the months as the writer spells them, January first,
// one list for each language. A day without a year is the next one.
func ParseLeave(text string, today time.Time, months ...[]string) (Absence, bool) {
	text = chineseDay.ReplaceAllString(text, " $2 #$1 ")
	text = aRange.ReplaceAllString(text, "${1}${2} to ${3}${4}")
	p := absenceParser{said: strings.Fields(text), today: today, months: months}
	if n, ok := p.span(); ok {
		return Absence{today, today.AddDate(0, 0, n-1), p.rest()}, n >= 1 && n <= mostAway
	}
	first, ok := p.day()
	if !ok {
		return Absence{}, false
	}
	last := first
	if p.more() && untilWords[p.next()] {
		p.at++
		if last, ok = p.day(); !ok {
			return Absence{}, false
		}
	}
	if first.month == 0 {
		first.month, first.year = last.month, last.year
	}
	if last.month == 0 {
		return Absence{}, false
	}
	a := Absence{Last: last.onOrAfter(today), Who: p.rest()}
	if a.First = first.date(a.Last.Year()); first.year == 0 && a.First.After(a.Last) {
		a.First = first.date(a.Last.Year() - 1)
	}
	return a, a.Last.Sub(a.First) >= 0 && a.Last.Sub(a.First) < mostAway*24*time.Hour
}

// A calendarDay may lack its month or year: 0.
type calendarDay struct{ year, month, day int }

func (d calendarDay) date(year int) time.Time {
	if d.year != 0 {
		year = d.year
	}
	return time.Date(year, time.Month(d.month), d.day, 0, 0, 0, 0, time.UTC)
}

func (d calendarDay) onOrAfter(today time.Time) time.Time {
	at := d.date(today.Year())
	if d.year == 0 && at.Before(today) {
		at = d.date(today.Year() + 1)
	}
	return at
}

type absenceParser struct {
	said   []string
	at     int
	today  time.Time
	months [][]string
}

func (p *absenceParser) more() bool { return p.at < len(p.said) }

// next is the word at hand in small letters without accents and marks around it; the dash of a range stays.
func (p *absenceParser) next() string {
	word := p.said[p.at]
	if word == "-" || word == "–" {
		return word
	}
	return strings.ReplaceAll(strings.ReplaceAll(fold(strings.Trim(word, ".,;:")), "'", ""), "’", "")
}

// rest is what was not read.
func (p *absenceParser) rest() string { return strings.Join(p.said[min(p.at, len(p.said)):], " ") }

// span reads 3D, or 3 days.
func (p *absenceParser) span() (int, bool) {
	if !p.more() {
		return 0, false
	}
	m := spanOfDays.FindStringSubmatch(p.next())
	width := 1
	if m == nil && len(p.said) > p.at+1 {
		number := p.next()
		p.at++
		m = spanOfDays.FindStringSubmatch(number + p.next())
		p.at--
		width = 2
	}
	if m == nil {
		return 0, false
	}
	n, err := strconv.Atoi(m[1])
	p.at += width
	return n, err == nil
}

// day reads one day.
func (p *absenceParser) day() (d calendarDay, ok bool) {
	if !p.more() {
		return d, false
	}
	word := p.next()
	p.at++
	if shift, named := namedDays[word]; named {
		t := p.today.AddDate(0, 0, shift)
		return calendarDay{t.Year(), int(t.Month()), t.Day()}, true
	}
	if isoDay.MatchString(word) {
		t, err := time.Parse(time.DateOnly, word)
		return calendarDay{t.Year(), int(t.Month()), t.Day()}, err == nil
	}
	if d.month = p.month(word); d.month != 0 && p.more() { // Dec 2
		d.day = numberOfDay(p.next())
		p.at++
		return d, d.valid()
	}
	if d.day = numberOfDay(word); d.day == 0 {
		return d, false
	}
	if p.more() && p.next() == "de" {
		p.at++
	}
	if p.more() {
		if d.month = p.month(p.next()); d.month != 0 {
			p.at++
			return d, d.valid()
		}
	}
	return d, true
}

var namedDays = map[string]int{"today": 0, "hoy": 0, "aujourdhui": 0, "今天": 0, "tomorrow": 1, "manana": 1, "demain": 1, "明天": 1}

// valid refuses 31 Feb: in a leap year at the latest a day must exist.
func (d calendarDay) valid() bool {
	return d.day > 0 && d.date(2028).Day() == d.day
}

func numberOfDay(word string) int {
	m := dayNumber.FindStringSubmatch(word)
	if m == nil {
		return 0
	}
	n, err := strconv.Atoi(m[1])
	if err != nil || n > 31 {
		return 0
	}
	return n
}

// month finds the month that a word begins like; 0: none.
func (p *absenceParser) month(word string) int {
	if m := asMonth.FindStringSubmatch(word); m != nil {
		n, err := strconv.Atoi(m[1])
		if err != nil || n > 12 {
			return 0
		}
		return n
	}
	for _, names := range p.months {
		i := slices.IndexFunc(names, func(name string) bool {
			begin := fold(strings.Trim(name, "."))
			return len(begin) >= 3 && strings.HasPrefix(word, begin)
		})
		if i >= 0 {
			return i + 1
		}
	}
	return 0
}
