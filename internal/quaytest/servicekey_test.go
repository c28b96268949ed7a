package quaytest

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"testing"
	"time"
)

// TestServiceKey checks that a new key's private key, public key, JWK and kid
// match.
func TestServiceKey(t *testing.T) {
	t.Parallel()
	s := Start(t)
	c := superuser(t, s)
	made := c.want(200, "POST", "/superuser/keys", `{"service":"ci","expiration":null}`).object(t)
	kid := made["kid"].(string)
	key := c.want(200, "GET", "/superuser/keys/"+kid, "").object(t)

	block, _ := pem.Decode([]byte(made["private_key"].(string)))
	private, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	block, _ = pem.Decode([]byte(made["public_key"].(string)))
	public, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	if !private.PublicKey.Equal(public) || private.N.BitLen() != 2048 {
		t.Error("the private key and the public key do not match")
	}
	jwk := key["jwk"].(map[string]any)
	encode := base64.RawURLEncoding.EncodeToString
	if n := encode(private.N.Bytes()); jwk["n"] != n || jwk["kid"] != kid {
		t.Errorf("jwk: %v", jwk)
	}
	sum := sha256.Sum256(fmt.Appendf(nil, `{"e":"AQAB","kty":"RSA","n":"%s"}`, jwk["n"]))
	if want := encode(sum[:]); kid != want {
		t.Errorf("kid: want %s, got %s", want, kid)
	}
}

// TestOldServiceKeys checks when Quay deletes keys that are expired or not
// approved.
func TestOldServiceKeys(t *testing.T) {
	t.Parallel()
	clock := newClock()
	s := Start(t, WithClock(clock.Now))
	c := superuser(t, s)
	expires := clock.Now().Add(time.Hour).Unix()
	kid := c.want(200, "POST", "/superuser/keys", fmt.Sprintf(`{"service":"ci","expiration":%d}`, expires)).object(t)["kid"].(string)
	waiting := s.AddServiceKey("clair", "waits")

	clock.move(time.Hour + expiredKeyLife - time.Second)
	c.want(200, "GET", "/superuser/keys/"+kid, "")
	clock.move(time.Second)
	c.want(404, "GET", "/superuser/keys/"+kid, "")
	if keys := c.want(200, "GET", "/superuser/keys", "").object(t)["keys"].([]any); len(keys) != 1 {
		t.Errorf("keys: %v", keys)
	}

	// Quay deletes a key that is not approved when the service gets another key.
	c.want(200, "GET", "/superuser/keys/"+waiting, "")
	s.AddServiceKey("clair", "newer")
	c.want(404, "GET", "/superuser/keys/"+waiting, "")
}
