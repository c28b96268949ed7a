package builds

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// model is a quay_build or a quay_build_status. Quay returns the same values for both.
type model struct {
	BuildUUID      types.String      `tfsdk:"build_uuid"`
	ID             types.String      `tfsdk:"id"`
	Phase          types.String      `tfsdk:"phase"`
	Error          types.String      `tfsdk:"error"`
	StatusJSON     types.String      `tfsdk:"status_json"`
	Started        timetypes.RFC3339 `tfsdk:"started"`
	DisplayName    types.String      `tfsdk:"display_name"`
	Repository     types.String      `tfsdk:"repository"`
	Tags           []string          `tfsdk:"tags"`
	DockerfilePath types.String      `tfsdk:"dockerfile_path"`
	Subdirectory   types.String      `tfsdk:"subdirectory"`
	Context        types.String      `tfsdk:"context"`
	ManualUser     types.String      `tfsdk:"manual_user"`
	TriggerID      types.String      `tfsdk:"trigger_id"`
	TriggerService types.String      `tfsdk:"trigger_service"`
	PullRobot      types.String      `tfsdk:"pull_robot"`
	IsWriter       types.Bool        `tfsdk:"is_writer"`
	ResourceKey    types.String      `tfsdk:"resource_key"`
	ArchiveURL     types.String      `tfsdk:"archive_url"`
}

// newBuildDataSource returns the data source quay_build.
func newBuildDataSource() datasource.DataSource {
	return newDataSource("build", "Reads a build of a repository's image from a Dockerfile, in any namespace.", (*client.Client).GetBuild)
}

// newStatusDataSource returns the data source quay_build_status.
func newStatusDataSource() datasource.DataSource {
	return newDataSource("build_status", "Reads the status of a build of a repository's image from a Dockerfile, in any namespace. Quay returns the same as for `quay_build`, from another call.", (*client.Client).GetBuildStatus)
}

func newDataSource(name, description string, get func(*client.Client, context.Context, string) (*client.Build, error)) datasource.DataSource {
	return envelope.NewDataSource(envelope.DataSourceDeclaration[model]{
		Name: name,
		Noun: "build",
		Schema: schema.Schema{
			MarkdownDescription: description + "\n\nUp to version 3.18, Quay does not tell a superuser the settings of a build: `tags`, `dockerfile_path`, `subdirectory`, `context` and " +
				"`manual_user`. These attributes are then null or empty.",
			Attributes: map[string]schema.Attribute{
				"build_uuid": buildUUID(),
				"id": schema.StringAttribute{
					Computed:            true,
					MarkdownDescription: "UUID of the build, as Quay writes it.",
				},
				"phase": schema.StringAttribute{
					Computed:            true,
					MarkdownDescription: "Phase of the build, such as `waiting`, `building`, `pushing`, `complete`, `error`, `cancelled` or `expired`.",
				},
				"error": schema.StringAttribute{
					Computed:            true,
					MarkdownDescription: "Reason why Quay cannot tell the status. Null if Quay tells it.",
				},
				"status_json": schema.StringAttribute{
					Computed:            true,
					MarkdownDescription: "Progress of a running build, as JSON for `jsondecode`. The value is `{}` for another build.",
				},
				"started": schema.StringAttribute{
					CustomType:          timetypes.RFC3339Type{},
					Computed:            true,
					MarkdownDescription: "Time of the request for the build (RFC 3339).",
				},
				"display_name": schema.StringAttribute{
					Computed:            true,
					MarkdownDescription: "Name for people, such as the beginning of a commit's hash.",
				},
				"repository": schema.StringAttribute{
					Computed:            true,
					MarkdownDescription: "Repository of the image, as `namespace/name`.",
				},
				"tags": schema.ListAttribute{
					ElementType:         types.StringType,
					Computed:            true,
					MarkdownDescription: "Tags that the image is given.",
				},
				"dockerfile_path": schema.StringAttribute{
					Computed:            true,
					MarkdownDescription: "Path of the Dockerfile in the archive.",
				},
				"subdirectory": schema.StringAttribute{
					Computed:            true,
					MarkdownDescription: "The same by its older name.",
				},
				"context": schema.StringAttribute{
					Computed:            true,
					MarkdownDescription: "Path of the build's context in the archive.",
				},
				"manual_user": schema.StringAttribute{
					Computed:            true,
					MarkdownDescription: "User who started the build by hand. Null if a trigger started it.",
				},
				"trigger_id": schema.StringAttribute{
					Computed:            true,
					MarkdownDescription: "UUID of the trigger that started the build. Null if a user started it by hand.",
				},
				"trigger_service": schema.StringAttribute{
					Computed:            true,
					MarkdownDescription: "Service of the trigger, such as `github`. Null if a user started the build by hand.",
				},
				"pull_robot": schema.StringAttribute{
					Computed:            true,
					MarkdownDescription: "Robot account that pulls the base image, as `namespace+name`. Null if there is none.",
				},
				"is_writer": schema.BoolAttribute{
					Computed:            true,
					MarkdownDescription: "Whether the token's user may write to the repository.",
				},
				"resource_key": schema.StringAttribute{
					Computed:            true,
					MarkdownDescription: "Key of the uploaded archive in the registry's storage. Null if there is no uploaded archive.",
				},
				"archive_url": schema.StringAttribute{
					Computed:  true,
					Sensitive: true,
					MarkdownDescription: "Address of the archive. Quay signs the address of an uploaded archive. Everyone with the address can read the archive for a while. " +
						"Null if Quay does not tell it.",
				},
			},
		},
		Read: func(ctx context.Context, c *client.Client, m *model) error {
			build, err := get(c, ctx, m.BuildUUID.ValueString())
			if err != nil {
				return explain(m.BuildUUID.ValueString(), err)
			}
			m.fromAPI(build)
			return nil
		},
	})
}

// fromAPI copies a build into the model.
func (m *model) fromAPI(build *client.Build) {
	*m = model{
		BuildUUID:      m.BuildUUID,
		ID:             types.StringValue(build.ID),
		Phase:          types.StringValue(build.Phase),
		Error:          envelope.TextOrNull(build.Error),
		StatusJSON:     envelope.TextOrNull(string(build.Status)),
		Started:        timetypes.NewRFC3339Null(),
		DisplayName:    envelope.TextOrNull(build.DisplayName),
		Tags:           append([]string{}, build.Tags...),
		DockerfilePath: envelope.TextOrNull(build.DockerfilePath),
		Subdirectory:   envelope.TextOrNull(build.Subdirectory),
		Context:        envelope.TextOrNull(build.Context),
		ManualUser:     envelope.TextOrNull(build.ManualUser),
		IsWriter:       types.BoolValue(build.IsWriter),
		ResourceKey:    envelope.TextOrNull(build.ResourceKey),
		ArchiveURL:     envelope.TextOrNull(build.ArchiveURL),
	}
	if build.Started != nil {
		m.Started = timetypes.NewRFC3339TimeValue(build.Started.Time)
	}
	if build.Repository != nil {
		m.Repository = types.StringValue(build.Repository.Namespace + "/" + build.Repository.Name)
	}
	if build.Trigger != nil {
		m.TriggerID = envelope.TextOrNull(build.Trigger.ID)
		m.TriggerService = envelope.TextOrNull(build.Trigger.Service)
	}
	if build.PullRobot != nil {
		m.PullRobot = types.StringValue(build.PullRobot.Name)
	}
}

// logsModel is a quay_build_logs.
type logsModel struct {
	BuildUUID types.String `tfsdk:"build_uuid"`
	Start     types.Int64  `tfsdk:"start"`
	Total     types.Int64  `tfsdk:"total"`
	Entries   []entryModel `tfsdk:"entries"`
	LogsURL   types.String `tfsdk:"logs_url"`
}

// entryModel is an entry of a build's logs.
type entryModel struct {
	Type    types.String `tfsdk:"type"`
	Message types.String `tfsdk:"message"`
}

// newLogsDataSource returns the data source quay_build_logs.
func newLogsDataSource() datasource.DataSource {
	return envelope.NewDataSource(envelope.DataSourceDeclaration[logsModel]{
		Name: "build_logs",
		Noun: "build logs",
		Schema: schema.Schema{
			MarkdownDescription: "Reads the logs of a build of a repository's image, in any namespace.\n\nSome time after the end of a build, Quay moves the logs to an archive. Then Quay returns only their address, and all attributes but " +
				"`logs_url` are null.",
			Attributes: map[string]schema.Attribute{
				"build_uuid": buildUUID(),
				"start": schema.Int64Attribute{
					Computed:            true,
					MarkdownDescription: "Number of the first entry, counted from 0. Null for archived logs.",
				},
				"total": schema.Int64Attribute{
					Computed:            true,
					MarkdownDescription: "Number of entries. Null for archived logs.",
				},
				"logs_url": schema.StringAttribute{
					Computed:            true,
					Sensitive:           true,
					MarkdownDescription: "Address of archived logs. Quay signs the address, so that everyone with it can read the logs for a while. Null for other logs.",
				},
				"entries": schema.ListNestedAttribute{
					Computed:            true,
					MarkdownDescription: "Entries, the oldest first. Null for archived logs.",
					NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
						"type": schema.StringAttribute{
							Computed:            true,
							MarkdownDescription: "Type of a heading: `phase`, `command` or `error`. Null for a printed line.",
						},
						"message": schema.StringAttribute{
							Computed:            true,
							MarkdownDescription: "Text of the line or of the heading.",
						},
					}},
				},
			},
		},
		Read: readLogs,
	})
}

func readLogs(ctx context.Context, c *client.Client, m *logsModel) error {
	logs, err := c.GetBuildLogs(ctx, m.BuildUUID.ValueString())
	if err != nil {
		return explain(m.BuildUUID.ValueString(), err)
	}
	if logs.Logs == nil {
		m.LogsURL = envelope.TextOrNull(logs.LogsURL)
		return nil
	}
	m.Start, m.Total, m.Entries = types.Int64Value(logs.Start), types.Int64Value(logs.Total), []entryModel{}
	for _, entry := range logs.Logs {
		m.Entries = append(m.Entries, entryModel{envelope.TextOrNull(entry.Type), types.StringValue(entry.Message)})
	}
	return nil
}

// explain says why the provider cannot read a build.
func explain(uuid string, err error) error {
	if errors.Is(err, client.InternalError) {
		return envelope.WithDetail("", "Quay up to version 3.16 fails with 500 for every build that was started without a trigger. Quay 3.17 and later can show it.", err)
	}
	return envelope.NotFoundError("build_uuid", "build", uuid, err)
}

// buildUUID is the attribute that names a build. It accepts only a UUID, because a word such
// as "users" would form the path of another call.
func buildUUID() schema.StringAttribute {
	return schema.StringAttribute{
		Required:            true,
		MarkdownDescription: "UUID of the build.",
		Validators: []validator.String{envelope.Matches(
			`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`, "must be a UUID such as 83262bb9-f06c-4e30-a362-1457f647b222")},
	}
}
