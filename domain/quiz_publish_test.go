package domain

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"
)

func publishing(c *Course, attempts ...Attempt) Facts {
	f := teaching(c, attempts...)
	f.Actor = Actor{Operator: true, Level: A3}
	f.Attempt = nil
	if c == nil {
		f.Tasks = nil
	}
	return f
}

func saved(t *testing.T, c Change) *Course {
	t.Helper()
	for _, e := range c.Entries {
		if s, ok := e.(SavedCourse); ok {
			return s.Course
		}
	}
	t.Fatal("no course was saved")
	return nil
}

func TestPublishGivesTheAudienceOneTaskEach(t *testing.T) {
	change := decide(t, PublishCourse{*quizCourse(quizItem(0, 0))}, publishing(nil))
	assigned := change.Entries[1].(AssignedCourse)
	if !slices.Equal(assigned.People, []PersonID{quizAna}) || !assigned.Due.Equal(quizNow.Add(14*24*time.Hour)) {
		t.Errorf("got %+v", assigned)
	}
	if got := keysOf(change); !slices.Equal(got, []string{"quiz.published", "quiz.new x1"}) {
		t.Errorf("got %v", got)
	}
	if len(change.Timers) != 1 || !change.Timers[0].At.Equal(quizNow.Add(7*24*time.Hour)) {
		t.Errorf("got %+v", change.Timers)
	}
}

func TestPublishingTheSameAgainDoesNothing(t *testing.T) {
	published := saved(t, decide(t, PublishCourse{*quizCourse(quizItem(1, 0), quizItem(2, 0))}, publishing(nil)))
	for n := range published.Items {
		published.Items[n].ID = int64(n + 1)
	}
	published.ID = 3
	published.Items[0].Text = "edited by the educator since?"
	change := decide(t, PublishCourse{*quizCourse(quizItem(1, 0), quizItem(2, 0))}, publishing(published))
	if len(change.Entries)+len(change.Notices)+len(change.Events)+len(change.Timers) != 0 {
		t.Errorf("got %+v", change)
	}
	joined := publishing(published)
	joined.Org.People[12] = &Person{ID: 12, Active: true, Unit: "ED", Roles: []Role{Staff}}
	change = decide(t, PublishCourse{*quizCourse(quizItem(1, 0), quizItem(2, 0))}, joined)
	if a, ok := change.Entries[0].(AssignedCourse); !ok || !slices.Equal(a.People, []PersonID{12}) {
		t.Errorf("who joined: got %+v", change.Entries)
	}
}

func TestPublishKeepsUnchangedItemsAndWithdrawsTheRest(t *testing.T) {
	old := quizCourse(quizItem(1, 0), quizItem(2, 0), quizItem(3, 0), quizItem(4, 0))
	next := quizCourse(quizItem(4, 0), quizItem(1, 2), quizItem(2, 0), quizItem(5, 1))
	next.Items[2].Text = "Another question?"
	change := decide(t, PublishCourse{*next}, publishing(old, done(attempt(1, map[int64]int{1: 2, 2: 1, 3: 1, 4: 0}), 25, false)))
	got := ""
	for _, i := range saved(t, change).Items {
		got += fmt.Sprintf("%s:%d:r%d:%v ", i.Key, i.ID, i.Revision, i.Withdrawn)
	}
	if want := "k4:4:r1:false k1:1:r2:false k2:0:r1:false k5:0:r1:false k2:2:r1:true k3:3:r1:true "; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if a := savedAttempts(change); len(a) != 1 || a[0].Score != 100 || !a[0].Passed {
		t.Errorf("rescored: %+v", a)
	}
}

func TestRemindersGoOutOncePerMoment(t *testing.T) {
	course := quizCourse(quizItem(1, 0))
	due := quizNow.Add(14 * 24 * time.Hour)
	f := publishing(course)
	f.Actor = Clockwork
	day := 24 * time.Hour
	for _, tt := range []struct {
		after, now time.Duration // from the due time
		want       []string
		next       time.Duration
	}{
		{-14 * day, -7 * day, []string{"quiz.remind x1"}, -2 * day},
		{-14 * day, -8 * day, nil, -7 * day},
		{-7 * day, -2*day + time.Hour, []string{"quiz.remind x1"}, -1 * day},
		{-14 * day, 12 * time.Hour, []string{"quiz.remind x1"}, day}, // late: the latest only
		{0, day, []string{"quiz.late x1"}, 3 * day},
		{day, 3 * day, []string{"quiz.late_educator", "quiz.late x1"}, 0},
		{3 * day, 9 * day, nil, 0},
	} {
		f.Now = due.Add(tt.now)
		change := decide(t, RemindCourse{"FALLS", due.Add(tt.after)}, f)
		if got := keysOf(change); !slices.Equal(got, tt.want) {
			t.Errorf("at %v: got %v", tt.now, got)
		}
		if tt.next == 0 != (len(change.Timers) == 0) || tt.next != 0 && !change.Timers[0].At.Equal(due.Add(tt.next)) {
			t.Errorf("at %v: next %+v", tt.now, change.Timers)
		}
	}
	f.Now = due
	f.Tasks[0].State = TaskDone
	if change := decide(t, RemindCourse{"FALLS", quizNow}, f); len(change.Entries)+len(change.Timers) != 0 {
		t.Errorf("who has passed is reminded: %+v", change)
	}
	f.Tasks[0].State, f.Org.People[quizAna].Active = TaskOpen, false
	if change := decide(t, RemindCourse{"FALLS", quizNow}, f); len(change.Entries) != 0 {
		t.Errorf("who has left is reminded: %+v", change)
	}
}

func TestSendReachesNamedUnitsAndLeavesThePassedAlone(t *testing.T) {
	course := quizCourse(quizItem(1, 0))
	course.Audience = Audience{}
	f := teaching(course)
	f.Tasks = append(f.Tasks, Task{Person: quizLee, Kind: TakeCourse, Subject: 3, State: TaskDone})
	change := decide(t, SendCourse{Course: "FALLS", Units: []UnitCode{"4B"}}, f)
	if got := keysOf(change); !slices.Equal(got, []string{"quiz.sent", "quiz.again x1"}) {
		t.Errorf("4B: %v", got)
	}
	change = decide(t, SendCourse{Course: "FALLS"}, f)
	if got := keysOf(change); !slices.Equal(got, []string{"quiz.sent", "quiz.again x1", "quiz.new x2"}) {
		t.Errorf("all: %v", got)
	}
	f.Tasks[0].DueAt = f.Now.Add(-time.Hour)
	change = decide(t, SendCourse{Course: "FALLS", Units: []UnitCode{"4B"}}, f)
	if got := keysOf(change); !slices.Equal(got, []string{"quiz.sent", "quiz.again_late x1"}) {
		t.Errorf("late: %v", got)
	}
	var invalid *InvalidError
	if _, err := (SendCourse{Course: "FALLS", Units: []UnitCode{"4B'; --"}}).Decide(f); !errors.As(err, &invalid) {
		t.Errorf("no such unit: %v", err)
	}
}

func TestStuckLearnersReachAnEducatorWhoIsThere(t *testing.T) {
	course := quizCourse(quizItem(1, 0))
	course.Educator = quizGone
	f := quizFacts(quizAna, course, done(attempt(1, nil), 0, false))
	a := done(attempt(2, nil), 0, false)
	if told := stuck(f, course, &a); len(told) != 1 || told[0].To.Person != quizEdu {
		t.Errorf("got %+v", told)
	}
	f.Org.People[quizEdu].Active = false
	if told := stuck(f, course, &a); len(told) != 1 || told[0].To.Person != quizQuality {
		t.Errorf("got %+v", told)
	}
}
