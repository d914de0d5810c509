package bot

import (
	"context"
	"slices"

	"goodcatch/conversations"
	"goodcatch/domain"
	"goodcatch/domain/mask"
	"goodcatch/domain/words"
	"goodcatch/store"
)

// wardStatus takes "STATUS RED no oxygen": how the caller's ward stands, or the one that is named. It stands before the open question, which
// it answers never. STATUS alone, or with a ward that nobody knows, is told how it is said.
func (t *turn) wardStatus(said words.Said) (done bool, err error) {
	if said.Word != words.STATUS {
		return false, nil
	}
	if t.caller.Person == nil {
		return true, t.say("doc.unlinked", nil)
	}
	colour, ward, need, ok := words.ParseStatus(said.Rest, t.unitCodes())
	if !ok {
		return true, t.say("ward.how", domain.Args{"unit": domain.Text(string(t.caller.Person.Unit))})
	}
	cmd := domain.SayWard{Unit: t.caller.Person.Unit, Colour: domain.Colour(colour), Need: clipped(mask.Text(mask.Clean(need)).Text, domain.NeedLimit)}
	if ward != "" {
		cmd.Unit = domain.UnitCode(ward)
	}
	_, err = t.do(t.actor(), cmd)
	return true, err
}

// A WardBoard is how all wards stand, for somebody in Slack.
type WardBoard struct {
	Voice conversations.Voice
	Args  domain.Args
}

// mostWardRows is how many wards a message lists; those that are red come first.
const mostWardRows = 40

// WardBoard gathers how all wards stand. What a ward needs is shown to who works there or answers for it, and that it was read is in the
// audit. Who is on no roster is refused with domain.ErrForbidden.
func (b *Bot) WardBoard(ctx context.Context, user string) (board WardBoard, err error) {
	who, err := b.Board(ctx, domain.Slack, user)
	if err != nil {
		return board, err
	}
	if who.Person == nil {
		return board, domain.ErrForbidden
	}
	actor := domain.Actor{Person: who.Person.ID, Channel: domain.Slack, Level: domain.A2}
	err = b.DB.InTx(ctx, func(tx *store.Tx) error {
		f, err := tx.Facts(ctx, actor, domain.Needs{Ward: domain.WardQuery{All: true, Open: true}})
		if err != nil {
			return err
		}
		rows, counts, read := wardRows(f)
		board = WardBoard{Voice: who.Voice, Args: domain.Args{"green": domain.Number(counts[domain.Green]), "amber": domain.Number(counts[domain.Amber]), "red": domain.Number(counts[domain.Red]), "missing": domain.Number(counts[""]), "rows": domain.Rows(rows)}}
		for _, u := range read {
			tx.Audit(actor, domain.Event{Name: "ward_need_read", Data: map[string]string{"unit": string(u)}})
		}
		return nil
	})
	return board, err
}

// wardRows lists the wards, the red first, then amber, those without a word, and green.
func wardRows(f domain.Facts) (rows []domain.Row, counts map[domain.Colour]int, read []domain.UnitCode) {
	counts = map[domain.Colour]int{}
	last := map[domain.UnitCode]domain.WardStatus{}
	for _, w := range f.Wards {
		last[w.Unit] = w
	}
	units := f.Org.Wards()
	for _, w := range f.Wards { // a department may speak too
		if !slices.Contains(units, w.Unit) && f.Org.Units[w.Unit] != nil {
			units = append(units, w.Unit)
		}
	}
	for _, colour := range []domain.Colour{domain.Red, domain.Amber, "", domain.Green} {
		for _, u := range units {
			w := last[u]
			if w.Colour != colour {
				continue
			}
			counts[colour]++
			if len(rows) == mostWardRows {
				continue
			}
			args := domain.Args{"unit": domain.Text(string(u)), "colour": domain.Term("colour." + string(colour)), "at": domain.Moment(w.At)}
			key := "row.ward"
			switch {
			case colour == "":
				key = "row.ward_silent"
			case w.Needs && domain.MayReadNeed(f, u):
				key, args["need"] = "row.ward_need", domain.Text(clipped(w.Need, mostNeed))
				read = append(read, u)
			case w.Needs:
				key = "row.ward_needs"
			}
			rows = append(rows, domain.Row{Key: key, Args: args})
		}
	}
	return rows, counts, read
}

// mostNeed is how much of a need one line shows.
const mostNeed = 50
