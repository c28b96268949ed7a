package quaytest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"mime"
	"net"
	"net/http"
	"strconv"
	"strings"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest/pyjson"
)

// call is a request to an operation of the API.
type call struct {
	srv     *Server
	store   *store
	request *http.Request
	params  map[string]string
	body    []byte
	token   *token   // nil without a valid token or session
	user    *account // of the token; nil without a valid token or session
}

// serve runs an operation.
func (c *call) serve(r *route) (response, error) {
	writes := c.request.Method != http.MethodGet && c.request.Method != http.MethodHead
	if writes && (c.token == nil || c.token.session) && !r.isAnonymous && r.path != authorizePath {
		if err := c.checkCSRF(); err != nil {
			return response{}, err
		}
	}
	if r.needsFreshLogin() {
		if err := c.checkFresh(); err != nil {
			return response{}, err
		}
	}
	return r.handle(c)
}

// unlocked runs a function that takes long, without the lock of the store.
func (c *call) unlocked(f func()) {
	c.srv.mu.Unlock()
	defer c.srv.mu.Lock()
	f()
}

// ip returns the caller's address.
func (c *call) ip() string {
	host, _, err := net.SplitHostPort(c.request.RemoteAddr)
	if err != nil {
		return c.request.RemoteAddr
	}
	return host
}

// isJSON reports whether the request says that its body is JSON.
func (c *call) isJSON() bool {
	mediaType, _, err := mime.ParseMediaType(c.request.Header.Get("Content-Type"))
	if err != nil {
		return false
	}
	return mediaType == "application/json" ||
		strings.HasPrefix(mediaType, "application/") && strings.HasSuffix(mediaType, "+json")
}

// The messages about requests that are invalid for every operation.
const (
	noJSONType = "Did not attempt to load JSON data because the request Content-Type was not 'application/json'."
	badRequest = "The browser (or proxy) sent a request that this server could not understand."
	limitHelp  = "Limit to the number of results to return per page. Max 100."
)

// decode returns the request's JSON object. It returns an error if the object
// violates a schema.
func (c *call) decode(s pyjson.Schema) (pyjson.Object, error) {
	v, err := c.decodeValue(s)
	if err != nil {
		return nil, err
	}
	object, ok := v.(pyjson.Object)
	if !ok {
		return nil, errInternal
	}
	return object, nil
}

// decodeValue does the same as decode for JSON of any type but null.
func (c *call) decodeValue(s pyjson.Schema) (any, error) {
	if !c.isJSON() {
		return nil, &plainError{http.StatusUnsupportedMediaType, noJSONType}
	}
	v, err := pyjson.Parse(c.body)
	if err != nil {
		return nil, &plainError{http.StatusBadRequest, badRequest}
	}
	if v == nil {
		return nil, invalidRequest("Missing JSON body")
	}
	if err := s.Validate(v); err != nil {
		return nil, invalidRequest("%s", err)
	}
	return v, nil
}

// decodeOptional does the same as decode, but the body may be missing or not be
// JSON.
func (c *call) decodeOptional(s pyjson.Schema) (pyjson.Object, error) {
	if v, err := pyjson.Parse(c.body); c.isJSON() && err == nil && v != nil {
		return c.decode(s)
	}
	return nil, nil
}

// query returns a parameter of the query and whether the query has it.
func (c *call) query(name string) (string, bool) {
	values := c.request.URL.Query()
	return values.Get(name), values.Has(name)
}

// flag returns a parameter of the query that is true or false. It returns absent
// if the query does not have the parameter.
func (c *call) flag(name string, absent bool) bool {
	v, ok := c.query(name)
	if !ok {
		return absent
	}
	switch v {
	case "false", "False", "FALSE", "0", "", "null":
		return false
	}
	return true
}

// page is the page that a call for a list requests.
type page struct {
	limited bool
	limit   int
	start   int // the lowest id of the page
}

// paging reads limit and next_page.
func (c *call) paging() (page, error) {
	p := page{start: c.pageStart()}
	v, ok := c.query("limit")
	if !ok {
		return p, nil
	}
	limit, err := strconv.Atoi(strings.TrimSpace(v))
	if err != nil {
		return p, &plainError{http.StatusBadRequest, view{"limit": limitHelp}}
	}
	p.limited, p.limit = true, limit
	return p, nil
}

// check returns an error if the page's size is not allowed.
func (p page) check() error {
	switch {
	case p.limit > 100:
		return invalidRequest("Page limit cannot be above 100")
	case p.limit < 0:
		return errInternal
	}
	return nil
}

// pageOf returns a page of a list that is sorted by id, and the id with which
// the next page starts. That id is 0 if there is no next page.
func pageOf[T any](p page, list []T, id func(T) int) ([]T, int) {
	from := 0
	for from < len(list) && id(list[from]) < p.start {
		from++
	}
	list = list[from:]
	if len(list) <= p.limit {
		return list, 0
	}
	return list[:p.limit], id(list[p.limit])
}

// pageToken returns the token of a page that starts with an id. Clients cannot
// make such tokens, because the store signs them.
func (st *store) pageToken(start int) string {
	b := binary.BigEndian.AppendUint64([]byte{0x80, 0, 0, 0, 0}, uint64(start))
	h := hmac.New(sha256.New, st.pageKey)
	h.Write(b)
	return base64.URLEncoding.EncodeToString(h.Sum(b))
}

// pageStart returns the id with which the requested page starts. It is 0 if the
// page token is invalid.
func (c *call) pageStart() int {
	v, _ := c.query("next_page")
	b, err := base64.URLEncoding.DecodeString(v)
	if err != nil || len(b) < 13 {
		return 0
	}
	start := int(binary.BigEndian.Uint64(b[5:13]))
	if c.store.pageToken(start) != v {
		return 0
	}
	return start
}
