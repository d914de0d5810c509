package domain

import (
	"fmt"
	"strings"
)

// BeginQuiz begins a course, or goes on with it where it was left, however long ago.
type BeginQuiz struct{ Course string }

var _ = Register(BeginQuiz{})

// CommandName is the stored name.
func (BeginQuiz) CommandName() string { return "begin_quiz@1" }

// Needs the course.
func (c BeginQuiz) Needs() Needs { return Needs{Course: c.Course} }

// Decide puts the first open question. Only who has the task may; who has passed is told so.
func (c BeginQuiz) Decide(f Facts) (Change, error) {
	if err := mayLearn(f); err != nil {
		return Change{}, err
	}
	title := Args{"title": Text(f.Course.Title), "doc": Text(f.Course.Code)}
	switch task := courseTask(f, f.Actor.Person); {
	case task.State == TaskDone:
		title["at"] = Day(task.DoneAt)
		return Change{}, &InvalidError{Field: "course", Reason: "quiz.passed_already", Args: title}
	case task.State != TaskOpen:
		return Change{}, ErrForbidden
	}
	a := f.Attempt
	var change Change
	if a == nil || a.Done() {
		number := 1
		if a != nil {
			number = a.Number + 1
		}
		a = &Attempt{Course: f.Course.ID, Person: f.Actor.Person, Number: number, StartedAt: f.Now}
		change.Entries = []Entry{SavedAttempts{[]*Attempt{a}}}
		change.Events = []Event{courseEvent("quiz_begun", f.Course, "attempt", fmt.Sprint(number))}
	}
	change.proceed(f, a)
	return change, nil
}

// mayLearn decides who may take a course: a linked person who was given it.
func mayLearn(f Facts) error {
	if f.Course == nil || f.Actor.Person == 0 || f.Actor.Level < A1 || courseTask(f, f.Actor.Person) == nil {
		return ErrForbidden
	}
	return nil
}

// AnswerItem is an answer to one question of an attempt. It counts at once, and the first answer stays.
type AnswerItem struct {
	Course  string
	Attempt int // its number
	Item    int64
	Choice  int
}

var _ = Register(AnswerItem{})

// CommandName is the stored name.
func (AnswerItem) CommandName() string { return "answer_item@1" }

// Needs the course.
func (c AnswerItem) Needs() Needs { return Needs{Course: c.Course} }

// Decide marks the answer, says so with the reason, and puts the next question or the result. The same answer twice does nothing.
func (c AnswerItem) Decide(f Facts) (Change, error) {
	if err := mayLearn(f); err != nil {
		return Change{}, err
	}
	a, item := f.Attempt, f.Course.Item(c.Item)
	if item == nil || a == nil {
		return Change{}, ErrNotFound
	}
	if a.Number != c.Attempt {
		return Change{}, &InvalidError{Field: "item", Reason: "quiz.old", Args: Args{"doc": Text(f.Course.Code)}}
	}
	if given, answered := a.Given[item.ID]; answered {
		if given == c.Choice {
			return Change{}, nil
		}
		return Change{}, Invalid("item", "quiz.answered_already")
	}
	if c.Choice < 0 || c.Choice >= len(item.Options) {
		return Change{}, Invalid("item", "problem.choice")
	}
	var change Change
	if item.Withdrawn {
		change.Settle = []Settle{settleItem(f, c, "quiz.withdrawn", Args{"title": Text(f.Course.Title)})}
		change.proceed(f, a)
		return change, nil
	}
	a = a.clone()
	a.Given[item.ID] = c.Choice
	change.Entries = []Entry{GivenAnswer{Attempt: a, Item: item.ID, Revision: item.Revision, Choice: c.Choice, At: f.Now}}
	change.Events = []Event{courseEvent("item_answered", f.Course, "attempt", fmt.Sprint(a.Number), "item", fmt.Sprint(item.ID))}
	change.feedback(f, a, item, c)
	change.proceed(f, a)
	return change, nil
}

// settleItem ends a question: what is queued is withdrawn, its copies in Slack say what became of it.
func settleItem(f Facts, c AnswerItem, key string, args Args) Settle {
	return Settle{Subject: attemptSubject(c.Course, f.Actor.Person), Topic: itemTopic(c.Item, c.Attempt), Key: key, Args: args, Except: f.Actor.Person, Silent: true}
}

func itemTopic(item int64, attempt int) string { return fmt.Sprintf("item%d/%d", item, attempt) }

// feedback says at once whether an answer is right, and why. In Slack the question itself turns into that.
func (change *Change) feedback(f Facts, a *Attempt, item *Item, c AnswerItem) {
	right, counted := f.Course.Tally(a)
	_, _, of := f.Course.Next(a)
	key := "quiz.wrong"
	if c.Choice == item.Right {
		key = "quiz.right"
	}
	args := Args{
		"title": Text(f.Course.Title), "item": Text(item.Text), "letter": Text(Letter(item.Right)), "option": Text(item.Options[item.Right]),
		"given": Text(Letter(c.Choice)), "choice": Text(item.Options[c.Choice]), "why": Text(sentence(item.Explanation)),
		"number": Number(counted), "of": Number(of), "right": Number(right),
	}
	change.Settle = append(change.Settle, settleItem(f, c, key, args))
	if f.Actor.Channel == Slack {
		return
	}
	change.Notices = append(change.Notices, Notice{
		ID: fmt.Sprintf("%s/%d/marked/%d", attemptSubject(c.Course, a.Person), a.Number, item.ID), To: actorOf(f), Topic: "marked",
		Subject: attemptSubject(c.Course, a.Person), Key: key, Args: args, Urgency: Prompt, Class: Once,
	})
}

// sentence ends a line with a full stop unless it has an end of its own.
func sentence(s string) string {
	if s = strings.TrimSpace(s); s == "" || strings.ContainsAny(s[len(s)-1:], ".!?") || strings.HasSuffix(s, "。") || strings.HasSuffix(s, "！") || strings.HasSuffix(s, "？") || strings.HasSuffix(s, "…") {
		return s
	}
	return s + "."
}

// proceed puts the next question of an attempt, or finishes it.
func (change *Change) proceed(f Facts, a *Attempt) {
	item, number, of := f.Course.Next(a)
	if item == nil {
		change.finish(f, a)
		return
	}
	options := make([]Reply, len(item.Options))
	for n, o := range item.Options {
		options[n] = Reply{
			Letter: Letter(n), Key: "quiz.option", Args: Args{"letter": Text(Letter(n)), "option": Text(o)},
			Command: AnswerItem{Course: f.Course.Code, Attempt: a.Number, Item: item.ID, Choice: n},
		}
	}
	change.Notices = append(change.Notices, Notice{
		ID: fmt.Sprintf("%s/%d/item%d/%d", attemptSubject(f.Course.Code, a.Person), a.Number, item.ID, f.Now.UnixMicro()), To: actorOf(f),
		Topic: itemTopic(item.ID, a.Number), Subject: attemptSubject(f.Course.Code, a.Person), Key: "quiz.question",
		Args: Args{
			"title": Text(f.Course.Title), "number": Number(number), "of": Number(of), "item": Text(item.Text), "choices": Text(item.Lettered()),
		},
		Urgency: Prompt, Class: Once, Replies: options,
		Ask: &Ask{Flow: "quiz", Start: QuizStart(f.Course.Code, a.Number, item.ID), Question: QuestionID(item.ID)},
	})
}

// QuizStart is the start of the conversation that puts one question.
func QuizStart(course string, attempt int, item int64) Args {
	return Args{"course": Text(course), "attempt": Number(attempt), "item": Number(int(item))}
}

// QuestionID is an item's stable name as a question.
func QuestionID(item int64) string { return fmt.Sprintf("item%d", item) }

// finish scores an attempt whose last question was answered, closes the task of who passed, and offers the others another try. Who
// fails twice is made known to the educator, without the score.
func (change *Change) finish(f Facts, a *Attempt) {
	done := f.Course.grade(a, f.Now)
	change.Entries = append(change.Entries, SavedAttempts{[]*Attempt{done}})
	change.Events = append(change.Events, courseEvent("quiz_finished", f.Course, "attempt", fmt.Sprint(done.Number)))
	if done.Passed {
		change.Entries = append(change.Entries, ClosedCourse{Course: f.Course.ID, People: []PersonID{done.Person}, At: f.Now})
		change.Events = append(change.Events, courseEvent("course_passed", f.Course))
		change.firstPass(f.Course, f.Now)
	}
	change.startRecalls(f, f.Course, done)
	change.Notices = append(change.Notices, verdict(f, f.Course, done, actorOf(f)))
	change.Notices = append(change.Notices, stuck(f, f.Course, done)...)
}

// verdict tells the learner, and nobody else, how the attempt ended.
func verdict(f Facts, c *Course, a *Attempt, to Recipient) Notice {
	right, counted := c.Tally(a)
	n := Notice{
		ID: fmt.Sprintf("%s/%d/verdict", attemptSubject(c.Code, a.Person), a.Number), To: to, Topic: "verdict", Subject: attemptSubject(c.Code, a.Person),
		Key:     "quiz.passed",
		Args:    Args{"title": Text(c.Title), "right": Number(right), "of": Number(counted), "score": Number(a.Score), "mark": Number(c.PassMark), "at": Day(f.Now)},
		Urgency: Prompt, Class: Once,
	}
	if !a.Passed {
		n.Key = "quiz.failed"
		n.Replies = []Reply{{Letter: "A", Key: "reply.try_again", Command: BeginQuiz{Course: c.Code}, Style: "primary"}}
	}
	return n
}

// failedSince counts the tries that a person has failed since their last pass, with the one at hand, and says which try that pass was.
func failedSince(attempts []Attempt, a *Attempt) (failures, passed int) {
	failures = 1
	for _, before := range attempts {
		switch {
		case before.Person != a.Person || before.Number >= a.Number || !before.Done():
		case before.Passed:
			failures, passed = 1, before.Number
		default:
			failures++
		}
	}
	return failures, passed
}

// stuck tells the educator of a learner who failed for the second time since they last passed: once, without the score, and with what
// can be done about it.
func stuck(f Facts, c *Course, a *Attempt) []Notice {
	failures, since := failedSince(f.Attempts, a)
	if a.Passed || failures < 2 {
		return nil
	}
	var told []Notice
	for _, p := range educators(f, c) {
		if p.ID == a.Person {
			continue
		}
		told = append(told, Notice{
			ID: fmt.Sprintf("%s/%d/p%d", stuckSubject(c, a.Person), since, p.ID), To: Recipient{Person: p.ID}, Topic: "stuck", Subject: stuckSubject(c, a.Person),
			Key: "quiz.stuck", Args: Args{"person": Text(f.Org.NameOf(a.Person)), "title": Text(c.Title)}, Urgency: Routine, Class: Once, Replies: stuckReplies(c, a.Person),
		})
	}
	return told
}
