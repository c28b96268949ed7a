package client

// PathsBelowRepositories are the ends of names of repositories that the client refuses.
var PathsBelowRepositories = pathsBelowRepositories

// Meaning is the meaning of Quay's words by a rule of an operation.
type Meaning struct {
	Kind  Kind
	Field string
	Plain string // in place of Quay's words, unless empty
}

// MeaningOf returns the meaning of Quay's words by the first rule that matches them, and the
// rule's expression. The expression is empty if no rule matches.
func (op Operation) MeaningOf(words string) (meaning Meaning, expression string) {
	r, known := ruleFor(op.rules, words)
	if !known {
		return Meaning{Kind: Invalid}, ""
	}
	return Meaning{r.kind, r.field, r.message}, r.words.String()
}

// RuleExpressions returns the expressions of the operation's rules.
func (op Operation) RuleExpressions() []string {
	var all []string
	for _, r := range op.rules {
		all = append(all, r.words.String())
	}
	return all
}
