package provider_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"maps"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

// authority issues certificates.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
	pem         string
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "An authority of our own"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	a.certificate, a.key = sign(t, template, nil)
	a.pem = string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.certificate.Raw}))
	return a
}

// issue makes a certificate for a host that is valid until a moment.
func (a *authority) issue(t *testing.T, host string, until time.Time) tls.Certificate {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: host},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: until,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if ip := net.ParseIP(host); ip != nil {
		template.IPAddresses = []net.IP{ip}
	} else {
		template.DNSNames = []string{host}
	}
	certificate, key := sign(t, template, a)
	return tls.Certificate{Certificate: [][]byte{certificate.Raw}, PrivateKey: key}
}

// sign signs a certificate with an authority's key, or with its own key.
func sign(t *testing.T, template *x509.Certificate, by *authority) (*x509.Certificate, *ecdsa.PrivateKey) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	parent, signer := template, key
	if by != nil {
		parent, signer = by.certificate, by.key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return certificate, key
}

// startTLS starts a Quay in memory with a certificate, and counts connections.
func startTLS(t *testing.T, certificate tls.Certificate) (registry *acctest.Registry, connections *atomic.Int32) {
	t.Helper()
	quay := quaytest.New()
	connections = &atomic.Int32{}
	server := httptest.NewUnstartedServer(quay)
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // failed handshakes are intended
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	server.TLS = &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{certificate}}
	server.StartTLS()
	t.Cleanup(server.Close)
	return acctest.At(server.URL, quay.Token), connections
}

func TestCertificates(t *testing.T) {
	t.Parallel()
	ours, theirs := newAuthority(t), newAuthority(t)
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, []byte(ours.pem), 0o600); err != nil {
		t.Fatal(err)
	}
	tomorrow := time.Now().Add(24 * time.Hour)
	good := ours.issue(t, "127.0.0.1", tomorrow)
	for name, c := range map[string]struct {
		certificate tls.Certificate
		settings    acctest.Attributes
		words       string // of the error; none for a success
	}{
		"by file":         {good, acctest.Attributes{"ca_certificate_file": file}, ""},
		"by PEM":          {good, acctest.Attributes{"ca_certificate": ours.pem}, ""},
		"not verified":    {good, acctest.Attributes{"insecure_skip_verify": true}, ""},
		"no authority":    {good, nil, "ca_certificate_file"},
		"wrong authority": {good, acctest.Attributes{"ca_certificate": theirs.pem}, "ca_certificate_file"},
		"expired":         {ours.issue(t, "127.0.0.1", time.Now().Add(-time.Minute)), acctest.Attributes{"ca_certificate": ours.pem}, "has expired"},
		"wrong host name": {ours.issue(t, "quay.example.com", tomorrow), acctest.Attributes{"ca_certificate": ours.pem}, "is for another host"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			registry, connections := startTLS(t, c.certificate)
			settings := acctest.Attributes{"max_retries": 3}
			maps.Copy(settings, c.settings)
			state, diags := registry.Serve(t, settings).ReadData("quay_user", acctest.Attributes{"username": "admin"})
			if c.words == "" {
				acctest.NoErrors(t, diags)
				if text, _ := state.Text(t, "username"); text != "admin" {
					t.Errorf("read %s", state.Value)
				}
				return
			}
			if len(diags) != 1 || !strings.Contains(diags[0].Detail, "x509: ") || !strings.Contains(diags[0].Detail, c.words) {
				t.Errorf("diagnostics: %v", diags)
			}
			if n := connections.Load(); n != 1 {
				t.Errorf("it was tried %d times", n)
			}
		})
	}
}

// The provider uses the proxy of the environment, except for hosts that the environment
// excludes.
func TestProxy(t *testing.T) { //nolint:paralleltest // sets variables
	ours := newAuthority(t)
	registry, _ := startTLS(t, ours.issue(t, "quay.test", time.Now().Add(time.Hour)))
	var connects atomic.Int32
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		connects.Add(1)
		if r.Method != http.MethodConnect || r.Host != "quay.test:443" {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		if r.Header.Get("Authorization") != "" {
			t.Error("the token was sent to the proxy")
		}
		tunnel(t, w, strings.TrimPrefix(registry.URL, "https://"))
	}))
	t.Cleanup(proxy.Close)

	for _, c := range []struct {
		name        string
		environment map[string]string
		through     bool
	}{
		{"HTTPS_PROXY", map[string]string{"HTTPS_PROXY": proxy.URL}, true},
		{"https_proxy", map[string]string{"HTTPS_PROXY": "", "https_proxy": strings.TrimPrefix(proxy.URL, "http://")}, true},
		{"HTTPS_PROXY and NO_PROXY", map[string]string{"HTTPS_PROXY": proxy.URL, "NO_PROXY": "quay.test"}, false},
	} {
		for name, value := range c.environment {
			t.Setenv(name, value)
		}
		before := connects.Load()
		_, diags := acctest.At("https://quay.test", registry.Token).Serve(t, acctest.Attributes{"ca_certificate": ours.pem}).ImportByID("quay_user", "admin")
		if c.through != (len(diags) == 0) || c.through != (connects.Load() > before) {
			t.Errorf("%s: %v, %d connections through the proxy", c.name, diags, connects.Load()-before)
		}
	}
}

// tunnel connects a caller of CONNECT with an address.
func tunnel(t *testing.T, w http.ResponseWriter, address string) {
	t.Helper()
	target, err := net.Dial("tcp", address)
	if err != nil {
		t.Error(err)
		return
	}
	caller, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		t.Error(err)
		return
	}
	_, _ = fmt.Fprint(caller, "HTTP/1.1 200 OK\r\n\r\n")
	go func() { _, _ = io.Copy(target, caller); _ = target.Close() }()
	_, _ = io.Copy(caller, target)
	_ = caller.Close()
}
