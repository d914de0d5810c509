package conversations

import (
	"slices"
	"strconv"

	"goodcatch/domain"
)

// spokenReplies are the replies that a key can give: what must be read on a screen is left out.
func spokenReplies(replies []domain.Reply) []domain.Reply {
	return slices.DeleteFunc(slices.Clone(replies), func(r domain.Reply) bool { return r.Letter == "?" })
}

// LetterOfKey is the reply that a key of a telephone stands for: a reply that is a digit is its own key, the others are numbered from
// one in their order. Empty: no such key.
func LetterOfKey(replies []domain.Reply, key string) string {
	for i, r := range spokenReplies(replies) {
		if isDigit(r.Letter) && r.Letter == key || !isDigit(r.Letter) && strconv.Itoa(i+1) == key {
			return r.Letter
		}
	}
	return ""
}

// RepeatKey is the key that has the message said again: the one after the last reply, nought where the replies are digits.
func RepeatKey(replies []domain.Reply) string {
	keys := spokenReplies(replies)
	if len(keys) > 0 && isDigit(keys[0].Letter) {
		return "0"
	}
	return strconv.Itoa(len(keys) + 1)
}

func isDigit(s string) bool { return len(s) == 1 && s[0] >= '0' && s[0] <= '9' }
