package conversations

import (
	"strings"

	"goodcatch/conversations/redline"
	"goodcatch/domain"
)

// mostChanges is how much of what changed stands in a form before the text, in letters: one section of it, or two.
const mostChanges = 4000

// showChanges shows the passages that a version changes of the one before it, and leads to its page for those that have no room here.
func (c *Conv) showChanges(t *domain.Task, v *domain.DocumentVersion) {
	before := c.Facts.Before
	if before == nil {
		return
	}
	c.Show("form.document.since", domain.Args{"version": domain.Number(before.Number)})
	if strings.TrimSpace(before.Body) == "" || strings.TrimSpace(v.Body) == "" {
		c.Show("web.doc.unread", nil)
		return
	}
	shown, more := redline.Passages(redline.Compare(before.Body, v.Body), mostChanges)
	if len(shown) == 0 {
		c.Show("web.doc.same_text", nil)
		return
	}
	for _, text := range bundled(shown) {
		c.Show("form.document.text", domain.Args{"text": domain.Text(text)})
	}
	if more > 0 {
		c.Show("form.document.more", domain.Args{"count": domain.Number(more), "link": domain.Link("/s/" + t.Token)})
	}
}

// bundled puts passages into as few parts as a form can show.
func bundled(passages []redline.Passage) []string {
	var parts []string
	for _, p := range passages {
		text := marked(p)
		if n := len(parts) - 1; n >= 0 && len(parts[n])+len(text) < mostText {
			parts[n] += "\n" + text
			continue
		}
		parts = append(parts, text)
	}
	return parts
}

// marked is a passage with its new and its gone words between marks that stand without colour too. Slack wants space around its own.
func marked(p redline.Passage) string {
	var b strings.Builder
	b.WriteString("• ")
	if p.Under != "" {
		b.WriteString(p.Under + ": ")
	}
	for _, piece := range p.Pieces {
		switch text := strings.TrimSpace(piece.Text()); {
		case piece.Op == redline.Same:
			b.WriteString(piece.Text())
		case text == "":
		case piece.Op == redline.Added:
			b.WriteString(" *[+ " + text + " +]* ")
		default:
			b.WriteString(" ~[− " + text + " −]~ ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}
