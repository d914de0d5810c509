package seal

import (
	"crypto/sha256"
	"encoding/binary"
	"math/bits"
	"time"
)

// Each kind of hash begins with a byte of its own, so that one can never be passed off as another.
// Source of the first two: RFC 6962, section 2.1.
const (
	leafPrefix = 0
	nodePrefix = 1
	linkPrefix = 2
)

// Leaf is the hash of one audit event, as stored beside it.
func Leaf(event []byte) [32]byte {
	h := sha256.New()
	h.Write([]byte{leafPrefix})
	h.Write(event)
	return [32]byte(h.Sum(nil))
}

// Root is the Merkle tree hash of a batch of leaves in order (RFC 6962, section 2.1); for an empty batch
// the hash of nothing. The order and number of leaves are part of it.
func Root(leaves [][32]byte) [32]byte {
	switch len(leaves) {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return leaves[0]
	}
	half := 1 << (bits.Len(uint(len(leaves)-1)) - 1) // the largest power of two below the number
	left, right := Root(leaves[:half]), Root(leaves[half:])
	var b [65]byte
	b[0] = nodePrefix
	copy(b[1:], left[:])
	copy(b[33:], right[:])
	return sha256.Sum256(b[:])
}

// Link is the new head of the audit chain after a batch: it binds the head before, the batch's root, the
// sequence numbers of its first and last event, and the time of sealing to the microsecond, which is
// what Postgres keeps. The first link's prev is all zero.
func Link(prev, root [32]byte, first, last int64, at time.Time) [32]byte {
	b := make([]byte, 0, 1+32+32+24)
	b = append(b, linkPrefix)
	b = append(b, prev[:]...)
	b = append(b, root[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(first))
	b = binary.BigEndian.AppendUint64(b, uint64(last))
	b = binary.BigEndian.AppendUint64(b, uint64(at.UnixMicro()))
	return sha256.Sum256(b)
}
