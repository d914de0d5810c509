package importer

import (
	"slices"
	"strings"
	"time"

	"goodcatch/domain"
	"goodcatch/domain/gsm"
)

// dutiesFile is the responsibility chart of a document of kind raci.
type dutiesFile struct {
	Topic       word   `yaml:"topic"`
	Responsible []word `yaml:"responsible"`
	Accountable word   `yaml:"accountable"`
	Consulted   []word `yaml:"consulted"`
	Informed    []word `yaml:"informed"`
}

// signatures are what front matter may ask of the readers.
var signatures = map[string]domain.Meaning{"": domain.Read, "acknowledge": domain.Read, "sign": domain.Signed}

// Bounds of a document's own settings.
const (
	mostReviewMonths = 60
	mostDigest       = 4
	longestDigest    = 140 // letters: its number stands before it
	longestTopic     = 24

	longestLastDigest = 90 // of the fourth: the proof word and its meaning stand behind it
)

// life reads what a document says about its own life: kind, signature, reviewers, effective day, review, digest, duties.
func (r *reading) life(d *Document, f documentFile, whole place) {
	d.Kind = domain.DocumentKind(strings.ToLower(f.Kind.value))
	if d.Kind == "" {
		d.Kind = domain.Procedure
	}
	if !slices.Contains(domain.DocumentKinds, d.Kind) {
		r.refuse(f.Kind.at, "kind %q is not one of procedure, policy, objective, rule, raci.", f.Kind.value)
	}
	meaning, known := signatures[strings.ToLower(f.Signature.value)]
	if !known {
		r.refuse(f.Signature.at, "signature %q must be acknowledge (the phone is enough) or sign (with a PIN).", f.Signature.value)
	}
	d.Meaning = meaning
	for _, w := range f.Reviewers {
		if p := r.personNamed(w, whole, "reviewer"); p != nil {
			d.reviewers = append(d.reviewers, p)
		}
	}
	if f.Effective.value != "" {
		day, err := time.ParseInLocation(time.DateOnly, f.Effective.value, r.after.Zone)
		if err != nil {
			r.refuse(f.Effective.at, "effective %q must be a day, like 2026-12-01.", f.Effective.value)
		}
		d.EffectiveOn = day.UTC()
	}
	months := 12
	if f.ReviewMonths.set {
		if months = f.ReviewMonths.value; months < 1 || months > mostReviewMonths {
			r.refuse(f.ReviewMonths.at, "review_months must be 1 to %d: how long it stands unreviewed.", mostReviewMonths)
		}
	}
	d.ReviewEvery = time.Duration(months) * 365 * 24 * time.Hour / 12
	d.Digest = r.digest(f.Digest)
	d.Duties = r.duties(f.Duties, d.Kind, whole)
}

// digest is the text for feature phones.
func (r *reading) digest(lines []word) []string {
	var digest []string
	for i, w := range lines {
		most := longestDigest
		if i == mostDigest-1 {
			most = longestLastDigest
		}
		if w.value == "" || gsm.Segments(gsm.Plain(w.value)).Units > most {
			r.refuse(w.at, "this line of the digest has 1 to %d letters: it is one text.", most)
		}
		r.letters(w.value, w.at)
		if i == mostDigest {
			r.refuse(w.at, "the digest has %d texts at most.", mostDigest)
		}
		digest = append(digest, w.value)
	}
	return digest
}

func (r *reading) duties(f dutiesFile, kind domain.DocumentKind, whole place) *domain.Duties {
	if kind != domain.Responsibility {
		if f.Topic.set {
			r.refuse(f.Topic.at, "duties belong to documents of kind raci.")
		}
		return nil
	}
	r.line(f.Topic, whole, "topic", "what people ask WHO about", longestTopic)
	if len(f.Responsible) == 0 || f.Accountable.value == "" {
		r.refuse(or(f.Topic.at, whole), "duties need a role that is responsible and one that is accountable.")
	}
	roles := func(words []word) []domain.Role {
		var all []domain.Role
		for _, w := range words {
			if role := r.role(strings.ToLower(w.value), w.at); role != "" {
				all = append(all, role)
			}
		}
		return all
	}
	d := domain.Duties{Topic: strings.ToLower(f.Topic.value), Responsible: roles(f.Responsible), Consulted: roles(f.Consulted), Informed: roles(f.Informed)}
	if f.Accountable.value != "" {
		d.Accountable = r.role(strings.ToLower(f.Accountable.value), f.Accountable.at)
	}
	return &d
}
