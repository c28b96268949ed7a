package quaytest

import (
	"bytes"
	"encoding/json"
	"net/http"
	"time"
)

// view is a JSON object of a response.
type view = map[string]any

// response is the response to a request: JSON or a page.
type response struct {
	status      int
	contentType string
	location    string
	cookie      string // of a session
	nextCSRF    string
	retryAfter  string
	allow       string
	json        any
	page        string
}

func jsonResponse(status int, body any) response {
	return response{status: status, contentType: "application/json", json: body}
}

// ok is the response 200 with a body.
func ok(body any) (response, error) { return jsonResponse(http.StatusOK, body), nil }

// created is the response to a creation that does not show the new object.
func created() (response, error) { return jsonResponse(http.StatusCreated, "Created"), nil }

// deleted is the response to a deletion.
func deleted() (response, error) { return jsonResponse(http.StatusNoContent, ""), nil }

// empty is a response without a body.
func empty(status int) (response, error) {
	return response{status: status, contentType: "text/html; charset=utf-8"}, nil
}

func (resp response) write(w http.ResponseWriter) {
	header := w.Header()
	header.Set("Content-Type", resp.contentType)
	if resp.location != "" {
		header.Set("Location", resp.location)
	}
	if resp.cookie != "" {
		header.Add("Set-Cookie", (&http.Cookie{Name: sessionCookie, Value: resp.cookie, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode}).String())
	}
	for name, value := range map[string]string{"X-Next-CSRF-Token": resp.nextCSRF, "Retry-After": resp.retryAfter} {
		if value != "" {
			header.Set(name, value)
		}
	}
	if resp.allow != "" {
		header.Set("Allow", resp.allow)
	}
	body := []byte(resp.page)
	if resp.json != nil {
		var b bytes.Buffer
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		if err := e.Encode(resp.json); err != nil {
			panic("quaytest: a response is not JSON: " + err.Error())
		}
		body = b.Bytes()
	}
	w.WriteHeader(resp.status)
	if resp.status != http.StatusNoContent {
		_, _ = w.Write(body) // fails if the client closed the connection
	}
}

// formatDate prints a time as most of the API does.
func formatDate(t time.Time) string { return t.UTC().Format("Mon, 02 Jan 2006 15:04:05 -0000") }
