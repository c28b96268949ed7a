package autoprune

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/account"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// kind is a kind of policies: those of organizations, those of repositories, or those
// of the token's user.
type kind struct {
	name    string // in the names of types
	whose   string // in descriptions
	deletes string // which tags the policy deletes, in descriptions
	since   string // the first version of Quay that has such policies
	// owner is the attribute that names the owner. The token's user has none.
	owner ownerAttribute
}

// ownerAttribute is the attribute that names the owner of policies.
type ownerAttribute struct {
	name        string
	description string
	validators  []validator.String
}

var (
	organizationKind = kind{
		name: "organization", whose: "an organization", deletes: "tags in all repositories of the organization", since: "3.10",
		owner: ownerAttribute{"organization", "Name of the organization.", account.Reference()},
	}
	repositoryKind = kind{
		name: "repository", whose: "a repository", deletes: "tags of the repository, beside the policies of its organization", since: "3.11",
		owner: ownerAttribute{
			"repository", "Repository as `namespace/name`, where the name may contain slashes: `acme/team/app`.",
			[]validator.String{envelope.Text(account.CheckRepository)},
		},
	}
	userKind = kind{
		name: "user", whose: "the access token's own user", deletes: "tags in all repositories of the user", since: "3.10",
	}
)

// hasOwner tells whether the types of the kind name the owner.
func (k kind) hasOwner() bool { return k.owner.name != "" }

// identity names the attributes that tell a policy from all others.
func (k kind) identity() []string {
	if k.hasOwner() {
		return []string{k.owner.name, "uuid"}
	}
	return []string{"uuid"}
}

// importID is the form of the import id.
func (k kind) importID() string {
	switch k.owner.name {
	case "":
		return "uuid"
	case "repository":
		return "namespace/name:uuid"
	}
	return k.owner.name + ":uuid"
}

// missing returns an error that, if it is [client.NotFound], tells that the owner does
// not exist.
func (k kind) missing(owner string, err error) error {
	return envelope.NotFoundError(k.owner.name, k.name, owner, err)
}

// list reads the policies of an owner and sorts them by UUID, because Quay lists them in
// no order. Quay lists none for an organization that does not exist, so the provider
// looks for the organization.
func (k kind) list(ctx context.Context, c *client.Client, owner client.AutopruneOwner) ([]client.AutoprunePolicy, error) {
	policies, err := c.ListAutoprunePolicies(ctx, owner)
	slices.SortFunc(policies, func(a, b client.AutoprunePolicy) int { return strings.Compare(a.UUID, b.UUID) })
	if err != nil || len(policies) > 0 || k.owner.name != "organization" {
		return policies, k.missing(owner.String(), err)
	}
	if _, err := c.GetOrganization(ctx, owner.String()); errors.Is(err, client.NotFound) {
		return nil, k.missing(owner.String(), err)
	}
	return policies, nil // the list is what Quay allowed the token's user to see
}

// displayName is what messages call a policy of an owner.
func displayName(owner client.AutopruneOwner, uuid string) string {
	if name := owner.String(); name != "" {
		return fmt.Sprintf("%s:%s", name, uuid)
	}
	return uuid
}

// organizationName is the part of a model that names the organization.
type organizationName struct {
	Organization types.String `tfsdk:"organization"`
}

func (o *organizationName) owner() client.AutopruneOwner {
	return client.OrganizationAutoprune(o.Organization.ValueString())
}

func (o *organizationName) setOwner(name string) { o.Organization = types.StringValue(name) }

// repositoryName is the part of a model that names the repository.
type repositoryName struct {
	Repository types.String `tfsdk:"repository"`
}

func (r *repositoryName) owner() client.AutopruneOwner {
	repository, _ := client.ParseRepository(r.Repository.ValueString()) // the rule of the attribute holds for imports, too
	return client.RepositoryAutoprune(repository)
}

func (r *repositoryName) setOwner(name string) { r.Repository = types.StringValue(name) }

// noOwner is their counterpart in types for policies of the token's user.
type noOwner struct{}

func (noOwner) owner() client.AutopruneOwner { return client.UserAutoprune() }

func (noOwner) setOwner(string) {}

// ownerModel is one of them.
type ownerModel interface {
	owner() client.AutopruneOwner
	setOwner(name string)
}
