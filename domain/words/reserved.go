package words

import (
	"slices"
	"strings"
)

// OptOutKind says how somebody asked for silence.
type OptOutKind uint8

const (
	NotOptOut OptOutKind = iota
	// OptOutWord is a carrier's word: the carrier or Twilio blocks the number too.
	OptOutWord
	// OptOutPhrase is a plain request, which only we can honour.
	OptOutPhrase
)

// Reserved words belong to the carriers. None may become a keyword of ours, nor
// may a text of ours ask anybody to send one.
// Source: CTIA Messaging Principles; Twilio default opt-out keywords; TCPA, 47 CFR
// 64.1200(a)(10); ARRET and TD for Canada and France.
var (
	optOutWords = []string{"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT", "OPT-OUT", "REMOVE", "ARRET", "TD"}
	optInWords  = []string{"START", "YES", "UNSTOP", "SUBSCRIBE"}
	helpWords   = []string{"HELP", "INFO"}
)

// Reserved lists all reserved words, in capitals.
func Reserved() []string { return slices.Concat(optOutWords, optInWords, helpWords) }

// Words and phrases beyond the carriers' that mean the same. "Baja" is also sick
// leave, so it counts alone only, or with dar and darse.
var (
	moreOptOut = set("stopall optout baja parar 退订")
	moreOptIn  = set("alta")
	moreHelp   = set("ayuda aide 帮助")
)

// OptOut reports whether the message asks us to stop texting. A reserved word
// counts as the whole message only, give or take punctuation and a please. A
// phrase counts when the message begins with it, so that "NM end cap loose",
// "INC pump would not stop" and "please remove me from the rota" are not taken
// for one.
func OptOut(text string) OptOutKind {
	words := tokens(text)
	if len(words) == 0 || len(words) > maxOptOutWords {
		return NotOptOut
	}
	whole := strings.Join(words, "")
	if len(words) <= 2 && (isOneOf(whole, optOutWords) || moreOptOut[whole]) {
		return OptOutWord
	}
	words = skipPolite(words)
	said := strings.Join(words, " ")
	if bare := strings.Join(dropTail(words), " "); isOneOf(bare, optOutWords) || moreOptOut[bare] {
		return OptOutPhrase
	}
	for _, phrase := range optOutPhrases {
		if tail, found := strings.CutPrefix(said, phrase); found && endsWord(tail) {
			return OptOutPhrase
		}
	}
	for _, phrase := range listPhrases {
		tail, found := strings.CutPrefix(said, phrase)
		if tail = strings.TrimSpace(tail); found && endsOptOut(strings.Fields(tail)) {
			return OptOutPhrase
		}
	}
	return NotOptOut
}

const maxOptOutWords = 16

// optOutPhrases mean it whatever follows them.
var optOutPhrases = []string{
	"stop texting", "stop messaging", "stop contacting me", "stop sending me", "stop sending texts", "stop sending messages", "stop sending these",
	"stop these texts", "stop these messages", "stop the texts", "stop the messages", "stop all texts", "stop all messages", "stop bothering me", "stop spamming",
	"dont text me", "do not text me", "dont message me", "do not message me", "dont contact me", "do not contact me", "dont send me any more",
	"do not send me any more", "never text me", "no more texts", "no more messages", "no more sms", "opt me out", "opt out of", "unsubscribe me", "unsubscribe from",
	"cancel my subscription", "cancel these messages", "cancel these texts", "i dont want these messages", "i dont want these texts", "i do not want these",
	"i dont want any more texts", "i dont want any more messages", "i dont want to get these", "i dont want to receive", "i do not want to receive",
	"i no longer want to receive", "i no longer want these", "quit texting me", "quit messaging me", "take me off your list", "take me off this list", "take my number off",
	"remove my number", "delete my number", "revoke my consent", "i revoke my consent", "i withdraw my consent to texts", "lose my number",
	"no me escriban", "no me escribas", "no me escriba", "no me envien", "no me envies", "no me envie", "no me manden", "no me mandes", "no me mande",
	"no me mandeis", "no me envieis", "no me escribais", "no quiero recibir", "no quiero mas mensajes", "no quiero mas sms", "no deseo recibir", "no mas mensajes", "no mas sms",
	"dejen de escribir", "deja de escribir", "deje de escribir", "dejad de escribir", "dejen de enviar", "deje de enviar", "deja de enviar", "dejen de mandar", "deja de mandar", "deje de mandar",
	"dar de baja", "dadme de baja", "denme de baja", "dame de baja", "deme de baja", "darme de baja", "quiero la baja de", "borren mi numero", "borra mi numero", "quiten mi numero",
	"arretez de m", "ne m envoyez plus", "ne menvoyez plus",
}

// endsWord reports whether a word ends before tail; Spanish joins "me" to its verbs.
func endsWord(tail string) bool {
	tail = strings.TrimPrefix(tail, "me")
	return tail == "" || tail[0] == ' '
}

// listPhrases mean it only alone or with a tail about texts: a rota is a list too.
var listPhrases = []string{"remove me", "take me off", "delete me", "get me off", "leave me alone", "opt out", "stop it", "stop this", "stop now", "stop",
	"unsubscribe", "cancel", "quit", "revoke", "end", "borrenme", "quitenme", "quitame", "baja"}

// endsOptOut reports whether what follows a list phrase leaves it an opt-out.
func endsOptOut(tail []string) bool {
	tail = dropTail(tail)
	if len(tail) == 0 {
		return true
	}
	last := tail[len(tail)-1]
	if !textNouns[last] {
		return false
	}
	for _, w := range tail[:len(tail)-1] {
		if !tailWords[w] {
			return false
		}
	}
	return true
}

var (
	textNouns = set("this these list texts text messages message msgs msg sms alerts notifications subscription service number lista mensajes")
	tailWords = set("from of off this these the your that all any more to getting receiving texting text message messaging sms mailing alert contact de la esta sus los")
	polite    = set("please pls plz hi hello hey sorry thanks ok okay can could would will you u just i want need wish like id to kindly " +
		"por favor porfa hola buenas quiero querria quisiera puede pueden podrian puedes me gustaria necesito ya si s il vous plait")
	politeTail = set("please pls plz now thanks thank you ya por favor gracias again anymore any more ever immediately today ahora merci")
)

// skipPolite drops what people say before asking, unless nothing else is said.
func skipPolite(words []string) []string {
	for i, w := range words {
		if !polite[w] || startsPhrase(words[i:]) {
			return words[i:]
		}
	}
	return words
}

// startsPhrase keeps the "i" of "i dont want" and the "no" that carries it.
func startsPhrase(words []string) bool {
	said := strings.Join(words, " ")
	return slices.ContainsFunc(optOutPhrases, func(p string) bool { return strings.HasPrefix(said, p) })
}

func dropTail(words []string) []string {
	for len(words) > 0 && politeTail[words[len(words)-1]] {
		words = words[:len(words)-1]
	}
	return words
}

// OptIn reports whether the whole message is a word for texting again. YES is
// one for a phone that has opted out; the caller knows whether it has, and takes
// YES as an answer otherwise.
func OptIn(text string) bool { return isWhole(text, optInWords, moreOptIn) }

// Help reports whether the whole message asks for help. Where the carrier answers
// HELP itself, we must not answer twice.
func Help(text string) bool { return isWhole(text, helpWords, moreHelp) }

func isWhole(text string, words []string, more map[string]bool) bool {
	said := fold(trim(text))
	return isOneOf(said, words) || more[said]
}

func isOneOf(folded string, upper []string) bool {
	return slices.ContainsFunc(upper, func(w string) bool { return strings.EqualFold(w, folded) })
}
