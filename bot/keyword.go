package bot

import (
	"slices"
	"strings"
	"time"

	"goodcatch/domain"
	"goodcatch/domain/words"
	"goodcatch/store"
)

// hideFor is how long ANON hides the reports that follow it, and how far back it reaches.
const hideFor = 24 * time.Hour

// keyword does what a keyword asks. done is false when it is nothing this caller can do.
func (t *turn) keyword(said words.Said) (done bool, err error) {
	if said.Word.IsReport() { // alone: the dialog
		kind, _ := domain.KindOf(string(said.Word))
		start := domain.Args{"kind": domain.Text(string(kind))}
		if said.Bang {
			start["about_manager"] = domain.Text("yes")
		}
		if t.caller.HideUntil.After(t.now) {
			start["hidden"] = domain.Text("yes")
		}
		return true, t.start("report", start)
	}
	switch said.Word {
	case words.ANON:
		return true, t.anon(said.Rest)
	case words.MY:
		return true, t.my()
	case words.PAGE:
		return true, t.page()
	case words.LANG:
		return true, t.language(said.Rest)
	case words.RESEND:
		return true, t.resend()
	case words.MORE:
		return true, t.more()
	case words.SAVE:
		return true, t.saveKept()
	case words.WHO:
		return true, t.say("say.who", nil)
	default:
		return t.systemKeyword(said)
	}
}

// anon hides: the report just made and those of the next day. ANON X burns the way back; ANON with a report files that one hidden.
func (t *turn) anon(rest string) error {
	if burns(words.Said{Word: words.ANON, Rest: rest}) {
		return t.burn()
	}
	if t.in.Channel == domain.Slack {
		return t.say("say.anon_slack", nil) // a DM is in Slack's history: hiding is for the form only
	}
	if said, ok := words.Keyword(rest); ok && said.Word.IsReport() && said.Rest != "" {
		return t.report(said, true)
	}
	if len(strings.Fields(rest)) > 2 || words.LooksLikeReport(rest, t.voice().Language) { // Chinese has no spaces
		return t.file(domain.FileReport{Kind: domain.Unsorted, Hidden: true}, rest)
	}
	t.tx.SetHide(t.caller.ID, t.now.Add(hideFor))
	recent, err := t.tx.RecordsFrom(t.ctx, t.caller.ID, t.now.Add(-hideFor))
	if err != nil {
		return err
	}
	for _, id := range recent {
		if ok, err := t.do(t.reporter(), domain.HideReporter{Record: id}); !ok || err != nil {
			return err
		}
	}
	return t.sayUnkept("say.anon", len(recent))
}

// burn ends every way back from hidden reports to this phone.
func (t *turn) burn() error {
	hidden, err := t.tx.HiddenFrom(t.ctx, t.in.Channel, t.in.From)
	if err != nil {
		return err
	}
	for _, id := range hidden {
		if ok, err := t.do(t.reporter(), domain.BurnReplyChannel{Record: id}); !ok || err != nil {
			return err
		}
	}
	t.tx.BurnFailed(t.in.Channel, t.in.From)
	t.tx.SetHide(t.caller.ID, time.Time{})
	if len(hidden) == 0 {
		return t.say("say.nothing_hidden", nil)
	}
	return t.sayUnkept("say.burnt", len(hidden))
}

// sayUnkept answers a caller who hides. The row goes once it is sent: beside the audit of the very same moment it would name them.
func (t *turn) sayUnkept(key string, count int) error {
	return t.tx.Notify(t.ctx, domain.Notice{
		ID: "unkept/" + store.Nonce(), To: domain.Recipient{Address: t.caller.ID}, Topic: store.UnkeptTopic, Key: key,
		Args: domain.Args{"count": domain.Number(count)}, Urgency: domain.Prompt, Class: domain.Once,
	})
}

// my says what waits for me and what became of my reports.
func (t *turn) my() error {
	person := domain.PersonID(0)
	if t.caller.Person != nil {
		person = t.caller.Person.ID
	}
	m, err := t.tx.Mine(t.ctx, person, t.caller.ID)
	if err != nil {
		return err
	}
	var reports []string
	for _, r := range m.Reports {
		reports = append(reports, r.Name()+" "+t.bot.Catalog.Say(t.voice(), "state."+string(r.State), nil))
	}
	before := t.said
	if err := t.myRecords(m); err != nil {
		return err
	}
	key := "my.nothing"
	switch {
	case m.Documents+m.Courses > 0 && len(reports) > 0:
		key = "my.both"
	case m.Documents+m.Courses > 0:
		key = "my.duties"
	case len(reports) > 0:
		key = "my.reports"
	case t.said > before:
		return nil
	}
	args := domain.Args{"documents": domain.Number(m.Documents), "courses": domain.Number(m.Courses)}
	return t.say(key, t.bot.Catalog.Listed(t.voice(), key, args, "reports", reports, 3))
}

// myRecords lists what a person is asked to own, what they own, and what is late in their units: one text each, by code.
func (t *turn) myRecords(m store.Mine) error {
	p := t.caller.Person
	if p == nil {
		return nil
	}
	offered, err := t.offered()
	if err != nil {
		return err
	}
	late, err := t.overdue()
	if err != nil {
		return err
	}
	if err := t.myPapers(); err != nil {
		return err
	}
	for _, list := range []struct {
		key     string
		records []*domain.Record
	}{{"my.asked", offered}, {"my.owned", m.Owned}, {"my.late", late}} {
		var codes []string
		for _, r := range list.records {
			codes = append(codes, r.Name())
		}
		if len(codes) == 0 {
			continue
		}
		args := domain.Args{"count": domain.Number(len(codes)), "overdue": domain.Number(m.Overdue(t.now))}
		if err := t.say(list.key, t.bot.Catalog.Listed(t.voice(), list.key, args, "codes", codes, mostCodes)); err != nil {
			return err
		}
	}
	return nil
}

// mostCodes bounds how many records one text lists.
const mostCodes = 6

// language switches, or lists what is spoken.
func (t *turn) language(name string) error {
	if lang, ok := t.bot.Catalog.Named(name); ok {
		t.tx.SetLanguage(t.caller.ID, lang)
		return t.say("say.language", nil)
	}
	return t.say("say.languages", domain.Args{"languages": domain.Text(strings.Join(t.bot.Catalog.Languages(), ", "))})
}

// resend sends the last receipt again.
func (t *turn) resend() error {
	ok, err := t.tx.ResendReceipt(t.ctx, t.caller.ID, t.in.Channel, t.in.From, t.in.ID)
	if err != nil || ok {
		return err
	}
	return t.say("say.no_receipt", nil)
}

// mostShown is how many texts one MORE brings.
const mostShown = 3

// more sends texts that another one stood for, or that wait for room in the week.
func (t *turn) more() error {
	shown, left, err := t.tx.More(t.ctx, t.caller.ID, mostShown)
	switch {
	case err != nil:
		return err
	case shown == 0:
		return t.say("burden.nothing", nil)
	case left > 0:
		return t.say("burden.left", domain.Args{"count": domain.Number(left)})
	default:
		t.said++
		return nil
	}
}

// saveKept files each kept text as a report, with the time it was received.
func (t *turn) saveKept() error {
	kept, err := t.tx.TakeKept(t.ctx, t.caller.ID)
	if err != nil {
		return err
	}
	if len(kept) == 0 {
		return t.say("say.nothing_kept", nil)
	}
	filed := slices.DeleteFunc(kept, func(k store.KeptText) bool { return !words.SaysSomething(k.Text) })
	if len(filed) == 0 {
		return t.say("say.too_little", nil)
	}
	for _, k := range filed {
		if err := t.file(domain.FileReport{Kind: domain.Unsorted, Received: k.ReceivedAt}, k.Text); err != nil {
			return err
		}
	}
	return nil
}

// mostPassive bounds the automatic answers to texts that nobody understands, so that two machines never talk for ever.
const mostPassive = 5

// unknown keeps a text that nobody understands for 24 hours, and offers to file it.
func (t *turn) unknown(text string) error {
	if text == "" && t.in.Media == 0 || t.in.Dropped {
		return nil
	}
	if looksLikePIN(text) { // perhaps one for another question: it is kept nowhere
		return t.say("signature.no_pin_asked", nil)
	}
	if text != "" {
		if err := t.keep(text); err != nil {
			return err
		}
	}
	if t.caller.Passive >= mostPassive {
		return nil
	}
	t.tx.SetPassive(t.caller.ID, t.caller.Passive+1)
	switch {
	case text == "":
		return t.say("say.no_media", nil)
	case words.LooksLikeReport(text, t.voice().Language):
		return t.say("say.offer", nil)
	case t.problem != nil:
		return t.sayProblem(t.problem)
	default:
		return t.say("say.unknown", nil)
	}
}

// keep seals a text for 24 hours.
func (t *turn) keep(text string) error {
	return t.tx.KeepText(t.ctx, t.caller.ID, text, words.LooksLikeReport(text, t.voice().Language))
}
