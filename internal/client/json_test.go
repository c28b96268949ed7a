package client_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
)

func TestBytesAreReadExactly(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]client.Bytes{
		"0":                     0,
		"5368709120":            5368709120,
		"5368709120.0":          5368709120,
		"1e3":                   1000,
		"5e+18":                 5000000000000000000,
		"5.764607523034235e+18": 5 << 60,
		"9007199254740993":      1<<53 + 1, // no float
		"9007199254740992.0":    1 << 53,
		"9223372036854775807":   1<<63 - 1,
		"-9223372036854775808":  -1 << 63,
		"9.223372036854774e+18": 1<<63 - 1<<11,
		"-1":                    -1,
		"null":                  42, // stays as it is
	} {
		answer := struct{ Limit client.Bytes }{42}
		if err := json.Unmarshal([]byte(`{"Limit":`+text+`}`), &answer); err != nil || answer.Limit != want {
			t.Errorf("%s is read as %d, %v, want %d", text, answer.Limit, err, want)
		}
	}
}

func TestWhatAreNoBytesIsAnError(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"9223372036854775808", "9.223372036854776e+18", "-9.3e18", "1e400", "1.5", "-0.5", "1e-1",
		`"5"`, `"10 GiB"`, `""`, "true", "[]", "{}",
	} {
		var answer struct{ Limit client.Bytes }
		if err := json.Unmarshal([]byte(`{"Limit":`+text+`}`), &answer); err == nil || answer.Limit != 0 {
			t.Errorf("%s is read as %d, want an error", text, answer.Limit)
		}
	}
	// JSON has no words for these, so only a direct call can pass them.
	for _, text := range []string{"NaN", "Inf", "-Inf", "infinity", "", "1 2"} {
		var b client.Bytes
		if err := b.UnmarshalJSON([]byte(text)); err == nil || !strings.Contains(err.Error(), "whole number of bytes") {
			t.Errorf("%q is read as %d, %v, want an error", text, b, err)
		}
	}
}

func TestDatesAreReadInBothFormats(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`"Mon, 23 Nov 2026 01:09:36 -0000"`: "2026-11-23T01:09:36Z",
		`"Mon, 23 Nov 2026 00:58:16 GMT"`:   "2026-11-23T00:58:16Z",
		`"Thu, 01 Jan 1970 00:00:00 GMT"`:   "1970-01-01T00:00:00Z",
		`"Mon, 23 Nov 2026 01:09:36 +0200"`: "2026-11-22T23:09:36Z",
		"null":                              "2001-02-03T04:05:06Z", // stays as it is
	} {
		answer := struct{ Date client.Time }{client.Time{Time: time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)}}
		err := json.Unmarshal([]byte(`{"Date":`+text+`}`), &answer)
		if got := answer.Date.Format(time.RFC3339); err != nil || got != want {
			t.Errorf("%s is read as %s, %v, want %s", text, got, err, want)
		}
		if answer.Date.Location() != time.UTC {
			t.Errorf("%s is read into %v", text, answer.Date.Location())
		}
	}
	for _, text := range []string{`"2026-11-23T01:09:36Z"`, `"yesterday"`, `""`, "1795395000", "true", "{}", "[]"} {
		var answer struct{ Date client.Time }
		if err := json.Unmarshal([]byte(`{"Date":`+text+`}`), &answer); err == nil || !answer.Date.IsZero() {
			t.Errorf("%s is read as %v, want an error", text, answer.Date)
		}
	}
}

// TestPublicKeyIsWrittenAsQuayWritesIt compares what Quay showed of a key when
// it created it with the JWK that it lists of the same key.
func TestPublicKeyIsWrittenAsQuayWritesIt(t *testing.T) {
	t.Parallel()
	created := map[string]string{}
	compared := map[string]bool{}
	for _, recorded := range recordings(t)["development service_keys"] {
		var answer struct {
			client.CreatedServiceKey
			Keys []client.ServiceKey `json:"keys"`
		}
		if recorded.Response.Status != 200 || json.Unmarshal(recorded.Response.JSON, &answer) != nil {
			continue
		}
		if answer.PublicKey != "" {
			created[answer.KID] = answer.PublicKey
		}
		for _, key := range answer.Keys {
			want, ok := created[key.KID]
			if !ok {
				continue
			}
			compared[key.KID] = true
			if got, err := key.JWK.PublicKeyPEM(); err != nil || strings.TrimSpace(got) != strings.TrimSpace(want) {
				t.Errorf("key %s is\n%s, %v, want\n%s", key.KID, got, err, want)
			}
		}
	}
	if len(compared) < 5 {
		t.Errorf("only %d keys were compared", len(compared))
	}
}

func TestUnusableKeysAreErrors(t *testing.T) {
	t.Parallel()
	for name, key := range map[string]client.JWK{
		"empty":               {},
		"elliptic curve":      {KeyType: "EC", Modulus: "AQAB", Exponent: "AQAB"},
		"modulus not base64":  {KeyType: "RSA", Modulus: "!", Exponent: "AQAB"},
		"exponent not base64": {KeyType: "RSA", Modulus: "AQAB", Exponent: "AQAB="},
	} {
		if text, err := key.PublicKeyPEM(); err == nil {
			t.Errorf("%s: the key is %s", name, text)
		}
	}
}

func TestServiceKeyIsReadWhole(t *testing.T) {
	t.Parallel()
	server := start(t, jsonReply(200, `{"keys":[{"kid":"k","name":"n","service":"s","metadata":{"a":"b","n":3},
		"created_date":"Mon, 23 Nov 2026 01:08:49 GMT","expiration_date":"Tue, 24 Nov 2026 01:08:49 GMT","rotation_duration":null,
		"jwk":{"kty":"RSA","n":"AQAB","e":"AQAB","kid":"k"},
		"approval":{"approval_type":"ServiceKeyApprovalType.SUPERUSER","approved_date":"Mon, 23 Nov 2026 01:08:49 -0000",
			"notes":"fine","approver":{"username":"admin","super_user":true}}},
		{"kid":"waiting","created_date":"Mon, 23 Nov 2026 01:08:49 GMT","expiration_date":null,"approval":null}]}`))
	keys, err := newClient(t, server.URL).ListServiceKeys(t.Context())
	if err != nil || len(keys) != 2 {
		t.Fatalf("keys are %v, error %v", keys, err)
	}
	day := time.Date(2026, 11, 23, 1, 8, 49, 0, time.UTC)
	key, waiting := keys[0], keys[1]
	if key.KID != "k" || key.Name != "n" || key.Service != "s" || key.JWK.KeyType != "RSA" || fmt.Sprint(key.Metadata) != "map[a:b n:3]" {
		t.Errorf("key is %+v", key)
	}
	if !key.CreatedDate.Equal(day) || !key.ExpirationDate.Equal(day.AddDate(0, 0, 1)) {
		t.Errorf("dates are %v and %v", key.CreatedDate, key.ExpirationDate)
	}
	if a := key.Approval; a.Type != "ServiceKeyApprovalType.SUPERUSER" || !a.ApprovedDate.Equal(day) || a.Notes != "fine" || a.Approver.Username != "admin" {
		t.Errorf("approval is %+v by %+v", key.Approval, key.Approval.Approver)
	}
	if waiting.Approval != nil || waiting.ExpirationDate != nil {
		t.Errorf("the key without approval is %+v", waiting)
	}
}

func TestOtherAnswersAreReadWhole(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	serve := func(body string) *client.Client { return newClient(t, start(t, jsonReply(200, body)).URL) }

	u, err := serve(`{"username":"alice","email":"a@b","enabled":true,"verified":true,"super_user":true,"quotas":[]}`).GetUser(ctx, "alice")
	if want := (client.User{Username: "alice", Email: "a@b", Enabled: true, Verified: true, SuperUser: true, Quotas: []client.Quota{}}); err != nil || !reflect.DeepEqual(*u, want) {
		t.Errorf("user is %+v, %v", u, err)
	}
	size, err := serve(`{"size_bytes":1.5e9,"last_ran":1795395000123,"running":true,"queued":true}`).GetRegistrySize(ctx)
	if err != nil || size.SizeBytes != 1500000000 || *size.LastRan != 1795395000123 || !size.Running || !size.Queued {
		t.Errorf("size is %+v, %v", size, err)
	}
	size, err = serve(`{"size_bytes":0,"last_ran":null,"running":false,"queued":false}`).GetRegistrySize(ctx)
	if err != nil || size.LastRan != nil {
		t.Errorf("size before the first calculation is %+v, %v", size, err)
	}
	permission, err := serve(`{"role":"write","name":"acme+ci","is_robot":true}`).GetPermission(ctx, app, user)
	if want := (client.Permission{Name: "acme+ci", Role: "write", IsRobot: true}); err != nil || *permission != want {
		t.Errorf("permission is %+v, %v", permission, err)
	}
	permission, err = serve(`{"role":"admin","name":"alice"}`).SetPermission(ctx, app, user, "admin")
	if want := (client.Permission{Name: "alice", Role: "admin"}); err != nil || *permission != want {
		t.Errorf("permission that was set is %+v, %v", permission, err)
	}
	permissions, err := serve(`{"permissions":{"devs":{"role":"read","name":"devs"}}}`).ListTeamPermissions(ctx, app)
	if err != nil || len(permissions) != 1 || permissions["devs"].Role != "read" {
		t.Errorf("permissions are %v, %v", permissions, err)
	}
	roles, err := serve(`{"permissions":[{"role":"read"},{"role":"admin"}]}`).ListTransitivePermissions(ctx, app, "alice")
	if err != nil || fmt.Sprint(roles) != "[read admin]" {
		t.Errorf("roles are %v, %v", roles, err)
	}
	created := jsonReply(200, `{"kid":"k","public_key":"public","private_key":"private"}`)
	created.header = map[string]string{"Date": "Mon, 23 Nov 2026 01:09:36 GMT"}
	key, err := newClient(t, start(t, created).URL).CreateServiceKey(ctx, client.NewServiceKey{Service: "ci"})
	date := time.Date(2026, 11, 23, 1, 9, 36, 0, time.UTC)
	if want := (client.CreatedServiceKey{KID: "k", PublicKey: "public", PrivateKey: "private", Date: date}); err != nil || *key != want {
		t.Errorf("created key is %+v, %v", key, err)
	}
}

func TestPlaceholderEmail(t *testing.T) {
	t.Parallel()
	first, err := client.PlaceholderEmail()
	if err != nil {
		t.Fatal(err)
	}
	if second, _ := client.PlaceholderEmail(); second == first {
		t.Error("two placeholders are the same, which Quay refuses")
	}
	for email, want := range map[string]bool{
		first:                                  true,
		"4dbf39ce-b510-47be-a2aa-b864db4f48b3": true,
		"4DBF39CE-B510-47BE-A2AA-B864DB4F48B3": true,
		"":                                     false,
		"bad":                                  false,
		"alice@example.com":                    false,
		"4dbf39ce-b510-47be-a2aa-b864db4f48b3@example.com": false,
		"zzbf39ce-b510-47be-a2aa-b864db4f48b3":             false,
	} {
		if got := client.IsPlaceholderEmail(email); got != want {
			t.Errorf("IsPlaceholderEmail(%q) is %v", email, got)
		}
	}
}
