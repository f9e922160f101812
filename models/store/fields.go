package store

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Fields knows a type of document: which of its fields stand in which index.
type Fields struct {
	document reflect.Type
	indexes  map[string][]field
	times    func(reflect.Value) // brings the document's times into their form, nil when it has none
}

// field is a field of a document's struct that stands in an index.
type field struct {
	name  string
	place int // in the struct
	kind  kind
}

// kind is what an indexed field holds.
type kind string

const (
	kindString  kind = "a string"
	kindBool    kind = "a bool"
	kindInt     kind = "an integer"
	kindTime    kind = "a time"
	kindStrings kind = "a []string"
)

var (
	collectionName = regexp.MustCompile(`^[a-z][a-z0-9]*$`)
	indexName      = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
)

// fieldsOf checks that both backends can keep documents of type T, and prepares
// the reading of their indexed fields.
func fieldsOf[T any](s Schema) (Fields, error) {
	t := reflect.TypeFor[T]()
	if !collectionName.MatchString(s.Name) {
		return Fields{}, errors.New("its name must be lower-case letters and digits")
	}
	if t.Kind() != reflect.Struct || t == timeType {
		return Fields{}, fmt.Errorf("%s is not a struct", t)
	}
	times, err := inspect(t)
	if err != nil {
		return Fields{}, err
	}
	f := Fields{document: t, indexes: map[string][]field{}, times: times}
	for _, index := range s.Indexes {
		if !indexName.MatchString(index.Name) || f.indexes[index.Name] != nil {
			return Fields{}, fmt.Errorf("index %q: its name must be lower-case letters, digits and _, and its own", index.Name)
		}
		if f.indexes[index.Name], err = indexed(t, index.Fields); err != nil {
			return Fields{}, fmt.Errorf("index %q: %w", index.Name, err)
		}
	}
	return f, nil
}

// indexed looks up the fields of an index.
func indexed(t reflect.Type, names []string) ([]field, error) {
	if len(names) == 0 {
		return nil, errors.New("it has no fields")
	}
	var fields []field
	lists := 0
	for _, name := range names {
		place, ok := placeOf(t, name)
		if !ok || name == "id" {
			return nil, fmt.Errorf("%s has no field %q that can be indexed", t, name)
		}
		k, err := kindOf(t.Field(place).Type)
		if err != nil {
			return nil, fmt.Errorf("field %q: %w", name, err)
		}
		if k == kindStrings {
			lists++
		}
		fields = append(fields, field{name: name, place: place, kind: k})
	}
	if lists > 1 {
		return nil, errors.New("it has more than one []string")
	}
	return fields, nil
}

func placeOf(t reflect.Type, name string) (int, bool) {
	for i := range t.NumField() {
		if t.Field(i).IsExported() && t.Field(i).Tag.Get("json") == name {
			return i, true
		}
	}
	return 0, false
}

func kindOf(t reflect.Type) (kind, error) {
	switch {
	case t == timeType:
		return kindTime, nil
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.String:
		return kindStrings, nil
	case t.Kind() == reflect.String:
		return kindString, nil
	case t.Kind() == reflect.Bool:
		return kindBool, nil
	case reflect.Zero(t).CanInt(), reflect.Zero(t).CanUint():
		return kindInt, nil
	}
	return "", fmt.Errorf("%s cannot be indexed", t)
}

// value turns what a field holds, or a query asks it for, into string, bool,
// int64 or time.Time.
func (f field) value(v reflect.Value) (any, error) {
	if v.IsValid() {
		switch {
		case f.kind == kindTime && v.Type() == timeType:
			return inForm(v.Interface().(time.Time)), nil
		case f.kind == kindBool && v.Kind() == reflect.Bool:
			return v.Bool(), nil
		case f.kind == kindInt && v.CanInt():
			return v.Int(), nil
		case f.kind == kindInt && v.CanUint():
			return int64(v.Uint()), nil
		case (f.kind == kindString || f.kind == kindStrings) && v.Kind() == reflect.String:
			return v.String(), nil
		}
	}
	return nil, fmt.Errorf("field %q holds %s, and was asked for %v", f.name, f.kind, v)
}

// tidy brings the times of a document just read into their form.
func (f Fields) tidy(doc any) {
	if f.times != nil {
		f.times(reflect.ValueOf(doc).Elem())
	}
}

// position is the document's values of an index's fields, nil standing for a
// []string: a query says itself under which element it looks.
func (f Fields) position(index string, doc any) []any {
	fields, ok := f.indexes[index]
	if !ok {
		panic(fmt.Sprintf("store: %s has no index %q", f.document, index))
	}
	v := reflect.ValueOf(doc).Elem()
	values := make([]any, len(fields))
	for i, field := range fields {
		if field.kind != kindStrings {
			values[i], _ = field.value(v.Field(field.place))
		}
	}
	return values
}

// rows are the document's places in an index: none, one, or one for each
// different element of its []string.
func (f Fields) rows(index string, doc any) [][]any {
	values := f.position(index, doc)
	list := -1
	for i, field := range f.indexes[index] {
		if t, ok := values[i].(time.Time); ok && t.IsZero() {
			return nil
		}
		if field.kind == kindStrings {
			list = i
		}
	}
	if list < 0 {
		return [][]any{values}
	}
	var rows [][]any
	elements := reflect.ValueOf(doc).Elem().Field(f.indexes[index][list].place)
	for i := range elements.Len() {
		row := slices.Clone(values)
		row[list] = elements.Index(i).String()
		if !slices.ContainsFunc(rows, func(r []any) bool { return r[list] == row[list] }) {
			rows = append(rows, row)
		}
	}
	return rows
}

// filter words what a query asks for, without the values.
func (f Fields) filter(q Query) string {
	var conditions []string
	fields := f.indexes[q.Index]
	for i, field := range fields {
		switch {
		case i < len(q.Equal):
			conditions = append(conditions, field.name+" = ?")
		case i == len(q.Equal) && q.Min != nil && q.Max != nil:
			conditions = append(conditions, "? <= "+field.name+" < ?")
		case i == len(q.Equal) && q.Min != nil:
			conditions = append(conditions, field.name+" >= ?")
		case i == len(q.Equal) && q.Max != nil:
			conditions = append(conditions, field.name+" < ?")
		}
	}
	if len(conditions) == 0 {
		return "all, in the order of " + q.Index
	}
	return strings.Join(conditions, " and ")
}

// selection checks a query against the index it names.
func (f Fields) selection(q Query) (Selection, error) {
	fields, ok := f.indexes[q.Index]
	if !ok {
		return Selection{}, errors.New("there is no such index")
	}
	s := Selection{Index: q.Index, Desc: q.Desc, Skip: q.Skip, Limit: q.Limit}
	if len(q.Equal) > len(fields) || len(q.Equal) == len(fields) && (q.Min != nil || q.Max != nil) {
		return Selection{}, errors.New("the index has fewer fields than the query")
	}
	if q.Skip < 0 {
		return Selection{}, errors.New("skip cannot be negative")
	}
	var err error
	if s.Equal, err = valuesOf(fields, q.Equal); err != nil {
		return Selection{}, err
	}
	rest := fields[len(q.Equal):]
	for _, field := range rest {
		if field.kind == kindStrings {
			return Selection{}, fmt.Errorf("field %q is a list, and must be given in Equal", field.name)
		}
	}
	if q.Min != nil {
		if s.Min, err = rest[0].value(reflect.ValueOf(q.Min)); err != nil {
			return Selection{}, err
		}
	}
	if q.Max != nil {
		if s.Max, err = rest[0].value(reflect.ValueOf(q.Max)); err != nil {
			return Selection{}, err
		}
	}
	if q.After.ID == "" {
		return s, nil
	}
	if len(q.After.Values) != len(fields) {
		return Selection{}, errors.New("the cursor is of another index")
	}
	if s.After, err = valuesOf(rest, q.After.Values[len(q.Equal):]); err != nil {
		return Selection{}, err
	}
	s.After = append(s.After, q.After.ID)
	return s, nil
}

func valuesOf(fields []field, asked []any) ([]any, error) {
	values := make([]any, len(asked))
	for i, v := range asked {
		var err error
		if values[i], err = fields[i].value(reflect.ValueOf(v)); err != nil {
			return nil, err
		}
	}
	return values, nil
}
