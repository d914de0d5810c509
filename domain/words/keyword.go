package words

import (
	"strings"
	"unicode"
)

// Word is a keyword of ours, in capitals.
type Word string

// The keywords. A report keyword takes any text; a command stands alone or with
// the short argument given here.
const (
	NM   Word = "NM"   // near miss
	INC  Word = "INC"  // incident
	RISK Word = "RISK" // unsafe condition
	GOOD Word = "GOOD" // good care
	EQ   Word = "EQ"   // equipment
	SUP  Word = "SUP"  // supplier
	PV   Word = "PV"   // medicines and device vigilance

	ANON   Word = "ANON"   // hide me; ANON X burns; any text may follow
	SIGN   Word = "SIGN"   // documents to sign; a document code may follow
	R      Word = "R"      // I have read: the proof word follows, perhaps after a document code
	TEST   Word = "TEST"   // training; a course may follow
	N      Word = "N"      // next
	P      Word = "P"      // pause
	Q      Word = "Q"      // the question now
	MY     Word = "MY"     // my tasks and reports
	PAGE   Word = "PAGE"   // the link to my own page
	WHO    Word = "WHO"    // who sees this; a code may follow
	LANG   Word = "LANG"   // language; its name may follow
	SNOOZE Word = "SNOOZE" // later; a time may follow
	SAVE   Word = "SAVE"   // report the texts that were kept
	RESEND Word = "RESEND" // the last receipt again; a code may follow
	MORE   Word = "MORE"   // the texts that one text stood for

	COURSES  Word = "COURSES"  // the courses I teach
	PROGRESS Word = "PROGRESS" // how signing goes in my units; a document code may follow

	LEAVE Word = "LEAVE" // I am away: the days follow, and perhaps who stands in
	BACK  Word = "BACK"  // I am back

	STATUS Word = "STATUS" // how my ward stands: green, amber or red, and what it needs; a ward may stand in front

	DIGEST Word = "DIGEST" // a document as texts, for phones without a browser; its code may follow
	PIN    Word = "PIN"    // choose or change the PIN that signs
)

// Words lists every keyword.
var Words = []Word{NM, INC, RISK, GOOD, EQ, SUP, PV, ANON, SIGN, R, TEST, N, P, Q, MY, PAGE, WHO, LANG, SNOOZE, SAVE, RESEND, MORE, COURSES, DIGEST, PIN, PROGRESS, LEAVE, BACK, STATUS}

// IsReport reports whether text after this keyword is a report.
func (w Word) IsReport() bool {
	switch w {
	case NM, INC, RISK, GOOD, EQ, SUP, PV:
		return true
	}
	return false
}

// Aliases are longer words that people type for a keyword.
var aliases = map[string]Word{
	"incident": INC, "incidente": INC, "nearmiss": NM, "cuasi": NM, "riesgo": RISK, "hazard": RISK,
	"anonymous": ANON, "anonimo": ANON, "firmar": SIGN, "firma": SIGN, "idioma": LANG, "language": LANG, "guardar": SAVE, "reenviar": RESEND,
	"nm": NM, "inc": INC, "risk": RISK, "good": GOOD, "eq": EQ, "sup": SUP, "pv": PV, "anon": ANON, "sign": SIGN, "r": R, "test": TEST, "n": N, "p": P, "q": Q,
	"my": MY, "page": PAGE, "pagina": PAGE, "who": WHO, "lang": LANG, "snooze": SNOOZE, "save": SAVE, "resend": RESEND, "more": MORE, "courses": COURSES, "cursos": COURSES, "digest": DIGEST, "pin": PIN,
	"leave": LEAVE, "ausencia": LEAVE, "vacaciones": LEAVE, "conge": LEAVE, "conges": LEAVE, "休假": LEAVE, "back": BACK, "vuelta": BACK, "retour": BACK, "回来": BACK,
	"status": STATUS, "estado": STATUS, "etat": STATUS, "状态": STATUS,
	"progress": PROGRESS, "progreso": PROGRESS, "avancement": PROGRESS, "进展": PROGRESS,
}

// Said is a message that begins with a keyword.
type Said struct {
	Word Word
	Rest string // what follows, trimmed; empty when the keyword stands alone
	Bang bool   // "NM! text": about my manager
}

// Keyword reads the keyword that a message begins with: any case, after quotes or
// spaces, before a space or any of : - ! , . and the like.
//
// Several keywords are English words too, so:
//   - a report keyword followed by one of our codes is no new report: NM-K7R is a
//     way to write the code, and so is "NM K7R" when nothing but a command follows;
//   - GOOD and SUP before a greeting, RISK before "assessment" and NM before
//     "thanks" are talk, unless a : or - or ! marks the keyword;
//   - a command that is followed by more than its argument is the beginning of a
//     sentence ("My pump alarm failed", "who is on tonight", "R u there").
func Keyword(text string) (Said, bool) {
	first, rest := cutWord(trimStart(text))
	word, ok := aliases[fold(first)]
	if fold(first) == "near" {
		second, after := cutWord(trimStart(rest))
		word, rest, ok = NM, after, fold(second) == "miss"
	}
	if !ok {
		return Said{}, false
	}
	said := Said{Word: word, Rest: body(rest), Bang: strings.HasPrefix(strings.TrimSpace(rest), "!") && word.IsReport()}
	if said.Rest == "" || trim(said.Rest) == "" {
		said.Rest = ""
		return said, !strings.Contains(rest, "?") || word == MY || word == SIGN || word == TEST || word == WHO
	}
	marked := rest != "" && strings.ContainsRune(":-–!=>", []rune(strings.TrimSpace(rest))[0])
	if word.IsReport() {
		return said, !isCodeAfter(rest) && (marked || !isTalk(said.Word, first, said.Rest))
	}
	return said, takes(word, first, said.Rest, marked)
}

// isCodeAfter reports whether "-K7R …" follows, or " K7R" with a command at most.
func isCodeAfter(rest string) bool {
	code, after, ok := leadingCode(body(rest))
	if !ok || code == "" {
		return false
	}
	joined := strings.TrimSpace(rest)
	if strings.HasPrefix(joined, "-") || strings.HasPrefix(joined, "–") {
		return true
	}
	switch ParseOrder(after).Do {
	case Status, Command, Answer:
		return true
	}
	return false
}

// talkAfter are the words after which a report keyword is an ordinary word, and
// whether capitals override that: "RISK assessment not done" was meant.
var talkAfter = map[Word]struct {
	words    map[string]bool
	capitals bool
}{
	GOOD: {set("morning afternoon evening night day luck thanks thank thx idea question point news to for bye grief one i im we you u see will ok okay how and " +
		"job enough morn nite mrng weekend stuff grand ta cheers thats that it so with"), false},
	RISK: {set("assessment assessments register registers meeting training form forms score manager management team committee"), true},
	NM:   {set("thanks thx ty thank you u sorted all sorry ok"), false},
	SUP:  {set("everyone everybody guys guy dude team mate bro all people folks girls man with"), false},
	INC:  {set("vat tax"), true},
}

// isTalk reports whether the word and what follows it are conversation. After NM
// only a whole message is: "NM thanks" but not "NM thanks to Ana vial caught".
func isTalk(word Word, typed, rest string) bool {
	list := talkAfter[word]
	next := tokens(rest)
	if len(next) == 0 || !list.words[next[0]] {
		return false
	}
	if list.capitals && typed == strings.ToUpper(typed) && rest != strings.ToUpper(rest) {
		return false
	}
	return word != NM || len(next) <= 2
}

// takes reports whether a command takes this argument.
func takes(word Word, typed, rest string, marked bool) bool {
	args := strings.Fields(rest)
	one := trim(args[0])
	switch word {
	case ANON:
		return true
	case R:
		return len(args) == 1 && isProofWord(one) || len(args) == 2 && hasDigit(one) && isProofWord(trim(args[1])) || marked && len(args) == 1
	case LANG:
		return len(args) == 1
	case SNOOZE:
		return len(args) <= 2
	case LEAVE:
		return len(args) <= 10 // whoever reads the days says whether they are any
	case STATUS:
		return saysColour(args)
	case SAVE:
		return len(args) == 1 && (saveWords[fold(one)] || len(one) == 1 && hasDigit(one))
	case SIGN, WHO, RESEND, PROGRESS, DIGEST:
		return len(args) == 1 && hasDigit(one)
	case TEST:
		return len(args) == 1 && (hasDigit(one) || typed == strings.ToUpper(typed) && isProofWord(one) && !testThings[fold(one)])
	}
	return false // MY, MORE, N, P, Q, COURSES, PIN, BACK stand alone
}

var (
	saveWords  = set("it them all please pls this that report todo todos")
	testThings = set("results result strip strips tube tubes please failed only")
)

// isProofWord reports whether s can be a word from the last page: three letters
// or more and nothing else.
func isProofWord(s string) bool {
	n := 0
	for _, r := range s {
		if !unicode.IsLetter(r) {
			return false
		}
		n++
	}
	return n >= 3
}

func hasDigit(s string) bool { return strings.ContainsAny(s, "0123456789") }
