package child

import (
	"net"
	"os/exec"
	"syscall"
	"testing"
)

func TestStopEndsTheProgramAndMayBeRepeated(t *testing.T) {
	t.Parallel()
	c, err := Start(exec.Command("sleep", "600"), syscall.SIGKILL)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := c.Stop(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
	}
	<-c.Exited
	if err := syscall.Kill(c.PID, 0); err == nil {
		t.Error("it still lives")
	}
}

func TestMissingProgramIsNamed(t *testing.T) {
	t.Parallel()
	if _, err := Start(exec.Command("/nowhere/postgres"), syscall.SIGKILL); err == nil {
		t.Error("started nothing")
	}
}

func TestFreePortCanBeTaken(t *testing.T) {
	t.Parallel()
	var last error
	for range 5 { // other tests of this machine take ports too: a caller tries again
		port, err := FreePort()
		if err != nil {
			t.Fatal(err)
		}
		l, err := net.Listen("tcp", "127.0.0.1:"+port)
		if err == nil {
			l.Close()
			return
		}
		last = err
	}
	t.Fatal(last)
}
