package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// NewServer returns the constructor of the provider's server for Terraform's plugin protocol.
func NewServer(version string) func() tfprotov6.ProviderServer {
	return func() tfprotov6.ProviderServer {
		p := New(version)()
		framework := providerserver.NewProtocol6(p)().(protocol)
		return &server{&wholeNumbers{protocol: framework}, configGenerators(p)}
	}
}

// protocol is the part of the framework's server that the provider uses.
type protocol interface {
	tfprotov6.ProviderServer
	tfprotov6.ListResourceServer
	tfprotov6.ActionServer
}

// server is the framework's server, with its own GenerateResourceConfig.
type server struct {
	protocol
	generators map[string]envelope.ConfigGenerator // by type
}

// configGenerators returns the resources that change generated configurations, by type.
func configGenerators(p provider.Provider) map[string]envelope.ConfigGenerator {
	ctx := context.Background()
	generators := map[string]envelope.ConfigGenerator{}
	for _, newResource := range p.Resources(ctx) {
		if generator, ok := newResource().(envelope.ConfigGenerator); ok {
			var metadata resource.MetadataResponse
			generator.Metadata(ctx, resource.MetadataRequest{ProviderTypeName: typePrefix}, &metadata)
			generators[metadata.TypeName] = generator
		}
	}
	return generators
}

// terraform-plugin-framework 1.19.0 has GenerateResourceConfig, but does not announce it, and
// generates every optional value. Its comment says that a later version will replace that.
// When resources of the framework can change the generated configuration, the next two methods
// and [envelope.ConfigGenerator] can go.

// GetProviderSchema announces the next call.
func (s *server) GetProviderSchema(ctx context.Context, req *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	resp, err := s.protocol.GetProviderSchema(ctx, req)
	if err == nil && resp.ServerCapabilities != nil {
		resp.ServerCapabilities.GenerateResourceConfig = true
	}
	return resp, err
}

// GenerateResourceConfig generates the configuration of an object for an import. The object's
// resource can change it.
func (s *server) GenerateResourceConfig(ctx context.Context, req *tfprotov6.GenerateResourceConfigRequest) (*tfprotov6.GenerateResourceConfigResponse, error) {
	resp, err := s.protocol.GenerateResourceConfig(ctx, req)
	generator := s.generators[req.TypeName]
	if err != nil || resp.Config == nil || generator == nil {
		return resp, err
	}
	var schema resource.SchemaResponse
	generator.Schema(ctx, resource.SchemaRequest{}, &schema)
	typ := schema.Schema.Type().TerraformType(ctx)
	config, err := resp.Config.Unmarshal(typ)
	if err != nil || config.IsNull() {
		return resp, err
	}
	value, err := tfprotov6.NewDynamicValue(typ, generator.GeneratedConfig(config))
	if err != nil {
		return nil, fmt.Errorf("configuration of a %s: %w", req.TypeName, err)
	}
	resp.Config = &value
	return resp, nil
}
