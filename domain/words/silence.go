package words

import (
	"regexp"
	"strconv"
	"time"
)

// silenceTime is a number and a unit, in the four languages.
var silenceTime = regexp.MustCompile(`^(\d{1,4})\s*([a-zé]+|分钟|小时|天)$`)

var silenceUnits = map[string]time.Duration{
	"m": time.Minute, "min": time.Minute, "mn": time.Minute, "分钟": time.Minute, "h": time.Hour, "hr": time.Hour, "hora": time.Hour, "horas": time.Hour, "hour": time.Hour, "hours": time.Hour, "小时": time.Hour,
	"d": day, "day": day, "days": day, "dia": day, "dias": day, "j": day, "jour": day, "jours": day, "天": day,
}

const day = 24 * time.Hour

var silenceOff = set("off never no nunca jamais non 关 关闭 不")

// silenceWords begin the order that says after how long an owner who does nothing is reminded, and others are asked.
var silenceWords = []string{"remind", "recordar", "rappel", "rappeler", "提醒"}

// isSilence reports whether what is said is such an order: with anything but a time behind the word it is text to add. The word alone is an
// order that lacks its time.
func isSilence(said string) bool {
	text, ok := silenceText(said)
	if !ok {
		return false
	}
	_, _, ok = Silence(said)
	return ok || text == ""
}

// silenceText cuts the word off.
func silenceText(said string) (text string, ok bool) {
	for _, word := range silenceWords {
		if text, ok := cutPhrase(said, word); ok {
			return trim(fold(text)), true
		}
	}
	return "", false
}

// Silence reads "remind 2d", "recordar 4h", "rappel off". ok is false when there is no time in it.
func Silence(said string) (after time.Duration, off, ok bool) {
	text, ok := silenceText(said)
	if !ok {
		return 0, false, false
	}
	if silenceOff[text] {
		return 0, true, true
	}
	m := silenceTime.FindStringSubmatch(text)
	if m == nil || silenceUnits[m[2]] == 0 {
		return 0, false, false
	}
	n, err := strconv.Atoi(m[1])
	return time.Duration(n) * silenceUnits[m[2]], false, err == nil
}
