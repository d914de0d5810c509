package bot

import (
	"errors"
	"strings"

	"goodcatch/conversations"
	"goodcatch/domain"
	"goodcatch/domain/mask"
	"goodcatch/domain/words"
)

// code handles a message that addresses something by its code. Unknown codes and forbidden ones get the same answer; the words are kept.
func (t *turn) code(text string) (done bool, err error) {
	code, rest, ok := words.ParseCode(text)
	if !ok {
		return false, nil
	}
	s, err := t.addressed(domain.Code(code))
	if errors.Is(err, domain.ErrNotFound) {
		if shorter, letter, also := words.Shorter(code); also && rest == "" {
			code, rest = shorter, letter
			s, err = t.addressed(domain.Code(code))
		}
	}
	if errors.Is(err, errGone) {
		return true, t.say("problem.not_yours", nil)
	}
	if errors.Is(err, domain.ErrNotFound) {
		if len(rest) > 1 {
			if err := t.keep(text); err != nil {
				return true, err
			}
			return true, t.say("say.no_code_kept", domain.Args{"code": domain.Text(code)})
		}
		return true, t.say("say.no_code", domain.Args{"code": domain.Text(code)})
	}
	if err != nil {
		return true, err
	}
	return true, t.order(s, words.ParseOrder(rest))
}

// order does what is asked of a subject.
func (t *turn) order(s subject, o words.Order) error {
	switch o.Do {
	case words.Status:
		return s.status()
	case words.Command:
		return t.letter(s, o.Text)
	default:
		return s.other(o)
	}
}

// letter runs the command of one letter that was offered with the subject's newest message to this caller.
func (t *turn) letter(s subject, letter string) error {
	person := domain.PersonID(0)
	if t.caller.Person != nil {
		person = t.caller.Person.ID
	}
	sent, err := t.tx.LastOffering(t.ctx, s.name, letter, t.caller.ID, person)
	if errors.Is(err, domain.ErrNotFound) {
		if s.unoffered != nil {
			if done, err := s.unoffered(letter); done || err != nil {
				return err
			}
		}
		return t.say("problem.letter", domain.Args{"code": domain.Text(string(s.code)), "letter": domain.Text(letter)})
	}
	if err != nil {
		return err
	}
	reply, _ := sent.Reply(letter)
	return t.take(reply)
}

// recordSubject is a record as this caller may address it: as its reporter, known or hidden, or as one who may own it.
func (t *turn) recordSubject(r *domain.Record) (subject, error) {
	s := subject{name: r.ID.Subject(), code: r.Code}
	reporter, err := t.reported(r)
	if err != nil {
		return s, err
	}
	if !reporter && domain.MayOwn(domain.Facts{Actor: t.actor(), Org: t.org, Now: t.now}, r) != nil {
		return s, domain.ErrNotFound
	}
	s.status = func() error { return t.status(r, reporter) }
	s.other = func(o words.Order) error { return t.recordOrder(r, reporter, o) }
	s.unoffered = func(letter string) (bool, error) {
		if letter != "A" {
			return true, t.sayAbout(r, reporter, "problem.letter", domain.Args{"code": domain.Text(string(r.Code)), "letter": domain.Text(letter)})
		}
		_, err := t.do(t.actor(), domain.Acknowledge{Record: r.ID})
		return true, err
	}
	return s, nil
}

// reported says whether the caller is the one who reported a record.
func (t *turn) reported(r *domain.Record) (bool, error) {
	mine := r.From == t.caller.ID || r.Reporter != 0 && t.caller.Person != nil && r.Reporter == t.caller.Person.ID
	if mine || !r.Hidden {
		return mine, nil
	}
	return t.tx.IsReplyChannel(t.ctx, r.ID, t.in.Channel, t.in.From, t.now)
}

// recordOrder does what is asked of a record in more than a letter.
func (t *turn) recordOrder(r *domain.Record, reporter bool, o words.Order) error {
	start := conversations.StartRecord(r.ID)
	switch {
	case o.Do == words.Answer:
		return t.answerFor(r, reporter, o.Text)
	case o.Do == words.Remind && t.mayWork(r):
		after, off, ok := words.Silence(o.Text)
		if !ok || after == 0 && !off {
			return t.sayProblem(domain.Invalid("silence", "problem.silence"))
		}
		_, err := t.do(t.actor(), domain.SetSilence{Record: r.ID, After: after, Off: off})
		return err
	case o.Do == words.Close && t.mayWork(r):
		return t.begin("close", start, conversations.Answer{Question: "learning", Value: o.Text})
	case reporter && o.Do == words.WrongWard:
		unit, _ := words.Ward(o.Text, t.unitCodes())
		if unit == "" {
			unit = strings.ToUpper(strings.TrimSpace(o.Text))
		}
		_, err := t.do(t.reporter(), domain.CorrectReport{Record: r.ID, Unit: domain.UnitCode(unit)})
		return err
	case reporter && o.Do == words.Withdraw:
		_, err := t.do(t.reporter(), domain.WithdrawReport{Record: r.ID})
		return err
	default:
		if done, err := t.handOver(r, o.Text); done || err != nil {
			return err
		}
		return t.add(r, reporter, o.Text)
	}
}

// handOver takes "H okafor" as handing over when somebody who can take the record has that name: any other words are added to it.
func (t *turn) handOver(r *domain.Record, text string) (done bool, err error) {
	name, ok := words.HandOver(text)
	if !ok || !t.mayWork(r) {
		return false, nil
	}
	f, start := conversations.HandOver, conversations.StartRecord(r.ID)
	start["name"] = domain.Text(name)
	facts, err := t.facts(f, start, nil)
	if err != nil {
		return false, err
	}
	turn := f.Resume(conversations.Session{Flow: f.Name, Start: start}, facts)
	if cmd, _ := turn.Command.(domain.HandOver); turn.Done && cmd.To == 0 {
		return false, nil
	}
	return true, t.start(f.Name, start)
}

// add keeps more words with a record.
func (t *turn) add(r *domain.Record, reporter bool, text string) error {
	masked := mask.Text(text)
	cmd := domain.AddToReport{Record: r.ID, Text: masked.Text}
	for _, k := range masked.Found {
		cmd.Masked = append(cmd.Masked, string(k))
	}
	actor := t.actor()
	if reporter {
		actor = t.reporter()
	}
	_, err := t.do(actor, cmd)
	return err
}

func (t *turn) mayWork(r *domain.Record) bool {
	return domain.MayWork(domain.Facts{Actor: t.actor(), Org: t.org, Now: t.now}, r) == nil
}

// answerFor takes a digit that came with a code as the answer to the open question about that record.
func (t *turn) answerFor(r *domain.Record, reporter bool, digit string) error {
	for _, open := range t.caller.Sessions {
		_, s, ok := decodeSession(open)
		if !ok || s.Start["record"] != conversations.StartRecord(r.ID)["record"] {
			continue
		}
		understood, err := t.reply(open, digit)
		if understood || err != nil {
			return err
		}
	}
	return t.sayAbout(r, reporter, "problem.no_question", domain.Args{"code": domain.Text(string(r.Code))})
}

// begin starts a flow with a first answer given.
func (t *turn) begin(flow string, start domain.Args, first conversations.Answer) error {
	f, ok := conversations.FlowNamed(flow)
	if !ok {
		return domain.ErrNotFound
	}
	facts, err := t.facts(f, start, nil)
	if err != nil {
		return err
	}
	turn := f.Reply(conversations.Session{Flow: flow, Start: start}, facts, first.Value)
	if turn.Problem != nil {
		return t.sayProblem(turn.Problem)
	}
	return t.advance(f, turn, 0)
}

// status answers where a record stands, in words.
func (t *turn) status(r *domain.Record, reporter bool) error {
	args := domain.Args{
		"code": domain.Text(r.Name()), "bare": domain.Text(string(r.Code)), "state": domain.Term("state." + string(r.State)), "at": domain.Moment(r.CreatedAt),
		"unit": domain.Text(string(r.Unit)), "rank": domain.Term(r.RankKey()), "kind": domain.Term("kind." + string(r.Kind)),
	}
	key := "status.open"
	switch {
	case r.State.Ended():
		key = "status.ended"
		args["at"] = domain.Moment(r.ClosedAt)
	case r.Owner != 0:
		key = "status.owned"
		args["owner"] = domain.Text(t.org.NameOf(r.Owner))
	}
	switch {
	case r.Owner != 0 && !r.State.Ended() && t.caller.Person != nil && r.Owner == t.caller.Person.ID:
		key = "status.yours"
	case !reporter:
		key += "_staff"
	}
	return t.sayAbout(r, reporter, key, args)
}
