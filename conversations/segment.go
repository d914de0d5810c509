package conversations

import (
	"strings"
	"unicode/utf8"

	"goodcatch/domain"
	"goodcatch/domain/gsm"
)

// Segment renders a text as one SMS segment in plain letters, whatever its values and their script.
//
// One letter outside the small alphabet leaves 70 characters where there were 160, for the frame as for the values. So a text that is
// too long because its free line and its frame are of two scripts is said the first way that fits: with fewer words around the values
// (the key with .short); in English, when only a Latin line is too long for a Chinese frame, as who can read the line can read its
// frame; with the longest values clipped, though never so far that a code suffers; with the letters left out that make it costly. What
// even that leaves too long ends where the segment does.
func (c *Catalog) Segment(v Voice, key string, args domain.Args) string {
	whole := gsm.Plain(c.Say(v, key, args))
	if gsm.Fits(whole) {
		return whole
	}
	if gsm.Segments(whole).Encoding == gsm.UCS2 {
		short, english := key, v
		english.Language = Fallback
		if c.Has(key + ".short") {
			short = key + ".short"
		}
		if text := gsm.Plain(c.Say(v, short, args)); gsm.Fits(text) {
			return text
		}
		if text := gsm.Plain(c.Say(english, key, args)); gsm.Fits(text) {
			return text
		}
		key = short
	}
	if text, ok := c.clipped(v, key, args, func(s string) string { return s }); ok {
		return text
	}
	text, ok := c.clipped(v, key, args, inSmallAlphabet)
	if !ok {
		text = cutToSegment(text)
	}
	return text
}

// A clipped value keeps between these many characters: the longest code has nine.
const mostKept, leastKept = 160, 10

// clipped renders with the values rewritten and clipped as little as it takes. ok is false when not even the least fits.
func (c *Catalog) clipped(v Voice, key string, args domain.Args, rewrite func(string) string) (text string, ok bool) {
	fewest, most := leastKept, mostKept
	say := func(limit int) string {
		return gsm.Plain(c.say(v, key, args, func(s string) string { return clip(rewrite(s), limit) }))
	}
	if text = say(fewest); !gsm.Fits(text) {
		return text, false
	}
	for fewest < most {
		limit := (fewest + most + 1) / 2
		if longer := say(limit); gsm.Fits(longer) {
			text, fewest = longer, limit
		} else {
			most = limit - 1
		}
	}
	return text, true
}

// ellipsis marks what was cut. It is three dots in plain letters and one character in a text that is costly anyway: it never makes one.
const ellipsis = "…"

// clip shortens a value to a number of characters, the ellipsis among them as it is in plain letters.
func clip(s string, limit int) string {
	runes := []rune(s)
	if len(runes) <= limit {
		return s
	}
	return strings.TrimSpace(string(runes[:limit-len("...")])) + ellipsis
}

// inSmallAlphabet leaves out of a value the letters that the small alphabet has no form for, with an ellipsis in their place.
func inSmallAlphabet(s string) string {
	s = gsm.Plain(s)
	if gsm.Segments(s).Encoding == gsm.GSM7 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if plain := gsm.Plain(string(r)); gsm.Segments(plain).Encoding == gsm.GSM7 {
			b.WriteString(plain)
		} else if !strings.HasSuffix(b.String(), ellipsis) {
			b.WriteString(ellipsis)
		}
	}
	return b.String()
}

// cutToSegment ends a text where one segment does.
func cutToSegment(text string) string {
	for !gsm.Fits(text + ellipsis) {
		_, size := utf8.DecodeLastRuneInString(text)
		text = text[:len(text)-size]
	}
	return gsm.Plain(text + ellipsis)
}

// Listed is args with the value called name made of as many items as leave an SMS one segment, at most the first so many, followed by
// how many more there are.
func (c *Catalog) Listed(v Voice, key string, args domain.Args, name string, items []string, most int) domain.Args {
	for n := min(most, len(items)); n > 0; n-- {
		list := strings.Join(items[:n], ", ")
		if more := len(items) - n; more > 0 {
			list += " " + c.Say(v, "list.more", domain.Args{"n": domain.Number(more)})
		}
		args[name] = domain.Text(list)
		if gsm.Fits(c.Say(v, key, args)) {
			break
		}
	}
	return args
}
