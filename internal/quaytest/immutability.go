package quaytest

import (
	"errors"
	"fmt"
	"net/http"
	"regexp/syntax"
	"strings"
	"unicode/utf8"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest/pyjson"
)

// ImmutableTags is FEATURE_IMMUTABLE_TAGS, which turns on policies that protect tags.
const ImmutableTags Feature = "IMMUTABLE_TAGS"

func immutabilityArea() area {
	a := area{
		feature:  ImmutableTags,
		newState: func() any { return &immutabilityState{policies[*immutabilityPolicy]{}} },
		counts: map[string]func(*store) int{
			"immutability policies": func(st *store) int { return state[immutabilityState](st).policies.count() },
		},
		onDelete: func(st *store, object any) { delete(state[immutabilityState](st).policies, object) },
	}
	for _, o := range []immutabilityOwner{{organizationOwner, "Org"}, {repositoryOwner, "Repository"}} {
		list, one := o.path+"/immutabilitypolicy/", o.path+"/immutabilitypolicy/{policy_uuid}"
		a.routes = append(a.routes,
			get("list"+o.operation+"ImmutabilityPolicies", list, o.list).since(Quay3_18),
			post("create"+o.operation+"ImmutabilityPolicy", list, o.create).since(Quay3_18),
			get("get"+o.operation+"ImmutabilityPolicy", one, o.get).since(Quay3_18),
			put("update"+o.operation+"ImmutabilityPolicy", one, o.update).since(Quay3_18),
			del("delete"+o.operation+"ImmutabilityPolicy", one, o.delete).since(Quay3_18),
		)
	}
	return a
}

type immutabilityState struct {
	policies policies[*immutabilityPolicy]
}

// immutabilityPolicy says which tags Quay protects.
type immutabilityPolicy struct {
	row
	uuid    string
	pattern string
	matches bool
}

func (p *immutabilityPolicy) id() string { return p.uuid }

func (p *immutabilityPolicy) view() view {
	return view{"uuid": p.uuid, "tagPattern": p.pattern, "tagPatternMatches": p.matches}
}

// immutabilityOwner is a kind of objects that have immutability policies.
type immutabilityOwner struct {
	policyOwner
	operation string // in the names of operations
}

func (c *call) immutabilityPolicies() policies[*immutabilityPolicy] {
	return state[immutabilityState](c.store).policies
}

func (o immutabilityOwner) list(c *call) (response, error) {
	return c.immutabilityPolicies().list(c, o.policyOwner, (*immutabilityPolicy).view)
}

func (o immutabilityOwner) get(c *call) (response, error) {
	_, p, err := c.immutabilityPolicies().find(c, o.policyOwner)
	if err != nil {
		return response{}, err
	}
	return ok(p.view())
}

var immutabilitySchema = pyjson.Schema{
	pyjson.Type("object"), pyjson.Required("tagPattern"),
	pyjson.Properties(
		pyjson.Property("tagPattern", pyjson.Type("string")),
		pyjson.Property("tagPatternMatches", pyjson.Type("boolean")),
	),
}

// decode returns the object of the path, which may not exist, and the policy of the
// request.
func (o immutabilityOwner) decode(c *call) (object any, p *immutabilityPolicy, err error) {
	if o.authorizes {
		if _, err = o.of(c); err != nil {
			return nil, nil, err
		}
	}
	body, err := c.decode(immutabilitySchema)
	if err != nil {
		return nil, nil, err
	}
	if object, err = o.of(c); err != nil {
		return nil, nil, err
	}
	p = &immutabilityPolicy{pattern: strings.TrimSpace(body.Text("tagPattern")), matches: true}
	if matches, given := body.Get("tagPatternMatches"); given {
		p.matches = matches.(bool)
	}
	return object, p, nil
}

// check returns Quay's error that depends on the policy alone.
func (p *immutabilityPolicy) check() error {
	if p.pattern == "" {
		return invalidRequest("tag_pattern is required and must be a non-empty string")
	}
	if utf8.RuneCountInString(p.pattern) > 256 {
		return invalidRequest("tag_pattern must be 256 characters or less")
	}
	if problem := patternProblem(p.pattern); problem != "" {
		return invalidRequest("Invalid regex pattern: %s", problem)
	}
	return nil
}

// patternProblem returns Python's message about a regular expression, or "" for a valid one.
// It covers only mistakes that Go also reports.
func patternProblem(pattern string) string {
	_, err := syntax.Parse(pattern, syntax.Perl)
	problem, _ := errors.AsType[*syntax.Error](err)
	if problem == nil {
		return ""
	}
	switch problem.Code { //nolint:exhaustive // Python accepts some expressions that Go refuses
	case syntax.ErrMissingBracket:
		return fmt.Sprintf("unterminated character set at position %d", utf8.RuneCountInString(pattern))
	case syntax.ErrMissingParen:
		return fmt.Sprintf("missing ) at position %d", utf8.RuneCountInString(pattern))
	case syntax.ErrMissingRepeatArgument:
		return fmt.Sprintf("nothing to repeat at position %d", strings.Index(pattern, problem.Expr))
	}
	return ""
}

// checkExisting returns Quay's error if another policy of an object has the pattern.
func (p *immutabilityPolicy) checkExisting(c *call, object any) error {
	for _, other := range c.immutabilityPolicies().of(object) {
		if other.pattern == p.pattern && other.uuid != p.uuid {
			return invalidRequest("A policy with the same tag_pattern already exists")
		}
	}
	return nil
}

func (o immutabilityOwner) create(c *call) (response, error) {
	object, p, err := o.decode(c)
	if err != nil {
		return response{}, err
	}
	if err := p.check(); err != nil {
		return response{}, err
	}
	if object == nil {
		return response{}, refused("Username does not exist: %s", c.params["orgname"])
	}
	if org, ok := object.(*account); ok && c.store.mirrorsOrganization(org) {
		return response{}, invalidRequest("Cannot create immutability policy: organization is managed by organization-level mirroring")
	}
	if err := p.checkExisting(c, object); err != nil {
		return response{}, err
	}
	p.uuid = newUUID()
	c.store.touch(&p.row)
	c.immutabilityPolicies()[object] = append(c.immutabilityPolicies()[object], p)
	c.logPolicy("create_immutability_policy", object, view{"tag_pattern": p.pattern, "tag_pattern_matches": p.matches})
	return jsonResponse(http.StatusCreated, view{"uuid": p.uuid}), nil
}

func (o immutabilityOwner) update(c *call) (response, error) {
	_, changed, err := o.decode(c)
	if err != nil {
		return response{}, err
	}
	object, p, err := c.immutabilityPolicies().find(c, o.policyOwner)
	if err != nil {
		return response{}, err
	}
	if err := changed.check(); err != nil {
		return response{}, err
	}
	changed.uuid = p.uuid
	if err := changed.checkExisting(c, object); err != nil {
		return response{}, err
	}
	p.pattern, p.matches = changed.pattern, changed.matches
	c.store.touch(&p.row)
	c.logPolicy("update_immutability_policy", object, view{"tag_pattern": p.pattern, "tag_pattern_matches": p.matches})
	return deleted() // Quay's response to an update is 204 without a body
}

func (o immutabilityOwner) delete(c *call) (response, error) {
	resp, object, err := c.immutabilityPolicies().remove(c, o.policyOwner)
	if err == nil {
		c.logPolicy("delete_immutability_policy", object, view{"policy_uuid": c.params["policy_uuid"]})
	}
	return resp, err
}
