package application

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/account"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// settings are the settings of an application that an update can change in Quay.
type settings struct {
	Name           types.String `tfsdk:"name"`
	Description    types.String `tfsdk:"description"`
	ApplicationURI types.String `tfsdk:"application_uri"`
	RedirectURI    types.String `tfsdk:"redirect_uri"`
	AvatarEmail    types.String `tfsdk:"avatar_email"`
}

// model is a quay_oauth_application.
type model struct {
	Organization types.String `tfsdk:"organization"`
	ClientID     types.String `tfsdk:"client_id"`
	settings
	Rotation     types.String `tfsdk:"rotation"`
	ClientSecret types.String `tfsdk:"client_secret"`
}

// newResource returns the resource quay_oauth_application.
func newResource() resource.Resource { return envelope.NewResource(declaration()) }

func declaration() envelope.ResourceDeclaration[model] {
	return envelope.ResourceDeclaration[model]{
		Name:      "oauth_application",
		Noun:      "OAuth application",
		Identity:  []string{"organization", "client_id"},
		ImportID:  "organization:client_id",
		Namespace: "organization",
		Schema: schema.Schema{
			MarkdownDescription: "Manages an OAuth application of an organization. Access tokens for Quay's API belong to an application. " +
				"The state holds the client secret, so protect the state.\n\n" +
				"Destroying the application deletes its access tokens, too. Do not destroy the application of the provider's own token.",
			Attributes: map[string]schema.Attribute{
				"organization": organizationAttribute(),
				"client_id": schema.StringAttribute{
					Computed:            true,
					MarkdownDescription: "Client ID of the application, which Quay chooses.",
					PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
					Validators:          account.ClientID(), // for an import
				},
				"name": schema.StringAttribute{
					Required: true,
					MarkdownDescription: "Name of the application, at most 255 characters. Applications can have the same name. " +
						"The provider creates no application whose settings all equal those of another application of the organization.",
					Validators: textRules(),
				},
				"description": optionalText("Description of the application.", nil),
				"application_uri": optionalText(
					"Address of the application's home page, at most 255 characters.", textRules()),
				"redirect_uri": optionalText(
					"Beginning of the addresses to which Quay sends users after they authorized the application, at most 255 characters.", textRules()),
				"avatar_email": schema.StringAttribute{
					Optional:            true,
					MarkdownDescription: "E-mail address whose avatar the web interface shows for the application, at most 255 characters.",
					Validators:          textRules(),
				},
				"rotation": schema.StringAttribute{
					Optional: true,
					MarkdownDescription: "Any text, such as a date. Changing this gives the application a new client secret in place, and the old client secret is " +
						"invalid at once. Access tokens stay valid. Setting this for an application that had none, such as an imported application, " +
						"keeps the client secret.",
				},
				"client_secret": schema.StringAttribute{
					Computed:            true,
					Sensitive:           true,
					MarkdownDescription: "Client secret of the application.",
					PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
				},
			},
		},
		Plan: func(_ context.Context, change *envelope.Change[model]) {
			if change.Prior != nil && change.Plan.resets(*change.Prior) {
				change.Plan.ClientSecret = types.StringUnknown()
			}
		},
		Create: create,
		Read: func(ctx context.Context, c *client.Client, m *model) error {
			found, err := c.GetApplication(ctx, m.Organization.ValueString(), m.ClientID.ValueString())
			if err == nil {
				m.fromAPI(found)
			}
			return err
		},
		Update: update,
		Delete: func(ctx context.Context, c *client.Client, m model) error {
			return c.DeleteApplication(ctx, m.Organization.ValueString(), m.ClientID.ValueString())
		},
	}
}

func organizationAttribute() schema.StringAttribute {
	return schema.StringAttribute{
		Required:            true,
		MarkdownDescription: "Name of the organization. Changing this forces a new resource to be created, unless the same apply renames the organization.",
		Validators:          account.Reference(),
	}
}

// optionalText returns an optional text attribute that defaults to an empty text.
func optionalText(description string, rules []validator.String) schema.StringAttribute {
	return schema.StringAttribute{
		Optional:            true,
		Computed:            true,
		Default:             stringdefault.StaticString(""),
		MarkdownDescription: description + " Defaults to an empty text.",
		Validators:          rules,
	}
}

// textRules returns the rules for a text of an application. Quay fails (500) if the text is
// longer.
func textRules() []validator.String {
	return []validator.String{envelope.Text(func(text string) error {
		if utf8.RuneCountInString(text) > 255 {
			return errors.New("must have at most 255 characters")
		}
		return nil
	})}
}

// creation is the key of a creation.
type creation struct {
	organization string
	settings     client.ApplicationSettings // without the e-mail address
	email        types.String
}

func create(ctx context.Context, c *client.Client, m *model, _ func()) error {
	organization, wanted := m.Organization.ValueString(), m.toAPI()
	key := creation{organization, wanted, m.AvatarEmail}
	key.settings.AvatarEmail = nil
	created, existing, err := envelope.UniqueCreation[client.Application]{
		Noun: "OAuth application",
		Key:  key,
		Find: func(ctx context.Context) ([]client.Application, error) {
			applications, err := c.ListApplications(ctx, organization)
			return slices.DeleteFunc(applications, func(a client.Application) bool { return !a.SameAs(wanted) }), err
		},
		Call: func(ctx context.Context) (*client.Application, error) {
			return c.CreateApplication(ctx, organization, wanted)
		},
	}.Create(ctx)
	switch {
	case existing != nil:
		return envelope.WithDetail("name", fmt.Sprintf("The organization %q has an OAuth application with the same settings.", organization),
			envelope.ExistsError(fmt.Errorf("the OAuth application %w", client.Exists), organization, existing.ClientID))
	case err != nil:
		return envelope.NotFoundError("organization", "organization", organization, err)
	}
	m.fromAPI(created)
	return nil
}

// resets tells whether an update resets the client secret.
func (m *model) resets(prior model) bool {
	return !prior.Rotation.IsNull() && !m.Rotation.IsNull() && !m.Rotation.Equal(prior.Rotation)
}

func update(ctx context.Context, c *client.Client, prior model, m *model, save func(model)) error {
	organization, clientID := m.Organization.ValueString(), m.ClientID.ValueString()
	m.ClientSecret = prior.ClientSecret
	if wanted := m.toAPI(); !wanted.SameAs(prior.toAPI()) {
		changed, err := c.ChangeApplication(ctx, organization, clientID, wanted)
		if err != nil {
			return notFound(organization, clientID, err)
		}
		m.settings = settingsFromAPI(changed.ApplicationSettings)
		current := *m
		current.Rotation = prior.Rotation
		save(current)
	}
	if !m.resets(prior) {
		return nil
	}
	reset, err := c.ResetApplicationSecret(ctx, organization, clientID)
	checkCtx, cancel, unknown := envelope.OutcomeUnknown(ctx, err)
	defer cancel()
	if unknown {
		found, readErr := c.GetApplication(checkCtx, organization, clientID)
		if readErr == nil && found.ClientSecret != m.ClientSecret.ValueString() {
			reset, err = found, nil
		}
	}
	if err != nil {
		return notFound(organization, clientID, err)
	}
	m.fromAPI(reset)
	return nil
}

// notFound returns an error that, if it is [client.NotFound], names the application.
func notFound(organization, clientID string, err error) error {
	return envelope.NotFoundError("client_id", "OAuth application", organization+":"+clientID, err)
}

// toAPI returns the settings of the application.
func (s settings) toAPI() client.ApplicationSettings {
	return client.ApplicationSettings{
		Name: s.Name.ValueString(), Description: s.Description.ValueString(),
		ApplicationURI: s.ApplicationURI.ValueString(), RedirectURI: s.RedirectURI.ValueString(),
		AvatarEmail: s.AvatarEmail.ValueStringPointer(),
	}
}

// settingsFromAPI returns settings as Quay has them.
func settingsFromAPI(found client.ApplicationSettings) settings {
	return settings{
		Name: types.StringValue(found.Name), Description: types.StringValue(found.Description),
		ApplicationURI: types.StringValue(found.ApplicationURI), RedirectURI: types.StringValue(found.RedirectURI),
		AvatarEmail: types.StringPointerValue(found.AvatarEmail),
	}
}

// fromAPI copies an application into the model.
func (m *model) fromAPI(found *client.Application) {
	m.ClientID, m.ClientSecret = types.StringValue(found.ClientID), types.StringValue(found.ClientSecret)
	m.settings = settingsFromAPI(found.ApplicationSettings)
}
