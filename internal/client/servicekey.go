package client

import (
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"time"
)

const keyList listKind = "service keys"

var expirationRule = rule(`xpiration date`, Invalid, "expiration")

var (
	listServiceKeys  = superuser("listServiceKeys", "GET", "/keys")
	createServiceKey = superuser("createServiceKey", "POST", "/keys").creates().changes(keyList).
				refuses(rule(`^Invalid service key friendly name: `, Invalid, "name"), expirationRule)
	getServiceKey     = superuser("getServiceKey", "GET", "/keys/{kid}")
	updateServiceKey  = superuser("updateServiceKey", "PUT", "/keys/{kid}").changes(keyList).refuses(expirationRule)
	deleteServiceKey  = superuser("deleteServiceKey", "DELETE", "/keys/{kid}").changes(keyList)
	approveServiceKey = superuser("approveServiceKey", "POST", "/approvedkeys/{kid}").changes(keyList)
)

var serviceKeyArea = area{operations: []Operation{
	listServiceKeys, createServiceKey, getServiceKey, updateServiceKey, deleteServiceKey, approveServiceKey,
}}

// ServiceKey is a public key that a service signs its requests with.
type ServiceKey struct {
	KID            string         `json:"kid"`
	Name           string         `json:"name"`
	Service        string         `json:"service"`
	Metadata       map[string]any `json:"metadata"`
	CreatedDate    Time           `json:"created_date"`
	ExpirationDate *Time          `json:"expiration_date"`
	Approval       *KeyApproval   `json:"approval"`
	JWK            JWK            `json:"jwk"`
}

// KeyApproval tells how a service key was approved.
type KeyApproval struct {
	Type         string `json:"approval_type"`
	ApprovedDate Time   `json:"approved_date"`
	Notes        string `json:"notes"`
	Approver     *User  `json:"approver"`
}

// JWK is the public half of an RSA key as RFC 7517 writes it.
type JWK struct {
	KeyType  string `json:"kty"`
	Modulus  string `json:"n"`
	Exponent string `json:"e"`
}

// PublicKeyPEM returns the key as a PKIX "PUBLIC KEY" block, the form in which
// Quay shows it when it creates one.
func (j JWK) PublicKeyPEM() (string, error) {
	if j.KeyType != "RSA" {
		return "", fmt.Errorf("key type %q is not RSA", j.KeyType)
	}
	modulus, err := base64.RawURLEncoding.DecodeString(j.Modulus)
	if err != nil {
		return "", fmt.Errorf("modulus: %w", err)
	}
	exponent, err := base64.RawURLEncoding.DecodeString(j.Exponent)
	if err != nil {
		return "", fmt.Errorf("exponent: %w", err)
	}
	if len(modulus) == 0 || len(exponent) == 0 || len(exponent) > 4 {
		return "", errors.New("the modulus or the exponent is missing or out of range")
	}
	der, err := x509.MarshalPKIXPublicKey(&rsa.PublicKey{
		N: new(big.Int).SetBytes(modulus),
		E: int(new(big.Int).SetBytes(exponent).Int64()),
	})
	if err != nil {
		return "", err
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})), nil
}

// CreatedServiceKey is Quay's response to the creation of a key. Quay shows it only once.
type CreatedServiceKey struct {
	KID        string `json:"kid"`
	PublicKey  string `json:"public_key"`
	PrivateKey string `json:"private_key"`
	// Date is the time of Quay's response, by Quay's clock in whole seconds. It is zero if the
	// response has no date.
	Date time.Time `json:"-"`
}

// NewServiceKey describes a key to create. Expiration is nil for a key that does not expire.
// The client truncates it to whole seconds.
type NewServiceKey struct {
	Service    string
	Name       string
	Notes      string
	Metadata   map[string]string
	Expiration *time.Time
}

// CreateServiceKey makes Quay create and approve a key pair, by POST /superuser/keys
// (createServiceKey).
func (c *Client) CreateServiceKey(ctx context.Context, key NewServiceKey) (*CreatedServiceKey, error) {
	var date time.Time
	created, err := fetch[CreatedServiceKey](ctx, c, request{operation: createServiceKey, date: &date, body: struct {
		Service    string            `json:"service"`
		Name       string            `json:"name,omitempty"`
		Notes      string            `json:"notes,omitempty"`
		Metadata   map[string]string `json:"metadata,omitempty"`
		Expiration *int64            `json:"expiration"` // Quay requires the field, even if it is null
	}{key.Service, key.Name, key.Notes, key.Metadata, unixSeconds(key.Expiration)}})
	if err != nil {
		return nil, err
	}
	created.Date = date
	return created, nil
}

// GetServiceKey reads a key, expired or not, by GET /superuser/keys/{kid}
// (getServiceKey).
func (c *Client) GetServiceKey(ctx context.Context, kid string) (*ServiceKey, error) {
	if key, found := c.cachedKey(ctx, kid); found {
		return &key, nil
	}
	return fetch[ServiceKey](ctx, c, request{operation: getServiceKey, args: []any{kid}})
}

// ListServiceKeys reads all keys in one call, sorted by KID, including expired and unapproved
// keys, by GET /superuser/keys (listServiceKeys).
func (c *Client) ListServiceKeys(ctx context.Context) ([]ServiceKey, error) {
	return listOf(ctx, c, request{operation: listServiceKeys}, "keys", func(k ServiceKey) string { return k.KID })
}

// cachedKey looks for a key in the list of all keys, if the client has a list cache.
func (c *Client) cachedKey(ctx context.Context, kid string) (key ServiceKey, found bool) {
	return findCached(ctx, c, cacheOf[ServiceKey](c, keyList, ""), kid, func(ctx context.Context, _ string) (map[string]ServiceKey, string, error) {
		keys, err := c.ListServiceKeys(ctx)
		return byName(keys, func(k ServiceKey) string { return k.KID }), "", err
	})
}

// ServiceKeyChange is a change of a key. Quay keeps the value of a nil field.
type ServiceKeyChange struct {
	Name *string
	// Quay merges Metadata into the key's metadata. It adds and changes entries, and removes
	// none.
	Metadata map[string]string
	// Expiration, if not nil, points to the new date, or to nil for a key that does not
	// expire.
	Expiration **time.Time
}

// ChangeServiceKey changes a key and returns the changed key, by PUT /superuser/keys/{kid}
// (updateServiceKey).
func (c *Client) ChangeServiceKey(ctx context.Context, kid string, change ServiceKeyChange) (*ServiceKey, error) {
	body := map[string]any{}
	if change.Name != nil {
		body["name"] = *change.Name
	}
	if change.Metadata != nil {
		body["metadata"] = change.Metadata
	}
	if change.Expiration != nil {
		body["expiration"] = unixSeconds(*change.Expiration)
	}
	return fetch[ServiceKey](ctx, c, request{operation: updateServiceKey, args: []any{kid}, body: body, writes: "key " + kid})
}

// ApproveServiceKey approves a key that a service registered, by POST
// /superuser/approvedkeys/{kid} (approveServiceKey). It does not change an approved key, nor
// the key's notes.
func (c *Client) ApproveServiceKey(ctx context.Context, kid, notes string) error {
	return c.do(ctx, request{operation: approveServiceKey, args: []any{kid}, body: map[string]string{"notes": notes}, writes: "key " + kid}, nil)
}

// DeleteServiceKey deletes a key, by DELETE /superuser/keys/{kid}
// (deleteServiceKey).
func (c *Client) DeleteServiceKey(ctx context.Context, kid string) error {
	return c.do(ctx, request{operation: deleteServiceKey, args: []any{kid}, writes: "key " + kid}, nil)
}

func unixSeconds(t *time.Time) *int64 {
	if t == nil {
		return nil
	}
	return new(t.Unix())
}
