package store

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/event"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readpref"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"
)

// How long an operation looks for a server that can take it, and how long it
// may last in all when its context says nothing.
const (
	mongoSelection = 3 * time.Second
	mongoOperation = 10 * time.Second
)

type mongoDB struct {
	client *mongo.Client
	db     *mongo.Database
}

// OpenMongo opens the database that the URI names in its path, or worldtravel.
// A write is acknowledged when a majority of the servers have it on their disks,
// and reads ask the primary, whatever the URI says. It needs MongoDB 5.0 or later.
func OpenMongo(ctx context.Context, uri string) (Backend, error) {
	return openMongo(ctx, uri, nil)
}

func openMongo(ctx context.Context, uri string, monitor *event.CommandMonitor) (Backend, error) {
	registry := bson.NewRegistry()
	registry.RegisterTypeEncoder(timeType, bson.ValueEncoderFunc(encodeTime))
	journal := true
	client, err := mongo.Connect(options.Client().ApplyURI(uri).
		SetWriteConcern(&writeconcern.WriteConcern{W: "majority", Journal: &journal}).
		SetReadPreference(readpref.Primary()).
		SetServerSelectionTimeout(mongoSelection).
		SetConnectTimeout(mongoSelection).
		SetTimeout(mongoOperation).
		SetBSONOptions(&options.BSONOptions{UseJSONStructTags: true}).
		SetRegistry(registry).
		SetMonitor(monitor))
	if err != nil {
		return nil, fmt.Errorf("open MongoDB: %w", err)
	}
	m := &mongoDB{client: client, db: client.Database(databaseName(uri))}
	if err := m.Ping(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open MongoDB: %w", err), m.Close())
	}
	return m, nil
}

// databaseName is the path of the URI.
func databaseName(uri string) string {
	_, rest, _ := strings.Cut(uri, "://")
	_, path, _ := strings.Cut(rest, "/")
	name, _, _ := strings.Cut(path, "?")
	if name == "" {
		return "worldtravel"
	}
	return name
}

// encodeTime stores the zero time as null, which no range of times matches.
func encodeTime(_ bson.EncodeContext, w bson.ValueWriter, v reflect.Value) error {
	t := inForm(v.Interface().(time.Time))
	if t.IsZero() {
		return w.WriteNull()
	}
	return w.WriteDateTime(t.UnixMilli())
}

func (m *mongoDB) Ping(ctx context.Context) error { return m.client.Ping(ctx, nil) }

func (m *mongoDB) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), mongoOperation)
	defer cancel()
	return m.client.Disconnect(ctx)
}

// mongoDocs is a collection. A document is stored as an envelope: its id as _id,
// its version as _v, and its own fields beside them.
type mongoDocs struct {
	coll     *mongo.Collection
	fields   Fields
	envelope reflect.Type
}

// The fields of an envelope.
const (
	envelopeID = iota
	envelopeVersion
	envelopeDocument
)

func (m *mongoDB) Open(ctx context.Context, s Schema, f Fields) (Documents, error) {
	d := &mongoDocs{
		coll:   m.db.Collection(s.Name),
		fields: f,
		envelope: reflect.StructOf([]reflect.StructField{
			envelopeID:       {Name: "ID", Type: reflect.TypeFor[string](), Tag: `bson:"_id"`},
			envelopeVersion:  {Name: "Version", Type: reflect.TypeFor[int64](), Tag: `bson:"_v"`},
			envelopeDocument: {Name: "Document", Type: f.document, Tag: `bson:",inline"`},
		}),
	}
	// One command for each: the stand-in of the tests fails when several are there
	// already.
	for _, index := range s.Indexes {
		var keys bson.D
		for _, name := range index.Fields {
			keys = append(keys, bson.E{Key: name, Value: 1})
		}
		model := mongo.IndexModel{Keys: append(keys, bson.E{Key: "_id", Value: 1})}
		if _, err := d.coll.Indexes().CreateOne(ctx, model); err != nil {
			return nil, fmt.Errorf("create index %q: %w", index.Name, err)
		}
	}
	return d, nil
}

func (d *mongoDocs) wrap(id string, version int64, doc any) any {
	e := reflect.New(d.envelope)
	e.Elem().Field(envelopeID).SetString(id)
	e.Elem().Field(envelopeVersion).SetInt(version)
	e.Elem().Field(envelopeDocument).Set(reflect.ValueOf(doc).Elem())
	return e.Interface()
}

func (d *mongoDocs) unwrap(decode func(any) error, into any) (id string, version int64, err error) {
	e := reflect.New(d.envelope)
	if err := decode(e.Interface()); err != nil {
		return "", 0, err
	}
	reflect.ValueOf(into).Elem().Set(e.Elem().Field(envelopeDocument))
	return e.Elem().Field(envelopeID).String(), e.Elem().Field(envelopeVersion).Int(), nil
}

func (d *mongoDocs) Insert(ctx context.Context, id string, doc any) error {
	_, err := d.coll.InsertOne(ctx, d.wrap(id, 1, doc))
	if mongo.IsDuplicateKeyError(err) {
		return ErrExists
	}
	return err
}

func (d *mongoDocs) Get(ctx context.Context, id string, into any) (int64, error) {
	_, version, err := d.unwrap(d.coll.FindOne(ctx, bson.D{{Key: "_id", Value: id}}).Decode, into)
	if errors.Is(err, mongo.ErrNoDocuments) {
		return 0, ErrNotFound
	}
	return version, err
}

func (d *mongoDocs) Update(ctx context.Context, id string, version int64, doc any) error {
	result, err := d.coll.ReplaceOne(ctx, bson.D{{Key: "_id", Value: id}, {Key: "_v", Value: version}}, d.wrap(id, version+1, doc))
	if err != nil {
		return err
	}
	if result.MatchedCount == 0 {
		return ErrConflict
	}
	return nil
}

func (d *mongoDocs) Delete(ctx context.Context, id string) error {
	_, err := d.coll.DeleteOne(ctx, bson.D{{Key: "_id", Value: id}})
	return err
}
