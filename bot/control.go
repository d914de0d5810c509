package bot

import (
	"strings"

	"goodcatch/domain"
	"goodcatch/domain/mask"
	"goodcatch/domain/words"
)

// versionSubject is a document version as its author, its reviewers and the quality group may address it.
func (t *turn) versionSubject(id int64) (subject, error) {
	facts, err := t.tx.Facts(t.ctx, t.actor(), domain.Needs{Version: id, Whole: true})
	if err != nil {
		return subject{}, err
	}
	if facts.Version == nil || domain.MayFollow(facts, facts.Version) != nil {
		return subject{}, domain.ErrNotFound
	}
	return subject{
		status: func() error {
			key, args := domain.StandingOf(facts, facts.Version)
			return t.say(key, args)
		},
		other: func(o words.Order) error { return t.versionOrder(facts.Version, o) },
	}, nil
}

// versionOrder takes more words than a letter about a version: "K7R R section 3 is wrong" returns it with the reason at once.
func (t *turn) versionOrder(v *domain.DocumentVersion, o words.Order) error {
	letter, reason, _ := strings.Cut(strings.TrimSpace(o.Text), " ")
	if strings.EqualFold(strings.TrimRight(letter, ":,.-"), "R") && strings.TrimSpace(reason) != "" {
		_, err := t.do(t.actor(), domain.ReturnDocument{Version: v.ID, Reason: clipped(mask.Text(mask.Clean(reason)).Text, domain.ReasonLimit)})
		return err
	}
	if o.Text != "" {
		if err := t.keep(t.in.Text); err != nil {
			return err
		}
	}
	return t.say("control.how", domain.Args{"doc": domain.Text(v.Code), "bare": domain.Text(string(v.Handle))})
}

// myPapers lists the documents that wait for the caller's decision, by code.
func (t *turn) myPapers() error {
	papers, err := t.tx.Papers(t.ctx, t.caller.Person.ID, t.caller.ID)
	if err != nil || len(papers) == 0 {
		return err
	}
	var codes []string
	for _, p := range papers {
		codes = append(codes, strings.TrimSpace(string(p.Version.Handle)+" "+p.Version.Code))
	}
	return t.say("my.papers", t.bot.Catalog.Listed(t.voice(), "my.papers", domain.Args{"count": domain.Number(len(codes))}, "codes", codes, mostCodes))
}

// clipped is the beginning of a text.
func clipped(text string, limit int) string {
	if runes := []rune(text); len(runes) > limit {
		return string(runes[:limit])
	}
	return text
}
