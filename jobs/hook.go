package jobs

import (
	"os"
	"syscall"
)

// killAt names the point at which this process kills itself, so that the fault tests can crash it exactly there. Empty in any other use.
var killAt = os.Getenv("GOODCATCH_TEST_KILL_AT")

// hook is a named point of the delivery: claimed, sent.
func hook(point string) {
	if killAt == point {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	}
}
