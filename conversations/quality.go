package conversations

import (
	"strconv"
	"strings"

	"goodcatch/domain"
)

// TaskOf reads the task a flow is about from its start.
func TaskOf(start domain.Args) domain.TaskID {
	id, err := strconv.ParseInt(start["task"].String(), 10, 64)
	if err != nil {
		return 0
	}
	return domain.TaskID(id)
}

// StartTask is the start of every flow about a task.
func StartTask(id domain.TaskID) domain.Args { return domain.Args{"task": domain.Number(int(id))} }

func needsTask(start domain.Args, _ Answers) domain.Needs {
	return domain.Needs{Tasks: domain.TaskQuery{ID: TaskOf(start)}}
}

// needsReading is a task with the version before the one it is about.
func needsReading(start domain.Args, _ Answers) domain.Needs {
	return domain.Needs{Tasks: domain.TaskQuery{ID: TaskOf(start), Before: true}}
}

// document returns the task and the version a flow is about; nil when there is none.
func (c *Conv) document() (*domain.Task, *domain.DocumentVersion) {
	if len(c.Facts.Tasks) != 1 {
		return nil, nil
	}
	t := &c.Facts.Tasks[0]
	v := c.Facts.Versions[t.Subject]
	if v == nil || c.Facts.Actor.Person != t.Person {
		return nil, nil
	}
	return t, v
}

// Attest takes the answer to the one question about a document: by SMS a bare letter.
var Attest = register(Flow{Name: "attest", Needs: needsTask, Run: func(c *Conv) domain.Command {
	t, v := c.document()
	if t == nil || t.State != domain.TaskOpen {
		return nil
	}
	option := c.documentAnswer(v)
	if option < 0 {
		return nil
	}
	return domain.AnswerDocument{Task: t.ID, Option: option}
}})

// ReadDocument shows a document's text in a form and takes the answer to its question, once it was open for as long as reading takes.
var ReadDocument = register(Flow{
	Name: "read_document", Needs: needsReading,
	Opens: func(start domain.Args) domain.Command { return domain.OpenDocument{Task: TaskOf(start)} },
	Run: func(c *Conv) domain.Command {
		t, v := c.document()
		if t == nil {
			return nil
		}
		c.Show("form.document.head", domain.Args{
			"doc": domain.Text(v.Code), "version": domain.Number(v.Number), "title": domain.Text(v.Title), "changed": domain.Text(v.Changed),
			"owner": domain.Text(c.organisation().NameOf(v.Owner)), "due": domain.Day(t.DueAt),
		})
		if t.State != domain.TaskOpen {
			c.Show("form.document."+string(t.State), nil)
			return nil
		}
		c.showChanges(t, v)
		if v.File != 0 && strings.TrimSpace(v.Body) == "" {
			c.Show("form.document.file", domain.Args{"link": domain.Link("/s/" + t.Token)})
		}
		for _, part := range paragraphs(v.Body) {
			c.Show("form.document.text", domain.Args{"text": domain.Text(part)})
		}
		cmd := domain.AnswerDocument{Task: t.ID, Form: true, Read: c.Tick("read_it"), Option: c.documentAnswer(v)}
		if v.Meaning == domain.Signed {
			cmd.Retyped = c.retype(t, v)
		}
		return cmd
	},
})

// AskAuthor takes a reader's question to the author of a document.
var AskAuthor = register(Flow{Name: "ask_author", Needs: needsTask, Run: func(c *Conv) domain.Command {
	t, v := c.document()
	if t == nil {
		return nil
	}
	text := c.Text("unclear", Long, Limit(300), With(domain.Args{"doc": domain.Text(v.Code)}))
	if text == "" {
		return nil
	}
	return domain.AskAuthor{Task: t.ID, Text: text}
}})

// documentAnswer asks the question of a document and returns the option's index, or -1.
func (c *Conv) documentAnswer(v *domain.DocumentVersion) int {
	var options []Option
	for i, o := range v.Options {
		options = append(options, Option{Value: domain.Letter(i), Label: domain.Text(o)})
	}
	given := c.Pick("answer", options, Lettered, Say("doc.question"), With(domain.Args{
		"doc": domain.Text(v.Code), "asked": domain.Text(v.QuestionLine()), "question": domain.Text(v.Question),
	}))
	for i := range v.Options {
		if given == domain.Letter(i) {
			return i
		}
	}
	return -1
}

// mostText is how much of a document one line of a form holds.
const mostText = 2500

// paragraphs cuts Markdown into parts that a form can show as plain text: marks of headings and emphasis are left out.
func paragraphs(markdown string) []string {
	var parts []string
	var part strings.Builder
	for p := range strings.SplitSeq(markdown, "\n\n") {
		p = plainMarkdown(p)
		if part.Len() > 0 && part.Len()+len(p) > mostText {
			parts = append(parts, strings.TrimSpace(part.String()))
			part.Reset()
		}
		part.WriteString(p + "\n\n")
	}
	if rest := strings.TrimSpace(part.String()); rest != "" {
		parts = append(parts, rest)
	}
	return parts
}

func plainMarkdown(p string) string {
	lines := strings.Split(p, "\n")
	for i, l := range lines {
		lines[i] = strings.TrimSpace(strings.TrimLeft(l, "#"))
	}
	return strings.NewReplacer("**", "", "__", "", "`", "").Replace(strings.Join(lines, "\n"))
}
