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

// quota is how many bytes a namespace may hold.
type quota struct {
	id     int
	bytes  int64
	limits []*quotaLimit
}

// quotaLimit says what happens at a part of a quota.
type quotaLimit struct {
	id      int
	kind    string // Warning or Reject
	percent int64
}

// quotaPattern is what a quota as a text looks like. Not everything that it
// lets through is understood.
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

	// Before 3.12 Quay knows a quota only as a number of bytes.
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
	float bool   // Python holds it as a float, and so the answer to a change shows it
	text  string // as Python prints it
}

// quotaAmount returns the amount in a request; given is false if it names none.
// badFormat is what to say of a text that isn't understood.
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

// stored returns the amount as the database takes it.
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

// parseSize reads a text such as "5 GiB" as Quay does, by way of a float. It
// knows no unit for bytes alone and none above EiB with a base of 1024.
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

// formatSize prints a number of bytes with the unit that fits best.
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
		return cmp.Or(-cmp.Compare(a.kind, b.kind), cmp.Compare(a.percent, b.percent))
	})
	list := []view{}
	for _, l := range limits {
		list = append(list, limitView(l))
	}
	return list
}

// quotaView is a quota by itself.
func (c *call) quotaView(q *quota) view {
	v := view{
		"id":                    q.id,
		"limit_bytes":           q.bytes,
		"default_config":        false,
		"limits":                limitViews(q),
		"default_config_exists": c.srv.options.defaultQuota != 0,
	}
	if !c.before(Quay3_12) {
		v["limit"] = formatSize(q.bytes)
	}
	return v
}

// defaultQuotaView is the quota of a namespace that has none of its own.
func (c *call) defaultQuotaView() view {
	v := c.quotaView(&quota{bytes: c.srv.options.defaultQuota})
	v["id"] = nil
	v["default_config"] = true
	return v
}

func (c *call) quotaViews(a *account) []view {
	if a.quota == nil {
		return []view{}
	}
	return []view{c.quotaView(a.quota)}
}

// addQuota adds the quota to the view of a namespace, if there are quotas.
func (c *call) addQuota(v view, a *account) {
	if !c.srv.has(QuotaManagement) {
		return
	}
	quotas := []view{}
	if a.quota != nil {
		quotas = append(quotas, view{"id": a.quota.id, "limit_bytes": a.quota.bytes, "limits": limitViews(a.quota)})
	}
	v["quotas"] = quotas
	v["quota_report"] = view{
		"quota_bytes":      0,
		"configured_quota": c.configuredQuota(a),
		"running_backfill": "waiting",
		"backfill_status":  "waiting",
	}
}

// configuredQuota returns the number of bytes that a namespace may hold, or nil.
func (c *call) configuredQuota(a *account) any {
	switch {
	case a.quota != nil:
		return a.quota.bytes
	case c.srv.options.defaultQuota != 0:
		return c.srv.options.defaultQuota
	default:
		return nil
	}
}

// quotaOf returns the quota with the id of the path.
func (c *call) quotaOf(a *account) (*quota, error) {
	id, err := strconv.ParseInt(c.params["quota_id"], 10, 32)
	if err != nil {
		return nil, errInternal
	}
	if a == nil || a.quota == nil || int64(a.quota.id) != id {
		return nil, notFound()
	}
	return a.quota, nil
}

// setQuota changes a quota and answers with it. A change to nothing changes
// nothing from 3.12 on.
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
	if a.quota != nil {
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
	a.quota = &quota{id: c.store.id("quota"), bytes: bytes}
	return nil
}

// superuserQuota returns the quota that a superuser works on.
func (c *call) superuserQuota() (*account, *quota, error) {
	if !c.superuser() {
		return nil, nil, c.unauthorized()
	}
	a := c.store.namespace(c.params["namespace"])
	if a == nil {
		return nil, nil, errInternal
	}
	q, err := c.quotaOf(a)
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

func deleteQuotaSuperUser(c *call) (response, error) {
	a, _, err := c.superuserQuota()
	if err != nil {
		return response{}, err
	}
	a.quota = nil
	return deleted()
}

// listUserQuota answers with the caller's own quota.
func listUserQuota(c *call) (response, error) {
	if !c.mayUser("admin") {
		return response{}, c.unauthorized()
	}
	return ok(c.quotaViews(c.user))
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
	if org.quota == nil && c.srv.options.defaultQuota != 0 {
		return ok([]view{c.defaultQuotaView()})
	}
	return ok(c.quotaViews(org))
}

func createOrganizationQuota(c *call) (response, error) {
	body, err := c.decodeQuota()
	if err != nil {
		return response{}, err
	}
	if !c.fullAccess() {
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
	if org.quota != nil {
		return response{}, invalidRequest("Organization quota for '%s' already exists", org.name)
	}
	if err := c.addQuotaTo(org, size); err != nil {
		return response{}, err
	}
	c.log("org_create_quota", org, view{
		"namespace": org.name, "limit_bytes": org.quota.bytes, "limit": formatSize(org.quota.bytes),
	})
	return created()
}

// seenQuota returns the quota of the path's organization to its members.
func (c *call) seenQuota() (*quota, error) {
	if !c.memberOf(c.params["orgname"]) {
		return nil, c.unauthorized()
	}
	return c.quotaOf(c.store.namespace(c.params["orgname"]))
}

// changedQuota returns the quota of the path's organization to somebody who may
// change it.
func (c *call) changedQuota() (*account, *quota, error) {
	if !c.fullAccess() {
		return nil, nil, c.unauthorized()
	}
	a := c.store.namespace(c.params["orgname"])
	q, err := c.quotaOf(a)
	return a, q, err
}

func getOrganizationQuota(c *call) (response, error) {
	q, err := c.seenQuota()
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
	a, q, err := c.changedQuota()
	if err != nil {
		return response{}, err
	}
	previous := q.bytes
	v, err := c.setQuota(q, body, badOrganizationSize)
	if err != nil {
		return response{}, err
	}
	c.log("org_change_quota", a, view{
		"namespace": a.name, "limit_bytes": q.bytes, "limit": formatSize(q.bytes),
		"previous_limit_bytes": previous, "previous_limit": formatSize(previous),
	})
	return ok(v)
}

func deleteOrganizationQuota(c *call) (response, error) {
	a, q, err := c.changedQuota()
	if err != nil {
		return response{}, err
	}
	a.quota = nil
	c.log("org_delete_quota", a, view{
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

func limitKind(name string) (string, error) {
	switch strings.ToLower(name) {
	case "warning":
		return "Warning", nil
	case "reject":
		return "Reject", nil
	}
	return "", refused("Quota type must be one of [Warning, Reject]")
}

func limitPercent(body pyjson.Object) (int64, error) {
	v, _ := body.Get("threshold_percent")
	n, _ := pyjson.WholeNumber(v.(json.Number))
	if !n.IsInt64() || n.Int64() < 1 || n.Int64() > 100 {
		return 0, refused("Quota limit threshold must be between 1 and 100")
	}
	return n.Int64(), nil
}

func listOrganizationQuotaLimit(c *call) (response, error) {
	q, err := c.seenQuota()
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
	a, q, err := c.changedQuota()
	if err != nil {
		return response{}, err
	}
	percent, err := limitPercent(body)
	if err != nil {
		return response{}, err
	}
	kind, err := limitKind(body.Text("type"))
	if err != nil {
		return response{}, err
	}
	if slices.ContainsFunc(q.limits, func(l *quotaLimit) bool { return l.kind == kind && l.percent == percent }) {
		return response{}, invalidRequest("Quota limit already exists")
	}
	q.limits = append(q.limits, &quotaLimit{id: c.store.id("limit"), kind: kind, percent: percent})
	c.log("org_create_quota_limit", a, view{"namespace": a.name, "type": kind, "threshold_percent": percent})
	return created()
}

// limitOf returns the limit with the id of the path.
func (c *call) limitOf(q *quota) (*quotaLimit, error) {
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
	q, err := c.seenQuota()
	if err != nil {
		return response{}, err
	}
	l, err := c.limitOf(q)
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
	a, q, err := c.changedQuota()
	if err != nil {
		return response{}, err
	}
	l, err := c.limitOf(q)
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
	c.log("org_change_quota_limit", a, view{
		"namespace": a.name, "type": l.kind, "threshold_percent": l.percent,
		"previous_type": previous.kind, "previous_threshold_percent": previous.percent,
	})
	return ok(c.quotaView(q))
}

func deleteOrganizationQuotaLimit(c *call) (response, error) {
	a, q, err := c.changedQuota()
	if err != nil {
		return response{}, err
	}
	l, err := c.limitOf(q)
	if err != nil {
		return response{}, err
	}
	q.limits = slices.DeleteFunc(q.limits, func(other *quotaLimit) bool { return other == l })
	c.log("org_delete_quota_limit", a, view{
		"namespace": a.name, "limit_id": l.id, "type": l.kind, "threshold_percent": l.percent,
	})
	return deleted()
}
