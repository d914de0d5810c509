package importer

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// The leaves of our files know where they stand, so that a fault found late still shows its line.
type (
	word  struct{ leaf[string] }
	count struct{ leaf[int] }
	flag  struct{ leaf[bool] }
	span  struct{ leaf[time.Duration] } // 10m, 24h, 3d
	clock struct{ leaf[int] }           // 21:00, as minutes after midnight
)

type leaf[T any] struct {
	value T
	at    place
	set   bool
}

func (l *leaf[T]) put(v T, at place) { l.value, l.at, l.set = v, at, true }

// A reader takes the text of one YAML scalar.
type reader interface {
	read(text string, at place) error
}

func (w *word) read(text string, at place) error {
	w.put(strings.TrimSpace(text), at)
	return nil
}

func (c *count) read(text string, at place) error {
	n, err := strconv.Atoi(text)
	c.put(n, at)
	if err != nil {
		return errors.New("want a whole number, like 14")
	}
	return nil
}

func (f *flag) read(text string, at place) error {
	b, err := strconv.ParseBool(text)
	f.put(b, at)
	if err != nil {
		return errors.New("want true or false")
	}
	return nil
}

func (s *span) read(text string, at place) error {
	d, err := parseSpan(text)
	s.put(d, at)
	return err
}

func (c *clock) read(text string, at place) error {
	t, err := time.Parse("15:04", text)
	c.put(t.Hour()*60+t.Minute(), at)
	if err != nil {
		return errors.New(`want a time of day in quotes, like "21:00"`)
	}
	return nil
}

// parseSpan reads a length of time in Go's units and days: 90s, 10m, 24h, 3d, 1d12h.
func parseSpan(text string) (time.Duration, error) {
	wrong := errors.New("want a length of time, like 10m, 24h or 3d")
	var days time.Duration
	if number, rest, ok := strings.Cut(text, "d"); ok {
		n, err := strconv.Atoi(number)
		if err != nil || n < 0 || n > 3650 {
			return 0, wrong
		}
		if days = time.Duration(n) * 24 * time.Hour; rest == "" {
			return days, nil
		}
		text = rest
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 {
		return 0, wrong
	}
	return days + d, nil
}

// A document of YAML that collects every fault instead of stopping at the first.
type decoder struct {
	file   *source
	offset int // lines of the file before the YAML begins
	faults Faults
}

// decode reads text into a struct whose leaves are readers. Unknown and doubled keys, and values of the wrong kind, are faults.
// It returns false when the text is not YAML at all.
func (d *decoder) decode(text []byte, into any) bool {
	f, err := parser.ParseBytes(text, 0)
	if err != nil {
		d.syntax(err)
		return false
	}
	if len(f.Docs) == 0 || f.Docs[0].Body == nil {
		d.faults = append(d.faults, place{file: d.file}.fault("is empty."))
		return false
	}
	if len(f.Docs) > 1 {
		d.faults = append(d.faults, d.at(f.Docs[1].Body).fault("a second document begins. Keep one in a file."))
	}
	d.node(f.Docs[0].Body, reflect.ValueOf(into).Elem())
	return true
}

func (d *decoder) syntax(err error) {
	var y yaml.Error
	if errors.As(err, &y) && y.GetToken() != nil {
		pos := y.GetToken().Position
		d.faults = append(d.faults, place{d.file, pos.Line + d.offset, pos.Column}.fault("not YAML: %s.", strings.TrimSpace(y.GetMessage())))
		return
	}
	d.faults = append(d.faults, place{file: d.file}.fault("not YAML: %v.", err))
}

func (d *decoder) at(n ast.Node) place {
	if m, ok := n.(*ast.MappingNode); ok && len(m.Values) > 0 && !m.IsFlowStyle {
		n = m.Values[0].Key
	}
	if n == nil || n.GetToken() == nil {
		return place{file: d.file}
	}
	pos := n.GetToken().Position
	return place{d.file, pos.Line + d.offset, pos.Column}
}

func (d *decoder) refuse(n ast.Node, format string, args ...any) {
	d.faults = append(d.faults, d.at(n).fault(format, args...))
}

func (d *decoder) node(n ast.Node, into reflect.Value) {
	if r, ok := into.Addr().Interface().(reader); ok {
		d.scalar(n, r)
		return
	}
	switch into.Kind() {
	case reflect.Struct:
		d.mapping(n, into)
	case reflect.Slice:
		d.sequence(n, into)
	default:
		panic("importer: cannot read YAML into " + into.Type().String())
	}
}

func (d *decoder) scalar(n ast.Node, r reader) {
	text := ""
	switch n := n.(type) {
	case *ast.StringNode:
		text = n.Value
	case *ast.LiteralNode:
		text = n.Value.Value
	case *ast.NullNode:
	case ast.ScalarNode:
		text = n.GetToken().Value
	default:
		d.refuse(n, "want a single value here, not a %s.", kindOf(n))
		return
	}
	if err := r.read(text, d.at(n)); err != nil {
		d.refuse(n, "%v.", err)
	}
}

func kindOf(n ast.Node) string {
	switch n.(type) {
	case *ast.SequenceNode:
		return "list"
	case *ast.MappingNode, *ast.MappingValueNode:
		return "group of keys"
	default:
		return strings.ToLower(n.Type().String())
	}
}

func (d *decoder) sequence(n ast.Node, into reflect.Value) {
	list, ok := n.(*ast.SequenceNode)
	if !ok {
		if _, empty := n.(*ast.NullNode); !empty {
			d.refuse(n, "want a list here, like [a, b].")
		}
		return
	}
	for _, v := range list.Values {
		element := reflect.New(into.Type().Elem()).Elem()
		d.node(v, element)
		into.Set(reflect.Append(into, element))
	}
}

func (d *decoder) mapping(n ast.Node, into reflect.Value) {
	var pairs []*ast.MappingValueNode
	switch n := n.(type) {
	case *ast.MappingNode:
		pairs = n.Values
	case *ast.MappingValueNode:
		pairs = []*ast.MappingValueNode{n}
	case *ast.NullNode:
		return
	default:
		d.refuse(n, "want keys with values here, like name: value.")
		return
	}
	fields, known := fieldsOf(into.Type())
	if at, ok := fields["@"]; ok {
		into.Field(at).Set(reflect.ValueOf(d.at(n)))
	}
	seen := map[string]bool{}
	for _, p := range pairs {
		key := fmt.Sprint(p.Key.GetToken().Value)
		i, ok := fields[key]
		switch {
		case !ok:
			d.refuse(p.Key, "%q is no setting here.%s", key, didYouMean(key, known))
		case seen[key]:
			d.refuse(p.Key, "%q stands here twice.", key)
		default:
			d.node(p.Value, into.Field(i))
		}
		seen[key] = true
	}
}

// fieldsOf maps a struct's keys (the tag yaml) to its fields. "@" is where the group stands.
func fieldsOf(t reflect.Type) (fields map[string]int, known []string) {
	fields = map[string]int{}
	for i := range t.NumField() {
		key := t.Field(i).Tag.Get("yaml")
		fields[key] = i
		if key != "@" {
			known = append(known, key)
		}
	}
	return fields, known
}
