package bot

import (
	"errors"
	"fmt"
	"strings"

	"goodcatch/conversations"
	"goodcatch/domain"
	"goodcatch/domain/words"
	"goodcatch/store"
)

// trainingKeyword does what the keywords of courses ask: TEST, N or Q, P, COURSES. done is false when this caller has nothing of the kind.
func (t *turn) trainingKeyword(said words.Said) (done bool, err error) {
	switch said.Word {
	case words.TEST:
		return true, t.test(said.Rest)
	case words.N, words.Q:
		if done, err := t.repeatRecall(); done || err != nil {
			return done, err
		}
		return t.nextQuestion()
	case words.P:
		if done, err := t.pauseRecalls(); done || err != nil {
			return done, err
		}
		return t.pauseQuiz()
	case words.COURSES:
		return true, t.courses()
	default:
		return false, nil
	}
}

// test goes on with the course that was begun, begins the only one, or lists those that wait. A code or title names one.
func (t *turn) test(named string) error {
	if t.caller.Person == nil {
		return t.sayProblem(domain.ErrForbidden)
	}
	open, err := t.tx.OpenCourses(t.ctx, t.caller.Person.ID)
	if err != nil {
		return err
	}
	if named != "" {
		return t.testNamed(open, named)
	}
	if l, ok := goOn(open); ok {
		return t.beginQuiz(l.Code)
	}
	if len(open) == 0 {
		return t.say("quiz.none", nil)
	}
	return t.chooseTest(open)
}

// goOn is the course to take without asking: the only one that is open, or the only one that was begun.
func goOn(open []store.Lesson) (store.Lesson, bool) {
	if len(open) == 1 {
		return open[0], true
	}
	var found store.Lesson
	begun := 0
	for _, l := range open {
		if l.Begun {
			found = l
			begun++
		}
	}
	return found, begun == 1
}

// testNamed begins the course of a code, or of a title or its beginning.
func (t *turn) testNamed(open []store.Lesson, name string) error {
	for _, l := range open {
		if strings.EqualFold(l.Code, name) {
			return t.beginQuiz(l.Code)
		}
	}
	for _, l := range open {
		if strings.HasPrefix(strings.ToLower(l.Title), strings.ToLower(name)) {
			return t.beginQuiz(l.Code)
		}
	}
	return t.beginQuiz(strings.ToUpper(name)) // perhaps passed already: the decision says so
}

// beginQuiz begins a course or goes on with it. One that does not exist and one that is not theirs get the same answer.
func (t *turn) beginQuiz(code string) error {
	change, err := t.tx.Do(t.ctx, t.actor(), domain.BeginQuiz{Course: code})
	if errors.Is(err, domain.ErrForbidden) {
		return t.say("quiz.unknown", domain.Args{"doc": domain.Text(code)})
	}
	if isRefusal(err) {
		return t.sayProblem(err)
	}
	t.change = change
	return err
}

// chooseTest lists courses: numbers by SMS, buttons in Slack.
func (t *turn) chooseTest(open []store.Lesson) error {
	open = open[:min(len(open), conversations.MostCourses)]
	courses := make([]domain.Course, len(open))
	replies := make([]domain.Reply, len(open))
	for n, l := range open {
		courses[n] = domain.Course{Code: l.Code, Title: l.Title}
		replies[n] = domain.Reply{Letter: domain.Letter(n), Key: "quiz.course_button", Args: domain.Args{"title": domain.Text(l.Title)}, Command: domain.BeginQuiz{Course: l.Code}}
	}
	start := conversations.StartChoice(courses)
	return t.tx.Notify(t.ctx, domain.Notice{
		ID: fmt.Sprintf("tests/%s/%s", t.in.Provider, t.in.ID), To: domain.Recipient{Address: t.caller.ID}, Topic: "answer", Key: "quiz.choose", Args: start,
		Urgency: domain.Prompt, Class: domain.Once, Replies: replies, Ask: &domain.Ask{Flow: "quiz_choice", Start: start, Question: "course"},
	})
}

// lastQuiz is the course whose question was put to this phone last, or the one answered last anywhere.
func (t *turn) lastQuiz() (code string, open []store.Lesson, err error) {
	if t.caller.Person == nil {
		return "", nil, nil
	}
	if open, err = t.tx.OpenCourses(t.ctx, t.caller.Person.ID); err != nil {
		return "", nil, err
	}
	for _, session := range t.caller.Sessions {
		if _, s, ok := decodeSession(session); ok && session.Flow == "quiz" {
			code = s.Start["course"].String()
			if l, known := lessonOf(open, code); known && l.Begun {
				return code, open, nil
			}
		}
	}
	code = ""
	var last store.Lesson
	for _, l := range open {
		if l.Begun && (code == "" || l.LastAt.After(last.LastAt)) {
			code, last = l.Code, l
		}
	}
	return code, open, nil
}

func lessonOf(open []store.Lesson, code string) (store.Lesson, bool) {
	for _, l := range open {
		if l.Code == code {
			return l, true
		}
	}
	return store.Lesson{}, false
}

// nextQuestion puts the open question of the course that is under way, again if need be.
func (t *turn) nextQuestion() (done bool, err error) {
	code, _, err := t.lastQuiz()
	if err != nil || code == "" {
		return false, err
	}
	return true, t.beginQuiz(code)
}

// pauseQuiz closes the open question, so that no letter answers it by mistake; what was answered stays.
func (t *turn) pauseQuiz() (done bool, err error) {
	code, open, err := t.lastQuiz()
	if err != nil || code == "" {
		return false, err
	}
	for _, session := range t.caller.Sessions {
		if session.Flow == "quiz" || session.Flow == "quiz_choice" {
			t.tx.EndSession(t.caller.ID, session.ID)
		}
	}
	l, _ := lessonOf(open, code)
	return true, t.say("quiz.paused", domain.Args{"title": domain.Text(l.Title), "number": domain.Number(l.Given), "of": domain.Number(l.Items)})
}

// How many courses are shown to who teaches them.
const (
	mostTaught    = 8
	mostTaughtSMS = 3
)

// courses shows who teaches their courses, each with what they can do: in Slack with buttons.
func (t *turn) courses() error {
	all, err := t.tx.Courses(t.ctx)
	if err != nil {
		return err
	}
	most := mostTaught
	if t.in.Channel != domain.Slack {
		most = mostTaughtSMS
	}
	shown, teaches := 0, domain.Teaches(t.caller.Person, nil)
	for _, c := range all {
		if !domain.Teaches(t.caller.Person, c.Course) {
			continue
		}
		if teaches = true; shown == most {
			break
		}
		shown++
		n := domain.CourseCard(c.Course, "quiz.course", c.Open)
		n.ID = fmt.Sprintf("courses/%s/%s/%s", t.in.Provider, t.in.ID, c.Course.Code)
		n.To, n.Urgency = domain.Recipient{Address: t.caller.ID}, domain.Prompt
		if err := t.tx.Notify(t.ctx, n); err != nil {
			return err
		}
	}
	switch {
	case !teaches:
		return t.sayProblem(domain.ErrForbidden)
	case shown == 0:
		return t.say("quiz.no_courses", nil)
	}
	return nil
}
