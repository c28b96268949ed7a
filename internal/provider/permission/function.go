package permission

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/account"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// newRobotFunction returns the function robot.
func newRobotFunction() function.Function {
	return envelope.NewFunction(envelope.FunctionDeclaration{
		Name: "robot",
		Definition: function.Definition{
			Summary: "The whole name of a robot, such as acme+ci",
			MarkdownDescription: "Returns the full name of a robot account, from the name of its user or organization and its short name. Both names may have lower-case " +
				"letters, digits, `.`, `_` and `-`. The full name has at most 255 characters, with the `+` between them.",
			Parameters: []function.Parameter{
				function.StringParameter{
					Name:                "namespace",
					MarkdownDescription: "Name of the user or the organization.",
					Validators:          account.ReferenceParameter(),
				},
				function.StringParameter{
					Name:                "name",
					MarkdownDescription: "Short name of the robot.",
					Validators:          account.ReferenceParameter(), // Quay's rule for the namespace and the robot
				},
			},
			Return: function.StringReturn{},
		},
		Run: func(ctx context.Context, arguments function.ArgumentsData) (any, *function.FuncError) {
			var owner, name string
			if err := arguments.Get(ctx, &owner, &name); err != nil {
				return nil, err
			}
			robot := owner + "+" + name
			if len(robot) > account.MaxLength {
				return nil, function.NewArgumentFuncError(1, fmt.Sprintf("The namespace and the name make %d characters together with the + between them, "+
					"and Quay stores %d: give the robot a shorter name", len(robot), account.MaxLength))
			}
			return robot, nil
		},
	})
}

// newParseRepositoryFunction returns the function parse_repository.
func newParseRepositoryFunction() function.Function {
	return envelope.NewFunction(envelope.FunctionDeclaration{
		Name: "parse_repository",
		Definition: function.Definition{
			Summary: "The namespace and the name of a repository",
			MarkdownDescription: "Splits a repository into `namespace`, which is the part before the first slash, and `name`, which is the rest. The namespace is the name of " +
				"an organization or a user.",
			Parameters: []function.Parameter{
				function.StringParameter{
					Name:                "repository",
					MarkdownDescription: "Repository as `namespace/name`, where the name may contain slashes: `acme/team/app`.",
					Validators:          []function.StringParameterValidator{envelope.Text(account.CheckRepository)},
				},
			},
			Return: function.ObjectReturn{AttributeTypes: map[string]attr.Type{"namespace": types.StringType, "name": types.StringType}},
		},
		Run: func(ctx context.Context, arguments function.ArgumentsData) (any, *function.FuncError) {
			var text string
			if err := arguments.Get(ctx, &text); err != nil {
				return nil, err
			}
			repository, err := client.ParseRepository(text)
			if err != nil {
				return nil, function.NewArgumentFuncError(0, err.Error())
			}
			return struct {
				Namespace string `tfsdk:"namespace"`
				Name      string `tfsdk:"name"`
			}(repository), nil
		},
	})
}
