package immutability

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/policy"
)

// organizationDataModel is a quay_organization_immutability_policies.
type organizationDataModel struct {
	policy.OrganizationName
	policiesModel
}

// repositoryDataModel is a quay_repository_immutability_policies.
type repositoryDataModel struct {
	policy.RepositoryName
	policiesModel
}

// policiesModel is the part of the models without the owner.
type policiesModel struct {
	Policies []policyModel `tfsdk:"policies"`
}

func (m *policiesModel) setPolicies(policies []policyModel) { m.Policies = policies }

// newOrganizationDataSource returns the data source
// quay_organization_immutability_policies.
func newOrganizationDataSource() datasource.DataSource {
	return newDataSource[organizationDataModel](organizationKind)
}

// newRepositoryDataSource returns the data source quay_repository_immutability_policies.
func newRepositoryDataSource() datasource.DataSource {
	return newDataSource[repositoryDataModel](repositoryKind)
}

func newDataSource[M any, P interface {
	*M
	policy.OwnerModel
	setPolicies(policies []policyModel)
}](k kind) datasource.DataSource {
	return envelope.NewDataSource(envelope.DataSourceDeclaration[M]{
		Name: k.Name + "_immutability_policies",
		Noun: k.Name + " immutability policies",
		Schema: schema.Schema{
			MarkdownDescription: "Reads the immutability policies of " + k.Whose + ".",
			Attributes: k.DataSource(map[string]schema.Attribute{
				"policies": schema.ListNestedAttribute{
					Computed:            true,
					MarkdownDescription: "Policies, by UUID.",
					NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
						"uuid":        schema.StringAttribute{Computed: true, MarkdownDescription: "UUID of the policy."},
						"tag_pattern": schema.StringAttribute{Computed: true, MarkdownDescription: "Regular expression for the whole name of a tag."},
						"tag_pattern_matches": schema.BoolAttribute{
							Computed:            true,
							MarkdownDescription: "Whether the policy applies to the tags that match `tag_pattern`, or else to the tags that do not match it.",
						},
					}},
				},
			}),
		},
		Read: func(ctx context.Context, c *client.Client, m *M) error {
			found, err := k.list(ctx, c, P(m).OwnerName())
			if err != nil {
				return err
			}
			policies := make([]policyModel, len(found))
			for i := range found {
				policies[i].fromAPI(&found[i])
			}
			P(m).setPolicies(policies)
			return nil
		},
	})
}
