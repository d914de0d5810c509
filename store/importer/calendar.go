package importer

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"
)

// A property is one line of a calendar, with the lines folded into it: NAME;PARAMETER=…:value. Source: RFC 5545 3.1.
type property struct {
	name   string
	params map[string]string
	value  string
	at     place // of the value
	start  place
}

// An event is what a VEVENT says, each property once but attendees and exceptions.
type event struct {
	start      place
	begin, end *property
	rule       *property
	uid        string
	instead    *property // RECURRENCE-ID: the occurrence that this event replaces
	except     []property
	attendees  []property
	summary    *property
	cancelled  bool
}

// skipped are properties of an event that say nothing about who is on duty when. X- ones are skipped too.
var skipped = []string{
	"DTSTAMP", "CREATED", "LAST-MODIFIED", "SEQUENCE", "DESCRIPTION", "LOCATION", "TRANSP", "CLASS", "PRIORITY", "CATEGORIES", "ORGANIZER", "URL", "COMMENT", "CONTACT", "COLOR", "ATTACH", "GEO",
	"CONFERENCE", "IMAGE",
}

// readLines unfolds a calendar into its properties.
func (r *reading) readLines(src *source, text []byte) []property {
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(text) {
		r.refuse(place{file: src}, "is not UTF-8, as iCalendar files are.")
		return nil
	}
	var all []property
	for n := 0; n < len(src.lines); n++ {
		line, at := src.lines[n], place{src, n + 1, 1}
		for n+1 < len(src.lines) && (strings.HasPrefix(src.lines[n+1], " ") || strings.HasPrefix(src.lines[n+1], "\t")) {
			n++
			line += src.lines[n][1:]
		}
		if strings.TrimSpace(line) == "" {
			continue
		}
		p, ok := parseProperty(line, at)
		if !ok {
			r.refuse(at, "is no line of an iCalendar file: NAME:value.")
			return nil
		}
		all = append(all, p)
	}
	return all
}

// parseProperty cuts a line at its colon, which may stand in quotes before it.
func parseProperty(line string, at place) (property, bool) {
	quoted, colon := false, -1
	for i, c := range line {
		switch {
		case c == '"':
			quoted = !quoted
		case c == ':' && !quoted && colon < 0:
			colon = i
		}
	}
	if colon < 1 {
		return property{}, false
	}
	head := strings.Split(line[:colon], ";")
	p := property{name: strings.ToUpper(head[0]), value: strings.TrimSpace(line[colon+1:]), params: map[string]string{}, start: at}
	p.at = place{at.file, at.line, utf8.RuneCountInString(line[:colon+1]) + 1}
	for _, param := range head[1:] {
		name, value, _ := strings.Cut(param, "=")
		p.params[strings.ToUpper(name)] = strings.Trim(value, `"`)
	}
	return p, true
}

// events reads the events of a calendar. What is not understood is refused: a rota that is half read is worse than none.
func (r *reading) events(lines []property) []event {
	var all []event
	var inside []string // the components that are open
	var e *event
	for _, p := range lines {
		in := ""
		if len(inside) > 0 {
			in = inside[len(inside)-1]
		}
		switch {
		case p.name == "BEGIN":
			inside = append(inside, strings.ToUpper(p.value))
			if !r.begins(p, inside) {
				return nil
			}
			if p.value == "VEVENT" {
				e = &event{start: p.start}
			}
		case p.name == "END" && !strings.EqualFold(in, p.value):
			r.refuse(p.at, "END:%s where %s is open.", p.value, in)
			return nil
		case p.name == "END":
			inside = inside[:len(inside)-1]
			if in == "VEVENT" {
				all = append(all, *e)
			}
		case in == "":
			r.refuse(p.start, "stands outside of BEGIN:VCALENDAR and END:VCALENDAR.")
			return nil
		case in == "VEVENT":
			r.takeProperty(e, p)
		}
	}
	if len(lines) == 0 || len(inside) > 0 {
		r.refuse(place{file: lastFile(lines), line: 0}, "is no whole iCalendar file: it must begin with BEGIN:VCALENDAR and end with END:VCALENDAR.")
	}
	return all
}

func lastFile(lines []property) *source {
	if len(lines) == 0 {
		return nil
	}
	return lines[0].start.file
}

// begins checks where a component may stand. Time zones and alarms are skipped: zones count by their names.
func (r *reading) begins(p property, inside []string) bool {
	path := strings.Join(inside, " ")
	known := []string{"VCALENDAR", "VCALENDAR VEVENT", "VCALENDAR VTIMEZONE", "VCALENDAR VTIMEZONE STANDARD", "VCALENDAR VTIMEZONE DAYLIGHT", "VCALENDAR VEVENT VALARM"}
	if !slices.Contains(known, path) {
		r.refuse(p.at, "%s is not understood here: a rota is a VCALENDAR of VEVENTs.", p.value)
		return false
	}
	return true
}

// takeProperty keeps what an event says.
func (r *reading) takeProperty(e *event, p property) {
	single := map[string]**property{"DTSTART": &e.begin, "DTEND": &e.end, "RRULE": &e.rule, "RECURRENCE-ID": &e.instead, "SUMMARY": &e.summary}
	if into := single[p.name]; into != nil {
		if *into != nil {
			r.refuse(p.start, "%s stands in this event already.", p.name)
		}
		*into = &p
		return
	}
	switch {
	case p.name == "UID":
		e.uid = p.value
	case p.name == "EXDATE":
		e.except = append(e.except, p)
	case p.name == "ATTENDEE":
		e.attendees = append(e.attendees, p)
	case p.name == "STATUS":
		e.cancelled = strings.EqualFold(p.value, "CANCELLED")
	case p.name == "DURATION":
		r.refuse(p.start, "DURATION is not understood: say when the duty ends with DTEND.")
	case !slices.Contains(skipped, p.name) && !strings.HasPrefix(p.name, "X-"):
		r.refuse(p.start, "%s is not understood in a rota.", p.name)
	}
}
