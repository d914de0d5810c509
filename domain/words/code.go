package words

import (
	"strings"
	"unicode/utf8"
)

// A code is a letter, a digit and a letter: K7R. When many are in use it grows,
// letters and digits in turn: K7R4, K7R4M. Letters that look or sound like others
// are left out, so that a code is never a word, a number or a dose.
const (
	CodeLetters = "ACDEFGHJKMNPQRTVWXY"
	CodeDigits  = "23456789"
)

const shortestCode, longestCode = 3, 5

// notCodes have the shape of a code and a meaning of their own in a hospital.
var notCodes = set("d5w d5n d5r g6p p2y f2f p2p m2m h2h y2k r2d")

// IsCode reports whether s, in capitals, is a code. Who makes codes must ask, as
// a few of that shape are medical terms: D5W is a glucose infusion.
func IsCode(s string) bool {
	if len(s) < shortestCode || len(s) > longestCode || notCodes[strings.ToLower(s)] {
		return false
	}
	for i := range len(s) {
		if alphabet := [...]string{CodeLetters, CodeDigits}[i%2]; strings.IndexByte(alphabet, s[i]) < 0 {
			return false
		}
	}
	return true
}

// ParseCode reads a message that addresses a code and gives the code in capitals
// and what is said to it: K7R, k7r a, K7RA, "A K7R", K7R?, NM-K7R text, ack K7R,
// close K7R text, k 7 r. ParseOrder says what the rest means.
//
// Five characters can be a long code or a code of four and a letter: the long code
// is returned; a caller that does not know it tries Shorter.
func ParseCode(text string) (code, rest string, ok bool) {
	s := trimStart(text)
	if code, rest, ok := leadingCode(s); ok {
		return code, rest, true
	}
	first, after := cutWord(s)
	if isKind(first) && (len(first) > 1 || strings.HasPrefix(after, "-")) { // C-T5W is a referral, "C T5W" a command
		if code, rest, ok := leadingCode(trimStart(after)); ok {
			return code, rest, true
		}
	}
	if verb, known := verbs[fold(first)]; known || len(first) == 1 {
		if code, rest, ok := verbFirst(first, verb, trimStart(after)); ok {
			return code, rest, true
		}
	}
	return spacedCode(s)
}

// Shorter is the other reading of a five-character code: K7R4A as K7R4 and A.
func Shorter(code string) (shorter, letter string, ok bool) {
	if len(code) != longestCode {
		return "", "", false
	}
	return code[:4], code[4:], true
}

// leadingCode reads a code, or a code with a letter typed to it, at the start of s.
func leadingCode(s string) (code, rest string, ok bool) {
	first, after := cutWord(s)
	upper := strings.ToUpper(first)
	if IsCode(upper) {
		return upper, body(after), true
	}
	// K7RA: three and a letter, typed together, with nothing after it.
	if n := len(upper) - 1; n == shortestCode && IsCode(upper[:n]) && isLetter(upper[n]) && trim(after) == "" {
		return upper[:n], upper[n:], true
	}
	return "", "", false
}

// verbs are words that may stand before a code, and the order they mean.
var verbs = map[string]string{
	"ack": "A", "acknowledge": "A", "own": "A", "accept": "A", "take": "A", "acepto": "A", "mio": "A", "mine": "A",
	"decline": "D", "rechazo": "D", "status": "?", "state": "?", "estado": "?", "etat": "?", "suivi": "?", "状态": "?", "进度": "?",
	"close": "CLOSE", "cerrar": "CLOSE", "cierro": "CLOSE", "clore": "CLOSE", "结案": "CLOSE", "withdraw": "withdraw", "retirar": "withdraw", "same": "same", "re": "", "add": "", "code": "", "codigo": "",
}

// verbFirst reads "A K7R", "ack K7R", "close K7R text". A letter must be all there
// is besides the code; a word that is an order of its own takes no text either.
func verbFirst(first, verb, after string) (code, rest string, ok bool) {
	code, rest, ok = leadingCode(after)
	if !ok {
		if kind, more := cutWord(after); isKind(kind) {
			code, rest, ok = leadingCode(trimStart(more))
		}
	}
	switch {
	case !ok:
		return "", "", false
	case len(first) == 1:
		return code, strings.ToUpper(first), trim(rest) == "" && (isLetter(first[0]&^0x20) || hasDigit(first))
	case verb == "" || verb == "CLOSE":
		return code, strings.TrimSpace(verb + " " + rest), true
	}
	return code, verb, trim(rest) == ""
}

// spacedCode reads a message that is nothing but a code typed with gaps, and a
// letter or a question mark at most: "k 7 r", "K-7-R a".
func spacedCode(s string) (code, rest string, ok bool) {
	packed := strings.Map(func(r rune) rune {
		if strings.ContainsRune(edge, r) {
			return -1
		}
		return r
	}, s)
	if len(packed) > longestCode+1 || !strings.ContainsAny(s, " -.") {
		return "", "", false
	}
	code, rest, ok = leadingCode(packed)
	if ok && strings.HasSuffix(strings.TrimSpace(s), "?") && rest == "" {
		rest = "?"
	}
	return code, rest, ok
}

// isKind reports whether a code may be written with this word in front: NM-K7R.
func isKind(s string) bool {
	word := Word(strings.ToUpper(s))
	return word.IsReport() || word == "C" || word == "REF"
}

func isLetter(c byte) bool { return c >= 'A' && c <= 'Z' }

// Deed is what somebody wants of the item whose code they typed.
type Deed uint8

const (
	Add       Deed = iota // Text is more to the report
	Status                // how is it going?
	Command               // Text is one letter: A, D, C …
	Answer                // Text is one digit: the answer to the item's question
	Close                 // close it; Text is why
	WrongWard             // it happened elsewhere; Text names the ward
	Withdraw              // take it back; Text is why
	Same                  // it is the same event; Text may name the other code
	Remind                // when the owner does nothing; Text says after how long: see Silence
)

// Order is what the text after a code asks for.
type Order struct {
	Do   Deed
	Text string
}

// ParseOrder reads the rest that ParseCode returned. Nothing or a question mark
// asks for the status, one letter alone is a command, one digit alone an answer;
// a few phrases are orders; everything else is text to add. So "K7R C" is command
// C and "K7R C fixed today" is added text.
func ParseOrder(rest string) Order {
	said := trim(rest)
	lower := fold(said)
	switch {
	case said == "":
		return Order{Do: Status}
	case len(said) == 1 && isLetter(said[0]&^0x20):
		return Order{Command, strings.ToUpper(said)}
	case len(said) == 1 && hasDigit(said):
		return Order{Answer, said}
	}
	if verb, known := verbs[lower]; known {
		switch verb {
		case "A", "D":
			return Order{Command, verb}
		case "?":
			return Order{Do: Status}
		}
	}
	if isSilence(said) {
		return Order{Remind, said}
	}
	for _, p := range orderPhrases {
		if text, ok := cutPhrase(said, p.phrase); ok && (p.free && !isNearby(text) || isShortReason(text)) {
			return Order{p.deed, body(strings.TrimLeft(text, " +"))}
		}
	}
	return Order{Add, strings.TrimSpace(rest)}
}

// orderPhrases begin an order; free ones take any text, the others a reason after
// a : or - at most, so that "withdrawal of consent" and "same bed again" are text.
var orderPhrases = []struct {
	phrase string
	deed   Deed
	free   bool
}{
	{"close", Close, true}, {"cerrar", Close, true}, {"clore", Close, true}, {"结案", Close, true},
	{"wrong ward", WrongWard, true}, {"wrong unit", WrongWard, true}, {"wrong place", WrongWard, true},
	{"sala equivocada", WrongWard, true}, {"planta equivocada", WrongWard, true}, {"unidad equivocada", WrongWard, true}, {"otra sala", WrongWard, true}, {"otra planta", WrongWard, true},
	{"mauvais service", WrongWard, true}, {"mauvaise unité", WrongWard, true}, {"mauvaise unite", WrongWard, true}, {"病区错误", WrongWard, true},
	{"withdraw", Withdraw, false}, {"withdraw report", Withdraw, false}, {"retirar", Withdraw, false}, {"retiro", Withdraw, false}, {"retirer", Withdraw, false}, {"撤回", Withdraw, false}, {"anular", Withdraw, false},
	{"same event as", Same, false}, {"same event", Same, false}, {"same as", Same, false}, {"same", Same, false}, {"mismo suceso", Same, false}, {"mismo que", Same, false}, {"mismo", Same, false},
}

// cutPhrase cuts a phrase and the end of its last word off the start of said.
func cutPhrase(said, phrase string) (rest string, ok bool) {
	if len(said) < len(phrase) || !strings.EqualFold(said[:len(phrase)], phrase) {
		return "", false
	}
	rest = said[len(phrase):]
	return rest, rest == "" || strings.ContainsAny(rest[:1], " :,-.!=+") || startsWide(rest)
}

// startsWide reports whether text goes on in Chinese, which has no spaces.
func startsWide(text string) bool {
	r, _ := utf8.DecodeRuneInString(text)
	return isHan(r) || strings.ContainsRune(wide, r)
}

// isNearby tells "close to the door" from "close: door mended".
func isNearby(text string) bool {
	first, _ := cutWord(strings.TrimLeft(text, " "))
	switch fold(first) {
	case "to", "by", "call", "enough":
		return !strings.HasPrefix(text, ":")
	}
	return false
}

// isShortReason reports whether what follows an order leaves it one: nothing, a
// please, a code, or a reason set off by punctuation.
func isShortReason(text string) bool {
	said := strings.TrimSpace(text)
	if said == "" || strings.ContainsAny(said[:1], ":,-.") {
		return true
	}
	first, after := cutWord(said)
	return trim(after) == "" && (IsCode(strings.ToUpper(first)) || withdrawTail[fold(first)]) || isKind(first) && IsCode(strings.ToUpper(trim(after)))
}

var withdrawTail = set("please pls it this report porfavor esto informe")
