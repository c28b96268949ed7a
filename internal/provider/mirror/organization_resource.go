package mirror

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64default"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/account"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// organizationModel is a quay_organization_mirror.
type organizationModel struct {
	Organization      types.String `tfsdk:"organization"`
	RegistryType      types.String `tfsdk:"external_registry_type"`
	RegistryURL       types.String `tfsdk:"external_registry_url"`
	Namespace         types.String `tfsdk:"external_namespace"`
	RepositoryFilters types.Set    `tfsdk:"repository_filters"`
	Visibility        types.String `tfsdk:"visibility"`
	settings
}

// newOrganizationResource returns the resource quay_organization_mirror.
func newOrganizationResource() resource.Resource {
	return envelope.NewResource(organizationDeclaration())
}

func organizationDeclaration() envelope.ResourceDeclaration[organizationModel] {
	return envelope.ResourceDeclaration[organizationModel]{
		Name:       "organization_mirror",
		Noun:       "organization mirror",
		Identity:   []string{"organization"},
		ImportID:   "organization",
		Namespace:  "organization",
		RobotNames: []string{"robot"},
		Schema: schema.Schema{
			MarkdownDescription: "Manages the mirror of an organization. Quay creates and mirrors the repositories of a namespace in another registry.\n\n" +
				"The organization must not have repositories, immutability policies or a proxy cache. While it is a mirror, Quay refuses to create them. " +
				"When you destroy the resource, Quay keeps the repositories.\n\n" +
				"If somebody deletes the robot account that the mirror uses, Quay deletes the mirror.",
			Attributes: withSettings(60, map[string]schema.Attribute{
				"organization": schema.StringAttribute{
					Required: true,
					MarkdownDescription: "Name of the organization that Quay mirrors to. " +
						"Changing this forces a new resource to be created, unless the same apply renames the organization.",
					Validators: account.Reference(),
				},
				"external_registry_type": schema.StringAttribute{
					Required: true,
					MarkdownDescription: "Type of the registry that Quay mirrors from. Must be one of `harbor`, `quay`. " +
						"Changing this forces a new resource to be created.",
					PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
					Validators:    []validator.String{envelope.OneOf("harbor", "quay")},
				},
				"external_registry_url": schema.StringAttribute{
					Required: true,
					MarkdownDescription: "Web address of the registry that Quay mirrors from, such as `https://quay.io`. " +
						"Quay refuses a registry whose name it cannot resolve.",
					Validators: []validator.String{envelope.Text(checkRegistryURL)},
				},
				"external_namespace": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "Organization or project that Quay mirrors from.",
					Validators:          []validator.String{envelope.Matches(`^\S{1,255}$`, "must be 1 to 255 characters without white space")},
				},
				"repository_filters": schema.SetAttribute{
					ElementType: types.StringType,
					Optional:    true,
					MarkdownDescription: "Names of the repositories that Quay mirrors. Each is a pattern in which `*` stands for any text, such as `app-*`. " +
						"Without this attribute, Quay mirrors all.",
					Validators: []validator.Set{
						setvalidator.SizeAtLeast(1),
						setvalidator.NoNullValues(),
						setvalidator.ValueStringsAre(envelope.Matches(`^\S+$`, "must not be empty, and must not hold white space")),
					},
				},
				"visibility": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "Visibility of the repositories that Quay creates. Must be one of `public`, `private`.",
					Validators:          []validator.String{envelope.OneOf("public", "private")},
				},
				"skopeo_timeout": schema.Int64Attribute{
					Optional: true, Computed: true, Default: int64default.StaticInt64(300),
					MarkdownDescription: "Time after which Quay gives up copying a tag, in seconds, from 30 to 3600. Defaults to `300`.",
					Validators:          []validator.Int64{envelope.Between(30, 3600)},
				},
			}),
		},
		Plan: func(_ context.Context, change *envelope.Change[organizationModel]) {
			change.Plan.planRobot(change.Plan.Organization, &change.Diagnostics)
		},
		Create: createOrganizationMirror,
		Read:   readOrganizationMirror,
		Update: updateOrganizationMirror,
		Delete: func(ctx context.Context, c *client.Client, m organizationModel) error {
			return c.DeleteOrganizationMirror(ctx, m.Organization.ValueString())
		},
	}
}

func checkRegistryURL(text string) error {
	address, err := url.Parse(text)
	if err != nil || address.Scheme != "http" && address.Scheme != "https" || address.Hostname() == "" || address.User != nil ||
		address.RawQuery != "" || address.Fragment != "" {
		return errors.New("must be a web address such as https://quay.io, without a user, a query or a fragment")
	}
	return nil
}

// change returns the change from the prior mirror to the planned one. Without a prior, it
// returns all values of the configuration.
func (m *organizationModel) change(prior *organizationModel) (change client.OrganizationMirrorChange, err error) {
	var before organizationModel
	if prior != nil {
		before = *prior
	}
	change = client.OrganizationMirrorChange{
		IsEnabled:     changed(m.IsEnabled, before.IsEnabled, m.IsEnabled.ValueBoolPointer),
		RegistryType:  changed(m.RegistryType, before.RegistryType, m.RegistryType.ValueStringPointer),
		RegistryURL:   changed(m.RegistryURL, before.RegistryURL, m.RegistryURL.ValueStringPointer),
		Namespace:     changed(m.Namespace, before.Namespace, m.Namespace.ValueStringPointer),
		Robot:         changed(m.Robot, before.Robot, m.Robot.ValueStringPointer),
		Visibility:    changed(m.Visibility, before.Visibility, m.Visibility.ValueStringPointer),
		SyncInterval:  changed(m.SyncInterval, before.SyncInterval, m.SyncInterval.ValueInt64Pointer),
		SyncStartDate: changed(m.SyncStartDate, before.SyncStartDate, m.startDate),
		SkopeoTimeout: changed(m.SkopeoTimeout, before.SkopeoTimeout, m.SkopeoTimeout.ValueInt64Pointer),
	}
	if prior == nil || !m.sameRegistry(&before.settings) {
		change.Registry = m.registry()
	}
	if change.Credentials, err = m.credentials(&before.settings); err != nil {
		return change, err
	}
	if prior == nil || !m.RepositoryFilters.Equal(before.RepositoryFilters) {
		change.RepositoryFilters = envelope.SetTexts(m.RepositoryFilters)
	}
	return change, err
}

func createOrganizationMirror(ctx context.Context, c *client.Client, m *organizationModel, _ func()) error {
	organization := m.Organization.ValueString()
	m.prepare()
	mirror, err := m.change(nil)
	if err != nil {
		return err
	}
	err = c.CreateOrganizationMirror(ctx, organization, mirror)
	checkCtx, cancel, unknown := envelope.OutcomeUnknown(ctx, err)
	defer cancel()
	if unknown {
		if existing, readErr := c.GetOrganizationMirror(checkCtx, organization); readErr == nil && m.isCreated(existing) {
			return nil
		}
	}
	return envelope.NotFoundError("organization", "organization", organization, err)
}

// isCreated tells whether a mirror is the result of the creation whose response was lost.
func (m *organizationModel) isCreated(mirror *client.OrganizationMirror) bool {
	shown := *m
	shown.fromAPI(mirror)
	return m.same(&shown.settings) && m.RegistryType.Equal(shown.RegistryType) && m.RegistryURL.Equal(shown.RegistryURL) &&
		m.Namespace.Equal(shown.Namespace) && m.RepositoryFilters.Equal(shown.RepositoryFilters) && m.Visibility.Equal(shown.Visibility) &&
		m.SkopeoTimeout.Equal(shown.SkopeoTimeout) && mirror.HasPassword != m.PasswordWOVersion.IsNull()
}

func readOrganizationMirror(ctx context.Context, c *client.Client, m *organizationModel) error {
	mirror, err := c.GetOrganizationMirror(ctx, m.Organization.ValueString())
	if err == nil {
		m.fromAPI(mirror)
	}
	return err
}

// fromAPI copies a mirror into the model.
func (m *organizationModel) fromAPI(mirror *client.OrganizationMirror) {
	m.RegistryType = types.StringValue(mirror.RegistryType)
	m.RegistryURL = types.StringValue(mirror.RegistryURL)
	m.Namespace = types.StringValue(mirror.Namespace)
	m.RepositoryFilters = types.SetNull(types.StringType)
	if len(mirror.RepositoryFilters) > 0 {
		m.RepositoryFilters = envelope.TextSet(mirror.RepositoryFilters)
	}
	m.Visibility = types.StringValue(mirror.Visibility)
	m.Robot = types.StringValue(mirror.Robot)
	m.IsEnabled = types.BoolValue(mirror.IsEnabled)
	m.SyncInterval = types.Int64Value(mirror.SyncInterval)
	m.fromStartDate(mirror.SyncStartDate, mirror.SyncInterval)
	m.fromRegistry(mirror.Registry)
	m.fromUsername(mirror.Username)
	m.SkopeoTimeout = types.Int64Value(mirror.SkopeoTimeout)
	if !mirror.HasPassword { // the next apply sets a password that somebody has removed
		m.PasswordWOVersion = types.Int64Null()
	}
}

func updateOrganizationMirror(ctx context.Context, c *client.Client, prior organizationModel, m *organizationModel, _ func(organizationModel)) error {
	organization := m.Organization.ValueString()
	m.prepare()
	change, err := m.change(&prior)
	if err != nil {
		return err
	}
	err = c.ChangeOrganizationMirror(ctx, organization, change)
	if errors.Is(err, client.NotFound) {
		return envelope.WithDetail("organization", fmt.Sprintf("There is no organization %q in the registry any more, or it is no mirror. Plan again.", organization), err)
	}
	return err
}
