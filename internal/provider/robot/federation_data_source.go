package robot

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/account"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// newOrganizationFederationDataSource returns the data source
// quay_organization_robot_federation.
func newOrganizationFederationDataSource() datasource.DataSource {
	return newFederationDataSource[organizationFederationModel](organizationKind)
}

// newUserFederationDataSource returns the data source quay_user_robot_federation.
func newUserFederationDataSource() datasource.DataSource {
	return newFederationDataSource[userFederationModel](userKind)
}

func newFederationDataSource[M any, P federationModel[M]](k kind) datasource.DataSource {
	return envelope.NewDataSource(envelope.DataSourceDeclaration[M]{
		Name: k.name + "_robot_federation",
		Noun: k.name + " robot federation",
		Schema: schema.Schema{
			MarkdownDescription: "Reads which identities of OIDC issuers can act as a robot account of " + k.whose + ".",
			Attributes: k.withOrganization(map[string]schema.Attribute{
				"robot": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "Short name of the robot.",
					Validators:          account.Reference(),
				},
				"identities": schema.SetNestedAttribute{
					Computed:            true,
					MarkdownDescription: "Identities that can act as the robot.",
					NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
						"issuer":  schema.StringAttribute{Computed: true, MarkdownDescription: "URL of the OIDC issuer."},
						"subject": schema.StringAttribute{Computed: true, MarkdownDescription: "Subject."},
					}},
				},
			}),
		},
		Read: func(ctx context.Context, c *client.Client, m *M) error {
			f := P(m).federation()
			found, err := c.GetRobotFederation(ctx, f.owner(), f.Robot.ValueString())
			f.Identities = identitySet(found)
			return f.noRobotError(err)
		},
	})
}
