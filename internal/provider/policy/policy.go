// Package policy has the common rules for all kinds of policies. A policy belongs to an
// organization, a repository or the access token's own user. Quay chooses its UUID. One call
// lists all policies of an owner.
package policy

import (
	"context"
	"errors"
	"fmt"
	"iter"

	data "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	list "github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/account"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// Owner is a kind of owners: organizations, repositories, or the token's user.
type Owner struct {
	Name  string // in the names of types
	Whose string // in descriptions
	// Attribute is the attribute that names the owner, and empty for the token's user.
	Attribute   string
	description string
	validators  []validator.String
}

// Organization returns the kind of owners that are organizations.
func Organization() Owner {
	return Owner{"organization", "an organization", "organization", "Name of the organization.", account.Reference()}
}

// Repository returns the kind of owners that are repositories.
func Repository() Owner {
	return Owner{
		"repository", "a repository", "repository", "Repository as `namespace/name`, where the name may contain slashes: `acme/team/app`.",
		[]validator.String{envelope.Text(account.CheckRepository)},
	}
}

// User returns the kind of the token's user.
func User() Owner { return Owner{Name: "user", Whose: "the access token's own user"} }

// hasAttribute tells whether types name the owner.
func (o Owner) hasAttribute() bool { return o.Attribute != "" }

// Identity names the attributes that identify a policy.
func (o Owner) Identity() []string {
	if o.hasAttribute() {
		return []string{o.Attribute, "uuid"}
	}
	return []string{"uuid"}
}

// IdentityOf returns the values of the identity of the policy of an owner.
func (o Owner) IdentityOf(owner, uuid string) []string {
	if o.hasAttribute() {
		return []string{owner, uuid}
	}
	return []string{uuid}
}

// ImportID is the form of the import id.
func (o Owner) ImportID() string {
	switch o.Attribute {
	case "":
		return "uuid"
	case "repository":
		return "namespace/name:uuid"
	}
	return o.Attribute + ":uuid"
}

// NotFoundError adds words to an error that is [client.NotFound]: the owner does not exist.
func (o Owner) NotFoundError(owner string, err error) error {
	return envelope.NotFoundError(o.Attribute, o.Name, owner, err)
}

// CheckListed completes the error of a list with a number of policies. Quay lists none
// for an organization that does not exist, so the provider looks for the organization.
func (o Owner) CheckListed(ctx context.Context, c *client.Client, owner string, policies int, err error) error {
	if err != nil || policies > 0 || o.Attribute != "organization" {
		return o.NotFoundError(owner, err)
	}
	if _, err := c.GetOrganization(ctx, owner); errors.Is(err, client.NotFound) {
		return o.NotFoundError(owner, err)
	}
	return nil // the list has all policies that the token's user can read
}

// Sentence is the name of an owner at the beginning of a sentence in a message.
func (o Owner) Sentence(owner string) string {
	if o.hasAttribute() {
		return fmt.Sprintf("The %s %q", o.Name, owner)
	}
	return "The access token's own user"
}

// DisplayName is the name of an owner's policy in messages.
func DisplayName(owner, uuid string) string {
	if owner != "" {
		return fmt.Sprintf("%s:%s", owner, uuid)
	}
	return uuid
}

// Resource adds the UUID and the owner to the attributes of a resource.
func (o Owner) Resource(attributes map[string]schema.Attribute) map[string]schema.Attribute {
	attributes["uuid"] = envelope.UUIDAttribute("UUID of the policy, which Quay chooses.")
	if o.hasAttribute() {
		attributes[o.Attribute] = schema.StringAttribute{
			Required:            true,
			MarkdownDescription: o.description + " Changing this forces a new resource to be created, unless the same apply renames the organization.",
			Validators:          o.validators,
		}
	}
	return attributes
}

// DataSource adds the owner to the attributes of a data source.
func (o Owner) DataSource(attributes map[string]data.Attribute) map[string]data.Attribute {
	if o.hasAttribute() {
		attributes[o.Attribute] = data.StringAttribute{Required: true, MarkdownDescription: o.description, Validators: o.validators}
	}
	return attributes
}

// List returns the attributes of a list of one owner's policies.
func (o Owner) List() map[string]list.Attribute {
	attributes := map[string]list.Attribute{}
	if o.hasAttribute() {
		attributes[o.Attribute] = list.StringAttribute{Required: true, MarkdownDescription: o.description, Validators: o.validators}
	}
	return attributes
}

// OrganizationName is the part of a model that names the organization.
type OrganizationName struct {
	Organization types.String `tfsdk:"organization"`
}

// OwnerName returns the name of the organization.
func (o *OrganizationName) OwnerName() string { return o.Organization.ValueString() }

// SetOwnerName sets the name of the organization.
func (o *OrganizationName) SetOwnerName(name string) { o.Organization = types.StringValue(name) }

// RepositoryName is the part of a model that names the repository.
type RepositoryName struct {
	Repository types.String `tfsdk:"repository"`
}

// OwnerName returns the name of the repository with its namespace.
func (r *RepositoryName) OwnerName() string { return r.Repository.ValueString() }

// SetOwnerName sets the name of the repository with its namespace.
func (r *RepositoryName) SetOwnerName(name string) { r.Repository = types.StringValue(name) }

// NoName replaces them in types for policies of the token's user.
type NoName struct{}

// OwnerName returns an empty text.
func (NoName) OwnerName() string { return "" }

// SetOwnerName does nothing.
func (NoName) SetOwnerName(string) {}

// OwnerModel is an [OrganizationName], a [RepositoryName] or a [NoName].
type OwnerModel interface {
	OwnerName() string
	SetOwnerName(name string)
}

// Owners yields the names of the owners whose policies are listed. It ends after the
// first error.
type Owners[F any] func(ctx context.Context, c *client.Client, config F) iter.Seq2[string, error]

// OwnerOf yields the one owner that the configuration of a list names.
func OwnerOf[F any, P interface {
	*F
	OwnerModel
}](_ context.Context, _ *client.Client, config F) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) { yield(P(&config).OwnerName(), nil) }
}

// Repositories yields the repositories that the configuration of a list names.
func Repositories(ctx context.Context, c *client.Client, config account.RepositoryFilter) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for repository, err := range config.Repositories(ctx, c) {
			if !yield(repository.String(), err) {
				return
			}
		}
	}
}

// Listed is a policy with the name of its owner.
type Listed[P any] struct {
	Owner  string
	Policy P
}

// All yields the policies of owners, which a function reads for one owner. It ends after
// the first error.
func All[P any](owners iter.Seq2[string, error], read func(owner string) ([]P, error)) iter.Seq2[Listed[P], error] {
	return func(yield func(Listed[P], error) bool) {
		for owner, err := range owners {
			var policies []P
			if err == nil {
				policies, err = read(owner)
			}
			if err != nil {
				yield(Listed[P]{}, err)
				return
			}
			for _, found := range policies {
				if !yield(Listed[P]{owner, found}, nil) {
					return
				}
			}
		}
	}
}
