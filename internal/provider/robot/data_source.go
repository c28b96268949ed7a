package robot

import (
	"context"
	"errors"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/account"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// dataAttributes are the attributes of a data source for one robot without the organization.
type dataAttributes struct {
	Name             types.String            `tfsdk:"name"`
	Description      types.String            `tfsdk:"description"`
	Metadata         map[string]types.String `tfsdk:"metadata"`
	Username         types.String            `tfsdk:"username"`
	Token            types.String            `tfsdk:"token"`
	DockerConfigJSON types.String            `tfsdk:"dockerconfigjson"`
}

func (a *dataAttributes) attributes() *dataAttributes { return a }

// organizationDataModel is a data source quay_organization_robot.
type organizationDataModel struct {
	organizationName
	dataAttributes
}

// userDataModel is a data source quay_user_robot.
type userDataModel struct {
	noOrganization
	dataAttributes
}

// newOrganizationDataSource returns the data source quay_organization_robot.
func newOrganizationDataSource() datasource.DataSource {
	return newDataSource[organizationDataModel](organizationKind)
}

// newUserDataSource returns the data source quay_user_robot.
func newUserDataSource() datasource.DataSource { return newDataSource[userDataModel](userKind) }

func newDataSource[M any, P interface {
	*M
	ownerModel
	attributes() *dataAttributes
}](k kind) datasource.DataSource {
	return envelope.NewDataSource(envelope.DataSourceDeclaration[M]{
		Name: k.name + "_robot",
		Noun: k.name + " robot",
		Schema: schema.Schema{
			MarkdownDescription: "Reads a robot account of " + k.whose + ", with its token. The state holds the token, so protect the state. " +
				"The ephemeral resource `quay_" + k.name + "_robot_token` reads the token without any state.",
			Attributes: k.withOrganization(map[string]schema.Attribute{
				"name": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "Short name of the robot.",
					Validators:          account.Reference(),
				},
				"description": schema.StringAttribute{
					Computed:            true,
					MarkdownDescription: "Description of the robot.",
				},
				"metadata": schema.MapAttribute{
					ElementType:         types.StringType,
					Computed:            true,
					MarkdownDescription: "Metadata of the robot. What is not text is JSON.",
				},
				"username": schema.StringAttribute{
					Computed:            true,
					MarkdownDescription: "Name of the robot with the name of the owner before it, such as `acme+ci`.",
				},
				"token": schema.StringAttribute{
					Computed:            true,
					Sensitive:           true,
					MarkdownDescription: "Token of the robot: the password for container tools.",
				},
				"dockerconfigjson": schema.StringAttribute{
					Computed:            true,
					Sensitive:           true,
					MarkdownDescription: dockerConfigDescription,
				},
			}),
		},
		Read: func(ctx context.Context, c *client.Client, m *M) error {
			a := P(m).attributes()
			found, err := getRobot(ctx, c, P(m), a.Name)
			if err != nil {
				return err
			}
			a.Description = types.StringValue(found.Description)
			a.Metadata = map[string]types.String{}
			for name, text := range texts(found.Metadata) {
				a.Metadata[name] = types.StringValue(text)
			}
			a.Username = types.StringValue(found.Username)
			a.Token = types.StringValue(found.Token)
			a.DockerConfigJSON = types.StringValue(c.DockerConfig(found.Username, found.Token))
			return nil
		},
	})
}

// getRobot reads a robot that a configuration names.
func getRobot(ctx context.Context, c *client.Client, model ownerModel, name types.String) (*client.Robot, error) {
	found, err := c.GetRobotWithMetadata(ctx, model.owner(), name.ValueString())
	return found, envelope.NotFoundError("name", "robot", displayName(model, name), err)
}

// withOrganization adds the attribute organization to a data source, if robots of the kind
// have one.
func (k kind) withOrganization(attributes map[string]schema.Attribute) map[string]schema.Attribute {
	if k.hasOrganization() {
		attributes["organization"] = account.DataOrganization()
	}
	return attributes
}

// listedRobot is a robot in a data source for all robots of an owner.
type listedRobot struct {
	Name         types.String   `tfsdk:"name"`
	Username     types.String   `tfsdk:"username"`
	Description  types.String   `tfsdk:"description"`
	Teams        []types.String `tfsdk:"teams"`
	Repositories []types.String `tfsdk:"repositories"`
}

// listAttributes are the attributes of a data source for all robots of an owner, without the
// organization.
type listAttributes struct {
	Robots []listedRobot `tfsdk:"robots"`
}

func (a *listAttributes) attributes() *listAttributes { return a }

// organizationListModel is a quay_organization_robots.
type organizationListModel struct {
	organizationName
	listAttributes
}

// userListModel is a quay_user_robots.
type userListModel struct {
	noOrganization
	listAttributes
}

// newOrganizationListDataSource returns the data source quay_organization_robots.
func newOrganizationListDataSource() datasource.DataSource {
	return newListDataSource[organizationListModel](organizationKind)
}

// newUserListDataSource returns the data source quay_user_robots.
func newUserListDataSource() datasource.DataSource { return newListDataSource[userListModel](userKind) }

func newListDataSource[M any, P interface {
	*M
	ownerModel
	attributes() *listAttributes
}](k kind) datasource.DataSource {
	return envelope.NewDataSource(envelope.DataSourceDeclaration[M]{
		Name: k.name + "_robots",
		Noun: k.name + " robots",
		Schema: schema.Schema{
			MarkdownDescription: "Reads all robot accounts of " + k.whose + ", without their tokens.",
			Attributes: k.withOrganization(map[string]schema.Attribute{
				"robots": schema.ListNestedAttribute{
					Computed:            true,
					MarkdownDescription: "The robots, by name.",
					NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
						"name": schema.StringAttribute{
							Computed:            true,
							MarkdownDescription: "Short name of the robot.",
						},
						"username": schema.StringAttribute{
							Computed:            true,
							MarkdownDescription: "Name of the robot with the name of the owner before it, such as `acme+ci`.",
						},
						"description": schema.StringAttribute{
							Computed:            true,
							MarkdownDescription: "Description of the robot.",
						},
						"teams": schema.ListAttribute{
							ElementType: types.StringType,
							Computed:    true,
							MarkdownDescription: "Names of the teams of which the robot is a member. Empty if the token's user does not administer " +
								"the namespace.",
						},
						"repositories": schema.ListAttribute{
							ElementType: types.StringType,
							Computed:    true,
							MarkdownDescription: "Names, without the namespace, of the repositories in which the robot has a permission of its own. " +
								"Empty if the token's user does not administer the namespace.",
						},
					}},
				},
			}),
		},
		Read: func(ctx context.Context, c *client.Client, m *M) error {
			robots, err := c.ListRobotAccess(ctx, P(m).owner())
			if err != nil {
				return err
			}
			list := []listedRobot{}
			for _, r := range robots {
				listed := listedRobot{
					Name:         types.StringValue(r.Name()),
					Username:     types.StringValue(r.Username),
					Description:  types.StringValue(r.Description),
					Teams:        []types.String{},
					Repositories: []types.String{},
				}
				for _, team := range r.Teams {
					listed.Teams = append(listed.Teams, types.StringValue(team.Name))
				}
				for _, repository := range slices.Sorted(slices.Values(r.Repositories)) {
					listed.Repositories = append(listed.Repositories, types.StringValue(repository))
				}
				list = append(list, listed)
			}
			P(m).attributes().Robots = list
			return checkOrganization(ctx, c, P(m).organization(), len(robots))
		},
	})
}

// checkOrganization returns an error if Quay lists no robots because the organization does not
// exist. Null means the token's user.
func checkOrganization(ctx context.Context, c *client.Client, organization types.String, robots int) error {
	if robots > 0 || organization.IsNull() {
		return nil
	}
	name := organization.ValueString()
	_, err := c.GetOrganization(ctx, name)
	if !errors.Is(err, client.NotFound) {
		return nil // the list has all robots that the token's user can read
	}
	return envelope.NotFoundError("organization", "organization", name, err)
}
