package domain

import "slices"

// MayOwn decides who may acknowledge or decline a record: whoever was asked, also to take it over, or answers for its unit; never its reporter's subject.
// The reporter themself may own it (a manager who reports).
func MayOwn(f Facts, r *Record) error {
	p := f.Org.People[f.Actor.Person]
	if p == nil || !p.Active || f.Actor.Level < A1 || barred(f.Org, r, p) {
		return ErrForbidden
	}
	if slices.Contains(r.Climb.Asked, p.ID) || slices.Contains(r.Climb.Silence.Asked, p.ID) {
		return nil
	}
	if r.Owner == p.ID || f.Org.Oversees(p.ID, r.Unit) {
		return nil
	}
	return ErrForbidden
}

// MayWork decides who may triage, ask, close or hand over: the owner, or the quality office.
func MayWork(f Facts, r *Record) error {
	p := f.Org.People[f.Actor.Person]
	if p == nil || !p.Active || f.Actor.Level < A1 || barred(f.Org, r, p) {
		return ErrForbidden
	}
	if r.Owner == p.ID || p.Has(Quality) {
		return nil
	}
	return ErrForbidden
}

// MayTake decides whom a record may be handed to: whoever can be told of it, but not the reporter and nobody it is about.
func MayTake(o *Organisation, r *Record, p *Person) bool {
	return p != nil && p.Reachable() && !barred(o, r, p) && p.ID != r.Reporter
}

// MayRead decides who may read a record's narrative: those who may own it, at assurance A2 or better. An SMS number alone never reads.
func MayRead(f Facts, r *Record) error {
	if f.Actor.Level < A2 {
		return ErrForbidden
	}
	return MayOwn(f, r)
}

// MayCall decides who plans, starts and ends a roll-call: the quality office, executives and administrators anywhere; managers and leads in
// their own part of the house; the operator. To make people come takes a session we are sure of (A2); to end it, the lead's phone is enough,
// for Slack may be what has failed.
func MayCall(f Facts, r *RollCall, least Assurance) error {
	lead := r.Lead
	if r.State == "" || r.State == CallPlanned {
		lead = 0
	}
	return mayLead(f, lead, r.Audience.Units, least)
}

// mayLead is the rule of MayCall for anything that is begun for some units, or for the whole house when there are none. lead is who began
// it; 0: nobody has.
func mayLead(f Facts, lead PersonID, units []UnitCode, least Assurance) error {
	if f.Actor.Operator {
		return nil
	}
	p := f.Org.People[f.Actor.Person]
	if p == nil || !p.Active || f.Actor.Level < least {
		return ErrForbidden
	}
	if p.ID == lead || p.Has(Quality, Executive, Admin) {
		return nil
	}
	if !p.Has(Manager, Lead) || len(units) == 0 {
		return ErrForbidden
	}
	for _, u := range units {
		if !f.Org.Within(u, p.Unit) {
			return ErrForbidden
		}
	}
	return nil
}
