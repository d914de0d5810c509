package mask

import (
	"slices"
	"strings"
)

// digits is a row of number tokens that may be one number.
type digits struct {
	all string // the digits without separators
	// shape is the lengths of the groups, "3-3-4"; ten and eleven digits in one
	// group are ":" and ";", which follow the nine.
	shape string
	to    int // the token after the row
}

const maxGroups = 6

// rows are the rows that start at token i with groups joined by one space,
// hyphen or dot (or the joints given): up to maxGroups, the longest last.
func (t *text) rows(i int, joints string) []digits {
	rows := make([]digits, 0, maxGroups)
	all, shape := make([]byte, 0, 32), make([]byte, 0, 2*maxGroups)
	for j := i; len(rows) < maxGroups && t.is(j, number); {
		if len(rows) > 0 {
			shape = append(shape, '-')
		}
		group := t.at(j)
		all = append(all, group[:min(len(group), 32)]...)
		shape = append(shape, byte('0'+min(len(group), 63)))
		j++
		rows = append(rows, digits{to: j})
		if t.is(j, symbol) && strings.Contains(joints, t.at(j)) && t.is(j+1, number) &&
			t.gap(j) == "" && len(t.gap(j+1)) <= 1 && t.sameLine(j+1) {
			j++
		} else if !t.is(j, number) || !isSpaceJoint(t.gap(j)) || joints[0] != ' ' {
			break
		}
	}
	return fill(rows, string(all), string(shape))
}

// fill gives each row its part of the whole: group by group, the shape says how
// much that is.
func fill(rows []digits, all, shape string) []digits {
	n := 0
	for k := range rows {
		n = min(n+min(int(shape[2*k]-'0'), 32), len(all))
		rows[k].all, rows[k].shape = all[:n], shape[:2*k+1]
	}
	return rows
}

// longest is the longest row that starts at token i.
func (t *text) longest(i int, joints string) digits {
	rows := t.rows(i, joints)
	if len(rows) == 0 {
		return digits{to: i}
	}
	return rows[len(rows)-1]
}

// numberFrom is the longest row at token i, joined as people write long numbers,
// that is wanted.
func (t *text) numberFrom(i int, wanted func(digits) bool) (to int, ok bool) {
	if t.rowsAt != i || t.lastRows == nil {
		t.rowsAt, t.lastRows = i, t.rows(i, " -–.")
	}
	for _, d := range slices.Backward(t.lastRows) {
		if wanted(d) {
			return d.to, true
		}
	}
	return i, false
}

func isSpaceJoint(gap string) bool { return gap == " " || gap == "\u00a0" || gap == "  " }

// startsNumber reports whether a number can begin at token i: not as the tail of
// a decimal, a range or a code such as IC-04, but well after "tel-".
func (t *text) startsNumber(i int) bool {
	if !t.is(i, number) {
		return false
	}
	joint := i - 1
	if !t.is(joint, symbol) || t.gap(i) != "" || !strings.Contains("-./,_@\\", t.at(joint)) {
		return true
	}
	glued := joint > 0 && t.gap(joint) == "" && !t.is(joint-1, masked) && !t.is(joint-1, symbol)
	return !glued || isLabel(t.lower(joint-1))
}

// endsNumber reports whether a number can end before token i: not in front of a
// decimal part or a further group.
func (t *text) endsNumber(i int) bool {
	return !(t.is(i, symbol) && t.gap(i) == "" && strings.ContainsAny(t.at(i), "-/.,_@") &&
		t.gap(i+1) == "" && (t.is(i+1, number) || t.is(i+1, mixed)))
}

// nhsNumber finds ten digits, in groups of three or more, whose check digit is
// right; with "NHS" in front the check digit may be wrong, as mistyped numbers
// identify too.
func (t *text) nhsNumber(i int) (span, bool) {
	if !t.startsNumber(i) {
		return span{}, false
	}
	named, product := t.labelled(i, nhsLabels), t.isProduct(i)
	to, ok := t.numberFrom(i, func(d digits) bool {
		if named && (len(d.all) == 9 || len(d.all) == 10) {
			return true
		}
		return len(d.all) == 10 && !product && !strings.ContainsAny(d.shape, "12") && nhsCheck(d.all) && t.endsNumber(d.to)
	})
	return span{from: i, to: to, kind: NHSNumber}, ok
}

// gluedNumber finds a label typed together with its number: nhs9434765919,
// mrn123456.
func (t *text) gluedNumber(i int) (span, bool) {
	if !t.is(i, word) {
		return span{}, false
	}
	letters := strings.TrimRight(t.at(i), "0123456789")
	n := len(t.at(i)) - len(letters)
	switch strings.ToLower(letters) {
	case "nhs", "nhsno":
		return span{from: i, to: i + 1, kind: NHSNumber}, n >= 9
	case "mrn", "nhc", "hn":
		return span{from: i, to: i + 1, kind: RecordNumber}, n >= 4
	}
	return span{}, false
}

// nhsCheck verifies the tenth digit. Source: NHS Data Dictionary, NHS NUMBER:
// weights 10 to 2, modulus 11; 11 counts as 0, 10 is invalid.
func nhsCheck(n string) bool {
	sum := 0
	for i := range 9 {
		sum += int(n[i]-'0') * (10 - i)
	}
	check := (11 - sum%11) % 11
	return check == int(n[9]-'0') && strings.Trim(n, "0") != ""
}

// phone finds a telephone number by its shape, or any of six digits and more
// after a word for telephone. Extensions and bleeps, up to five digits, stay.
func (t *text) phone(i int) (span, bool) {
	if t.at(i) == "(" {
		return t.phoneInBrackets(i)
	}
	first, plus := i, t.at(i) == "+"
	if plus {
		first++
	}
	if plus && !t.is(first, number) || !plus && !t.startsNumber(i) {
		return span{}, false
	}
	named, product := t.labelled(i, phoneLabels), t.isProduct(i)
	to, ok := t.numberFrom(first, func(d digits) bool {
		switch n := len(d.all); {
		case plus:
			return n >= 8 && n <= 15
		case named:
			return n >= 6 && n <= 15
		}
		return !product && isPhoneShape(d.shape, d.all) && t.endsNumber(d.to)
	})
	return span{from: i, to: to, kind: Phone}, ok
}

// phoneInBrackets finds (020) 7946 0958 and (555) 010-0199.
func (t *text) phoneInBrackets(i int) (span, bool) {
	area := t.at(i + 1)
	if !t.is(i+1, number) || len(area) < 2 || t.at(i+2) != ")" || !t.is(i+3, number) || !t.sameLine(i+3) {
		return span{}, false
	}
	to, ok := t.numberFrom(i+3, func(d digits) bool {
		n := len(area) + len(d.all)
		return n >= 9 && n <= 11
	})
	return span{from: i, to: to, kind: Phone}, ok
}

// isPhoneShape knows national numbers with a trunk zero (9 to 11 digits) or 00,
// ten digits as North America writes them, nine as Spain does, eleven as
// Chinese mobiles have.
func isPhoneShape(shape, n string) bool {
	switch {
	case strings.HasPrefix(n, "00"):
		return len(n) >= 10 && len(n) <= 15 && shape[0] != '1'
	case n[0] == '0':
		return len(n) >= 9 && len(n) <= 11 && shape[0] != '1'
	case len(n) == 9 && n[0] >= '6':
		return shape == "9" || shape == "3-3-3" || shape == "3-2-2-2" || shape == "2-3-2-2"
	case len(n) == 10 && n[0] >= '2':
		return shape == "3-3-4" || shape == "3-7" || shape == ":" // one group of ten
	case len(n) == 11 && n[0] == '1' && n[1] >= '2':
		return shape == ";" || shape == "1-3-3-4" || shape == "3-4-4" // one group of eleven
	}
	return false
}

// nationalNumber finds identity numbers by shape: a Spanish DNI or NIE with the
// right check letter, a US social security number.
func (t *text) nationalNumber(i int) (span, bool) {
	if isDNI(t.at(i)) {
		return span{from: i, to: i + 1, kind: RecordNumber}, true
	}
	if !t.startsNumber(i) || t.isProduct(i) {
		return span{}, false
	}
	if t.at(i+1) == "-" && isDNI(t.at(i)+t.at(i+2)) && t.gap(i+1)+t.gap(i+2) == "" {
		return span{from: i, to: i + 3, kind: RecordNumber}, true
	}
	if t.at(i+1) != "-" {
		return span{}, false
	}
	d := t.longest(i, "-")
	return span{from: i, to: d.to, kind: RecordNumber}, d.shape == "3-2-4" && t.endsNumber(d.to)
}

// isDNI checks the letter of a DNI (12345678Z) or NIE (X1234567L).
// Source: Ministerio del Interior, cálculo del dígito de control del NIF/NIE.
func isDNI(s string) bool {
	if len(s) != 9 {
		return false
	}
	s = strings.ToUpper(s)
	if i := strings.IndexByte("XYZ", s[0]); i >= 0 {
		s = string(rune('0'+i)) + s[1:]
	}
	n := 0
	for _, c := range s[:8] {
		if !isDigit(c) {
			return false
		}
		n = n*10 + int(c-'0')
	}
	return s[8] == "TRWAGMYFPDXBNJZSQVHLCKE"[n%23]
}
