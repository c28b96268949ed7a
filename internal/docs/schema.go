package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider"
)

// object is a JSON object.
type object map[string]any

// writeSchema writes the provider's schema in the form of "terraform providers schema -json".
// An older Terraform omits the parts that it lacks: identities before 1.12, lists and actions
// before 1.14.
func writeSchema(ctx context.Context, out io.Writer) error {
	server := provider.NewServer("docs")() //nolint:contextcheck // the names of types need no context
	schemas, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return err
	}
	identities, err := server.GetResourceIdentitySchemas(ctx, &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		return err
	}
	for _, diag := range append(schemas.Diagnostics, identities.Diagnostics...) {
		return fmt.Errorf("%s: %s", diag.Summary, diag.Detail)
	}
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(object{
		"format_version": "1.0",
		"provider_schemas": object{"quay": object{
			"provider":                   schema(schemas.Provider),
			"resource_schemas":           each(schemas.ResourceSchemas, schema),
			"data_source_schemas":        each(schemas.DataSourceSchemas, schema),
			"resource_identity_schemas":  each(identities.IdentitySchemas, identity),
			"list_resource_schemas":      each(schemas.ListResourceSchemas, schema),
			"action_schemas":             each(schemas.ActionSchemas, action),
			"ephemeral_resource_schemas": each(schemas.EphemeralResourceSchemas, schema),
			"functions":                  each(schemas.Functions, function),
		}},
	})
}

func each[T any](schemas map[string]T, convert func(T) object) object {
	result := object{}
	for name, schema := range schemas {
		result[name] = convert(schema)
	}
	return result
}

func schema(s *tfprotov6.Schema) object {
	return object{"version": s.Version, "block": block(s)}
}

// action returns the schema of an action. It has no version, because Terraform stores no state
// of an action.
func action(s *tfprotov6.ActionSchema) object {
	return object{"block": block(s.Schema)}
}

func block(s *tfprotov6.Schema) object {
	return object{
		"attributes":       attributes(s.Block.Attributes),
		"description":      s.Block.Description,
		"description_kind": kind(s.Block.DescriptionKind),
	}
}

func attributes(list []*tfprotov6.SchemaAttribute) object {
	result := object{}
	for _, a := range list {
		attribute := object{
			"description": a.Description, "description_kind": kind(a.DescriptionKind),
			"required": a.Required, "optional": a.Optional, "computed": a.Computed,
			"sensitive": a.Sensitive, "write_only": a.WriteOnly, "deprecated": a.Deprecated,
		}
		if a.NestedType != nil {
			attribute["nested_type"] = object{
				"attributes":   attributes(a.NestedType.Attributes),
				"nesting_mode": nesting[a.NestedType.Nesting],
			}
		} else {
			attribute["type"] = a.Type
		}
		result[a.Name] = attribute
	}
	return result
}

var nesting = map[tfprotov6.SchemaObjectNestingMode]string{
	tfprotov6.SchemaObjectNestingModeSingle: "single",
	tfprotov6.SchemaObjectNestingModeList:   "list",
	tfprotov6.SchemaObjectNestingModeSet:    "set",
	tfprotov6.SchemaObjectNestingModeMap:    "map",
}

func identity(s *tfprotov6.ResourceIdentitySchema) object {
	result := object{}
	for _, a := range s.IdentityAttributes {
		result[a.Name] = object{
			"type": a.Type, "description": a.Description,
			"required_for_import": a.RequiredForImport, "optional_for_import": a.OptionalForImport,
		}
	}
	return object{"version": s.Version, "attributes": result}
}

func function(f *tfprotov6.Function) object {
	parameters := []object{}
	for _, p := range f.Parameters {
		parameters = append(parameters, object{"name": p.Name, "description": p.Description, "type": p.Type, "is_nullable": p.AllowNullValue})
	}
	return object{"summary": f.Summary, "description": f.Description, "return_type": f.Return.Type, "parameters": parameters}
}

func kind(k tfprotov6.StringKind) string {
	if k == tfprotov6.StringKindMarkdown {
		return "markdown"
	}
	return "plain"
}
