package seal

import (
	"encoding/hex"
	"testing"
	"time"
)

// Test vectors of the certificate-transparency project, for the tree of RFC 6962.
var events = []string{"", "\x00", "\x10", "\x20\x21", "\x30\x31", "\x40\x41\x42\x43", "\x50\x51\x52\x53\x54\x55\x56\x57", "\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f"}

var roots = []string{
	"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
	"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
	"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
	"aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
	"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
	"4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
	"76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
	"ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
	"5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}

func TestRootFollowsRFC6962(t *testing.T) {
	t.Parallel()
	var leaves [][32]byte
	for n, want := range roots {
		root := Root(leaves)
		if got := hex.EncodeToString(root[:]); got != want {
			t.Errorf("%d leaves: got %s, want %s", n, got, want)
		}
		if n < len(events) {
			leaves = append(leaves, Leaf([]byte(events[n])))
		}
	}
}

func TestRootNoticesOrderAndNumber(t *testing.T) {
	t.Parallel()
	a, b := Leaf([]byte("a")), Leaf([]byte("b"))
	seen := map[[32]byte]int{}
	for i, leaves := range [][][32]byte{{a}, {b}, {a, b}, {b, a}, {a, a}, {a, b, b}, {a, b, a, b}, {Root([][32]byte{a, b})}} {
		seen[Root(leaves)] = i
	}
	// the last is the root of {a, b} itself: a list of leaves can be told from a tree only by its length,
	// which Link binds through the numbers of the first and last event
	if len(seen) != 7 {
		t.Errorf("%d different roots of 7", len(seen))
	}
}

func TestLinkNoticesEveryPart(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	prev, root := Leaf([]byte("prev")), Leaf([]byte("root"))
	seen := map[[32]byte]bool{}
	for _, l := range [][32]byte{
		Link(prev, root, 1, 9, at),
		Link(root, prev, 1, 9, at),
		Link(prev, prev, 1, 9, at),
		Link(prev, root, 2, 9, at),
		Link(prev, root, 1, 8, at),
		Link(prev, root, 1, 9, at.Add(time.Microsecond)),
	} {
		seen[l] = true
	}
	if len(seen) != 6 {
		t.Errorf("%d different links of 6", len(seen))
	}
	elsewhere := at.In(time.FixedZone("", 3600)).Add(999 * time.Nanosecond)
	if Link(prev, root, 1, 9, at) != Link(prev, root, 1, 9, elsewhere) {
		t.Error("depends on the zone or on less than a microsecond")
	}
}

func TestLinkIsStable(t *testing.T) {
	t.Parallel()
	got := Link([32]byte{}, Root(nil), 1, 0, time.UnixMicro(0))
	const want = "20eec8310ff98778a6df98773f3234b8791d12bf8d0810c4f29908a0fd2c4fae"
	if hex.EncodeToString(got[:]) != want {
		t.Errorf("got %x: chains already written would no longer verify", got)
	}
}
