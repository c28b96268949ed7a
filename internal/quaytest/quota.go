package quaytest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest/pyjson"
)

// QuotaManagement is FEATURE_QUOTA_MANAGEMENT. Without it the calls for quotas do
// not exist and no response mentions a quota.
const QuotaManagement Feature = "QUOTA_MANAGEMENT"

func quotaArea() area {
	routes := []*route{
		get("listUserQuota", "/user/quota", listUserQuota),
		get("getUserQuota", "/user/quota/{quota_id}", getUserQuota),
		get("listUserQuotaLimit", "/user/quota/{quota_id}/limit", listUserQuotaLimit),
		get("getUserQuotaLimit", "/user/quota/{quota_id}/limit/{limit_id}", getUserQuota),

		get("listOrganizationQuota", "/organization/{orgname}/quota", listOrganizationQuota),
		post("createOrganizationQuota", "/organization/{orgname}/quota", createOrganizationQuota),
		get("getOrganizationQuota", "/organization/{orgname}/quota/{quota_id}", getOrganizationQuota),
		put("changeOrganizationQuota", "/organization/{orgname}/quota/{quota_id}", changeOrganizationQuota),
		del("deleteOrganizationQuota", "/organization/{orgname}/quota/{quota_id}", deleteOrganizationQuota),

		get("listOrganizationQuotaLimit", "/organization/{orgname}/quota/{quota_id}/limit", listOrganizationQuotaLimit),
		post("createOrganizationQuotaLimit", "/organization/{orgname}/quota/{quota_id}/limit", createOrganizationQuotaLimit),
		get("getOrganizationQuotaLimit", "/organization/{orgname}/quota/{quota_id}/limit/{limit_id}", getOrganizationQuotaLimit),
		put("changeOrganizationQuotaLimit", "/organization/{orgname}/quota/{quota_id}/limit/{limit_id}", changeOrganizationQuotaLimit),
		del("deleteOrganizationQuotaLimit", "/organization/{orgname}/quota/{quota_id}/limit/{limit_id}", deleteOrganizationQuotaLimit),
	}
	// The two paths lead to the same quotas. Quay does not check whether the
	// namespace is a user or an organization.
	for _, namespace := range []struct{ path, name string }{{"users", "User"}, {"organization", "Organization"}} {
		list := "/superuser/" + namespace.path + "/{namespace}/quota"
		one := list + "/{quota_id}"
		suffix := namespace.name + "QuotaSuperUser"
		routes = append(routes,
			get("list"+suffix, list, listQuotaSuperUser),
			post("create"+suffix, list, createQuotaSuperUser),
			put("change"+suffix, one, changeQuotaSuperUser),
			del("delete"+suffix, one, deleteQuotaSuperUser),
		)
	}
	return area{
		routes:     routes,
		feature:    QuotaManagement,
		newState:   func() any { return &quotaState{quotas: map[*account]*quota{}} },
		counts:     map[string]func(*store) int{"quotas": func(st *store) int { return len(state[quotaState](st).quotas) }},
		extendView: addQuota,
		onDelete: func(st *store, object any) {
			if a, ok := object.(*account); ok {
				delete(state[quotaState](st).quotas, a)
			}
		},
	}
}

type quotaState struct {
	quotas       map[*account]*quota // by namespace
	defaultBytes int64               // 0 if there is no default quota
}

// WithDefaultQuota sets DEFAULT_SYSTEM_REJECT_QUOTA_BYTES, the quota of every
// namespace that has no quota of its own. Defaults to 0: no quota.
func WithDefaultQuota(bytes int64) Option {
	return func(s *Server) { state[quotaState](s.store).defaultBytes = bytes }
}

// logsQuotas is the first version that logs changes of quotas. The recordings
// only have log entries for limits. Quay introduced both kinds together.
const logsQuotas = Quay3_18

// quota limits the number of bytes that a namespace may store.
type quota struct {
	id        int
	namespace *account
	bytes     int64
	limits    []*quotaLimit
}

// quotaLimit is Quay's action when a namespace uses a part of its quota.
type quotaLimit struct {
	id      int
	kind    string // Warning or Reject
	percent int64
}

// quotaPattern is Quay's pattern for a quota with a unit. Quay's parser does not
// accept everything that the pattern matches.
const quotaPattern = `^(\d+\s?(B|KiB|MiB|GiB|TiB|PiB|EiB|ZiB|YiB|Ki|Mi|Gi|Ti|Pi|Ei|Zi|Yi|KB|MB|GB|TB|PB|EB|ZB|YB|K|M|G|T|P|E|Z|Y)?)$`

var (
	quotaBytesProperty = pyjson.Property("limit_bytes",
		pyjson.Type("integer"), pyjson.Description("Number of bytes the organization is allowed"))
	quotaTextProperty = pyjson.Property("limit",
		pyjson.Type("string"), pyjson.Description("Human readable storage capacity of the organization"), pyjson.Pattern(quotaPattern))

	createQuotaSchema = pyjson.Schema{
		pyjson.Type("object"),
		pyjson.OneOf(
			pyjson.Schema{pyjson.Required("limit_bytes"), pyjson.Properties(quotaBytesProperty)},
			pyjson.Schema{pyjson.Required("limit"), pyjson.Properties(quotaTextProperty)},
		),
	}
	changeQuotaSchema = pyjson.Schema{
		pyjson.Type("object"),
		pyjson.OneOf(
			pyjson.Schema{pyjson.Properties(quotaBytesProperty), pyjson.Required("limit_bytes"), pyjson.OnlyProperties("limit_bytes")},
			pyjson.Schema{pyjson.Properties(quotaTextProperty), pyjson.Required("limit"), pyjson.OnlyProperties("limit")},
			pyjson.Schema{
				pyjson.Properties(pyjson.Property("limit_bytes", pyjson.Never()), pyjson.Property("limit", pyjson.Never())),
				pyjson.OnlyProperties("limit_bytes", "limit"),
			},
		),
	}

	// Before 3.12 a quota is always a number of bytes.
	createByteQuotaSchema = pyjson.Schema{pyjson.Type("object"), pyjson.Required("limit_bytes"), pyjson.Properties(quotaBytesProperty)}
	changeByteQuotaSchema = pyjson.Schema{pyjson.Type("object"), pyjson.Properties(quotaBytesProperty)}
)

// decodeQuota returns the request to create a quota.
func (c *call) decodeQuota() (pyjson.Object, error) {
	if c.before(Quay3_12) {
		return c.decode(createByteQuotaSchema)
	}
	return c.decode(createQuotaSchema)
}

// decodeQuotaChange returns the request to change a quota.
func (c *call) decodeQuotaChange() (pyjson.Object, error) {
	if c.before(Quay3_12) {
		return c.decode(changeByteQuotaSchema)
	}
	return c.decode(changeQuotaSchema)
}

// amount is a number of bytes in a request.
type amount struct {
	bytes *big.Int
	float bool   // whether Python holds a float, which the response to a change shows
	text  string // as Python prints it
}

// quotaAmount returns the amount in a request. given is whether the request has
// one. badFormat is the message about an amount that Quay cannot parse.
func (c *call) quotaAmount(body pyjson.Object, badFormat string) (a amount, given bool, err error) {
	if limit, ok := body.Get("limit"); ok && !c.before(Quay3_12) {
		f, ok := parseSize(limit.(string))
		if !ok {
			return amount{}, true, invalidRequest("%s", badFormat)
		}
		return floatAmount(f), true, nil
	}
	v, ok := body.Get("limit_bytes")
	if !ok {
		return amount{}, false, nil
	}
	n := v.(json.Number)
	if pyjson.IsFloat(n) {
		f, _ := n.Float64()
		return floatAmount(f), true, nil
	}
	whole, _ := pyjson.WholeNumber(n)
	return amount{bytes: whole, text: string(n)}, true, nil
}

func floatAmount(f float64) amount {
	whole, _ := big.NewFloat(f).Int(nil)
	return amount{bytes: whole, float: true, text: pyjson.Float(f).String()}
}

// stored returns the amount that Quay stores.
func (a amount) stored() (int64, error) {
	if a.bytes.Sign() <= 0 {
		return 0, invalidRequest("Invalid quota size limit value: '%s'", a.text)
	}
	if !a.bytes.IsInt64() {
		return 0, invalidRequest("Unsupported quota size limit.")
	}
	return a.bytes.Int64(), nil
}

var sizeExpression = regexp.MustCompile(`^(\d+)\s?([A-Za-z]*)$`)

// parseSize parses a text such as "5 GiB" as Quay does, with a float. It has no
// unit for single bytes and no binary unit above EiB.
func parseSize(s string) (float64, bool) {
	m := sizeExpression.FindStringSubmatch(s)
	if m == nil {
		return 0, false
	}
	number, err := strconv.ParseFloat(m[1], 64)
	if err != nil {
		return 0, false
	}
	unit := m[2]
	if unit == "" {
		return number, true
	}
	prefix, isBinary := strings.CutSuffix(strings.TrimSuffix(unit, "B"), "i")
	base, prefixes := 1000.0, "KMGTPEZY"
	if isBinary {
		base, prefixes = 1024, "KMGTPE"
	}
	power := strings.Index(prefixes, prefix)
	if prefix == "" || power < 0 {
		return 0, false
	}
	return number * math.Pow(base, float64(power+1)), true
}

// formatSize prints a number of bytes in the largest binary unit that is not
// larger.
func formatSize(bytes int64) string {
	value, unit := float64(bytes), 0
	for bytes >= 1024 {
		bytes >>= 10
		value /= 1024
		unit++
	}
	units := [...]string{"Byte", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"}
	return fmt.Sprintf("%.1f %s", value, units[unit])
}

func limitView(l *quotaLimit) view {
	return view{"id": l.id, "type": l.kind, "limit_percent": l.percent}
}

func limitViews(q *quota) []view {
	limits := slices.SortedFunc(slices.Values(q.limits), func(a, b *quotaLimit) int {
		return cmp.Or(-cmp.Compare(a.kind, b.kind), -cmp.Compare(a.id, b.id))
	})
	list := []view{}
	for _, l := range limits {
		list = append(list, limitView(l))
	}
	return list
}

// quotaView returns the view of a quota.
func (c *call) quotaView(q *quota) view {
	v := view{
		"id":                    q.id,
		"limit_bytes":           q.bytes,
		"default_config":        false,
		"limits":                limitViews(q),
		"default_config_exists": state[quotaState](c.store).defaultBytes != 0,
	}
	if !c.before(Quay3_12) {
		v["limit"] = formatSize(q.bytes)
	}
	return v
}

// defaultQuotaView returns the view of the default quota.
func (c *call) defaultQuotaView() view {
	v := c.quotaView(&quota{bytes: state[quotaState](c.store).defaultBytes})
	v["id"] = nil
	v["default_config"] = true
	return v
}

func (c *call) quotaViews(a *account) []view {
	q := c.store.quotaOf(a)
	if q == nil {
		return []view{}
	}
	return []view{c.quotaView(q)}
}

// addQuota adds the quota to the view of a namespace or a repository.
func addQuota(c *call, object any, v view) {
	switch object := object.(type) {
	case *account:
		quotas := []view{}
		if q := c.store.quotaOf(object); q != nil {
			quotas = append(quotas, view{"id": q.id, "limit_bytes": q.bytes, "limits": limitViews(q)})
		}
		v["quotas"] = quotas
		v["quota_report"] = view{
			"quota_bytes":      0,
			"configured_quota": c.configuredQuota(object),
			"running_backfill": "waiting",
			"backfill_status":  "waiting",
		}
	case *repository:
		v["quota_report"] = view{"quota_bytes": 0, "configured_quota": c.configuredQuota(object.owner)}
	}
}

// configuredQuota returns the number of bytes that a namespace may hold, or nil.
func (c *call) configuredQuota(a *account) any {
	if q := c.store.quotaOf(a); q != nil {
		return q.bytes
	}
	if bytes := state[quotaState](c.store).defaultBytes; bytes != 0 {
		return bytes
	}
	return nil
}

// quotaOf returns the quota of a namespace, or nil.
func (st *store) quotaOf(a *account) *quota { return state[quotaState](st).quotas[a] }

// quotaOfPath returns the namespace's quota if it has the id of the path.
func (c *call) quotaOfPath(a *account) (*quota, error) {
	id, err := strconv.ParseInt(c.params["quota_id"], 10, 32)
	if err != nil {
		return nil, errInternal
	}
	if q := c.store.quotaOf(a); q != nil && int64(q.id) == id {
		return q, nil
	}
	return nil, notFound()
}

// setQuota changes a quota and returns its view. From 3.12 on a change to 0
// changes nothing.
func (c *call) setQuota(q *quota, body pyjson.Object, badFormat string) (view, error) {
	a, given, err := c.quotaAmount(body, badFormat)
	if err != nil {
		return nil, err
	}
	changed := given && (a.bytes.Sign() != 0 || c.before(Quay3_12))
	if changed {
		bytes, err := a.stored()
		if err != nil {
			return nil, err
		}
		q.bytes = bytes
	}
	v := c.quotaView(q)
	if changed && a.float {
		v["limit_bytes"] = pyjson.Float(q.bytes)
	}
	return v, nil
}

const badSize = "Invalid limit format"

func listQuotaSuperUser(c *call) (response, error) {
	if !c.superuser() {
		return response{}, c.unauthorized()
	}
	a := c.store.namespace(c.params["namespace"])
	if a == nil {
		return response{}, notFound()
	}
	return ok(c.quotaViews(a))
}

func createQuotaSuperUser(c *call) (response, error) {
	body, err := c.decodeQuota()
	if err != nil {
		return response{}, err
	}
	if !c.superuser() {
		return response{}, c.unauthorized()
	}
	size, _, err := c.quotaAmount(body, badSize)
	if err != nil {
		return response{}, err
	}
	name := c.params["namespace"]
	a := c.store.namespace(name)
	if a == nil {
		return response{}, errInternal
	}
	if c.store.quotaOf(a) != nil {
		return response{}, invalidRequest("Quota for '%s' already exists", name)
	}
	if err := c.addQuotaTo(a, size); err != nil {
		return response{}, err
	}
	return created()
}

func (c *call) addQuotaTo(a *account, size amount) error {
	bytes, err := size.stored()
	if err != nil {
		return err
	}
	state[quotaState](c.store).quotas[a] = &quota{id: c.store.id("quota"), namespace: a, bytes: bytes}
	return nil
}

// superuserQuota returns the quota of the path and its namespace to a superuser.
func (c *call) superuserQuota() (*account, *quota, error) {
	if !c.superuser() {
		return nil, nil, c.unauthorized()
	}
	a := c.store.namespace(c.params["namespace"])
	if a == nil {
		return nil, nil, errInternal
	}
	q, err := c.quotaOfPath(a)
	return a, q, err
}

func changeQuotaSuperUser(c *call) (response, error) {
	body, err := c.decodeQuotaChange()
	if err != nil {
		return response{}, err
	}
	_, q, err := c.superuserQuota()
	if err != nil {
		return response{}, err
	}
	v, err := c.setQuota(q, body, badSize)
	if err != nil {
		return response{}, err
	}
	return ok(v)
}

// deleteQuota deletes the quota of a namespace.
func (st *store) deleteQuota(namespace *account) {
	quotas := state[quotaState](st).quotas
	st.deleteDependents(quotas[namespace])
	delete(quotas, namespace)
}

func deleteQuotaSuperUser(c *call) (response, error) {
	a, _, err := c.superuserQuota()
	if err != nil {
		return response{}, err
	}
	c.store.deleteQuota(a)
	return deleted()
}

// listUserQuota lists the quota of the token's user.
func listUserQuota(c *call) (response, error) {
	if !c.hasUserRole("admin") {
		return response{}, c.unauthorized()
	}
	return ok(c.quotaViews(c.user))
}

// ownQuotaOfPath returns the quota of the path to the user whose quota it is.
func (c *call) ownQuotaOfPath() (*quota, error) {
	if !c.hasUserRole("admin") {
		return nil, c.unauthorized()
	}
	return c.quotaOfPath(c.user)
}

// getUserQuota shows the quota of the token's user. Quay also returns the quota for a call for
// one limit.
func getUserQuota(c *call) (response, error) {
	q, err := c.ownQuotaOfPath()
	if err != nil {
		return response{}, err
	}
	return ok(c.quotaView(q))
}

func listUserQuotaLimit(c *call) (response, error) {
	q, err := c.ownQuotaOfPath()
	if err != nil {
		return response{}, err
	}
	return ok(limitViews(q))
}

const badOrganizationSize = "Invalid limit format, use a number followed by a unit (e.g. 1GiB)"

func listOrganizationQuota(c *call) (response, error) {
	if !c.memberOf(c.params["orgname"]) {
		return response{}, c.unauthorized()
	}
	org, err := c.organizationOfPath()
	if err != nil {
		return response{}, err
	}
	if c.store.quotaOf(org) == nil && state[quotaState](c.store).defaultBytes != 0 {
		return ok([]view{c.defaultQuotaView()})
	}
	return ok(c.quotaViews(org))
}

func createOrganizationQuota(c *call) (response, error) {
	body, err := c.decodeQuota()
	if err != nil {
		return response{}, err
	}
	if !c.mayWriteQuotas() {
		return response{}, c.unauthorized()
	}
	size, _, err := c.quotaAmount(body, badOrganizationSize)
	if err != nil {
		return response{}, err
	}
	org, err := c.organizationOfPath()
	if err != nil {
		return response{}, err
	}
	if c.store.quotaOf(org) != nil {
		return response{}, invalidRequest("Organization quota for '%s' already exists", org.name)
	}
	if err := c.addQuotaTo(org, size); err != nil {
		return response{}, err
	}
	bytes := c.store.quotaOf(org).bytes
	c.logSince(logsQuotas, "org_create_quota", org, view{"namespace": org.name, "limit_bytes": bytes, "limit": formatSize(bytes)})
	return created()
}

// readableQuota returns the quota of the path to a member of the organization.
func (c *call) readableQuota() (*quota, error) {
	if !c.memberOf(c.params["orgname"]) {
		return nil, c.unauthorized()
	}
	return c.quotaOfPath(c.store.namespace(c.params["orgname"]))
}

// mayWriteQuotas reports whether the user may change quotas by the paths of
// organizations. Up to 3.12 every superuser may.
func (c *call) mayWriteQuotas() bool {
	return c.fullAccess() || c.before(Quay3_16) && c.superuser()
}

// writableQuota returns the quota of the path and its organization to a user who
// may change it.
func (c *call) writableQuota() (*account, *quota, error) {
	if !c.mayWriteQuotas() {
		return nil, nil, c.unauthorized()
	}
	a := c.store.namespace(c.params["orgname"])
	q, err := c.quotaOfPath(a)
	return a, q, err
}

func getOrganizationQuota(c *call) (response, error) {
	q, err := c.readableQuota()
	if err != nil {
		return response{}, err
	}
	return ok(c.quotaView(q))
}

func changeOrganizationQuota(c *call) (response, error) {
	body, err := c.decodeQuotaChange()
	if err != nil {
		return response{}, err
	}
	a, q, err := c.writableQuota()
	if err != nil {
		return response{}, err
	}
	previous := q.bytes
	v, err := c.setQuota(q, body, badOrganizationSize)
	if err != nil {
		return response{}, err
	}
	c.logSince(logsQuotas, "org_change_quota", a, view{
		"namespace": a.name, "limit_bytes": q.bytes, "limit": formatSize(q.bytes),
		"previous_limit_bytes": previous, "previous_limit": formatSize(previous),
	})
	return ok(v)
}

func deleteOrganizationQuota(c *call) (response, error) {
	a, q, err := c.writableQuota()
	if err != nil {
		return response{}, err
	}
	c.store.deleteQuota(a)
	c.logSince(logsQuotas, "org_delete_quota", a, view{
		"namespace": a.name, "quota_id": q.id, "limit_bytes": q.bytes, "limit": formatSize(q.bytes),
	})
	return deleted()
}

var (
	limitProperties = pyjson.Properties(
		pyjson.Property("type", pyjson.Type("string")),
		pyjson.Property("threshold_percent", pyjson.Type("integer")),
	)
	createLimitSchema = pyjson.Schema{pyjson.Type("object"), pyjson.Required("type", "threshold_percent"), limitProperties}
	changeLimitSchema = pyjson.Schema{pyjson.Type("object"), limitProperties}
)

const (
	badLimitKind    = "Quota type must be one of [Warning, Reject]"
	badLimitPercent = "Quota limit threshold must be between 1 and 100"
)

func limitKind(name string) (string, error) {
	switch strings.ToLower(name) {
	case "warning":
		return "Warning", nil
	case "reject":
		return "Reject", nil
	}
	return "", refused(badLimitKind)
}

func limitPercent(body pyjson.Object) (int64, error) {
	v, _ := body.Get("threshold_percent")
	n, _ := pyjson.WholeNumber(v.(json.Number))
	if !n.IsInt64() || n.Int64() < 1 || n.Int64() > 100 {
		return 0, refused(badLimitPercent)
	}
	return n.Int64(), nil
}

// newLimit returns the limit of a request. Quay first checks whether the quota has such a
// limit. In this check, an empty type and a percentage of zero match every limit.
func newLimit(q *quota, body pyjson.Object) (*quotaLimit, error) {
	l := &quotaLimit{}
	v, _ := body.Get("threshold_percent")
	whole, _ := pyjson.WholeNumber(v.(json.Number))
	anyPercent, anyKind := whole.Sign() == 0, body.Text("type") == ""
	var err error
	if !anyPercent {
		if l.percent, err = limitPercent(body); err != nil {
			return nil, err
		}
	}
	if !anyKind {
		if l.kind, err = limitKind(body.Text("type")); err != nil {
			return nil, err
		}
	}
	exists := slices.ContainsFunc(q.limits, func(other *quotaLimit) bool {
		return (anyPercent || other.percent == l.percent) && (anyKind || other.kind == l.kind)
	})
	switch {
	case exists:
		return nil, invalidRequest("Quota limit already exists")
	case anyPercent:
		return nil, invalidRequest(badLimitPercent)
	case anyKind:
		return nil, invalidRequest(badLimitKind)
	}
	return l, nil
}

func listOrganizationQuotaLimit(c *call) (response, error) {
	q, err := c.readableQuota()
	if err != nil {
		return response{}, err
	}
	return ok(limitViews(q))
}

func createOrganizationQuotaLimit(c *call) (response, error) {
	body, err := c.decode(createLimitSchema)
	if err != nil {
		return response{}, err
	}
	a, q, err := c.writableQuota()
	if err != nil {
		return response{}, err
	}
	l, err := newLimit(q, body)
	if err != nil {
		return response{}, err
	}
	l.id = c.store.id("limit")
	q.limits = append(q.limits, l)
	c.logSince(logsQuotas, "org_create_quota_limit", a, view{"namespace": a.name, "type": l.kind, "threshold_percent": l.percent})
	return created()
}

// limitOfPath returns the quota's limit with the id of the path.
func (c *call) limitOfPath(q *quota) (*quotaLimit, error) {
	id, err := strconv.ParseInt(c.params["limit_id"], 10, 32)
	if err != nil {
		return nil, errInternal
	}
	for _, l := range q.limits {
		if int64(l.id) == id {
			return l, nil
		}
	}
	return nil, notFound()
}

func getOrganizationQuotaLimit(c *call) (response, error) {
	q, err := c.readableQuota()
	if err != nil {
		return response{}, err
	}
	l, err := c.limitOfPath(q)
	if err != nil {
		return response{}, err
	}
	return ok(limitView(l))
}

func changeOrganizationQuotaLimit(c *call) (response, error) {
	body, err := c.decode(changeLimitSchema)
	if err != nil {
		return response{}, err
	}
	a, q, err := c.writableQuota()
	if err != nil {
		return response{}, err
	}
	l, err := c.limitOfPath(q)
	if err != nil {
		return response{}, err
	}
	previous := *l
	if body.Has("type") {
		if l.kind, err = limitKind(body.Text("type")); err != nil {
			l.kind = previous.kind
			return response{}, err
		}
	}
	if body.Has("threshold_percent") {
		if l.percent, err = limitPercent(body); err != nil {
			l.percent = previous.percent
			return response{}, err
		}
	}
	c.logSince(logsQuotas, "org_change_quota_limit", a, view{
		"namespace": a.name, "type": l.kind, "threshold_percent": l.percent,
		"previous_type": previous.kind, "previous_threshold_percent": previous.percent,
	})
	return ok(c.quotaView(q))
}

func deleteOrganizationQuotaLimit(c *call) (response, error) {
	a, q, err := c.writableQuota()
	if err != nil {
		return response{}, err
	}
	l, err := c.limitOfPath(q)
	if err != nil {
		return response{}, err
	}
	q.limits = slices.DeleteFunc(q.limits, func(other *quotaLimit) bool { return other == l })
	c.logSince(logsQuotas, "org_delete_quota_limit", a, view{
		"namespace": a.name, "limit_id": l.id, "type": l.kind, "threshold_percent": l.percent,
	})
	return deleted()
}
