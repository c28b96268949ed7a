package quaytest

import (
	"crypto/hmac"
	"crypto/rand"
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

// call is a request to an operation.
type call struct {
	srv     *Server
	store   *store
	request *http.Request
	params  map[string]string
	body    []byte
	token   *token   // nil without a valid one
	user    *account // whose token it is
}

// serve runs an operation.
func (c *call) serve(r *route) (response, error) {
	if c.token == nil && c.request.Method != http.MethodGet && c.request.Method != http.MethodHead {
		return response{}, errCSRF
	}
	return r.handle(c)
}

// unlocked does something long without holding the store's lock.
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

// repository returns the namespace and the name of the path's repository.
func (c *call) repository() (namespace, name string) {
	namespace, name, _ = strings.Cut(c.params["repository"], "/")
	return namespace, name
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

// What is wrong with a request before an operation looks at it.
const (
	noJSONType = "Did not attempt to load JSON data because the request Content-Type was not 'application/json'."
	badRequest = "The browser (or proxy) sent a request that this server could not understand."
	limitHelp  = "Limit to the number of results to return per page. Max 100."
)

// decode returns the request's JSON object if it fits a schema.
func (c *call) decode(s pyjson.Schema) (pyjson.Object, error) {
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
	object, ok := v.(pyjson.Object)
	if !ok {
		return nil, errInternal
	}
	return object, nil
}

// decodeOptional is decode where the body may be missing or no JSON at all.
func (c *call) decodeOptional(s pyjson.Schema) (pyjson.Object, error) {
	if v, err := pyjson.Parse(c.body); c.isJSON() && err == nil && v != nil {
		return c.decode(s)
	}
	return nil, nil
}

// query returns a parameter of the query and whether it is there.
func (c *call) query(name string) (string, bool) {
	values := c.request.URL.Query()
	return values.Get(name), values.Has(name)
}

// flag returns a parameter of the query that is true or false.
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

// page is what a list call asks for.
type page struct {
	limited bool
	limit   int
	start   int // the lowest id
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

// check refuses a page that nobody gets.
func (p page) check() error {
	switch {
	case p.limit > 100:
		return invalidRequest("Page limit cannot be above 100")
	case p.limit < 0:
		return errInternal
	}
	return nil
}

// cut returns the page of a list that is ordered by id, and the id with which
// the next page starts; 0 if there is none.
func cut[T any](p page, list []T, id func(T) int) ([]T, int) {
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

// pageKey seals the page tokens, so that nobody can build one.
var pageKey = func() []byte {
	key := make([]byte, 32)
	rand.Read(key)
	return key
}()

// pageToken hides where the next page starts.
func pageToken(start int) string {
	b := binary.BigEndian.AppendUint64([]byte{0x80, 0, 0, 0, 0}, uint64(start))
	h := hmac.New(sha256.New, pageKey)
	h.Write(b)
	return base64.URLEncoding.EncodeToString(h.Sum(b))
}

// pageStart returns where the page begins that the call asks for. A token that
// isn't one begins at the start.
func (c *call) pageStart() int {
	v, _ := c.query("next_page")
	b, err := base64.URLEncoding.DecodeString(v)
	if err != nil || len(b) < 13 {
		return 0
	}
	start := int(binary.BigEndian.Uint64(b[5:13]))
	if pageToken(start) != v {
		return 0
	}
	return start
}
