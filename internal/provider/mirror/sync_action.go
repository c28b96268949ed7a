package mirror

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/account"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// syncModel is the configuration of quay_sync_mirror and quay_cancel_mirror_sync.
type syncModel struct {
	Repository   types.String `tfsdk:"repository"`
	Organization types.String `tfsdk:"organization"`
}

// target is a mirror to synchronize.
type target struct {
	attribute, noun, name string // of the mirror in the configuration, for people
	// mirrors reads whether Quay mirrors the target.
	mirrors      func(ctx context.Context, c *client.Client) (bool, error)
	sync, cancel func(ctx context.Context, c *client.Client) error
}

// newSyncAction returns the action quay_sync_mirror.
func newSyncAction() action.Action {
	return newMirrorAction("sync_mirror", "synchronize Quay mirror",
		"Has Quay synchronize the mirror of a repository or of an organization at once. The action does not wait for the end. "+
			"The data sources `quay_repository_mirror` and `quay_organization_mirror` read the status.",
		func(ctx context.Context, c *client.Client, t target, mirrors bool) (string, error) {
			if !mirrors {
				return "", envelope.WithDetail(t.attribute, fmt.Sprintf("The mirror of the %s %q is disabled, so Quay does not synchronize it. Enable the mirror first.",
					t.attribute, t.name), nil)
			}
			return fmt.Sprintf("Quay synchronizes the %s %s.", t.attribute, t.name), t.sync(ctx, c)
		})
}

// newCancelAction returns the action quay_cancel_mirror_sync.
func newCancelAction() action.Action {
	return newMirrorAction("cancel_mirror_sync", "cancel synchronization of Quay mirror",
		"Cancels the synchronization of the mirror of a repository or of an organization that is due or under way. The action succeeds if there is none.",
		func(ctx context.Context, c *client.Client, t target, _ bool) (string, error) {
			err := t.cancel(ctx, c)
			if errors.Is(err, client.NotFound) {
				return fmt.Sprintf("Quay has no synchronization of the %s %s to cancel.", t.attribute, t.name), nil
			}
			return fmt.Sprintf("Quay has cancelled the synchronization of the %s %s.", t.attribute, t.name), err
		})
}

// newMirrorAction returns an action on a mirror. Invoke returns what to tell the user.
func newMirrorAction(name, does, description string, invoke func(ctx context.Context, c *client.Client, t target, mirrors bool) (string, error)) action.Action {
	return envelope.NewAction(envelope.ActionDeclaration[syncModel]{
		Name: name,
		Does: does,
		Schema: schema.Schema{
			MarkdownDescription: description,
			Attributes: map[string]schema.Attribute{
				"repository": schema.StringAttribute{
					Optional:            true,
					MarkdownDescription: "Repository that is a mirror, as `namespace/name`. Exactly one of `repository` and `organization` is given.",
					Validators: []validator.String{
						stringvalidator.ExactlyOneOf(path.MatchRoot("repository"), path.MatchRoot("organization")),
						envelope.Text(account.CheckRepository),
					},
				},
				"organization": schema.StringAttribute{
					Optional:            true,
					MarkdownDescription: "Name of the organization that is a mirror.",
					Validators:          account.Reference(),
				},
			},
		},
		Invoke: func(ctx context.Context, c *client.Client, m syncModel, progress func(string)) error {
			t, err := m.target()
			if err != nil {
				return err
			}
			mirrors, err := t.mirrors(ctx, c)
			if err != nil {
				return envelope.NotFoundError(t.attribute, t.noun, t.name, err)
			}
			message, err := invoke(ctx, c, t, mirrors)
			if err == nil {
				progress(message)
			}
			return err
		},
	})
}

// target returns the mirror that a configuration names.
func (m syncModel) target() (target, error) {
	if !m.Repository.IsNull() {
		repository, err := client.ParseRepository(m.Repository.ValueString())
		return target{
			attribute: "repository", noun: "repository mirror", name: m.Repository.ValueString(),
			mirrors: func(ctx context.Context, c *client.Client) (bool, error) {
				mirror, mirrors, err := getRepositoryMirror(ctx, c, repository)
				return err == nil && mirrors && mirror.IsEnabled, err
			},
			sync: func(ctx context.Context, c *client.Client) error { return c.SyncRepositoryMirror(ctx, repository) },
			cancel: func(ctx context.Context, c *client.Client) error {
				return c.CancelRepositoryMirrorSync(ctx, repository)
			},
		}, err
	}
	organization := m.Organization.ValueString()
	return target{
		attribute: "organization", noun: "organization mirror", name: organization,
		mirrors: func(ctx context.Context, c *client.Client) (bool, error) {
			mirror, err := c.GetOrganizationMirror(ctx, organization)
			return err == nil && mirror.IsEnabled, err
		},
		sync: func(ctx context.Context, c *client.Client) error { return c.SyncOrganizationMirror(ctx, organization) },
		cancel: func(ctx context.Context, c *client.Client) error {
			return c.CancelOrganizationMirrorSync(ctx, organization)
		},
	}, nil
}
