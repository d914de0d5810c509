package conversations

import (
	"fmt"
	"strconv"
	"strings"

	"goodcatch/domain"
)

func courseOf(start domain.Args) string { return start["course"].String() }

func needsCourse(start domain.Args, _ Answers) domain.Needs {
	return domain.Needs{Course: courseOf(start)}
}

// needsClass loads a course with everybody's tasks and attempts, locked, because a change may follow.
func needsClass(start domain.Args, _ Answers) domain.Needs {
	return domain.Needs{Course: courseOf(start), Everyone: true}
}

func numberOf(start domain.Args, name string) int64 {
	n, err := strconv.ParseInt(start[name].String(), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// Quiz takes the answer to one question of a course, by letter. Each question of an attempt is a conversation of its own, named after
// its item: the command that marks one answer opens the next, on the phone and in Slack alike. One that was answered elsewhere, or
// withdrawn, or belongs to an earlier attempt, is not open any more.
var Quiz = register(Flow{Name: "quiz", Needs: needsCourse, Run: func(c *Conv) domain.Command {
	course, attempt := c.Facts.Course, c.Facts.Attempt
	if course == nil || attempt == nil || attempt.Done() || attempt.Number != int(numberOf(c.Start, "attempt")) {
		return nil
	}
	item := course.Item(numberOf(c.Start, "item"))
	if item == nil {
		return nil
	}
	if _, answered := attempt.Given[item.ID]; answered {
		return nil
	}
	_, number, of := course.Next(attempt)
	letter := c.Pick(domain.QuestionID(item.ID), letterOptions(*item), Lettered, Say("quiz.question"), With(domain.Args{
		"title": domain.Text(course.Title), "number": domain.Number(number), "of": domain.Number(of), "item": domain.Text(item.Text), "choices": domain.Text(item.Lettered()),
	}))
	if letter == "" {
		return nil
	}
	return domain.AnswerItem{Course: course.Code, Attempt: attempt.Number, Item: item.ID, Choice: int(letter[0] - 'A')}
}})

func letterOptions(i domain.Item) []Option {
	var options []Option
	for n, o := range i.Options {
		options = append(options, Option{Value: domain.Letter(n), Label: domain.Text(o)})
	}
	return options
}

// MostCourses is how many courses fit one text to choose from.
const MostCourses = 4

// StartChoice is the start of the choice between courses, MostCourses at most.
func StartChoice(courses []domain.Course) domain.Args {
	start := domain.Args{}
	for n, course := range courses[:min(len(courses), MostCourses)] {
		letter := strings.ToLower(domain.Letter(n))
		start[letter], start["code_"+letter] = domain.Text(course.Title), domain.Text(course.Code)
	}
	return start
}

// QuizChoice asks which course to take when several are open.
var QuizChoice = register(Flow{Name: "quiz_choice", Run: func(c *Conv) domain.Command {
	var options []Option
	for n := range MostCourses {
		letter := strings.ToLower(domain.Letter(n))
		if code := c.Start["code_"+letter].String(); code != "" {
			options = append(options, Option{Value: code, Label: c.Start[letter], Digit: strconv.Itoa(n + 1)})
		}
	}
	code := c.Pick("course", options, Say("quiz.choose"), With(c.Start))
	if code == "" {
		return nil
	}
	return domain.BeginQuiz{Course: code}
}})

// teaches reports whether the actor may look after the course; the form says so when not.
func (c *Conv) teaches() bool {
	if c.Facts.Course == nil || domain.MayTeach(c.Facts, c.Facts.Course) != nil {
		c.Show("problem.not_yours", nil)
		return false
	}
	return true
}

// showItems shows the items that are asked, with their right answers.
func (c *Conv) showItems() {
	course := c.Facts.Course
	live := course.Live()
	c.Show("form.course.head", domain.Args{"title": domain.Text(course.Title), "items": domain.Number(len(live)), "mark": domain.Number(course.PassMark)})
	for n, i := range live {
		c.Show("form.course.item", domain.Args{
			"number": domain.Number(n + 1), "item": domain.Text(i.Text), "choices": domain.Text(i.Lettered()), "letter": domain.Text(domain.Letter(i.Right)), "why": domain.Text(i.Explanation),
		})
	}
}

// CoursePreview shows a course as its learners get it, and the answers.
var CoursePreview = register(Flow{Name: "course_preview", FormOnly: true, Needs: needsCourse, Run: func(c *Conv) domain.Command {
	if c.teaches() {
		c.showItems()
	}
	return nil
}})

// CourseSend sends a course to its audience or to named units.
var CourseSend = register(Flow{Name: "course_send", FormOnly: true, Needs: needsClass, Run: func(c *Conv) domain.Command {
	if !c.teaches() {
		return nil
	}
	c.Show("form.course.send", domain.Args{"title": domain.Text(c.Facts.Course.Title)})
	cmd := domain.SendCourse{Course: c.Facts.Course.Code}
	for _, u := range c.PickSeveral("quiz_units", c.unitOptions()) {
		cmd.Units = append(cmd.Units, domain.UnitCode(u))
	}
	return cmd
}})

// ItemEdit corrects an item. What is left empty stays as it is.
var ItemEdit = register(Flow{Name: "item_edit", FormOnly: true, Needs: needsClass, Run: func(c *Conv) domain.Command {
	if !c.teaches() {
		return nil
	}
	c.showItems()
	picked := c.pickItem()
	text := c.Text("quiz_text", Optional, FormOnly, Limit(domain.ItemRoom))
	var options [4]string
	for n := range options {
		options[n] = c.Text("quiz_option_"+strings.ToLower(domain.Letter(n)), Optional, FormOnly, Limit(domain.ItemRoom))
	}
	right := c.Pick("quiz_right", []Option{{Value: "A", Label: domain.Text("A")}, {Value: "B", Label: domain.Text("B")}, {Value: "C", Label: domain.Text("C")}, {Value: "D", Label: domain.Text("D")}}, Optional, FormOnly)
	why := c.Text("quiz_explanation", Optional, FormOnly, Limit(domain.ExplanationRoom))
	if picked == nil {
		return nil
	}
	item := *picked
	item.Options = append([]string(nil), picked.Options...)
	if text != "" {
		item.Text = text
	}
	for n, o := range options {
		switch {
		case o == "":
		case n < len(item.Options):
			item.Options[n] = o
		default:
			item.Options = append(item.Options, o) // refused: how many there are cannot change
		}
	}
	if right != "" {
		item.Right = int(right[0] - 'A')
	}
	if why != "" {
		item.Explanation = why
	}
	return domain.EditItem{Course: c.Facts.Course.Code, Item: item}
}})

// ItemWithdraw takes an item out of a course.
var ItemWithdraw = register(Flow{Name: "item_withdraw", FormOnly: true, Needs: needsClass, Run: func(c *Conv) domain.Command {
	if !c.teaches() {
		return nil
	}
	c.showItems()
	picked := c.pickItem()
	if picked == nil {
		return nil
	}
	return domain.WithdrawItem{Course: c.Facts.Course.Code, Item: picked.ID}
}})

// pickItem asks for one of the items that are asked; nil while open.
func (c *Conv) pickItem() *domain.Item {
	var options []Option
	for n, i := range c.Facts.Course.Live() {
		options = append(options, Option{Value: fmt.Sprint(i.ID), Label: domain.Text(clip(fmt.Sprintf("%d %s", n+1, i.Text), 70))})
	}
	id, err := strconv.ParseInt(c.Pick("quiz_item", options, FormOnly), 10, 64)
	if err != nil {
		return nil
	}
	return c.Facts.Course.Item(id)
}

// fewFinished is how many must have finished before totals are shown to who may not read scores: fewer would tell who.
const fewFinished = 5

// mostLearners bounds the names on the results form.
const mostLearners = 30

// CourseResults shows how a course goes: totals and how hard each item is, to its teachers; single results to its educators only.
var CourseResults = register(Flow{Name: "course_results", FormOnly: true, Needs: needsClass, Run: func(c *Conv) domain.Command {
	if !c.teaches() {
		return nil
	}
	course := c.Facts.Course
	r := course.Results(c.Facts.Tasks, c.Facts.Attempts)
	scores := domain.MayReadScore(c.Facts, course, 0) == nil
	if !scores && r.Finished < fewFinished {
		c.Show("form.course.few", domain.Args{"title": domain.Text(course.Title)})
		return nil
	}
	c.Show("form.course.totals", domain.Args{
		"title": domain.Text(course.Title), "assigned": domain.Number(r.Assigned), "finished": domain.Number(r.Finished), "passed": domain.Number(r.Passed),
		"share": domain.Number(domain.Percent(r.Passed, r.Finished)), "first": domain.Number(domain.Percent(r.FirstTime, r.Finished)),
	})
	for _, i := range r.Items {
		c.Show("form.course.difficulty", domain.Args{"item": domain.Text(i.Item.Text), "share": domain.Number(domain.Percent(i.Right, i.Answers)), "answers": domain.Number(i.Answers)})
	}
	if scores {
		c.showLearners(r.Learners)
	}
	return nil
}})

func (c *Conv) showLearners(all []domain.LearnerResult) {
	shown := 0
	for _, l := range all {
		if l.Passed || l.Tries == 0 || shown == mostLearners {
			continue
		}
		shown++
		c.Show("form.course.learner", domain.Args{"person": domain.Text(c.organisation().NameOf(l.Person)), "tries": domain.Number(l.Tries), "score": domain.Number(l.Best)})
	}
}
