package localpg

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// isPostgres reports whether the process lives and is a PostgreSQL server.
func isPostgres(pid int) bool {
	stat, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	if err != nil {
		return false
	}
	// "123 (postgres) S …": Z is a dead one nobody has asked about yet
	return strings.Contains(string(stat), "(postgres) ") && !strings.Contains(string(stat), "(postgres) Z")
}
