package store

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"time"
)

var (
	timeType      = reflect.TypeFor[time.Time]()
	jsonMarshaler = reflect.TypeFor[json.Marshaler]()
	textMarshaler = reflect.TypeFor[encoding.TextMarshaler]()

	// MongoDB gives dots and dollars a meaning; _id and _v are the store's own.
	fieldName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*$`)
)

// inForm is how a time comes back from either database.
func inForm(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }

// inspect refuses a type that the databases would not give back alike. It
// returns what brings the times in an (addressable) value of the type into their
// form, or nil when there can be none in it. The types around it are given, to
// notice one that holds itself.
func inspect(t reflect.Type, around ...reflect.Type) (func(reflect.Value), error) {
	if t == timeType {
		return func(v reflect.Value) {
			at := v.Addr().Interface().(*time.Time)
			*at = inForm(*at)
		}, nil
	}
	if p := reflect.PointerTo(t); p.Implements(jsonMarshaler) || p.Implements(textMarshaler) {
		return nil, fmt.Errorf("a document cannot hold a %s, which has an encoding of its own", t)
	}
	if slices.Contains(around, t) {
		return nil, fmt.Errorf("a document cannot hold a %s, which holds itself", t)
	}
	around = append(slices.Clone(around), t)
	switch t.Kind() {
	case reflect.String, reflect.Bool, reflect.Float32, reflect.Float64,
		reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint8, reflect.Uint16, reflect.Uint32:
		return nil, nil
	case reflect.Slice, reflect.Array:
		if k := t.Elem().Kind(); k == reflect.Slice || k == reflect.Array {
			return nil, fmt.Errorf("a document cannot hold a %s: put the inner lists into a struct", t)
		}
		element, err := inspect(t.Elem(), around...)
		if element == nil || err != nil {
			return nil, err
		}
		return func(v reflect.Value) {
			for i := range v.Len() {
				element(v.Index(i))
			}
		}, nil
	case reflect.Struct:
		return inspectStruct(t, around)
	}
	return nil, fmt.Errorf("a document cannot hold a %s", t)
}

func inspectStruct(t reflect.Type, around []reflect.Type) (func(reflect.Value), error) {
	type part struct {
		place int
		times func(reflect.Value)
	}
	var parts []part
	for i := range t.NumField() {
		f := t.Field(i)
		name := f.Tag.Get("json")
		if name == "-" || !f.IsExported() && !f.Anonymous {
			continue
		}
		if f.Anonymous || !fieldName.MatchString(name) {
			return nil, fmt.Errorf("%s.%s needs a json name of letters, digits and _, and no options", t, f.Name)
		}
		times, err := inspect(f.Type, around...)
		if err != nil {
			return nil, fmt.Errorf("%s.%s: %w", t, f.Name, err)
		}
		if times != nil {
			parts = append(parts, part{i, times})
		}
	}
	if parts == nil {
		return nil, nil
	}
	return func(v reflect.Value) {
		for _, p := range parts {
			p.times(v.Field(p.place))
		}
	}, nil
}
