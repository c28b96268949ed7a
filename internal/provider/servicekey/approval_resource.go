package servicekey

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// approvalModel is a quay_service_key_approval.
type approvalModel struct {
	KID          types.String      `tfsdk:"kid"`
	Notes        types.String      `tfsdk:"notes"`
	Service      types.String      `tfsdk:"service"`
	Name         types.String      `tfsdk:"name"`
	ApprovedBy   types.String      `tfsdk:"approved_by"`
	ApprovedDate timetypes.RFC3339 `tfsdk:"approved_date"`
}

// newApprovalResource returns the resource quay_service_key_approval.
func newApprovalResource() resource.Resource {
	return envelope.NewResource(envelope.ResourceDeclaration[approvalModel]{
		Name:     "service_key_approval",
		Noun:     "service key approval",
		Identity: []string{"kid"},
		ImportID: "kid",
		Schema: schema.Schema{
			MarkdownDescription: "Approves a service key that a service registered itself. If the key is approved already, the resource manages that approval.\n\nQuay cannot revoke an approval. Destroying this resource removes it from the state, and the key stays approved. Keys of `quay_service_key` " +
				"are approved from the start.",
			Attributes: map[string]schema.Attribute{
				"kid": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "Id of the key. Changing this forces a new resource to be created.",
					Validators:          kidRules(),
				},
				"notes": schema.StringAttribute{
					Optional: true,
					Computed: true,
					MarkdownDescription: "Notes about the approval. Quay keeps the notes of the first approval and cannot change them. Without this attribute, Terraform shows the " +
						"notes that Quay has.",
					PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
					Validators:    notesRules(),
				},
				"service": schema.StringAttribute{
					Computed:            true,
					MarkdownDescription: "Name of the service that signs with the key.",
					PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
				},
				"name": schema.StringAttribute{
					Computed:            true,
					MarkdownDescription: "Display name of the key. Null if there is none.",
					PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
				},
				"approved_by": schema.StringAttribute{
					Computed:            true,
					MarkdownDescription: "Superuser who approved the key. Null if Quay does not know the superuser.",
					PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
				},
				"approved_date": schema.StringAttribute{
					CustomType:          timetypes.RFC3339Type{},
					Computed:            true,
					MarkdownDescription: "Time of the approval (RFC 3339).",
					PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
				},
			},
		},
		Plan:   planApproval,
		Create: createApproval,
		Read:   readApproval,
		// Quay cannot change an approval.
		Update: func(context.Context, *client.Client, approvalModel, *approvalModel, func(approvalModel)) error {
			return nil
		},
		Delete: func(context.Context, *client.Client, approvalModel) error { return nil },
	})
}

// planApproval refuses new notes for an existing approval.
func planApproval(_ context.Context, change *envelope.Change[approvalModel]) {
	prior, notes := change.Prior, change.Config.Notes
	if prior == nil || notes.IsNull() || notes.IsUnknown() || notes.Equal(prior.Notes) || !change.Plan.KID.Equal(prior.KID) {
		return
	}
	change.Diagnostics.AddAttributeError(path.Root("notes"), "Notes cannot be changed", otherNotes(prior.KID.ValueString(), prior.Notes.ValueString()))
}

// otherNotes returns the message for notes that differ from the notes of an approval.
func otherNotes(kid, notes string) string {
	return fmt.Sprintf("The service key %q is approved already, with the notes %q, and Quay does not change those any more. "+
		"Leave notes out, or give the ones it has.", kid, notes)
}

func createApproval(ctx context.Context, c *client.Client, m *approvalModel, save func()) error {
	kid, notes := m.KID.ValueString(), m.Notes.ValueString()
	key, err := c.GetServiceKey(ctx, kid)
	if errors.Is(err, client.NotFound) {
		return envelope.WithDetail("kid", fmt.Sprintf("There is no service key %q in the registry. A key that nobody approves is removed after a day.", kid), err)
	}
	if err != nil {
		return err
	}
	if key.Approval != nil {
		if notes != "" && notes != key.Approval.Notes {
			return envelope.WithDetail("notes", otherNotes(kid, key.Approval.Notes), nil)
		}
		m.fromAPI(key)
		return nil
	}
	err = c.ApproveServiceKey(ctx, kid, notes)
	checkCtx, cancel, unknown := envelope.OutcomeUnknown(ctx, err)
	defer cancel()
	if err != nil {
		if unknown && readApproval(checkCtx, c, m) == nil && m.Notes.ValueString() == notes {
			return nil
		}
		return err
	}
	save()
	return readApproval(ctx, c, m)
}

// readApproval reads an approval. An unapproved key has no approval.
func readApproval(ctx context.Context, c *client.Client, m *approvalModel) error {
	key, err := c.GetServiceKey(ctx, m.KID.ValueString())
	if err != nil {
		return err
	}
	if key.Approval == nil {
		return fmt.Errorf("the service key is not approved: %w", client.NotFound)
	}
	m.fromAPI(key)
	return nil
}

// fromAPI copies an approved key into the model.
func (m *approvalModel) fromAPI(key *client.ServiceKey) {
	m.Service = types.StringValue(key.Service)
	m.Name = envelope.TextOrNull(key.Name)
	m.Notes = envelope.TextOrNull(key.Approval.Notes)
	m.ApprovedBy, m.ApprovedDate = approvedBy(key), approvedDate(key)
}

// approvedBy returns the user who approved a key, or null.
func approvedBy(key *client.ServiceKey) types.String {
	if key.Approval == nil || key.Approval.Approver == nil {
		return types.StringNull()
	}
	return types.StringValue(key.Approval.Approver.Username)
}

// approvedDate returns the time of a key's approval, or null.
func approvedDate(key *client.ServiceKey) timetypes.RFC3339 {
	if key.Approval == nil {
		return timetypes.NewRFC3339Null()
	}
	return timetypes.NewRFC3339TimeValue(key.Approval.ApprovedDate.Time)
}
