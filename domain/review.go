package domain

// A ReviewStage is where the periodic review of a version in force stands.
type ReviewStage string

// The stages of a periodic review.
const (
	NoReview   ReviewStage = ""
	Asked      ReviewStage = "asked"    // its owner is asked whether it is still right
	Revising   ReviewStage = "revising" // a new version is being written
	RetireAsks ReviewStage = "retiring" // the quality office is asked to confirm
)

// A Cause is why a version is reviewed.
type Cause string

// The causes. Source: "at least once a year or after a significant incident or change".
const (
	Yearly        Cause = "yearly"
	AfterIncident Cause = "incident"
	AfterChange   Cause = "organisation"
	AfterAudits   Cause = "audits"
	OnRequest     Cause = "request" // somebody of the quality office asks
)

// Topics of what is sent about a periodic review.
const (
	reviewTopic = "review"
	retireTopic = "retire"
)
