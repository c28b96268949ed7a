package quaytest

import (
	"errors"
	"fmt"
	"net/http"
)

// The kinds of a problem that Quay names in error_type.
const (
	problemInvalidRequest    = "invalid_request"
	problemInvalidResponse   = "invalid_response"
	problemInvalidToken      = "invalid_token"
	problemInsufficientScope = "insufficient_scope"
	problemNotFound          = "not_found"
)

// problem is an error of the API itself, with detail, error_type and so on.
type problem struct {
	kind    string
	status  int
	message string
	extra   view // further members of the body
}

func (p *problem) Error() string { return p.message }

func invalidRequest(format string, args ...any) error {
	return &problem{kind: problemInvalidRequest, status: http.StatusBadRequest, message: fmt.Sprintf(format, args...)}
}

func notFound() error {
	return &problem{kind: problemNotFound, status: http.StatusNotFound, message: "Not Found"}
}

// plainError is an error that has only a message, which may be empty or an
// object that names a field.
type plainError struct {
	status  int
	message any
}

func (e *plainError) Error() string { return fmt.Sprint(e.message) }

// refused is what the layer below the API has against a request. Where the API
// doesn't catch it, it's a plain error with status 400.
func refused(format string, args ...any) error {
	return &plainError{status: http.StatusBadRequest, message: fmt.Sprintf(format, args...)}
}

// asInvalidRequest gives what the layer below said the shape of a problem, as
// those operations do that catch it.
func asInvalidRequest(err error) error {
	if plain, ok := errors.AsType[*plainError](err); ok {
		return invalidRequest("%s", plain.Error())
	}
	return err
}

var (
	// errCSRF answers a write that has no valid token.
	errCSRF = errors.New("no valid token")

	// errInternal answers what Quay stumbles over.
	errInternal = errors.New("internal server error")
)

// The web pages that Quay answers with where it isn't the API that answers.
const (
	internalErrorPage = "<html>\n  <head>\n    <title>Internal Server Error</title>\n  </head>\n  <body>\n" +
		"    <h1><p>Internal Server Error</p></h1>\n    \n  </body>\n</html>\n"

	methodNotAllowedPage = "<!doctype html>\n<html lang=en>\n<title>405 Method Not Allowed</title>\n" +
		"<h1>Method Not Allowed</h1>\n<p>The method is not allowed for the requested URL.</p>\n"

	redirectPage = "<!doctype html>\n<html lang=en>\n<title>Redirecting...</title>\n<h1>Redirecting...</h1>\n" +
		"<p>You should be redirected automatically to the target URL: <a href=\"%[1]s\">%[1]s</a>. If not, click the link.\n"

	// webPage is the page of the web interface, which also says 404.
	webPage = "<!DOCTYPE html>\n<html ng-app=\"quay\" class=\"onprem\">\n  <head>\n    <base href=\"/\">\n" +
		"    <title ng-bind=\"title + ' · Quay'\">Quay</title>\n  </head>\n  <body>\n  </body>\n</html>\n"
)
