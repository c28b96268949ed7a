package quaytest

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"time"
)

// API is a plain client of a registry in memory or of a real one. Tests and the
// demo use it to set up objects without Terraform, and to change objects without
// Terraform's knowledge.
type API struct {
	URL   string
	Token string
}

// Call makes one call. The path is relative to /api/v1. Call sends the body as
// JSON unless it is nil. It returns the status and the decoded response. The
// response is nil if it is not JSON.
func (a API) Call(ctx context.Context, method, path string, body any) (status int, response any, err error) {
	var reader io.Reader
	if body != nil {
		data, err := json.Marshal(body)
		if err != nil {
			return 0, nil, err
		}
		reader = bytes.NewReader(data)
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, a.URL+"/api/v1"+path, reader)
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("Authorization", "Bearer "+a.Token)
	req.Header.Set("Content-Type", "application/json")
	req.Close = true // the server may close a kept connection at the moment of the next request
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, nil, err
	}
	if json.Unmarshal(data, &response) != nil {
		response = nil
	}
	return resp.StatusCode, response, nil
}
