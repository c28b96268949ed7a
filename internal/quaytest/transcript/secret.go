package transcript

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// secretMember matches the names of members that hold a secret.
var secretMember = regexp.MustCompile(`(?i)(^|_)(password|secret|token|token_code|private_key)$`)

// placeholder returns the text that replaces a secret in a transcript.
func placeholder(member, secret string) string {
	if begin, rest, ok := strings.Cut(secret, "\n"); ok && strings.HasPrefix(begin, "-----BEGIN ") {
		if i := strings.Index(rest, "-----END "); i >= 0 {
			return begin + "\nREDACTED\n" + rest[i:]
		}
	}
	switch member {
	case "encrypted_password":
		return "ENCRYPTED"
	case "password":
		return strings.Repeat("P", len(secret))
	default:
		return strings.Repeat("T", len(secret))
	}
}

// secrets holds placeholders by secret.
type secrets map[string]string

// collect adds the secrets of a response. A text in a request of the script does not count as
// a secret of the registry.
func (s secrets) collect(member string, value any, requests string) {
	switch v := value.(type) {
	case map[string]any:
		for name, inner := range v {
			s.collect(name, inner, requests)
		}
	case []any:
		for _, inner := range v {
			s.collect(member, inner, requests)
		}
	case string:
		if v != "" && secretMember.MatchString(member) && !strings.Contains(requests, inJSON(v)) {
			s[v] = placeholder(member, v)
		}
	}
}

// hide replaces all secrets in a transcript.
func (s secrets) hide(t *Transcript) error {
	// A secret can be part of another secret.
	longestFirst := slices.SortedFunc(maps.Keys(s), func(a, b string) int { return len(b) - len(a) })
	var plain, quoted []string
	for _, secret := range longestFirst {
		plain = append(plain, secret, s[secret])
		quoted = append(quoted, inJSON(secret), inJSON(s[secret]))
	}
	inText, inBody := strings.NewReplacer(plain...), strings.NewReplacer(quoted...)
	for i := range t.Calls {
		request, response := &t.Calls[i].Request, &t.Calls[i].Response
		request.Path = inText.Replace(request.Path)
		for _, text := range []**string{&request.Raw, &response.Text} {
			if *text != nil {
				replaced := inText.Replace(**text)
				*text = &replaced
			}
		}
		for _, body := range []*json.RawMessage{&request.JSON, &response.JSON} {
			if *body != nil {
				*body = json.RawMessage(inBody.Replace(string(*body)))
			}
		}
		for name, value := range response.Headers {
			response.Headers[name] = inText.Replace(value)
		}
	}
	var b bytes.Buffer
	if err := t.Write(&b); err != nil {
		return err
	}
	for _, secret := range longestFirst {
		if strings.Contains(b.String(), inJSON(secret)) {
			return fmt.Errorf("the transcript still shows a secret of %d characters", len(secret))
		}
	}
	return nil
}

// inJSON returns a text in the form that JSON has between quotes.
func inJSON(text string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(text) // a string is always valid
	return strings.Trim(strings.TrimSpace(b.String()), `"`)
}
