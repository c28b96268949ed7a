package servicekey

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// approveModel is the configuration of quay_approve_service_key.
type approveModel struct {
	KID   types.String `tfsdk:"kid"`
	Notes types.String `tfsdk:"notes"`
}

// newApproveAction returns the action quay_approve_service_key.
func newApproveAction() action.Action {
	return envelope.NewAction(envelope.ActionDeclaration[approveModel]{
		Name: "approve_service_key",
		Does: "approve Quay service key",
		Schema: schema.Schema{
			MarkdownDescription: "Approves a service key that a service registered itself. A key that is approved already stays as it is.\n\nQuay cannot revoke an approval. The resource `quay_service_key_approval` also approves a key, and shows changes of the approval in plans.",
			Attributes: map[string]schema.Attribute{
				"kid": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "Id of the key.",
					Validators:          kidRules(),
				},
				"notes": schema.StringAttribute{
					Optional:            true,
					MarkdownDescription: "Notes about the approval. Quay keeps the notes of the first approval, so the action refuses other notes.",
					Validators:          notesRules(),
				},
			},
		},
		Invoke: func(ctx context.Context, c *client.Client, m approveModel, progress func(string)) error {
			approval := approvalModel{KID: m.KID, Notes: m.Notes}
			if err := createApproval(ctx, c, &approval, func() {}); err != nil {
				return err
			}
			progress(fmt.Sprintf("The key %s of the service %s is approved, since %s.",
				approval.KID.ValueString(), approval.Service.ValueString(), approval.ApprovedDate.ValueString()))
			return nil
		},
	})
}
