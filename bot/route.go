package bot

import (
	"slices"
	"strings"
	"time"

	"goodcatch/conversations"
	"goodcatch/domain"
	"goodcatch/domain/mask"
	"goodcatch/domain/words"
	"goodcatch/store"
)

// text routes a typed message. The order is the rule: opt-out, report keyword with text, a code this phone may address, the open
// question, other keywords, and at last the texts nobody understands, which are kept.
func (t *turn) text() error {
	text := mask.Clean(t.in.Text)
	if done, err := t.optOut(text); done || err != nil {
		return err
	}
	if err := t.verify(); err != nil {
		return err
	}
	if done, err := t.enteredPIN(text); done || err != nil {
		return t.understood(err)
	}
	if done, err := t.linkCode(text); done || err != nil {
		return t.understood(err)
	}
	said, isKeyword := words.Keyword(text)
	if isKeyword && said.Word.IsReport() && said.Rest != "" {
		return t.understood(t.report(said, false))
	}
	if done, err := t.code(text); done || err != nil {
		return t.understood(err)
	}
	if done, err := t.whoIs(text, true); done || err != nil { // an open question takes no answer that names a topic
		return t.understood(err)
	}
	if done, err := t.leave(said); done || err != nil {
		return t.understood(err)
	}
	if isKeyword {
		if done, err := t.wardStatus(said); done || err != nil {
			return t.understood(err)
		}
	}
	if done, err := t.openQuestion(text, isKeyword && (said.Rest == "" || burns(said))); done || err != nil {
		return t.understood(err)
	}
	if isKeyword {
		if done, err := t.keyword(said); done || err != nil {
			return t.understood(err)
		}
	}
	if done, err := t.systemText(text); done || err != nil {
		return t.understood(err)
	}
	if words.Help(text) {
		return t.understood(t.help())
	}
	return t.unknown(text)
}

// help says what can be written here; in Slack also what leads can do.
func (t *turn) help() error {
	if err := t.say("say.help", nil); err != nil || t.in.Channel != domain.Slack || t.caller.Person == nil || !t.caller.Person.Leads() {
		return err
	}
	return t.say("slack.help_roles", nil)
}

// burns reports whether a keyword ends the way back to a hidden reporter: ANON X is no answer to anything.
func burns(said words.Said) bool {
	return said.Word == words.ANON && strings.EqualFold(strings.TrimSpace(said.Rest), "x")
}

// understood ends the count of automatic answers that nobody understood.
func (t *turn) understood(err error) error {
	if err == nil && t.caller.Passive > 0 {
		t.tx.SetPassive(t.caller.ID, 0)
	}
	return err
}

// optOut honours the carriers' words, and plain requests, before anything else.
func (t *turn) optOut(text string) (done bool, err error) {
	if t.in.Channel != domain.SMS {
		return false, nil
	}
	switch kind := words.OptOut(text); {
	case kind == words.OptOutPhrase && !t.caller.Stopped:
		if err := t.say("say.stopped", nil); err != nil { // the one lawful confirmation goes before the stop
			return true, err
		}
		return true, t.stop()
	case kind != words.NotOptOut:
		return true, t.stop() // the carrier has confirmed it already
	case t.caller.Stopped && words.OptIn(text):
		t.tx.Start(t.caller.ID)
		return true, t.say("say.started", nil)
	case words.OptIn(text) && !t.yesIsAwaited():
		return true, t.say("say.help", nil)
	}
	return false, nil
}

// stop ends all texts to this phone. If a document had just been asked for, a person is told, so that somebody asks in person.
func (t *turn) stop() error {
	if t.caller.Stopped {
		return nil
	}
	t.tx.Stop(t.caller.ID)
	if t.caller.Person == nil {
		return nil
	}
	for _, m := range t.org.With(domain.Manager, t.caller.Person.Unit) {
		if m.ID == t.caller.Person.ID {
			continue
		}
		err := t.tx.Notify(t.ctx, domain.Notice{
			ID: "stopped/" + t.in.ID + "/" + string(m.Name), To: domain.Recipient{Person: m.ID}, Topic: "alarm", Key: "alarm.stopped",
			Args: domain.Args{"person": domain.Text(t.caller.Person.Name)}, Urgency: domain.Routine, Class: domain.Once, Only: domain.Slack,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// yesIsAwaited reports whether the last question put to this phone is answered by yes.
func (t *turn) yesIsAwaited() bool {
	if t.caller.Stopped || len(t.caller.Sessions) == 0 {
		return false
	}
	f, s, ok := decodeSession(t.caller.Sessions[0])
	if !ok {
		return false
	}
	facts, err := t.facts(f, s.Start, s.Answers)
	if err != nil {
		return false
	}
	turn := f.Resume(s, facts)
	return len(turn.Open) > 0 && len(turn.Open[0].Options) > 0 && turn.Open[0].Options[0].Value == domain.Yes.String()
}

// verify takes the first reply of an imported phone as the proof that its holder has it.
func (t *turn) verify() error {
	if t.caller.Person != nil && !t.caller.Verified {
		t.tx.Verify(t.caller.ID)
		t.caller.Verified = true
	}
	return nil
}

// report files a report from one text: it is the record.
func (t *turn) report(said words.Said, hidden bool) error {
	kind, ok := domain.KindOf(string(said.Word))
	if !ok {
		kind = domain.Unsorted
	}
	unit, rest := words.Ward(said.Rest, t.unitCodes())
	if strings.TrimSpace(rest) == "" {
		rest = said.Rest
	}
	return t.file(domain.FileReport{Kind: kind, Unit: domain.UnitCode(unit), AboutManager: said.Bang, Hidden: hidden}, rest)
}

// file masks the words and files them. A phone that asked to be hidden is.
func (t *turn) file(cmd domain.FileReport, text string) error {
	masked := mask.Text(text)
	cmd.Text = masked.Text
	for _, k := range masked.Found {
		cmd.Masked = append(cmd.Masked, string(k))
	}
	cmd.Hidden = cmd.Hidden || t.caller.HideUntil.After(t.now)
	if ok, err := t.mayReport(); !ok || err != nil {
		return err
	}
	_, err := t.do(t.reporter(), cmd) // the audit never says who reported: they may hide later
	return err
}

func (t *turn) unitCodes() []string {
	codes := make([]string, 0, len(t.org.Units))
	for c := range t.org.Units {
		codes = append(codes, string(c))
	}
	return codes
}

// unknownPerHour bounds how many reports an unknown phone may file in an hour. Reporting is never refused to people we know.
const unknownPerHour = 20

// mayReport refuses floods from phones nobody vouches for.
func (t *turn) mayReport() (bool, error) {
	if t.caller.Person != nil {
		return true, nil
	}
	n, err := t.tx.ReportsFrom(t.ctx, t.caller.ID, t.now.Add(-time.Hour))
	if err != nil || n < unknownPerHour {
		return err == nil, err
	}
	return false, t.say("say.flood", domain.Args{"emergency": domain.Text(t.org.Emergency)})
}

// rivalry is how close together two questions must have been put for a bare digit to be ambiguous.
const rivalry = 30 * time.Minute

// openQuestion takes the text as the answer to the question put last.
func (t *turn) openQuestion(text string, keyword bool) (done bool, err error) {
	if done, err := t.awaitedDigit(text); done || err != nil {
		return done, err
	}
	if len(t.caller.Sessions) == 0 {
		return false, nil
	}
	last := t.caller.Sessions[0]
	if _, digit := words.Digit(text); digit {
		if rivals := t.rivals(); len(rivals) > 1 {
			return true, t.say("say.which", domain.Args{"codes": domain.Text(strings.Join(rivals, ", ")), "first": domain.Text(rivals[0]), "answer": domain.Text(strings.TrimSpace(text))})
		}
	}
	if filed, err := t.filedSince(last); filed || err != nil { // "NM" alone, then "NM wet floor": what happened is known
		return false, err
	}
	if keyword && len(strings.TrimSpace(text)) > 1 { // MY is never swallowed as an answer
		return false, nil
	}
	understood, err := t.reply(last, text)
	if understood || err != nil {
		return true, err
	}
	return false, nil
}

// filedSince ends the conversation that asks what happened when its caller has reported in one text meanwhile.
func (t *turn) filedSince(open store.Session) (filed bool, err error) {
	if open.Flow != conversations.Report.Name {
		return false, nil
	}
	since, err := t.tx.RecordsFrom(t.ctx, t.caller.ID, open.AskedAt)
	if err != nil || len(since) == 0 {
		return false, err
	}
	t.tx.EndSession(t.caller.ID, open.ID)
	return true, nil
}

// rivals names the records whose choice questions were put to this phone within a short time of each other. Of two about one record the
// one put last is meant.
func (t *turn) rivals() []string {
	var codes []string
	for _, open := range t.caller.Sessions {
		if t.caller.Sessions[0].AskedAt.Sub(open.AskedAt) > rivalry {
			break
		}
		f, s, ok := decodeSession(open)
		if !ok {
			continue
		}
		facts, err := t.facts(f, s.Start, s.Answers)
		if err != nil || facts.Record == nil {
			continue
		}
		if turn := f.Resume(s, facts); len(turn.Open) > 0 && turn.Open[0].Shape == conversations.Choice && !slices.Contains(codes, string(facts.Record.Code)) {
			codes = append(codes, string(facts.Record.Code))
		}
	}
	return codes
}
