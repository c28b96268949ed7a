package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// NewServer returns the constructor of the provider as it speaks Terraform's
// plugin protocol.
func NewServer(version string) func() tfprotov6.ProviderServer {
	return func() tfprotov6.ProviderServer {
		p := New(version)()
		return &server{&wholeNumbers{protocol: providerserver.NewProtocol6(p)().(protocol)}, p}
	}
}

// protocol is what the framework's server can do and the provider needs.
type protocol interface {
	tfprotov6.ProviderServer
	tfprotov6.ListResourceServer
	tfprotov6.ActionServer
}

// server is the framework's, but for what the framework leaves no say in.
type server struct {
	protocol
	provider provider.Provider
}

// GetProviderSchema tells of the next call too, which the framework has but
// keeps to itself.
func (s *server) GetProviderSchema(ctx context.Context, req *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	resp, err := s.protocol.GetProviderSchema(ctx, req)
	if err == nil && resp.ServerCapabilities != nil {
		resp.ServerCapabilities.GenerateResourceConfig = true
	}
	return resp, err
}

// GenerateResourceConfig makes the configuration of an object that is to be
// imported. The framework takes every value that may be given, but some of them
// exclude each other.
func (s *server) GenerateResourceConfig(ctx context.Context, req *tfprotov6.GenerateResourceConfigRequest) (*tfprotov6.GenerateResourceConfigResponse, error) {
	resp, err := s.protocol.GenerateResourceConfig(ctx, req)
	if err != nil || resp.Config == nil {
		return resp, err
	}
	for _, newResource := range s.provider.Resources(ctx) {
		deriving, ok := newResource().(interface {
			resource.Resource
			WithoutDerived(object tftypes.Value) tftypes.Value
		})
		if !ok || typeName(ctx, deriving) != req.TypeName {
			continue
		}
		var schema resource.SchemaResponse
		deriving.Schema(ctx, resource.SchemaRequest{}, &schema)
		typ := schema.Schema.Type().TerraformType(ctx)
		config, err := resp.Config.Unmarshal(typ)
		if err != nil || config.IsNull() {
			return resp, err
		}
		value, err := tfprotov6.NewDynamicValue(typ, deriving.WithoutDerived(config))
		if err != nil {
			return nil, fmt.Errorf("configuration of a %s: %w", req.TypeName, err)
		}
		resp.Config = &value
	}
	return resp, nil
}

// typeName returns the name of a resource's type.
func typeName(ctx context.Context, r resource.Resource) string {
	var metadata resource.MetadataResponse
	r.Metadata(ctx, resource.MetadataRequest{ProviderTypeName: "quay"}, &metadata)
	return metadata.TypeName
}
