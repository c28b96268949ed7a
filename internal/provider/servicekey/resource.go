package servicekey

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// model is a quay_service_key.
type model struct {
	KID         types.String      `tfsdk:"kid"`
	Service     types.String      `tfsdk:"service"`
	Name        types.String      `tfsdk:"name"`
	Expiration  types.String      `tfsdk:"expiration"`
	Metadata    types.Map         `tfsdk:"metadata"`
	Notes       types.String      `tfsdk:"notes"`
	PublicKey   types.String      `tfsdk:"public_key"`
	PrivateKey  types.String      `tfsdk:"private_key"`
	CreatedDate timetypes.RFC3339 `tfsdk:"created_date"`
	Approved    types.Bool        `tfsdk:"approved"`
}

// newResource returns the resource quay_service_key.
func newResource() resource.Resource {
	return envelope.NewResource(declaration())
}

func declaration() envelope.ResourceDeclaration[model] {
	return envelope.ResourceDeclaration[model]{
		Name:     "service_key",
		Noun:     "service key",
		Identity: []string{"kid"},
		ImportID: "kid",
		Schema: schema.Schema{
			MarkdownDescription: "Manages a service key. A service of the registry signs its requests with such a key. Quay generates and approves the key pair, and shows the " +
				"private key once. Terraform keeps the private key in the state, so protect the state. Quay keeps an expired key for seven days. Terraform " +
				"keeps it in the state until then.",
			Attributes: map[string]schema.Attribute{
				"kid": schema.StringAttribute{
					Computed:            true,
					MarkdownDescription: "Id of the key, which is the thumbprint of its public key.",
					PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
					Validators:          kidRules(), // for an import
				},
				"service": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "Name of the service that signs with the key, at most 255 lower-case letters, digits and `_`. Changing this forces a new resource to be created.",
					PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
					Validators:          serviceRules(),
				},
				"name": schema.StringAttribute{
					Optional:            true,
					MarkdownDescription: "Display name of the key, at most 255 letters, digits, spaces and `-`, `_`, `:`, `/`.",
					Validators:          nameRules(),
				},
				"expiration": schema.StringAttribute{
					Optional:            true,
					MarkdownDescription: "Date until which the key is valid, such as `2030-01-31T12:00:00Z` (RFC 3339, whole seconds). Without a date, the key does not expire.",
					Validators:          []validator.String{envelope.Timestamp()},
				},
				"metadata": schema.MapAttribute{
					ElementType: types.StringType,
					Optional:    true,
					MarkdownDescription: "Entries to keep with the key. Quay merges new entries into the entries that the key has. Removing an entry forces a new resource to be " +
						"created. The provider leaves entries of Quay and of other programs as they are. The provider adds the entry `terraform_request`, by which it " +
						"finds a key whose response was lost.",
					Validators: metadataRules(),
				},
				"notes": schema.StringAttribute{
					Optional:            true,
					MarkdownDescription: "Notes about the approval of the key. Quay cannot change notes after creation. Changing this forces a new resource to be created.",
					PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
					Validators:          notesRules(),
				},
				"public_key": schema.StringAttribute{
					Computed:            true,
					MarkdownDescription: "Public key, in PEM format.",
					PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
				},
				"private_key": schema.StringAttribute{
					Computed:            true,
					Sensitive:           true,
					MarkdownDescription: "Private key, in PEM format. Null for an imported key.",
					PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
				},
				"created_date": schema.StringAttribute{
					CustomType:          timetypes.RFC3339Type{},
					Computed:            true,
					MarkdownDescription: "Time of the creation (RFC 3339). For a key created by Terraform, this is the time of Quay's response.",
					PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
				},
				"approved": schema.BoolAttribute{
					Computed:            true,
					MarkdownDescription: "Whether the key is approved.",
					PlanModifiers:       []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()},
				},
			},
		},
		Plan:   plan,
		Create: create,
		Read:   read,
		Update: update,
		Delete: deleteKey,
	}
}

// plan refuses an expiration in the past, unless the key has it already. It treats two forms
// of the same time as equal. It replaces a key if the plan removes metadata.
func plan(_ context.Context, change *envelope.Change[model]) {
	planned, prior := &change.Plan, change.Prior
	if date := timeOrNil(planned.Expiration); date != nil {
		switch {
		case prior != nil && sameMoment(prior.Expiration, planned.Expiration):
			planned.Expiration = prior.Expiration
		case date.Before(time.Now()):
			change.Diagnostics.AddAttributeError(path.Root("expiration"), "Expiration in the past",
				planned.Expiration.ValueString()+" has passed. Give a date to come, or leave expiration out for a key that does not expire.")
		}
	}
	if prior == nil || planned.Metadata.IsUnknown() {
		return
	}
	if removed := removedEntries(prior.Metadata, planned.Metadata); len(removed) > 0 {
		change.Replace("metadata")
		change.Diagnostics.AddAttributeWarning(path.Root("metadata"), "The service key will be replaced",
			fmt.Sprintf("Quay adds and changes entries of a key's metadata but never removes any. To be rid of %s, the key %s is replaced by a new one.",
				strings.Join(removed, ", "), prior.KID.ValueString()))
	}
}

func create(ctx context.Context, c *client.Client, m *model, save func()) error {
	created, err := createKey(ctx, c, client.NewServiceKey{
		Service:    m.Service.ValueString(),
		Name:       m.Name.ValueString(),
		Notes:      m.Notes.ValueString(),
		Metadata:   stringMap(m.Metadata),
		Expiration: timeOrNil(m.Expiration),
	})
	if err != nil {
		return err
	}
	m.KID = types.StringValue(created.KID)
	m.PublicKey = types.StringValue(created.PublicKey)
	m.PrivateKey = types.StringValue(created.PrivateKey)
	if created.Date.IsZero() {
		save()
		return read(ctx, c, m)
	}
	m.CreatedDate = timetypes.NewRFC3339TimeValue(created.Date.UTC())
	m.Approved = types.BoolValue(true) // Quay approves every key that it creates
	return nil
}

// createKey creates a key. If the response with the private key is lost, it deletes the new
// key and creates another key, once. A unique entry in the metadata identifies the key of this
// call.
func createKey(ctx context.Context, c *client.Client, key client.NewServiceKey) (*client.CreatedServiceKey, error) {
	for attempt := 1; ; attempt++ {
		request := rand.Text()
		key.Metadata[requestEntry] = request
		created, err := c.CreateServiceKey(ctx, key)
		checkCtx, cancel, unknown := envelope.OutcomeUnknown(ctx, err)
		if !unknown {
			cancel()
			return created, err
		}
		made, cleanErr := deleteMade(checkCtx, c, request)
		cancel()
		if cleanErr != nil {
			return nil, envelope.WithDetail("", fmt.Sprintf("Quay's response to the creation of the key was lost. Quay may have a key whose private half nobody has. Look for a key with %s = %q in its "+
				"metadata, and delete that key in Quay. Then apply again.", requestEntry, request), errors.Join(err, cleanErr))
		}
		if !made || attempt == 2 || ctx.Err() != nil {
			return nil, err
		}
	}
}

// deleteMade deletes the key that a request created, if there is one.
func deleteMade(ctx context.Context, c *client.Client, request string) (made bool, err error) {
	keys, err := c.ListServiceKeys(ctx)
	if err != nil {
		return false, err
	}
	for _, key := range keys {
		if key.Metadata[requestEntry] == request {
			return true, c.DeleteServiceKey(ctx, key.KID)
		}
	}
	return false, nil
}

func read(ctx context.Context, c *client.Client, m *model) error {
	key, err := c.GetServiceKey(ctx, m.KID.ValueString())
	if err != nil {
		return err
	}
	return m.fromAPI(key)
}

func update(ctx context.Context, c *client.Client, prior model, m *model, _ func(model)) error {
	if removed := removedEntries(prior.Metadata, m.Metadata); len(removed) > 0 {
		// The entries were unknown during the plan.
		return envelope.WithDetail("metadata", fmt.Sprintf("Quay cannot remove %s from the metadata of a key, and the plan could not foresee that they would go. "+
			"Plan again: the key will be replaced.", strings.Join(removed, ", ")), nil)
	}
	var change client.ServiceKeyChange
	if !m.Name.Equal(prior.Name) {
		change.Name = new(m.Name.ValueString())
	}
	if !m.Expiration.Equal(prior.Expiration) {
		change.Expiration = new(timeOrNil(m.Expiration))
	}
	if !m.Metadata.Equal(prior.Metadata) {
		change.Metadata = stringMap(m.Metadata)
	}
	key, err := c.ChangeServiceKey(ctx, m.KID.ValueString(), change)
	if err != nil {
		return err
	}
	return m.fromAPI(key)
}

func deleteKey(ctx context.Context, c *client.Client, m model) error {
	return c.DeleteServiceKey(ctx, m.KID.ValueString())
}

// answerSlack is the maximum time between Quay's creation of a key and its response.
const answerSlack = 30 * time.Second

// fromAPI copies a key into the model. It keeps the private key, which Quay does not store.
func (m *model) fromAPI(key *client.ServiceKey) error {
	imported := m.Service.IsNull()
	m.KID = types.StringValue(key.KID)
	m.Service = types.StringValue(key.Service)
	m.Name = envelope.TextOrNull(key.Name)
	m.Notes = types.StringNull()
	m.Approved = types.BoolValue(key.Approval != nil)
	if key.Approval != nil {
		m.Notes = envelope.TextOrNull(key.Approval.Notes)
	}
	if date := timeOrNil(m.CreatedDate); date == nil || date.Sub(key.CreatedDate.Time).Abs() > answerSlack {
		m.CreatedDate = timetypes.NewRFC3339TimeValue(key.CreatedDate.Time)
	}
	if date := expirationValue(key); !sameMoment(m.Expiration, date) {
		m.Expiration = date.StringValue
	}
	m.takeMetadata(key.Metadata, imported)
	if !m.PublicKey.IsNull() {
		return nil
	}
	var err error
	m.PublicKey, err = publicKey(key)
	return err
}

// publicKey returns the public half of a key, in PEM.
func publicKey(key *client.ServiceKey) (types.String, error) {
	text, err := key.JWK.PublicKeyPEM()
	if err != nil {
		return types.StringNull(), fmt.Errorf("the public half of the key %s cannot be read: %w", key.KID, err)
	}
	return types.StringValue(text), nil
}

// expirationValue returns the expiration of a key, or null.
func expirationValue(key *client.ServiceKey) timetypes.RFC3339 {
	if key.ExpirationDate == nil {
		return timetypes.NewRFC3339Null()
	}
	return timetypes.NewRFC3339TimeValue(key.ExpirationDate.Time)
}

// entryValue returns an entry of a key's metadata: a text unchanged, and any other value as
// JSON.
func entryValue(value any) types.String {
	text, isText := value.(string)
	if !isText {
		encoded, _ := json.Marshal(value) // the value was decoded from JSON
		text = string(encoded)
	}
	return types.StringValue(text)
}

// takeMetadata copies the entries that Terraform manages into the model. After an import, it
// copies all entries that Quay did not write itself.
func (m *model) takeMetadata(metadata map[string]any, imported bool) {
	managed := m.Metadata.Elements()
	values := map[string]attr.Value{}
	for name, value := range metadata {
		if _, known := managed[name]; !known && (!imported || slices.Contains(serverEntries, name)) {
			continue
		}
		values[name] = entryValue(value)
	}
	if len(values) == 0 && m.Metadata.IsNull() {
		return
	}
	m.Metadata = types.MapValueMust(types.StringType, values)
}

// removedEntries returns the sorted names of the entries that are only in prior.
func removedEntries(prior, planned types.Map) []string {
	kept := planned.Elements()
	return slices.Sorted(func(yield func(string) bool) {
		for name := range maps.Keys(prior.Elements()) {
			if _, ok := kept[name]; !ok && !yield(name) {
				return
			}
		}
	})
}

// stringMap returns a known map of texts.
func stringMap(m types.Map) map[string]string {
	result := map[string]string{}
	for name, value := range m.Elements() {
		result[name] = value.(types.String).ValueString()
	}
	return result
}

// dateText is a date of either type for dates.
type dateText interface {
	IsNull() bool
	IsUnknown() bool
	ValueString() string
}

// timeOrNil returns a known date, or nil.
func timeOrNil(value dateText) *time.Time {
	if value.IsNull() || value.IsUnknown() {
		return nil
	}
	date, err := time.Parse(time.RFC3339, value.ValueString())
	if err != nil {
		return nil // the validator has reported the error
	}
	return &date
}

// sameMoment tells whether two known dates are the same time, in whatever form.
func sameMoment(a, b dateText) bool {
	first, second := timeOrNil(a), timeOrNil(b)
	return first != nil && second != nil && first.Equal(*second)
}
