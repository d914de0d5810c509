package domain

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"
)

// PublishCourse publishes a course, or what changed of it. The operator does (import), and who teaches it.
//
// Items are known by their key. One whose words changed becomes a new item, and the old one is withdrawn; one whose right answer or
// explanation changed stays itself; one that is missing is withdrawn. Everyone of the audience has the task exactly once. A course
// whose content was published already is left as it is, with what its educator edited since; only who is new in its audience gets it.
type PublishCourse struct{ Course Course }

// CommandName is not registered: a course is never stored as a command.
func (PublishCourse) CommandName() string { return "publish_course@1" }

// Needs the course as it stands, with everybody's tasks and attempts.
func (c PublishCourse) Needs() Needs { return Needs{Course: c.Course.Code, Everyone: true} }

// Decide merges the items, scores attempts again, gives the audience its tasks and tells it.
func (c PublishCourse) Decide(f Facts) (Change, error) {
	if !f.Actor.Operator {
		if err := MayTeach(f, f.Course); err != nil {
			return Change{}, err
		}
	}
	return c.publish(f)
}

// publish is Decide for who was found to be allowed.
func (c PublishCourse) publish(f Facts) (Change, error) {
	c.Course.Family = cmp.Or(c.Course.Family, OfProcedure)
	if err := c.Course.check(); err != nil {
		return Change{}, err
	}
	var change Change
	course, source := f.Course, c.Course.digest()
	if course == nil || course.Source != source {
		course = c.merged(f)
		course.Source = source
		change.Entries = append(change.Entries, SavedCourse{course})
		change.Events = append(change.Events, courseEvent("course_published", course, "items", fmt.Sprint(len(course.Live()))))
		change.regrade(f, course)
	}
	change.renewNext(f, course, f.Tasks)
	saved := len(change.Entries) > 0
	fresh := change.offered(f, course, without(f, course.Audience.People(f.Org)))
	change.assign(f, course, fresh)
	if saved {
		change.Notices = append(change.Notices, published(f, course, len(fresh))...)
	}
	return change, nil
}

// merged is the course as it will stand.
func (c PublishCourse) merged(f Facts) *Course {
	next := c.Course.clone()
	next.PublishedAt = f.Now
	if f.Course == nil {
		for n := range next.Items {
			next.Items[n].ID, next.Items[n].Revision, next.Items[n].Withdrawn = 0, 1, false
		}
		return next
	}
	next.ID, next.PublishedAt = f.Course.ID, f.Course.PublishedAt
	kept := map[int64]bool{}
	for n := range next.Items {
		i := &next.Items[n]
		i.ID, i.Revision, i.Withdrawn = 0, 1, false
		old := f.Course.live(i.Key)
		if old == nil || old.Text != i.Text || !slices.Equal(old.Options, i.Options) {
			continue
		}
		i.ID, i.Revision = old.ID, old.Revision
		kept[old.ID] = true
		if old.Right != i.Right || old.Explanation != i.Explanation { // other translations are no other item
			i.Revision++
		}
	}
	for _, old := range f.Course.Items {
		if !kept[old.ID] {
			old.Withdrawn = true
			next.Items = append(next.Items, old)
		}
	}
	return next
}

// live is the item of a key that is asked, or nil.
func (c *Course) live(key string) *Item {
	for n := range c.Items {
		if c.Items[n].Key == key && !c.Items[n].Withdrawn {
			return &c.Items[n]
		}
	}
	return nil
}

// without leaves out who has the task already, in whatever state.
func without(f Facts, people []PersonID) []PersonID {
	have := map[PersonID]bool{}
	for _, t := range f.Tasks {
		have[t.Person] = true
	}
	return slices.DeleteFunc(people, func(id PersonID) bool { return have[id] })
}

// assign gives people the task, tells those who are there, and sets the reminders. Who is on leave is told when they return; who does
// not belong to the audience was given it by name.
func (change *Change) assign(f Facts, c *Course, people []PersonID) {
	if len(people) == 0 {
		return
	}
	groups := map[assignedKey][]PersonID{}
	for _, id := range people {
		k := assignedKey{Back: f.Org.Back(id, f.Now)}
		if !c.Audience.Includes(f.Org, f.Org.People[id]) {
			k.Flag = Given
		}
		groups[k] = append(groups[k], id)
	}
	tasks := slices.Clone(f.Tasks)
	for _, k := range slices.SortedFunc(maps.Keys(groups), func(a, b assignedKey) int { return cmp.Or(a.Back.Compare(b.Back), cmp.Compare(a.Flag, b.Flag)) }) {
		e := AssignedCourse{Course: c.Code, People: groups[k], At: f.Now, Due: k.Back.Add(c.Due), Flag: k.Flag}
		if k.Back.After(f.Now) {
			e.Held = k.Back
		}
		change.Entries = append(change.Entries, e)
		if e.Held.IsZero() {
			change.Entries = append(change.Entries, invite(f.Org, c, "quiz.new", "new", e.Due, e.People))
		}
		tasks = append(tasks, Task{State: TaskOpen, CreatedAt: f.Now, DueAt: e.Due})
	}
	change.Events = append(change.Events, courseEvent("course_assigned", c, "people", fmt.Sprint(len(people))))
	change.remindNext(c, tasks, f.Now)
}

// assignedKey is what people who are given a course together have in common.
type assignedKey struct {
	Back time.Time
	Flag TaskFlag
}

// invite asks people to take a course. what and the due time make the dedupe keys.
func invite(o *Organisation, c *Course, key, what string, due time.Time, people []PersonID) Mailing {
	args := Args{"title": Text(c.Title), "items": Number(len(c.Live())), "due": Day(due), "doc": Text(c.Code)}
	begin := []Reply{{Letter: "A", Key: "reply.begin", Command: BeginQuiz{Course: c.Code}, Style: "primary"}}
	mail := make(Mailing, len(people))
	for n, p := range people {
		own := args
		if o != nil && len(c.Titles) > 0 {
			own = maps.Clone(args)
			own["title"] = Text(c.In(o.LanguageOf(p)).Title)
		}
		mail[n] = Notice{
			ID: fmt.Sprintf("%s/%s/%d/p%d", courseSubject(c.Code), what, due.Unix(), p), To: Recipient{Person: p}, Topic: "course", Subject: courseSubject(c.Code),
			Key: key, Args: own, Urgency: Routine, Class: Once, Replies: begin,
		}
	}
	return mail
}

// published gives the educator the course in hand.
func published(f Facts, c *Course, people int) []Notice {
	var told []Notice
	for _, p := range educators(f, c) {
		n := CourseCard(c, "quiz.published", people)
		n.ID = fmt.Sprintf("%s/published/%d/p%d", courseSubject(c.Code), f.Now.UnixMicro(), p.ID)
		n.To = Recipient{Person: p.ID}
		told = append(told, n)
	}
	return told
}

// CourseCard shows a course to who teaches it, with what they can do. ID and recipient are the caller's to fill in.
func CourseCard(c *Course, key string, people int) Notice {
	n := Notice{
		Topic: "teaching", Subject: courseSubject(c.Code), Key: key, Urgency: Routine, Class: Once,
		Args: Args{"title": Text(c.Title), "doc": Text(c.Code), "items": Number(len(c.Live())), "people": Number(people)},
	}
	for i, flow := range []string{"course_preview", "course_send", "course_results", "item_analysis", "item_edit", "item_withdraw"} {
		n.Replies = append(n.Replies, Reply{Letter: Letter(i), Key: "reply." + flow, Flow: flow, Start: Args{"course": Text(c.Code)}})
	}
	return n
}

// SendCourse gives a course to its audience, or to the people of named units now, and asks those again who have not passed.
type SendCourse struct {
	Course string
	Units  []UnitCode // empty: the whole audience
}

// CommandName is not registered: it comes from a form only.
func (SendCourse) CommandName() string { return "send_course@1" }

// Needs the course with everybody's tasks.
func (c SendCourse) Needs() Needs { return Needs{Course: c.Course, Everyone: true} }

// Decide gives tasks to who has none, and writes to everyone asked for whose task is open.
func (c SendCourse) Decide(f Facts) (Change, error) {
	if f.Course == nil {
		return Change{}, ErrForbidden
	}
	if err := MayTeach(f, f.Course); err != nil {
		return Change{}, err
	}
	for _, u := range c.Units {
		if f.Org.Units[u] == nil {
			return Change{}, Invalid("quiz_units", "quiz.problem.unit")
		}
	}
	target := f.Course.Audience
	if len(c.Units) > 0 {
		target.Units = c.Units
	}
	wanted := target.People(f.Org)
	var change Change
	again := map[time.Time][]PersonID{}
	count := 0
	for _, t := range f.Tasks {
		if _, asked := slices.BinarySearch(wanted, t.Person); asked && t.State == TaskOpen {
			again[t.DueAt] = append(again[t.DueAt], t.Person)
			count++
		}
	}
	for _, due := range slices.SortedFunc(maps.Keys(again), time.Time.Compare) {
		key := "quiz.again"
		if f.Now.After(due) {
			key = "quiz.again_late"
		}
		change.Entries = append(change.Entries, invite(f.Org, f.Course, key, fmt.Sprintf("again/%d", f.Now.UnixMicro()), due, again[due]))
	}
	fresh := without(f, wanted)
	change.assign(f, f.Course, fresh)
	change.Events = append(change.Events, courseEvent("course_sent", f.Course, "people", fmt.Sprint(len(fresh)+count)))
	change.Notices = append(change.Notices, toTeacher(f, f.Course, "quiz.sent", Args{"title": Text(f.Course.Title), "people": Number(len(fresh) + count)}))
	return change, nil
}

// toTeacher answers who acts on a course.
func toTeacher(f Facts, c *Course, key string, args Args) Notice {
	return Notice{
		ID: fmt.Sprintf("%s/%s/%d", courseSubject(c.Code), key, f.Now.UnixMicro()), To: actorOf(f), Topic: "answer", Subject: courseSubject(c.Code),
		Key: key, Args: args, Urgency: Prompt, Class: Once,
	}
}
