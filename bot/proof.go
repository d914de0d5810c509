package bot

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"goodcatch/conversations"
	"goodcatch/domain"
	"goodcatch/store"
	"goodcatch/store/export"
)

// A Handout is a file with the words that go before it.
type Handout struct {
	Name  string
	Title string
	Data  []byte
	Words string
}

// mostNames is how many names stand in words; the file has all.
const mostNames = 20

// Proof hands out the proof that a unit knew a document, to whoever answers for the unit: domain.ErrForbidden to others. What is not
// known comes back as an *export.MissingError. It stands in the audit.
func (b *Bot) Proof(ctx context.Context, ch domain.Channel, from, document, unit string, f export.Format) (Handout, error) {
	var actor domain.Actor
	var voice conversations.Voice
	err := b.DB.InTx(ctx, func(tx *store.Tx) error {
		t, err := b.visit(ctx, tx, ch, from)
		if err != nil {
			return err
		}
		t.in.Channel = ch
		actor, voice = t.actor(), t.voice()
		return t.mayProve(domain.UnitCode(strings.ToUpper(unit)))
	})
	if err != nil {
		return Handout{}, err
	}
	p, err := export.FindProof(ctx, b.DB, export.ProofQuery{Document: document, Unit: domain.UnitCode(unit)})
	if err != nil {
		return Handout{}, err
	}
	table := p.Table()
	var data bytes.Buffer
	if err := table.Write(&data, f); err != nil {
		return Handout{}, err
	}
	err = b.DB.RecordExport(ctx, actor, map[string]string{
		"what": "proof", "code": p.Version.Code, "number": fmt.Sprint(p.Version.Number), "unit": string(p.Unit), "format": string(f), "rows": fmt.Sprint(len(table.Rows)), "sha256": table.Digest(),
	})
	name := fmt.Sprintf("%s-v%d-%s-%s.%s", p.Version.Code, p.Version.Number, p.Unit, p.At.In(p.Org.Zone).Format("2006-01-02"), f)
	return Handout{Name: name, Title: table.Title, Data: data.Bytes(), Words: b.proofWords(voice, p)}, err
}

// mayProve refuses whoever does not answer for a unit. A unit that there is not is no secret from those who answer for some.
func (t *turn) mayProve(unit domain.UnitCode) error {
	if t.caller.Person == nil || t.actor().Level < domain.A2 {
		return domain.ErrForbidden
	}
	if t.org.Units[unit] != nil && t.org.Oversees(t.caller.Person.ID, unit) {
		return nil
	}
	var mine []string
	for code := range t.org.Units {
		if t.org.Oversees(t.caller.Person.ID, code) {
			mine = append(mine, string(code))
		}
	}
	if len(mine) == 0 || t.org.Units[unit] != nil {
		return domain.ErrForbidden
	}
	slices.Sort(mine)
	return &export.MissingError{What: "unit", Wanted: string(unit), There: mine}
}

// proofWords are the plain summary of a proof.
func (b *Bot) proofWords(v conversations.Voice, p export.Proof) string {
	c := p.Count()
	args := domain.Args{
		"doc": domain.Text(p.Version.Code), "version": domain.Number(p.Version.Number), "title": domain.Text(p.Version.Title), "unit": domain.Text(p.UnitName()),
		"people": domain.Number(c.People), "signed": domain.Number(c.Signed), "in_time": domain.Number(c.InTime), "fast": domain.Number(c.Fast),
	}
	lines := []string{b.Catalog.Say(v, "slack.proof", args)}
	if c.Fast > 0 {
		lines = append(lines, b.Catalog.Say(v, "slack.proof_fast", args))
	}
	if len(c.Open) > 0 {
		var names []string
		for _, r := range c.Open[:min(len(c.Open), mostNames)] {
			names = append(names, p.Name(r))
		}
		if len(c.Open) > mostNames {
			names = append(names, "…")
		}
		lines = append(lines, b.Catalog.Say(v, "slack.proof_open", domain.Args{"names": domain.Text(strings.Join(names, ", "))}))
	}
	return strings.Join(lines, "\n")
}

// MissingWords puts what is not there into words; ok is false for any other error.
func MissingWords(err error) (key string, args domain.Args, ok bool) {
	var missing *export.MissingError
	if !errors.As(err, &missing) {
		return "", nil, false
	}
	there := missing.There[:min(len(missing.There), 2*mostNames)]
	return "slack.proof_none", domain.Args{"wanted": domain.Text(missing.Wanted), "list": domain.Text(strings.Join(there, ", "))}, true
}
