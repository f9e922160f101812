package live

import (
	"net"
	"syscall"
)

// tcpUserTimeout is TCP_USER_TIMEOUT of tcp(7), which the syscall package lacks.
const tcpUserTimeout = 18

// giveUp has a connection fail when what was sent on it is not acknowledged for as
// long as goneAfter. Without it the kernel tries for a quarter of an hour to reach
// a phone that has left its network, and its page would count as open.
func giveUp(conn net.Conn) {
	if wrapped, ok := conn.(interface{ NetConn() net.Conn }); ok { // by TLS, or to be watched
		conn = wrapped.NetConn()
	}
	tcp, ok := conn.(*net.TCPConn)
	if !ok {
		return
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return // it is closed, and will fail anyhow
	}
	// A kernel that does not know the option is only slower to notice.
	_ = raw.Control(func(fd uintptr) {
		_ = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, tcpUserTimeout, int(goneAfter.Milliseconds()))
	})
}
