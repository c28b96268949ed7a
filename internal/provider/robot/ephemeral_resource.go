package robot

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/account"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// tokenAttributes are the attributes of the ephemeral resources without the organization.
type tokenAttributes struct {
	Name             types.String `tfsdk:"name"`
	Username         types.String `tfsdk:"username"`
	Token            types.String `tfsdk:"token"`
	DockerConfigJSON types.String `tfsdk:"dockerconfigjson"`
}

func (a *tokenAttributes) attributes() *tokenAttributes { return a }

// organizationTokenModel is a quay_organization_robot_token.
type organizationTokenModel struct {
	organizationName
	tokenAttributes
}

// userTokenModel is a quay_user_robot_token.
type userTokenModel struct {
	noOrganization
	tokenAttributes
}

// newOrganizationTokenResource returns the ephemeral resource
// quay_organization_robot_token.
func newOrganizationTokenResource() ephemeral.EphemeralResource {
	return newTokenResource[organizationTokenModel](organizationKind)
}

// newUserTokenResource returns the ephemeral resource quay_user_robot_token.
func newUserTokenResource() ephemeral.EphemeralResource {
	return newTokenResource[userTokenModel](userKind)
}

func newTokenResource[M any, P interface {
	*M
	ownerModel
	attributes() *tokenAttributes
}](k kind) ephemeral.EphemeralResource {
	attributes := map[string]schema.Attribute{
		"name": schema.StringAttribute{
			Required:            true,
			MarkdownDescription: "Short name of the robot.",
			Validators:          account.Reference(),
		},
		"username": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "Name of the robot with the name of the owner before it, such as `acme+ci`.",
		},
		"token": schema.StringAttribute{
			Computed:            true,
			Sensitive:           true,
			MarkdownDescription: "Token of the robot: the password for container tools.",
		},
		"dockerconfigjson": schema.StringAttribute{
			Computed:            true,
			Sensitive:           true,
			MarkdownDescription: dockerConfigDescription,
		},
	}
	if k.hasOrganization() {
		attributes["organization"] = schema.StringAttribute{
			Required:            true,
			MarkdownDescription: "Name of the organization.",
			Validators:          account.Reference(),
		}
	}
	return envelope.NewEphemeralResource(envelope.EphemeralDeclaration[M, struct{}]{
		Name: k.name + "_robot_token",
		Noun: k.name + " robot token",
		Schema: schema.Schema{
			MarkdownDescription: "Reads the token of a robot account of " + k.whose + ". No plan and no state holds the token. The robot must exist when Terraform " +
				"plans.",
			Attributes: attributes,
		},
		Open: func(ctx context.Context, c *client.Client, m *M) (struct{}, error) {
			a := P(m).attributes()
			read, err := getRobot(ctx, c, P(m), a.Name)
			if err != nil {
				return struct{}{}, err
			}
			a.Username = types.StringValue(read.Username)
			a.Token = types.StringValue(read.Token)
			a.DockerConfigJSON = types.StringValue(c.DockerConfig(read.Username, read.Token))
			return struct{}{}, nil
		},
		Close: func(context.Context, *client.Client, struct{}) error { return nil }, // Open has created nothing
	})
}
