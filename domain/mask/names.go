package mask

import (
	"maps"
	"strings"
	"unicode"
	"unicode/utf8"
)

// How much a word promises that a name follows.
type promise uint8

const (
	nothing promise = iota
	capital         // a name follows only in capitals: patient, Miss, don, señora
	any             // whatever follows is a name unless it is an ordinary word: mr, sra
)

var titles = map[string]promise{
	"mr": any, "mrs": any, "ms": any, "mx": any, "messrs": any,
	"sr": any, "sra": any, "srta": any, "dna": any,
	"senor": capital, "senora": capital, "senorita": capital,
	"miss": capital, "don": capital, "dona": capital,
}

// Words for a patient, and for being named.
var nouns = set("pt patient paciente pac pte resident client residente usuario usuaria")
var namings = set("name named nombre llamado llamada llama surname apellido apellidos")

// leads are the words of all three lists.
var leads = func() map[string]bool {
	all := map[string]bool{}
	for w := range titles {
		all[w] = true
	}
	maps.Copy(all, nouns)
	maps.Copy(all, namings)
	return all
}()

// name finds a name after the word at token i-1. The word itself stays.
func (t *text) name(i int) (span, bool) {
	if !t.is(i, word) || i == 0 || !t.sameLine(i) {
		return span{}, false
	}
	lead, joint := t.leadBefore(i)
	if lead < 0 {
		return span{}, false
	}
	low := t.lower(lead)
	switch {
	case titles[low] != nothing:
		if !t.titled(lead, i) || strings.Trim(joint, ".") != "" {
			return span{}, false
		}
	case nouns[low]:
		if !t.patientNamed(i, joint) {
			return span{}, false
		}
	default:
		if !t.isCapitalised(i) || !t.looksLikeName(i) || t.shouts || productName(t.lower(lead-1)) {
			return span{}, false
		}
	}
	return span{from: i, to: t.nameEnd(i), kind: Name}, true
}

// leadBefore finds the title, noun or naming word that token i follows directly
// or over punctuation, and that punctuation.
func (t *text) leadBefore(i int) (lead int, joint string) {
	for j := i - 1; j >= 0 && j >= i-3; j-- {
		low := t.lower(j)
		switch {
		case leads[low] && !(namings[low] && strings.Contains(joint, ".")):
			return j, joint
		case (low == "is" || low == "es" || low == "s" || low == "was") && namings[t.lower(j-1)]:
		case t.is(j, symbol) && strings.Contains(".:,(-'\"’“", t.at(j)) && t.sameLine(j+1):
			joint = t.at(j) + joint
		default:
			return -1, ""
		}
	}
	return -1, ""
}

// titled reports whether token i is a name after the title at token lead. MR, SR
// and MS in capitals are also a scan, a slow-release tablet and a disease, so
// that a small letter after them is no name.
func (t *text) titled(lead, i int) bool {
	if surname := t.pastParticles(i); surname > i {
		return t.looksLikeName(surname) && t.isCapitalised(surname)
	}
	if !t.looksLikeName(i) && !t.isInitial(i) || t.is(lead-1, number) {
		return false // 5 ms
	}
	title := t.at(lead)
	if title == strings.ToUpper(title) && !t.shouts {
		return t.isCapitalised(i)
	}
	if titles[t.lower(lead)] == any || givenNames[t.lower(i)] {
		return true
	}
	if t.lower(lead) == "miss" && (t.lower(lead-1) == "near" || !t.isCapitalised(lead)) {
		return false
	}
	return t.isCapitalised(i) && !(t.shouts && titles[t.lower(lead)] == capital && t.lower(lead) != "miss")
}

// patientNamed reports whether token i is a name after a word for patient.
func (t *text) patientNamed(i int, joint string) bool {
	switch {
	case titles[t.lower(i)] != nothing || nouns[t.lower(i)]:
		return false
	case givenNames[t.lower(i)]:
		return true
	case t.shouts || strings.Contains(joint, "'") || strings.Contains(joint, "’"):
		return false // capitals say nothing; "patient's Clexane"
	case t.isInitial(i) && !t.isCode(i):
		return t.looksLikeName(t.overDot(i+1)) && t.isCapitalised(t.overDot(i+1)) && joint == ""
	case !t.isCapitalised(i) || !t.looksLikeName(i):
		return false
	}
	// After a full stop a capital only begins a sentence; two in a row are a name.
	return !strings.Contains(joint, ".") || t.isCapitalised(i+1) && t.looksLikeName(i+1) && t.gap(i+1) == " "
}

func productName(w string) bool {
	switch w {
	case "brand", "trade", "generic", "drug", "product", "file", "user", "ward", "test", "course", "marca", "producto":
		return true
	}
	return false
}

// nameEnd is the token after the name that starts at i: more capitalised words,
// initials, particles, and parts joined by a hyphen or an apostrophe.
func (t *text) nameEnd(i int) int {
	to := t.joinedEnd(t.pastParticles(i))
	whole := 1
	for whole < 4 {
		next := to
		if t.isInitial(to - 1) {
			next = t.overDot(to)
		}
		next = t.pastParticles(next)
		if !t.sameLine(next) || strings.TrimSpace(t.gap(next)) != "" || !t.continues(i, next, whole) {
			return to
		}
		to = t.joinedEnd(next)
		whole++
	}
	return to
}

// pastParticles steps over "de la" and "van der".
func (t *text) pastParticles(i int) int {
	to := i
	for particles[t.lower(to)] && t.sameLine(to) && to < i+3 {
		to++
	}
	return to
}

// continues reports whether token j goes on with the name that started at i. In
// small letters only a surname after a given name does.
func (t *text) continues(i, j, whole int) bool {
	if !t.looksLikeName(j) && !(t.isInitial(j) && !t.shouts && !t.isCode(j)) {
		return false
	}
	if t.shouts || !t.isCapitalised(j) {
		return whole == 1 && givenNames[t.lower(i)] && (t.shouts || !t.isCapitalised(i))
	}
	return t.isCapitalised(i) || givenNames[t.lower(i)]
}

// joinedEnd steps over Smith-Jones and O'Brien, but not over the 's of Smith's.
func (t *text) joinedEnd(i int) int {
	to := i + 1
	for t.is(to, symbol) && strings.Contains("-'’‐", t.at(to)) && t.is(to+1, word) && !hasDigit(t.at(to+1)) &&
		t.gap(to) == "" && t.gap(to+1) == "" && len(t.at(to+1)) > 1 && to < i+7 {
		to += 2
	}
	return to
}

func (t *text) overDot(j int) int {
	if t.at(j) == "." && t.gap(j) == "" {
		return j + 1
	}
	return j
}

// looksLikeName reports whether token i may be a name at all: two letters or
// more, no digits, no ordinary word, no code.
func (t *text) looksLikeName(i int) bool {
	if !t.is(i, word) || hasDigit(t.at(i)) || utf8.RuneCountInString(t.at(i)) < 2 || t.isCode(i) {
		return false
	}
	low := t.lower(i)
	return !(ordinary[low] || drugs[low] || months[low] || birthLabels[low] || isLabel(low) ||
		titles[low] != nothing || nouns[low] || namings[low] || isDrugShape(low))
}

// isCode reports whether token i is the start of IC-04 or the like.
func (t *text) isCode(i int) bool {
	return t.is(i+1, symbol) && t.gap(i+1) == "" && strings.Contains("-_/", t.at(i+1)) && t.gap(i+2) == "" && hasDigit(t.at(i+2))
}

func (t *text) isInitial(i int) bool {
	s := t.at(i)
	r, size := utf8.DecodeRuneInString(s)
	return t.is(i, word) && size == len(s) && unicode.IsUpper(r)
}

func (t *text) isCapitalised(i int) bool {
	r, _ := utf8.DecodeRuneInString(t.at(i))
	return unicode.IsUpper(r) || unicode.IsLetter(r) && !unicode.IsLower(r)
}
