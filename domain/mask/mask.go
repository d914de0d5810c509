// Package mask takes identifiers of patients and private people out of free
// text before it is kept, and makes hostile text storable (Clean).
//
// What it masks: NHS numbers, record numbers, dates of birth, telephone
// numbers, e-mail addresses, and names that follow a title or a word for
// patient, in English and Spanish. What it leaves: ward codes, doses, times,
// drug names, asset tags, document codes, and the names of staff after Dr,
// Nurse or Sister in full, because a quality office must know which document or
// pump was meant, and staff names never leave the record by text message.
//
// Masking is a safety net, not anonymisation: a name without a title, or after
// "patient" in small letters ("patient smith"), is told from an ordinary word
// only when it is a common given name. The package would rather leave such a
// word than cut "patient monitor" out of every report.
//
// Text runs in linear time and never fails. It uses no clock: see bornBefore.
package mask

import "strings"

// Kind is what sort of identifier was found.
type Kind string

const (
	NHSNumber    Kind = "nhs_number"
	RecordNumber Kind = "record_number" // hospital, case or national identity number
	DateOfBirth  Kind = "date_of_birth"
	Phone        Kind = "phone"
	Email        Kind = "email"
	Name         Kind = "name"
)

// Kinds lists every kind.
var Kinds = []Kind{NHSNumber, RecordNumber, DateOfBirth, Phone, Email, Name}

// Key is the catalogue key of the kind's name.
func (k Kind) Key() string { return "mask." + string(k) }

// marks stand in the text where an identifier stood. They are stored, so they
// never change with the reader's language.
var marks = map[Kind]string{
	NHSNumber:    "[NHS no.]",
	RecordNumber: "[record no.]",
	DateOfBirth:  "[date of birth]",
	Phone:        "[phone]",
	Email:        "[e-mail]",
	Name:         "[name]",
}

// Mark is what stands in the text in place of such an identifier.
func (k Kind) Mark() string { return marks[k] }

// Result is a masked text and what was taken out, in order of place, one entry
// for each masked part.
type Result struct {
	Text  string
	Found []Kind
}

// Text masks s. Masking a masked text changes nothing.
func Text(s string) Result {
	result := Result{Text: s}
	// Taking one identifier out can bare another ("Mr" before a number that went);
	// a second look finds it. More looks than these find nothing.
	for range maxPasses {
		masked, found := pass(result.Text)
		if len(found) == 0 {
			break
		}
		result.Text, result.Found = masked, append(result.Found, found...)
	}
	return result
}

const maxPasses = 4

// pass masks what one reading from left to right finds.
func pass(s string) (string, []Kind) {
	t := read(s)
	var b strings.Builder
	var found []Kind
	kept := 0 // bytes of s already written
	for i := 0; i < len(t.tokens); {
		span, ok := t.identifier(i)
		if !ok {
			i++
			continue
		}
		b.WriteString(s[kept:t.tokens[span.from].start])
		b.WriteString(span.kind.Mark())
		found = append(found, span.kind)
		kept = t.tokens[span.to-1].end
		i = span.to
	}
	if len(found) == 0 {
		return s, nil
	}
	b.WriteString(s[kept:])
	return b.String(), found
}

// span is the tokens from up to (not including) to that one identifier covers.
type span struct {
	from, to int
	kind     Kind
}

// identifier tries what can begin with token i, the most certain kind first.
func (t *text) identifier(i int) (span, bool) {
	tok := t.tokens[i]
	if t.hasAt && tok.class != symbol && tok.class != masked {
		if s, ok := t.email(i); ok {
			return s, true
		}
	}
	switch {
	case tok.class == masked:
		return span{}, false
	case tok.class == symbol:
		return t.phone(i)
	case tok.digits:
		return t.first(i, ofNumbers)
	case tok.end-tok.start == 1:
		return t.first(i, ofLetters)
	}
	return t.first(i, ofWords)
}

type finder func(*text, int) (span, bool)

var (
	ofNumbers = []finder{(*text).recordNumber, (*text).gluedNumber, (*text).nhsNumber, (*text).dateOfBirth, (*text).nationalNumber, (*text).phone}
	ofLetters = []finder{(*text).recordNumber, (*text).name} // "hosp no A 123456", "Mr J Smith"
	ofWords   = []finder{(*text).dateOfBirth, (*text).name}  // "March 12, 1956"
)

func (t *text) first(i int, finders []finder) (span, bool) {
	for _, find := range finders {
		if s, ok := find(t, i); ok {
			return s, true
		}
	}
	return span{}, false
}
