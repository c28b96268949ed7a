package organization

import (
	"context"
	"errors"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/account"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// newListResource returns the list resource quay_organization.
func newListResource() list.ListResource {
	return envelope.NewListResource(envelope.ListDeclaration[account.PrefixModel, client.ListedOrganization, model]{
		Resource: declaration(),
		Schema: schema.Schema{
			MarkdownDescription: "Finds organizations of the registry. Whole organizations (`include_resource`, and where Terraform generates configuration) take a call for " +
				"each. The provider leaves out organizations that the user of the access token does not administer, with a warning.",
			Attributes: map[string]schema.Attribute{"prefix": account.Prefix("the organizations")},
		},
		Objects: objects,
		FromAPI: func(m *model, organization client.ListedOrganization) error {
			m.Name = types.StringValue(organization.Name)
			return nil
		},
		Complete: func(ctx context.Context, c *client.Client, m *model) error {
			err := read(ctx, c, m)
			if errors.Is(err, client.Denied) {
				return envelope.SkipWithWarning(err)
			}
			return err
		},
		Display: func(m model) string { return m.Name.ValueString() },
	})
}

func objects(ctx context.Context, c *client.Client, config account.PrefixModel) iter.Seq2[client.ListedOrganization, error] {
	return func(yield func(client.ListedOrganization, error) bool) {
		for organization, err := range c.ListOrganizations(ctx) {
			if err == nil && !config.Match(organization.Name) {
				continue
			}
			if !yield(organization, err) {
				return
			}
		}
	}
}
