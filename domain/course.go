package domain

import "time"

// A Course is a quiz: items, a pass mark, an audience.
type Course struct {
	ID       int64
	Code     string
	Title    string
	Educator PersonID
	PassMark int // per cent
	Due      time.Duration
	Audience Audience
	Items    []Item
}

// An Item is one question of a course.
type Item struct {
	ID          int64
	Key         string // stable within the course
	Text        string
	Options     []string // lettered A, B, C in order
	Right       int
	Explanation string
	Withdrawn   bool
}

// An Attempt is one person's pass through a course.
type Attempt struct {
	ID        int64
	Course    int64
	Person    PersonID
	Number    int // 1 for the first
	StartedAt time.Time
	DoneAt    time.Time
	Given     map[int64]int // item -> option chosen
	Score     int           // per cent, when done
	Passed    bool
}
