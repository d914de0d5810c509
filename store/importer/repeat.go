package importer

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"goodcatch/domain"
)

// mostInterval is the longest rule: who is on duty once in more weeks than a year has is nobody's rota.
const mostInterval = 60

// A repeat is how an event repeats: every so many days or weeks, on some days of the week.
type repeat struct {
	weekly   bool
	interval int
	days     []time.Weekday
	begins   time.Weekday // the week
	last     domain.Date  // the last day on which the event begins; zero: it goes on
	except   []domain.Date
}

// rule reads an RRULE.
func (d *diary) rule(p property, s stretch) (repeat, bool) {
	before := len(d.faults)
	parts := d.parts(p)
	r := repeat{weekly: parts["FREQ"] == "WEEKLY", interval: 1, begins: time.Monday}
	if !r.weekly && parts["FREQ"] != "DAILY" {
		d.refuse(p.at, "FREQ=%s is not understood: a duty repeats DAILY or WEEKLY.", parts["FREQ"])
	}
	if text, ok := parts["INTERVAL"]; ok {
		r.interval = d.number(p, "INTERVAL", text, mostInterval)
	}
	if text, ok := parts["WKST"]; ok {
		if days := d.weekdaysOf(p, "WKST", text); len(days) == 1 {
			r.begins = days[0]
		}
	}
	if text, ok := parts["BYDAY"]; ok {
		r.days = d.weekdaysOf(p, "BYDAY", text)
	} else if r.weekly {
		r.days = []time.Weekday{s.first.Weekday()}
	}
	if len(d.faults) == before {
		d.fits(p, r, s)
	}
	if len(d.faults) == before {
		d.ends(p, parts, &r, s)
	}
	return r, len(d.faults) == before
}

// fits refuses rules whose duties would lie upon each other, or that no rotation can say.
func (d *diary) fits(p property, r repeat, s stretch) {
	switch {
	case len(r.days) > 0 && !slices.Contains(r.days, s.first.Weekday()):
		d.refuse(p.at, "the event begins on a %s, which is not among its days.", s.first.Weekday())
	case !r.weekly && len(r.days) > 0 && r.interval > 1:
		d.refuse(p.at, "BYDAY with every %d days is not understood: say it by weeks.", r.interval)
	case s.turns() > 1 && (!r.weekly || len(r.days) > 1):
		d.refuse(p.at, "a duty of more than a day can only repeat weekly, beginning on one day of the week.")
	case s.turns() > 7:
		d.refuse(p.at, "a duty of more than a week cannot repeat.")
	}
}

// ends reads COUNT or UNTIL.
func (d *diary) ends(p property, parts map[string]string, r *repeat, s stretch) {
	count, counted := parts["COUNT"]
	until, limited := parts["UNTIL"]
	switch {
	case counted && limited:
		d.refuse(p.at, "a rule has COUNT or UNTIL, not both.")
	case counted:
		n := d.number(p, "COUNT", count, 1000)
		for day := s.first; n > 0; day = day.Add(1) {
			if r.occurs(s.first, day) {
				r.last = day
				n--
			}
		}
	case limited:
		day, ok := d.until(p, until, s)
		if !ok {
			return
		}
		for ; day.Since(s.first) >= 0; day = day.Add(-1) {
			if r.occurs(s.first, day) {
				r.last = day
				return
			}
		}
		d.refuse(p.at, "UNTIL lies before the event.")
	}
}

// until is the last day on which an event may begin.
func (d *diary) until(p property, text string, s stretch) (domain.Date, bool) {
	one := property{name: "UNTIL", value: text, at: p.at, start: p.start, params: map[string]string{}}
	if len(text) == len("20060102") {
		one.params["VALUE"] = "DATE"
	}
	day, minutes, zone, ok := d.moment(one)
	if !ok {
		return day, false
	}
	if zone == time.UTC && nameOf(s.zone) != "UTC" {
		at, local := day.At(minutes, time.UTC), orZone(s.zone, d.after.Zone)
		if day = domain.DateOf(at, local); day.At(s.from, local).After(at) {
			day = day.Add(-1)
		}
	} else if one.params["VALUE"] == "" && minutes < s.from {
		day = day.Add(-1)
	}
	return day, true
}

// occurs reports whether the event begins on a day.
func (r repeat) occurs(first, day domain.Date) bool {
	if !r.weekly {
		return day.Since(first)%r.interval == 0 && (len(r.days) == 0 || slices.Contains(r.days, day.Weekday()))
	}
	return slices.Contains(r.days, day.Weekday()) && day.Since(r.week(first))/7%r.interval == 0
}

// week is the first day of the week of a day.
func (r repeat) week(day domain.Date) domain.Date {
	return day.Add(-int((day.Weekday() - r.begins + 7) % 7))
}

// rotations are what one person's event is kept as. A duty of several days is a rotation of whole days, handed over at the hour it
// begins, and one for what is left of the last.
func (r repeat) rotations(s stretch, id domain.PersonID) []*domain.Rotation {
	whole := domain.Rotation{People: make([]domain.PersonID, r.interval), First: s.first, Every: 1, From: s.from, Until: s.until, Days: r.days, Except: slices.Clone(r.except)}
	whole.People[0] = id
	n := s.turns()
	if r.last != (domain.Date{}) {
		whole.Last = r.last.Add(n - 1)
	}
	if !r.weekly {
		return []*domain.Rotation{&whole}
	}
	whole.Every = 7
	if len(r.days) > 1 {
		whole.First = r.week(s.first)
		for day := whole.First; day != s.first; day = day.Add(1) {
			whole.Except = append(whole.Except, day)
		}
	}
	if n == 1 {
		return []*domain.Rotation{&whole}
	}
	rest := whole
	rest.People, rest.Except = slices.Clone(whole.People), slices.Clone(whole.Except)
	rest.Days = []time.Weekday{s.first.Add(n - 1).Weekday()}
	whole.Days, whole.Until = nil, s.from
	for i := range n - 1 {
		whole.Days = append(whole.Days, s.first.Add(i).Weekday())
	}
	return []*domain.Rotation{&whole, &rest}
}

// number reads a positive whole number of a rule.
func (d *diary) number(p property, part, text string, most int) int {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > most {
		d.refuse(p.at, "%s=%s is no number from 1 to %d.", part, text, most)
		return 1
	}
	return n
}

// parts cuts a rule into its parts.
func (d *diary) parts(p property) map[string]string {
	parts := map[string]string{}
	for one := range strings.SplitSeq(strings.ToUpper(p.value), ";") {
		name, value, ok := strings.Cut(one, "=")
		if _, twice := parts[name]; !ok || twice {
			d.refuse(p.at, "%q is no part of a rule, or stands here twice.", one)
		}
		if !slices.Contains([]string{"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "WKST"}, name) {
			d.refuse(p.at, "%s is not understood: a duty repeats daily or weekly, with INTERVAL, BYDAY, COUNT, UNTIL and WKST.", name)
		}
		parts[name] = value
	}
	return parts
}

// weekdaysOf reads MO,TU.
func (d *diary) weekdaysOf(p property, part, text string) []time.Weekday {
	names := []string{"SU", "MO", "TU", "WE", "TH", "FR", "SA"}
	var days []time.Weekday
	for name := range strings.SplitSeq(text, ",") {
		i := slices.Index(names, name)
		if i < 0 {
			d.refuse(p.at, "%s=%s: want days like MO,TU.", part, text)
			return nil
		}
		days = append(days, time.Weekday(i))
	}
	slices.Sort(days)
	return slices.Compact(days)
}
