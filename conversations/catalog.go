package conversations

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"

	"goodcatch/domain"
)

//go:embed locales/*.yaml
var localeFiles embed.FS

// A Catalog holds every text in every language, with the address that links in them start with.
type Catalog struct {
	*texts
	public string // public address without scheme
}

// texts are what is embedded: read once, and never changed.
type texts struct {
	localizers map[string]*i18n.Localizer
	keys       map[string]map[string]string // language -> key -> "other" form, for tests and existence
	matcher    language.Matcher             // over Languages, in their order
}

// Fallback is the language of a person who has none we speak.
const Fallback = "en"

// NewCatalog is the embedded texts for an address. publicURL is what links start with; its scheme is left out of texts.
func NewCatalog(publicURL string) *Catalog {
	return &Catalog{texts: embedded(), public: bareAddress(publicURL)}
}

var embedded = sync.OnceValue(readTexts)

// readTexts reads the embedded files.
func readTexts() *texts {
	c := &texts{localizers: map[string]*i18n.Localizer{}, keys: map[string]map[string]string{}}
	bundle := i18n.NewBundle(language.English)
	bundle.RegisterUnmarshalFunc("yaml", func(b []byte, v any) error { return yaml.Unmarshal(b, v) })
	files, err := fs.Glob(localeFiles, "locales/*.yaml")
	if err != nil {
		panic(err)
	}
	for _, name := range files {
		data, err := localeFiles.ReadFile(name)
		if err != nil {
			panic(err)
		}
		mf, err := bundle.ParseMessageFileBytes(data, name)
		if err != nil {
			panic(fmt.Sprintf("conversations: %s: %v", name, err))
		}
		lang := mf.Tag.String()
		if c.keys[lang] == nil {
			c.keys[lang] = map[string]string{}
			c.localizers[lang] = i18n.NewLocalizer(bundle, lang, Fallback)
		}
		for _, m := range mf.Messages {
			c.keys[lang][m.ID] = m.Other
		}
	}
	tags := make([]language.Tag, 0, len(c.keys))
	for _, lang := range c.Languages() {
		tags = append(tags, language.MustParse(lang))
	}
	c.matcher = language.NewMatcher(tags)
	return c
}

func bareAddress(url string) string {
	if _, rest, ok := strings.Cut(url, "://"); ok {
		url = rest
	}
	return strings.TrimSuffix(url, "/")
}

// Languages lists what is spoken, sorted.
func (c *texts) Languages() []string { return slices.Sorted(maps.Keys(c.keys)) }

// Speaks reports whether a language is shipped.
func (c *Catalog) Speaks(lang string) bool { return c.keys[lang] != nil }

// Match finds the shipped language of a reader of the tag: fr-CA is fr, zh and zh-Hans-SG are zh-CN, but zh-TW, in another script, is none.
func (c *Catalog) Match(tag string) (lang string, ok bool) {
	wanted, err := language.Parse(tag)
	if err != nil {
		return "", false
	}
	_, i, sure := c.matcher.Match(wanted)
	if sure < language.High {
		return "", false
	}
	return c.Languages()[i], true
}

// Named finds a language by what people call it: its own name or its English one, with or without accents, or a tag.
func (c *Catalog) Named(name string) (lang string, ok bool) {
	name = bareLetters(name)
	for _, lang := range c.Languages() {
		v := Voice{Language: lang}
		if name == bareLetters(c.Say(v, "language.own_name", nil)) || name == bareLetters(c.Say(v, "language.english_name", nil)) {
			return lang, true
		}
	}
	return c.Match(name)
}

// bareLetters is s in small letters without accents: names are typed on any phone.
func bareLetters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFD.String(strings.TrimSpace(s)))
}

// Has reports whether the fallback language has the key.
func (c *Catalog) Has(key string) bool { _, ok := c.keys[Fallback][key]; return ok }

// Keys lists a language's keys, sorted.
func (c *Catalog) Keys(lang string) []string { return slices.Sorted(maps.Keys(c.keys[lang])) }

// A Voice is whom a text is said to: their language and clock.
type Voice struct {
	Language string
	Zone     *time.Location
	Now      time.Time
}

// Say renders a text. A key nobody wrote is said as itself, so that nothing is ever lost, and the catalogue test fails.
func (c *Catalog) Say(v Voice, key string, args domain.Args) string {
	return c.say(v, key, args, func(s string) string { return s })
}

func (c *Catalog) say(v Voice, key string, args domain.Args, text func(string) string) string {
	l := c.localizers[v.Language]
	if l == nil {
		l = c.localizers[Fallback]
	}
	data := make(map[string]any, len(args))
	cfg := &i18n.LocalizeConfig{MessageID: key, TemplateData: data}
	for name, a := range args {
		data[name] = c.value(v, a, text)
		if name == "count" {
			cfg.PluralCount = a.String()
		}
	}
	out, err := l.Localize(cfg)
	if err != nil && cfg.PluralCount != nil { // a text that says a number without bending to it
		cfg.PluralCount = nil
		out, err = l.Localize(cfg)
	}
	if err != nil || out == "" {
		return key
	}
	return c.mode(v, key, args) + c.overdue(v, key, args) + out
}

// mode is EXERCISE or LIVE, which stands before every text of something that is the one or the other. It is no part of the texts
// themselves, so that none can lack it or say another. Spoken, it is a sentence of its own.
func (c *Catalog) mode(v Voice, key string, args domain.Args) string {
	tag, word := args[domain.ModeArg].Kind()
	switch {
	case tag != 'k' || word == "":
		return ""
	case strings.HasPrefix(key, "voice.") || strings.HasSuffix(key, ".voice"):
		return c.Say(v, word, nil) + ". "
	case strings.HasSuffix(key, ".slack"):
		return "*" + c.Say(v, word, nil) + "* "
	default:
		return c.Say(v, word, nil) + " "
	}
}

// overdue is what stands before a text about a document that should have been reviewed by now: whoever relies on it must know. Empty:
// nothing is late.
func (c *Catalog) overdue(v Voice, key string, args domain.Args) string {
	_, value := args["review"].Kind()
	by, err := time.Parse(time.RFC3339, value)
	if err != nil || !v.Now.After(by) {
		return ""
	}
	if strings.HasSuffix(key, ".slack") {
		return c.Say(v, "control.mark.slack", nil) + " "
	}
	return c.Say(v, "control.mark", nil) + " "
}

// Value renders one argument on its own: the label of an option.
func (c *Catalog) Value(v Voice, a domain.Arg) string {
	return c.value(v, a, func(s string) string { return s })
}

// Label renders an argument as the label of an option or a button: the catalogue's own words begin with a capital there.
func (c *Catalog) Label(v Voice, a domain.Arg) string {
	label := c.Value(v, a)
	if tag, _ := a.Kind(); tag != 'k' {
		return label
	}
	first, size := utf8.DecodeRuneInString(label)
	return string(unicode.ToUpper(first)) + label[size:]
}

func (c *Catalog) value(v Voice, a domain.Arg, text func(string) string) string {
	tag, value := a.Kind()
	switch tag {
	case 'k':
		return c.say(v, value, nil, text)
	case 't', 'd', 'w', 'y', 'a':
		t, err := time.Parse(time.RFC3339, value)
		if err != nil {
			return value
		}
		return c.moment(v, t, tag)
	case 'l':
		return c.public + value
	case 'p':
		d, err := time.ParseDuration(value)
		if err != nil {
			return value
		}
		return c.span(v, d)
	case 'n':
		return value
	case 'r':
		return c.rows(v, value, text)
	default:
		return text(value)
	}
}

// rows are the lines of a list: see domain.Rows.
func (c *Catalog) rows(v Voice, value string, text func(string) string) string {
	var rows []domain.Row
	if err := json.Unmarshal([]byte(value), &rows); err != nil {
		return ""
	}
	lines := make([]string, len(rows))
	for i, r := range rows {
		lines[i] = c.say(v, r.Key, r.Args, text)
	}
	return strings.Join(lines, "\n")
}

// moment is "14:02" on the same day, else "5 Dec 14:02"; a dated one (w) always has its date, a day alone (d) is "Fri 5 Dec", with its
// time (a) "Fri 5 Dec 14:02", with its year (y) "5 Dec 2028".
func (c *Catalog) moment(v Voice, t time.Time, tag byte) string {
	zone := v.Zone
	if zone == nil {
		zone = time.UTC
	}
	t = t.In(zone)
	clock := t.Format("15:04")
	y, m, d := v.Now.In(zone).Date()
	if ty, tm, td := t.Date(); tag == 't' && y == ty && m == tm && d == td {
		return clock
	}
	args := domain.Args{"day": domain.Number(t.Day()), "month": domain.Term("month." + strconv.Itoa(int(t.Month()))), "weekday": domain.Term("weekday." + strconv.Itoa(int(t.Weekday()))), "clock": domain.Text(clock)}
	switch tag {
	case 'a':
		return c.Say(v, "time.day_time", args)
	case 'd':
		return c.Say(v, "time.day", args)
	case 'y':
		args["year"] = domain.Text(strconv.Itoa(t.Year()))
		return c.Say(v, "time.far_day", args)
	}
	return c.Say(v, "time.moment", args)
}

func (c *Catalog) span(v Voice, d time.Duration) string {
	d = d.Abs()
	unit, n := "minute", int(d.Round(time.Minute)/time.Minute)
	switch {
	case d >= 48*time.Hour:
		unit, n = "day", int(d/(24*time.Hour))
	case d >= 2*time.Hour:
		unit, n = "hour", int(d/time.Hour)
	}
	return c.Say(v, "span."+unit, domain.Args{"count": domain.Number(n)})
}
