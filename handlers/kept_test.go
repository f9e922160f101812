package handlers

import (
	"strconv"
	"testing"
)

func TestOneGivesWayWhenMoreAreKeptThanMayBe(t *testing.T) {
	t.Parallel()
	k := keep[int](3)
	for n := range 10 {
		name := strconv.Itoa(n)
		*k.get(name) = n
		if known := k.known(name); known == nil || *known != n || k.get(name) != known {
			t.Errorf("%s is %v", name, known)
		}
		if len(k.held) > 3 {
			t.Errorf("%d are kept", len(k.held))
		}
	}
	if k.known("none") != nil {
		t.Error("asking has made one")
	}
}
