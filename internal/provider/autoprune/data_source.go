package autoprune

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/policy"
)

// organizationDataModel is a quay_organization_autoprune_policies.
type organizationDataModel struct {
	policy.OrganizationName
	policiesModel
}

// repositoryDataModel is a quay_repository_autoprune_policies.
type repositoryDataModel struct {
	policy.RepositoryName
	policiesModel
}

// userDataModel is a quay_user_autoprune_policies.
type userDataModel struct {
	policy.NoName
	policiesModel
}

// policiesModel is the part of the models without the owner.
type policiesModel struct {
	Policies []policyModel `tfsdk:"policies"`
}

func (m *policiesModel) setPolicies(policies []policyModel) { m.Policies = policies }

// newOrganizationDataSource returns the data source
// quay_organization_autoprune_policies.
func newOrganizationDataSource() datasource.DataSource {
	return newDataSource[organizationDataModel](organizationKind)
}

// newRepositoryDataSource returns the data source quay_repository_autoprune_policies.
func newRepositoryDataSource() datasource.DataSource {
	return newDataSource[repositoryDataModel](repositoryKind)
}

// newUserDataSource returns the data source quay_user_autoprune_policies.
func newUserDataSource() datasource.DataSource { return newDataSource[userDataModel](userKind) }

func newDataSource[M any, P interface {
	*M
	policy.OwnerModel
	setPolicies(policies []policyModel)
}](k kind) datasource.DataSource {
	text := func(description string) schema.StringAttribute {
		return schema.StringAttribute{Computed: true, MarkdownDescription: description}
	}
	attributes := map[string]schema.Attribute{
		"policies": schema.ListNestedAttribute{
			Computed:            true,
			MarkdownDescription: "Policies, by UUID.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"uuid":        text("UUID of the policy."),
				"method":      text("Method by which Quay chooses tags to delete: `number_of_tags` or `creation_date`."),
				"value":       text("Number of newest tags that stay, such as `10`, or age from which on Quay deletes tags, such as `7d`."),
				"tag_pattern": text("Regular expression that restricts the policy to some tags. Null if the policy applies to all tags."),
				"tag_pattern_matches": schema.BoolAttribute{
					Computed:            true,
					MarkdownDescription: "Whether the policy applies to the tags that match `tag_pattern`, or else to the tags that do not match it.",
				},
			}},
		},
	}
	return envelope.NewDataSource(envelope.DataSourceDeclaration[M]{
		Name:   k.Name + "_autoprune_policies",
		Noun:   k.Name + " auto-prune policies",
		Schema: schema.Schema{MarkdownDescription: "Reads the auto-prune policies of " + k.Whose + ".", Attributes: k.DataSource(attributes)},
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
