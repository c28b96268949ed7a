package transcript

import (
	"regexp"
	"strings"
)

// Shape describes a text that the registry chooses.
type Shape struct {
	Expression string `json:"expression"` // a regular expression for the whole text
	// Identifies is set if the text identifies an object. The registry then returns the same
	// text again.
	Identifies bool `json:"identifies"`
}

// fits reports whether a text has the shape.
func (s Shape) fits(text string) bool {
	return regexp.MustCompile(`^(?:` + s.Expression + `)$`).MatchString(text)
}

const (
	uuid          = `[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}`
	httpDate      = `[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT`
	rfc2822Date   = `[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d -0000`
	isoDate       = `\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z`
	publicKeyPEM  = "-----BEGIN PUBLIC KEY-----\n[A-Za-z0-9+/=\n]{392,400}\n-----END PUBLIC KEY-----\n"
	privateKeyPEM = "-----BEGIN RSA PRIVATE KEY-----\n[A-Za-z0-9+/=\n]+\n-----END RSA PRIVATE KEY-----\n"
	newDaySuffix  = " 00:00:00 -0000"
)

var (
	uuidExpression  = regexp.MustCompile(uuid)
	wholeUUID       = regexp.MustCompile(`^` + uuid + `$`)
	hashExpression  = regexp.MustCompile(`^[0-9a-f]{64}$`)
	colorExpression = regexp.MustCompile(`^#[0-9a-f]{6}$`)
	rfc2822Whole    = regexp.MustCompile(`^` + rfc2822Date + `$`)
)

// shapeOf returns the shape of the text in a member of a response, if the registry has chosen
// the text.
func (c *Comparer) shapeOf(member, recorded string) (Shape, bool) {
	if strings.HasSuffix(recorded, newDaySuffix) {
		return Shape{}, false // a day that the request named
	}
	if s, ok := c.shapes[member]; ok {
		return s, true
	}
	switch member {
	case "password":
		return Shape{`[A-Z0-9]{32}`, false}, true
	case "encrypted_password":
		return Shape{`.+`, false}, true
	case "kid":
		return Shape{`[A-Za-z0-9_-]{43}`, true}, true
	case "n":
		return Shape{`[A-Za-z0-9_-]{342}`, true}, true
	case "public_key":
		return Shape{publicKeyPEM, true}, true
	case "private_key":
		return Shape{privateKeyPEM, false}, true
	case "client_id":
		return Shape{`[A-Z0-9]{20}`, true}, true
	case "client_secret":
		return Shape{`[A-Z0-9]{40}`, false}, true
	case "token":
		return Shape{`[A-Z0-9]{40}|[A-Z0-9]{64}`, false}, true
	case "token_code":
		return Shape{`[A-Z0-9]{120}`, false}, true
	case "next_page":
		return Shape{`[A-Za-z0-9_=-]{40,}`, true}, true
	case "created_date", "approved_date":
		return Shape{httpDate, false}, true
	case "expiration_date":
		return Shape{httpDate, false}, c.documents != nil
	case "created":
		if rfc2822Whole.MatchString(recorded) {
			return Shape{rfc2822Date, false}, true
		}
		return Shape{isoDate, false}, true
	case "expires_at":
		return Shape{isoDate, false}, true
	case "started", "datetime", "start_time", "end_time":
		return Shape{rfc2822Date, false}, true
	case "status_token":
		if recorded != "" && recorded == placeholder(member, recorded) {
			return Shape{uuid, false}, true
		}
	}
	return Shape{uuid, true}, wholeUUID.MatchString(recorded)
}
