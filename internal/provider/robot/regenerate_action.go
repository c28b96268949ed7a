package robot

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/account"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// regenerateModel is the configuration of quay_regenerate_robot_token.
type regenerateModel struct {
	Organization types.String `tfsdk:"organization"`
	Name         types.String `tfsdk:"name"`
}

// newRegenerateAction returns the action quay_regenerate_robot_token.
func newRegenerateAction() action.Action {
	return envelope.NewAction(envelope.ActionDeclaration[regenerateModel]{
		Name: "regenerate_robot_token",
		Does: "regenerate token of Quay robot",
		Schema: schema.Schema{
			MarkdownDescription: "Gives a robot account a new token. The old token is invalid at once. The next refresh of a resource that manages the robot " +
				"reads the new token into the state.\n\nThe attribute `rotation` of `quay_organization_robot` and `quay_user_robot` does the same in an apply.",
			Attributes: map[string]schema.Attribute{
				"organization": schema.StringAttribute{
					Optional:            true,
					MarkdownDescription: "Name of the organization. Without it, the robot is one of the access token's own user.",
					Validators:          account.Reference(),
				},
				"name": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "Short name of the robot.",
					Validators:          account.Reference(),
				},
			},
		},
		Invoke: func(ctx context.Context, c *client.Client, m regenerateModel, progress func(string)) error {
			r := robot{ownerOf(m.Organization), &attributes{Name: m.Name}}
			if err := r.read(ctx, c); err != nil { // a comparison with the old token shows a new token
				return envelope.NotFoundError("name", "robot", displayName(r, r.Name), err)
			}
			if err := r.regenerate(ctx, c); err != nil {
				return err
			}
			progress(fmt.Sprintf("The robot %s has a new token.", r.Username.ValueString()))
			return nil
		},
	})
}

// ownerOf returns an organization, or the token's user for null, as the owner of robots.
func ownerOf(organization types.String) ownerModel {
	if organization.IsNull() {
		return noOrganization{}
	}
	return &organizationName{organization}
}
