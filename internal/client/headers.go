package client

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"
)

// ownHeaders are the headers that the client or Go's HTTP client sets itself, and those that
// belong to one connection. A user cannot set them: they would be replaced, or would break the
// connection.
var ownHeaders = []string{
	"Accept", "Accept-Encoding", "Connection", "Content-Encoding", "Content-Length", "Content-Type", "Expect", "Keep-Alive",
	"Proxy-Connection", "Te", "Trailer", "Transfer-Encoding", "Upgrade", "User-Agent",
}

// ErrHeaderName is the error of [CheckHeader] for an invalid name.
var ErrHeaderName = errors.New("is not the name of an HTTP header: use letters, digits and hyphens")

// CheckHeader returns an error unless a header can be sent with every request. The error holds
// neither the value nor an invalid name.
func CheckHeader(name, value string) error {
	canonical := http.CanonicalHeaderKey(name)
	switch {
	case name == "" || strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune(`()<>@,;:\"/[]?={}`, r) }):
		return ErrHeaderName
	case canonical == "Authorization":
		return fmt.Errorf("%s is set from the access token: leave it out", canonical)
	case canonical == "Proxy-Authorization":
		return fmt.Errorf("%s goes to the proxy alone: write the proxy's user and password into HTTPS_PROXY instead", canonical)
	case slices.Contains(ownHeaders, canonical):
		return fmt.Errorf("%s is set by the client itself: leave it out", canonical)
	case strings.ContainsFunc(value, unicode.IsControl):
		return fmt.Errorf("the value of %s holds a line break or another control character: remove it, for instance with chomp() or trimspace()", canonical)
	case canonical == "Host" && !isHost(value):
		return errors.New("the value of Host must be a host name, perhaps with a port")
	}
	return nil
}

// isHost tells whether a text is a host and perhaps a port, and nothing else.
func isHost(text string) bool {
	base, err := url.Parse("https://" + text)
	return err == nil && base.Host == text && base.Hostname() != "" && !strings.ContainsAny(text, " %")
}

// RepeatedHeader returns the first header name that occurs twice, or an empty text. It ignores
// case.
func RepeatedHeader(names []string) string {
	seen := map[string]bool{}
	for _, name := range names {
		canonical := http.CanonicalHeaderKey(name)
		if seen[canonical] {
			return canonical
		}
		seen[canonical] = true
	}
	return ""
}

// checkHeaders returns an error unless all headers can be sent.
func checkHeaders(headers map[string]string) error {
	names := make([]string, 0, len(headers))
	for name, value := range headers {
		if err := CheckHeader(name, value); err != nil {
			return err
		}
		names = append(names, name)
	}
	if name := RepeatedHeader(names); name != "" {
		return fmt.Errorf("the header %s is given more than once: upper and lower case are the same", name)
	}
	return nil
}
