package domain

import "time"

// A Told is one message about a record to somebody who was asked to own it, or owns it, or what they did with it. The states of a message are
// kept apart: that it was sent, that it was delivered, and that somebody looked are three things, and none of them is owning the record.
type Told struct {
	Person  PersonID
	Channel Channel // empty of ToldSeen
	State   ToldState
	At      time.Time
}

// A ToldState is how far a message has come.
type ToldState string

// The states of a message, and of whoever got it.
const (
	ToldWaiting   ToldState = "waiting"   // to be sent: for its turn, quiet hours, or a provider that is switched off
	ToldUnknown   ToldState = "unknown"   // nobody can tell yet whether it was sent
	ToldSent      ToldState = "sent"      // the provider has taken it
	ToldDelivered ToldState = "delivered" // it is on the phone
	ToldRang      ToldState = "rang"      // a call that ended without a key: perhaps a voicemail
	ToldFailed    ToldState = "failed"    // it did not reach them
	ToldDropped   ToldState = "dropped"   // no longer needed when its turn came
	ToldSeen      ToldState = "seen"      // they opened the details
)

// ToldStates lists them.
var ToldStates = []ToldState{ToldWaiting, ToldUnknown, ToldSent, ToldDelivered, ToldRang, ToldFailed, ToldDropped, ToldSeen}
