package bot

import (
	"goodcatch/domain"
)

// pauseRecalls lets the caller rest from items that come back, when one of them was put to this phone last. done is false when not.
func (t *turn) pauseRecalls() (done bool, err error) {
	if len(t.caller.Sessions) == 0 || t.caller.Sessions[0].Flow != "recall" {
		return false, nil
	}
	for _, session := range t.caller.Sessions {
		if session.Flow == "recall" {
			t.tx.EndSession(t.caller.ID, session.ID)
		}
	}
	_, err = t.do(t.actor(), domain.PauseRecalls{})
	return true, err
}

// repeatRecall puts the item again that came back to this phone last and waits. done is false when there is none.
func (t *turn) repeatRecall() (done bool, err error) {
	if len(t.caller.Sessions) == 0 || t.caller.Sessions[0].Flow != "recall" {
		return false, nil
	}
	f, s, ok := decodeSession(t.caller.Sessions[0])
	if !ok {
		return false, nil
	}
	facts, err := t.facts(f, s.Start, s.Answers)
	if err != nil {
		return false, err
	}
	turn := f.Resume(s, facts)
	if turn.Done {
		return false, nil
	}
	return true, t.say(turn.Open[0].Key, turn.Open[0].Args)
}
