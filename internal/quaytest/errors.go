package quaytest

import (
	"errors"
	"fmt"
	"maps"
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

// problem is an error of the API layer. The response has members such as detail
// and error_type.
type problem struct {
	kind    string
	status  int
	message string
	extra   view // more members of the response
}

func (p *problem) Error() string { return p.message }

func invalidRequest(format string, args ...any) error {
	return &problem{kind: problemInvalidRequest, status: http.StatusBadRequest, message: fmt.Sprintf(format, args...)}
}

func notFound() error {
	return &problem{kind: problemNotFound, status: http.StatusNotFound, message: "Not Found"}
}

// plainError is an error whose response only has a message. The message may be
// empty, or an object with the message about a field.
type plainError struct {
	status  int
	message any
}

func (e *plainError) Error() string { return fmt.Sprint(e.message) }

// refused returns an error of the layer below the API. If the API does not catch
// it, the response is a plain error with status 400.
func refused(format string, args ...any) error {
	return &plainError{status: http.StatusBadRequest, message: fmt.Sprintf(format, args...)}
}

// asInvalidRequest turns an error of the layer below the API into a problem. Some operations
// catch the error and call it.
func asInvalidRequest(err error) error {
	if plain, ok := errors.AsType[*plainError](err); ok {
		return invalidRequest("%s", plain.Error())
	}
	return err
}

var (
	// errCSRF is the error of a write without a valid token.
	errCSRF = errors.New("CSRF token was invalid or missing.") //nolint:staticcheck // Quay's words

	// errInternal is the error of a request that Quay fails to handle.
	errInternal = errors.New("internal server error")
)

// The pages of responses that do not come from the API.
const (
	internalErrorPage = "<html>\n  <head>\n    <title>Internal Server Error</title>\n  </head>\n  <body>\n" +
		"    <h1><p>Internal Server Error</p></h1>\n    \n  </body>\n</html>\n"

	methodNotAllowedPage = "<!doctype html>\n<html lang=en>\n<title>405 Method Not Allowed</title>\n" +
		"<h1>Method Not Allowed</h1>\n<p>The method is not allowed for the requested URL.</p>\n"

	redirectPage = "<!doctype html>\n<html lang=en>\n<title>Redirecting...</title>\n<h1>Redirecting...</h1>\n" +
		"<p>You should be redirected automatically to the target URL: <a href=\"%[1]s\">%[1]s</a>. If not, click the link.\n"

	// webPage is the page of the web interface. Its status may be 404.
	webPage = "<!DOCTYPE html>\n<html ng-app=\"quay\" class=\"onprem\">\n  <head>\n    <base href=\"/\">\n" +
		"    <title ng-bind=\"title + ' · Quay'\">Quay</title>\n  </head>\n  <body>\n  </body>\n</html>\n"
)

// errorResponse returns the response to a request whose operation returned an
// error.
func (s *Server) errorResponse(r *http.Request, err error) response {
	if p, ok := errors.AsType[*problem](err); ok {
		body := view{
			"detail":        p.message,
			"error_message": p.message,
			"error_type":    p.kind,
			"title":         p.kind,
			"type":          s.externalURL(r, apiRoot+"/error/"+p.kind),
			"status":        p.status,
		}
		maps.Copy(body, p.extra)
		return jsonResponse(p.status, body)
	}
	if plain, ok := errors.AsType[*plainError](err); ok {
		return jsonResponse(plain.status, view{"message": plain.message})
	}
	if errors.Is(err, errCSRF) {
		resp := jsonResponse(http.StatusForbidden, view{"error": err.Error()})
		resp.contentType = "text/html; charset=utf-8"
		return resp
	}
	return internalError()
}

func internalError() response {
	return response{status: http.StatusInternalServerError, contentType: "text/html", page: internalErrorPage}
}
