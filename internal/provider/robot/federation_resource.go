package robot

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/account"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

// organizationFederationModel is a quay_organization_robot_federation.
type organizationFederationModel struct {
	organizationName
	federationAttributes
}

func (m *organizationFederationModel) federation() federation {
	return federation{m, &m.federationAttributes}
}

// userFederationModel is a quay_user_robot_federation.
type userFederationModel struct {
	noOrganization
	federationAttributes
}

func (m *userFederationModel) federation() federation {
	return federation{m, &m.federationAttributes}
}

// federationAttributes are the attributes of both models without the organization.
type federationAttributes struct {
	Robot      types.String `tfsdk:"robot"`
	Identities types.Set    `tfsdk:"identities"`
}

// federation is either model.
type federation struct {
	ownerModel
	*federationAttributes
}

// federationModel is a pointer to either model.
type federationModel[M any] interface {
	*M
	federation() federation
}

// newOrganizationFederationResource returns the resource
// quay_organization_robot_federation.
func newOrganizationFederationResource() resource.Resource {
	return envelope.NewResource(declareFederation[organizationFederationModel](organizationKind))
}

// newUserFederationResource returns the resource quay_user_robot_federation.
func newUserFederationResource() resource.Resource {
	return envelope.NewResource(declareFederation[userFederationModel](userKind))
}

// federationIdentity names the attributes that identify the federation of a robot.
func (k kind) federationIdentity() []string {
	if k.hasOrganization() {
		return []string{"organization", "robot"}
	}
	return []string{"robot"}
}

func declareFederation[M any, P federationModel[M]](k kind) envelope.ResourceDeclaration[M] {
	return envelope.ResourceDeclaration[M]{
		Name:      k.name + "_robot_federation",
		Noun:      k.name + " robot federation",
		Identity:  k.federationIdentity(),
		ImportID:  strings.Join(k.federationIdentity(), ":"),
		Namespace: k.namespace,
		Schema: schema.Schema{
			MarkdownDescription: "Manages all identities of OIDC issuers that can act as a robot account of " + k.whose + ". These identities do not need the token of the robot. " +
				"Identities that the configuration does not hold are removed. Destroying this resource removes all identities.\n\n" +
				"A robot that is replaced loses its identities. With `replace_triggered_by` and the attribute `username` of the robot, Terraform sets them again in the " +
				"same apply.",
			Attributes: k.withResourceOrganization(map[string]schema.Attribute{
				"robot": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "Short name of the robot. Changing this forces a new resource to be created.",
					Validators:          account.Reference(),
				},
				"identities": schema.SetNestedAttribute{
					Required:            true,
					MarkdownDescription: "Identities that can act as the robot, at least one.",
					Validators:          []validator.Set{setvalidator.SizeAtLeast(1), setvalidator.NoNullValues()},
					NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
						"issuer": schema.StringAttribute{
							Required:            true,
							MarkdownDescription: "URL of the OIDC issuer, as in the claim `iss` of its tokens, such as `https://token.actions.githubusercontent.com`.",
							Validators:          []validator.String{envelope.Text(checkIssuer)},
						},
						"subject": schema.StringAttribute{
							Required:            true,
							MarkdownDescription: "Subject, as in the claim `sub` of the tokens, such as `repo:acme/app:ref:refs/heads/main`.",
							Validators:          []validator.String{envelope.NotEmpty()},
						},
					}},
				},
			}),
		},
		Create: func(ctx context.Context, c *client.Client, m *M, _ func()) error {
			return P(m).federation().create(ctx, c)
		},
		Read: func(ctx context.Context, c *client.Client, m *M) error { return P(m).federation().read(ctx, c) },
		Update: func(ctx context.Context, c *client.Client, _ M, m *M, _ func(M)) error {
			f := P(m).federation()
			return f.noRobotError(f.set(ctx, c, f.toAPI()))
		},
		Delete: func(ctx context.Context, c *client.Client, m M) error { return P(&m).federation().set(ctx, c, nil) },
	}
}

// checkIssuer is the rule for an issuer.
func checkIssuer(text string) error {
	issuer, err := url.Parse(text)
	isWeb := strings.HasPrefix(text, "https://") || strings.HasPrefix(text, "http://")
	if err != nil || !isWeb || issuer.Hostname() == "" || strings.ContainsFunc(text, unicode.IsSpace) {
		return errors.New("must be a URL with http:// or https://, such as https://token.actions.githubusercontent.com")
	}
	return nil
}

// create sets the identities of a robot without identities.
func (f federation) create(ctx context.Context, c *client.Client) error {
	existing, err := c.GetRobotFederation(ctx, f.owner(), f.Robot.ValueString())
	if err != nil {
		return f.noRobotError(err)
	}
	if len(existing) > 0 {
		return fmt.Errorf("the federation of the robot %w", client.Exists)
	}
	wanted := f.toAPI()
	err = f.set(ctx, c, wanted)
	checkCtx, cancel, unknown := envelope.OutcomeUnknown(ctx, err)
	defer cancel()
	if unknown {
		found, readErr := c.GetRobotFederation(checkCtx, f.owner(), f.Robot.ValueString())
		if readErr == nil && identitySet(found).Equal(identitySet(wanted)) {
			err = nil
		}
	}
	return f.noRobotError(err)
}

// set replaces the identities of the robot.
func (f federation) set(ctx context.Context, c *client.Client, identities []client.FederatedIdentity) error {
	return c.SetRobotFederation(ctx, f.owner(), f.Robot.ValueString(), identities)
}

// read reads the identities. A robot without identities has no federation.
func (f federation) read(ctx context.Context, c *client.Client) error {
	found, err := c.GetRobotFederation(ctx, f.owner(), f.Robot.ValueString())
	if err == nil && len(found) == 0 {
		return fmt.Errorf("the federation of the robot %w", client.NotFound)
	}
	if err == nil {
		f.Identities = identitySet(found)
	}
	return err
}

// noRobotError adds the robot's name to an error that is [client.NotFound].
func (f federation) noRobotError(err error) error {
	return envelope.NotFoundError("robot", "robot", displayName(f, f.Robot), err)
}

// identityTypes are the types of the attributes of an identity.
var identityTypes = map[string]attr.Type{"issuer": types.StringType, "subject": types.StringType}

// identitySet returns identities as a value.
func identitySet(identities []client.FederatedIdentity) types.Set {
	values := []attr.Value{}
	for _, identity := range identities {
		values = append(values, types.ObjectValueMust(identityTypes, map[string]attr.Value{
			"issuer": types.StringValue(identity.Issuer), "subject": types.StringValue(identity.Subject),
		}))
	}
	return types.SetValueMust(types.ObjectType{AttrTypes: identityTypes}, values)
}

// toAPI returns the identities of the model.
func (f federation) toAPI() []client.FederatedIdentity {
	var identities []client.FederatedIdentity
	for _, value := range f.Identities.Elements() {
		attributes := value.(types.Object).Attributes()
		identities = append(identities, client.FederatedIdentity{
			Issuer: attributes["issuer"].(types.String).ValueString(), Subject: attributes["subject"].(types.String).ValueString(),
		})
	}
	return identities
}
