package defaultpermission

import (
	"cmp"
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

// listModel is the configuration of a list of quay_organization_default_permission.
type listModel struct {
	Organization types.String `tfsdk:"organization"`
}

// listedRule is a default permission with its organization.
type listedRule struct {
	organization string
	rule         client.DefaultPermission
}

// newListResource returns the list resource quay_organization_default_permission.
func newListResource() list.ListResource {
	return envelope.NewListResource(envelope.ListDeclaration[listModel, listedRule, model]{
		Resource: declaration(),
		Schema: schema.Schema{
			MarkdownDescription: "Finds the default permissions of an organization, with one call. Leaves out those of deleted users.",
			Attributes: map[string]schema.Attribute{
				"organization": account.ListOrganization(),
			},
		},
		Objects: objects,
		FromAPI: func(m *model, l listedRule) error {
			m.Organization = types.StringValue(l.organization)
			m.fromAPI(&l.rule)
			return nil
		},
		Display: func(m model) string {
			rule := m.rule()
			return fmt.Sprintf("%s: %s %s (%s), in repositories of %s", m.Organization.ValueString(), rule.Delegate.Kind, rule.Delegate.Name,
				rule.Role, cmp.Or(rule.CreatorName(), "everybody"))
		},
	})
}

func objects(ctx context.Context, c *client.Client, config listModel) iter.Seq2[listedRule, error] {
	return func(yield func(listedRule, error) bool) {
		organization := config.Organization.ValueString()
		rules, err := c.ListDefaultPermissions(ctx, organization)
		if err != nil {
			yield(listedRule{}, envelope.NotFoundError("organization", "organization", organization, err))
			return
		}
		for _, rule := range rules {
			if !yield(listedRule{organization, rule}, nil) {
				return
			}
		}
	}
}
