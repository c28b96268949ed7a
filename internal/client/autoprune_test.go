package client_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

// The client sends a pattern only to a registry that has patterns. Any other registry would
// create a policy for all tags.
func TestTagPatternsAreNotIgnored(t *testing.T) {
	t.Parallel()
	owner := client.OrganizationAutoprune("acme")
	policy := client.AutoprunePolicy{Method: client.AutopruneByNumber, Value: "10", TagPattern: "^dev-", TagPatternMatches: true}
	for version, want := range map[quaytest.Version]client.Kind{quaytest.Quay3_12: client.Invalid, quaytest.Quay3_16: 0, quaytest.Quay3_18: 0} {
		server := quaytest.Start(t, quaytest.WithVersion(version))
		server.AddOrganization("acme", "acme@example.com", "admin")
		c, err := client.New(client.Config{URL: server.URL, Token: server.Token, UserAgent: "test/1"})
		if err != nil {
			t.Fatal(err)
		}
		uuid, err := c.CreateAutoprunePolicy(t.Context(), owner, policy)
		if want == 0 && err != nil || want != 0 && !errors.Is(err, want) {
			t.Errorf("%v: created with %v, want %v", version, err, want)
		}
		policies, err := c.ListAutoprunePolicies(t.Context(), owner)
		if created := len(policies) == 1 && policies[0].SameAs(policy) && policies[0].UUID == uuid; err != nil || created != (want == 0) {
			t.Errorf("%v: Quay has %v (%v)", version, policies, err)
		}
		if want == 0 {
			continue
		}
		withoutPattern := client.AutoprunePolicy{Method: client.AutopruneByNumber, Value: "10", TagPatternMatches: true}
		uuid, err = c.CreateAutoprunePolicy(t.Context(), owner, withoutPattern)
		if err != nil {
			t.Fatal(err)
		}
		policy.UUID, policy.Value = uuid, "1"
		if err := c.ChangeAutoprunePolicy(t.Context(), owner, policy); !errors.Is(err, want) {
			t.Errorf("%v: changed with %v, want %v", version, err, want)
		}
		if policies, _ := c.ListAutoprunePolicies(t.Context(), owner); len(policies) != 1 || !policies[0].SameAs(withoutPattern) {
			t.Errorf("%v: Quay has %v after the change", version, policies)
		}
	}
}

// A registry that does not describe its calls gets no pattern.
func TestTagPatternsOfUnknownRegistry(t *testing.T) {
	t.Parallel()
	server := &recorder{Handler: jsonReply(http.StatusCreated, `{"uuid": "u"}`)}
	c := newClient(t, start(t, server).URL)
	_, err := c.CreateAutoprunePolicy(t.Context(), client.UserAutoprune(), client.AutoprunePolicy{Method: "creation_date", Value: "7d", TagPattern: "x"})
	if !errors.Is(err, client.Unavailable) || client.OutcomeUnknown(err) || len(server.all()) > 0 {
		t.Errorf("error %v, after %v", err, server.all())
	}
}

func TestAutoprunePolicyAsQuayShowsIt(t *testing.T) {
	t.Parallel()
	for shown, want := range map[string]client.AutoprunePolicy{
		`{"uuid": "u", "method": "number_of_tags", "value": 10}`: {UUID: "u", Method: "number_of_tags", Value: "10", TagPatternMatches: true},
		`{"uuid": "u", "method": "number_of_tags", "value": 9223372036854775808, "tagPattern": null, "tagPatternMatches": null}`: {
			UUID: "u", Method: "number_of_tags", Value: "9223372036854775808", TagPatternMatches: true,
		},
		`{"uuid": "u", "method": "creation_date", "value": "7d", "tagPattern": null, "tagPatternMatches": false}`: {
			UUID: "u", Method: "creation_date", Value: "7d", TagPatternMatches: true, // which is all the same without a pattern
		},
		`{"uuid": "u", "method": "creation_date", "value": "7d", "tagPattern": "x", "tagPatternMatches": false}`: {
			UUID: "u", Method: "creation_date", Value: "7d", TagPattern: "x",
		},
	} {
		var policy client.AutoprunePolicy
		if err := json.Unmarshal([]byte(shown), &policy); err != nil || policy != want {
			t.Errorf("%s is read as %+v (%v)", shown, policy, err)
		}
	}
	if err := json.Unmarshal([]byte(`[]`), new(client.AutoprunePolicy)); err == nil {
		t.Error("a list is read as a policy")
	}
}
