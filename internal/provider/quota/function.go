package quota

import (
	"context"
	"fmt"
	"math/big"

	"github.com/hashicorp/terraform-plugin-framework/function"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// newBytesFunction returns the function bytes.
func newBytesFunction() function.Function {
	return envelope.NewFunction(envelope.FunctionDeclaration{
		Name: "bytes",
		Definition: function.Definition{
			Summary: "The number of bytes of a size such as 10 GiB",
			MarkdownDescription: "Returns the number of bytes of a size, exactly. The size is a whole number and a unit, as in the `limit` of a quota: units of 1024 are " +
				"`KiB`, `MiB`, `GiB`, `TiB`, `PiB`, `EiB` (or `Ki`, `Mi`, …), units of 1000 are `KB`, `MB`, `GB`, `TB`, `PB`, `EB` (or `K`, `M`, …), and `B` or none is bytes.",
			Parameters: []function.Parameter{
				function.StringParameter{Name: "size", MarkdownDescription: "A whole number and a unit, such as `10 GiB`, of less than 8 EiB."},
			},
			Return: function.Int64Return{},
		},
		Run: func(ctx context.Context, arguments function.ArgumentsData) (any, *function.FuncError) {
			var text string
			if err := arguments.Get(ctx, &text); err != nil {
				return nil, err
			}
			size, err := parseSize(text)
			if err != nil {
				return nil, function.NewArgumentFuncError(0, fmt.Sprintf("The size %s", err))
			}
			return size, nil
		},
	})
}

// newFormatBytesFunction returns the function format_bytes. Its parameter is a
// Number because the framework reports a fraction in an Int64 as an error of the
// provider.
func newFormatBytesFunction() function.Function {
	return envelope.NewFunction(envelope.FunctionDeclaration{
		Name: "format_bytes",
		Definition: function.Definition{
			Summary: "A number of bytes as text, such as 10 GiB",
			MarkdownDescription: "Returns a number of bytes as text with a unit, exactly: with the unit, of 1024 or of 1000, that leaves the smallest whole number. " +
				"`bytes` is its reverse.",
			Parameters: []function.Parameter{
				function.NumberParameter{Name: "bytes", MarkdownDescription: "A whole number from 0 to 9223372036854775807."},
			},
			Return: function.StringReturn{},
		},
		Run: func(ctx context.Context, arguments function.ArgumentsData) (any, *function.FuncError) {
			var number *big.Float
			if err := arguments.Get(ctx, &number); err != nil {
				return nil, err
			}
			size, err := countBytes(number)
			if err != nil {
				return nil, function.NewArgumentFuncError(0, fmt.Sprintf("The number %s", err))
			}
			return formatSize(size), nil
		},
	})
}
