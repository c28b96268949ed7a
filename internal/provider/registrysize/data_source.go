package registrysize

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// sizeModel is a quay_registry_size.
type sizeModel struct {
	SizeBytes types.Int64       `tfsdk:"size_bytes"`
	LastRan   timetypes.RFC3339 `tfsdk:"last_ran"`
	Running   types.Bool        `tfsdk:"running"`
	Queued    types.Bool        `tfsdk:"queued"`
}

// newSizeDataSource returns the data source quay_registry_size.
func newSizeDataSource() datasource.DataSource {
	return envelope.NewDataSource(envelope.DataSourceDeclaration[sizeModel]{
		Name: "registry_size",
		Noun: "registry size",
		Schema: schema.Schema{
			MarkdownDescription: "Reads the storage that the whole registry uses, by Quay's last calculation.",
			Attributes: map[string]schema.Attribute{
				"size_bytes": schema.Int64Attribute{
					Computed:            true,
					MarkdownDescription: "Size in bytes. It is 0 before the first calculation.",
				},
				"last_ran": schema.StringAttribute{
					CustomType:          timetypes.RFC3339Type{},
					Computed:            true,
					MarkdownDescription: "End of the calculation (RFC 3339). Null before the first calculation.",
				},
				"running": schema.BoolAttribute{
					Computed:            true,
					MarkdownDescription: "Whether a calculation is running.",
				},
				"queued": schema.BoolAttribute{
					Computed:            true,
					MarkdownDescription: "Whether a calculation is waiting to run.",
				},
			},
		},
		Read: readSize,
	})
}

func readSize(ctx context.Context, c *client.Client, m *sizeModel) error {
	size, err := c.GetRegistrySize(ctx)
	if err != nil {
		return err
	}
	*m = sizeModel{
		SizeBytes: types.Int64Value(int64(size.SizeBytes)),
		LastRan:   lastRan(size),
		Running:   types.BoolValue(size.Running),
		Queued:    types.BoolValue(size.Queued),
	}
	return nil
}

// lastRan returns the time of the last calculation, or null before the first one.
func lastRan(size *client.RegistrySize) timetypes.RFC3339 {
	if size.LastRan == nil {
		return timetypes.NewRFC3339Null()
	}
	return timetypes.NewRFC3339TimeValue(time.UnixMilli(*size.LastRan).UTC())
}
