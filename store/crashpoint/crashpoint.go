// Package crashpoint names the moments at which a crash hurts most, so that the fault tests can end the process exactly there.
//
// In every build but that of the tests (tag crash) passing a point does nothing at all.
package crashpoint

// The points, in the order in which a text comes in and its answer goes out.
const (
	Received  = "received"  // the webhook's signature is good; nothing is written yet
	Committed = "committed" // the turn is committed; the provider has no answer yet
	Claimed   = "claimed"   // a message is claimed; its text is not composed yet
	Sent      = "sent"      // the provider has answered
	Marking   = "marking"   // it said yes, which is about to be written
)
