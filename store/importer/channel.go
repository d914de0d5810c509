package importer

import (
	"slices"
	"strings"

	"goodcatch/domain"
)

// channels reads what a person wants to be reached by; "-" is whatever works, nothing is what is known.
func (r *reading) channels(row row) []domain.Channel {
	switch row.get("channels") {
	case "":
		return nil
	case remove:
		return []domain.Channel{}
	}
	var takes []domain.Channel
	for name := range strings.SplitSeq(row.get("channels"), ";") {
		ch := domain.Channel(strings.ToLower(strings.TrimSpace(name)))
		if !slices.Contains(takable, ch) {
			r.refuse(row.where("channels"), "channel %q is not known.%s", name, didYouMean(string(ch), takable))
		}
		if !slices.Contains(takes, ch) {
			takes = append(takes, ch)
		}
	}
	return takes
}

// takable are the channels a person can choose.
var takable = []domain.Channel{domain.Slack, domain.SMS, domain.Voice}
