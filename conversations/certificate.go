package conversations

import (
	"time"

	"goodcatch/domain"
)

// A Certificate is the words of a certificate, in the holder's language. They hold no score.
type Certificate struct {
	Title, Heading, Name, Footer string
	Lines                        []string
}

// CertificateOf says what stands on the certificate of a pass.
func (c *Catalog) CertificateOf(v Voice, o *domain.Organisation, p domain.Pass) Certificate {
	holder := o.People[p.Person]
	if holder == nil {
		holder = &domain.Person{}
	}
	args := domain.Args{
		"hospital": domain.Text(o.Name), "person": domain.Text(holder.Name), "title": domain.Text(p.Title), "doc": domain.Text(p.Course), "family": domain.Term("family." + string(p.Family)),
		"at": dated(v, p.PassedAt), "now": dated(v, v.Now), "number": domain.Text(holder.External),
	}
	words := Certificate{
		Title: c.Say(v, "form.certificate.file", args), Heading: c.Say(v, "form.certificate.head", args), Name: holder.Name, Footer: c.Say(v, "form.certificate.footer", args),
		Lines: []string{c.Say(v, "form.certificate.course", args), c.Say(v, "form.certificate.passed", args)},
	}
	if !p.Expires.IsZero() {
		args["due"] = dated(v, p.Expires)
		words.Lines = append(words.Lines, c.Say(v, "form.certificate.until", args))
	}
	return words
}

// dated is a day with its year, as papers want it, the same in every language.
func dated(v Voice, at time.Time) domain.Arg {
	if v.Zone != nil {
		at = at.In(v.Zone)
	}
	return domain.Text(at.Format(time.DateOnly))
}
