package domain

import "time"

// Retention says how long what is not the record itself is kept. A length that is zero means the default beside it.
type Retention struct {
	FailedInbound time.Duration `json:",omitempty"` // the words of a message whose turn failed: 30 days, and never longer
	SentTexts     time.Duration `json:",omitempty"` // the exact words of what was sent: 30 days
	HiddenChannel time.Duration `json:",omitempty"` // the way back to a hidden reporter, from when they hid: 180 days
	AtProvider    time.Duration `json:",omitempty"` // the words of texts at the SMS provider, both ways: 24 hours, then they are blanked there
	Codes         time.Duration `json:",omitempty"` // a code after its record ended; then another record may get it: 365 days
}

// MostFailedInbound is the longest that the words of a failed turn are kept.
const MostFailedInbound = 30 * day

const day = 24 * time.Hour

// Kept returns the lengths with the defaults filled in.
func (r Retention) Kept() Retention {
	or := func(d, otherwise time.Duration) time.Duration {
		if d <= 0 {
			return otherwise
		}
		return d
	}
	return Retention{
		FailedInbound: min(or(r.FailedInbound, MostFailedInbound), MostFailedInbound), SentTexts: or(r.SentTexts, 30*day),
		HiddenChannel: or(r.HiddenChannel, 180*day), AtProvider: or(r.AtProvider, day), Codes: or(r.Codes, 365*day),
	}
}
