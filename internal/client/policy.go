package client

import (
	"context"
	"fmt"
	"slices"
)

// policyOwner is the owner of policies: an organization, a repository or the token's user.
type policyOwner struct {
	args                         []any // for the paths; none for the token's user
	list, create, change, delete Operation
}

// String returns the name of the organization or the repository, and an empty text
// for the token's user.
func (o policyOwner) String() string {
	if len(o.args) == 0 {
		return ""
	}
	return fmt.Sprint(o.args[0])
}

// request returns a call on the owner's policies, or on the policy with a UUID.
func (o policyOwner) request(op Operation, uuid ...any) request {
	return request{operation: op, args: append(slices.Clip(o.args), uuid...)}
}

// listPolicies reads the policies of an owner, sorted by UUID.
func listPolicies[P any](ctx context.Context, c *Client, owner policyOwner, uuidOf func(P) string) ([]P, error) {
	return listOf(ctx, c, owner.request(owner.list), "policies", uuidOf)
}

// getPolicy reads a policy from the list of its owner, which tells as much as Quay's
// call for one policy.
func getPolicy[P any](ctx context.Context, c *Client, kind listKind, owner policyOwner, uuid string, uuidOf func(P) string) (*P, error) {
	list := func(ctx context.Context) ([]P, error) { return listPolicies(ctx, c, owner, uuidOf) }
	in := cacheOf[P](c, kind, owner.list.Name+" of "+owner.String())
	return getListed(ctx, c, in, uuid, uuidOf, list, owner.request(owner.list), "there is no such policy")
}

// createdPolicy is the response to the creation of a policy.
type createdPolicy struct {
	UUID string `json:"uuid"`
}

// uuid returns the UUID of the created policy.
func (p createdPolicy) uuid(r request) (string, error) {
	if p.UUID == "" {
		return "", r.noIDError()
	}
	return p.UUID, nil
}
