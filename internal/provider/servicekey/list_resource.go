package servicekey

import (
	"context"
	"fmt"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// filterModel is the configuration of a list of quay_service_key.
type filterModel struct {
	Service types.String `tfsdk:"service"`
}

// newListResource returns the list resource quay_service_key.
func newListResource() list.ListResource {
	return envelope.NewListResource(envelope.ListDeclaration[filterModel, *client.ServiceKey, model]{
		Resource: declaration(),
		Schema: schema.Schema{
			MarkdownDescription: "Finds service keys, with keys that have expired and keys that nobody has approved.",
			Attributes: map[string]schema.Attribute{
				"service": schema.StringAttribute{
					Optional:            true,
					MarkdownDescription: "Name of the service whose keys to list. Defaults to all services.",
					Validators:          serviceRules(),
				},
			},
		},
		Objects: objects,
		FromAPI: (*model).fromAPI,
		Display: func(m model) string {
			if name := m.Name.ValueString(); name != "" {
				return name
			}
			return fmt.Sprintf("%s %s", m.Service.ValueString(), m.KID.ValueString())
		},
	})
}

func objects(ctx context.Context, c *client.Client, config filterModel) iter.Seq2[*client.ServiceKey, error] {
	return func(yield func(*client.ServiceKey, error) bool) {
		keys, err := c.ListServiceKeys(ctx)
		if err != nil {
			yield(nil, err)
			return
		}
		for _, key := range keys {
			if !config.Service.IsNull() && key.Service != config.Service.ValueString() {
				continue
			}
			if !yield(&key, nil) {
				return
			}
		}
	}
}
