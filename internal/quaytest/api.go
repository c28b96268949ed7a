package quaytest

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"time"
)

// API calls a registry, in memory or real, without a client's care: for what
// tests and the demo set up beside Terraform, or do behind its back.
type API struct {
	URL   string
	Token string
}

// Call makes one call. The path is the one below /api/v1; body is sent as JSON
// unless it is nil. It returns the status and the decoded answer, which is nil
// where the answer is not JSON.
func (a API) Call(ctx context.Context, method, path string, body any) (status int, answer any, err error) {
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
	req.Close = true // a connection that is kept may be closed by the server just as it is used again
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, nil, err
	}
	if json.Unmarshal(data, &answer) != nil {
		answer = nil
	}
	return resp.StatusCode, answer, nil
}
