package client_test

import (
	"crypto/tls"
	"encoding/pem"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
)

// startTLS runs a server with a certificate that no system trusts. It returns
// the certificate in PEM and a count of the connections.
func startTLS(t *testing.T, change ...func(*tls.Config)) (url string, certificate []byte, connections *atomic.Int32) {
	t.Helper()
	connections = new(atomic.Int32)
	server := httptest.NewUnstartedServer(jsonReply(200, `{"username":"alice"}`))
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // failed handshakes are intended
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	server.TLS = &tls.Config{MinVersion: tls.VersionTLS10}
	for _, f := range change {
		f(server.TLS)
	}
	server.StartTLS()
	t.Cleanup(server.Close)
	return server.URL, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), connections
}

func TestOwnAuthorityIsTrusted(t *testing.T) {
	t.Parallel()
	url, certificate, _ := startTLS(t)
	c := newClient(t, url, func(config *client.Config) { config.CACertificates = certificate })
	if user, err := c.GetUser(t.Context(), "alice"); err != nil || user.Username != "alice" {
		t.Errorf("user is %v, error %v", user, err)
	}
}

func TestUnknownAuthorityIsRefusedAtOnce(t *testing.T) {
	t.Parallel()
	for method, call := range byMethod {
		url, _, connections := startTLS(t)
		err := call(t.Context(), newClient(t, url, retries(5)))
		var certificate *tls.CertificateVerificationError
		if !errors.Is(err, client.Unavailable) || !errors.As(err, &certificate) {
			t.Errorf("%s: error is %v, want Unavailable for a certificate", method, err)
			continue
		}
		if e := failure(t, err); e.Attempts != 1 || !strings.Contains(e.Remedy(), "ca_certificate") {
			t.Errorf("%s: %d attempts, remedy %s", method, e.Attempts, e.Remedy())
		}
		if n := connections.Load(); n != 1 {
			t.Errorf("%s: %d connections were made, want 1", method, n)
		}
	}
}

func TestAnyCertificateIsAcceptedOnDemand(t *testing.T) {
	t.Parallel()
	url, _, _ := startTLS(t)
	c := newClient(t, url, func(config *client.Config) { config.InsecureSkipVerify = true })
	if _, err := c.GetUser(t.Context(), "alice"); err != nil {
		t.Error(err)
	}
}

func TestWhatIsNoCertificateIsRefused(t *testing.T) {
	t.Parallel()
	const body = "-----BEGIN CERTIFICATE-----\nbm90IGEgY2VydGlmaWNhdGU=\n-----END CERTIFICATE-----\n"
	for _, text := range []string{"", "garbage", "/etc/ssl/ca.pem", body, strings.ReplaceAll(body, "CERTIFICATE", "PRIVATE KEY")} {
		c, err := client.New(client.Config{URL: "https://quay.test", CACertificates: []byte(text)})
		if err == nil || c != nil {
			t.Errorf("%q is accepted", text)
			continue
		}
		if !strings.Contains(err.Error(), "no PEM certificate") || strings.Contains(err.Error(), "bm90") {
			t.Errorf("%q: error is %v", text, err)
		}
	}
}

func TestOldTLSIsRefused(t *testing.T) {
	t.Parallel()
	url, certificate, _ := startTLS(t, func(config *tls.Config) { config.MaxVersion = tls.VersionTLS11 })
	c := newClient(t, url, func(config *client.Config) { config.CACertificates = certificate })
	if _, err := c.GetUser(t.Context(), "alice"); !errors.Is(err, client.Unavailable) {
		t.Errorf("error is %v, want Unavailable", err)
	}
}

func TestPlainServerBehindHTTPSIsNotAskedAgain(t *testing.T) {
	t.Parallel()
	server := start(t, &recorder{})
	for method, call := range byMethod {
		err := call(t.Context(), newClient(t, strings.Replace(server.URL, "http:", "https:", 1), retries(5)))
		if e := failure(t, err); e.Kind != client.Unavailable || e.Attempts != 1 || !strings.Contains(e.Error(), "HTTP response to HTTPS client") {
			t.Errorf("%s: error is %v (%v) after %d attempts", method, e, e.Kind, e.Attempts)
		}
	}
}

func TestOtherProtocolBehindHTTPSIsNotAskedAgain(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer connection.Close()
				io.WriteString(connection, "SSH-2.0-OpenSSH_9.9\r\n") //nolint:errcheck // the client notices
				io.CopyN(io.Discard, connection, 1<<10)               //nolint:errcheck // until the client goes away
			}()
		}
	}()
	_, err = newClient(t, "https://"+listener.Addr().String(), retries(5)).GetUser(t.Context(), "alice")
	if e := failure(t, err); e.Kind != client.Unavailable || e.Attempts != 1 {
		t.Errorf("error is %v (%v) after %d attempts", e, e.Kind, e.Attempts)
	}
}

func TestPlainRequestToTLSServer(t *testing.T) {
	t.Parallel()
	url, _, _ := startTLS(t)
	_, err := newClient(t, strings.Replace(url, "https:", "http:", 1)).GetUser(t.Context(), "alice")
	if e := failure(t, err); e.Kind != client.Unexpected || !strings.Contains(e.Message, "HTTP request to an HTTPS server") {
		t.Errorf("error is %v (%v)", e, e.Kind)
	}
}

// A server that wants a certificate of the client's, or an older TLS, does so
// again.
func TestRefusedHandshakeIsNotRetried(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*tls.Config){
		"client certificate": func(config *tls.Config) { config.ClientAuth = tls.RequireAnyClientCert },
		"client certificate, TLS 1.2": func(config *tls.Config) {
			config.ClientAuth, config.MaxVersion = tls.RequireAnyClientCert, tls.VersionTLS12
		},
		"TLS 1.1": func(config *tls.Config) { config.MaxVersion = tls.VersionTLS11 },
	} {
		url, certificate, _ := startTLS(t, change)
		c := newClient(t, url, retries(5), func(config *client.Config) { config.CACertificates = certificate })
		_, err := c.GetUser(t.Context(), "alice")
		if e := failure(t, err); e.Kind != client.Unavailable || e.Attempts != 1 || !strings.Contains(e.Message, "tls: ") {
			t.Errorf("%s: error is %v after %d attempts", name, e, e.Attempts)
		}
	}
}
