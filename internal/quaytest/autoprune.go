package quaytest

import (
	"encoding/json"
	"math/big"
	"net/http"
	"slices"
	"strings"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest/pyjson"
)

// AutoPrune is FEATURE_AUTO_PRUNE, which turns on policies that delete tags.
const AutoPrune Feature = "AUTO_PRUNE"

func autopruneArea() area {
	a := area{
		feature:    AutoPrune,
		newState:   func() any { return &autopruneState{policies[*autoprunePolicy]{}} },
		counts:     map[string]func(*store) int{"auto-prune policies": func(st *store) int { return state[autopruneState](st).policies.count() }},
		onDelete:   func(st *store, object any) { delete(state[autopruneState](st).policies, object) },
		extendView: describeAutoprunePolicy,
	}
	for _, owner := range []policyOwner{organizationOwner, repositoryOwner, userOwner} {
		o := autopruneOwner{owner}
		list, one := o.path+"/autoprunepolicy/", o.path+"/autoprunepolicy/{policy_uuid}"
		a.routes = append(a.routes,
			get("list"+o.name+"AutoPrunePolicies", list, o.list).since(Quay3_12),
			post("create"+o.name+"AutoPrunePolicy", list, o.create).since(Quay3_12),
			get("get"+o.name+"AutoPrunePolicy", one, o.get).since(Quay3_12),
			put("update"+o.name+"AutoPrunePolicy", one, o.update).since(Quay3_12),
			del("delete"+o.name+"AutoPrunePolicy", one, o.delete).since(Quay3_12),
		)
	}
	return a
}

type autopruneState struct {
	policies policies[*autoprunePolicy]
}

// autoprunePolicy says which tags Quay deletes.
type autoprunePolicy struct {
	row
	uuid    string
	method  string
	value   any // a number or a text
	pattern any // a text or nil
	matches bool
}

func (p *autoprunePolicy) id() string { return p.uuid }

// autopruneOwner is a kind of objects that have auto-prune policies.
type autopruneOwner struct{ policyOwner }

func (c *call) autoprunePolicies() policies[*autoprunePolicy] {
	return state[autopruneState](c.store).policies
}

func (c *call) autopruneView(p *autoprunePolicy) view {
	v := view{"uuid": p.uuid, "method": p.method, "value": p.value}
	if !c.before(Quay3_16) {
		v["tagPattern"], v["tagPatternMatches"] = p.pattern, p.matches
	}
	return v
}

func (o autopruneOwner) list(c *call) (response, error) {
	return c.autoprunePolicies().list(c, o.policyOwner, c.autopruneView)
}

func (o autopruneOwner) get(c *call) (response, error) {
	_, p, err := c.autoprunePolicies().find(c, o.policyOwner)
	if err != nil {
		return response{}, err
	}
	return ok(c.autopruneView(p))
}

// describeAutoprunePolicy adds the body of a policy to the description of the API.
func describeAutoprunePolicy(c *call, object any, definitions view) {
	if _, ok := object.(apiDescription); !ok {
		return
	}
	properties := view{"method": view{"type": "string"}, "value": view{"type": []string{"integer", "string"}}}
	if !c.before(Quay3_16) {
		properties["tagPattern"] = view{"type": "string"}
		properties["tagPatternMatches"] = view{"type": "boolean"}
	}
	definitions["AutoPrunePolicyConfig"] = view{"type": "object", "required": []string{"method", "value"}, "properties": properties}
}

var (
	oldAutopruneSchema = pyjson.Schema{
		pyjson.Type("object"), pyjson.Required("method", "value"),
		pyjson.Properties(pyjson.Property("method", pyjson.Type("string")), pyjson.Property("value", pyjson.Type("integer", "string"))),
	}
	autopruneSchema = pyjson.Schema{
		pyjson.Type("object"), pyjson.Required("method", "value"),
		pyjson.Properties(
			pyjson.Property("method", pyjson.Type("string")),
			pyjson.Property("value", pyjson.Type("integer", "string")),
			pyjson.Property("tagPattern", pyjson.Type("string")),
			pyjson.Property("tagPatternMatches", pyjson.Type("boolean")),
		),
	}
)

// decodeAutoprune returns the policy of a request.
func (c *call) decodeAutoprune() (*autoprunePolicy, error) {
	schema := autopruneSchema
	if c.before(Quay3_16) {
		schema = oldAutopruneSchema
	}
	body, err := c.decode(schema)
	if err != nil {
		return nil, err
	}
	p := &autoprunePolicy{method: body.Text("method"), matches: true}
	p.value, _ = body.Get("value")
	if c.before(Quay3_16) {
		return p, nil
	}
	if pattern, given := body.Get("tagPattern"); given {
		p.pattern = strings.TrimSpace(pattern.(string))
	}
	if matches, given := body.Get("tagPatternMatches"); given {
		p.matches = matches.(bool)
	}
	return p, nil
}

// check returns Quay's error about a policy.
func (p *autoprunePolicy) check() error {
	const badValue = "Invalid value given for method type"
	switch p.method {
	case "number_of_tags":
		n, isNumber := p.value.(json.Number)
		if !isNumber || pyjson.IsFloat(n) {
			return invalidRequest(badValue)
		}
		if whole, _ := pyjson.WholeNumber(n); whole.Sign() <= 0 {
			return invalidRequest(badValue)
		}
	case "creation_date":
		text, _ := p.value.(string)
		if text == "" {
			return invalidRequest(badValue)
		}
		seconds := map[byte]int64{'s': 1, 'm': 60, 'h': 3600, 'd': 86400, 'w': 7 * 86400, 'y': 365 * 86400}[text[len(text)-1]]
		n, isNumber := new(big.Int).SetString(strings.TrimSpace(text[:len(text)-1]), 10)
		if !isNumber || seconds == 0 {
			return invalidRequest(badValue)
		}
		// Python's timedelta has at most 999999999 days.
		if n.Mul(n, big.NewInt(seconds)).CmpAbs(big.NewInt(1_000_000_000*86400)) >= 0 {
			return errInternal
		}
	default:
		return invalidRequest("Invalid method provided")
	}
	if p.pattern == "" {
		return invalidRequest("tag_pattern cannot be empty")
	}
	return nil
}

// checkExisting returns Quay's error about the policies that an object has. Before
// 3.13 an object has one policy.
func (o autopruneOwner) checkExisting(c *call, object any, p *autoprunePolicy) error {
	for _, other := range c.autoprunePolicies().of(object) {
		switch {
		case c.before(Quay3_16):
			return invalidRequest("Policy for this %s already exists, delete existing to create new policy", o.noun)
		case other.method == p.method && other.value == p.value && other.pattern == p.pattern && other.matches == p.matches:
			return invalidRequest("Existing policy with same values for this %s, duplicate policies are not permitted", o.noun)
		}
	}
	return nil
}

// decode returns the object of the path and the policy of the request.
func (o autopruneOwner) decode(c *call) (object any, p *autoprunePolicy, err error) {
	if o.authorizes {
		if _, err = o.of(c); err != nil {
			return nil, nil, err
		}
	}
	if p, err = c.decodeAutoprune(); err != nil {
		return nil, nil, err
	}
	if object, err = o.of(c); err == nil && object == nil {
		err = notFound()
	}
	return object, p, err
}

func (o autopruneOwner) create(c *call) (response, error) {
	object, p, err := o.decode(c)
	if err != nil {
		return response{}, err
	}
	checks := []func() error{p.check, func() error { return o.checkExisting(c, object, p) }}
	if c.before(Quay3_16) {
		slices.Reverse(checks)
	}
	for _, check := range checks {
		if err := check(); err != nil {
			return response{}, err
		}
	}
	p.uuid = newUUID()
	c.store.touch(&p.row)
	c.autoprunePolicies()[object] = append(c.autoprunePolicies()[object], p)
	o.log(c, "create", object, c.autopruneMetadata(p))
	return jsonResponse(http.StatusCreated, view{"uuid": p.uuid}), nil
}

func (o autopruneOwner) update(c *call) (response, error) {
	_, changed, err := o.decode(c)
	if err != nil {
		return response{}, err
	}
	object, p, err := c.autoprunePolicies().find(c, o.policyOwner)
	if err != nil {
		return response{}, err
	}
	if err := changed.check(); err != nil {
		return response{}, err
	}
	p.method, p.value, p.pattern, p.matches = changed.method, changed.value, changed.pattern, changed.matches
	c.store.touch(&p.row)
	o.log(c, "update", object, c.autopruneMetadata(p))
	return deleted() // Quay's response to an update is 204 without a body
}

func (o autopruneOwner) delete(c *call) (response, error) {
	resp, object, err := c.autoprunePolicies().remove(c, o.policyOwner)
	if err == nil {
		o.log(c, "delete", object, view{"policy_uuid": c.params["policy_uuid"]})
	}
	return resp, err
}

func (c *call) autopruneMetadata(p *autoprunePolicy) view {
	v := view{"method": p.method, "value": p.value}
	if !c.before(Quay3_16) {
		v["tag_pattern"], v["tag_pattern_matches"] = p.pattern, p.matches
	}
	return v
}

// log adds an entry about a policy to the usage logs.
func (o autopruneOwner) log(c *call, verb string, object any, metadata view) {
	c.logPolicy(verb+"_"+o.noun+"_autoprune_policy", object, metadata)
}
