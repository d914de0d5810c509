package importer

import (
	"slices"

	"goodcatch/domain"
)

// HolidayFile is what holidays.csv says: all the holidays of the organisation.
type HolidayFile struct {
	days  []domain.Date
	names []string
}

// readHolidays reads holidays.csv. The file is whole.
func (r *reading) readHolidays() error {
	src, text, ok, err := r.open("holidays.csv")
	if err != nil || !ok {
		return err
	}
	rows, faults := readTable(src, text, []string{"date", "name"}, nil)
	r.faults = append(r.faults, faults...)
	all := &HolidayFile{}
	seen := map[domain.Date]place{}
	for _, row := range rows {
		day := r.date(row, "date")
		if first, twice := seen[day]; twice {
			r.refuse(row.where("date"), "this day stands in line %d already.", first.line)
		}
		seen[day] = row.start
		all.days, all.names = append(all.days, day), append(all.names, row.get("name"))
	}
	days := slices.SortedFunc(slices.Values(all.days), func(a, b domain.Date) int { return a.Since(b) })
	if !slices.Equal(days, r.before.Holidays) {
		r.plan.Holidays = all
	}
	return nil
}
