package domain

import (
	"fmt"
	"slices"
	"time"
)

// helpAgain is how soon a second cry for help with the same step is passed on again.
const helpAgain = 5 * time.Minute

// help tells who is accountable for a step, and whose advice there is, that somebody needs help with it. It stays open.
func (r *Run) help(f Facts, n int) Change {
	s := &r.Steps[n-1]
	change := Change{Entries: []Entry{SavedRun{*r}}}
	if s.HelpAt.IsZero() || f.Now.Sub(s.HelpAt) >= helpAgain {
		s.HelpAt = f.Now
		change.Events = []Event{r.event("help", "step", fmt.Sprint(n))}
		r.callHelp(&change, f, n, f.HoldersOf(append([]Station{s.Accountable}, s.Consulted...)...), "run.help", nil)
	}
	change.Notices = append(change.Notices, r.helpNoted(f, n))
	return change
}

// wardHelp does the same for wards.
func (r *Run) wardHelp(f Facts, n int, c AnswerStep) (Change, error) {
	s := &r.Steps[n-1]
	units, err := c.units(f, r, n)
	if err != nil {
		return Change{}, err
	}
	if s.Ward(units[0]).Answer != 0 {
		return Change{Notices: []Notice{r.wardAnswered(f, n, units, "run.ward_done")}}, nil
	}
	change := Change{Entries: []Entry{SavedRun{*r}}}
	var fresh []UnitCode
	var helpers []PersonID
	for _, u := range units {
		if w := s.Ward(u); w.HelpAt.IsZero() || f.Now.Sub(w.HelpAt) >= helpAgain {
			w.HelpAt = f.Now
			fresh, helpers = append(fresh, u), together(helpers, f.accountableFor(s.Accountable, u))
			change.Events = append(change.Events, r.event("help", "step", fmt.Sprint(n), "unit", string(u)))
		}
	}
	if s.needHelp(); len(fresh) > 0 {
		r.callHelp(&change, f, n, together(helpers, f.HoldersOf(s.Consulted...)), "run.ward_help", Args{"wards": Text(someUnits(fresh))})
	}
	change.Notices = append(change.Notices, r.helpNoted(f, n))
	return change, nil
}

// callHelp tells those who may help, but not who needs it; where that is nobody, who leads the run.
func (r *Run) callHelp(change *Change, f Facts, n int, ids []PersonID, key string, args Args) {
	ids = slices.DeleteFunc(ids, func(id PersonID) bool { return id == f.Actor.Person })
	if len(ids) == 0 {
		ids = followers(f.Org, r.Lead)
	}
	for _, id := range ids {
		notice := r.ask(f, n, id, key, "help")
		notice.Args["person"] = Text(f.Org.NameOf(f.Actor.Person))
		for name, value := range args {
			notice.Args[name], notice.Args["keys"], notice.Replies = value, Term("run_keys.text"), nil
		}
		change.Notices = append(change.Notices, notice)
	}
	change.Entries = []Entry{SavedRun{*r}, RunAnswer{Run: r.ID, Item: n, Person: f.Actor.Person, Answer: StepHelp, At: f.Now}, r.refresh(f)}
}

// helpNoted tells who needs help that it is passed on.
func (r *Run) helpNoted(f Facts, n int) Notice {
	return Notice{
		ID: fmt.Sprintf("%s/helped%d/a%d/%d", r.Subject(), n, f.Actor.Address, f.Now.UnixMicro()), To: Recipient{Address: f.Actor.Address}, Topic: "answer", Subject: r.Subject(), Key: "run.help_noted",
		Args: r.stepArgs(f, n, f.Actor.Person), Urgency: Prompt, Class: Once,
	}
}
