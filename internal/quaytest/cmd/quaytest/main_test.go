package main

import (
	"context"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

func TestRun(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	reader, writer := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, []string{"-version", "3.9.25"}, writer) }()

	text := make([]byte, 200)
	n, err := reader.Read(text)
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`^QUAY_URL=(http://127\.0\.0\.1:\d+)\nQUAY_TOKEN=([A-Z0-9]{40})\n$`).FindStringSubmatch(string(text[:n]))
	if m == nil {
		t.Fatalf("printed %q", text[:n])
	}
	call := func(method, path string) (int, string) {
		t.Helper()
		r, err := http.NewRequest(method, m[1]+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+m[2])
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer.StatusCode, strings.TrimSpace(string(body))
	}

	status, body := call("GET", "/api/v1/superuser/users/admin")
	if status != 200 {
		t.Errorf("a call of the registry: %d %s", status, body)
	}
	if strings.Contains(body, "global_readonly_super_user") { // a newer version has it
		t.Errorf("the user in Quay 3.9: %s", body)
	}
	if _, body := call("GET", "/_quaytest/calls"); body != `{"GET /superuser/users/{username}":1}` {
		t.Errorf("calls: %s", body)
	}
	if status, _ := call("POST", "/_quaytest/reset"); status != http.StatusNoContent {
		t.Errorf("reset: %d", status)
	}
	if _, body := call("GET", "/_quaytest/calls"); body != `{}` {
		t.Errorf("calls after the reset: %s", body)
	}
	if _, body := call("GET", "/_quaytest/objects"); !strings.Contains(body, `"users":1`) {
		t.Errorf("objects: %s", body)
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("run: %v", err)
	}
}

func TestRunRefusesBadFlags(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"-addr", "nowhere:x"}, {"-version", "3.8"}} {
		if err := run(t.Context(), args, io.Discard); err == nil {
			t.Errorf("%v: no error", args)
		}
	}
}

// An empty registry has no token, and creates its first user.
func TestRunEmpty(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	reader, writer := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, []string{"-empty"}, writer) }()
	text := make([]byte, 200)
	n, err := reader.Read(text)
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`^QUAY_URL=(http://127\.0\.0\.1:\d+)\nQUAY_TOKEN=\n$`).FindStringSubmatch(string(text[:n]))
	if m == nil {
		t.Fatalf("printed %q", text[:n])
	}
	body := strings.NewReader(`{"username": "admin", "password": "password-of-admin"}`)
	r, err := http.NewRequest(http.MethodPost, m[1]+"/api/v1/user/initialize", body)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Errorf("the first user: %d", answer.StatusCode)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
