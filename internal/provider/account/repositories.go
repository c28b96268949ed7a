package account

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// RepositoryFilter is the configuration of a list of objects that belong to repositories.
type RepositoryFilter struct {
	Repository   types.String `tfsdk:"repository"`
	Organization types.String `tfsdk:"organization"`
}

// RepositoryFilterSchema is the schema of a list with a [RepositoryFilter].
func RepositoryFilterSchema(description string) schema.Schema {
	return schema.Schema{
		MarkdownDescription: description,
		Attributes: map[string]schema.Attribute{
			"repository": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Repository as `namespace/name`. Exactly one of `repository` and `organization` must be set.",
				Validators: []validator.String{
					stringvalidator.ExactlyOneOf(path.MatchRoot("repository"), path.MatchRoot("organization")),
					envelope.Text(CheckRepository),
				},
			},
			"organization": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Name of the organization or user with the repositories. The list has the repositories that the user of the access token can see.",
				Validators:          Reference(),
			},
		},
	}
}

// CheckRepository is the rule for the name of a repository with its namespace.
func CheckRepository(text string) error {
	_, err := client.ParseRepository(text)
	return err
}

// Repositories yields the repositories that the filter names. It ends after the first error.
func (f RepositoryFilter) Repositories(ctx context.Context, c *client.Client) iter.Seq2[client.Repository, error] {
	return func(yield func(client.Repository, error) bool) {
		if !f.Repository.IsNull() {
			yield(client.ParseRepository(f.Repository.ValueString()))
			return
		}
		namespace, none := f.Organization.ValueString(), true
		for repository, err := range c.ListRepositories(ctx, namespace) {
			none = false
			if !yield(repository.Repository, err) {
				return
			}
		}
		if none && errors.Is(CheckNamespace(ctx, c, namespace), client.NotFound) { // the empty list does not tell whether the namespace exists
			yield(client.Repository{}, NoNamespaceError("organization", namespace, nil))
		}
	}
}

// CheckNamespace looks for an organization or a user. The error is [client.NotFound] if there
// is neither. It is a different error if there is no organization, and the provider cannot
// look for a user.
func CheckNamespace(ctx context.Context, c *client.Client, name string) error {
	if _, err := c.GetOrganization(ctx, name); !errors.Is(err, client.NotFound) {
		return nil
	}
	_, err := c.GetUser(ctx, name)
	return err
}

// NoNamespaceError returns an error on an attribute that names a missing namespace.
func NoNamespaceError(attribute, name string, cause error) error {
	return envelope.WithDetail(attribute, fmt.Sprintf("There is neither an organization nor a user %q in the registry.", name), cause)
}
