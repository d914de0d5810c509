package store

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
)

// SchemaDigest identifies the migrations this program ships by their content, in hex. Template databases are named by it.
func SchemaDigest() (string, error) {
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return "", fmt.Errorf("schema digest: %w", err)
	}
	sum := sha256.New()
	for _, name := range names { // in order: see fs.Glob
		text, err := fs.ReadFile(migrations, name)
		if err != nil {
			return "", fmt.Errorf("schema digest: %w", err)
		}
		fmt.Fprintf(sum, "%s %d\n", name, len(text))
		sum.Write(text)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
