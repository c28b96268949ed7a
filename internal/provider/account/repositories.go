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

// RepositoryFilter is the configuration of a list of what repositories have.
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
				MarkdownDescription: "Repository as `namespace/name`. Exactly one of `repository` and `organization` is given.",
				Validators: []validator.String{
					stringvalidator.ExactlyOneOf(path.MatchRoot("repository"), path.MatchRoot("organization")),
					envelope.Text(CheckRepository),
				},
			},
			"organization": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Organization, or user, with the repositories, as far as the token's user can see them.",
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

// Repositories yields the repositories to look at. It ends after the first error.
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
		if none && missingNamespace(ctx, c, namespace) {
			yield(client.Repository{}, envelope.WithDetail("organization", fmt.Sprintf("There is neither an organization nor a user %q in the registry.", namespace), nil))
		}
	}
}

// missingNamespace tells whether there is certainly no organization and no user
// of a name. A list of repositories does not tell.
func missingNamespace(ctx context.Context, c *client.Client, name string) bool {
	if _, err := c.GetOrganization(ctx, name); !errors.Is(err, client.NotFound) {
		return false
	}
	_, err := c.GetUser(ctx, name)
	return errors.Is(err, client.NotFound)
}
