package conversations

import (
	"strconv"

	"goodcatch/domain"
)

// recordOf reads the record a flow is about from its start.
func recordOf(start domain.Args) domain.RecordID {
	id, err := strconv.ParseInt(start["record"].String(), 10, 64)
	if err != nil {
		return 0
	}
	return domain.RecordID(id)
}

func needsRecord(start domain.Args, _ Answers) domain.Needs {
	return domain.Needs{Record: recordOf(start)}
}

func needsText(start domain.Args, _ Answers) domain.Needs {
	return domain.Needs{Record: recordOf(start), Passages: true}
}

// Report files a report: one required answer, all others optional and shown in forms only; by SMS the questions follow the receipt.
var Report = register(Flow{Name: "report", AsReporter: true, Run: func(c *Conv) domain.Command {
	cmd := domain.FileReport{Form: c.Form, Kind: domain.Kind(c.Start["kind"].String())}
	if cmd.Kind == "" {
		cmd.Kind = domain.Kind(c.Pick("kind", kindOptions(), Default(string(domain.NearMiss)), FormOnly))
	}
	cmd.Text = c.Text("what", Long, With(domain.Args{"emergency": domain.Text(c.organisation().Emergency)}))
	cmd.Masked = maskedKinds(cmd.Text)
	cmd.Unit = domain.UnitCode(c.Start["unit"].String())
	cmd.Details = domain.Details{
		Danger:    c.YesNo("danger", Optional, FormOnly),
		Harm:      c.Harm("harm", Optional, FormOnly),
		Potential: c.YesNoUnsure("potential", Optional, FormOnly),
		Category:  c.Pick("category", Terms("category.", domain.Categories, domain.QuickCategories), Optional, FormOnly),
		Unit:      domain.UnitCode(c.Pick("unit", c.unitOptions(), Optional, FormOnly, Default(c.ownUnit()))),
		Where:     c.Text("where", Optional, FormOnly, Limit(80)),
	}
	cmd.Hidden = c.Tick("hide", FormOnly) || c.Start["hidden"] != ""
	cmd.AboutManager = c.Tick("about_manager", FormOnly) || c.Start["about_manager"] != ""
	if cmd.Text == "" {
		return nil
	}
	if cmd.Kind == "" {
		cmd.Kind = domain.Unsorted
	}
	return cmd
}})

// Enrich asks a reporter the optional questions of their kind, at most three by SMS. Each answer counts at once.
var Enrich = register(Flow{Name: "enrich", AsReporter: true, Done: "enrich.done", Needs: needsRecord, Run: func(c *Conv) domain.Command {
	r := c.Facts.Record
	if r == nil || r.Report == nil {
		return nil
	}
	var d domain.Details
	args := With(domain.Args{"code": domain.Text(string(r.Code)), "emergency": domain.Text(c.organisation().Emergency)})
	_, saidHarm := c.Answered("harm")
	_, saidPotential := c.Answered("potential")
	switch {
	case r.Kind == domain.Incident && !saidPotential:
		d.Danger = c.YesNo("danger", Optional, args)
		d.Harm = c.Harm("harm", Optional, args)
	case (r.Kind == domain.NearMiss || r.Kind == domain.UnsafeCondition) && !saidHarm:
		d.Potential = c.YesNoUnsure("potential", Optional, args)
	}
	if c.Facts.Actor.Person == 0 && !r.Report.Verified {
		d.Unit = domain.UnitCode(c.Pick("unit", c.unitOptions(), Optional, args))
	} else if c.Form || r.Report.Category == "" && r.Kind != domain.Supply && r.Kind != domain.Variance { // their families are others
		d.Category = c.Pick("category", Terms("category.", domain.Categories, domain.QuickCategories), Optional, args)
	}
	return domain.EnrichReport{Record: r.ID, Details: d}
}})

// Decline passes a record on, with a reason if there is one.
var Decline = register(Flow{Name: "decline", Needs: needsRecord, Run: func(c *Conv) domain.Command {
	c.showCard()
	return domain.Decline{Record: recordOf(c.Start), Text: c.Text("reason", Optional, FormOnly, Limit(300))}
}})

// sees notes that the details were opened.
func sees(start domain.Args) domain.Command { return domain.SeeRecord{Record: recordOf(start)} }

// Details shows what a record says, to those who may read it.
var Details = register(Flow{Name: "details", Needs: func(start domain.Args, answers Answers) domain.Needs {
	n := needsText(start, answers)
	n.Told = true
	return n
}, Opens: sees, Run: func(c *Conv) domain.Command {
	c.showCard()
	c.showText()
	c.showTold()
	return nil
}})

// AskReporter puts a question to the reporter through the bot.
var AskReporter = register(Flow{Name: "ask_reporter", Needs: needsText, Run: func(c *Conv) domain.Command {
	c.showCard()
	c.showText()
	text := c.Text("question", Textable(domain.QuestionLimit), With(domain.Args{"limit": domain.Number(domain.QuestionLimit)}))
	if text == "" {
		return nil
	}
	return domain.AskReporter{Record: recordOf(c.Start), Text: text}
}})

// Close ends a report with its learning line, which its author confirms may be texted.
var Close = register(Flow{Name: "close", Needs: needsText, Run: func(c *Conv) domain.Command {
	c.showCard()
	c.showText()
	limit := With(domain.Args{"limit": domain.Number(domain.LearningLimit)})
	learning := c.Text("learning", Textable(domain.LearningLimit), limit)
	sure := c.YesNo("textable", With(domain.Args{"learning": domain.Text(learning)}))
	if learning == "" || sure == domain.Open {
		return nil
	}
	return domain.CloseReport{Record: recordOf(c.Start), Learning: learning, Textable: sure}
}})

// AnswerOwner takes the reporter's words back to the owner who asked.
var AnswerOwner = register(Flow{Name: "answer", AsReporter: true, Needs: needsRecord, Run: func(c *Conv) domain.Command {
	text := c.Text("text", Long)
	if text == "" {
		return nil
	}
	return domain.AddToReport{Record: recordOf(c.Start), Text: text, Masked: maskedKinds(text)}
}})

// Useful asks the reporter whether the feedback was any use.
var Useful = register(Flow{Name: "useful", AsReporter: true, Needs: needsRecord, Run: func(c *Conv) domain.Command {
	return domain.RateFeedback{Record: recordOf(c.Start), Useful: c.YesNo("useful", Optional)}
}})

func kindOptions() []Option {
	var kinds []string
	for _, k := range domain.ReportKinds {
		kinds = append(kinds, string(k))
	}
	return Terms("kind.", kinds, 0)
}

// StartRecord is the start of every flow about a record.
func StartRecord(id domain.RecordID) domain.Args {
	return domain.Args{"record": domain.Number(int(id))}
}
