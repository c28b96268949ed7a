package account

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// An apply can replace a robot that the set of another resource lists. Quay deletes the robot
// with its permissions and memberships, and the new robot has the same name. Terraform then
// sees no change of the set. The attribute recreated_robots is the change that makes Terraform
// update the other resource.

// RecreatedRobots is the attribute recreated_robots. The description says what the resource
// gives the robots again.
func RecreatedRobots(given string) schema.SetAttribute {
	return schema.SetAttribute{
		ElementType: types.StringType,
		Computed:    true,
		MarkdownDescription: "Listed robot accounts " + given + " by the last update, because the same apply had replaced them. " +
			"Null if there are none.",
	}
}

// PlanRecreated returns the planned value of recreated_robots for an object that exists.
// Terraform plans the object a second time during the apply. Then the client knows the new
// robots, and the unknown value makes Terraform update the object. If the object has other
// changes, the first plan must have the unknown value, too. The client can be nil.
func PlanRecreated(ctx context.Context, c *client.Client, changes bool, prior types.Set, all attr.Value, listed []string) types.Set {
	mayHaveRobots := !envelope.IsFullyKnown(ctx, all) || slices.ContainsFunc(listed, func(name string) bool { return !IsPerson(name) })
	if changes && mayHaveRobots || len(recreated(c, listed)) > 0 {
		return types.SetUnknown(types.StringType)
	}
	return prior
}

// Recreated returns the robots that the run has created, among those that an object lists now
// and has listed before. It also returns their value for recreated_robots.
func Recreated(c *client.Client, listed, before []string) ([]string, types.Set) {
	robots := slices.DeleteFunc(recreated(c, listed), func(name string) bool { return !slices.Contains(before, name) })
	if len(robots) == 0 {
		return nil, types.SetNull(types.StringType)
	}
	return robots, envelope.TextSet(robots)
}

// recreated returns the robots among the names that the run has created.
func recreated(c *client.Client, names []string) []string {
	if c == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return !c.CreatedRobot(name) })
}
