package transcript

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"
)

// Player makes recorded calls to a registry.
type Player struct {
	URL string // of the registry, without a slash at the end
	// Token returns the token of a superuser or user.
	Token func(Caller) (string, error)
	*Comparer

	latestToken string
}

// Play makes a recorded request, with the registry's own identifiers in the path,
// and returns the response.
func (p *Player) Play(ctx context.Context, request Request) (Response, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, request.Method, p.URL+p.translate(request.Path), bytes.NewReader(request.body()))
	if err != nil {
		return Response{}, err
	}
	switch {
	case request.body() == nil:
		r.Body, r.ContentLength = http.NoBody, 0
	case request.ContentType != "":
		r.Header.Set("Content-Type", request.ContentType)
	default:
		r.Header.Set("Content-Type", "application/json")
	}
	authorization, err := p.authorization(request)
	if err != nil {
		return Response{}, err
	}
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	// The transcript also records redirects.
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return Response{}, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return Response{}, err
	}
	response := newResponse(p.URL, resp.StatusCode, resp.Header, body)
	p.noteToken(response)
	return response, nil
}

// authorization returns the header Authorization of a request.
func (p *Player) authorization(request Request) (string, error) {
	caller, err := ParseCaller(request.Auth)
	if err != nil {
		return "", err
	}
	var token string
	switch caller.Name {
	case NoToken:
		return request.Authorization, nil
	case WrongToken:
		token = strings.Repeat("W", 40)
	case LatestToken:
		if p.latestToken == "" {
			return "", errors.New("no response before has told a token")
		}
		token = p.latestToken
	default:
		if token, err = p.Token(caller); err != nil {
			return "", err
		}
	}
	if request.Authorization == "" {
		return "Bearer " + token, nil
	}
	return strings.ReplaceAll(request.Authorization, "{token}", token), nil
}

// noteToken remembers the access token in a response.
func (p *Player) noteToken(response Response) {
	body, err := decodeJSON(response.JSON)
	if err != nil {
		return
	}
	object, _ := body.(map[string]any)
	if token, ok := object["token"].(string); ok && object["scope"] != nil {
		p.latestToken = token
	}
}
