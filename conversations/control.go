package conversations

import (
	"goodcatch/domain"
)

// needsVersion loads a document version with its text and its approval chain, without locking it.
func needsVersion(start domain.Args, _ Answers) domain.Needs {
	return domain.Needs{Version: numberOf(start, "version"), Whole: true}
}

// StartVersion is the start of every flow about a document version.
func StartVersion(id int64) domain.Args { return domain.Args{"version": domain.Number(int(id))} }

// version returns the document version a flow is about; nil when there is none, or when it is none of the caller's business.
func (c *Conv) version() *domain.DocumentVersion {
	if v := c.Facts.Version; v != nil && domain.MayFollow(c.Facts, v) == nil {
		return v
	}
	return nil
}

func (c *Conv) showVersion(v *domain.DocumentVersion) {
	c.Show("form.draft.head", domain.Args{
		"doc": domain.Text(v.Code), "version": domain.Number(v.Number), "title": domain.Text(v.Title), "changed": domain.Text(v.Changed),
		"owner": domain.Text(c.organisation().NameOf(v.Owner)), "stage": domain.Term("stage." + string(v.State)),
	})
}

// ReturnDocument asks a reviewer why a version is returned.
var ReturnDocument = register(Flow{Name: "return_document", Needs: needsVersion, Run: func(c *Conv) domain.Command {
	v := c.version()
	if v == nil {
		return nil
	}
	c.showVersion(v)
	reason := c.Text("return_reason", Long, Limit(domain.ReasonLimit), With(domain.Args{"doc": domain.Text(v.Code), "version": domain.Number(v.Number)}))
	if reason == "" {
		return nil
	}
	return domain.ReturnDocument{Version: v.ID, Reason: reason}
}})

// ReadDraft shows a version that is not in force yet, or is to be reviewed, and who has approved it.
var ReadDraft = register(Flow{Name: "read_draft", Needs: needsVersion, FormOnly: true, Run: func(c *Conv) domain.Command {
	v := c.version()
	if v == nil {
		return nil
	}
	c.showVersion(v)
	for _, d := range v.Approvals(c.Facts.Decided) {
		c.Show("form.draft.approved", domain.Args{"by": domain.Text(c.organisation().NameOf(d.Person)), "at": domain.Moment(d.At)})
	}
	for _, part := range paragraphs(v.Body) {
		c.Show("form.document.text", domain.Args{"text": domain.Text(part)})
	}
	return nil
}})
