package policy

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// Creation is a policy to create. P is the client's type of the policy. The policies of one
// owner must not repeat each other.
type Creation[P any] struct {
	Noun string // "auto-prune policy"
	// Key is equal for policies that repeat each other.
	Key any
	// List reads the policies of the owner, and Create makes the call.
	List   func(ctx context.Context) ([]P, error)
	Create func(ctx context.Context) (uuid string, err error)
	// Repeats tells whether the new policy would repeat an existing policy. Equals tells
	// whether an existing policy is equal to the new policy.
	Repeats, Equals func(other P) bool
	UUID            func(policy P) string
	// Exists returns the error of a creation if the owner has such a policy already.
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
	case existing == nil && n.Equals(*created): // the response was lost
		return n.UUID(*created), nil
	case existing == nil: // somebody else has created this policy at the same time
		existing = created
	}
	return "", n.Exists(*existing, fmt.Errorf("the %s %w", n.Noun, client.Exists))
}

// explainExists names the existing policy if Quay refuses a creation. Somebody has created it
// meanwhile, or the owner can have only one policy.
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
