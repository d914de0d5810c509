package export

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"goodcatch/domain"
	"goodcatch/store"
)

// A RecoveryReport is what is left of a disruption: for each activity what was planned and what was achieved, and what happened when. It
// names nobody. Source: ISO 22301:2019 8.5, 9.1.
type RecoveryReport struct {
	store.Recovery
	Steps []store.HappenedStep
}

// FindRecovery gathers the report of a disruption by its code. A code that names none is a MissingError.
func FindRecovery(ctx context.Context, db *store.DB, code string) (RecoveryReport, error) {
	var r RecoveryReport
	var err error
	if r.Recovery, err = db.RecoveryByCode(ctx, domain.Code(strings.ToUpper(strings.TrimSpace(code)))); err != nil {
		if errors.Is(err, domain.ErrNotFound) {
			return r, missing(ctx, "disruption", code, db.Disruptions, func(d *domain.Disruption) (domain.Code, string) { return d.Code, d.Title })
		}
		return r, err
	}
	r.Steps, err = db.RecoverySteps(ctx, r.Disruption)
	return r, err
}

// Table is the report as a table: section by section for people, one row per fact for a spreadsheet.
func (r RecoveryReport) Table() *Table {
	zone, word := r.Org.Zone, strings.ToUpper(r.Mode().String())
	met, restored := 0, 0
	for _, o := range r.Outages {
		if o.State == domain.Restored {
			restored++
		}
		if o.Met() {
			met++
		}
	}
	standing := "still open"
	if !r.ClosedAt.IsZero() {
		standing = "closed " + readable(r.ClosedAt, zone)
	}
	t := &Table{
		Title: fmt.Sprintf("%s: disruption %s %s", word, r.Code, r.Title), Made: "Printed " + readable(r.Now, zone), Heads: []string{"mode", "code", "section", "what", "value"},
		Summary: []string{
			fmt.Sprintf("%s. %s, disruption %s: %s. Report after ISO 22301 8.5.", word, r.Org.Name, r.Code, r.Title),
			fmt.Sprintf("Began %s, %s. %d activities affected, %d restored, %d of them within their RTO.", readable(r.StartedAt, zone), standing, len(r.Outages), restored, met),
		},
	}
	t.add(word, string(r.Code), r.achieved(zone), r.timeline(zone))
	return t
}

// achieved sets what each activity's times were against what became of it.
func (r RecoveryReport) achieved(zone *time.Location) section {
	s := section{name: "Planned and achieved"}
	for _, o := range r.Sorted() {
		stretches := append([]domain.Stretch{}, o.Past...)
		last := domain.Stretch{From: o.DownAt, Until: o.At}
		if o.State != domain.Restored {
			last.Until = time.Time{}
		}
		for _, stretch := range append(stretches, last) {
			s.add(string(o.Activity.Code)+" "+o.Activity.Name, "%s", r.verdict(*o, stretch, zone))
		}
	}
	return s
}

// verdict says of one time down whether it was within what was planned.
func (r RecoveryReport) verdict(o domain.Outage, s domain.Stretch, zone *time.Location) string {
	planned := fmt.Sprintf("RTO %s, MTPD %s. Down from %s", Length(o.Activity.RTO), Length(o.Activity.MTPD), readable(s.From, zone))
	until, ended := s.Until, "restored"
	if until.IsZero() {
		until, ended = r.Now, "not restored yet"
		if !r.ClosedAt.IsZero() {
			until, ended = r.ClosedAt, "not restored at the end"
		}
	}
	took := until.Sub(s.From)
	said := "RTO met"
	switch {
	case took > o.Activity.MTPD:
		said = "RTO not met, MTPD exceeded"
	case took > o.Activity.RTO:
		said = "RTO not met"
	case s.Until.IsZero():
		said = "RTO not over"
	}
	return fmt.Sprintf("%s, %s after %s: %s", planned, ended, Length(max(took, time.Minute)), said)
}

// lateWords are the steps of what is late as a report names them.
var lateWords = map[string]string{"1": "three quarters of the RTO gone, owner reminded", "2": "RTO over, owner and whoever is above them told", "3": "MTPD over, executives told too"}

func (r RecoveryReport) timeline(zone *time.Location) section {
	s := section{name: "Timeline"}
	for _, step := range r.Steps {
		what := ""
		switch step.Name {
		case "recovery_started":
			what = "Began, " + step.Data["activities"] + " activities, owners asked"
		case "recovery_reported":
			what = step.Data["activity"] + ": " + step.Data["state"]
		case "recovery_late":
			what = step.Data["activity"] + ": " + lateWords[step.Data["step"]]
		case "recovery_closed":
			what = "Closed, all-clear"
		default:
			continue
		}
		s.add(readable(step.At, zone), "%s (minute %d)", what, int(step.At.Sub(r.StartedAt).Minutes()))
	}
	return s
}
