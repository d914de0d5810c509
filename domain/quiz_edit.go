package domain

import "fmt"

// EditItem corrects an item: its words, its explanation, or which option is right. The item stays itself, so answers given keep their
// letter and are scored by the new right answer. How many options there are cannot change: withdraw the item, or publish the course anew.
type EditItem struct {
	Course string
	Item   Item // as it shall be, with its id
}

// CommandName is not registered: it comes from a form only.
func (EditItem) CommandName() string { return "edit_item@1" }

// Needs the course with everybody's attempts.
func (c EditItem) Needs() Needs { return Needs{Course: c.Course, Everyone: true} }

// Decide saves the new wording and scores every attempt again in the same transaction.
func (c EditItem) Decide(f Facts) (Change, error) {
	old, err := teachable(f, c.Item.ID)
	if err != nil {
		return Change{}, err
	}
	if err := c.Item.check(); err != nil {
		return Change{}, err
	}
	if len(c.Item.Options) != len(old.Options) {
		return Change{}, Invalid("quiz_options", "quiz.problem.count")
	}
	return rewrite(f, "item_edited", "quiz.edited", c.Item.ID, func(i *Item) {
		i.Text, i.Options, i.Right, i.Explanation, i.Revision = c.Item.Text, c.Item.Options, c.Item.Right, c.Item.Explanation, i.Revision+1
	})
}

// WithdrawItem takes an item out: it is asked no more and counts in no score, neither as right nor as asked.
type WithdrawItem struct {
	Course string
	Item   int64
}

// CommandName is not registered: it comes from a form only.
func (WithdrawItem) CommandName() string { return "withdraw_item@1" }

// Needs the course with everybody's attempts.
func (c WithdrawItem) Needs() Needs { return Needs{Course: c.Course, Everyone: true} }

// Decide withdraws the item and scores every attempt again in the same transaction. The last item of a course cannot go.
func (c WithdrawItem) Decide(f Facts) (Change, error) {
	if _, err := teachable(f, c.Item); err != nil {
		return Change{}, err
	}
	if len(f.Course.Live()) == 1 {
		return Change{}, Invalid("quiz_item", "quiz.problem.last")
	}
	return rewrite(f, "item_withdrawn", "quiz.item_withdrawn", c.Item, func(i *Item) { i.Withdrawn = true })
}

// teachable finds an item that the actor may change.
func teachable(f Facts, item int64) (*Item, error) {
	if f.Course == nil {
		return nil, ErrForbidden
	}
	if err := MayTeach(f, f.Course); err != nil {
		return nil, err
	}
	i := f.Course.Item(item)
	if i == nil || i.Withdrawn {
		return nil, Invalid("quiz_item", "quiz.problem.item")
	}
	return i, nil
}

// rewrite changes one item and everything that follows from it.
func rewrite(f Facts, event, key string, item int64, edit func(*Item)) (Change, error) {
	course := f.Course.clone()
	edit(course.Item(item))
	change := Change{
		Entries: []Entry{SavedCourse{course}},
		Events:  []Event{courseEvent(event, course, "item", fmt.Sprint(item), "revision", fmt.Sprint(course.Item(item).Revision))},
	}
	passed := change.regrade(f, course)
	change.Notices = append(change.Notices, toTeacher(f, course, key, Args{"title": Text(course.Title), "people": Number(passed)}))
	return change, nil
}

// regrade scores all attempts under the course as it will stand. Who passes now is told, once, and their task is closed; who had
// passed keeps the pass. It returns how many pass now.
func (change *Change) regrade(f Facts, c *Course) int {
	open := map[PersonID]bool{}
	for _, t := range f.Tasks {
		open[t.Person] = t.State == TaskOpen
	}
	var changed []*Attempt
	var passed []PersonID
	var mail Mailing
	for n := range f.Attempts {
		a := &f.Attempts[n]
		g := c.grade(a, f.Now)
		if g.Score == a.Score && g.Passed == a.Passed && g.DoneAt.Equal(a.DoneAt) {
			continue
		}
		changed = append(changed, g)
		if g.Done() && !a.Done() {
			change.startRecalls(f, c, g)
		}
		switch {
		case g.Passed && !a.Passed && open[a.Person] && (len(passed) == 0 || passed[len(passed)-1] != g.Person):
			passed = append(passed, g.Person)
			mail = append(mail, corrected(c, g))
		case g.Done() && !a.Done() && !g.Passed && open[a.Person]:
			told := verdict(f, c, g, Recipient{Person: g.Person})
			told.Urgency = Routine // they did nothing just now
			mail = append(mail, told)
			change.Notices = append(change.Notices, stuck(f, c, g)...)
		}
	}
	if len(changed) == 0 {
		return 0
	}
	change.Entries = append(change.Entries, SavedAttempts{changed})
	change.Events = append(change.Events, courseEvent("attempts_rescored", c, "attempts", fmt.Sprint(len(changed)), "passed", fmt.Sprint(len(passed))))
	if len(mail) > 0 {
		change.Entries = append(change.Entries, mail)
	}
	if len(passed) > 0 {
		change.Entries = append(change.Entries, ClosedCourse{Course: c.ID, People: passed, At: f.Now})
		change.firstPass(c, f.Now)
	}
	return len(passed)
}

// corrected tells a learner that our correction made their attempt a pass.
func corrected(c *Course, a *Attempt) Notice {
	right, counted := c.Tally(a)
	return Notice{
		ID: attemptSubject(c.Code, a.Person) + "/corrected", To: Recipient{Person: a.Person}, Topic: "verdict", Subject: attemptSubject(c.Code, a.Person), Key: "quiz.corrected",
		Args:    Args{"title": Text(c.Title), "right": Number(right), "of": Number(counted), "score": Number(a.Score)},
		Urgency: Routine, Class: Once,
	}
}
