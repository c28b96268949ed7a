package client

import "regexp"

// badRequestRule says what an answer of status 400 means, by Quay's words, where
// it means more than "invalid". No rule is for an answer that comes after an
// object was created, unless it says so.
type badRequestRule struct {
	words *regexp.Regexp
	kind  Kind
	field string // of the request at fault, if one is
	// message, if not empty, is shown in place of Quay's words.
	message string
	// done tells that Quay carried the call out all the same.
	done bool
	// cause, if not nil, is what errors.Is finds in the error.
	cause error
}

// rule declares that words of Quay's mean a kind of error, in a field of the
// request unless that is empty.
func rule(words string, kind Kind, field string) badRequestRule {
	return badRequestRule{words: regexp.MustCompile(words), kind: kind, field: field}
}

// withMessage returns the rule with a message in place of Quay's own.
func (r badRequestRule) withMessage(words string) badRequestRule {
	r.message = words
	return r
}

// causedBy returns the rule with a cause for errors.Is to find.
func (r badRequestRule) causedBy(cause error) badRequestRule {
	r.cause = cause
	return r
}

// carriedOut returns the rule as one for a call that Quay has carried out.
func (r badRequestRule) carriedOut() badRequestRule {
	r.done = true
	return r
}

// ruleFor returns the first rule that knows words of Quay's.
func ruleFor(rules []badRequestRule, words string) (badRequestRule, bool) {
	for _, r := range rules {
		if r.words.MatchString(words) {
			return r, true
		}
	}
	return badRequestRule{}, false
}
