// Package child runs the private servers of the demo and the tests as children that do not outlive this
// program.
package child

import (
	"errors"
	"fmt"
	"net"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

// A Child is a running program.
type Child struct {
	PID    int
	Exited <-chan struct{} // closed when it has ended
}

// patience is how long a signal may take to work before Stop tries the next one.
const patience = 15 * time.Second

// Start runs the command in a session of its own, so that Ctrl-C on the terminal reaches us only. On
// Linux the kernel sends it death when this program ends in whatever way; elsewhere a killed program
// leaves it running.
func Start(cmd *exec.Cmd, death syscall.Signal) (*Child, error) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setsid = true
	dieWithUs(cmd.SysProcAttr, death)
	exited, started := make(chan struct{}), make(chan error, 1)
	go keep(cmd, started, exited)
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start %s: %w", cmd.Path, err)
	}
	return &Child{PID: cmd.Process.Pid, Exited: exited}, nil
}

// keep starts the program and waits for its end on one thread: the kernel ties a child to the thread
// that made it.
func keep(cmd *exec.Cmd, started chan<- error, exited chan<- struct{}) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	err := cmd.Start()
	started <- err
	if err == nil {
		_ = cmd.Wait() // how it ended stands in its own log
		close(exited)
	}
}

// Stop sends the signals one after the other until the program has ended, SIGKILL last.
func (c *Child) Stop(signals ...syscall.Signal) error {
	for _, sig := range append(signals, syscall.SIGKILL) {
		select {
		case <-c.Exited: // its number may already be another's
			return nil
		default:
		}
		if err := syscall.Kill(c.PID, sig); err != nil && !errors.Is(err, syscall.ESRCH) {
			return fmt.Errorf("stop process %d: %w", c.PID, err)
		}
		select {
		case <-c.Exited:
			return nil
		case <-time.After(patience):
		}
	}
	return fmt.Errorf("process %d does not end", c.PID)
}

// FreePort asks the kernel for a port on 127.0.0.1 nobody listens on. Somebody else may still be
// quicker: a caller tries again.
func FreePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("find a free port: %w", err)
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, err
}
