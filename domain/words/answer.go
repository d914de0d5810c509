package words

import "strings"

// Reply is an answer to a yes/no question. The zero value is no answer at all.
type Reply uint8

const (
	NoReply Reply = iota
	Yes
	No
	NotSure
)

var replies = map[string]Reply{
	"1": Yes, "y": Yes, "yes": Yes, "yep": Yes, "yeah": Yes, "yup": Yes, "ya": Yes, "ok": Yes, "okay": Yes, "si": Yes, "s": Yes, "claro": Yes, "vale": Yes,
	"oui": Yes, "sure": Yes, "correct": Yes, "si claro": Yes, "yes please": Yes, "si por favor": Yes, "oui merci": Yes, "daccord": Yes,
	"是": Yes, "是的": Yes, "有": Yes, "对": Yes, "好": Yes, "好的": Yes, "可以": Yes,
	"2": No, "n": No, "no": No, "nope": No, "nah": No, "non": No, "not": No, "no thanks": No, "no gracias": No, "none": No, "non merci": No, "aucun": No,
	"否": No, "不": No, "不是": No, "没": No, "没有": No, "无": No, "不可以": No,
	"3": NotSure, "not sure": NotSure, "unsure": NotSure, "dont know": NotSure, "dunno": NotSure, "dk": NotSure, "i dont know": NotSure, "maybe": NotSure,
	"no se": NotSure, "no lo se": NotSure, "ns": NotSure, "no estoy seguro": NotSure, "no estoy segura": NotSure,
	"pas sur": NotSure, "pas sure": NotSure, "je ne sais pas": NotSure, "sais pas": NotSure, "peut etre": NotSure,
	"不确定": NotSure, "不知道": NotSure, "不清楚": NotSure,
}

// YesNo reads the answer to a question that offers 1 yes, 2 no and perhaps 3 not
// sure: the digit, the word in English, Spanish, French or Chinese, or both ("1 yes"). The
// whole message must be the answer: "no pulse felt" is none.
func YesNo(text string) Reply {
	words := tokens(text)
	if len(words) == 0 || len(words) > 5 {
		return NoReply
	}
	if r := replies[strings.Join(words, " ")]; r != NoReply {
		return r
	}
	// The option as we wrote it: the digit with its word. Two that disagree are none.
	if digit := replies[words[0]]; len(words[0]) == 1 && hasDigit(words[0]) && digit == replies[strings.Join(words[1:], " ")] {
		return digit
	}
	return NoReply
}

var numerals = map[string]int{
	"zero": 0, "cero": 0, "none": 0, "one": 1, "uno": 1, "una": 1, "two": 2, "dos": 2, "three": 3, "tres": 3, "four": 4, "cuatro": 4, "five": 5, "cinco": 5,
	"six": 6, "seis": 6, "seven": 7, "siete": 7, "eight": 8, "ocho": 8, "nine": 9, "nueve": 9,
	"un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "sept": 7, "huit": 8, "neuf": 9,
	"零": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9,
}

// echoes are the words of options that people copy after the digit.
var echoes = set("yes no not sure si oui harm mild moderate severe death none option please pls thanks thank you the and it is its was " +
	"medication fall equipment identity communication other same different on site can come later cannot today planned yet call me now " +
	"sin dano leve moderado grave muerte seguro segura medicacion caida equipo identidad comunicacion otro otra mismo distinto gracias por favor opcion " +
	"non pas sur aucun dommage leger modere deces medicament chute materiel identite autre merci svp " +
	"是 否 不确定 无 轻度 中度 重度 死亡 用药 跌倒 设备 身份 沟通 其他 谢谢")

// Digit reads an answer of one digit, 0 to 9: "3", "3.", "(3)", "#3", "three",
// "option 3", or the digit with the option copied after it ("3 severe"). More
// words are no answer: "2 pts fell" is not.
func Digit(text string) (digit int, ok bool) {
	words := tokens(strings.NewReplacer("\ufe0f", "", "\u20e3", "").Replace(text)) // keycap emoji
	if len(words) > 1 && (words[0] == "option" || words[0] == "opcion" || words[0] == "answer" || words[0] == "respuesta") {
		words = words[1:]
	}
	if len(words) == 0 || len(words) > 6 {
		return 0, false
	}
	for _, w := range words[1:] {
		if !echoes[w] {
			return 0, false
		}
	}
	if len(words[0]) == 1 && hasDigit(words[0]) {
		return int(words[0][0] - '0'), true
	}
	digit, ok = numerals[words[0]]
	return digit, ok && len(words) == 1
}
