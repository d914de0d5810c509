package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"time"

	"goodcatch/conversations"
	"goodcatch/domain"
	"goodcatch/store"
)

// A turn is the handling of one inbound message inside its transaction.
type turn struct {
	bot    *Bot
	ctx    context.Context
	tx     *store.Tx
	in     Inbound
	caller store.Caller
	now    time.Time
	org    *domain.Organisation

	change  domain.Change
	command domain.Command
	problem error
	said    int
	record  *domain.Record // what a form filed
}

// run understands the message.
func (t *turn) run() error {
	switch {
	case t.in.Press != nil:
		return t.press(*t.in.Press)
	case t.in.Submit != nil:
		return t.submit(*t.in.Submit)
	default:
		return t.text()
	}
}

// voice is how the caller is spoken to.
func (t *turn) voice() conversations.Voice {
	v := conversations.Voice{Language: t.caller.Language, Zone: t.org.Zone, Now: t.now}
	if p := t.caller.Person; p != nil {
		v.Zone = t.org.ZoneOf(p.ID)
		if p.Language != "" {
			v.Language = p.Language
		}
	}
	if v.Language == "" {
		v.Language = t.org.Language
	}
	return v
}

// actor is the caller as decisions see them.
func (t *turn) actor() domain.Actor {
	a := domain.Actor{Address: t.caller.ID, Channel: t.in.Channel}
	if t.caller.Person == nil {
		return a
	}
	a.Person, a.Level = t.caller.Person.ID, domain.A1
	if t.in.Channel == domain.Slack {
		a.Level = domain.A2
	}
	return a
}

// reporter is the caller acting as the reporter of a record.
func (t *turn) reporter() domain.Actor {
	a := t.actor()
	a.Reporter = true
	return a
}

// say answers the caller in words that belong to no record.
func (t *turn) say(key string, args domain.Args) error {
	t.said++
	return t.tx.Notify(t.ctx, domain.Notice{
		ID: fmt.Sprintf("say/%s/%s/%d", t.in.Provider, t.in.ID, t.said), To: domain.Recipient{Address: t.caller.ID}, Topic: "answer",
		Key: key, Args: args, Urgency: domain.Prompt, Class: domain.Once,
	})
}

// sayAbout answers the caller in words that name a record.
func (t *turn) sayAbout(r *domain.Record, reporter bool, key string, args domain.Args) error {
	if r == nil {
		return t.say(key, args)
	}
	return t.tx.Notify(t.ctx, t.about(r, reporter, key, args))
}

// about is what sayAbout says. Said to its hidden reporter, the row names the record and not the phone: a row that held both would be the
// way back that ANON X promises to burn.
func (t *turn) about(r *domain.Record, reporter bool, key string, args domain.Args) domain.Notice {
	t.said++
	n := domain.Notice{
		ID: fmt.Sprintf("r%d/say/%s/%d", r.ID, store.Nonce(), t.said), To: domain.Recipient{Address: t.caller.ID}, Topic: "answer", Subject: r.ID.Subject(),
		Key: key, Args: args, Urgency: domain.Prompt, Class: domain.Once,
	}
	if reporter && r.Hidden {
		n.To = domain.Recipient{Reporter: r.ID}
	}
	return n
}

// do decides and writes. What a decision refuses is told to the caller, or given back to the form, and is no error.
func (t *turn) do(actor domain.Actor, cmd domain.Command) (ok bool, err error) {
	cmd = t.signed(cmd)
	change, err := t.tx.Do(t.ctx, actor, cmd)
	if isRefusal(err) {
		t.problem = err
		if t.in.Submit != nil {
			return false, nil
		}
		return false, t.sayProblem(err)
	}
	if err != nil {
		return false, err
	}
	t.change, t.command = change, cmd
	return true, t.askNext(change)
}

// isRefusal reports whether an error is an answer to the person rather than a fault of ours.
func isRefusal(err error) bool {
	var invalid *domain.InvalidError
	return errors.As(err, &invalid) || errors.Is(err, domain.ErrForbidden) || errors.Is(err, domain.ErrNotFound) || errors.Is(err, domain.ErrConflict)
}

func (t *turn) sayProblem(err error) error {
	key, args := Problem(t.org, err)
	return t.say(key, args)
}

// Problem is the one table from refusals to words.
func Problem(org *domain.Organisation, err error) (key string, args domain.Args) {
	var invalid *domain.InvalidError
	var taken *domain.TakenError
	var move *domain.MoveError
	switch {
	case errors.As(err, &invalid):
		return invalid.Reason, invalid.Args
	case errors.As(err, &taken):
		return "problem.taken", domain.Args{"code": domain.Text(string(taken.Code)), "owner": domain.Text(org.NameOf(taken.Owner)), "at": domain.Moment(taken.At)}
	case errors.As(err, &move):
		return "problem.move", domain.Args{"code": domain.Text(string(move.Code)), "state": domain.Term("state." + string(move.From))}
	default:
		return "problem.not_yours", nil
	}
}

// askNext puts the first open question of conversations that a change opened with the caller and that the change did not put itself.
func (t *turn) askNext(change domain.Change) error {
	for _, n := range change.Notices {
		if n.Ask == nil || n.Ask.Question != "" || !t.isMine(n.To) {
			continue
		}
		f, ok := conversations.FlowNamed(n.Ask.Flow)
		if !ok {
			return fmt.Errorf("flow %q is not known", n.Ask.Flow)
		}
		if err := t.resume(f, conversations.Session{Flow: n.Ask.Flow, Start: n.Ask.Start}); err != nil {
			return err
		}
	}
	return nil
}

func (t *turn) isMine(to domain.Recipient) bool {
	return to.Address == t.caller.ID || to.Reporter != 0 && t.command != nil || to.Person != 0 && t.caller.Person != nil && to.Person == t.caller.Person.ID
}

// start begins a flow with the caller.
func (t *turn) start(flow string, start domain.Args) error {
	f, ok := conversations.FlowNamed(flow)
	if !ok {
		return fmt.Errorf("flow %q is not known", flow)
	}
	if f.FormOnly {
		return t.say("say.form_only", nil)
	}
	return t.resume(f, conversations.Session{Flow: flow, Start: start})
}

// resume runs a flow on what its session holds: the command of a flow without open questions runs at once, else the first is put.
func (t *turn) resume(f conversations.Flow, s conversations.Session) error {
	facts, err := t.facts(f, s.Start, s.Answers)
	if err != nil {
		return err
	}
	turn := f.Resume(s, facts)
	if turn.Done {
		if turn.Command == nil {
			return nil
		}
		_, err := t.do(t.flowActor(f), turn.Command)
		return err
	}
	return t.put(f, turn, facts.Record)
}

// put asks a turn's first open question, about a record or none, and keeps the session.
func (t *turn) put(f conversations.Flow, turn conversations.Turn, r *domain.Record) error {
	q := turn.Open[0]
	s := turn.Session
	if s.Asked != q.ID {
		s.Asked = q.ID
		if err := t.askAbout(r, f, s.Start, q); err != nil {
			return err
		}
	}
	body, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return t.tx.SaveSession(t.caller.ID, f.Name, s.Start, body)
}

// reply takes a text as the answer to a session's open question. understood is false when it is none; nothing was done then.
func (t *turn) reply(open store.Session, text string) (understood bool, err error) {
	f, s, ok := decodeSession(open)
	if !ok {
		return false, nil
	}
	facts, err := t.facts(f, s.Start, s.Answers)
	if errors.Is(err, domain.ErrNotFound) {
		t.tx.EndSession(t.caller.ID, open.ID)
		return false, nil
	}
	if err != nil {
		return false, err
	}
	turn := f.Reply(s, facts, text)
	if turn.Problem != nil || len(turn.Session.Answers) == len(s.Answers) {
		t.problem = turn.Problem
		return false, nil
	}
	t.tx.EndAsked(t.caller.ID, f.Name, s.Asked, s.Start)
	return true, t.advance(f, turn, open.ID)
}

// advance commits what a turn amounts to and puts the next question.
func (t *turn) advance(f conversations.Flow, turn conversations.Turn, session int64) error {
	if turn.Command != nil {
		ok, err := t.do(t.flowActor(f), turn.Command)
		if err != nil {
			return err
		}
		if !ok { // refused and told: the question stays open
			return nil
		}
	}
	facts, err := t.facts(f, turn.Session.Start, turn.Session.Answers)
	if err != nil {
		return err
	}
	next := f.Resume(turn.Session, facts)
	if !next.Done {
		return t.put(f, next, facts.Record)
	}
	if session != 0 {
		t.tx.EndSession(t.caller.ID, session)
	}
	if f.Done == "" || facts.Record == nil {
		return nil
	}
	return t.sayAbout(facts.Record, f.AsReporter, f.Done, domain.Args{"code": domain.Text(facts.Record.Name()), "bare": domain.Text(string(facts.Record.Code)), "count": domain.Number(len(turn.Session.Answers))})
}

func decodeSession(open store.Session) (conversations.Flow, conversations.Session, bool) {
	var s conversations.Session
	f, ok := conversations.FlowNamed(open.Flow)
	if !ok || json.Unmarshal(open.Body, &s) != nil {
		return f, s, false
	}
	return f, s, true
}

// facts loads what a flow looks at.
func (t *turn) facts(f conversations.Flow, start domain.Args, answers conversations.Answers) (domain.Facts, error) {
	var needs domain.Needs
	if f.Needs != nil {
		needs = f.Needs(start, answers)
	}
	return t.tx.Facts(t.ctx, t.flowActor(f), needs)
}

func (t *turn) flowActor(f conversations.Flow) domain.Actor {
	if f.AsReporter {
		return t.reporter()
	}
	return t.actor()
}

// press runs what a button of ours offers.
func (t *turn) press(p Press) error {
	sent, err := t.tx.SentTo(t.ctx, p.Notice, t.caller.ID)
	if err != nil {
		if errors.Is(err, domain.ErrNotFound) {
			return t.sayProblem(err)
		}
		return err
	}
	reply, ok := sent.Reply(p.Letter)
	if !ok {
		return t.sayProblem(domain.ErrNotFound)
	}
	return t.take(reply)
}

// take runs a reply: its command, or its flow.
func (t *turn) take(r domain.Reply) error {
	switch {
	case r.Question != "":
		return t.answerBy(r)
	case r.Command == nil && t.in.Channel == domain.Voice: // no key gives a reason: what may be left out is
		return t.submit(Submit{Flow: r.Flow, Start: r.Start})
	case r.Command == nil:
		return t.start(r.Flow, r.Start)
	}
	_, err := t.do(t.actor(), r.Command)
	return err
}

// submit takes a filled-in form: all its answers at once.
func (t *turn) submit(s Submit) error {
	f, ok := conversations.FlowNamed(s.Flow)
	if !ok {
		t.problem = domain.ErrNotFound
		return nil
	}
	facts, err := t.facts(f, s.Start, nil)
	if isRefusal(err) {
		t.problem = err
		return nil
	}
	if err != nil {
		return err
	}
	turn := f.Answer(conversations.Session{Flow: s.Flow, Start: s.Start}, facts, s.Answers...)
	if turn.Problem != nil {
		t.problem = turn.Problem
		return nil
	}
	if turn.Command == nil {
		return nil
	}
	if ok, err := t.do(t.flowActor(f), turn.Command); !ok || err != nil {
		return err
	}
	t.endAsked(s)
	return nil
}

// endAsked ends the conversation that a form has just answered.
func (t *turn) endAsked(answered Submit) {
	for _, open := range t.caller.Sessions {
		if _, s, ok := decodeSession(open); ok && s.Flow == answered.Flow && maps.Equal(s.Start, answered.Start) {
			t.tx.EndSession(t.caller.ID, open.ID)
		}
	}
}
