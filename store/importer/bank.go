package importer

import (
	"fmt"
	"slices"
	"strings"

	"goodcatch/domain"
)

type bankFile struct {
	Categories []stockFile `yaml:"categories"`
}

type stockFile struct {
	At       place           `yaml:"@"`
	Category word            `yaml:"category"`
	Title    word            `yaml:"title"`
	Items    []stockItemFile `yaml:"items"`
}

type stockItemFile struct {
	At          place  `yaml:"@"`
	Text        word   `yaml:"text"`
	Options     []word `yaml:"options"`
	Answer      word   `yaml:"answer"`
	Explanation word   `yaml:"explanation"`
}

// leastStock is how many questions a category needs: as many as a quiz that reports cause has.
const leastStock = 3

// readBank reads the questions in stock for quizzes that reports cause.
func (r *reading) readBank() error {
	src, text, ok, err := r.open("bank.yaml")
	if err != nil || !ok {
		return err
	}
	var f bankFile
	if !r.decode(src, 0, text, &f) {
		return nil
	}
	r.plan.bankAt = place{file: src}
	seen := map[string]int{}
	for _, s := range f.Categories {
		category := strings.ToLower(s.Category.value)
		if !slices.Contains(domain.Categories, category) {
			r.refuse(or(s.Category.at, s.At), "category %q is not known.%s", s.Category.value, didYouMean(category, domain.Categories))
		}
		if line, twice := seen[category]; twice {
			r.refuse(or(s.Category.at, s.At), "category %q stands in line %d already.", category, line)
		}
		seen[category] = or(s.Category.at, s.At).line
		title := r.title(s.Title, s.At)
		if len(s.Items) < leastStock {
			r.refuse(s.At, "category %s has %d questions: a quiz needs %d.", category, len(s.Items), leastStock)
		}
		for n, i := range s.Items {
			item := r.item(itemFile{At: i.At, Key: word{leaf[string]{value: fmt.Sprint(n), at: i.At, set: true}}, Text: i.Text, Options: i.Options, Answer: i.Answer, Explanation: i.Explanation})
			item.Key = ""
			r.plan.Bank = append(r.plan.Bank, domain.BankItem{Category: category, Title: title, Item: item})
		}
	}
	return nil
}
