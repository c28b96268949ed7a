package quaytest

import (
	"encoding/json"
	"math/big"
	"net/http"
	"slices"
	"strings"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest/pyjson"
)

// AutoPrune is FEATURE_AUTO_PRUNE: policies that delete tags.
const AutoPrune Feature = "AUTO_PRUNE"

func autopruneArea() area {
	a := area{
		feature:    AutoPrune,
		newState:   func() any { return &autopruneState{policies: map[any][]*autoprunePolicy{}} },
		counts:     map[string]func(*store) int{"auto-prune policies": countAutoprunePolicies},
		onDelete:   func(st *store, object any) { delete(state[autopruneState](st).policies, object) },
		extendView: describeAutoprunePolicy,
	}
	for _, o := range []autopruneOwner{
		{"Organization", "/organization/{orgname}", "namespace", false, (*call).autopruneOrganization},
		{"Repository", "/repository/{repository}", "repository", true, (*call).autopruneRepository},
		{"User", "/user", "namespace", true, (*call).autopruneUser},
	} {
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
	policies map[any][]*autoprunePolicy // by account or repository
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

func countAutoprunePolicies(st *store) int {
	n := 0
	for _, list := range state[autopruneState](st).policies {
		n += len(list)
	}
	return n
}

// autopruneOwner is a kind of object that has policies.
type autopruneOwner struct {
	name, path string
	noun       string // in messages
	authorizes bool   // whether the rights are checked before the body
	// of returns the object of the path, or nil if it does not exist. The error is that
	// of a user who may not see it.
	of func(c *call) (any, error)
}

func (c *call) autopruneOrganization() (any, error) {
	if !c.administers(c.params["orgname"]) {
		return nil, c.unauthorized()
	}
	if a := c.store.namespace(c.params["orgname"]); a != nil {
		return a, nil
	}
	return nil, nil //nolint:nilnil // the list of none is empty
}

func (c *call) autopruneRepository() (any, error) {
	r, err := c.administeredRepository()
	switch {
	case err != nil:
		return nil, err
	case r == nil:
		return nil, notFound()
	}
	return r, nil
}

func (c *call) autopruneUser() (any, error) {
	if !c.hasUserRole("admin") {
		return nil, c.unauthorized()
	}
	return c.user, nil
}

// policiesOf returns the policies of an object by their last write.
func (c *call) policiesOf(object any) []*autoprunePolicy {
	list := slices.Clone(state[autopruneState](c.store).policies[object])
	slices.SortFunc(list, byWrite)
	return list
}

func (c *call) autopruneView(p *autoprunePolicy) view {
	v := view{"uuid": p.uuid, "method": p.method, "value": p.value}
	if !c.before(Quay3_16) {
		v["tagPattern"], v["tagPatternMatches"] = p.pattern, p.matches
	}
	return v
}

func (o autopruneOwner) list(c *call) (response, error) {
	object, err := o.of(c)
	if err != nil {
		return response{}, err
	}
	views := []view{}
	for _, p := range c.policiesOf(object) {
		views = append(views, c.autopruneView(p))
	}
	return ok(view{"policies": views})
}

// find returns the policy of the path and the object that has it.
func (o autopruneOwner) find(c *call) (object any, p *autoprunePolicy, err error) {
	object, err = o.of(c)
	if err != nil {
		return nil, nil, err
	}
	for _, p := range c.policiesOf(object) {
		if p.uuid == c.params["policy_uuid"] {
			return object, p, nil
		}
	}
	return nil, nil, notFound()
}

func (o autopruneOwner) get(c *call) (response, error) {
	_, p, err := o.find(c)
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
	for _, other := range c.policiesOf(object) {
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
	policies := state[autopruneState](c.store).policies
	policies[object] = append(policies[object], p)
	o.log(c, "create", object, c.autopruneMetadata(p))
	return jsonResponse(http.StatusCreated, view{"uuid": p.uuid}), nil
}

func (o autopruneOwner) update(c *call) (response, error) {
	_, changed, err := o.decode(c)
	if err != nil {
		return response{}, err
	}
	object, p, err := o.find(c)
	if err != nil {
		return response{}, err
	}
	if err := changed.check(); err != nil {
		return response{}, err
	}
	p.method, p.value, p.pattern, p.matches = changed.method, changed.value, changed.pattern, changed.matches
	c.store.touch(&p.row)
	o.log(c, "update", object, c.autopruneMetadata(p))
	return deleted() // Quay answers an update like a deletion: 204 without a body
}

func (o autopruneOwner) delete(c *call) (response, error) {
	object, p, err := o.find(c)
	if err != nil {
		return response{}, err
	}
	policies := state[autopruneState](c.store).policies
	policies[object] = slices.DeleteFunc(policies[object], func(other *autoprunePolicy) bool { return other == p })
	o.log(c, "delete", object, view{"policy_uuid": p.uuid})
	return ok(view{"uuid": p.uuid})
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
	owner, isAccount := object.(*account)
	if !isAccount {
		r := object.(*repository)
		owner = r.owner
		metadata["repo"] = r.name
	}
	metadata["namespace"] = owner.name
	c.log(verb+"_"+o.noun+"_autoprune_policy", owner, metadata)
}
