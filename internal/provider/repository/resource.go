package repository

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/account"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// The values of visibility and state.
const (
	public      = "public"
	private     = "private"
	stateNormal = "NORMAL"
)

// model is a quay_repository.
type model struct {
	Namespace    types.String `tfsdk:"namespace"`
	Name         types.String `tfsdk:"name"`
	Description  types.String `tfsdk:"description"`
	Visibility   types.String `tfsdk:"visibility"`
	State        types.String `tfsdk:"state"`
	Kind         types.String `tfsdk:"kind"`
	ForceDestroy types.Bool   `tfsdk:"force_destroy"`
}

// nameRule validates the name of a repository without its namespace.
func nameRule() []validator.String {
	return []validator.String{envelope.Text(client.CheckRepositoryName)}
}

// newResource returns the resource quay_repository.
func newResource() resource.Resource { return envelope.NewResource(declaration()) }

func declaration() envelope.ResourceDeclaration[model] {
	return envelope.ResourceDeclaration[model]{
		Name:        "repository",
		Noun:        "repository",
		Identity:    []string{"namespace", "name"},
		IDSeparator: "/",
		ImportID:    "namespace/name",
		Namespace:   "namespace",
		// In an organization that is a mirror, repositories have a state that no configuration
		// can set.
		OmitFromGeneratedConfig: []string{"state"},
		Upgrades:                map[int64]envelope.StateUpgrade[model]{0: enthoughtUpgrade()},
		Moves:                   []envelope.StateMove[model]{{Provider: "enthought/quay", Type: "quay_repository", Upgrade: enthoughtUpgrade()}},
		Schema: schema.Schema{
			Version: 1, // version 0 is the schema of enthought/quay
			MarkdownDescription: "Manages a repository of an organization or a user.\n\n" +
				"Quay gives the user of the provider's token the role `admin` on a repository that Terraform creates. " +
				"Terraform does not manage the tags of the repository.",
			Attributes: map[string]schema.Attribute{
				"namespace": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "Name of the organization or the user. Changing this forces a new resource to be created, unless the same apply renames the organization.",
					Validators:          account.Reference(),
				},
				"name": schema.StringAttribute{
					Required: true,
					MarkdownDescription: "Name of the repository without the namespace, 1 to 255 lower-case letters, digits, `.`, `_` and `-`. " +
						"The name may have further parts after `/`, such as `team/app`. Each part begins with a letter or a digit. The name must not end like a path of Quay's API, such as `app/tag`, `app/build` or `app/mirror`. Quay cannot read such a repository. " +
						"Changing this forces a new resource to be created.",
					Validators: nameRule(),
				},
				"description": schema.StringAttribute{
					Optional:            true,
					Computed:            true,
					Default:             stringdefault.StaticString(""),
					MarkdownDescription: "Description of the repository, in Markdown. Defaults to an empty text.",
				},
				"visibility": schema.StringAttribute{
					Optional: true,
					Computed: true,
					Default:  stringdefault.StaticString(private),
					MarkdownDescription: "Visibility. Must be one of `public` (everyone, without signing in), `private` (users, robot accounts and teams with a role). " +
						"Defaults to `private`.",
					Validators: []validator.String{envelope.OneOf(public, private)},
				},
				"state": schema.StringAttribute{
					Optional: true,
					Computed: true,
					MarkdownDescription: "State of the repository. Must be one of `NORMAL`, `READ_ONLY` (nobody can push), `MIRROR` (only mirroring pushes). " +
						"Without this attribute, Terraform leaves the state as it is. Quay creates a repository as `NORMAL`. " +
						"A change needs `FEATURE_REPO_MIRROR: true` in the registry's `config.yaml`. " +
						"The state is `ORG_MIRROR` in an organization that mirrors another registry as a whole.",
					PlanModifiers: []planmodifier.String{stringplanmodifier.UseNonNullStateForUnknown()},
					Validators:    []validator.String{envelope.OneOf(stateNormal, "READ_ONLY", "MIRROR")},
				},
				"kind": schema.StringAttribute{
					Computed:            true,
					MarkdownDescription: "Kind of the repository: `image`, or `application` for one that a Quay up to 3.16 created.",
					PlanModifiers:       []planmodifier.String{stringplanmodifier.UseNonNullStateForUnknown()},
				},
				"force_destroy": schema.BoolAttribute{
					Optional: true,
					Computed: true,
					Default:  booldefault.StaticBool(false),
					MarkdownDescription: "Whether Terraform deletes the repository even if it still has tags. Quay deletes the images with the repository. " +
						"Defaults to `false`. Apply this change before you destroy the resource.",
				},
			},
		},
		Create: create,
		Read:   read,
		Update: update,
		Delete: deleteUnlessUsed,
	}
}

func (m *model) ref() client.Repository {
	return client.Repository{Namespace: m.Namespace.ValueString(), Name: m.Name.ValueString()}
}

func (m *model) isPublic() bool { return m.Visibility.ValueString() == public }

// create creates a repository with one call, and sets a state other than NORMAL with a second
// call.
func create(ctx context.Context, c *client.Client, m *model, save func()) error {
	repository, state := m.ref(), m.State
	began := time.Now()
	kind, err := c.CreateRepository(ctx, repository, m.Description.ValueString(), m.isPublic())
	kind, recovered, err := resolveOutcome(ctx, c, repository, began, kind, err)
	if err != nil {
		return explainNamespace(ctx, c, repository, err)
	}
	m.Kind, m.State = types.StringValue(kind), types.StringValue(stateNormal)
	if state.IsUnknown() || state.ValueString() == stateNormal {
		return nil
	}
	save()
	if err = c.SetRepositoryState(ctx, repository, state.ValueString()); err == nil {
		m.State = state
		return nil
	}
	err = envelope.OnAttribute("state", err)
	if refused := errors.Is(err, client.NotAvailable) || errors.Is(err, client.Invalid); refused && !recovered {
		// A later apply could not set the state either. The repository is empty, and this call
		// has certainly created it.
		if c.DeleteRepository(ctx, repository) == nil {
			return envelope.Removed(envelope.WithDetail("state",
				"Quay created the repository, but did not set its state, so the provider deleted the repository again.", err))
		}
	}
	return envelope.WithDetail("state", "Quay created the repository, but its state is still NORMAL.", err)
}

// resolveOutcome finds out whether Quay has carried out a creation with an unknown outcome.
// Only Quay's log tells who created the repository, because it may have existed before.
func resolveOutcome(ctx context.Context, c *client.Client, repository client.Repository, began time.Time, kind string, err error) (_ string, recovered bool, _ error) {
	checkCtx, cancel, unknown := envelope.OutcomeUnknown(ctx, err)
	defer cancel()
	if !unknown {
		return kind, false, err
	}
	details, readErr := c.GetRepository(checkCtx, repository)
	if errors.Is(readErr, client.NotFound) {
		return "", false, err
	}
	logged := false
	if readErr == nil {
		logged, readErr = c.LoggedSince(checkCtx, began, func(entry client.LogEntry) bool {
			return entry.Kind == "create_repo" && entry.MetadataText("namespace") == repository.Namespace && entry.MetadataText("repo") == repository.Name
		})
	}
	if readErr != nil {
		return "", false, envelope.WithDetail("", "It is not known whether Quay has created the repository: Quay's response was lost, and the usage log does not show the creation. "+
			"If the repository does not exist, apply again. If it exists, and nobody else created it, import it.", errors.Join(err, readErr))
	}
	if !logged {
		return "", false, err
	}
	tflog.Warn(ctx, "Quay's response to the creation was lost: the provider found the new object, and manages it",
		map[string]any{"noun": "repository", "name": repository.String()})
	return details.Kind, true, nil
}

// explainNamespace says if a creation failed because the namespace does not exist. Quay fails
// (500) then, and Quay 3.9 denies the call.
func explainNamespace(ctx context.Context, c *client.Client, repository client.Repository, err error) error {
	if !errors.Is(err, client.InternalError) && !errors.Is(err, client.Denied) {
		return err
	}
	return missingNamespace(ctx, c, repository.Namespace, err)
}

// missingNamespace returns an error if neither an organization nor a user has the name, and
// otherwise the cause.
func missingNamespace(ctx context.Context, c *client.Client, namespace string, cause error) error {
	switch err := account.CheckNamespace(ctx, c, namespace); {
	case err == nil:
		return cause
	case errors.Is(err, client.NotFound):
		return account.NoNamespaceError("namespace", namespace, cause)
	}
	return envelope.WithDetail("namespace", fmt.Sprintf("There is no organization %q in the registry. "+
		"The access token does not allow the provider to look for a user of this name.", namespace), cause)
}

func read(ctx context.Context, c *client.Client, m *model) error {
	details, err := c.GetRepository(ctx, m.ref())
	if err == nil {
		m.fromAPI(details)
	}
	return err
}

// fromAPI copies a repository into the model.
func (m *model) fromAPI(details *client.RepositoryDetails) {
	m.Namespace = types.StringValue(details.Namespace)
	m.Name = types.StringValue(details.Name)
	m.Description = types.StringValue(details.Description)
	m.Visibility = types.StringValue(details.Visibility())
	m.State = types.StringValue(details.State)
	m.Kind = types.StringValue(details.Kind)
	if m.ForceDestroy.IsNull() { // after an import
		m.ForceDestroy = types.BoolValue(false)
	}
}

// update makes a call for each attribute that changes.
func update(ctx context.Context, c *client.Client, prior model, m *model, save func(model)) error {
	repository, current := m.ref(), prior
	if m.State.IsUnknown() || m.Kind.IsUnknown() { // the state was upgraded and not refreshed
		details, err := c.GetRepository(ctx, repository)
		if err != nil {
			return err
		}
		m.Kind, current.Kind = types.StringValue(details.Kind), types.StringValue(details.Kind)
		if current.State = types.StringValue(details.State); m.State.IsUnknown() {
			m.State = current.State
		}
	}
	for _, change := range []struct {
		attribute string
		from      *types.String
		to        types.String
		call      func() error
	}{
		{"description", &current.Description, m.Description, func() error {
			return c.DescribeRepository(ctx, repository, m.Description.ValueString())
		}},
		{"visibility", &current.Visibility, m.Visibility, func() error {
			return c.SetRepositoryVisibility(ctx, repository, m.isPublic())
		}},
		{"state", &current.State, m.State, func() error {
			return c.SetRepositoryState(ctx, repository, m.State.ValueString())
		}},
	} {
		if change.from.Equal(change.to) {
			continue
		}
		if err := change.call(); err != nil {
			if errors.Is(err, client.NotFound) {
				return envelope.WithDetail("name", fmt.Sprintf("There is no repository %q in the registry any more. Plan again.", repository), err)
			}
			return envelope.OnAttribute(change.attribute, err)
		}
		*change.from = change.to
		save(current)
	}
	return nil
}

// shownTags is the maximum number of tags that an error names.
const shownTags = 5

// deleteUnlessUsed deletes a repository. Without force_destroy, it refuses to delete a
// repository with tags.
func deleteUnlessUsed(ctx context.Context, c *client.Client, m model) error {
	repository := m.ref()
	if !m.ForceDestroy.ValueBool() {
		if err := ensureEmpty(ctx, c, repository); err != nil {
			return err
		}
	}
	err := c.DeleteRepository(ctx, repository)
	if errors.Is(err, client.InternalError) { // Quay's response if the namespace does not exist
		if exists, readErr := c.RepositoryExists(ctx, repository); readErr == nil && !exists {
			return nil
		}
	}
	return err
}

// ensureEmpty returns an error that names the newest tags of a repository, if it has
// any.
func ensureEmpty(ctx context.Context, c *client.Client, repository client.Repository) error {
	var tags []string
	for tag, err := range c.ListTags(ctx, repository) {
		if err != nil {
			return err
		}
		if len(tags) == shownTags {
			tags = append(tags, "…")
			break
		}
		tags = append(tags, tag.Name)
	}
	if len(tags) == 0 {
		return nil
	}
	return envelope.WithDetail("", fmt.Sprintf("The repository still has tags (%s), which would be lost with their images. "+
		"Delete the tags first, or set force_destroy = true and apply that before destroying.", strings.Join(tags, ", ")), nil)
}
