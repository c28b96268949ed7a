package mirror

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/account"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// The states of a repository. Quay mirrors only to a repository in the state MIRROR.
const (
	stateMirror = "MIRROR"
	stateNormal = "NORMAL"
)

// repositoryModel is a quay_repository_mirror.
type repositoryModel struct {
	Repository         types.String `tfsdk:"repository"`
	ExternalReference  types.String `tfsdk:"external_reference"`
	Tags               types.Set    `tfsdk:"tags"`
	ArchitectureFilter types.Set    `tfsdk:"architecture_filter"`
	settings
}

// newRepositoryResource returns the resource quay_repository_mirror.
func newRepositoryResource() resource.Resource { return envelope.NewResource(repositoryDeclaration()) }

func repositoryDeclaration() envelope.ResourceDeclaration[repositoryModel] {
	return envelope.ResourceDeclaration[repositoryModel]{
		Name:       "repository_mirror",
		Noun:       "repository mirror",
		Identity:   []string{"repository"},
		ImportID:   "namespace/name",
		Namespace:  "repository",
		RobotNames: []string{"robot"},
		Schema: schema.Schema{
			MarkdownDescription: "Manages the mirror of a repository. Quay copies the tags of a repository in another registry.\n\n" +
				"Quay sets the state of the repository to `MIRROR` and gives the robot account the role `write`. " +
				"Do not set `state` of the `quay_repository`.\n\n" +
				"Quay cannot delete a mirror. When you destroy the resource, Terraform disables the mirror and removes its user and password. It also sets the state of the repository back to `NORMAL`. The robot account keeps its role. Creating the resource again changes that mirror.\n\n" +
				"Quay does not delete a robot account that a mirror uses, even a disabled mirror. Only the deletion of the repository ends that. " +
				"Add the robot account to `depends_on` of the repository, so that Terraform destroys the repository first.",
			Attributes: withSettings(1, map[string]schema.Attribute{
				"repository": schema.StringAttribute{
					Required: true,
					MarkdownDescription: "Repository that Quay mirrors to, as `namespace/name`. " +
						"Changing this forces a new resource to be created, unless the same apply renames the organization.",
					Validators: []validator.String{envelope.Text(account.CheckRepository)},
				},
				"external_reference": schema.StringAttribute{
					Required: true,
					MarkdownDescription: "Repository that Quay mirrors from, with its registry, such as `quay.io/acme/app`. " +
						"Some versions of Quay refuse a registry whose name they cannot resolve.",
					Validators: []validator.String{envelope.Matches(`^[^\s/@?#]+/[^\s/@?#]+(/[^\s/@?#]+)*$`,
						"must be a repository with its registry, such as quay.io/acme/app, without a scheme, a user or a query")},
				},
				"tags": schema.SetAttribute{
					ElementType:         types.StringType,
					Required:            true,
					MarkdownDescription: "Tags that Quay mirrors. Each is a pattern in which `*` stands for any text, such as `v*`.",
					Validators: []validator.Set{
						setvalidator.SizeAtLeast(1),
						setvalidator.NoNullValues(),
						setvalidator.ValueStringsAre(envelope.Matches(`^[^\s,]+$`, "must not be empty, and must not hold white space or commas")),
					},
				},
				"architecture_filter": schema.SetAttribute{
					ElementType: types.StringType,
					Optional:    true,
					MarkdownDescription: "Architectures that Quay mirrors, such as `amd64`. Without this attribute, Quay mirrors all. " +
						"Needs Quay 3.17 or later, and `FEATURE_SPARSE_INDEX: true` in the registry's `config.yaml`.",
					Validators: []validator.Set{
						setvalidator.SizeAtLeast(1),
						setvalidator.NoNullValues(),
						setvalidator.ValueStringsAre(envelope.Matches(`^[a-z0-9_]+$`, "must be an architecture such as amd64")),
					},
				},
				"skopeo_timeout": schema.Int64Attribute{
					Optional: true,
					Computed: true,
					MarkdownDescription: "Time after which Quay gives up copying a tag, in seconds, at least 300. Needs Quay 3.16 or later. " +
						"Terraform creates a mirror with `300`. Null on an older Quay.",
					PlanModifiers: []planmodifier.Int64{int64planmodifier.UseStateForUnknown()},
					Validators:    []validator.Int64{envelope.Between(300, maxSeconds)},
				},
			}),
		},
		Plan: func(_ context.Context, change *envelope.Change[repositoryModel]) {
			change.Plan.planRobot(change.Plan.Repository, &change.Diagnostics)
		},
		Create: createRepositoryMirror,
		Read:   readRepositoryMirror,
		Update: updateRepositoryMirror,
		Delete: deleteRepositoryMirror,
	}
}

// ref returns the repository that Quay mirrors to.
func (m *repositoryModel) ref() (client.Repository, error) {
	repository, err := client.ParseRepository(m.Repository.ValueString())
	if err != nil {
		return repository, envelope.WithDetail("repository", "repository "+err.Error()+".", nil)
	}
	return repository, nil
}

// change returns the change from the prior mirror to the planned one. Without a prior, it
// returns all values of the configuration.
func (m *repositoryModel) change(prior *repositoryModel) (change client.RepositoryMirrorChange, err error) {
	var before repositoryModel
	if prior != nil {
		before = *prior
	}
	change = client.RepositoryMirrorChange{
		IsEnabled:         changed(m.IsEnabled, before.IsEnabled, m.IsEnabled.ValueBoolPointer),
		ExternalReference: changed(m.ExternalReference, before.ExternalReference, m.ExternalReference.ValueStringPointer),
		SyncInterval:      changed(m.SyncInterval, before.SyncInterval, m.SyncInterval.ValueInt64Pointer),
		SyncStartDate:     changed(m.SyncStartDate, before.SyncStartDate, m.startDate),
		Robot:             changed(m.Robot, before.Robot, m.Robot.ValueStringPointer),
	}
	if !m.SkopeoTimeout.IsUnknown() {
		change.SkopeoTimeout = changed(m.SkopeoTimeout, before.SkopeoTimeout, m.SkopeoTimeout.ValueInt64Pointer)
	}
	if prior == nil || !m.sameRegistry(&before.settings) {
		change.Registry = m.registry()
	}
	if change.Credentials, err = m.credentials(&before.settings); err != nil {
		return change, err
	}
	if !m.Tags.Equal(before.Tags) {
		change.Tags = envelope.SetTexts(m.Tags)
	}
	if prior == nil || !m.ArchitectureFilter.Equal(before.ArchitectureFilter) {
		change.ArchitectureFilter = envelope.SetTexts(m.ArchitectureFilter)
		change.AllArchitectures = prior != nil && m.ArchitectureFilter.IsNull()
	}
	return change, err
}

// createRepositoryMirror creates a mirror, or reuses a mirror that a destroy has disabled.
func createRepositoryMirror(ctx context.Context, c *client.Client, m *repositoryModel, save func()) error {
	repository, err := m.ref()
	if err != nil {
		return err
	}
	m.prepare()
	mirror, err := m.change(nil)
	if err != nil {
		return err
	}
	timeout, err := c.CreateRepositoryMirror(ctx, repository, mirror)
	checkCtx, cancel, unknown := envelope.OutcomeUnknown(ctx, err)
	defer cancel()
	if unknown {
		if existing, readErr := c.GetRepositoryMirror(checkCtx, repository); readErr == nil && m.isCreated(existing) {
			timeout, err = existing.SkopeoTimeout, nil
		}
	}
	switch {
	case err == nil:
		m.SkopeoTimeout = types.Int64PointerValue(timeout)
		return nil
	case errors.Is(err, client.Exists):
		return reuseRepositoryMirror(ctx, c, repository, m, save, err)
	}
	return envelope.NotFoundError("repository", "repository", repository.String(), err)
}

// isCreated tells whether a mirror is the result of the creation whose response was lost.
func (m *repositoryModel) isCreated(mirror *client.RepositoryMirror) bool {
	shown := *m
	shown.fromAPI(mirror)
	return m.same(&shown.settings) && m.ExternalReference.Equal(shown.ExternalReference) && m.Tags.Equal(shown.Tags)
}

// reuseRepositoryMirror changes a mirror that a destroy has disabled to the planned one. For
// any other mirror, it returns the cause.
func reuseRepositoryMirror(ctx context.Context, c *client.Client, repository client.Repository, m *repositoryModel, save func(), cause error) error {
	existing, mirrors, err := getRepositoryMirror(ctx, c, repository)
	if err != nil {
		return errors.Join(cause, err)
	}
	if existing.IsEnabled || mirrors {
		return cause
	}
	var prior repositoryModel
	prior.fromAPI(existing)
	change, err := m.change(nil)
	if err != nil {
		return err
	}
	if change.Credentials == nil {
		change.Credentials = &client.MirrorCredentials{}
	}
	change.AllArchitectures = m.ArchitectureFilter.IsNull() && !prior.ArchitectureFilter.IsNull()
	if m.SkopeoTimeout.IsUnknown() {
		m.SkopeoTimeout = prior.SkopeoTimeout
	}
	planned := m.IsEnabled
	m.IsEnabled = types.BoolValue(false)
	save()
	if err = putRepositoryMirror(ctx, c, repository, m, &prior, change, func(repositoryModel) {}); err == nil {
		err = c.SetRepositoryState(ctx, repository, stateMirror)
	}
	if err != nil {
		return envelope.WithDetail("", "Quay still had the disabled mirror of an earlier resource, which the provider could not change as a whole.", err)
	}
	m.IsEnabled = planned
	return nil
}

// putRepositoryMirror changes a mirror. Quay drops the HTTP proxy if the mirror had no proxy
// before, so then it makes the change of the proxy twice.
func putRepositoryMirror(ctx context.Context, c *client.Client, repository client.Repository, m, prior *repositoryModel, change client.RepositoryMirrorChange, save func(repositoryModel)) error {
	if err := c.ChangeRepositoryMirror(ctx, repository, change); err != nil {
		return err
	}
	if change.Registry == nil || change.Registry.Proxy.HTTP == nil || !prior.Proxy.IsNull() {
		return nil
	}
	current := *m
	current.Proxy = m.withoutHTTPProxy()
	save(current)
	return c.ChangeRepositoryMirror(ctx, repository, client.RepositoryMirrorChange{Registry: change.Registry})
}

func updateRepositoryMirror(ctx context.Context, c *client.Client, prior repositoryModel, m *repositoryModel, save func(repositoryModel)) error {
	repository, err := m.ref()
	if err != nil {
		return err
	}
	if m.SkopeoTimeout.IsUnknown() {
		m.SkopeoTimeout = prior.SkopeoTimeout
	}
	m.prepare()
	change, err := m.change(&prior)
	if err != nil {
		return err
	}
	enables := m.IsEnabled.ValueBool() && !prior.IsEnabled.ValueBool()
	if enables { // the state may not be MIRROR
		planned := m.IsEnabled
		m.IsEnabled = prior.IsEnabled
		defer func() { m.IsEnabled = planned }()
	}
	if err := putRepositoryMirror(ctx, c, repository, m, &prior, change, save); err != nil {
		return goneError(err, repository)
	}
	if !enables {
		return nil
	}
	save(*m)
	return goneError(c.SetRepositoryState(ctx, repository, stateMirror), repository)
}

// goneError says that the mirror to change no longer exists.
func goneError(err error, repository client.Repository) error {
	if errors.Is(err, client.NotFound) {
		return envelope.WithDetail("repository", fmt.Sprintf("There is no repository %q in the registry any more, or it is no mirror. Plan again.", repository), err)
	}
	return err
}

// getRepositoryMirror reads a mirror, and whether the state of the repository is MIRROR.
func getRepositoryMirror(ctx context.Context, c *client.Client, repository client.Repository) (mirror *client.RepositoryMirror, mirrors bool, err error) {
	mirror, err = c.GetRepositoryMirror(ctx, repository)
	if err != nil {
		return nil, false, err
	}
	details, err := c.GetRepository(ctx, repository)
	if err != nil {
		return nil, false, err
	}
	return mirror, details.State == stateMirror, nil
}

func readRepositoryMirror(ctx context.Context, c *client.Client, m *repositoryModel) error {
	repository, err := m.ref()
	if err != nil {
		return err
	}
	mirror, mirrors, err := getRepositoryMirror(ctx, c, repository)
	if err != nil {
		return err
	}
	if !mirrors && !mirror.IsEnabled {
		return fmt.Errorf("the mirror is disabled, as a destroy leaves it: it %w", client.NotFound)
	}
	m.fromAPI(mirror)
	m.IsEnabled = types.BoolValue(mirror.IsEnabled && mirrors)
	return nil
}

// fromAPI copies a mirror into the model.
func (m *repositoryModel) fromAPI(mirror *client.RepositoryMirror) {
	m.ExternalReference = types.StringValue(mirror.ExternalReference)
	m.Tags = envelope.TextSet(mirror.Rule.Tags)
	m.ArchitectureFilter = types.SetNull(types.StringType)
	if len(mirror.ArchitectureFilter) > 0 {
		m.ArchitectureFilter = envelope.TextSet(mirror.ArchitectureFilter)
	}
	m.Robot = types.StringValue(mirror.Robot)
	m.IsEnabled = types.BoolValue(mirror.IsEnabled)
	m.SyncInterval = types.Int64Value(mirror.SyncInterval)
	m.fromStartDate(mirror.SyncStartDate, mirror.SyncInterval)
	m.fromRegistry(mirror.Registry)
	m.fromUsername(mirror.Username)
	m.SkopeoTimeout = types.Int64PointerValue(mirror.SkopeoTimeout)
}

// deleteRepositoryMirror disables a mirror, which Quay cannot delete.
func deleteRepositoryMirror(ctx context.Context, c *client.Client, m repositoryModel) error {
	repository, err := m.ref()
	if err != nil {
		return err
	}
	left := client.RepositoryMirrorChange{IsEnabled: new(false), Credentials: &client.MirrorCredentials{}}
	if err := c.ChangeRepositoryMirror(ctx, repository, left); err != nil {
		return err
	}
	details, err := c.GetRepository(ctx, repository)
	if err != nil || details.State != stateMirror {
		return err
	}
	return c.SetRepositoryState(ctx, repository, stateNormal)
}
