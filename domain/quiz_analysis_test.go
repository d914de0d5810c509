package domain

import (
	"math"
	"slices"
	"testing"
)

// tries are first tries of a course with three items, by what was chosen.
func tries(n int, choose func(n int) [3]int) []Attempt {
	var all []Attempt
	for i := range n {
		c := choose(i)
		a := done(attempt(1, map[int64]int{1: c[0], 2: c[1], 3: c[2]}), 0, false)
		a.Person = PersonID(100 + i)
		all = append(all, a)
	}
	return all
}

func analysed(t *testing.T, item int64, attempts []Attempt) ItemAnalysis {
	t.Helper()
	for _, a := range quizCourse(quizItem(1, 0), quizItem(2, 0), quizItem(3, 0)).Analyse(attempts) {
		if a.Item.ID == item {
			return a
		}
	}
	t.Fatal("not analysed")
	return ItemAnalysis{}
}

// Golden values of the point-biserial, computed by hand: 20 people; item 1 right for the first ten; items 2 and 3 both right for the
// first ten and both wrong for the rest is r = 1; the reverse is r = -1.
func TestDiscriminationIsThePointBiserialAgainstTheRest(t *testing.T) {
	with := tries(20, func(n int) [3]int { return [3]int{n / 10, n / 10, n / 10} })
	against := tries(20, func(n int) [3]int { return [3]int{n / 10, 1 - n/10, 1 - n/10} })
	mixed := tries(20, func(n int) [3]int {
		rest := [][2]int{{0, 0}, {0, 1}, {1, 0}, {1, 1}, {0, 1}, {1, 1}, {1, 1}, {1, 1}}[n%8]
		return [3]int{boolean(n%8 > 3), rest[0], rest[1]}
	})
	for name, c := range map[string]struct {
		attempts []Attempt
		want     float64
	}{"together": {with, 1}, "against": {against, -1}} {
		a := analysed(t, 1, c.attempts)
		if !a.Discriminates || math.Abs(a.Discrimination-c.want) > 1e-9 {
			t.Errorf("%s: got %v %v", name, a.Discrimination, a.Discriminates)
		}
		if flagged := slices.Contains(a.Flags, NegativeDiscrimination); flagged != (c.want < 0) {
			t.Errorf("%s: flags %v", name, a.Flags)
		}
	}
	// 20 tries: 12 right on item 1 with rest 2,1,1,0 three times (mean 1), 8 wrong with rest 1,0,0,0 twice (mean 0.25); over all the mean
	// is 0.7 and the sum of squares 20 - 9.8 = 10.2: (1 - 0.25) * sqrt(12*8/20) / sqrt(10.2) = 0.514496
	if a := analysed(t, 1, mixed); math.Abs(a.Discrimination-0.514496) > 1e-5 {
		t.Errorf("mixed: got %v", a.Discrimination)
	}
	if a := analysed(t, 1, with[:19]); a.Discriminates {
		t.Error("19 tries say something")
	}
	if a := analysed(t, 1, tries(30, func(int) [3]int { return [3]int{0, 1, 0} })); a.Discriminates {
		t.Error("an item that does not vary correlates")
	}
}

func TestOddItemsAreFlagged(t *testing.T) {
	for name, c := range map[string]struct {
		n      int
		choose func(n int) [3]int
		want   []ItemFlag
	}{
		"four answers say nothing": {4, func(int) [3]int { return [3]int{0, 0, 0} }, nil},
		"everybody right":          {5, func(int) [3]int { return [3]int{0, 0, 1} }, []ItemFlag{EverybodyRight}},
		"one of three by chance":   {6, func(n int) [3]int { return [3]int{n % 3, 0, 0} }, nil},
		"less than chance":         {7, func(n int) [3]int { return [3]int{boolean(n > 0) * 2, 0, 0} }, []ItemFlag{WorseThanGuessing}},
		"an option nobody takes":   {20, func(n int) [3]int { return [3]int{n % 2, n % 2, 0} }, []ItemFlag{UnusedOption}},
		"choices out of bounds":    {20, func(int) [3]int { return [3]int{99, -1, 0} }, nil},
	} {
		if a := analysed(t, 1, tries(c.n, c.choose)); !slices.Equal(a.Flags, c.want) {
			t.Errorf("%s: got %v", name, a.Flags)
		}
	}
	few := analysed(t, 1, tries(4, func(int) [3]int { return [3]int{0, 1, 2} }))
	if few.Right != 0 || few.Chosen != nil || few.Enough() {
		t.Errorf("numbers of four: %+v", few)
	}
}

func TestSecondTriesSayNothingOfAnItem(t *testing.T) {
	all := tries(6, func(int) [3]int { return [3]int{1, 1, 1} })
	for _, a := range tries(6, func(int) [3]int { return [3]int{0, 0, 0} }) {
		a.Number = 2
		all = append(all, a)
	}
	if a := analysed(t, 1, all); a.Answers != 6 || a.Right != 0 {
		t.Errorf("got %+v", a)
	}
}
