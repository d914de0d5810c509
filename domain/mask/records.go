package mask

import (
	"strings"
	"unicode/utf8"
)

var (
	nhsLabels   = set("nhs")
	phoneLabels = set("tel tels telephone phone ph mob mobile cell cellphone call ring text contact landline telefono tfno tlf movil celular llamar llame fijo")
	// productLabels come before numbers of things, which must stay readable.
	productLabels = set("serial sn s lot batch asset tag ref barcode udi gtin model version sop doc document order po " +
		"serie lote referencia modelo activo pedido exp expiry caducidad")
	connectors = set("no nos number numbers num nr n numero id is es was de del la el")
)

// A record label is one word, or two in a row.
var (
	recordLabels = set("mrn nhc hc hcn urn chi expediente")
	recordFirst  = set("hosp hospital record chart patient patients pt pat medical historia hist account paciente clinica")
	recordSecond = set("no number num nr id record numero clinica hist")
)

func set(words string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		m[w] = true
	}
	return m
}

func isLabel(w string) bool {
	return nhsLabels[w] || phoneLabels[w] || recordLabels[w] || connectors[w] || recordFirst[w]
}

// labelled reports whether one of the labels stands before token i, with
// nothing between but connectors such as "no." or ":".
func (t *text) labelled(i int, labels map[string]bool) bool {
	for j := i - 1; j >= 0 && j >= i-5 && t.sameLine(j+1); j-- {
		w := t.lower(j)
		switch {
		case labels[w]:
			return true
		case connectors[w]:
		case t.at(j) == "º" || t.is(j, symbol) && strings.Contains(":.#-=(°'", t.at(j)):
		default:
			return false
		}
	}
	return false
}

func (t *text) isProduct(i int) bool { return t.labelled(i, productLabels) }

// recordNumber finds the identifier after "MRN", "hosp no", "historia clínica";
// it needs four digits or more, and after a bare "pt" five.
func (t *text) recordNumber(i int) (span, bool) {
	lettered := t.is(i, word) && len(t.at(i)) == 1 && t.is(i+1, number)
	if i == 0 || t.is(i, masked) || !lettered && !hasDigit(t.at(i)) {
		return span{}, false
	}
	least := t.recordLabelBefore(i)
	if least == 0 {
		return span{}, false
	}
	to, digitCount := t.recordEnd(i)
	return span{from: i, to: to, kind: RecordNumber}, digitCount >= least
}

// recordLabelBefore is the number of digits that make a record number at token
// i, or 0 when no label stands before it.
func (t *text) recordLabelBefore(i int) int {
	second := false
	for j := i - 1; j >= 0 && j >= i-6 && t.sameLine(j+1); j-- {
		w := t.lower(j)
		switch {
		case recordLabels[w] || second && recordFirst[w]:
			return 4
		case recordFirst[w] && (w == "pt" || w == "patient" || w == "paciente") && j == i-1:
			return 5
		case w == "historia":
			return 5
		case recordSecond[w]:
			second = true
		case connectors[w] || w == "s" || t.at(j) == "º" || t.is(j, symbol) && strings.Contains(":.#-=(/°'’", t.at(j)):
		default:
			return 0
		}
	}
	return 0
}

// recordEnd reads one identifier: tokens joined by hyphens or slashes, and
// groups of digits joined by a space until six digits are there.
func (t *text) recordEnd(i int) (to, digitCount int) {
	for to = i; to < len(t.tokens) && to < i+9; {
		digitCount += countDigits(t.at(to))
		to++
		joined := t.is(to, symbol) && (t.at(to) == "-" || t.at(to) == "/") && t.gap(to) == "" && t.gap(to+1) == "" &&
			(hasDigit(t.at(to+1)) || t.is(to+1, word) && len(t.at(to+1)) == 1)
		spaced := t.is(to, number) && t.is(to-1, number) && t.gap(to) == " " && digitCount < 6 && len(t.at(to)) > 1
		lettered := to == i+1 && len(t.at(i)) == 1 && t.is(i, word) && t.is(to, number) && t.gap(to) == " "
		switch {
		case joined:
			to++
		case spaced, lettered:
		default:
			return to, digitCount
		}
	}
	return to, digitCount
}

func countDigits(s string) (n int) {
	for _, r := range s {
		if isDigit(r) {
			n++
		}
	}
	return n
}

func hasDigit(s string) bool { return strings.ContainsAny(s, "0123456789") }

// email finds an address that starts at token i. Local parts are at most 64
// bytes long (RFC 5321), which bounds the search.
func (t *text) email(i int) (span, bool) {
	start := t.tokens[i].start
	at := start
	for at < len(t.s) && at-start <= 64 && (isAddressByte(t.s[at]) || t.s[at] >= utf8.RuneSelf || strings.IndexByte("+%'", t.s[at]) >= 0) {
		at++
	}
	if at >= len(t.s) || t.s[at] != '@' {
		return span{}, false
	}
	end := at + 1
	for end < len(t.s) && end-at <= 255 && isAddressByte(t.s[end]) {
		end++
	}
	end = at + 1 + len(strings.TrimRight(t.s[at+1:end], ".-_"))
	dot := strings.LastIndexByte(t.s[at:end], '.')
	if dot < 2 || end-at-dot < 3 {
		return span{}, false
	}
	to := i
	for to < len(t.tokens) && t.tokens[to].start < end {
		to++
	}
	return span{from: i, to: to, kind: Email}, true
}

func isAddressByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '-' || c == '_'
}
