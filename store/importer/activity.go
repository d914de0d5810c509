package importer

import (
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"goodcatch/domain"
	"goodcatch/domain/words"
)

// ActivityFile is what activities.csv says: the whole business-impact table.
type ActivityFile struct{ all []domain.Activity }

// activityTable is the file of the business-impact table.
const activityTable = "activities.csv"

// activityCode is what an owner types behind a disruption's code: K7R PHA 1.
var activityCode = regexp.MustCompile(`^[A-Z][A-Z0-9]{1,4}$`)

// readActivities reads activities.csv. The file is whole: what it does not say any more is gone. What is under way keeps the times it
// began with.
func (r *reading) readActivities() error {
	src, text, ok, err := r.open(activityTable)
	if err != nil || !ok {
		return err
	}
	rows, faults := readTable(src, text, []string{"code", "name", "unit", "owner", "rto", "mtpd", "staff"}, []string{"owner_unit", "needs"})
	r.faults = append(r.faults, faults...)
	all := &ActivityFile{}
	lines := map[domain.ActivityCode]row{}
	for _, row := range rows {
		a := r.activity(row)
		if first, twice := lines[a.Code]; twice {
			r.refuse(row.where("code"), "activity %s stands in line %d already.", a.Code, first.start.line)
			continue
		}
		lines[a.Code] = row
		all.all = append(all.all, a)
	}
	if len(all.all) > domain.MostActivities {
		r.refuse(place{file: src}, "%d activities: a list in Slack holds %d. Keep those whose loss would be felt.", len(all.all), domain.MostActivities)
	}
	r.checkNeeds(all.all, lines)
	if !reflect.DeepEqual(all.all, r.before.Activities) && len(all.all)+len(r.before.Activities) > 0 {
		r.plan.Activities = all
	}
	r.after.Activities = all.all
	return nil
}

// activity reads one line.
func (r *reading) activity(row row) domain.Activity {
	a := domain.Activity{Code: domain.ActivityCode(strings.ToUpper(row.get("code"))), Name: row.get("name")}
	switch {
	case !activityCode.MatchString(string(a.Code)):
		r.refuse(row.where("code"), "activity code %q must be two to five letters and digits, a letter first, as its owner would type it: PHA, ED, EHR.", a.Code)
	case words.ParseOrder(string(a.Code)+" 1").Do != words.Add:
		r.refuse(row.where("code"), "activity code %q is a word that texts use for something else. Choose another.", a.Code)
	}
	if a.Name == "" {
		r.refuse(row.where("name"), "activity %s has no name.", a.Code)
	}
	r.tooLong(a.Name, domain.ActivityRoom, "activity name", row.where("name"))
	a.Unit = r.unit(row.get("unit"), row.where("unit"))
	if row.get("owner") == "" {
		r.refuse(row.where("owner"), "activity %s has no owner: the role that answers for it, like manager.", a.Code)
	}
	a.Owner = r.role(strings.ToLower(row.get("owner")), row.where("owner"))
	if of := row.get("owner_unit"); of != "" {
		a.Of = r.unit(of, row.where("owner_unit"))
	}
	a.RTO, a.MTPD = r.length(row, "rto"), r.length(row, "mtpd")
	switch {
	case a.RTO == 0 || a.MTPD == 0: // refused already
	case a.RTO < domain.ShortestRTO:
		r.refuse(row.where("rto"), "rto is the time within which it is to run again, %d minutes at least.", domain.ShortestRTO/time.Minute)
	case a.MTPD < a.RTO:
		r.refuse(row.where("mtpd"), "mtpd (%s) is shorter than rto (%s): what is away for longer than can be tolerated cannot be restored in time.", row.get("mtpd"), row.get("rto"))
	case a.MTPD > domain.LongestMTPD:
		r.refuse(row.where("mtpd"), "mtpd is %d days at most.", domain.LongestMTPD/day)
	}
	staff, err := strconv.Atoi(row.get("staff"))
	if err != nil || staff < 0 || staff > 999 {
		r.refuse(row.where("staff"), "staff is how many people it takes at least, 0 to 999.")
	}
	a.Staff = staff
	for code := range strings.SplitSeq(row.get("needs"), ";") {
		if code = strings.ToUpper(strings.TrimSpace(code)); code != "" {
			a.Needs = append(a.Needs, domain.ActivityCode(code))
		}
	}
	return a
}

// length reads a length of time; 0 when it is none, which is a fault.
func (r *reading) length(row row, column string) time.Duration {
	d, err := parseSpan(row.get(column))
	if err != nil || d == 0 {
		r.refuse(row.where(column), "%s %q is no length of time. Write it like 30m, 4h or 3d.", column, row.get(column))
		return 0
	}
	return d
}

// checkNeeds refuses needs that are no activities, circles, and an activity that is to be restored before what it cannot do without.
func (r *reading) checkNeeds(all []domain.Activity, lines map[domain.ActivityCode]row) {
	find := func(code domain.ActivityCode) *domain.Activity {
		i := slices.IndexFunc(all, func(a domain.Activity) bool { return a.Code == code })
		if i < 0 {
			return nil
		}
		return &all[i]
	}
	var codes []domain.ActivityCode
	for _, a := range all {
		codes = append(codes, a.Code)
	}
	for _, a := range all {
		at := lines[a.Code].where("needs")
		for _, code := range a.Needs {
			switch needed := find(code); {
			case needed == nil:
				r.refuse(at, "%s needs %q, which is no activity here.%s", a.Code, code, didYouMean(string(code), codes))
			case reaches(find, code, a.Code, nil):
				r.refuse(at, "%s and %s need each other. One of them comes first.", a.Code, code)
			case needed.RTO > a.RTO:
				r.warn(at, "%s is to be restored before %s, which it needs.", a.Code, code)
			}
		}
	}
}

// reaches reports whether an activity needs another, itself or through others.
func reaches(find func(domain.ActivityCode) *domain.Activity, from, to domain.ActivityCode, seen []domain.ActivityCode) bool {
	a := find(from)
	if a == nil || slices.Contains(seen, from) {
		return false
	}
	return from == to || slices.ContainsFunc(a.Needs, func(next domain.ActivityCode) bool { return reaches(find, next, to, append(seen, from)) })
}
