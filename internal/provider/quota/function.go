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
			MarkdownDescription: "Returns the number of bytes of a size, without rounding. The size is a whole number and a unit, as in the `limit` of a quota. Units of 1024 " +
				"bytes are `KiB`, `MiB`, `GiB`, `TiB`, `PiB`, `EiB` (or `Ki`, `Mi`, …). Units of 1000 bytes are `KB`, `MB`, `GB`, `TB`, `PB`, `EB` (or `K`, " +
				"`M`, …). Without a unit, or with `B`, the number counts bytes.",
			Parameters: []function.Parameter{
				function.StringParameter{Name: "size", MarkdownDescription: "Whole number and unit, such as `10 GiB`, of less than 8 EiB."},
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
			MarkdownDescription: "Returns a number of bytes as text with a unit, without rounding. The unit is the one, of 1024 or of 1000 bytes, that leaves the smallest " +
				"whole number. The function `bytes` is the reverse.",
			Parameters: []function.Parameter{
				function.NumberParameter{Name: "bytes", MarkdownDescription: "Whole number from 0 to 9223372036854775807."},
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
