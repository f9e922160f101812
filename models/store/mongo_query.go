package store

import (
	"context"
	"math"
	"reflect"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

func (d *mongoDocs) Find(ctx context.Context, s Selection, each func(string, int64, func(any) error) error) error {
	direction := 1
	if s.Desc {
		direction = -1
	}
	var order bson.D
	for _, field := range d.fields.indexes[s.Index][len(s.Equal):] {
		order = append(order, bson.E{Key: field.name, Value: direction})
	}
	order = append(order, bson.E{Key: "_id", Value: direction})
	// One more than can come, so that all come at once and the cursor is done.
	batch := int32(min(s.Limit, math.MaxInt32-1) + 1)
	cursor, err := d.coll.Find(ctx, d.filter(s), options.Find().
		SetSort(order).SetSkip(int64(s.Skip)).SetLimit(int64(s.Limit)).SetBatchSize(batch))
	if err != nil {
		return err
	}
	defer cursor.Close(ctx)
	for cursor.Next(ctx) {
		doc := reflect.New(d.fields.document)
		id, version, err := d.unwrap(cursor.Decode, doc.Interface())
		if err != nil {
			return err
		}
		err = each(id, version, func(into any) error {
			reflect.ValueOf(into).Elem().Set(doc.Elem())
			return nil
		})
		if err != nil {
			return err
		}
	}
	return cursor.Err()
}

func (d *mongoDocs) Count(ctx context.Context, s Selection) (int, error) {
	n, err := d.coll.CountDocuments(ctx, d.filter(s))
	return int(n), err
}

// filter is the condition of a selection. Every time in the index is asked to be
// a time, or else documents where it is zero would match.
func (d *mongoDocs) filter(s Selection) bson.D {
	filter := bson.D{}
	fields := d.fields.indexes[s.Index]
	for i, v := range s.Equal {
		filter = append(filter, bson.E{Key: fields[i].name, Value: stored(v)})
	}
	rest := fields[len(s.Equal):]
	for i, field := range rest {
		var bounds bson.D
		if i == 0 && s.Min != nil {
			bounds = append(bounds, bson.E{Key: "$gte", Value: stored(s.Min)})
		} else if field.kind == kindTime {
			bounds = append(bounds, bson.E{Key: "$gte", Value: bson.DateTime(math.MinInt64)})
		}
		if i == 0 && s.Max != nil {
			bounds = append(bounds, bson.E{Key: "$lt", Value: stored(s.Max)})
		}
		if bounds != nil {
			filter = append(filter, bson.E{Key: field.name, Value: bounds})
		}
	}
	if s.After != nil {
		filter = append(filter, bson.E{Key: "$or", Value: behind(rest, s)})
	}
	return filter
}

// behind are the ways to stand behind a position: further on in the first field,
// or equal there and further on in the second, and so on to the id.
func behind(rest []field, s Selection) bson.A {
	further := "$gt"
	if s.Desc {
		further = "$lt"
	}
	var ways bson.A
	var same bson.D
	for i, v := range s.After {
		name := "_id"
		if i < len(rest) {
			name = rest[i].name
		}
		way := append(same[:i:i], bson.E{Key: name, Value: bson.D{{Key: further, Value: stored(v)}}})
		ways = append(ways, way)
		same = append(same, bson.E{Key: name, Value: stored(v)})
	}
	return ways
}

// stored is a value as it stands in a document. A zero time is not null here: it
// is looked for, and no document has it.
func stored(v any) any {
	if t, ok := v.(time.Time); ok {
		return bson.DateTime(t.UnixMilli())
	}
	return v
}
