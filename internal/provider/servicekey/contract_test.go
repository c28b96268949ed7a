package servicekey_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/servicekey"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

func TestContract(t *testing.T) {
	t.Parallel()
	acctest.Contract(t, servicekey.Area(), keyCase(), approvalCase(), acctest.Case{
		Type: "quay_service_keys",
		DataSource: &acctest.DataSource{
			Config: acctest.NoConfig,
			Inputs: acctest.Inputs{Rules: []acctest.Rule{serviceRule("my-ci")}},
		},
	}, acctest.Case{
		Type: "quay_approve_service_key",
		Action: &acctest.Action{
			Config: func(simulator *quaytest.Server) acctest.Attributes {
				return acctest.Attributes{"kid": simulator.AddServiceKey("clair", "registered by clair")}
			},
			Inputs:  acctest.Inputs{Rules: []acctest.Rule{kidRule()}},
			Example: exampleKey,
		},
	})
}

func keyCase() acctest.Case {
	return acctest.Case{
		Type:     "quay_service_key",
		Identity: []string{"kid"},
		Config: func(testing.TB, *acctest.Registry) acctest.Attributes {
			return acctest.Attributes{
				"service": acctest.Name("tfacc_"), "name": "n", "notes": "a note", "expiration": "2099-01-01T00:00:00Z", "metadata": map[string]string{"a": "b"},
			}
		},
		Change:  acctest.Attributes{"name": "another"},
		Secrets: []string{"private_key"},
		Risk: func(t testing.TB, registry *acctest.Registry, _ acctest.Attributes) map[string]float64 {
			approved := 0.
			for _, key := range registry.Object(t, "/superuser/keys")["keys"].([]any) {
				if key.(map[string]any)["approval"] != nil {
					approved++
				}
			}
			return map[string]float64{"approved keys": approved}
		},
		Delete:     deleteKey,
		InvalidIDs: map[string]string{"a/b": "kid must be the id of a key", "..": "kid must be the id of a key"},
		FaultCases: 140,
		Inputs: acctest.Inputs{
			Rules: []acctest.Rule{
				kidRule(),
				serviceRule("my-ci", strings.Repeat("0", 256)),
				nameRule(),
				notesRule(),
				{
					Attribute: "expiration", Error: "must be a date and time such as 2030-01-31T00:00:00Z (RFC 3339)",
					Refused:  []string{"", "tomorrow", "2099-01-31", "2099-01-31T00:00:00", "2099-01-31 00:00:00Z", "2099-02-30T00:00:00Z", "4073500800"},
					Accepted: []string{"2099-01-31T00:00:00Z", "2099-01-31T02:00:00.0+02:00"},
				},
				{
					Attribute: "expiration", Error: "must be in whole seconds, such as 2030-01-31T00:00:00Z.",
					Refused: []string{"2099-01-01T00:00:00.5Z", "2099-01-31T00:00:00.001Z"}, Accepted: []string{"2099-01-01T00:00:00.000Z"},
				},
			},
			Invalid: append(invalidMetadata(), acctest.Invalid{
				Config:    acctest.Attributes{"expiration": "2020-01-01T00:00:00Z"},
				Attribute: "expiration", Error: "2020-01-01T00:00:00Z has passed.",
			}),
		},
		List: &acctest.List{
			Finds:   map[string]string{"service": "service"},
			Inputs:  acctest.Inputs{Rules: []acctest.Rule{serviceRule()}},
			Example: exampleKey,
		},
		DataSource: &acctest.DataSource{
			Config: func(t testing.TB, registry *acctest.Registry) acctest.Attributes {
				return acctest.Attributes{"kid": makeKey(t, registry)}
			},
			Inputs: acctest.Inputs{Rules: []acctest.Rule{kidRule()}},
		},
		Ephemeral: &acctest.EphemeralResource{
			Config:     acctest.Attributes{"service": acctest.Name("tfacc_")},
			Secrets:    []string{"private_key"},
			CloseError: []string{"kid", "expiration"},
			Inputs: acctest.Inputs{
				Rules: []acctest.Rule{
					serviceRule("my-ci"),
					nameRule(),
					notesRule(),
					{
						Attribute: "valid_for", Error: "must be a duration such as 90s or 2m, above zero.",
						Refused: []string{"", "tomorrow", "0h", "-1m"}, Accepted: []string{"10m"},
					},
				},
				Invalid: invalidMetadata(),
			},
		},
	}
}

func approvalCase() acctest.Case {
	return acctest.Case{
		Type:     "quay_service_key_approval",
		Identity: []string{"kid"},
		Config: func(t testing.TB, registry *acctest.Registry) acctest.Attributes {
			return acctest.Attributes{"kid": makeKey(t, registry)}
		},
		InMemory: func(simulator *quaytest.Server) acctest.Attributes { // a key that waits for its approval
			return acctest.Attributes{"kid": simulator.AddServiceKey("clair", "registered"), "notes": "looked at it"}
		},
		Adopts: true,
		Risk: func(t testing.TB, registry *acctest.Registry, config acctest.Attributes) map[string]float64 {
			key := registry.Object(t, "/superuser/keys/"+config["kid"].(string))
			return acctest.Risk("the key is approved", key["approval"] != nil, false, true)
		},
		Delete:     deleteKey,
		InvalidIDs: map[string]string{"a/b": "kid must be the id of a key"},
		FaultCases: 140,
		Inputs:     acctest.Inputs{Rules: []acctest.Rule{kidRule()}},
		NotListed:  "Quay lists keys, and most of those were made, and so approved, as a quay_service_key",
		Example:    exampleKey,
	}
}

// makeKey makes a key, which is approved, for the time of the test.
func makeKey(t testing.TB, registry *acctest.Registry) string {
	t.Helper()
	kid := registry.Must(t, http.MethodPost, "/superuser/keys", map[string]any{"service": acctest.Name("tfacc_"), "expiration": nil}).(map[string]any)["kid"].(string)
	t.Cleanup(func() { deleteKey(t, registry, map[string]string{"kid": kid}) })
	return kid
}

func deleteKey(t testing.TB, registry *acctest.Registry, identity map[string]string) {
	t.Helper()
	registry.Call(t, http.MethodDelete, "/superuser/keys/"+identity["kid"], nil)
}

// exampleKey registers the key of the examples.
func exampleKey(t testing.TB, registry *acctest.Registry) map[string]string {
	t.Helper()
	return map[string]string{"Rh7_-1bg0Ps0SWLZPj3toduSO9ye2ASorbUEkHlVBBY": registry.Simulator(t).AddServiceKey("clair", "registered by clair")}
}

func kidRule() acctest.Rule {
	return acctest.Rule{
		Attribute: "kid", Error: "must be the id of a key",
		Refused: []string{"", ".", "..", "a/b", "a b", "a\n"}, Accepted: []string{"Abc-_9", "a.b"},
	}
}

func serviceRule(more ...string) acctest.Rule {
	return acctest.Rule{
		Attribute: "service", Error: "must be 1 to 255 lower-case letters, digits and '_'",
		Refused: append(more, "", "CI", "a/b"), Accepted: []string{"ci_1"},
	}
}

func nameRule() acctest.Rule {
	return acctest.Rule{
		Attribute: "name", Error: "must be 1 to 255 letters, digits, spaces and '-', '_', ':', '/'.",
		Refused: []string{"", "Ünïcode", strings.Repeat("0", 256)}, Accepted: []string{"CI key: a/b"},
	}
}

func notesRule() acctest.Rule {
	return acctest.Rule{Attribute: "notes", Error: "must not be empty", Refused: []string{""}, Accepted: []string{"a note"}}
}

func invalidMetadata() []acctest.Invalid {
	ofNull := tftypes.NewValue(tftypes.Map{ElementType: tftypes.String}, map[string]tftypes.Value{"owner": tftypes.NewValue(tftypes.String, nil)})
	return []acctest.Invalid{
		{
			Config:    acctest.Attributes{"metadata": map[string]string{"creator": "me"}},
			Attribute: "metadata", Error: `metadata must be none of "created_by", "creator"`,
		},
		{Config: acctest.Attributes{"metadata": ofNull}, Attribute: "metadata", Error: "Null Map Value"},
	}
}
