// Package envelope turns declarations into Terraform resources, lists of them, data sources,
// ephemeral resources, actions and functions. A declaration is a name, a schema and plain
// functions over a typed model. The envelope does the work that is the same for all
// declarations. It decodes, passes the client on, keeps the state true, sets the identity,
// imports, limits lists, and turns errors into diagnostics.
//
// Its rules:
//
//   - Only an error of a read that is [client.NotFound] removes an object from the state. Any
//     other error leaves the state as it was.
//   - An object is in the state as soon as it exists: Create calls save right after the call
//     that created it.
//   - Create and Update get write-only values in the model. The state never has them.
package envelope

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
)

// ResourceDeclaration declares a resource type. M is its model: a struct with
// a tfsdk tag for each attribute of the schema.
type ResourceDeclaration[M any] struct {
	// Name is the type's name without "quay_": "user" for quay_user.
	Name string
	// Noun is the name of an object in messages: "user", "organization quota".
	Noun   string
	Schema schema.Schema
	// Identity names the text attributes that identify an object. Joined by IDSeparator, they
	// form the import id. In each part of it but the last, %3A stands for ":" and %25 for "%".
	// Without Identity, objects have no identity and cannot be imported.
	Identity []string
	// IDSeparator, if not empty, replaces ":" in the import id.
	IDSeparator string
	// ImportID is the form of the import id for users: "namespace/name:team".
	ImportID string
	// Renames tells that an update can change the identity. Otherwise a change of
	// the identity replaces the object.
	Renames bool
	// Namespace, if not empty, names the attribute of the identity with the object's
	// namespace, alone or before a "/". If Terraform renames the organization, it updates the
	// object in place. The prior state of Plan and Update then has the new name.
	Namespace string
	// RobotNames names the attributes that can hold names of robots: texts, lists or sets of
	// texts, or maps by name. If Terraform renames a robot's organization, the robot's name
	// changes too.
	RobotNames []string
	// ListsRobots makes Terraform call Plan also for an object that does not change, if the run
	// has created robots. The object may list a robot that the run has replaced.
	ListsRobots bool
	// Kind, if not empty, is the kind of the objects in Quay, if several types manage the same
	// objects. Defaults to Name.
	Kind string
	// Whole, if not nil, tells that an object consists of objects of other types. It returns a
	// name that is unique among the wholes of all types. It also returns a function that tells
	// whether the resource manages a part. If Terraform destroys the object, both arguments
	// are its state. Part, if not nil, tells which part of which whole an object is, by its
	// identity. A plan warns if one resource manages a whole and another resource manages a
	// part of it.
	Whole func(planned, config M) (whole string, manages func(part string) bool)
	Part  func(identity []string) (whole, part string)
	// OmitFromGeneratedConfig names the attributes that the provider computes from other
	// attributes. A configuration that Terraform generates omits them.
	OmitFromGeneratedConfig []string
	// Private, if declared with [PrivateState], is the part of a model that Terraform stores
	// beside the state and shows to nobody. It is zero until a read or a write sets it.
	Private Private[M]
	// Upgrades turn a state of an older schema version into a model. The key is the older
	// version. Schema.Version is the current version.
	Upgrades map[int64]StateUpgrade[M]
	// Moves turn the state of another resource type into a model, for moved blocks.
	Moves []StateMove[M]

	// Plan, if not nil, completes the plan of a create or an update.
	Plan func(ctx context.Context, change *Change[M])
	// Create creates the object that model plans, and calls save as soon as the object exists.
	// Then it makes the other calls for the object. If it has deleted the object again, it
	// returns an error made by [Removed]. When it returns, all values of the model are known.
	Create func(ctx context.Context, c *client.Client, model *M, save func()) error
	// Read updates the model from Quay. The error is [client.NotFound] if the object does not
	// exist. After an import, the model has only the identity's attributes.
	Read func(ctx context.Context, c *client.Client, model *M) error
	// Update changes the object from prior to the planned model. If it makes several calls, it
	// calls save with the object after each call. So the state is true if the next call fails.
	Update func(ctx context.Context, c *client.Client, prior M, model *M, save func(current M)) error
	// Delete deletes the object. An error that is [client.NotFound] counts as success. An
	// error made by [KeptInQuay] becomes a warning.
	Delete func(ctx context.Context, c *client.Client, model M) error
}

// Change is the plan of a create or an update. Plan of a declaration completes it.
type Change[M any] struct {
	// Client reads from Quay, with a list cache, for warnings and errors of a plan. It is nil
	// if the provider's settings are not known yet. It is also nil in an apply that has
	// written an object, because the plan has shown the warnings before.
	Client *client.Client
	// Settings reads settings of the registry that no write changes, during a plan and during
	// an apply. It is nil if the provider's settings are not known yet.
	Settings *client.Client
	// Prior is the state before, or nil for an object to create.
	Prior *M
	// Config is the user's configuration with write-only values.
	Config M
	// Plan is Terraform's plan. Plan of a declaration changes it.
	Plan M
	// Diagnostics are warnings and errors of the plan.
	Diagnostics diag.Diagnostics

	replace path.Paths
}

// Replace makes the plan replace the object because of an attribute.
func (c *Change[M]) Replace(attribute string) {
	c.replace = append(c.replace, path.Root(attribute))
}

// Refuse adds an error to the plan that the apply would return otherwise. The error is nil or
// a [Refusal], and names its attribute.
func (c *Change[M]) Refuse(summary string, err error) {
	if err == nil {
		return
	}
	var e explanation
	e.collect(err)
	c.Diagnostics.AddAttributeError(path.Root(e.attribute), summary, strings.Join(e.words, "\n\n"))
}

// NewResource returns a declared resource.
func NewResource[M any](declaration ResourceDeclaration[M]) resource.Resource {
	declared := newDeclaredResource(declaration)
	if len(declaration.Identity) == 0 {
		return &declared
	}
	return &identifiedResource[M]{declared}
}

// declaredResource implements a declaration.
type declaredResource[M any] struct {
	configured
	declaration ResourceDeclaration[M]
	importID    importIDFormat
	writeOnly   bool // whether the schema has a write-only attribute
}

func newDeclaredResource[M any](declaration ResourceDeclaration[M]) declaredResource[M] {
	return declaredResource[M]{
		declaration: declaration,
		importID:    newImportIDFormat(declaration.IDSeparator),
		writeOnly:   hasWriteOnly(declaration.Schema),
	}
}

// identifiedResource is a resource with an identity. It is a separate type because the
// framework refuses an empty identity.
type identifiedResource[M any] struct {
	declaredResource[M]
}

var (
	_ resource.ResourceWithConfigure    = &declaredResource[struct{}]{}
	_ resource.ResourceWithModifyPlan   = &declaredResource[struct{}]{}
	_ resource.ResourceWithMoveState    = &declaredResource[struct{}]{}
	_ resource.ResourceWithUpgradeState = &declaredResource[struct{}]{}
	_ ConfigGenerator                   = &declaredResource[struct{}]{}
	_ resource.ResourceWithIdentity     = &identifiedResource[struct{}]{}
	_ resource.ResourceWithImportState  = &identifiedResource[struct{}]{}
)

func (r *declaredResource[M]) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + r.declaration.Name
	resp.ResourceBehavior.MutableIdentity = r.declaration.Renames || r.declaration.Namespace != ""
}

func (r *declaredResource[M]) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = r.declaration.Schema
}

// replacement matches the sentence about a change in a description. The identity's
// descriptions omit it.
var replacement = regexp.MustCompile(` Changing this forces a new resource to be created[^.]*\.`)

func (r *identifiedResource[M]) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema.Attributes = map[string]identityschema.Attribute{}
	for _, name := range r.declaration.Identity {
		resp.IdentitySchema.Attributes[name] = identityschema.StringAttribute{
			RequiredForImport: true,
			Description:       replacement.ReplaceAllString(r.declaration.Schema.Attributes[name].GetMarkdownDescription(), ""),
		}
	}
}

func (r *declaredResource[M]) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	resp.Diagnostics = r.configure(req.ProviderData)
}

func (r *declaredResource[M]) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	resp.Diagnostics.Append(r.planned(req)...)
	resp.Diagnostics.Append(r.plannedParts(ctx, req)...)
	newRobots := r.declaration.ListsRobots && r.run != nil && r.run.client.CreatedRobots()
	if req.Plan.Raw.IsNull() || req.Plan.Raw.Equal(req.State.Raw) && !newRobots {
		return // completes only changes, because most objects of a plan do not change
	}
	resp.RequiresReplace = append(resp.RequiresReplace, r.changedIdentity(req.State.Raw, req.Plan.Raw)...)
	if r.declaration.Plan == nil {
		return
	}
	var change Change[M]
	if r.run != nil && r.run.client.Configured() {
		change.Settings = r.run.client
	}
	if r.run != nil && r.run.plans() && r.run.client.Configured() {
		change.Client = r.run.client.WithListCache()
	}
	resp.Diagnostics.Append(req.Config.Get(ctx, &change.Config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &change.Plan)...)
	if !req.State.Raw.IsNull() {
		change.Prior = new(M)
		prior := tfsdk.State{Schema: req.State.Schema, Raw: r.before(req.State.Raw, req.Plan.Raw)}
		resp.Diagnostics.Append(prior.Get(ctx, change.Prior)...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	r.declaration.Plan(ctx, &change)
	resp.Diagnostics.Append(change.Diagnostics...)
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &change.Plan)...)
	resp.RequiresReplace = append(resp.RequiresReplace, change.replace...)
}

// changedIdentity returns the attributes that force a replacement: the changed attributes of
// the identity. It returns none if an update can change them, or if Terraform renames the
// object's organization.
func (r *declaredResource[M]) changedIdentity(state, plan tftypes.Value) path.Paths {
	if state.IsNull() || r.declaration.Renames {
		return nil
	}
	var changed path.Paths
	before, after := attributes(r.before(state, plan)), attributes(plan)
	for _, name := range r.declaration.Identity {
		if !before[name].Equal(after[name]) {
			changed = append(changed, path.Root(name))
		}
	}
	return changed
}

// planned records the plan in the run, and returns the run's warnings.
func (r *declaredResource[M]) planned(req resource.ModifyPlanRequest) (diags diag.Diagnostics) {
	if r.run == nil { // the provider is not configured
		return nil
	}
	before, after := r.key(req.State.Raw), r.key(req.Plan.Raw)
	switch {
	case req.Plan.Raw.IsNull():
		return r.run.planned(before, planDestroy, req.Config.Raw, r.declaration.Noun)
	case req.State.Raw.IsNull():
		return r.run.planned(after, planCreate, req.Config.Raw, r.declaration.Noun)
	case before != after && r.declaration.Renames && after.id != "":
		r.run.client.RecordRename(before.id, after.id)
		diags = r.run.plannedRename(before.id, after.id)
	case before != after && after.id != "" && len(r.changedIdentity(req.State.Raw, req.Plan.Raw)) > 0:
		diags = r.run.planned(before, planDestroy, req.Config.Raw, r.declaration.Noun)
		r.run.plannedMove(r.organizationOf(req.State.Raw), r.organizationOf(req.Plan.Raw), r.displayName(before.id))
	}
	return append(diags, r.run.planned(after, planKeep, req.Config.Raw, r.declaration.Noun)...)
}

// plannedParts records in the run which whole, or which part of a whole, the plan has. It
// returns the run's warning.
func (r *declaredResource[M]) plannedParts(ctx context.Context, req resource.ModifyPlanRequest) diag.Diagnostics {
	if r.run == nil || r.declaration.Whole == nil && r.declaration.Part == nil {
		return nil
	}
	destroyed := req.Plan.Raw.IsNull()
	object, decode, decodeConfig := req.Plan.Raw, req.Plan.Get, req.Config.Get
	if destroyed {
		object, decode, decodeConfig = req.State.Raw, req.State.Get, req.State.Get
	}
	var diags diag.Diagnostics
	if r.declaration.Part != nil {
		whole, part := r.declaration.Part(r.identity(object))
		diags = r.run.plannedPart(whole, plannedPart{r.declaration.Noun, part, destroyed})
	}
	var planned, config M
	if r.declaration.Whole == nil || decode(ctx, &planned).HasError() || decodeConfig(ctx, &config).HasError() { // Terraform reports these errors
		return diags
	}
	whole, manages := r.declaration.Whole(planned, config)
	return append(diags, r.run.plannedWhole(whole, plannedWhole{r.declaration.Noun, manages, destroyed})...)
}

func (r *declaredResource[M]) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var model M
	resp.Diagnostics.Append(r.decodePlan(ctx, req.Plan, req.Config, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	key := r.key(req.Plan.Raw)
	unlock, err := r.run.lock(ctx, key)
	if err != nil {
		resp.Diagnostics.Append(r.diagnose("create", req.Plan.Raw, err))
		return
	}
	defer unlock()
	saved := false
	saveEarly := func() {
		saved = true
		r.run.wrote(key, "created")
		resp.Diagnostics.Append(r.save(ctx, &model, withoutUnknown, &resp.State, resp.Identity, resp.Private)...)
	}
	if err := r.declaration.Create(ctx, r.run.client, &model, saveEarly); err != nil {
		problem := r.diagnose("create", req.Plan.Raw, err)
		switch {
		case errors.As(err, new(removed)):
			r.run.wrote(key, "")
			resp.State.RemoveResource(ctx)
		case saved:
			problem = withWords(problem, fmt.Sprintf(tainted, r.declaration.Noun))
		}
		resp.Diagnostics.Append(problem)
		return
	}
	r.run.wrote(key, "created")
	resp.Diagnostics.Append(r.save(ctx, &model, asItIs, &resp.State, resp.Identity, resp.Private)...)
}

// tainted says what Terraform does with an object whose creation has failed half-way.
const tainted = "The state has the new %s, and the next apply will replace it. To keep it, run \"terraform untaint\" on it before you apply again."

// Removed returns an error of Create which tells that Create has deleted the new object again.
// Terraform then keeps no state.
func Removed(cause error) error { return removed{cause} }

type removed struct{ error }

func (e removed) Unwrap() error { return e.error }

func (r *declaredResource[M]) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var model M
	resp.Diagnostics.Append(req.State.Get(ctx, &model)...)
	resp.Diagnostics.Append(r.declaration.Private.read(ctx, req.Private, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	err := r.declaration.Read(ctx, r.run.client.WithListCache(), &model)
	if errors.Is(err, client.NotFound) {
		err = r.readRenamed(ctx, req, &model, err)
	}
	if errors.Is(err, client.NotFound) {
		tflog.Info(ctx, "the object does not exist any more: removing it from the state", map[string]any{
			"noun": r.declaration.Noun, "id": r.id(req.State.Raw),
		})
		r.identify(ctx, resp.Identity, req.State.Raw) // the framework requires an identity even now
		resp.State.RemoveResource(ctx)
		return
	}
	if err != nil {
		resp.Diagnostics.Append(r.diagnose("read", req.State.Raw, err))
		return
	}
	resp.Diagnostics.Append(r.save(ctx, &model, asItIs, &resp.State, resp.Identity, resp.Private)...)
}

// readRenamed reads a missing object in its organization under the new name. An earlier apply
// can have renamed the organization and failed before it updated the object.
func (r *declaredResource[M]) readRenamed(ctx context.Context, req resource.ReadRequest, model *M, notFound error) error {
	former := r.organizationOf(req.State.Raw)
	successor, err := r.run.successorOf(ctx, former)
	if err != nil {
		return err
	}
	if successor == "" {
		return notFound
	}
	renamed, _ := r.afterRenames(req.State.Raw, func(name string) (string, bool) { return successor, name == former })
	state := tfsdk.State{Schema: req.State.Schema, Raw: renamed}
	var moved M
	if state.Get(ctx, &moved).HasError() || r.declaration.Private.read(ctx, req.Private, &moved).HasError() {
		return notFound
	}
	if err := r.declaration.Read(ctx, r.run.client.WithListCache(), &moved); err != nil {
		return err
	}
	*model = moved
	return nil
}

func (r *declaredResource[M]) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var prior, model M
	before := tfsdk.State{Schema: req.State.Schema, Raw: r.before(req.State.Raw, req.Plan.Raw)}
	resp.Diagnostics.Append(before.Get(ctx, &prior)...)
	resp.Diagnostics.Append(r.decodePlan(ctx, req.Plan, req.Config, &model)...)
	resp.Diagnostics.Append(r.declaration.Private.read(ctx, req.Private, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	key := r.key(req.Plan.Raw)
	saveEarly := func(current M) {
		resp.Diagnostics.Append(r.save(ctx, &current, withoutUnknown, &resp.State, resp.Identity, resp.Private)...)
	}
	unlock, err := r.run.lock(ctx, key)
	if err == nil {
		defer unlock()
		err = r.update(ctx, req, prior, &model, saveEarly)
	}
	if err != nil {
		resp.Diagnostics.Append(r.diagnose("update", req.State.Raw, err))
		return
	}
	r.run.wrote(key, "updated")
	resp.Diagnostics.Append(r.save(ctx, &model, asItIs, &resp.State, resp.Identity, resp.Private)...)
}

// update changes an object. It makes no call if only the name of the organization changes, and
// the run has renamed it.
func (r *declaredResource[M]) update(ctx context.Context, req resource.UpdateRequest, prior M, model *M, save func(M)) error {
	if moved, goesAlong := r.afterRenames(req.State.Raw, r.run.renamedTo); goesAlong && moved.Equal(req.Plan.Raw) {
		return nil
	}
	before, after := r.id(req.State.Raw), r.id(req.Plan.Raw)
	renames := r.declaration.Renames && before != after
	if renames {
		r.run.renaming.Lock()
		defer r.run.renaming.Unlock()
	}
	err := r.declaration.Update(ctx, r.run.client, prior, model, save)
	if renames && err == nil {
		r.run.recordRenamed(before, after)
	}
	return err
}

func (r *declaredResource[M]) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	if !r.declaration.Renames { // no rename may run at the same time
		r.run.renaming.RLock()
		defer r.run.renaming.RUnlock()
	}
	state := tfsdk.State{Schema: req.State.Schema}
	state.Raw, _ = r.afterRenames(req.State.Raw, r.run.renamedTo)
	var model M
	resp.Diagnostics.Append(state.Get(ctx, &model)...)
	resp.Diagnostics.Append(r.declaration.Private.read(ctx, req.Private, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	key := r.key(state.Raw)
	unlock, err := r.run.lock(ctx, key)
	if err == nil {
		defer unlock()
		if how := r.run.writtenAs(key); how != "" {
			resp.Diagnostics.AddWarning(r.displayName(key.id)+" was not deleted",
				fmt.Sprintf("Another resource of the configuration manages the same object, and was %s in this run. Deleting the object would undo that, "+
					"so the provider has only removed this address from the state. %s", how, movedHint))
			return
		}
		err = r.declaration.Delete(ctx, r.run.client, model)
	}
	if kept, ok := errors.AsType[*keptInQuay](err); ok {
		resp.Diagnostics.AddWarning(r.displayName(key.id)+" was not deleted", kept.words)
		return
	}
	if err != nil && !errors.Is(err, client.NotFound) {
		resp.Diagnostics.Append(r.diagnose("delete", state.Raw, err))
	}
}

// KeptInQuay returns an error of Delete for an object that Quay cannot delete. The envelope
// removes the object from the state, and shows the words as a warning.
func KeptInQuay(words string) error { return &keptInQuay{words} }

type keptInQuay struct{ words string }

func (e *keptInQuay) Error() string { return e.words }

// ImportState sets the identity's attributes from an import id or an identity. The next read
// sets the other attributes. It checks the parts with the validators of their attributes.
func (r *identifiedResource[M]) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	summary := "Unable to import Quay " + r.declaration.Noun
	names := r.declaration.Identity
	values := make([]types.String, len(names))
	switch {
	case req.ID != "":
		parts, ok := r.importID.split(req.ID, len(names))
		if !ok {
			resp.Diagnostics.AddError(summary, fmt.Sprintf("%q is not an import id of this resource. Write it as %s.", req.ID, r.declaration.ImportID))
			return
		}
		for i, part := range parts {
			values[i] = types.StringValue(part)
		}
	case req.Identity == nil || req.Identity.Raw.IsNull(): // Terraform sends an empty id with an identity
		resp.Diagnostics.AddError(summary, fmt.Sprintf("The import id is empty. Write it as %s.", r.declaration.ImportID))
		return
	default:
		for i, name := range names {
			resp.Diagnostics.Append(req.Identity.GetAttribute(ctx, path.Root(name), &values[i])...)
			if values[i].ValueString() == "" {
				resp.Diagnostics.AddAttributeError(path.Root(name), summary, fmt.Sprintf("The attribute %s of the identity is empty.", name))
			}
		}
	}
	if resp.Diagnostics.HasError() {
		return
	}
	for i, name := range names {
		resp.Diagnostics.Append(r.checkImported(ctx, summary, name, values[i])...)
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(name), values[i])...)
	}
}

// checkImported returns the errors of an attribute's validators for an imported value.
func (r *identifiedResource[M]) checkImported(ctx context.Context, summary, name string, value types.String) (diags diag.Diagnostics) {
	attribute, ok := r.declaration.Schema.Attributes[name].(schema.StringAttribute)
	if !ok {
		return nil
	}
	for _, rule := range attribute.Validators {
		var checked validator.StringResponse
		rule.ValidateString(ctx, validator.StringRequest{Path: path.Root(name), PathExpression: path.MatchRoot(name), ConfigValue: value}, &checked)
		for _, problem := range checked.Diagnostics.Errors() {
			diags.AddAttributeError(path.Root(name), summary, problem.Detail())
		}
	}
	return diags
}

// decodePlan decodes a plan. It adds the write-only values of the configuration, which a plan
// lacks.
func (r *declaredResource[M]) decodePlan(ctx context.Context, plan tfsdk.Plan, config tfsdk.Config, model *M) diag.Diagnostics {
	if r.writeOnly {
		var diags diag.Diagnostics
		if plan.Raw, diags = withWriteOnly(ctx, r.declaration.Schema, plan.Raw, config.Raw); diags.HasError() {
			return diags
		}
	}
	return plan.Get(ctx, model)
}

// unknowns says what a save does with unknown values.
type unknowns bool

const (
	// asItIs keeps unknown values. Terraform reports them as a defect of the provider.
	asItIs unknowns = false
	// withoutUnknown turns unknown values into null, in a save before the last one.
	withoutUnknown unknowns = true
)

// save sets the state, the identity and the private data from a model.
func (r *declaredResource[M]) save(ctx context.Context, model *M, unknown unknowns, state *tfsdk.State, identity *tfsdk.ResourceIdentity, private privateData) diag.Diagnostics {
	diags := r.setState(ctx, model, unknown, state, identity)
	diags.Append(r.declaration.Private.write(ctx, model, private)...)
	return diags
}

// setState sets the state from a model, without write-only values, and the identity
// from the state.
func (r *declaredResource[M]) setState(ctx context.Context, model *M, unknown unknowns, state *tfsdk.State, identity *tfsdk.ResourceIdentity) diag.Diagnostics {
	diags := state.Set(ctx, model)
	if diags.HasError() {
		return diags
	}
	if r.writeOnly {
		var more diag.Diagnostics
		state.Raw, more = withoutWriteOnly(ctx, r.declaration.Schema, state.Raw)
		diags.Append(more...)
	}
	if unknown == withoutUnknown {
		state.Raw = knownOrNull(state.Raw)
	}
	r.identify(ctx, identity, state.Raw)
	return diags
}

// identify sets the identity, if the type has one, from an object.
func (r *declaredResource[M]) identify(ctx context.Context, identity *tfsdk.ResourceIdentity, object tftypes.Value) {
	if identity == nil {
		return
	}
	values := attributes(object)
	maps.DeleteFunc(values, func(name string, _ tftypes.Value) bool { return !slices.Contains(r.declaration.Identity, name) })
	identity.Raw = tftypes.NewValue(identity.Schema.Type().TerraformType(ctx), values)
}

// attributes returns a copy of the attributes of an object by name.
func attributes(object tftypes.Value) map[string]tftypes.Value {
	var values map[string]tftypes.Value
	if err := object.As(&values); err != nil {
		panic(fmt.Sprintf("envelope: not an object: %s", err)) // the framework passes only objects
	}
	return maps.Clone(values) // As returns the object's own map
}

// key returns the key of an object in a run. It is empty for null, and if a part of the
// identity is unknown.
func (r *declaredResource[M]) key(object tftypes.Value) objectKey {
	if object.IsNull() {
		return objectKey{}
	}
	parts := r.identity(object)
	if len(parts) == 0 || slices.Contains(parts, "") {
		return objectKey{}
	}
	return objectKey{r.kind(), r.importID.join(parts)}
}

// kind returns the kind of the objects in Quay.
func (r *declaredResource[M]) kind() string { return cmp.Or(r.declaration.Kind, r.declaration.Name) }

// id returns the import id of an object, with empty texts for unknown parts.
func (r *declaredResource[M]) id(object tftypes.Value) string {
	return r.importID.join(r.identity(object))
}

// identity returns the parts of an object's identity. An unknown part is empty.
func (r *declaredResource[M]) identity(object tftypes.Value) []string {
	values := attributes(object)
	parts := make([]string, len(r.declaration.Identity))
	for i, name := range r.declaration.Identity {
		if value := values[name]; value.IsKnown() {
			_ = value.As(&parts[i]) // null leaves it empty
		}
	}
	return parts
}
