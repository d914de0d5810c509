package domain

import (
	"math"
	"slices"
)

// The least numbers of an item analysis.
const (
	// LeastAnswers is how many first tries an item needs before anything is said of it: fewer would tell who.
	LeastAnswers = 5
	// LeastForDiscrimination is how many finished first tries it needs for a correlation to mean anything.
	LeastForDiscrimination = 20
)

// An ItemFlag says what is odd about an item.
type ItemFlag string

// The flags.
const (
	EverybodyRight         ItemFlag = "everybody_right" // it teaches nothing any more
	WorseThanGuessing      ItemFlag = "guessing"        // the key may be wrong, or the words mislead
	NegativeDiscrimination ItemFlag = "negative"        // who knows more gets it wrong: the key may be wrong
	UnusedOption           ItemFlag = "unused"          // an option that nobody takes
)

// An ItemAnalysis is how one item works, by first tries: who has seen the answer says nothing of the item.
type ItemAnalysis struct {
	Item    Item
	Answers int   // n
	Chosen  []int // by option
	Right   int
	// Discrimination is the point-biserial correlation of getting this item right with the number right of the other items, over
	// finished first tries. Source: Ebel and Frisbie 1991, chapter 13; the item itself is left out of the total (corrected item-total
	// correlation), which otherwise correlates with itself. Known only with LeastForDiscrimination tries and when both vary.
	Discrimination float64
	Discriminates  bool // it is known
	Flags          []ItemFlag
}

// Enough reports whether anything may be said of the item.
func (a ItemAnalysis) Enough() bool { return a.Answers >= LeastAnswers }

// Analyse looks at the items that are asked, hardest first; those with too few answers last, without numbers.
func (c *Course) Analyse(attempts []Attempt) []ItemAnalysis {
	var first []*Attempt
	for n := range attempts {
		if attempts[n].Number == 1 {
			first = append(first, &attempts[n])
		}
	}
	live := c.Live()
	all := make([]ItemAnalysis, 0, len(live))
	for _, i := range live {
		all = append(all, c.analyse(i, first))
	}
	slices.SortStableFunc(all, func(a, b ItemAnalysis) int {
		switch {
		case a.Enough() != b.Enough():
			return boolean(b.Enough()) - boolean(a.Enough())
		case !a.Enough():
			return 0
		}
		return a.Right*b.Answers - b.Right*a.Answers
	})
	return all
}

func boolean(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (c *Course) analyse(i Item, first []*Attempt) ItemAnalysis {
	a := ItemAnalysis{Item: i, Chosen: make([]int, len(i.Options))}
	var right, rest []float64
	for _, t := range first {
		given, answered := t.Given[i.ID]
		if !answered || given < 0 || given >= len(i.Options) {
			continue
		}
		a.Answers++
		a.Chosen[given]++
		if !t.Done() {
			continue
		}
		others, _ := c.Tally(t)
		hit := boolean(given == i.Right)
		right, rest = append(right, float64(hit)), append(rest, float64(others-hit))
	}
	a.Right = a.Chosen[i.Right]
	if !a.Enough() {
		return ItemAnalysis{Item: i, Answers: a.Answers}
	}
	if len(right) >= LeastForDiscrimination {
		a.Discrimination, a.Discriminates = correlation(right, rest)
	}
	a.flag()
	return a
}

// flag names what is odd.
func (a *ItemAnalysis) flag() {
	switch {
	case a.Right == a.Answers:
		a.Flags = append(a.Flags, EverybodyRight)
	case a.Right*len(a.Item.Options) < a.Answers:
		a.Flags = append(a.Flags, WorseThanGuessing)
	}
	if a.Discriminates && a.Discrimination < 0 {
		a.Flags = append(a.Flags, NegativeDiscrimination)
	}
	if a.Answers >= LeastForDiscrimination && a.Right < a.Answers && slices.Contains(a.Chosen, 0) {
		a.Flags = append(a.Flags, UnusedOption)
	}
}

// correlation is Pearson's r; with one of the two being 0 or 1 it is the point-biserial. ok is false when one of them does not vary.
func correlation(x, y []float64) (r float64, ok bool) {
	n := float64(len(x))
	var sx, sy float64
	for i := range x {
		sx, sy = sx+x[i], sy+y[i]
	}
	var xx, yy, xy float64
	for i := range x {
		dx, dy := x[i]-sx/n, y[i]-sy/n
		xx, yy, xy = xx+dx*dx, yy+dy*dy, xy+dx*dy
	}
	if xx == 0 || yy == 0 {
		return 0, false
	}
	return xy / math.Sqrt(xx*yy), true
}
