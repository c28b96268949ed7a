package provider

import (
	"context"
	"math/big"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// wholeNumbers refuses fractions, and numbers of more than 64 bits, before the framework
// decodes them. The framework would report them as an error of the provider. Quay has only
// whole numbers, so the rule holds for every number of every configuration. Terraform
// validates every configuration that it reads, so no later call gets a fraction.
type wholeNumbers struct {
	protocol

	once  sync.Once
	types map[string]tftypes.Type // types with numbers, by kind and name
}

func (w *wholeNumbers) ValidateProviderConfig(ctx context.Context, req *tfprotov6.ValidateProviderConfigRequest) (*tfprotov6.ValidateProviderConfigResponse, error) {
	checked := *req
	refused := w.check(ctx, "provider", "", &checked.Config)
	resp, err := w.protocol.ValidateProviderConfig(ctx, &checked)
	if resp != nil {
		resp.Diagnostics = append(refused, resp.Diagnostics...)
	}
	return resp, err
}

func (w *wholeNumbers) ValidateResourceConfig(ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	checked := *req
	refused := w.check(ctx, "resource", req.TypeName, &checked.Config)
	resp, err := w.protocol.ValidateResourceConfig(ctx, &checked)
	if resp != nil {
		resp.Diagnostics = append(refused, resp.Diagnostics...)
	}
	return resp, err
}

func (w *wholeNumbers) ValidateDataResourceConfig(ctx context.Context, req *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	checked := *req
	refused := w.check(ctx, "data", req.TypeName, &checked.Config)
	resp, err := w.protocol.ValidateDataResourceConfig(ctx, &checked)
	if resp != nil {
		resp.Diagnostics = append(refused, resp.Diagnostics...)
	}
	return resp, err
}

func (w *wholeNumbers) ValidateEphemeralResourceConfig(ctx context.Context, req *tfprotov6.ValidateEphemeralResourceConfigRequest) (*tfprotov6.ValidateEphemeralResourceConfigResponse, error) {
	checked := *req
	refused := w.check(ctx, "ephemeral", req.TypeName, &checked.Config)
	resp, err := w.protocol.ValidateEphemeralResourceConfig(ctx, &checked)
	if resp != nil {
		resp.Diagnostics = append(refused, resp.Diagnostics...)
	}
	return resp, err
}

func (w *wholeNumbers) ValidateListResourceConfig(ctx context.Context, req *tfprotov6.ValidateListResourceConfigRequest) (*tfprotov6.ValidateListResourceConfigResponse, error) {
	checked := *req
	refused := w.check(ctx, "list", req.TypeName, &checked.Config)
	resp, err := w.protocol.ValidateListResourceConfig(ctx, &checked)
	if resp != nil {
		resp.Diagnostics = append(refused, resp.Diagnostics...)
	}
	return resp, err
}

func (w *wholeNumbers) ValidateActionConfig(ctx context.Context, req *tfprotov6.ValidateActionConfigRequest) (*tfprotov6.ValidateActionConfigResponse, error) {
	checked := *req
	refused := w.check(ctx, "action", req.ActionType, &checked.Config)
	resp, err := w.protocol.ValidateActionConfig(ctx, &checked)
	if resp != nil {
		resp.Diagnostics = append(refused, resp.Diagnostics...)
	}
	return resp, err
}

// check returns the errors of a configuration's numbers. It replaces wrong numbers by unknown
// values, so that the framework checks the other values.
func (w *wholeNumbers) check(ctx context.Context, kind, name string, config **tfprotov6.DynamicValue) (refused []*tfprotov6.Diagnostic) {
	w.once.Do(func() { w.types = w.typesWithNumbers(ctx) })
	typ, ok := w.types[kind+" "+name]
	if !ok || *config == nil {
		return nil
	}
	value, err := (*config).Unmarshal(typ)
	if err != nil {
		return nil // the framework reports it
	}
	value, err = tftypes.Transform(value, func(at *tftypes.AttributePath, v tftypes.Value) (tftypes.Value, error) {
		problem := notWhole(v)
		if problem == "" {
			return v, nil
		}
		refused = append(refused, &tfprotov6.Diagnostic{
			Severity: tfprotov6.DiagnosticSeverityError, Summary: "Invalid value", Detail: attributeName(at) + " " + problem, Attribute: at,
		})
		return tftypes.NewValue(v.Type(), tftypes.UnknownValue), nil
	})
	if err != nil || refused == nil {
		return nil
	}
	if checked, err := tfprotov6.NewDynamicValue(typ, value); err == nil {
		*config = &checked
	}
	return refused
}

// notWhole returns the problem of a number, or an empty text.
func notWhole(v tftypes.Value) string {
	var number *big.Float
	if !v.Type().Is(tftypes.Number) || !v.IsKnown() || v.IsNull() || v.As(&number) != nil {
		return ""
	}
	if !number.IsInt() {
		return "must be a whole number. The functions floor and ceil make one."
	}
	if _, accuracy := number.Int64(); accuracy != big.Exact {
		return "must be a whole number from -9223372036854775808 to 9223372036854775807."
	}
	return ""
}

// attributeName returns the names of the attributes on a path.
func attributeName(at *tftypes.AttributePath) string {
	var names []string
	for _, step := range at.Steps() {
		if name, ok := step.(tftypes.AttributeName); ok {
			names = append(names, string(name))
		}
	}
	return strings.Join(names, ".")
}

// typesWithNumbers returns the types of the configurations that can hold numbers.
func (w *wholeNumbers) typesWithNumbers(ctx context.Context) map[string]tftypes.Type {
	types := map[string]tftypes.Type{}
	schemas, err := w.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return types // reports no error, because Terraform has read the schema before
	}
	add := func(kind, name string, schema *tfprotov6.Schema) {
		if schema != nil && hasNumber(schema.ValueType()) {
			types[kind+" "+name] = schema.ValueType()
		}
	}
	add("provider", "", schemas.Provider)
	for kind, byName := range map[string]map[string]*tfprotov6.Schema{
		"resource": schemas.ResourceSchemas, "data": schemas.DataSourceSchemas,
		"ephemeral": schemas.EphemeralResourceSchemas, "list": schemas.ListResourceSchemas,
	} {
		for name, schema := range byName {
			add(kind, name, schema)
		}
	}
	for name, action := range schemas.ActionSchemas {
		add("action", name, action.Schema)
	}
	return types
}

// hasNumber tells whether a value of a type can hold a number.
func hasNumber(typ tftypes.Type) bool {
	switch typ := typ.(type) {
	case tftypes.Object:
		for _, attribute := range typ.AttributeTypes {
			if hasNumber(attribute) {
				return true
			}
		}
		return false
	case tftypes.List:
		return hasNumber(typ.ElementType)
	case tftypes.Set:
		return hasNumber(typ.ElementType)
	case tftypes.Map:
		return hasNumber(typ.ElementType)
	}
	return typ.Is(tftypes.Number)
}
