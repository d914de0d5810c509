package emulator

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf16"
)

var e164 = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)

func itoa(n int) string { return strconv.Itoa(n) }

// atoi is for numbers already known to be numbers; anything else is 0.
func atoi(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

// The GSM 7-bit alphabet and its extension, whose characters take two places. Source: 3GPP TS 23.038.
const (
	gsmBasic = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	gsmTwice = "\f^{}\\[~]|€"
)

// segments counts the parts a text is sent in: 160 or 153 places of GSM-7, else 70 or 67 UTF-16 units.
func segments(text string) int {
	places := 0
	for _, r := range text {
		switch {
		case strings.ContainsRune(gsmBasic, r):
			places++
		case strings.ContainsRune(gsmTwice, r):
			places += 2
		default:
			return parts(len(utf16.Encode([]rune(text))), 70, 67)
		}
	}
	return parts(places, 160, 153)
}

func parts(length, whole, part int) int {
	if length <= whole {
		return 1
	}
	return (length + part - 1) / part
}
