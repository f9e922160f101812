package live

import (
	"net"
	"syscall"
	"testing"
)

// wrapped is a connection inside another, as that of crypto/tls is.
type wrapped struct{ net.Conn }

func (w wrapped) NetConn() net.Conn { return w.Conn }

func TestAConnectionIsGivenUpWhenItsClientIsOutOfReach(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	for name, wrap := range map[string]func(net.Conn) net.Conn{
		"as it is": func(c net.Conn) net.Conn { return c },
		"wrapped":  func(c net.Conn) net.Conn { return wrapped{c} },
	} {
		conn, err := net.Dial("tcp", listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		giveUp(wrap(conn))
		raw, err := conn.(*net.TCPConn).SyscallConn()
		if err != nil {
			t.Fatal(err)
		}
		err = raw.Control(func(fd uintptr) {
			limit, err := syscall.GetsockoptInt(int(fd), syscall.IPPROTO_TCP, tcpUserTimeout)
			if err != nil || limit != int(goneAfter.Milliseconds()) {
				t.Errorf("%s, after %d ms (%v)", name, limit, err)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
