package client

import (
	"context"
	"encoding/json"
	"net/http"
)

// immutabilityPolicyLists are the policy lists of organizations and of repositories.
const immutabilityPolicyLists listKind = "immutability policies"

// immutability adds the common properties of all calls on immutability policies.
func immutability(op Operation) Operation {
	op = op.needs("FEATURE_IMMUTABLE_TAGS").from("3.17")
	switch op.Method {
	case http.MethodGet:
		return op
	case http.MethodPost:
		op = op.creates()
	}
	return op.changes(immutabilityPolicyLists).refuses(
		rule(`^A policy with the same tag_pattern already exists$`, Exists, "").withMessage("there is a policy with the same tag pattern"),
		rule(`^tag_pattern is required and must be a non-empty string$`, Invalid, "tag_pattern").withMessage("the tag pattern is empty"),
		rule(`^tag_pattern must be 256 characters or less$`, Invalid, "tag_pattern").withMessage("the tag pattern has more than 256 characters"),
		rule(`^Invalid regex pattern: `, Invalid, "tag_pattern"),
		rule(`^Username does not exist: `, NotFound, ""),
	)
}

// organizationImmutability declares a call on the policies of an organization.
func organizationImmutability(name, method, path string) Operation {
	return immutability(organization(name, method, "/immutabilitypolicy/"+path))
}

// repositoryImmutability declares a call on the policies of a repository.
func repositoryImmutability(name, method, path string) Operation {
	return immutability(repository(name, method, "/immutabilitypolicy/"+path, scopeRepoAdmin))
}

var (
	listOrgImmutabilityPolicies = organizationImmutability("listOrgImmutabilityPolicies", "GET", "")
	createOrgImmutabilityPolicy = organizationImmutability("createOrgImmutabilityPolicy", "POST", "")
	updateOrgImmutabilityPolicy = organizationImmutability("updateOrgImmutabilityPolicy", "PUT", "{policy_uuid}")
	deleteOrgImmutabilityPolicy = organizationImmutability("deleteOrgImmutabilityPolicy", "DELETE", "{policy_uuid}")

	listRepositoryImmutabilityPolicies = repositoryImmutability("listRepositoryImmutabilityPolicies", "GET", "")
	createRepositoryImmutabilityPolicy = repositoryImmutability("createRepositoryImmutabilityPolicy", "POST", "")
	updateRepositoryImmutabilityPolicy = repositoryImmutability("updateRepositoryImmutabilityPolicy", "PUT", "{policy_uuid}")
	deleteRepositoryImmutabilityPolicy = repositoryImmutability("deleteRepositoryImmutabilityPolicy", "DELETE", "{policy_uuid}")
)

var immutabilityArea = area{operations: []Operation{
	listOrgImmutabilityPolicies, createOrgImmutabilityPolicy, updateOrgImmutabilityPolicy, deleteOrgImmutabilityPolicy,
	listRepositoryImmutabilityPolicies, createRepositoryImmutabilityPolicy, updateRepositoryImmutabilityPolicy, deleteRepositoryImmutabilityPolicy,
}, staleAfter: map[listKind][]Operation{
	immutabilityPolicyLists: {changeOrganization, deleteOrganization, deleteAdminedOrganization, deleteRepository},
}}

// ImmutabilityOwner is the owner of immutability policies: an organization or a repository.
type ImmutabilityOwner struct{ policyOwner }

// OrganizationImmutability returns an organization as the owner of immutability
// policies.
func OrganizationImmutability(organization string) ImmutabilityOwner {
	return ImmutabilityOwner{policyOwner{
		[]any{organization},
		listOrgImmutabilityPolicies, createOrgImmutabilityPolicy, updateOrgImmutabilityPolicy, deleteOrgImmutabilityPolicy,
	}}
}

// RepositoryImmutability returns a repository as the owner of immutability policies.
func RepositoryImmutability(repository Repository) ImmutabilityOwner {
	return ImmutabilityOwner{policyOwner{
		[]any{repository},
		listRepositoryImmutabilityPolicies, createRepositoryImmutabilityPolicy,
		updateRepositoryImmutabilityPolicy, deleteRepositoryImmutabilityPolicy,
	}}
}

// ImmutabilityPolicy says which tags cannot be changed.
type ImmutabilityPolicy struct {
	UUID string
	// TagPattern is a regular expression.
	TagPattern string
	// TagPatternMatches tells whether the policy applies to the tags that match the pattern.
	// If it is false, the policy applies to all other tags.
	TagPatternMatches bool
}

// UnmarshalJSON reads a policy as Quay shows it.
func (p *ImmutabilityPolicy) UnmarshalJSON(data []byte) error {
	shown := struct {
		UUID    string `json:"uuid"`
		Pattern string `json:"tagPattern"`
		Matches bool   `json:"tagPatternMatches"`
	}{Matches: true}
	if err := json.Unmarshal(data, &shown); err != nil {
		return err //nolint:wrapcheck // the caller names what it reads
	}
	*p = ImmutabilityPolicy{shown.UUID, shown.Pattern, shown.Matches}
	return nil
}

// body returns the body of a call that writes the policy.
func (p ImmutabilityPolicy) body() map[string]any {
	return map[string]any{"tagPattern": p.TagPattern, "tagPatternMatches": p.TagPatternMatches}
}

// GetImmutabilityPolicy reads a policy from the list of its owner, which tells as much
// as Quay's call for one policy. The error is [NotFound] if the policy or the owner does
// not exist. See ListImmutabilityPolicies.
func (c *Client) GetImmutabilityPolicy(ctx context.Context, owner ImmutabilityOwner, uuid string) (*ImmutabilityPolicy, error) {
	return getPolicy(ctx, c, immutabilityPolicyLists, owner.policyOwner, uuid, func(p ImmutabilityPolicy) string { return p.UUID })
}

// ListImmutabilityPolicies reads the policies of an owner, in no order, by
// GET /organization/{orgname}/immutabilitypolicy/ (listOrgImmutabilityPolicies) or
// GET /repository/{repository}/immutabilitypolicy/ (listRepositoryImmutabilityPolicies).
// An organization that does not exist has none. For a repository that does not exist,
// the error is [NotFound].
func (c *Client) ListImmutabilityPolicies(ctx context.Context, owner ImmutabilityOwner) ([]ImmutabilityPolicy, error) {
	return listPolicies(ctx, c, owner.policyOwner, func(p ImmutabilityPolicy) string { return p.UUID })
}

// CreateImmutabilityPolicy adds a policy and returns its UUID, by POST
// /organization/{orgname}/immutabilitypolicy/ (createOrgImmutabilityPolicy) or POST
// /repository/{repository}/immutabilitypolicy/ (createRepositoryImmutabilityPolicy). The error
// is [Exists] if the owner has a policy with the same pattern, even if TagPatternMatches
// differs. It is [NotFound] if the owner does not exist, and [Invalid] on the pattern if it is
// no regular expression.
func (c *Client) CreateImmutabilityPolicy(ctx context.Context, owner ImmutabilityOwner, policy ImmutabilityPolicy) (uuid string, err error) {
	r := owner.request(owner.create)
	r.body = policy.body()
	created, err := fetch[createdPolicy](ctx, c, r)
	if err != nil {
		return "", err
	}
	return created.uuid(r)
}

// ChangeImmutabilityPolicy replaces all of the policy with a UUID, by
// PUT /organization/{orgname}/immutabilitypolicy/{policy_uuid}
// (updateOrgImmutabilityPolicy) or
// PUT /repository/{repository}/immutabilitypolicy/{policy_uuid}
// (updateRepositoryImmutabilityPolicy). The errors are those of
// CreateImmutabilityPolicy.
func (c *Client) ChangeImmutabilityPolicy(ctx context.Context, owner ImmutabilityOwner, policy ImmutabilityPolicy) error {
	r := owner.request(owner.change, policy.UUID)
	r.body = policy.body()
	return c.do(ctx, r, nil)
}

// DeleteImmutabilityPolicy removes a policy, by
// DELETE /organization/{orgname}/immutabilitypolicy/{policy_uuid}
// (deleteOrgImmutabilityPolicy) or
// DELETE /repository/{repository}/immutabilitypolicy/{policy_uuid}
// (deleteRepositoryImmutabilityPolicy). Tags stay immutable.
func (c *Client) DeleteImmutabilityPolicy(ctx context.Context, owner ImmutabilityOwner, uuid string) error {
	return c.do(ctx, owner.request(owner.delete, uuid), nil)
}
