package repository

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/account"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// tagModel is a tag in quay_repository_tags.
type tagModel struct {
	Name           types.String      `tfsdk:"name"`
	Digest         types.String      `tfsdk:"digest"`
	IsManifestList types.Bool        `tfsdk:"is_manifest_list"`
	Size           types.Int64       `tfsdk:"size"`
	Start          timetypes.RFC3339 `tfsdk:"start"`
	Expiration     timetypes.RFC3339 `tfsdk:"expiration"`
}

func tagAttributes(name schema.StringAttribute) map[string]schema.Attribute {
	name.MarkdownDescription = "Name of the tag."
	return map[string]schema.Attribute{
		"name": name,
		"digest": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "Digest of the manifest, such as `sha256:…`.",
		},
		"is_manifest_list": schema.BoolAttribute{
			Computed:            true,
			MarkdownDescription: "Whether the manifest is a list of manifests for several platforms.",
		},
		"size": schema.Int64Attribute{
			Computed:            true,
			MarkdownDescription: "Size of the compressed layers in bytes. Null if Quay does not know the size.",
		},
		"start": schema.StringAttribute{
			CustomType:          timetypes.RFC3339Type{},
			Computed:            true,
			MarkdownDescription: "When the tag got this manifest (RFC 3339, UTC).",
		},
		"expiration": schema.StringAttribute{
			CustomType:          timetypes.RFC3339Type{},
			Computed:            true,
			MarkdownDescription: "When the tag expires (RFC 3339, UTC). Null if the tag does not expire.",
		},
	}
}

func tagModelOf(tag *client.Tag) tagModel {
	m := tagModel{
		Name:           types.StringValue(tag.Name),
		Digest:         types.StringValue(tag.Digest),
		IsManifestList: types.BoolValue(tag.IsList),
		Size:           types.Int64PointerValue(tag.Size),
		Start:          timeValue(tag.Start),
		Expiration:     timetypes.NewRFC3339Null(),
	}
	if tag.End != nil {
		m.Expiration = timeValue(*tag.End)
	}
	return m
}

func timeValue(seconds int64) timetypes.RFC3339 {
	return timetypes.NewRFC3339TimeValue(time.Unix(seconds, 0).UTC())
}

// repositoryAttribute names the repository of tags.
func repositoryAttribute() schema.StringAttribute {
	return schema.StringAttribute{
		Required:            true,
		MarkdownDescription: "Name of the repository with its namespace, such as `acme/app`.",
		Validators:          []validator.String{envelope.Text(account.CheckRepository)},
	}
}

// oneTagModel is a quay_repository_tag.
type oneTagModel struct {
	Repository types.String `tfsdk:"repository"`
	tagModel
}

// newTagDataSource returns the data source quay_repository_tag.
func newTagDataSource() datasource.DataSource {
	attributes := tagAttributes(schema.StringAttribute{
		Required: true,
		Validators: []validator.String{envelope.Matches(`^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$`,
			"must be 1 to 128 letters, digits, '_', '.' and '-', and must not begin with '.' or '-'")},
	})
	attributes["repository"] = repositoryAttribute()
	return envelope.NewDataSource(envelope.DataSourceDeclaration[oneTagModel]{
		Name: "repository_tag",
		Noun: "tag",
		Schema: schema.Schema{
			MarkdownDescription: "Reads a tag of a repository, such as to deploy an image by its digest.",
			Attributes:          attributes,
		},
		Read: func(ctx context.Context, c *client.Client, m *oneTagModel) error {
			repository, err := client.ParseRepository(m.Repository.ValueString())
			if err != nil {
				return envelope.WithDetail("repository", "repository "+err.Error()+".", nil)
			}
			tag, err := c.GetTag(ctx, repository, m.Name.ValueString())
			if err != nil {
				return envelope.NotFoundError("name", "tag", repository.String()+":"+m.Name.ValueString(), err)
			}
			m.tagModel = tagModelOf(tag)
			return nil
		},
	})
}

// tagsModel is a quay_repository_tags.
type tagsModel struct {
	Repository types.String `tfsdk:"repository"`
	Tags       []tagModel   `tfsdk:"tags"`
}

// newTagsDataSource returns the data source quay_repository_tags.
func newTagsDataSource() datasource.DataSource {
	return envelope.NewDataSource(envelope.DataSourceDeclaration[tagsModel]{
		Name: "repository_tags",
		Noun: "tags",
		Schema: schema.Schema{
			MarkdownDescription: "Reads the tags of a repository that have not expired, with one call for each 100 tags.",
			Attributes: map[string]schema.Attribute{
				"repository": repositoryAttribute(),
				"tags": schema.ListNestedAttribute{
					Computed:            true,
					MarkdownDescription: "The tags, the newest first.",
					NestedObject:        schema.NestedAttributeObject{Attributes: tagAttributes(schema.StringAttribute{Computed: true})},
				},
			},
		},
		Read: func(ctx context.Context, c *client.Client, m *tagsModel) error {
			repository, err := client.ParseRepository(m.Repository.ValueString())
			if err != nil {
				return envelope.WithDetail("repository", "repository "+err.Error()+".", nil)
			}
			m.Tags = []tagModel{}
			for tag, err := range c.ListTags(ctx, repository) {
				if err != nil {
					return envelope.NotFoundError("repository", "repository", repository.String(), err)
				}
				m.Tags = append(m.Tags, tagModelOf(&tag))
			}
			return nil
		},
	})
}
