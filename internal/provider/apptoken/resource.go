package apptoken

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// model is a quay_app_token.
type model struct {
	entry
	Token types.String `tfsdk:"token"`
}

// entry is a token without its secret.
type entry struct {
	UUID       types.String      `tfsdk:"uuid"`
	Title      types.String      `tfsdk:"title"`
	Created    timetypes.RFC3339 `tfsdk:"created_date"`
	Expiration timetypes.RFC3339 `tfsdk:"expiration"`
}

// newResource returns the resource quay_app_token.
func newResource() resource.Resource { return envelope.NewResource(declaration()) }

func declaration() envelope.ResourceDeclaration[model] {
	keep := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	return envelope.ResourceDeclaration[model]{
		Name:                    "app_token",
		Noun:                    "application-specific token",
		Identity:                []string{"uuid"},
		ImportID:                "uuid",
		OmitFromGeneratedConfig: []string{"token"},
		Schema: schema.Schema{
			MarkdownDescription: "Manages an application-specific token of the access token's own user: a password for container tools, with the name `$app`. " +
				"It is no access token for Quay's API.\n\n" +
				"The state holds the token. The ephemeral resource `quay_app_token` reads the token of a UUID without that.",
			Attributes: map[string]schema.Attribute{
				"uuid": envelope.UUIDAttribute("UUID of the token, which Quay chooses."),
				"title": schema.StringAttribute{
					Required: true,
					MarkdownDescription: "Title of the token, at most 255 characters. No two tokens of the user that Terraform manages can have the same title. " +
						"Changing this forces a new resource to be created.",
					PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
					Validators:    []validator.String{envelope.Text(checkTitle)},
				},
				"token": schema.StringAttribute{
					Computed:            true,
					Sensitive:           true,
					MarkdownDescription: "The token: the password that goes with the name `$app`.",
					PlanModifiers:       keep,
				},
				"created_date": schema.StringAttribute{
					CustomType:          timetypes.RFC3339Type{},
					Computed:            true,
					MarkdownDescription: "When Quay created the token (RFC 3339).",
					PlanModifiers:       keep,
				},
				"expiration": schema.StringAttribute{
					CustomType: timetypes.RFC3339Type{},
					Computed:   true,
					MarkdownDescription: "Date until which the token is valid (RFC 3339). `APP_SPECIFIC_TOKEN_EXPIRATION` in the registry's `config.yaml` decides it. " +
						"Null if the token does not expire.",
					PlanModifiers: keep,
				},
			},
		},
		Create: create,
		Read:   read,
		Delete: func(ctx context.Context, c *client.Client, m model) error {
			return c.RevokeAppToken(ctx, m.UUID.ValueString())
		},
	}
}

func checkTitle(title string) error {
	if title == "" || utf8.RuneCountInString(title) > 255 {
		return errors.New("must be 1 to 255 characters")
	}
	return nil
}

// titleKey is the key of the creations of tokens with a title.
type titleKey string

func create(ctx context.Context, c *client.Client, m *model, save func()) error {
	title := m.Title.ValueString()
	created, existing, err := envelope.UniqueCreation[client.AppToken]{
		Noun: "application-specific token",
		Key:  titleKey(title),
		Find: func(ctx context.Context) ([]client.AppToken, error) {
			tokens, err := c.ListAppTokens(ctx)
			return slices.DeleteFunc(tokens, func(t client.AppToken) bool { return t.Title != title }), err
		},
		Call: func(ctx context.Context) (*client.AppToken, error) { return c.CreateAppToken(ctx, title) },
	}.Create(ctx)
	switch {
	case existing != nil:
		return envelope.WithDetail("title", "The access token's own user has an application-specific token of this title.",
			envelope.ExistsError(fmt.Errorf("the application-specific token %w", client.Exists), existing.UUID))
	case err != nil:
		return err
	}
	m.fromAPI(created)
	save()
	if created.Secret == "" { // found in the list, because the response was lost
		return read(ctx, c, m)
	}
	return nil
}

func read(ctx context.Context, c *client.Client, m *model) error {
	get := c.FindAppToken
	if m.Token.ValueString() == "" { // after an import
		get = c.GetAppToken
	}
	token, err := get(ctx, m.UUID.ValueString())
	if err == nil {
		m.fromAPI(token)
	}
	return err
}

// fromAPI copies a token into the model. A token without a secret leaves the model's secret
// unchanged.
func (m *model) fromAPI(token *client.AppToken) {
	m.entry = entryOf(token)
	if token.Secret != "" {
		m.Token = types.StringValue(token.Secret)
	}
}

func entryOf(token *client.AppToken) entry {
	e := entry{
		UUID: types.StringValue(token.UUID), Title: types.StringValue(token.Title),
		Created: timetypes.NewRFC3339TimeValue(token.Created.Time), Expiration: timetypes.NewRFC3339Null(),
	}
	if token.Expiration != nil {
		e.Expiration = timetypes.NewRFC3339TimeValue(token.Expiration.Time)
	}
	return e
}
