package policy

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// Creation is a policy to create. P is a policy as the client has it. An owner has no
// two policies that repeat each other.
type Creation[P any] struct {
	Noun string // "auto-prune policy"
	// Key is the same for policies of which one repeats the other.
	Key any
	// List reads the policies of the owner, and Create makes the call.
	List   func(ctx context.Context) ([]P, error)
	Create func(ctx context.Context) (uuid string, err error)
	// Repeats tells whether the new policy would repeat another one, and Equals whether
	// another one is as the new policy.
	Repeats, Equals func(other P) bool
	UUID            func(policy P) string
	// Exists returns the error of a creation because of a policy that the owner has.
	Exists func(existing P, cause error) error
}

// Do creates the policy and returns its UUID.
func (n Creation[P]) Do(ctx context.Context) (uuid string, err error) {
	created, existing, err := envelope.UniqueCreation[P]{
		Noun: n.Noun,
		Key:  n.Key,
		Find: func(ctx context.Context) ([]P, error) {
			policies, err := n.List(ctx)
			return slices.DeleteFunc(policies, func(other P) bool { return !n.Repeats(other) }), err
		},
		Call: func(ctx context.Context) (_ *P, err error) {
			if uuid, err = n.Create(ctx); err != nil {
				return nil, err
			}
			return new(P), nil
		},
	}.Create(ctx)
	switch {
	case errors.Is(err, client.Exists):
		return "", n.explainExists(ctx, err)
	case err != nil:
		return "", err
	case existing == nil && uuid != "":
		return uuid, nil
	case existing == nil && n.Equals(*created): // the answer was lost
		return n.UUID(*created), nil
	case existing == nil: // somebody else's, of the same moment
		existing = created
	}
	return "", n.Exists(*existing, fmt.Errorf("the %s %w", n.Noun, client.Exists))
}

// explainExists names the policy because of which Quay refuses a creation. It was created
// meanwhile, or is the only one that the owner can have.
func (n Creation[P]) explainExists(ctx context.Context, err error) error {
	policies, readErr := n.List(ctx)
	switch same := find(policies, n.Repeats); {
	case same != nil:
		return n.Exists(*same, err)
	case len(policies) > 0:
		return n.Exists(policies[0], err)
	}
	return errors.Join(err, readErr)
}

// find returns the first policy that is as wanted, or nil.
func find[P any](policies []P, wanted func(P) bool) *P {
	for _, policy := range policies {
		if wanted(policy) {
			return &policy
		}
	}
	return nil
}
