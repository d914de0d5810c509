package domain

import "slices"

// Results are how a course goes: for who teaches it.
type Results struct {
	Assigned  int // people who have the task, whatever became of it
	Finished  int // people who finished an attempt
	Passed    int // of these
	FirstTime int // of these, with their first attempt
	Items     []ItemResult
	Learners  []LearnerResult // who finished or began, for who may read scores
}

// An ItemResult is how hard an item proves: answers in first attempts, for who knows the item already says nothing of it.
type ItemResult struct {
	Item    Item
	Answers int
	Right   int
}

// A LearnerResult is how one person stands.
type LearnerResult struct {
	Person PersonID
	Tries  int // finished attempts
	Best   int // per cent, of finished attempts
	Passed bool
}

// Results counts everyone's attempts.
func (c *Course) Results(tasks []Task, attempts []Attempt) Results {
	r := Results{Assigned: len(tasks)}
	at := map[PersonID]int{}
	items := map[int64]*ItemResult{}
	r.Items = make([]ItemResult, 0, len(c.Items))
	for _, i := range c.Live() {
		r.Items = append(r.Items, ItemResult{Item: i})
	}
	for n := range r.Items {
		items[r.Items[n].Item.ID] = &r.Items[n]
	}
	for _, a := range attempts {
		if _, known := at[a.Person]; !known {
			at[a.Person] = len(r.Learners)
			r.Learners = append(r.Learners, LearnerResult{Person: a.Person})
		}
		r.Learners[at[a.Person]].add(a)
		if a.Number == 1 && a.Passed {
			r.FirstTime++
		}
		for id, given := range a.Given {
			if i := items[id]; i != nil && a.Number == 1 {
				i.Answers++
				if given == i.Item.Right {
					i.Right++
				}
			}
		}
	}
	for _, l := range r.Learners {
		if l.Tries > 0 {
			r.Finished++
		}
		if l.Passed {
			r.Passed++
		}
	}
	slices.SortStableFunc(r.Items, func(a, b ItemResult) int { return a.Right*b.Answers - b.Right*a.Answers })
	return r
}

func (l *LearnerResult) add(a Attempt) {
	if !a.Done() {
		return
	}
	l.Tries++
	l.Best = max(l.Best, a.Score)
	l.Passed = l.Passed || a.Passed
}
