package client

import (
	"context"
	"encoding/json"
	"net/http"
)

// autoprunePolicyLists are the policy lists of organizations, of repositories and of the
// token's user.
const autoprunePolicyLists listKind = "auto-prune policies"

// autoprune adds the common properties of all calls on auto-prune policies.
func autoprune(op Operation) Operation {
	op = op.needs("FEATURE_AUTO_PRUNE")
	if op.Method == http.MethodGet {
		return op
	}
	return op.changes(autoprunePolicyLists)
}

// organizationAutoprune declares a call on the policies of an organization.
func organizationAutoprune(name, method, path string) Operation {
	return autoprune(organization(name, method, "/autoprunepolicy/"+path)).from("3.10")
}

// repositoryAutoprune declares a call on the policies of a repository.
func repositoryAutoprune(name, method, path string) Operation {
	return autoprune(repository(name, method, "/autoprunepolicy/"+path, scopeRepoAdmin)).from("3.11")
}

// userAutoprune declares a call on the policies of the token's user.
func userAutoprune(name, method, path string) Operation {
	return autoprune(Operation{Name: name, Method: method, Path: "/user/autoprunepolicy/" + path, Scope: scopeUserAdmin, Repeat: Idempotent}).from("3.10")
}

// badPolicyRules are Quay's refusals that depend on the policy alone.
var badPolicyRules = []badRequestRule{
	rule(`^Invalid value given for method type$`, Invalid, "value").withMessage("the value does not fit the method"),
	rule(`^Invalid method provided$`, Invalid, "method").withMessage("there is no such method"),
	rule(`^tag_pattern cannot be empty$`, Invalid, "tag_pattern").withMessage("the tag pattern is empty"),
}

// createsPolicy returns a call that creates a policy, with Quay's refusals. Before
// 3.13, Quay has one policy for each owner.
func (op Operation) createsPolicy() Operation {
	return op.creates().refuses(badPolicyRules...).refuses(
		rule(`^Existing policy with same values for this `, Exists, "").withMessage("there is a policy with the same values"),
		rule(`^Policy for this .* already exists, delete existing to create new policy$`, Exists, "").
			withMessage("there is a policy already, and Quay before 3.13 has one at most"),
	)
}

var (
	listOrganizationAutoPrunePolicies = organizationAutoprune("listOrganizationAutoPrunePolicies", "GET", "")
	createOrganizationAutoPrunePolicy = organizationAutoprune("createOrganizationAutoPrunePolicy", "POST", "").createsPolicy()
	updateOrganizationAutoPrunePolicy = organizationAutoprune("updateOrganizationAutoPrunePolicy", "PUT", "{policy_uuid}").refuses(badPolicyRules...)
	deleteOrganizationAutoPrunePolicy = organizationAutoprune("deleteOrganizationAutoPrunePolicy", "DELETE", "{policy_uuid}")

	listRepositoryAutoPrunePolicies = repositoryAutoprune("listRepositoryAutoPrunePolicies", "GET", "")
	createRepositoryAutoPrunePolicy = repositoryAutoprune("createRepositoryAutoPrunePolicy", "POST", "").createsPolicy()
	updateRepositoryAutoPrunePolicy = repositoryAutoprune("updateRepositoryAutoPrunePolicy", "PUT", "{policy_uuid}").refuses(badPolicyRules...)
	deleteRepositoryAutoPrunePolicy = repositoryAutoprune("deleteRepositoryAutoPrunePolicy", "DELETE", "{policy_uuid}")

	listUserAutoPrunePolicies = userAutoprune("listUserAutoPrunePolicies", "GET", "")
	createUserAutoPrunePolicy = userAutoprune("createUserAutoPrunePolicy", "POST", "").createsPolicy()
	updateUserAutoPrunePolicy = userAutoprune("updateUserAutoPrunePolicy", "PUT", "{policy_uuid}").refuses(badPolicyRules...)
	deleteUserAutoPrunePolicy = userAutoprune("deleteUserAutoPrunePolicy", "DELETE", "{policy_uuid}")
)

var autopruneArea = area{operations: []Operation{
	listOrganizationAutoPrunePolicies, createOrganizationAutoPrunePolicy, updateOrganizationAutoPrunePolicy, deleteOrganizationAutoPrunePolicy,
	listRepositoryAutoPrunePolicies, createRepositoryAutoPrunePolicy, updateRepositoryAutoPrunePolicy, deleteRepositoryAutoPrunePolicy,
	listUserAutoPrunePolicies, createUserAutoPrunePolicy, updateUserAutoPrunePolicy, deleteUserAutoPrunePolicy,
}, staleAfter: map[listKind][]Operation{
	autoprunePolicyLists: {changeOrganization, deleteOrganization, deleteAdminedOrganization, deleteInstallUser, deleteRepository},
}}

// AutopruneOwner is the owner of auto-prune policies: an organization, a repository or the
// token's user.
type AutopruneOwner struct{ policyOwner }

// OrganizationAutoprune returns an organization as the owner of auto-prune policies.
func OrganizationAutoprune(organization string) AutopruneOwner {
	return AutopruneOwner{policyOwner{
		[]any{organization},
		listOrganizationAutoPrunePolicies, createOrganizationAutoPrunePolicy,
		updateOrganizationAutoPrunePolicy, deleteOrganizationAutoPrunePolicy,
	}}
}

// RepositoryAutoprune returns a repository as the owner of auto-prune policies.
func RepositoryAutoprune(repository Repository) AutopruneOwner {
	return AutopruneOwner{policyOwner{
		[]any{repository},
		listRepositoryAutoPrunePolicies, createRepositoryAutoPrunePolicy,
		updateRepositoryAutoPrunePolicy, deleteRepositoryAutoPrunePolicy,
	}}
}

// UserAutoprune returns the token's user as the owner of auto-prune policies.
func UserAutoprune() AutopruneOwner {
	return AutopruneOwner{policyOwner{
		nil, listUserAutoPrunePolicies, createUserAutoPrunePolicy, updateUserAutoPrunePolicy, deleteUserAutoPrunePolicy,
	}}
}

// AutopruneByNumber is the method of policies whose value is a number of tags.
const AutopruneByNumber = "number_of_tags"

// tagPatternField is the field that Quay before 3.13 ignores. Without the pattern, the policy
// would delete all tags.
var tagPatternField = bodyField{body: "AutoPrunePolicyConfig", name: "tagPattern", field: "tag_pattern", since: "3.13"}

// AutoprunePolicy says which tags Quay deletes.
type AutoprunePolicy struct {
	UUID string
	// Method is "number_of_tags" or "creation_date".
	Method string
	// Value is the number of the newest tags to keep ("10"), or the age at which Quay deletes
	// a tag ("7d").
	Value string
	// TagPattern is a regular expression, or empty for a policy on all tags. Quay
	// before 3.13 has no patterns.
	TagPattern string
	// TagPatternMatches tells whether the policy applies to the tags that match the pattern.
	// If it is false, the policy applies to all other tags. It is true without a pattern.
	TagPatternMatches bool
}

// UnmarshalJSON reads a policy as Quay shows it. The value is a number or a string.
func (p *AutoprunePolicy) UnmarshalJSON(data []byte) error {
	var shown struct {
		UUID    string          `json:"uuid"`
		Method  string          `json:"method"`
		Value   json.RawMessage `json:"value"`
		Pattern string          `json:"tagPattern"`
		Matches *bool           `json:"tagPatternMatches"` // null for a policy that Quay before 3.13 has made
	}
	if err := json.Unmarshal(data, &shown); err != nil {
		return err //nolint:wrapcheck // the caller names what it reads
	}
	*p = AutoprunePolicy{UUID: shown.UUID, Method: shown.Method, Value: string(shown.Value), TagPattern: shown.Pattern, TagPatternMatches: true}
	if shown.Pattern != "" && shown.Matches != nil {
		p.TagPatternMatches = *shown.Matches
	}
	var text string
	if json.Unmarshal(shown.Value, &text) == nil {
		p.Value = text
	}
	return nil
}

// SameAs tells whether two policies delete the same tags.
func (p AutoprunePolicy) SameAs(other AutoprunePolicy) bool {
	p.UUID = other.UUID
	return p == other
}

// write makes a call whose body is the policy.
func (p AutoprunePolicy) write(ctx context.Context, c *Client, r request, out any) error {
	body := map[string]any{"method": p.Method, "value": p.Value}
	if p.Method == AutopruneByNumber {
		body["value"] = json.Number(p.Value)
	}
	if p.TagPattern != "" { // Quay refuses null
		body["tagPattern"], body["tagPatternMatches"] = p.TagPattern, p.TagPatternMatches
		if err := c.checkField(ctx, r, tagPatternField); err != nil {
			return err
		}
	}
	r.body = body
	return c.do(ctx, r, out)
}

// GetAutoprunePolicy reads a policy from the list of its owner, which tells as much as
// Quay's call for one policy. The error is [NotFound] if the policy or the owner does
// not exist. See ListAutoprunePolicies.
func (c *Client) GetAutoprunePolicy(ctx context.Context, owner AutopruneOwner, uuid string) (*AutoprunePolicy, error) {
	return getPolicy(ctx, c, autoprunePolicyLists, owner.policyOwner, uuid, func(p AutoprunePolicy) string { return p.UUID })
}

// ListAutoprunePolicies reads the policies of an owner, in no order, by
// GET /organization/{orgname}/autoprunepolicy/, GET /repository/{repository}/autoprunepolicy/
// or GET /user/autoprunepolicy/ (listOrganizationAutoPrunePolicies,
// listRepositoryAutoPrunePolicies, listUserAutoPrunePolicies). An organization that
// does not exist has none. For a repository that does not exist, the error is
// [NotFound].
func (c *Client) ListAutoprunePolicies(ctx context.Context, owner AutopruneOwner) ([]AutoprunePolicy, error) {
	return listPolicies(ctx, c, owner.policyOwner, func(p AutoprunePolicy) string { return p.UUID })
}

// CreateAutoprunePolicy adds a policy and returns its UUID, by
// POST /organization/{orgname}/autoprunepolicy/, POST /repository/{repository}/autoprunepolicy/
// or POST /user/autoprunepolicy/ (createOrganizationAutoPrunePolicy,
// createRepositoryAutoPrunePolicy, createUserAutoPrunePolicy). The error is [Exists]
// if the owner has a policy with the same values or, before Quay 3.13, any policy. It
// is [NotFound] if the owner does not exist, and [Invalid] for a tag pattern that the
// registry would ignore.
func (c *Client) CreateAutoprunePolicy(ctx context.Context, owner AutopruneOwner, policy AutoprunePolicy) (uuid string, err error) {
	r := owner.request(owner.create)
	var created createdPolicy
	if err := policy.write(ctx, c, r, &created); err != nil {
		return "", err
	}
	return created.uuid(r)
}

// ChangeAutoprunePolicy replaces all of the policy with a UUID, by PUT
// /organization/{orgname}/autoprunepolicy/{policy_uuid}, PUT
// /repository/{repository}/autoprunepolicy/{policy_uuid} or PUT
// /user/autoprunepolicy/{policy_uuid} (updateOrganizationAutoPrunePolicy,
// updateRepositoryAutoPrunePolicy, updateUserAutoPrunePolicy). Quay lets two policies become
// equal. The error is [Invalid] for a tag pattern that the registry would ignore.
func (c *Client) ChangeAutoprunePolicy(ctx context.Context, owner AutopruneOwner, policy AutoprunePolicy) error {
	return policy.write(ctx, c, owner.request(owner.change, policy.UUID), nil)
}

// DeleteAutoprunePolicy removes a policy, by
// DELETE /organization/{orgname}/autoprunepolicy/{policy_uuid},
// DELETE /repository/{repository}/autoprunepolicy/{policy_uuid} or
// DELETE /user/autoprunepolicy/{policy_uuid} (deleteOrganizationAutoPrunePolicy,
// deleteRepositoryAutoPrunePolicy, deleteUserAutoPrunePolicy).
func (c *Client) DeleteAutoprunePolicy(ctx context.Context, owner AutopruneOwner, uuid string) error {
	return c.do(ctx, owner.request(owner.delete, uuid), nil)
}
