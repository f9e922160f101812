package store_test

import (
	"testing"

	"worldtravel/models/store"
	"worldtravel/models/store/storetest"
)

func TestSQLiteKeepsTheContract(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Backend { return storetest.SQLite(t) })
}

func TestMongoKeepsTheContract(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Backend { return storetest.Mongo(t) })
}
