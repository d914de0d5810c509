package importer

import (
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/nyaruka/phonenumbers"

	"goodcatch/domain"
	"goodcatch/domain/scale"
)

type organisationFile struct {
	Name      word         `yaml:"name"`
	Emergency word         `yaml:"emergency_number"`
	Region    word         `yaml:"region"`
	Language  word         `yaml:"language"`
	Zone      word         `yaml:"zone"`
	Quiet     quietFile    `yaml:"quiet_hours"`
	Settings  settingsFile `yaml:"settings"`
	Path      []stepOfPath `yaml:"path"`
	Muster    []musterFile `yaml:"muster_points"`
}

// A stepOfPath is one course of the path of new starters.
type stepOfPath struct {
	At     place `yaml:"@"`
	Course word  `yaml:"course"`
	Day    count `yaml:"day"`
}

type quietFile struct {
	At    place `yaml:"@"`
	From  clock `yaml:"from"`
	Until clock `yaml:"until"`
}

type settingsFile struct {
	NarrativeInSlack flag          `yaml:"narrative_in_slack"`
	MinimumDwell     span          `yaml:"minimum_dwell"`
	TextsPerSecond   count         `yaml:"texts_per_second"`
	CallsPerSecond   count         `yaml:"calls_per_second"`
	TextsAWeek       count         `yaml:"texts_a_week"`
	Drills           drillsFile    `yaml:"drills"`
	Retention        retentionFile `yaml:"retention"`
}

// Months from one drill to the next, by kind.
type drillsFile struct {
	Communications count `yaml:"communications"`
	Tabletop       count `yaml:"tabletop"`
	Live           count `yaml:"live"`
}

type retentionFile struct {
	FailedInbound span `yaml:"failed_inbound"`
	SentTexts     span `yaml:"sent_texts"`
	HiddenChannel span `yaml:"hidden_channel"`
	AtProvider    span `yaml:"at_provider"`
	Codes         span `yaml:"codes"`
}

func (r *reading) readOrganisation() error {
	src, text, ok, err := r.open("organisation.yaml")
	if err != nil || !ok {
		return err
	}
	var f organisationFile
	if !r.decode(src, 0, text, &f) {
		return nil
	}
	whole := place{file: src}
	if f.Name.value == "" {
		r.refuse(whole, "name is missing: what the organisation is called.")
	}
	if f.Emergency.value == "" {
		r.refuse(whole, "emergency_number is missing: what staff ring when somebody is in danger, like \"2222\".")
	}
	o := r.after
	o.Name, o.Emergency = f.Name.value, f.Emergency.value
	if f.Region.set {
		if o.Region = strings.ToUpper(f.Region.value); phonenumbers.GetCountryCodeForRegion(o.Region) == 0 {
			r.refuse(f.Region.at, "region %q is no country. Want two letters, like GB or ES.", f.Region.value)
		}
	}
	if f.Language.set {
		o.Language = f.Language.value
		r.checkLanguage(f.Language.value, f.Language.at)
	}
	if f.Zone.set {
		if zone := r.zone(f.Zone.value, f.Zone.at); zone != nil {
			o.Zone = zone
		}
	}
	r.takeQuiet(f.Quiet)
	if f.Settings.NarrativeInSlack.set {
		o.Settings.NarrativeInSlack = f.Settings.NarrativeInSlack.value
	}
	if f.Settings.MinimumDwell.set {
		o.Settings.MinimumDwell = f.Settings.MinimumDwell.value
	}
	r.takeRate("texts_per_second", f.Settings.TextsPerSecond, &r.after.Settings.TextsPerSecond)
	r.takeRate("calls_per_second", f.Settings.CallsPerSecond, &r.after.Settings.CallsPerSecond)
	r.takeBurden(f.Settings.TextsAWeek)
	r.takeDrills(f.Settings.Drills)
	r.takeRetention(f.Settings.Retention)
	r.takePath(f.Path)
	r.takeMuster(f.Muster)
	r.settled()
	return nil
}

// takeRate takes how many messages a second the provider sends for this account.
func (r *reading) takeRate(name string, c count, to *int) {
	switch {
	case !c.set:
	case c.value < 1 || c.value > domain.MostTextRate:
		r.refuse(c.at, "%s is 1 to %d: what the provider sends for your number or account.", name, domain.MostTextRate)
	default:
		*to = c.value
	}
}

// takeBurden takes how many routine texts a person gets in a week.
func (r *reading) takeBurden(c count) {
	switch {
	case !c.set:
	case c.value < 1 || c.value > domain.MostTextsAWeek:
		r.refuse(c.at, "texts_a_week is 1 to %d: routine texts to one person; what goes over comes as one.", domain.MostTextsAWeek)
	default:
		r.after.Settings.TextsAWeek = c.value
	}
}

// takeDrills takes how many months may pass from one drill to the next. What is not named stays.
func (r *reading) takeDrills(f drillsFile) {
	to := &r.after.Settings.Drills
	for _, d := range []struct {
		name string
		from count
		to   *int
	}{{"communications", f.Communications, &to.Communications}, {"tabletop", f.Tabletop, &to.Tabletop}, {"live", f.Live, &to.Live}} {
		switch {
		case !d.from.set:
		case d.from.value < 1 || d.from.value > domain.MostDrillMonths:
			r.refuse(d.from.at, "%s is 1 to %d months.", d.name, domain.MostDrillMonths)
		default:
			*d.to = d.from.value
		}
	}
}

// takePath takes the courses of new starters. Without any the path stays as it is.
func (r *reading) takePath(steps []stepOfPath) {
	var path []domain.PathStep
	seen := map[string]int{}
	for _, s := range steps {
		code := r.code(s.Course, s.At)
		if line, twice := seen[code]; twice {
			r.refuse(or(s.Course.at, s.At), "course %s stands in line %d already.", code, line)
		}
		seen[code] = or(s.Course.at, s.At).line
		if s.Day.value < 0 || s.Day.value > domain.LongestPath {
			r.refuse(or(s.Day.at, s.At), "day is 0 to %d: how many days after the first one the course is offered.", domain.LongestPath)
		}
		path = append(path, domain.PathStep{Course: code, Day: s.Day.value})
	}
	if len(path) > 0 {
		r.after.Settings.Path = path
	}
}

// takeRetention takes how long things are kept. What is not named stays.
func (r *reading) takeRetention(f retentionFile) {
	to := &r.after.Settings.Retention
	for _, s := range []struct {
		name        string
		from        span
		to          *time.Duration
		least, most time.Duration
	}{
		{"failed_inbound", f.FailedInbound, &to.FailedInbound, day, domain.MostFailedInbound},
		{"sent_texts", f.SentTexts, &to.SentTexts, day, longestKept},
		{"hidden_channel", f.HiddenChannel, &to.HiddenChannel, day, longestKept},
		{"at_provider", f.AtProvider, &to.AtProvider, time.Hour, longestKept},
		{"codes", f.Codes, &to.Codes, day, longestKept},
	} {
		switch {
		case !s.from.set:
		case s.from.value < s.least || s.from.value > s.most:
			least := "one day"
			if s.least < day {
				least = "one hour"
			}
			r.refuse(s.from.at, "%s is %s to %d days.", s.name, least, s.most/day)
		default:
			*s.to = s.from.value
		}
	}
}

const day = 24 * time.Hour

// longestKept is the longest length of a retention setting: ten years.
const longestKept = 3650 * day

func (r *reading) takeQuiet(q quietFile) {
	switch {
	case q.From.set && q.Until.set:
		r.after.Quiet = domain.Window{From: q.From.value, Until: q.Until.value}
	case q.From.set || q.Until.set:
		r.refuse(q.At, "quiet_hours needs both from and until.")
	}
}

// settled puts the organisation into the plan when its own settings differ.
func (r *reading) settled() {
	was, is := *r.before, *r.after
	for _, o := range []*domain.Organisation{&was, &is} {
		o.Units, o.People, o.Holders, o.ByRole, o.Zone = nil, nil, nil, nil, nil
	}
	if !reflect.DeepEqual(was, is) || r.before.Zone.String() != r.after.Zone.String() {
		r.plan.Organisation = r.after
	}
}

func (r *reading) checkLanguage(lang string, at place) {
	for _, l := range r.Languages {
		if l == lang {
			return
		}
	}
	r.refuse(at, "language %q is not spoken.%s", lang, didYouMean(lang, r.Languages))
}

// commonZones are offered for a misspelt time zone.
var commonZones = []string{
	"UTC", "Europe/London", "Europe/Dublin", "Europe/Madrid", "Europe/Paris", "Europe/Berlin", "Europe/Rome", "Europe/Lisbon", "Europe/Warsaw", "Europe/Athens",
	"America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Phoenix", "America/Mexico_City", "America/Bogota", "America/Lima", "America/Sao_Paulo",
	"America/Argentina/Buenos_Aires", "America/Toronto", "Africa/Cairo", "Africa/Lagos", "Africa/Nairobi", "Africa/Johannesburg", "Asia/Dubai", "Asia/Kolkata", "Asia/Shanghai",
	"Asia/Hong_Kong", "Asia/Singapore", "Asia/Tokyo", "Asia/Manila", "Australia/Sydney", "Australia/Perth", "Pacific/Auckland",
}

func (r *reading) zone(name string, at place) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil || name == "Local" || name == "" {
		r.refuse(at, "time zone %q is not known. Want a name like Europe/London.%s", name, didYouMean(name, commonZones))
		return nil
	}
	return zone
}

type policiesFile struct {
	Ladders struct {
		None     ladderFile `yaml:"none"`
		Mild     ladderFile `yaml:"mild"`
		Moderate ladderFile `yaml:"moderate"`
		Severe   ladderFile `yaml:"severe"`
		Death    ladderFile `yaml:"death"`
	} `yaml:"ladders"`
	Channels struct {
		Routine []wayFile `yaml:"routine"`
		Urgent  []wayFile `yaml:"urgent"`
	} `yaml:"channels"`
}

type wayFile struct {
	At    place `yaml:"@"`
	By    word  `yaml:"by"`
	After span  `yaml:"after"`
}

type ladderFile struct {
	At     place      `yaml:"@"`
	Steps  []stepFile `yaml:"steps"`
	Repeat span       `yaml:"repeat"`
	Triage span       `yaml:"triage"`
	Remind span       `yaml:"remind"`
	Urgent flag       `yaml:"urgent"`
}

type stepFile struct {
	At    place `yaml:"@"`
	Ask   word  `yaml:"ask"`
	After span  `yaml:"after"`
}

func (r *reading) readPolicies() error {
	src, text, ok, err := r.open("policies.yaml")
	if err != nil || !ok {
		return err
	}
	var f policiesFile
	if !r.decode(src, 0, text, &f) {
		return nil
	}
	l := f.Ladders
	for rank, ladder := range []ladderFile{l.None, l.Mild, l.Moderate, l.Severe, l.Death} {
		if ladder.At.file == nil {
			continue // not named: stays
		}
		r.after.Ladders[rank] = r.ladder(ladder, scale.Rank(rank))
	}
	if ways := r.ways(f.Channels.Routine, domain.Slack, domain.SMS); len(ways) > 0 {
		r.after.Settings.Channels.Routine = ways
	}
	if ways := r.ways(f.Channels.Urgent, domain.Slack, domain.SMS, domain.Voice); len(ways) > 0 {
		r.after.Settings.Channels.Urgent = ways
	}
	r.settled()
	return nil
}

// ways reads a ladder of channels: each once, the first at once, later ones not earlier.
func (r *reading) ways(steps []wayFile, allowed ...domain.Channel) []domain.Way {
	var ways []domain.Way
	var last time.Duration
	for i, s := range steps {
		ch := domain.Channel(strings.ToLower(s.By.value))
		at := or(s.By.at, s.At)
		switch {
		case !slices.Contains(allowed, ch):
			r.refuse(at, "by %q is not one of %v: only what is urgent may ring.", s.By.value, allowed)
		case slices.ContainsFunc(ways, func(w domain.Way) bool { return w.Channel == ch }):
			r.refuse(at, "%s stands in this list already.", ch)
		case i == 0 && s.After.value != 0:
			r.refuse(or(s.After.at, at), "the first channel is tried at once: after: 0s.")
		case s.After.value < last:
			r.refuse(or(s.After.at, at), "channels stand in the order of their times.")
		}
		last = s.After.value
		ways = append(ways, domain.Way{Channel: ch, After: s.After.value})
	}
	return ways
}

func (r *reading) ladder(f ladderFile, rank scale.Rank) domain.Ladder {
	l := domain.Ladder{Repeat: f.Repeat.value, Urgent: f.Urgent.value, Triage: f.Triage.value, Remind: f.Remind.value}
	if len(f.Steps) == 0 {
		r.refuse(f.At, "ladder %s has no steps: nobody would be asked. Add {ask: manager, after: 0s}.", rank)
	}
	if f.Repeat.value < time.Minute {
		r.refuse(or(f.Repeat.at, f.At), "ladder %s needs repeat: how long until everyone is asked again, one minute or more.", rank)
	}
	if f.Triage.value < time.Minute {
		r.refuse(or(f.Triage.at, f.At), "ladder %s needs triage: the owner's time to triage, one minute or more.", rank)
	}
	if f.Remind.value != 0 && (f.Remind.value < domain.ShortestSilence || f.Remind.value > domain.LongestSilence) {
		r.refuse(or(f.Remind.at, f.At), "remind of ladder %s: how long an owner may do nothing, 15m to 7d.", rank)
	}
	var last time.Duration
	for i, step := range f.Steps {
		role := r.role(step.Ask.value, step.Ask.at)
		switch after := step.After.value; {
		case !step.Ask.set:
			r.refuse(step.At, "step %d of ladder %s lacks ask: the role to ask.", i+1, rank)
		case i == 0 && after != 0:
			r.refuse(step.After.at, "the first step is asked at once: after must be 0s.")
		case i > 0 && after <= last:
			r.refuse(step.At, "step %d of ladder %s comes after %v, not later than the step before it (%v).", i+1, rank, after, last)
		default:
			last = after
		}
		l.Steps = append(l.Steps, domain.Step{Role: role, After: step.After.value})
	}
	return l
}

func (r *reading) role(name string, at place) domain.Role {
	for _, role := range domain.Roles {
		if string(role) == name {
			return role
		}
	}
	if name != "" {
		r.refuse(at, "role %q is not known.%s", name, didYouMean(name, domain.Roles))
	}
	return ""
}
