package importer

import (
	"cmp"
	"slices"
	"strings"

	"goodcatch/domain"
)

type courseFile struct {
	Code     word         `yaml:"code"`
	Title    word         `yaml:"title"`
	Educator word         `yaml:"educator"`
	PassMark count        `yaml:"pass_mark"`
	DueDays  count        `yaml:"due_days"`
	Family   word         `yaml:"family"`
	Valid    count        `yaml:"valid_months"`
	Audience audienceFile `yaml:"audience"`
	Items    []itemFile   `yaml:"items"`
}

type itemFile struct {
	At          place  `yaml:"@"`
	Key         word   `yaml:"key"`
	Text        word   `yaml:"text"`
	Options     []word `yaml:"options"`
	Answer      word   `yaml:"answer"`
	Explanation word   `yaml:"explanation"`
}

func (r *reading) readCourses() error {
	names, err := r.list("courses", ".yaml", ".yml")
	if err != nil {
		return err
	}
	names, translations := r.originals(names)
	first, at := map[string]string{}, map[string]int{}
	for _, name := range names {
		src, text, _, err := r.open(name)
		if err != nil {
			return err
		}
		var f courseFile
		if !r.decode(src, 0, text, &f) {
			continue
		}
		c := r.course(f, place{file: src})
		if other, twice := first[c.Code]; twice {
			r.refuse(c.at, "course %s is in %s already.", c.Code, other)
		}
		first[c.Code] = name
		at[name] = len(r.plan.Courses)
		r.plan.Courses = append(r.plan.Courses, c)
	}
	for _, name := range translations {
		err := r.translateCourse(name, func(original string) *Course {
			if n, ok := at[original]; ok {
				return &r.plan.Courses[n]
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (r *reading) course(f courseFile, whole place) Course {
	c := Course{at: or(f.Code.at, whole), Course: domain.Course{
		Code: r.code(f.Code, whole), Title: r.title(f.Title, whole), PassMark: f.PassMark.value, Due: r.due(f.DueDays, whole), Audience: r.audience(f.Audience),
	}}
	if c.PassMark < 1 || c.PassMark > 100 {
		r.refuse(or(f.PassMark.at, whole), "pass_mark must be 1 to 100 per cent.")
	}
	c.Family = domain.Family(cmp.Or(strings.ToLower(f.Family.value), string(domain.OfProcedure)))
	if !slices.Contains(domain.Families, c.Family) {
		r.refuse(f.Family.at, "family %q is not known.%s It is procedure, risk or disruption.", f.Family.value, didYouMean(string(c.Family), domain.Families))
	}
	if c.ValidMonths = f.Valid.value; f.Valid.set && (c.ValidMonths < 1 || c.ValidMonths > 120) {
		r.refuse(f.Valid.at, "valid_months is 1 to 120: how long a pass counts. Leave it out when it counts for good.")
	}
	c.educator = r.personNamed(f.Educator, whole, "educator")
	c.named = r.peopleNamed(f.Audience.People, whole)
	if len(f.Items) == 0 {
		r.refuse(whole, "items are missing: a course has at least one.")
	}
	seen := map[string]int{}
	for _, i := range f.Items {
		if line, twice := seen[i.Key.value]; twice {
			r.refuse(or(i.Key.at, i.At), "key %q stands in line %d already.", i.Key.value, line)
		}
		seen[i.Key.value] = i.Key.at.line
		c.Items = append(c.Items, r.item(i))
	}
	return c
}

func (r *reading) item(f itemFile) domain.Item {
	i := domain.Item{Key: f.Key.value, Text: f.Text.value, Explanation: f.Explanation.value}
	if i.Key == "" {
		r.refuse(f.At, "key is missing: a word for this item that never changes.")
	}
	i.Options, i.Right = r.question(f.Text, f.Options, f.Answer, f.At)
	r.line(f.Explanation, f.At, "explanation", "why the answer is right", maxTail)
	return i
}
