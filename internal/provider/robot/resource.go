package robot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/hashicorp/go-uuid"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
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

// organizationModel is a quay_organization_robot.
type organizationModel struct {
	organizationName
	attributes
}

func (m *organizationModel) robot() robot { return robot{m, &m.attributes} }

// userModel is a quay_user_robot.
type userModel struct {
	noOrganization
	attributes
}

func (m *userModel) robot() robot { return robot{m, &m.attributes} }

// attributes are the attributes of both models without the organization.
type attributes struct {
	Name             types.String `tfsdk:"name"`
	Description      types.String `tfsdk:"description"`
	Metadata         types.Map    `tfsdk:"metadata"`
	Rotation         types.String `tfsdk:"rotation"`
	Username         types.String `tfsdk:"username"`
	Token            types.String `tfsdk:"token"`
	DockerConfigJSON types.String `tfsdk:"dockerconfigjson"`
}

// robot is either model.
type robot struct {
	ownerModel
	*attributes
}

// robotModel is a pointer to either model.
type robotModel[M any] interface {
	*M
	robot() robot
}

// newOrganizationResource returns the resource quay_organization_robot.
func newOrganizationResource() resource.Resource {
	return envelope.NewResource(organizationDeclaration())
}

func organizationDeclaration() envelope.ResourceDeclaration[organizationModel] {
	declaration := declare[organizationModel](organizationKind)
	declaration.Upgrades = map[int64]envelope.StateUpgrade[organizationModel]{0: enthoughtUpgrade()}
	declaration.Moves = []envelope.StateMove[organizationModel]{
		{Provider: "enthought/quay", Type: "quay_organization_robot", Upgrade: enthoughtUpgrade()},
	}
	return declaration
}

// newUserResource returns the resource quay_user_robot.
func newUserResource() resource.Resource { return envelope.NewResource(declare[userModel](userKind)) }

func declare[M any, P robotModel[M]](k kind) envelope.ResourceDeclaration[M] {
	return envelope.ResourceDeclaration[M]{
		Name:      k.name + "_robot",
		Noun:      k.name + " robot",
		Identity:  k.identity,
		ImportID:  k.importID,
		Namespace: k.namespace,
		Schema: schema.Schema{
			Version: k.version,
			MarkdownDescription: "Manages a robot account of " + k.whose + ". The state holds the token of the robot, so protect the state.\n\n" +
				"Quay cannot change the description or the metadata of a robot. Changing one of them forces a new resource to be created. The new robot has another token. The permissions, team memberships, default " +
				"permissions and federation of the old robot are lost. Resources that refer to `username` are created again in the same " +
				"apply. `create_before_destroy` does not work, because the old and the new robot have the same name.",
			Attributes: k.resourceAttributes(),
		},
		Plan: func(_ context.Context, change *envelope.Change[M]) {
			var prior *attributes
			if change.Prior != nil {
				prior = P(change.Prior).robot().attributes
			}
			planned := P(&change.Plan).robot()
			if planned.tooLong() {
				change.Diagnostics.AddAttributeError(path.Root("name"), "Name too long",
					`The name of the organization, "+" and the name of the robot must have at most 255 characters together.`)
			}
			for _, attribute := range planned.plan(prior, P(&change.Config).robot().attributes) {
				change.Replace(attribute)
				change.Diagnostics.AddAttributeWarning(path.Root(attribute), "The robot will be replaced", fmt.Sprintf("Quay cannot change the %s of a robot. "+
					"Terraform deletes the robot %s and creates it again. The token changes. The robot loses its permissions, team memberships, default permissions and federation, and metadata that the configuration "+
					"does not have. Refer to the attribute username of this resource. Terraform then creates the robot's permissions and memberships again in the "+
					"same apply.", attribute, prior.Username.ValueString()))
			}
		},
		Create: func(ctx context.Context, c *client.Client, m *M, _ func()) error { return P(m).robot().create(ctx, c) },
		Read:   func(ctx context.Context, c *client.Client, m *M) error { return P(m).robot().read(ctx, c) },
		Update: func(ctx context.Context, c *client.Client, prior M, m *M, _ func(M)) error {
			return P(m).robot().update(ctx, c, P(&prior).robot().attributes)
		},
		Delete: func(ctx context.Context, c *client.Client, m M) error { return P(&m).robot().delete(ctx, c) },
	}
}

// maxDescription is Quay's maximum length of a description in characters.
const maxDescription = 255

func (k kind) resourceAttributes() map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{
		"name": schema.StringAttribute{
			Required: true,
			MarkdownDescription: "Short name of the robot, 2 to 255 characters. It has lower-case letters and digits, with single `.`, `_` or `-` between them. " +
				"Changing this forces a new resource to be created.",
			Validators: account.Name(),
		},
		"description": schema.StringAttribute{
			Optional: true,
			Computed: true,
			Default:  stringdefault.StaticString(""),
			MarkdownDescription: "Description of the robot, at most 255 characters. Changing this forces a new resource to be created. " +
				"Defaults to an empty text.",
			Validators: []validator.String{envelope.Text(func(text string) error {
				if utf8.RuneCountInString(text) > maxDescription {
					return errors.New("must have at most 255 characters")
				}
				return nil
			})},
		},
		"metadata": schema.MapAttribute{
			ElementType: types.StringType,
			Optional:    true,
			Computed:    true,
			MarkdownDescription: "Metadata of the robot. Changing this forces a new resource to be created. If you leave it out, Terraform does not manage the " +
				"metadata. Quay shows the metadata only for a single robot. Each robot with this attribute costs a call in each plan, and so does an imported robot that has metadata.",
			Validators: []validator.Map{mapvalidator.NoNullValues()},
		},
		"rotation": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Any text, such as a date. Changing this gives the robot a new token in place, and the old token is invalid at once. " +
				"Setting this for a robot that had none, such as an imported robot, keeps the token.",
		},
		"username": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "Name of the robot with the name of the owner before it, such as `acme+ci`. Permissions and container tools use this name.",
			PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
		},
		"token": schema.StringAttribute{
			Computed:            true,
			Sensitive:           true,
			MarkdownDescription: "Token of the robot: the password for container tools.",
			PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
		},
		"dockerconfigjson": schema.StringAttribute{
			Computed:            true,
			Sensitive:           true,
			MarkdownDescription: dockerConfigDescription,
			PlanModifiers:       []planmodifier.String{stringplanmodifier.UseNonNullStateForUnknown()},
		},
	}
	return k.withResourceOrganization(attributes)
}

// withResourceOrganization adds the attribute organization to a resource, if robots of the
// kind have one.
func (k kind) withResourceOrganization(attributes map[string]schema.Attribute) map[string]schema.Attribute {
	if k.hasOrganization() {
		attributes["organization"] = schema.StringAttribute{
			Required:            true,
			MarkdownDescription: "Name of the organization. Changing this forces a new resource to be created, unless the same apply renames the organization.",
			Validators:          account.Reference(),
		}
	}
	return attributes
}

const dockerConfigDescription = "Configuration with which container tools log in to the registry as the robot, in JSON. It is the content of a Docker `config.json`, " +
	"and the value of `.dockerconfigjson` in a Kubernetes pull secret."

// tooLong tells whether the name with the organization's name is too long for Quay.
func (r robot) tooLong() bool {
	return !r.organization().IsNull() && len(r.organization().ValueString()+"+"+r.Name.ValueString()) > account.MaxLength
}

// plan completes a plan and returns the attributes that force a replacement of the robot.
func (r robot) plan(prior, config *attributes) (replaced []string) {
	if config.Metadata.IsNull() { // Terraform does not manage the metadata
		r.Metadata = types.MapNull(types.StringType)
		if prior != nil {
			r.Metadata = prior.Metadata
		}
	}
	if prior == nil {
		return nil
	}
	if username := r.plannedUsername(); !username.Equal(r.Username) { // the organization is renamed
		r.Username, r.DockerConfigJSON = username, types.StringUnknown()
	}
	if r.regenerates(prior) {
		r.Token, r.DockerConfigJSON = types.StringUnknown(), types.StringUnknown()
	}
	if !r.Description.Equal(prior.Description) {
		replaced = append(replaced, "description")
	}
	bothEmpty := !r.Metadata.IsUnknown() && len(r.Metadata.Elements())+len(prior.Metadata.Elements()) == 0
	if !r.Metadata.Equal(prior.Metadata) && !bothEmpty {
		replaced = append(replaced, "metadata")
	}
	return replaced
}

// plannedUsername returns the full name with the planned name of the organization. The name of
// a user with robots does not change.
func (r robot) plannedUsername() types.String {
	switch {
	case r.organization().IsNull():
		return r.Username
	case r.organization().IsUnknown() || r.Name.IsUnknown():
		return types.StringUnknown()
	}
	return types.StringValue(r.organization().ValueString() + "+" + r.Name.ValueString())
}

// regenerates tells whether an update regenerates the robot's token.
func (r robot) regenerates(prior *attributes) bool {
	return !prior.Rotation.IsNull() && !r.Rotation.IsNull() && !r.Rotation.Equal(prior.Rotation)
}

// clockSlack is the tolerance between two times of Quay's clock, which are in whole seconds.
const clockSlack = 2 * time.Second

func (r robot) create(ctx context.Context, c *client.Client) error {
	began, name := time.Now(), r.Name.ValueString()
	created, err := c.CreateRobot(ctx, r.owner(), name, client.NewRobot{Description: r.Description.ValueString(), Metadata: stringMap(r.Metadata)})
	checkCtx, cancel, unknown := envelope.OutcomeUnknown(ctx, err)
	defer cancel()
	if unknown {
		created, err = r.findCreated(checkCtx, c, began, err)
	}
	if err != nil {
		return envelope.NotFoundError("organization", "organization", r.organization().ValueString(), err)
	}
	c.RecordCreatedRobot(created.Username)
	r.fromAPI(c, created)
	return nil
}

// findCreated returns the robot of a creation whose response was lost, or the call's error.
func (r robot) findCreated(ctx context.Context, c *client.Client, began time.Time, err error) (*client.Robot, error) {
	found, readErr := c.GetRobotWithMetadata(ctx, r.owner(), r.Name.ValueString())
	switch {
	case errors.Is(readErr, client.NotFound):
		return nil, err
	case readErr != nil || found.Date.IsZero():
		return nil, envelope.WithDetail("", "It is not known whether Quay has created the robot, because Quay's response was lost. "+
			"If the robot does not exist, apply again. If it exists, and nobody else created it, import it.", errors.Join(err, readErr))
	case found.Date.Sub(found.Created.Time) > time.Since(began)+clockSlack || !r.matches(found):
		return nil, errors.Join(fmt.Errorf("the robot %w", client.Exists), err)
	}
	return found, nil
}

// matches tells whether a robot has the planned values.
func (r robot) matches(found *client.Robot) bool {
	return found.Description == r.Description.ValueString() && (r.Metadata.IsNull() || maps.Equal(texts(found.Metadata), stringMap(r.Metadata)))
}

// read reads a robot. After an import, it also reads the metadata.
func (r robot) read(ctx context.Context, c *client.Client) error {
	get := c.GetRobot
	if r.Username.IsNull() || !r.Metadata.IsNull() {
		get = c.GetRobotWithMetadata
	}
	found, err := get(ctx, r.owner(), r.Name.ValueString())
	if err != nil {
		return err
	}
	r.fromAPI(c, found)
	return nil
}

func (r robot) update(ctx context.Context, c *client.Client, prior *attributes) error {
	r.Token, r.DockerConfigJSON = prior.Token, types.StringValue(c.DockerConfig(r.Username.ValueString(), prior.Token.ValueString()))
	if !r.regenerates(prior) {
		return nil
	}
	return r.regenerate(ctx, c)
}

// regenerate regenerates the robot's token. If the response is lost, it checks whether the
// token has changed.
func (r robot) regenerate(ctx context.Context, c *client.Client) error {
	name := r.Name.ValueString()
	regenerated, err := c.RegenerateRobotToken(ctx, r.owner(), name)
	checkCtx, cancel, unknown := envelope.OutcomeUnknown(ctx, err)
	defer cancel()
	if unknown {
		found, readErr := c.GetRobotWithMetadata(checkCtx, r.owner(), name)
		if readErr == nil && found.Token != r.Token.ValueString() {
			regenerated, err = found, nil
		}
	}
	if err != nil {
		return envelope.NotFoundError("name", "robot", displayName(r, r.Name), err)
	}
	r.fromAPI(c, regenerated)
	return nil
}

// shownRepositories is the maximum number of repositories that an error names.
const shownRepositories = 5

// collectionTime is how long a deletion waits for Quay's garbage collection of a deleted
// repository, whose mirror uses the robot until then.
const collectionTime = 3 * time.Minute

// delete deletes a robot. If Quay refuses, the error names the repository whose mirror uses the
// robot.
func (r robot) delete(ctx context.Context, c *client.Client) error {
	if err := r.keepOrganizationMirror(ctx, c); err != nil {
		return err
	}
	end := time.Now().Add(collectionTime)
	for wait := time.Second; ; wait = min(2*wait, 10*time.Second) {
		err := c.DeleteRobot(ctx, r.owner(), r.Name.ValueString())
		if !errors.Is(err, client.Invalid) {
			return err
		}
		names := r.repositories(ctx, c)
		if !slices.ContainsFunc(names, isDeleted) || time.Now().After(end) {
			return r.explainUsed(ctx, c, names, err)
		}
		tflog.Info(ctx, "waiting for the garbage collection of a deleted repository whose mirror may use the robot", map[string]any{"robot": r.Name.ValueString()})
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return r.explainUsed(ctx, c, names, err)
		}
	}
}

// keepOrganizationMirror refuses to delete a robot that the mirror of its organization uses.
// Quay would delete the mirror with the robot. If Quay does not show the mirror, the provider
// deletes the robot.
func (r robot) keepOrganizationMirror(ctx context.Context, c *client.Client) error {
	organization := r.organization().ValueString()
	if organization == "" {
		return nil
	}
	mirror, err := c.GetOrganizationMirror(ctx, organization)
	switch {
	case errors.Is(err, client.Unavailable):
		return err
	case err == nil && mirror.Robot == r.Username.ValueString():
		return envelope.WithDetail("", fmt.Sprintf("The organization %q mirrors another registry with this robot. Quay would delete the mirror with the robot. "+mirrorAdvice, organization), nil)
	}
	return nil
}

// mirrorAdvice says what to do about a mirror that uses the robot.
const mirrorAdvice = "Delete the mirror first, or give it another robot."

// isDeleted tells whether a name is a UUID. Quay gives a UUID as the name to a deleted
// repository until its garbage collection.
func isDeleted(name string) bool {
	_, err := uuid.ParseUUID(name)
	return err == nil
}

// explainUsed names the repository whose mirror uses the robot. If the provider does not find
// it, it names the repositories in which the robot has permissions.
func (r robot) explainUsed(ctx context.Context, c *client.Client, repositories []string, err error) error {
	namespace, _, _ := strings.Cut(r.Username.ValueString(), "+")
	for _, name := range repositories {
		repository := client.Repository{Namespace: namespace, Name: name}
		if used, readErr := c.GetMirrorRobot(ctx, repository); readErr == nil && used == r.Username.ValueString() {
			return envelope.WithDetail("", fmt.Sprintf("The repository %q mirrors another registry with this robot. "+mirrorAdvice, repository), err)
		}
	}
	words, advice := "Quay does not delete a robot that a mirror uses, and does not tell which mirror that is.", mirrorAdvice
	if slices.ContainsFunc(repositories, isDeleted) {
		advice = "A repository with a UUID for a name is deleted, and its mirror uses the robot until Quay's garbage collection. Apply again after it."
	}
	if len(repositories) > 0 {
		more := ""
		if len(repositories) > shownRepositories {
			repositories, more = repositories[:shownRepositories], ", …"
		}
		words += fmt.Sprintf(" The robot has permissions in these repositories: %s%s.", strings.Join(repositories, ", "), more)
	}
	return envelope.WithDetail("", words+" "+advice, err)
}

// repositories returns the names of the repositories in which the robot has permissions. It
// returns none if Quay does not tell.
func (r robot) repositories(ctx context.Context, c *client.Client) []string {
	robots, _ := c.ListRobotAccess(ctx, r.owner())
	for _, listed := range robots {
		if listed.Name() == r.Name.ValueString() {
			return listed.Repositories
		}
	}
	return nil
}

// fromAPI copies a robot into the model. It keeps the metadata if the response omits it.
func (r robot) fromAPI(c *client.Client, found *client.Robot) {
	r.Name = types.StringValue(found.Name())
	r.Description = types.StringValue(found.Description)
	r.Username = types.StringValue(found.Username)
	r.Token = types.StringValue(found.Token)
	r.DockerConfigJSON = types.StringValue(c.DockerConfig(found.Username, found.Token))
	if found.Metadata != nil && (len(found.Metadata) > 0 || !r.Metadata.IsNull()) {
		r.Metadata = metadataValue(found.Metadata)
	}
}

// metadataValue returns the metadata of a robot.
func metadataValue(metadata map[string]any) types.Map {
	values := map[string]attr.Value{}
	for name, text := range texts(metadata) {
		values[name] = types.StringValue(text)
	}
	return types.MapValueMust(types.StringType, values)
}

// texts returns metadata as texts, with JSON for other values.
func texts(metadata map[string]any) map[string]string {
	result := map[string]string{}
	for name, value := range metadata {
		text, isText := value.(string)
		if !isText {
			encoded, _ := json.Marshal(value) // the value was decoded from JSON
			text = string(encoded)
		}
		result[name] = text
	}
	return result
}

// stringMap returns a known map of texts.
func stringMap(m types.Map) map[string]string {
	result := map[string]string{}
	for name, value := range m.Elements() {
		result[name] = value.(types.String).ValueString()
	}
	return result
}
