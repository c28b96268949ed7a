package policy

import (
	"context"
	"errors"
	"fmt"
	"sync"

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

// creations holds a mutex for each policy that is created, so that of two equal
// resources of a configuration the second finds the policy of the first.
var creations sync.Map

// Do creates the policy and returns its UUID. Where the answer is lost, it looks for a
// policy that was not there before.
func (n Creation[P]) Do(ctx context.Context) (uuid string, err error) {
	mutex, _ := creations.LoadOrStore(n.Key, &sync.Mutex{})
	mutex.(*sync.Mutex).Lock()
	defer mutex.(*sync.Mutex).Unlock()

	existing, err := n.List(ctx)
	if err != nil {
		return "", err
	}
	if same := find(existing, n.Repeats); same != nil {
		return "", n.Exists(*same, fmt.Errorf("the %s %w", n.Noun, client.Exists))
	}
	uuid, err = n.Create(ctx)
	if errors.Is(err, client.Exists) {
		return "", n.explainExists(ctx, err)
	}
	checkCtx, cancel, unknown := envelope.OutcomeUnknown(ctx, err)
	defer cancel()
	if !unknown {
		return uuid, err
	}
	policies, readErr := n.List(checkCtx)
	if readErr != nil {
		return "", envelope.WithDetail("", fmt.Sprintf("It is not known whether Quay has created the %s. If Quay has, the next apply shows how to import it.", n.Noun),
			errors.Join(err, readErr))
	}
	if created := find(policies, n.Equals); created != nil {
		return n.UUID(*created), nil
	}
	return "", err
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
