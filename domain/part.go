package domain

import (
	"fmt"
	"strings"
	"time"
)

// How a long text is cut for its page: at headings, into parts that are read in two minutes. A text that is hardly longer stays whole.
const (
	partWords = 400
	wholeUpTo = 600
)

// Parts cuts the text at headings, or at paragraphs where a section is too long, never inside a listing. Put together they are the text.
func (v *DocumentVersion) Parts() []string {
	if len(strings.Fields(v.Body)) <= wholeUpTo {
		return []string{v.Body}
	}
	var parts []string
	part, words := "", 0
	for _, block := range blocks(v.Body) {
		n := len(strings.Fields(block))
		full := words >= partWords && strings.HasPrefix(block, "#") || words+n > wholeUpTo
		if full && words >= partWords/4 {
			parts, part, words = append(parts, part), "", 0
		}
		part, words = part+block, words+n
	}
	if words < partWords/4 && len(parts) > 0 { // a few last lines are no part of their own
		parts[len(parts)-1] += part
		return parts
	}
	return append(parts, part)
}

// Unread is how many parts a reader has not opened yet. A text of one part is opened or not.
func (v *DocumentVersion) Unread(t Task) int {
	if n := len(v.Parts()); n > 1 {
		return n - t.Reached
	}
	return 0
}

// blocks cuts Markdown before each heading and after each empty line; a listing between fences stays whole.
func blocks(markdown string) []string {
	var all []string
	var block strings.Builder
	fenced := false
	end := func() {
		if block.Len() > 0 {
			all = append(all, block.String())
			block.Reset()
		}
	}
	for line := range strings.Lines(markdown) {
		if strings.HasPrefix(line, "#") && !fenced {
			end()
		}
		if strings.HasPrefix(strings.TrimSpace(line), "```") {
			fenced = !fenced
		}
		heading := strings.HasPrefix(block.String(), "#") && strings.Count(block.String(), "\n") == 1 // it stays with what follows
		block.WriteString(line)
		if strings.TrimSpace(line) == "" && !fenced && !heading {
			end()
		}
	}
	end()
	return all
}

// LeastReading is how long reading takes at the very least, for somebody who read it that way.
func (v *DocumentVersion) LeastReading(as ReadAs, s Settings) time.Duration {
	if as == ByDigest {
		short := DocumentVersion{Body: strings.Join(v.Digest, " ")}
		return short.MinimumDwell(s)
	}
	return v.MinimumDwell(s)
}

// ReachPart says that a reader went on to the next part of a long text on its page. The first is reached by opening it.
type ReachPart struct {
	Task TaskID
	Part int // from 1
}

// CommandName is not registered: reading is done by people.
func (ReachPart) CommandName() string { return "reach_part@1" }

// Needs the task with its text.
func (c ReachPart) Needs() Needs { return Needs{Tasks: TaskQuery{ID: c.Task}} }

// Decide records the next part; one that was reached before changes nothing, and none can be skipped.
func (c ReachPart) Decide(f Facts) (Change, error) {
	t, v, err := documentTask(f)
	if err != nil || t.State != TaskOpen || c.Part <= t.Reached {
		return Change{}, err
	}
	if parts := len(v.Parts()); t.OpenedAt.IsZero() || c.Part != t.Reached+1 || c.Part > parts {
		return Change{}, &InvalidError{Field: "part", Reason: "problem.doc_part", Args: Args{"count": Number(parts)}}
	}
	t.Reached = c.Part
	seconds := int(f.Now.Sub(t.OpenedAt).Seconds())
	return Change{Entries: []Entry{SavedTask{t}}, Events: []Event{taskEvent(t, v, "document_part_reached", "part", fmt.Sprint(c.Part), "seconds", fmt.Sprint(seconds))}}, nil
}
