package organization

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/account"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// model is a quay_organization.
type model struct {
	Name                 types.String `tfsdk:"name"`
	Email                types.String `tfsdk:"email"`
	InvoiceEmail         types.Bool   `tfsdk:"invoice_email"`
	InvoiceEmailAddress  types.String `tfsdk:"invoice_email_address"`
	TagExpirationSeconds types.Int64  `tfsdk:"tag_expiration_s"`
	ForceDestroy         types.Bool   `tfsdk:"force_destroy"`

	Timeouts timeouts.Value `tfsdk:"timeouts"`

	formerNames formerNames
}

// formerNames are the names of an organization before Terraform renamed it, the oldest first.
type formerNames []string

// UnmarshalJSON also reads a single name, as release 0.1.0 writes it.
func (n *formerNames) UnmarshalJSON(data []byte) error {
	var name string
	if json.Unmarshal(data, &name) != nil {
		return json.Unmarshal(data, (*[]string)(n))
	}
	if *n = nil; name != "" {
		*n = formerNames{name}
	}
	return nil
}

// newResource returns the resource quay_organization.
func newResource() resource.Resource {
	return envelope.NewResource(declaration())
}

func declaration() envelope.ResourceDeclaration[model] {
	return envelope.ResourceDeclaration[model]{
		Name:     "organization",
		Noun:     "organization",
		Identity: []string{"name"},
		ImportID: "name",
		Renames:  true,
		Private:  envelope.PrivateState(func(m *model) *formerNames { return &m.formerNames }),
		Upgrades: map[int64]envelope.StateUpgrade[model]{0: enthoughtUpgrade()},
		Moves:    []envelope.StateMove[model]{{Provider: "enthought/quay", Type: "quay_organization", Upgrade: enthoughtUpgrade()}},
		Schema: schema.Schema{
			Version: 1, // version 0 is the schema of enthought/quay
			MarkdownDescription: "Manages an organization. A new organization belongs to the user of the access token, which needs the scope `user:admin` to create it.\n\nThe provider does not delete an organization that still has repositories, unless `force_destroy` is set. The provider counts only " +
				"repositories that the user of the access token can see. Without `FEATURE_SUPERUSERS_FULL_ACCESS`, a superuser does not see repositories in " +
				"organizations of others.",
			Attributes: map[string]schema.Attribute{
				"name": schema.StringAttribute{
					Required: true,
					MarkdownDescription: "Name of the organization, 2 to 255 characters: lower-case letters and digits, with single `.`, `_` or `-` " +
						"between them. Changing this renames the organization in place. Terraform also updates the objects in the organization in place. " +
						"Their configuration must refer to this attribute. Terraform can replace an object whose configuration has the name as a text.",
					Validators: account.Name(),
				},
				"email": schema.StringAttribute{
					Optional:            true,
					MarkdownDescription: "Contact e-mail address. Without an address, Quay stores a random UUID, which Terraform does not show.",
					Validators:          account.Email(),
				},
				"invoice_email": schema.BoolAttribute{
					Optional:            true,
					Computed:            true,
					Default:             booldefault.StaticBool(false),
					MarkdownDescription: "Whether Quay sends invoices by e-mail. Defaults to `false`.",
				},
				"invoice_email_address": schema.StringAttribute{
					Optional:            true,
					MarkdownDescription: "E-mail address for invoices.",
					Validators:          account.Email(),
				},
				"tag_expiration_s": schema.Int64Attribute{
					Optional: true,
					Computed: true,
					MarkdownDescription: "Time in seconds for which a deleted tag can be restored. Must be one of the periods in `TAG_EXPIRATION_OPTIONS` of the registry's " +
						"`config.yaml`. Without this attribute, Terraform does not manage the time. Quay starts with two weeks (1209600).",
					PlanModifiers: []planmodifier.Int64{int64planmodifier.UseStateForUnknown()},
					Validators:    []validator.Int64{envelope.AtLeast(0)},
				},
				"force_destroy": account.ForceDestroy("organization"),
				"timeouts":      account.CreateTimeout("an organization"),
			},
		},
		Create: create,
		Read:   read,
		Update: update,
		Delete: deleteUnlessUsed,
	}
}

func create(ctx context.Context, c *client.Client, m *model, save func()) error {
	name := m.Name.ValueString()
	recovered, err := account.Creation{
		Noun: "organization", Name: name, LogKind: "org_create", LogName: "namespace",
		Call: func(ctx context.Context) error {
			return c.CreateOrganization(ctx, name, m.Email.ValueString())
		},
	}.Create(ctx, c, m.Timeouts)
	if err != nil {
		return account.OnNameAttribute("name", explainTaken(ctx, c, name, err))
	}
	planned := *m
	m.InvoiceEmail, m.InvoiceEmailAddress = types.BoolValue(false), types.StringNull()
	m.TagExpirationSeconds = types.Int64Unknown()
	save()

	change := details(*m, planned)
	if change == (client.OrganizationChange{}) {
		return read(ctx, c, m) // reads the tag expiration, which Quay chooses
	}
	organization, err := c.ChangeOrganization(ctx, name, change)
	if err == nil {
		return m.fromAPI(organization)
	}
	err = explainPeriod(planned, err)
	if errors.Is(err, client.Invalid) && !recovered {
		// A later apply could not set them either. The organization is empty, and this call
		// has certainly created it.
		if deleteOrganization(ctx, c, name) == nil {
			return envelope.Removed(envelope.WithDetail("", "Quay created the organization, but refused its settings, so the provider deleted the organization again.", err))
		}
	}
	return envelope.WithDetail("", "The organization has been created, but its settings have not.", err)
}

// explainTaken finds out whether a user or an organization has the name. Quay's response does
// not tell.
func explainTaken(ctx context.Context, c *client.Client, name string, err error) error {
	var refused *client.Error
	if !errors.As(err, &refused) || refused.Kind != client.Exists {
		return err
	}
	if _, readErr := c.GetOrganization(ctx, name); !errors.Is(readErr, client.NotFound) {
		return err
	}
	taken := *refused
	taken.Kind = client.Invalid // an import is not possible
	return envelope.WithDetail("name", fmt.Sprintf("A user has the name %q. A user and an organization cannot have the same name.", name), &taken)
}

func read(ctx context.Context, c *client.Client, m *model) error {
	name := m.Name.ValueString()
	organization, err := c.GetOrganization(ctx, name)
	if err != nil {
		return err
	}
	c.RecordFormerNames(name, m.formerNames) // the state of an object may still have such a name
	return m.fromAPI(organization)
}

func update(ctx context.Context, c *client.Client, prior model, m *model, save func(model)) error {
	name, newName := prior.Name.ValueString(), m.Name.ValueString()
	if m.TagExpirationSeconds.IsUnknown() { // the state was upgraded and not refreshed
		organization, err := c.GetOrganization(ctx, name)
		if err != nil {
			return err
		}
		m.TagExpirationSeconds = types.Int64Value(organization.TagExpirationSeconds)
		prior.TagExpirationSeconds = m.TagExpirationSeconds
	}
	if change := details(prior, *m); change != (client.OrganizationChange{}) {
		organization, err := c.ChangeOrganization(ctx, name, change)
		if emptiesUsedEmail(change, err) {
			var placeholder string
			if placeholder, err = client.PlaceholderEmail(); err != nil {
				return err
			}
			change.Email = &placeholder
			organization, err = c.ChangeOrganization(ctx, name, change)
		}
		if err != nil {
			return explainGone(ctx, c, name, explainPeriod(*m, err))
		}
		if err := m.fromAPI(organization); err != nil {
			return err
		}
	}
	if newName == name {
		return nil
	}
	current := *m
	current.Name = prior.Name
	save(current)
	// The rename comes last: an error of a later call would leave the old name in the state.
	began := time.Now()
	err := c.RenameOrganization(ctx, name, newName)
	if err == nil || renamed(ctx, c, name, newName, began, err) {
		c.RecordRename(name, newName)
		m.formerNames = append(slices.DeleteFunc(m.formerNames, func(former string) bool { return former == name || former == newName }), name)
		return nil
	}
	return explainRename(ctx, c, name, newName, err)
}

// emptiesUsedEmail tells whether Quay refused to remove an e-mail address because another
// account has none. Up to 3.16, Quay stores an empty text, which only one account can have.
func emptiesUsedEmail(change client.OrganizationChange, err error) bool {
	var refused *client.Error
	return change.Email != nil && *change.Email == "" && errors.As(err, &refused) && refused.Kind == client.Invalid && refused.Field == "email"
}

func deleteUnlessUsed(ctx context.Context, c *client.Client, m model) error {
	if !m.ForceDestroy.ValueBool() {
		if err := account.EnsureEmpty(ctx, c, "organization", m.Name.ValueString()); err != nil {
			return err
		}
	}
	return deleteOrganization(ctx, c, m.Name.ValueString())
}

// deleteOrganization deletes an organization as a superuser. It deletes the organization as its
// administrator if the token does not have this right, or the registry has no calls for
// superusers.
func deleteOrganization(ctx context.Context, c *client.Client, name string) error {
	err := c.DeleteOrganization(ctx, name)
	if errors.Is(err, client.Denied) || errors.Is(err, client.NotAvailable) {
		return c.DeleteOwnOrganization(ctx, name)
	}
	return err
}

// details returns all changes but the name.
func details(prior, planned model) (change client.OrganizationChange) {
	if !planned.Email.Equal(prior.Email) {
		change.Email = new(planned.Email.ValueString())
	}
	if !planned.InvoiceEmail.Equal(prior.InvoiceEmail) {
		change.InvoiceEmail = planned.InvoiceEmail.ValueBoolPointer()
	}
	if !planned.InvoiceEmailAddress.Equal(prior.InvoiceEmailAddress) {
		change.InvoiceEmailAddress = new(planned.InvoiceEmailAddress.ValueString())
	}
	if !planned.TagExpirationSeconds.Equal(prior.TagExpirationSeconds) {
		change.TagExpirationSeconds = planned.TagExpirationSeconds.ValueInt64Pointer()
	}
	return change
}

// fromAPI copies an organization into the model.
func (m *model) fromAPI(organization *client.Organization) error {
	if err := organization.Hidden(); err != nil {
		return err
	}
	m.Email = account.EmailValue(organization.Email)
	m.InvoiceEmail = types.BoolValue(organization.InvoiceEmail)
	m.InvoiceEmailAddress = types.StringNull()
	if organization.InvoiceEmailAddress != "" {
		m.InvoiceEmailAddress = types.StringValue(organization.InvoiceEmailAddress)
	}
	m.TagExpirationSeconds = types.Int64Value(organization.TagExpirationSeconds)
	if m.ForceDestroy.IsNull() { // after an import
		m.ForceDestroy = types.BoolValue(false)
	}
	return nil
}

// renamed tells whether Quay has carried out a rename with an unknown outcome. Then only the
// new name exists, and Quay has logged the change.
func renamed(ctx context.Context, c *client.Client, name, newName string, began time.Time, err error) bool {
	checkCtx, cancel, unknown := envelope.OutcomeUnknown(ctx, err)
	defer cancel()
	if !unknown {
		return false
	}
	if _, oldErr := c.GetOrganization(checkCtx, name); !errors.Is(oldErr, client.NotFound) {
		return false
	}
	if _, newErr := c.GetOrganization(checkCtx, newName); newErr != nil {
		return false
	}
	logged, logErr := c.LoggedSince(checkCtx, began, func(entry client.LogEntry) bool {
		return entry.Kind == "org_change_name" && entry.MetadataText("old_name") == name && entry.MetadataText("new_name") == newName
	})
	return logErr == nil && logged
}

// explainRename explains a failed rename. Quay fails (500) if the name is taken, or if the
// organization does not exist.
func explainRename(ctx context.Context, c *client.Client, name, newName string, err error) error {
	if !errors.Is(err, client.InternalError) {
		return envelope.OnAttribute("name", err)
	}
	if _, readErr := c.GetOrganization(ctx, newName); readErr == nil {
		return envelope.WithDetail("name", fmt.Sprintf("There is an organization %q already, so %q cannot be renamed to it.", newName, name), err)
	}
	if _, readErr := c.GetUser(ctx, newName); readErr == nil {
		return envelope.WithDetail("name", fmt.Sprintf("There is a user %q, so the organization %q cannot be renamed to it.", newName, name), err)
	}
	return envelope.OnAttribute("name", explainGone(ctx, c, name, err))
}

// explainGone explains that a change failed because the organization no longer exists. Quay
// 3.9 denies the change then.
func explainGone(ctx context.Context, c *client.Client, name string, err error) error {
	if _, readErr := c.GetOrganization(ctx, name); errors.Is(readErr, client.NotFound) {
		return envelope.WithDetail("name", fmt.Sprintf("The organization %q does not exist any more. Plan again.", name), err)
	}
	return err
}

// explainPeriod explains the refusal of a tag expiration.
func explainPeriod(planned model, err error) error {
	var refused *client.Error
	if errors.As(err, &refused) && refused.Field == "tag_expiration_s" {
		return envelope.WithDetail("tag_expiration_s", fmt.Sprintf("The registry does not offer %d seconds. It offers the periods in TAG_EXPIRATION_OPTIONS of its config.yaml. These are 0, 86400 (a day), 604800 (a week), 1209600 (two weeks) and "+
			"2419200 (four weeks) by default.",
			planned.TagExpirationSeconds.ValueInt64()), err)
	}
	return err
}
