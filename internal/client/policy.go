package client

import (
	"context"
	"fmt"
	"slices"
)

// policyOwner is what policies belong to: an organization, a repository or the token's
// user.
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

// listPolicies reads the policies of an owner.
func listPolicies[P any](ctx context.Context, c *Client, owner policyOwner) ([]P, error) {
	r := owner.request(owner.list)
	answer, err := fetch[struct {
		Policies []P `json:"policies"`
	}](ctx, c, r)
	if err != nil {
		return nil, err
	}
	if answer.Policies == nil {
		return nil, r.notAListError()
	}
	return answer.Policies, nil
}

// getPolicy reads a policy from the list of its owner, which tells as much as Quay's
// call for one policy.
func getPolicy[P any](ctx context.Context, c *Client, kind listKind, owner policyOwner, uuid string, uuidOf func(P) string) (*P, error) {
	read := func(ctx context.Context, _ string) (map[string]P, string, error) {
		policies, err := listPolicies[P](ctx, c, owner)
		return byName(policies, uuidOf), "", err
	}
	policy, found := findCached(ctx, c, cacheOf[P](c, kind, owner.list.Name+" of "+owner.String()), uuid, read)
	if found {
		return &policy, nil
	}
	policies, _, err := read(ctx, "")
	if err != nil {
		return nil, err
	}
	if policy, found = policies[uuid]; !found {
		return nil, owner.request(owner.list).failed(NotFound, "there is no such policy", nil)
	}
	return &policy, nil
}

// createdPolicy is the answer to the creation of a policy.
type createdPolicy struct {
	UUID string `json:"uuid"`
}

// uuid returns the UUID that a creation has answered.
func (p createdPolicy) uuid(r request) (string, error) {
	if p.UUID == "" {
		return "", r.noIDError()
	}
	return p.UUID, nil
}
