package mask

import (
	"strconv"
	"strings"
)

// bornBefore divides the dates that are masked without a word such as "dob" in
// front. A full date of an earlier year is a birth date for our purpose: events
// and expiry dates that people report are later. Children born since are masked
// when the text says that it is a birth date.
const bornBefore = 2011

// shortYearFrom is the first two-digit year taken for a birth date by itself:
// 56 can only be 1956, while 31 may be an expiry date.
const shortYearFrom = 40

var (
	birthLabels = set("dob birth born birthday birthdate bday nacido nacida nacimiento nac fnac fdn nacio fn")
	months      = set("jan feb mar apr may jun jul aug sep sept oct nov dec " +
		"january february march april june july august september october november december " +
		"ene abr ago set dic enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre diciembre")
)

// date is a day, month and year as far as masking needs them.
type date struct {
	to         int
	year       int
	shortYear  bool
	day, month int // month is 0 when it was a word
}

func (d date) valid() bool {
	a, b := d.day, d.month
	if b > 12 {
		a, b = b, a // month first, as in the United States
	}
	return a >= 1 && a <= 31 && b <= 12 && (d.shortYear || d.year >= 1890 && d.year <= 2100)
}

// isBirth reports whether the year alone makes it a birth date.
func (d date) isBirth() bool {
	if d.shortYear {
		return d.year >= shortYearFrom
	}
	return d.year < bornBefore
}

// dateOfBirth finds a full date after a word for birth, or with a year in which
// it can only be one.
func (t *text) dateOfBirth(i int) (span, bool) {
	if !t.is(i, number) && !t.is(i, mixed) && !months[t.lower(i)] {
		return span{}, false
	}
	d, ok := t.readDate(i)
	if !ok || !d.valid() || !t.endsNumber(d.to) {
		return t.bareBirthDate(i)
	}
	ok = t.startsNumber(i) && d.isBirth() || !t.is(i, number) && d.isBirth() || t.bornHere(i)
	return span{from: i, to: d.to, kind: DateOfBirth}, ok
}

// bareBirthDate is a date without separators, told by its label: dob 12031956,
// dob 12 03 56.
func (t *text) bareBirthDate(i int) (span, bool) {
	if !t.is(i, number) || !t.bornHere(i) {
		return span{}, false
	}
	d := t.longest(i, " ")
	switch d.shape {
	case "8", "6", "2-2-4", "1-2-4", "2-1-4", "1-1-4", "2-2-2", "4-2-2":
		return span{from: i, to: d.to, kind: DateOfBirth}, true
	}
	return span{}, false
}

// bornHere reports whether a word for birth stands before token i: "dob:",
// "d.o.b.", "date of birth is the", "fecha de nacimiento".
func (t *text) bornHere(i int) bool {
	for j := i - 1; j >= 0 && j >= i-6; j-- {
		w := t.lower(j)
		switch {
		case birthLabels[w]:
			return true
		case w == "b" && t.lower(j-2) == "o" && t.lower(j-4) == "d":
			return true
		case connectors[w] || w == "on" || w == "the" || w == "en" || w == "f":
		case t.is(j, symbol) && strings.Contains(":.-=(", t.at(j)):
		default:
			return false
		}
	}
	return false
}

// readDate reads 12/03/1956, 1956-03-12, 12 March 1956, 12-Mar-56, March 12,
// 1956, 12 de marzo de 1956.
func (t *text) readDate(i int) (date, bool) {
	if months[t.lower(i)] {
		return t.monthFirst(i)
	}
	if j := t.past(i+1, "de", "of"); months[t.lower(j)] && t.sameLine(j) {
		return t.yearAt(t.past(j+1, "de", "of"), date{day: t.ordinal(i)})
	}
	if !t.is(i+1, symbol) {
		return date{}, false
	}
	d := t.longest(i, "/-.–")
	switch d.shape {
	case "4-1-1", "4-1-2", "4-2-1", "4-2-2":
		n := t.threeNumbers(i)
		return date{to: d.to, year: n[0], month: n[1], day: n[2]}, n[1] > 0
	case "1-1-2", "1-2-2", "2-1-2", "2-2-2", "1-1-4", "1-2-4", "2-1-4", "2-2-4":
		n := t.threeNumbers(i)
		return date{to: d.to, year: n[2], shortYear: strings.HasSuffix(d.shape, "2"), day: n[0], month: n[1]}, n[1] > 0
	}
	return date{}, false
}

// threeNumbers are the numbers at token i and at the second and fourth after it.
func (t *text) threeNumbers(i int) (n [3]int) {
	for k := range n {
		n[k], _ = strconv.Atoi(t.at(i + 2*k))
	}
	return n
}

func (t *text) monthFirst(i int) (date, bool) {
	j := t.past(i + 1)
	day := t.ordinal(j)
	if day == 0 || !t.sameLine(j) {
		return date{}, false
	}
	return t.yearAt(t.past(j+1), date{day: day})
}

// past steps over the little words and punctuation inside a date.
func (t *text) past(j int, little ...string) int {
	for n := 0; n < 3; n++ {
		w := t.lower(j)
		stepped := t.is(j, symbol) && strings.Contains(".,-/'’", t.at(j))
		for _, l := range little {
			stepped = stepped || w == l
		}
		if !stepped {
			break
		}
		j++
	}
	return j
}

func (t *text) yearAt(j int, d date) (date, bool) {
	y := t.at(j)
	if !t.is(j, number) || len(y) != 4 && len(y) != 2 || !t.sameLine(j) {
		return date{}, false
	}
	d.year, _ = strconv.Atoi(y)
	d.shortYear = len(y) == 2
	d.to = j + 1
	return d, d.day > 0
}

// ordinal reads a day: 12, 12th, 1º; 0 when it is none.
func (t *text) ordinal(i int) int {
	s := t.at(i)
	digits := len(s) - len(strings.TrimLeft(s, "0123456789"))
	if digits == 0 || digits > 2 {
		return 0
	}
	switch strings.ToLower(s[digits:]) {
	case "", "st", "nd", "rd", "th", "o", "º":
		n, _ := strconv.Atoi(s[:digits])
		return n
	}
	return 0
}
