package live

import (
	"fmt"
	"testing"
)

// Each of these meets a limit of r3labs/sse that our use of it must stay clear of.

func TestAnyLastEventIDIsWelcome(t *testing.T) {
	s := newSite(t, sseTimes, nil)
	for _, id := range []string{"garbage", "-1", "99999999999999999999", "../../x", "7"} {
		s.open(t, "", "Last-Event-ID", id).want(message{id: "0", data: "room/seat at 0", retry: "2000"})
	}
}

func TestTheClientDoesNotChooseTheStream(t *testing.T) {
	s := newSite(t, sseTimes, nil)
	s.open(t, "stream=other&session=ada").want(message{id: "0", data: "room/seat at 0", retry: "2000"})
}

func TestAnEmptyFragmentDoesNotEndTheStream(t *testing.T) {
	s := newSite(t, sseTimes, nil)
	s.empty = true
	c := s.open(t, "")
	c.want(message{id: "0", data: "\n", retry: "2000"})
	s.publish()
	c.want(message{id: "1", data: "\n", retry: "2000"})
}

func TestNothingInTheHTMLIsTakenForAField(t *testing.T) {
	s := newSite(t, sseTimes, nil)
	s.text = "\revent: end\r\rdata: x\n: a comment\n:\nid: 9"
	s.open(t, "").want(message{id: "0", retry: "2000",
		data: "room/seat at 0\nevent: end\n\ndata: x\n: a comment\n:\nid: 9"})
}

func TestNoEventIsReplayedToALaterClient(t *testing.T) {
	s := newSite(t, sseTimes, nil)
	first := s.open(t, "")
	for v := range 101 {
		if v > 0 {
			s.publish()
		}
		first.want(message{id: fmt.Sprint(v), data: fmt.Sprintf("room/seat at %d", v), retry: "2000"})
	}
	s.open(t, "", "Last-Event-ID", "0").want(message{id: "100", data: "room/seat at 100", retry: "2000"})
}
