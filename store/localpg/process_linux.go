package localpg

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// dieWithUs makes the kernel end the server at once when the thread that started it ends, which is
// how a killed program takes its server along. The caller keeps that thread.
func dieWithUs(attr *syscall.SysProcAttr) { attr.Pdeathsig = syscall.SIGQUIT }

// isPostgres reports whether the process lives and is a PostgreSQL server.
func isPostgres(pid int) bool {
	stat, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	if err != nil {
		return false
	}
	// "123 (postgres) S …": Z is a dead one nobody has asked about yet
	return strings.Contains(string(stat), "(postgres) ") && !strings.Contains(string(stat), "(postgres) Z")
}
