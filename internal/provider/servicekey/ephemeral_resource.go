package servicekey

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// ephemeralModel is an ephemeral quay_service_key.
type ephemeralModel struct {
	Service    types.String      `tfsdk:"service"`
	Name       types.String      `tfsdk:"name"`
	Metadata   types.Map         `tfsdk:"metadata"`
	Notes      types.String      `tfsdk:"notes"`
	ValidFor   types.String      `tfsdk:"valid_for"`
	KID        types.String      `tfsdk:"kid"`
	PublicKey  types.String      `tfsdk:"public_key"`
	PrivateKey types.String      `tfsdk:"private_key"`
	Expiration timetypes.RFC3339 `tfsdk:"expiration"`
}

// defaultValidity is the default lifetime of a key.
const defaultValidity = time.Hour

// newEphemeralResource returns the ephemeral resource quay_service_key.
func newEphemeralResource() ephemeral.EphemeralResource {
	return envelope.NewEphemeralResource(envelope.EphemeralDeclaration[ephemeralModel, openedKey]{
		Name: "service_key",
		Noun: "service key",
		Schema: schema.Schema{
			MarkdownDescription: "Creates a key pair for one plan or apply. A service of the registry signs its requests with such a key. Quay generates and approves the key " +
				"pair at once. No plan and no state holds the key. The provider deletes the key when Terraform does not need it any more.\n\n" +
				"Terraform creates one key for each plan and another key for each apply. If Terraform is killed before the provider deletes the key, the key " +
				"expires at `expiration`.",
			Attributes: map[string]schema.Attribute{
				"service": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "Name of the service that signs with the key, at most 255 lower-case letters, digits and `_`.",
					Validators:          serviceRules(),
				},
				"name": schema.StringAttribute{
					Optional:            true,
					MarkdownDescription: "Display name of the key, at most 255 letters, digits, spaces and `-`, `_`, `:`, `/`.",
					Validators:          nameRules(),
				},
				"metadata": schema.MapAttribute{
					ElementType:         types.StringType,
					Optional:            true,
					MarkdownDescription: "Entries to keep with the key. Quay and the provider add entries of their own.",
					Validators:          metadataRules(),
				},
				"notes": schema.StringAttribute{
					Optional:            true,
					MarkdownDescription: "Notes about the approval of the key.",
					Validators:          notesRules(),
				},
				"valid_for": schema.StringAttribute{
					Optional: true,
					MarkdownDescription: "Lifetime of the key, such as `15m` or `2h30m`, by the clock of the machine that runs Terraform. The key must be valid until Terraform has " +
						"used it. Defaults to `1h`.",
					Validators: []validator.String{envelope.Duration()},
				},
				"kid": schema.StringAttribute{
					Computed:            true,
					MarkdownDescription: "Id of the key, which is the thumbprint of its public key.",
				},
				"public_key": schema.StringAttribute{
					Computed:            true,
					MarkdownDescription: "Public key, in PEM format.",
				},
				"private_key": schema.StringAttribute{
					Computed:            true,
					Sensitive:           true,
					MarkdownDescription: "Private key, in PEM format.",
				},
				"expiration": schema.StringAttribute{
					CustomType:          timetypes.RFC3339Type{},
					Computed:            true,
					MarkdownDescription: "Date until which the key is valid (RFC 3339).",
				},
			},
		},
		Open:  open,
		Close: closeKey,
	})
}

// openedKey is the value that Terraform keeps until it closes a key.
type openedKey struct {
	KID        string    `json:"kid"`
	Expiration time.Time `json:"expiration"`
}

func open(ctx context.Context, c *client.Client, m *ephemeralModel) (openedKey, error) {
	validity := defaultValidity
	if !m.ValidFor.IsNull() {
		validity, _ = time.ParseDuration(m.ValidFor.ValueString()) // the validator has accepted it
	}
	// Rounds up, because Quay's expiration is in whole seconds.
	expiration := time.Now().Add(validity).Add(time.Second).UTC().Truncate(time.Second)
	created, err := createKey(ctx, c, client.NewServiceKey{
		Service:    m.Service.ValueString(),
		Name:       m.Name.ValueString(),
		Notes:      m.Notes.ValueString(),
		Metadata:   stringMap(m.Metadata),
		Expiration: &expiration,
	})
	if err != nil {
		return openedKey{}, err
	}
	m.KID = types.StringValue(created.KID)
	m.PublicKey = types.StringValue(created.PublicKey)
	m.PrivateKey = types.StringValue(created.PrivateKey)
	m.Expiration = timetypes.NewRFC3339TimeValue(expiration)
	return openedKey{created.KID, expiration}, nil
}

// closeKey deletes a key.
func closeKey(ctx context.Context, c *client.Client, key openedKey) error {
	err := envelope.Revoke(ctx, func(ctx context.Context) error { return c.DeleteServiceKey(ctx, key.KID) })
	if err == nil {
		return nil
	}
	return envelope.WithDetail("", fmt.Sprintf("The service key %s may be left in the registry, where it is valid until %s. "+
		"To be rid of it sooner, delete it in Quay.", key.KID, key.Expiration.Format(time.RFC3339)), err)
}
