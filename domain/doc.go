// Package domain holds the words, rules and decisions of hospital quality reporting. It is pure: standard library only, no clock, no
// randomness, no I/O. Facts come in, a Change comes out; package store writes it in one transaction.
//
// # Glossary
//
//   - Near miss (good catch, close call): a patient safety event that did not reach the patient. Source: AHRQ Common Formats.
//   - Incident: an event that reached the patient, whether or not there was harm. Source: AHRQ Common Formats.
//   - No-harm incident, adverse event, sentinel event: an incident without discernible harm (WHO ICPS); that harmed (Runciman 2006); that
//     ended in death, permanent or severe harm (Joint Commission). They are derived, never asked: see Record.Classification.
//   - Unsafe condition (risk): a circumstance that raises the probability of an event. Source: AHRQ.
//   - Good care: what went well and should be repeated. Source: NHS LFPSE event types.
//   - Harm: the AHRQ Harm Scale v1.2 by the reporter, and again by a second grader; both are kept. See package scale.
//   - Rank: our 0 to 4 under all scales; the worse of actual and potential harm routes a record.
//   - Record: the spine shared by the five systems: state, owner, due date, rank, ladder.
//   - Code: what people type, K7R; Ref: the permanent, unguessable reference that pages, exports and audit use.
//   - Ladder: who is asked to own a record, and when the next level is; Climb: how far it has been climbed.
//   - Rota: who is on duty for a role in a unit, by rotations and shifts; they are asked before the role's other holders. Swap: a shift given to
//     a colleague who accepted it; it overrules every file. Deputy: who stands
//     in for somebody on leave. The record names both (Climb.StandIns); the owner is one person.
//   - Acknowledge: "I own it". The ladder stops. Seen and delivered are weaker and stop nothing.
//   - Owner: the one person who answers for a record until it ends, is handed over or released.
//   - Triage: the owner's judgement: kind, second grade, category, contributing factors, next state.
//   - Learning line: what was learnt or changed, in one line its author confirms may be texted; it goes to the reporter.
//   - Feedback modes: A bounce back, B rapid response, C raise awareness, D inform of actions, E improve systems. Source: Benn 2009.
//   - Hidden (confidential) reporter: the identity is off the record; the sealed reply channel lets the bot ask back; it can be burnt.
//   - Controlled document: a procedure, policy, objective, rule or responsibility chart whose versions are approved before they are in
//     force and reviewed while they are. Source: ISO 9001 7.5.3.
//   - Reviewer: who must approve a version. Approval chain: everything decided about a version, by whom, when, about which text (Decision).
//   - Hand in: give a finished text to its reviewers. Return: give it back to its author with a reason.
//   - Stand in: take the places of reviewers who do not answer.
//   - Campaign: a document version in force, or a course, with everybody of its audience; tending brings its tasks in line with who is there.
//   - Periodic review: whether a version in force is still right; yearly, or at once after a severe incident, a change where it is used, or
//     failed audits (Cause). Overdue: its review date has passed. Keeper: who answers for it, the owner, else deputy or quality group.
//   - Responsibility chart (RACI): which role is responsible, accountable, consulted, informed about a topic (Duties).
//   - Attestation: a person's acknowledgement that they have read one version of a controlled document. Source: 21 CFR 11.50.
//   - File: a document file as it was handed in, whole, sealed under its own key. Its kind is told by its bytes; its hash is the version's.
//   - Redline: what a version changes of the one before, word by word; a term of document control. See conversations/redline.
//   - Course family: procedure (implement it), risk (respond to it), disruption (handle it). A pass counts for good, or so many months.
//   - Recall: an item of a course that comes back to who took it, on days 2, 7 and 21, until three right answers. Source: see Recall.
//   - Item analysis: difficulty (share right at the first try) and discrimination (point-biserial). Source: see ItemAnalysis.
//   - Competence: how somebody stands with a course they have: current, due, stuck (due, and failed twice).
//   - Path: the courses of a new starter, each offered so many days after the first one.
//   - Proposal: a quiz that reports ask for: three of a category in one part of the house within 14 days, or one of rank 2 or more.
//   - Annotation: a date worth marking on a unit's charts.
//   - Assurance level A0 to A3: how sure we are of who acts: unknown phone, linked phone, Slack session, and a PIN besides.
//   - Acknowledgement and signature: the two meanings of an attestation. An acknowledgement takes one component, the linked phone (A1); a
//     signature takes two (A3): the phone and a PIN, or a Slack session and letters retyped under the meaning. Source: 21 CFR 11.50, 11.200.
//   - PIN: four to eight digits that sign. Only a hash of it exists, keyed by the installation; five wrong ones rest it for a day.
//   - Part: what a reader sees of a long text at a time; the proof word stands on the last. Digest: a text as at most four SMS.
//   - Proof: whoever of a unit had to know a document version, and what is known of each. Source: report "can we prove ward 4B knew it?".
//   - Mode: exercise or live, for good. The engine puts the word first in every text, call and page; no author ever does.
//   - Roll-call (muster): many people asked at once whether they are on site or can come, in waves: text and Slack, text, telephone twice.
//     Seat: one person's place in it. Volunteer: who answers unasked. Call list: who rings whom of those nobody has heard of after 15
//     minutes. Caller: who rings; their part: exactly whom they ring. All-clear: it is over, said to everybody asked. Debrief: what they say afterwards. Source: ISO 22301 8.5, ISO 22361.
//   - Playbook: what a house does when something fails: steps with who is responsible, accountable, consulted and informed (RACI), and by
//     when; objectives; injects. Station: a role in a unit, whoever holds it. Each: a step that every ward answers for itself, like a count
//     of heads. Source: ISO 22301 8.4.4.
//   - Run: one time a playbook is carried out, its steps really done (in an exercise, or live) or at the table (tabletop). Inject: a piece of
//     news with a question that comes to everybody at the table by the clock. Source: ISO 22398, guidelines for exercises.
//   - Activity: something the house must go on doing; business-impact table: all of them, each with its owner's role, RTO (recovery time
//     objective: when it is to run again at its minimum), MTPD (maximum tolerable period of disruption) and minimum staff. Disruption: a
//     time in which some do not run as they should. Outage: one of them in it: down, degraded (below its minimum), restored (at it or
//     better). Source: ISO 22301:2019 3.10, 8.2.2, 8.4.
//   - Ward status: a ward's own word on how it stands: green, it can go on; amber, it can with help; red, it cannot; and what it needs.
//   - Drill calendar: the practice a house owes at intervals: communications (a roll-call), tabletop, live; what was real counts. Source: NHS EPRR.
//   - Safety alert: a device or drug alert, or a recall, asked of every ward; none is an answer. Matrix: which ward has none, some, has not
//     answered.
//   - Vital, pulse, watch: the parts of the installation, one look at them, and what a process remembers of its looks.
//   - Told: one message about a record and how far it has come: waiting, sent, delivered, seen. Owning it is another thing.
//   - Silence: how long an owner may do nothing before they are reminded, and the next level is asked to take the record over.
//   - Provider: whoever carries a channel. Switch-off: an operator's decision to send nothing by one for a while.
//   - Burden: the routine texts one phone gets. Over four a week they wait and go as one: a bundle, which stands for texts that point to it.
//   - Notice: one message to one recipient, with replies that carry commands. Timer: a command stored to run later.
//   - SAC, NCC MERP, LFPSE: risk and harm schemes, in package scale.
//
// # States of a report
//
//	 +------------------------------------ release ------------------------------+
//	 v                                                                           |
//	new ------> acknowledged ------> in review <----> on hold                    |
//	 |               |   \            |   ^             |                        |
//	 |               |    \           v   | answer      |      (from acknowledged, in review,
//	 |               |     +----> needs reporter <------+       on hold, needs reporter)
//	 |               |                |
//	 |               +----------------+----------> closed -------+
//	 +--> duplicate, not reportable, withdrawn ------------------+--> reopened --> (any of the above)
//
// Release leads back to new. Whole, by the table in record.go (moves), to which a test holds this list and the picture:
//
//	new            -> acknowledged, duplicate, not reportable, withdrawn
//	acknowledged   -> new, in review, on hold, needs reporter, closed, duplicate, not reportable, withdrawn
//	in review      -> new, on hold, needs reporter, closed, duplicate, not reportable, withdrawn
//	on hold        -> new, in review, needs reporter, closed, duplicate, not reportable, withdrawn
//	needs reporter -> new, in review, on hold, closed, duplicate, not reportable, withdrawn
//	closed         -> reopened
//	duplicate      -> reopened
//	not reportable -> reopened
//	withdrawn      -> reopened
//	reopened       -> new, acknowledged, in review, on hold, needs reporter, closed, duplicate, not reportable, withdrawn
//
// New alone has no owner; every other state that is not an end has one. An end leaves no timer behind.
//
// # Stages of a document version
//
//	          reviewers asked            all have approved            on its day
//	draft -----------------> in review -----------------> approved -----------> effective -----> superseded
//	 ^ |                         |                            |                     |     (a newer one took effect)
//	 | +--> retired              |                            |                     +----------> retired
//	 +--------- returned --------+----------------------------+
//
// Whole, by the table in lifecycle.go (versionMoves), to which a test holds this list and the picture:
//
//	draft     -> in review, retired
//	in review -> draft, approved
//	approved  -> draft, effective
//	effective -> superseded, retired
//
// One version of a document at most is on its way (draft, in review, approved), and one at most is effective. Superseded and retired
// texts stay readable, and say what they are. An author's own approval counts for nothing; a reviewer who leaves hands the place to the
// quality group.
//
// # A decision
//
// A Command says what it Needs, and Decides over Facts. It returns the whole Change: records, sealed passages, audit events, notices,
// what becomes of earlier notices, timers to set and to clear. Decisions are idempotent where a message can come twice: firing a timer
// late or doubled, pressing a button again, answering a question again change nothing the second time.
package domain
