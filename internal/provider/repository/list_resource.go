package repository

import (
	"context"
	"fmt"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/account"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// filterModel is the configuration of a list of quay_repository.
type filterModel struct {
	Namespace types.String `tfsdk:"namespace"`
}

// newListResource returns the list resource quay_repository.
func newListResource() list.ListResource {
	return envelope.NewListResource(envelope.ListDeclaration[filterModel, client.RepositoryDetails, model]{
		Resource: declaration(),
		Schema: schema.Schema{
			MarkdownDescription: "Finds the repositories of an organization or a user, as far as the token's user can see them. " +
				"Repositories whose names end like a path of Quay's API are left out, because Quay cannot read them.",
			Attributes: map[string]schema.Attribute{
				"namespace": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "Name of the organization or the user.",
					Validators:          account.Reference(),
				},
			},
		},
		Objects: func(ctx context.Context, c *client.Client, config filterModel) iter.Seq2[client.RepositoryDetails, error] {
			return manageable(ctx, c, config.Namespace.ValueString())
		},
		FromAPI: func(m *model, details client.RepositoryDetails) error {
			m.fromAPI(&details)
			return nil
		},
		Display: func(m model) string {
			return fmt.Sprintf("%s (%s)", m.ref(), m.Visibility.ValueString())
		},
	})
}

// manageable yields the repositories of a namespace that a resource can manage. It
// ends after the first error.
func manageable(ctx context.Context, c *client.Client, namespace string) iter.Seq2[client.RepositoryDetails, error] {
	return func(yield func(client.RepositoryDetails, error) bool) {
		none := true
		for details, err := range c.ListRepositories(ctx, namespace) {
			none = false
			if err == nil && client.CheckRepositoryName(details.Name) != nil {
				continue
			}
			if !yield(details, err) {
				return
			}
		}
		if none { // the empty list does not tell whether the namespace exists
			if err := missingNamespace(ctx, c, namespace, nil); err != nil {
				yield(client.RepositoryDetails{}, err)
			}
		}
	}
}
