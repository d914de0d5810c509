package importer

import (
	"errors"

	"goodcatch/domain"
	"goodcatch/domain/gsm"
)

// A room is how long a line of a playbook may be: in plain letters, and where one is outside the phones' small alphabet.
type room struct{ plain, wide int }

// The rooms of a playbook's lines.
var (
	stepLine      = room{domain.StepRoom, domain.StepRoomWide}
	wardStepLine  = room{domain.WardStepRoom, domain.WardStepRoomWide}
	tellLine      = room{domain.TellRoom, domain.TellRoomWide}
	injectLine    = room{domain.InjectRoom, domain.InjectRoomWide}
	titleLine     = room{maxTitle, maxTitle / 3}
	objectiveLine = room{domain.ObjectiveRoom, domain.ObjectiveRoomWide}
)

// wideSegment is what a text holds of letters outside the small alphabet.
const wideSegment = 70

// unmarked is a line of a text that must not say by itself whether something is an exercise or real.
func (r *reading) unmarked(w word, whole place, key, meaning string, most room) string {
	at := or(w.at, whole)
	switch cost := gsm.Segments(gsm.Plain(w.value)); {
	case w.value == "":
		r.refuse(at, "%s is missing: %s.", key, meaning)
	case cost.Encoding == gsm.UCS2 && cost.Units > most.wide:
		r.refuse(at, "%s has %d characters. With the letter %q a text holds %d instead of 160; EXERCISE or LIVE, the code and the words around it take %d of them, so %d are left. Say it in fewer, or in plain letters (%d).",
			key, cost.Units, costly(w.value), wideSegment, wideSegment-most.wide, most.wide, most.plain)
	case cost.Encoding == gsm.GSM7:
		r.tooLong(w.value, most.plain, key, at)
	}
	if domain.SaysMode(w.value) {
		r.refuse(at, "%s says whether it is an exercise or real. Leave such words out: EXERCISE or LIVE is put first by itself.", key)
	}
	if err := domain.Textable(key, w.value, len(w.value)*3); w.value != "" && isIdentifier(err) {
		r.refuse(at, "%s holds what looks like a number of a person or a telephone. It goes out as a text: leave it out.", key)
	}
	return w.value
}

// costly is the first letter that the small alphabet does not have.
func costly(s string) rune {
	for _, c := range gsm.Plain(s) {
		if gsm.Segments(string(c)).Encoding != gsm.GSM7 {
			return c
		}
	}
	return 0
}

func isIdentifier(err error) bool {
	var invalid *domain.InvalidError
	return errors.As(err, &invalid) && invalid.Reason == "problem.identifier"
}
