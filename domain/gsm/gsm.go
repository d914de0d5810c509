// Package gsm knows what a text costs as an SMS: which alphabet it needs, how
// many segments it fills, and what it looks like in plain letters.
//
// A segment holds 140 bytes: 160 septets of GSM-7 or 70 units of UCS-2. A text
// of several segments loses 6 bytes of each to the joining header, which leaves
// 153 septets or 67 units. One letter outside GSM-7 moves the whole text to
// UCS-2. Source: 3GPP TS 23.038 (alphabets) and 23.040 (joining header).
//
// The package only counts and maps characters. It knows nothing of providers,
// prices or templates.
package gsm

// Encoding is the alphabet that a text needs on the air.
type Encoding string

const (
	GSM7 Encoding = "GSM-7"
	UCS2 Encoding = "UCS-2"
)

// Limits of one segment, alone and as part of a longer text.
const (
	septetsAlone, septetsJoined = 160, 153
	unitsAlone, unitsJoined     = 70, 67
)

// Count is what a text costs.
type Count struct {
	Encoding Encoding
	Units    int // septets in GSM-7 (an extension character is 2), UTF-16 units in UCS-2
	Segments int // at least 1: an empty message is still a message
}

// Segments counts text as it stands. Invalid UTF-8 counts as U+FFFD, which is
// what a provider makes of it.
func Segments(text string) Count {
	septets := 0
	for _, r := range text {
		width := septetWidth(r)
		if width == 0 {
			return count(UCS2, text, utf16Width, unitsAlone, unitsJoined)
		}
		septets += width
	}
	if septets <= septetsAlone {
		return Count{GSM7, septets, 1}
	}
	return count(GSM7, text, septetWidth, septetsAlone, septetsJoined)
}

// Fits reports whether text, made plain, goes out as one segment.
func Fits(text string) bool {
	return Segments(Plain(text)).Segments == 1
}

// count fills segments with whole characters: an escape pair or a surrogate
// pair that does not fit any more starts the next segment.
func count(enc Encoding, text string, width func(rune) int, alone, joined int) Count {
	units, segments, used := 0, 1, 0
	for _, r := range text {
		w := width(r)
		units += w
		if used+w > joined {
			segments++
			used = 0
		}
		used += w
	}
	if units <= alone {
		segments = 1
	}
	return Count{enc, units, segments}
}

func utf16Width(r rune) int {
	if r > 0xFFFF {
		return 2
	}
	return 1
}

// septetWidth is 1 for a character of the basic table, 2 for one that needs the
// escape, 0 for one that GSM-7 does not have.
func septetWidth(r rune) int {
	if r >= 0 && r < rune(len(widths)) {
		return int(widths[r])
	}
	if r == '€' {
		return 2
	}
	return 0
}

// The default alphabet of 3GPP TS 23.038 6.2.1 and its extension table, without
// the euro sign, which lies outside the lookup table.
const (
	basic = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
		"¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	extension = "\f^{}\\[~]|"
)

var widths = func() (w [0x400]uint8) {
	for _, r := range basic {
		w[r] = 1
	}
	for _, r := range extension {
		w[r] = 2
	}
	return w
}()
