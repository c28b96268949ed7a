package provider_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
)

// Every type, function, attribute, block and parameter tells what it is, in
// sentences.
func TestEverythingIsDescribed(t *testing.T) {
	t.Parallel()
	server, err := acctest.Providers()["quay"]()
	if err != nil {
		t.Fatal(err)
	}
	schema, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	described := 0
	sentence := func(name, text string) {
		t.Helper()
		described++
		if text = strings.TrimSpace(text); len(text) < 8 || !strings.ContainsAny(text[len(text)-1:], ".`") {
			t.Errorf("%s is described as %q", name, text)
		}
	}
	var attributes func(name string, list []*tfprotov6.SchemaAttribute)
	attributes = func(name string, list []*tfprotov6.SchemaAttribute) {
		for _, attribute := range list {
			sentence(name+"."+attribute.Name, attribute.Description)
			if attribute.NestedType != nil {
				attributes(name+"."+attribute.Name, attribute.NestedType.Attributes)
			}
		}
	}
	block := func(name string, schema *tfprotov6.Schema) {
		t.Helper()
		sentence(name, schema.Block.Description)
		attributes(name, schema.Block.Attributes)
		if len(schema.Block.BlockTypes) > 0 {
			t.Errorf("%s has blocks: use nested attributes", name)
		}
	}
	block("provider", schema.Provider)
	for kind, types := range map[string]map[string]*tfprotov6.Schema{
		"resource": schema.ResourceSchemas, "data source": schema.DataSourceSchemas,
		"ephemeral resource": schema.EphemeralResourceSchemas, "list resource": schema.ListResourceSchemas,
	} {
		for name, schema := range types {
			block(kind+" "+name, schema)
		}
	}
	for name, action := range schema.ActionSchemas {
		block("action "+name, action.Schema)
	}
	for name, function := range schema.Functions {
		sentence("function "+name, function.Description)
		sentence("function "+name, function.Summary+".")
		for _, parameter := range function.Parameters {
			sentence("function "+name+", parameter "+parameter.Name, parameter.Description)
		}
	}
	identities, err := server.GetResourceIdentitySchemas(t.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for name, identity := range identities.IdentitySchemas {
		for _, attribute := range identity.IdentityAttributes {
			sentence("identity of "+name+"."+attribute.Name, attribute.Description)
		}
	}
	if described < 200 {
		t.Errorf("%d things are described", described)
	}
}
