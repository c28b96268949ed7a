package client

// PathsBelowRepositories are the ends of names of repositories that are refused.
var PathsBelowRepositories = pathsBelowRepositories

// Meaning is what a rule of an operation says of words of Quay's.
type Meaning struct {
	Kind  Kind
	Field string
	Plain string // in place of Quay's words, unless empty
}

// MeaningOf returns what the first rule that knows Quay's words says of them, and
// the rule's expression, which is empty where no rule knows them.
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
