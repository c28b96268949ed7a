package client

import "regexp"

// badRequestRule says what Quay's words in a response with status 400 mean. A rule tells that
// Quay has created nothing, unless done is true.
type badRequestRule struct {
	words *regexp.Regexp
	kind  Kind
	field string // of the request at fault, if one is
	// message, if not empty, is shown in place of Quay's words.
	message string
	// done tells that Quay has carried out the call in spite of the error.
	done bool
	// cause, if not nil, is the cause that errors.Is finds in the error.
	cause error
}

// rule declares the kind of error that Quay's words mean, and the wrong field of the request,
// if any.
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

// ruleFor returns the first rule that matches Quay's words.
func ruleFor(rules []badRequestRule, words string) (badRequestRule, bool) {
	for _, r := range rules {
		if r.words.MatchString(words) {
			return r, true
		}
	}
	return badRequestRule{}, false
}
