package slack

import (
	"strings"

	slackgo "github.com/slack-go/slack"

	"goodcatch/conversations"
	"goodcatch/domain"
)

// What our buttons are called: notice:<letter> with an outbox row as value, flow:<name> with a record, or nothing, word:<keyword> for
// what could as well be typed.
const (
	actionNotice = "notice:"
	actionFlow   = "flow:"
	actionWord   = "word:"
)

// Limits we keep to.
const (
	maxSection   = 3000
	maxButton    = 75
	maxOption    = 75
	maxTitle     = 24
	maxLabel     = 2000
	maxInput     = 3000
	fewOptions   = 5   // up to this many stand side by side as radio buttons
	manyBoxes    = 10  // up to this many boxes can stand together
	mostOptions  = 100 // of one menu
	mostSections = 50  // of what a form shows before its questions
)

// answerAction is the action id of every input; the block id is the question's.
const answerAction = "a"

func plainText(text string) *slackgo.TextBlockObject {
	return slackgo.NewTextBlockObject(slackgo.PlainTextType, text, false, false)
}

// marked is a section of marked-up text whose values were escaped. Verbatim: Slack makes no links of names or addresses in it.
func marked(text string) *slackgo.SectionBlock {
	return slackgo.NewSectionBlock(slackgo.NewTextBlockObject(slackgo.MarkdownType, text, false, true), nil, nil)
}

func button(action, value, label, style string) *slackgo.ButtonBlockElement {
	b := slackgo.NewButtonBlockElement(action, value, plainText(Clip(label, maxButton)))
	b.Style = slackgo.Style(style)
	return b
}

// split cuts a text into parts of at most max characters, at line ends or spaces where it can, never within an escape of conversations.Escape.
func split(text string, max int) []string {
	var parts []string
	for characters(text) > max {
		head := strings.TrimSuffix(Clip(text, max), "…")
		cut := len(head)
		for _, end := range []string{"\n", " "} {
			if at := strings.LastIndex(head, end); at > len(head)/2 {
				cut = at
				break
			}
		}
		if cut == 0 {
			break
		}
		parts = append(parts, text[:cut])
		text = strings.TrimLeft(text[cut:], " \n")
	}
	if text != "" {
		parts = append(parts, text)
	}
	return parts
}

// escaped makes values harmless in mrkdwn. Terms, times and numbers are ours.
func escaped(args domain.Args) domain.Args {
	safe := make(domain.Args, len(args))
	for name, a := range args {
		if tag, value := a.Kind(); tag == 's' {
			a = domain.Text(conversations.Escape(value))
		}
		safe[name] = a
	}
	return safe
}

// A form draws a flow's turn as a modal.
type form struct {
	catalog *conversations.Catalog
	voice   conversations.Voice
	turn    conversations.Turn
	prefill map[string]string // by question: what is typed there already
}

func (f form) say(key, otherwise string, args domain.Args) string {
	if !f.catalog.Has(key) {
		key = otherwise
	}
	return f.catalog.Say(f.voice, key, args)
}

// modal is the view, with meta to come back with its answers. A flow that asks nothing has no submit button.
func (f form) modal(meta string) slackgo.ModalViewRequest {
	key := "form." + f.turn.Session.Flow
	view := slackgo.ModalViewRequest{
		Type: slackgo.VTModal, CallbackID: "form", PrivateMetadata: meta,
		Title: plainText(Clip(f.say(key+".title", "slack.form", nil), maxTitle)),
		Close: plainText(Clip(f.catalog.Say(f.voice, "slack.close", nil), maxTitle)),
	}
	blocks := f.shown()
	if f.turn.Session.Flow == "report" {
		blocks = append(blocks, note(f.catalog.Say(f.voice, "slack.report_note", escaped(f.emergency()))))
	}
	for _, q := range f.turn.Open {
		blocks = append(blocks, f.input(q))
	}
	if len(f.turn.Open) > 0 {
		view.Submit = plainText(Clip(f.say(key+".submit", "slack.submit", nil), maxTitle))
		view.Close = plainText(Clip(f.catalog.Say(f.voice, "slack.cancel", nil), maxTitle))
	}
	if len(blocks) == 0 {
		blocks = append(blocks, marked(conversations.Escape(f.catalog.Say(f.voice, "slack.nothing", nil))))
	}
	view.Blocks = slackgo.Blocks{BlockSet: blocks[:min(len(blocks), maxViewBlocks)]}
	return view
}

// emergency is the number to ring, as the report's first question names it.
func (f form) emergency() domain.Args {
	for _, q := range f.turn.Open {
		if number, ok := q.Args["emergency"]; ok {
			return domain.Args{"emergency": number}
		}
	}
	return nil
}

func (f form) shown() []slackgo.Block {
	var blocks []slackgo.Block
	for _, line := range f.turn.Shown {
		for _, part := range split(f.catalog.Say(f.voice, line.Key, escaped(line.Args)), maxSection) {
			if len(blocks) == mostSections {
				return append(blocks, marked("…"))
			}
			blocks = append(blocks, marked(part))
		}
	}
	return blocks
}

func note(text string) *slackgo.ContextBlock {
	return slackgo.NewContextBlock("", slackgo.NewTextBlockObject(slackgo.MarkdownType, Clip(text, maxSection), false, true))
}

// input draws one question.
func (f form) input(q conversations.Question) *slackgo.InputBlock {
	label := f.say(q.Key+".label", q.Key, q.Args)
	block := slackgo.NewInputBlock(q.ID, plainText(Clip(label, maxLabel)), nil, f.element(q))
	block.Optional = q.Optional
	if hint := q.Key + ".hint"; f.catalog.Has(hint) {
		block.Hint = plainText(Clip(f.catalog.Say(f.voice, hint, q.Args), maxLabel))
	}
	return block
}

func (f form) element(q conversations.Question) slackgo.BlockElement {
	first := q.Default
	if typed, ok := f.prefill[q.ID]; ok {
		first = typed
	}
	options, initial := f.options(q, first)
	if len(options) > mostOptions {
		return f.searched(q, initial)
	}
	switch {
	case q.Shape == conversations.Words || len(options) == 0:
		e := slackgo.NewPlainTextInputBlockElement(nil, answerAction)
		e.Multiline, e.MaxLength = q.Long, maxInput
		if q.Limit > 0 {
			e.MaxLength = min(q.Limit, maxInput)
		}
		e.InitialValue = Clip(first, e.MaxLength)
		return e
	case q.Shape == conversations.Several && len(options) > manyBoxes:
		e := slackgo.NewOptionsMultiSelectBlockElement(slackgo.MultiOptTypeStatic, nil, answerAction, options...)
		e.InitialOptions = initial
		return e
	case q.Shape == conversations.Several || q.Shape == conversations.Tick:
		e := slackgo.NewCheckboxGroupsBlockElement(answerAction, options...)
		e.InitialOptions = initial
		return e
	case len(options) <= fewOptions:
		e := slackgo.NewRadioButtonsBlockElement(answerAction, options...)
		if len(initial) > 0 {
			e.InitialOption = initial[0]
		}
		return e
	default:
		e := slackgo.NewOptionsSelectBlockElement(slackgo.OptTypeStatic, nil, answerAction, options...)
		if len(initial) > 0 {
			e.InitialOption = initial[0]
		}
		return e
	}
}

// searched draws a menu of more than one menu can hold: Slack asks for its choices as somebody types. See suggest.
func (f form) searched(q conversations.Question, initial []*slackgo.OptionBlockObject) slackgo.BlockElement {
	atOnce := 0 // characters to type before the first choices come
	if q.Shape == conversations.Several {
		e := slackgo.NewOptionsMultiSelectBlockElement(slackgo.MultiOptTypeExternal, nil, answerAction)
		e.InitialOptions, e.MinQueryLength = initial, &atOnce
		return e
	}
	e := slackgo.NewOptionsSelectBlockElement(slackgo.OptTypeExternal, nil, answerAction)
	e.MinQueryLength = &atOnce
	if len(initial) > 0 {
		e.InitialOption = initial[0]
	}
	return e
}

// options are the choices of a question, and those chosen at first. The one box of a Tick says yes: its label says to what.
func (f form) options(q conversations.Question, first string) (options, initial []*slackgo.OptionBlockObject) {
	chosen := map[string]bool{}
	for _, v := range strings.Split(first, ",") {
		chosen[v] = true
	}
	for _, o := range q.Options {
		label := f.catalog.Label(f.voice, o.Label)
		if q.Shape == conversations.Tick {
			label = f.catalog.Say(f.voice, "answer.yes", nil)
		}
		if label == "" {
			label = o.Value
		}
		option := slackgo.NewOptionBlockObject(o.Value, plainText(Clip(label, maxOption)), nil)
		options = append(options, option)
		if chosen[o.Value] {
			initial = append(initial, option)
		}
	}
	return options, initial
}
