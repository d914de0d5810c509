package export

import (
	"fmt"
	"strings"
	"time"

	"goodcatch/domain"
)

// ActivityTable is the business-impact table, with who answers for each activity now. Source: ISO 22301:2019 8.2.2.
func ActivityTable(org *domain.Organisation, now time.Time) *Table {
	t := &Table{
		Title: "Business-impact table", Made: "Printed " + readable(now, org.Zone), Heads: []string{"code", "activity", "unit", "owner", "now", "rto", "mtpd", "staff", "needs"},
		Summary: []string{fmt.Sprintf("%s: %d activities with recovery time objective, maximum tolerable period of disruption and minimum staff, after ISO 22301 8.2.2.", org.Name, len(org.Activities))},
	}
	for _, a := range org.Activities {
		row := []string{string(a.Code), a.Name, string(a.Unit), strings.TrimSpace(string(a.Owner) + " " + string(a.Of)), answersNow(org, a, now), Length(a.RTO), Length(a.MTPD), fmt.Sprint(a.Staff), strings.Join(texts(a.Needs), " ")}
		t.Rows = append(t.Rows, row)
		t.lines = append(t.lines, line{head: row[0] + " " + row[1], notes: []string{
			fmt.Sprintf("Unit %s, owner %s, now %s", row[2], row[3], row[4]), fmt.Sprintf("RTO %s, MTPD %s, staff at least %s", row[5], row[6], row[7]), strings.TrimSuffix("Needs "+row[8], "Needs "),
		}})
	}
	return t
}

// answersNow names who is asked about an activity now.
func answersNow(org *domain.Organisation, a domain.Activity, now time.Time) string {
	var names []string
	for _, on := range (domain.Facts{Org: org, Now: now}).Owners(a) {
		name := org.NameOf(on.Person)
		if on.For != 0 {
			name += " for " + org.NameOf(on.For)
		}
		names = append(names, name)
	}
	if len(names) == 0 {
		return "nobody"
	}
	return strings.Join(names, "; ")
}

// Length is a length of time as activities.csv writes it: 30m, 4h, 3d, 1h30m.
func Length(d time.Duration) string {
	const day = 24 * time.Hour
	if d >= 2*day && d%day == 0 {
		return fmt.Sprintf("%dd", d/day)
	}
	text := strings.TrimSuffix(d.Round(time.Minute).String(), "0s")
	return strings.TrimSuffix(text, "h0m") + map[bool]string{true: "h"}[strings.HasSuffix(text, "h0m")]
}
