package domain

import "fmt"

// HelpLearner is what an educator does about somebody who failed a course twice: offer a talk, or another try.
type HelpLearner struct {
	Course string
	Person PersonID
	Talk   bool // else another try
}

var _ = Register(HelpLearner{})

// CommandName is the stored name.
func (HelpLearner) CommandName() string { return "help_learner@1" }

// Needs the course with everybody's tasks.
func (c HelpLearner) Needs() Needs { return Needs{Course: c.Course, Everyone: true} }

// Decide tells the learner, kindly, and takes the buttons off every educator's card. Who has passed meanwhile is left alone.
func (c HelpLearner) Decide(f Facts) (Change, error) {
	if f.Course == nil {
		return Change{}, ErrForbidden
	}
	if err := MayReadScore(f, f.Course, 0); err != nil {
		return Change{}, err
	}
	task := courseTask(f, c.Person)
	if task == nil {
		return Change{}, ErrNotFound
	}
	args := Args{"title": Text(f.Course.Title), "person": Text(f.Org.NameOf(c.Person)), "by": Text(f.Org.NameOf(f.Actor.Person)), "at": Day(f.Now)}
	change := Change{Settle: []Settle{{Subject: stuckSubject(f.Course, c.Person), Topic: "stuck", Key: "quiz.stuck_tried", Args: args, Except: f.Actor.Person, Silent: true}}}
	if task.State != TaskOpen {
		change.Settle[0].Key = "quiz.stuck_passed"
		return change, nil
	}
	how, n := "try", Notice{
		ID: fmt.Sprintf("%s/help/%d", attemptSubject(c.Course, c.Person), f.Now.UnixMicro()), To: Recipient{Person: c.Person}, Topic: "course", Subject: courseSubject(c.Course),
		Key: "quiz.try_again", Args: args, Urgency: Routine, Class: Once,
		Replies: []Reply{{Letter: "A", Key: "reply.begin", Command: BeginQuiz{Course: c.Course}, Style: "primary"}},
	}
	if c.Talk {
		how, n.Key, n.Replies = "talk", "quiz.talk", nil
		change.Settle[0].Key = "quiz.stuck_talk"
	}
	change.Notices = []Notice{n}
	change.Events = []Event{courseEvent("learner_helped", f.Course, "how", how)}
	return change, nil
}

// stuckSubject names the cards about one learner who failed twice.
func stuckSubject(c *Course, p PersonID) string { return attemptSubject(c.Code, p) + "/stuck" }

// stuckReplies are what an educator can do about it.
func stuckReplies(c *Course, p PersonID) []Reply {
	return []Reply{
		{Letter: "T", Key: "reply.talk", Command: HelpLearner{Course: c.Code, Person: p, Talk: true}, Style: "primary"},
		{Letter: "E", Key: "reply.extra_try", Command: HelpLearner{Course: c.Code, Person: p}},
	}
}
