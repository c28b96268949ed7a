package quaytest

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math"
	"math/big"
	"net/http"
	"regexp"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest/pyjson"
)

func serviceKeyArea() area {
	return area{
		routes: []*route{
			get("listServiceKeys", "/superuser/keys", listServiceKeys),
			post("createServiceKey", "/superuser/keys", createServiceKey),
			get("getServiceKey", "/superuser/keys/{kid}", getServiceKey),
			put("updateServiceKey", "/superuser/keys/{kid}", updateServiceKey),
			del("deleteServiceKey", "/superuser/keys/{kid}", deleteServiceKey),
			post("approveServiceKey", "/superuser/approvedkeys/{kid}", approveServiceKey),
		},
		newState: func() any { return &serviceKeyState{keys: map[string]*serviceKey{}, bits: 2048} },
		counts: map[string]func(*store) int{
			"service_keys": func(st *store) int { return len(state[serviceKeyState](st).keys) },
		},
	}
}

type serviceKeyState struct {
	keys map[string]*serviceKey // by kid
	bits int                    // size of generated keys
}

// WithKeyBits sets the size of the service keys that the registry generates, at
// least 1024 bits. Defaults to Quay's 2048 bits. Smaller keys take less time.
func WithKeyBits(bits int) Option {
	return func(s *Server) { state[serviceKeyState](s.store).bits = bits }
}

// serviceKey is a key with which a service authenticates.
type serviceKey struct {
	row
	kid      string
	name     string
	service  string
	modulus  string
	metadata pyjson.Object
	created  time.Time
	expires  *time.Time
	approval *approval
}

// approval is the approval of a service key.
type approval struct {
	approver *account // the superuser, whom Quay never deletes
	date     time.Time
	notes    string
}

const (
	// expiredKeyLife is how long Quay keeps an expired key.
	expiredKeyLife = 7 * 24 * time.Hour

	// unapprovedKeyLife is how long Quay keeps an unapproved key.
	unapprovedKeyLife = 24 * time.Hour
)

// newRSAKey returns a new key pair, its kid (the thumbprint of RFC 7638) and its
// modulus.
func newRSAKey(bits int) (key *rsa.PrivateKey, kid, modulus string) {
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		panic("quaytest: generating a service key: " + err.Error())
	}
	encode := base64.RawURLEncoding.EncodeToString
	modulus = encode(key.N.Bytes())
	exponent := encode(big.NewInt(int64(key.E)).Bytes())
	sum := sha256.Sum256(fmt.Appendf(nil, `{"e":"%s","kty":"RSA","n":"%s"}`, exponent, modulus))
	return key, encode(sum[:]), modulus
}

func (st *store) addKey(k *serviceKey) {
	st.deleteOldKeys(k.service)
	k.created = st.now()
	state[serviceKeyState](st).keys[k.kid] = k
	st.touch(&k.row)
}

// deleteOldKeys deletes the keys of a service that Quay does not keep any longer.
func (st *store) deleteOldKeys(service string) {
	keys := state[serviceKeyState](st).keys
	for kid, k := range keys {
		unapproved := k.approval == nil && !st.now().Before(k.created.Add(unapprovedKeyLife))
		if k.service == service && (unapproved || st.isStale(k)) {
			delete(keys, kid)
		}
	}
}

// isStale reports whether a key expired so long ago that Quay hides it.
func (st *store) isStale(k *serviceKey) bool {
	return k.expires != nil && !st.now().Before(k.expires.Add(expiredKeyLife))
}

// AddServiceKey adds an unapproved key, like a service that registers its own key. It returns
// the key's kid.
func (s *Server) AddServiceKey(service, name string) (kid string) {
	if !serviceExpression.MatchString(service) || len(service) > 255 {
		panic(fmt.Sprintf("quaytest: AddServiceKey: bad service %q", service))
	}
	if !keyNameExpression.MatchString(name) || len(name) > 255 {
		panic(fmt.Sprintf("quaytest: AddServiceKey: bad name %q", name))
	}
	_, kid, modulus := newRSAKey(state[serviceKeyState](s.store).bits)
	s.change(func(st *store) {
		st.addKey(&serviceKey{
			kid: kid, name: name, service: service, modulus: modulus,
			metadata: keyMetadata(nil, superuserName, "127.0.0.1"),
		})
	})
	return kid
}

// keyMetadata adds Quay's own members to the metadata of a key.
func keyMetadata(metadata pyjson.Object, creator, ip string) pyjson.Object {
	return metadata.
		With("created_by", "Quay Superuser Panel").
		With("creator", creator).
		With("ip", ip)
}

// httpDate prints a time as the calls for service keys do.
func httpDate(t time.Time) string { return t.UTC().Format(http.TimeFormat) }

func (c *call) keyView(k *serviceKey) view {
	v := view{
		"kid":               k.kid,
		"name":              k.name,
		"service":           k.service,
		"jwk":               view{"e": "AQAB", "kid": k.kid, "kty": "RSA", "n": k.modulus},
		"metadata":          k.metadata,
		"created_date":      httpDate(k.created),
		"expiration_date":   nil,
		"rotation_duration": nil,
		"approval":          nil,
	}
	if k.expires != nil {
		v["expiration_date"] = httpDate(*k.expires)
	}
	if k.approval != nil {
		v["approval"] = view{
			"approval_type": "ServiceKeyApprovalType.SUPERUSER",
			"approved_date": httpDate(k.approval.date),
			"approver":      c.userView(k.approval.approver),
			"notes":         k.approval.notes,
		}
	}
	return v
}

// keyOfPath returns the key of the path to a superuser.
func (c *call) keyOfPath() (*serviceKey, error) {
	if !c.superuser() {
		return nil, c.unauthorized()
	}
	if k := state[serviceKeyState](c.store).keys[c.params["kid"]]; k != nil && !c.store.isStale(k) {
		return k, nil
	}
	return nil, notFound()
}

func listServiceKeys(c *call) (response, error) {
	if !c.superuser() {
		return response{}, c.unauthorized()
	}
	var keys []*serviceKey
	for _, k := range state[serviceKeyState](c.store).keys {
		if !c.store.isStale(k) {
			keys = append(keys, k)
		}
	}
	slices.SortFunc(keys, byWrite)
	views := make([]view, len(keys))
	for i, k := range keys {
		views[i] = c.keyView(k)
	}
	return ok(view{"keys": views})
}

func getServiceKey(c *call) (response, error) {
	k, err := c.keyOfPath()
	if err != nil {
		return response{}, err
	}
	return ok(c.keyView(k))
}

var (
	serviceExpression = regexp.MustCompile(`^[a-z0-9_]+$`)
	keyNameExpression = regexp.MustCompile(`^[\s a-zA-Z0-9\-_:/]*$`)

	timestampSchema = pyjson.Schema{pyjson.AnyOf(pyjson.Schema{pyjson.Type("number")}, pyjson.Schema{pyjson.Type("null")})}

	createKeySchema = pyjson.Schema{
		pyjson.Type("object"),
		pyjson.Required("service", "expiration"),
		pyjson.Properties(
			pyjson.Property("service", pyjson.Type("string")),
			pyjson.Property("name", pyjson.Type("string")),
			pyjson.Property("metadata", pyjson.Type("object")),
			pyjson.Property("notes", pyjson.Type("string")),
			pyjson.Property("expiration", timestampSchema...),
		),
	}
	changeKeySchema = pyjson.Schema{
		pyjson.Type("object"),
		pyjson.Properties(
			pyjson.Property("name", pyjson.Type("string")),
			pyjson.Property("metadata", pyjson.Type("object")),
			pyjson.Property("expiration", timestampSchema...),
		),
	}
	approveKeySchema = pyjson.Schema{pyjson.Type("object"), pyjson.Properties(pyjson.Property("notes", pyjson.Type("string")))}
)

// tooLong reports whether a text is too long for the database.
func tooLong(s string) bool { return utf8.RuneCountInString(s) > 255 }

func checkKeyName(name string) error {
	if !keyNameExpression.MatchString(name) {
		return invalidRequest("Invalid service key friendly name: %s", name)
	}
	return nil
}

// expiration returns the time when a key expires, or nil if it never does.
func (c *call) expiration(body pyjson.Object, inThePast string) (*time.Time, error) {
	n, ok := body.Get("expiration")
	if !ok || n == nil {
		return nil, nil
	}
	seconds, err := n.(json.Number).Float64()
	if err != nil || math.Abs(seconds) > 1e17 {
		return nil, errInternal // Python fails before it checks the date
	}
	whole, fraction := math.Modf(seconds)
	t := time.Unix(int64(whole), int64(fraction*1e9)).UTC()
	if year := t.Year(); year < 1 || year > 9999 {
		return nil, invalidRequest("Invalid expiration date: year %d is out of range", year)
	}
	if !t.After(c.store.now()) {
		return nil, invalidRequest("%s", inThePast)
	}
	return &t, nil
}

func createServiceKey(c *call) (response, error) {
	body, err := c.decode(createKeySchema)
	if err != nil {
		return response{}, err
	}
	if !c.superuser() {
		return response{}, c.unauthorized()
	}
	name, service := body.Text("name"), body.Text("service")
	if err := checkKeyName(name); err != nil {
		return response{}, err
	}
	expires, err := c.expiration(body, "Expiration date cannot be in the past")
	if err != nil {
		return response{}, err
	}
	if !serviceExpression.MatchString(service) {
		return response{}, refused("")
	}
	if tooLong(service) || tooLong(name) {
		return response{}, errInternal
	}

	var key *rsa.PrivateKey
	k := &serviceKey{name: name, service: service, expires: expires}
	c.unlocked(func() { key, k.kid, k.modulus = newRSAKey(state[serviceKeyState](c.store).bits) })
	metadata, _ := body.Get("metadata")
	given, _ := metadata.(pyjson.Object)
	k.metadata = keyMetadata(given, c.user.name, c.ip())
	c.store.addKey(k)
	c.store.approve(k, c.user, body.Text("notes"))

	entry := view{
		"kid": k.kid, "preshared": true, "service": service, "name": name,
		"expiration_date": timestamp(expires), "auto_approved": true,
	}
	c.log("service_key_create", c.user, entry)
	c.log("service_key_approve", c.user, entry)

	public, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		return response{}, err
	}
	block := func(kind string, der []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
	}
	return ok(view{
		"kid":         k.kid,
		"name":        name,
		"service":     service,
		"public_key":  block("PUBLIC KEY", public),
		"private_key": c.store.recordSecret(block("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(key))),
	})
}

// timestamp returns a time in the format of the logs.
func timestamp(t *time.Time) any {
	if t == nil {
		return nil
	}
	return t.Unix()
}

func (st *store) approve(k *serviceKey, by *account, notes string) {
	k.approval = &approval{approver: by, date: st.now(), notes: notes}
	st.touch(&k.row)
}

func (k *serviceKey) logMetadata() view {
	return view{"kid": k.kid, "service": k.service, "name": k.name, "expiration_date": timestamp(k.expires)}
}

func updateServiceKey(c *call) (response, error) {
	body, err := c.decode(changeKeySchema)
	if err != nil {
		return response{}, err
	}
	k, err := c.keyOfPath()
	if err != nil {
		return response{}, err
	}
	if body.Has("expiration") {
		expires, err := c.expiration(body, "Cannot have an expiration date in the past")
		if err != nil {
			return response{}, err
		}
		entry := k.logMetadata()
		entry["old_expiration_date"], entry["expiration_date"] = entry["expiration_date"], timestamp(expires)
		c.log("service_key_extend", c.user, entry)
		k.expires = expires
		c.store.touch(&k.row)
	}
	if body.Has("name") || body.Has("metadata") {
		if err := c.changeKey(k, body); err != nil {
			return response{}, err
		}
	}
	return ok(c.keyView(k))
}

// changeKey changes the name and the metadata of a key. Quay never removes members
// of the metadata.
func (c *call) changeKey(k *serviceKey, body pyjson.Object) error {
	if body.Has("name") {
		name := body.Text("name")
		if err := checkKeyName(name); err != nil {
			return err
		}
		if tooLong(name) {
			return errInternal
		}
		k.name = name
	}
	if v, ok := body.Get("metadata"); ok {
		k.metadata = slices.Clone(k.metadata)
		for _, m := range v.(pyjson.Object) {
			k.metadata = k.metadata.With(m.Name, m.Value)
		}
	}
	c.store.touch(&k.row)
	c.log("service_key_modify", c.user, k.logMetadata())
	return nil
}

func approveServiceKey(c *call) (response, error) {
	body, err := c.decode(approveKeySchema)
	if err != nil {
		return response{}, err
	}
	k, err := c.keyOfPath()
	if err != nil {
		return response{}, err
	}
	if k.approval == nil {
		c.store.approve(k, c.user, body.Text("notes"))
		c.log("service_key_approve", c.user, k.logMetadata())
	}
	return empty(http.StatusCreated)
}

func deleteServiceKey(c *call) (response, error) {
	k, err := c.keyOfPath()
	if err != nil {
		return response{}, err
	}
	delete(state[serviceKeyState](c.store).keys, k.kid)
	c.store.deleteOldKeys(k.service)
	entry := k.logMetadata()
	entry["created_date"] = k.created.Unix()
	c.log("service_key_delete", c.user, entry)
	return empty(http.StatusNoContent)
}
