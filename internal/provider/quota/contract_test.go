package quota_test

import (
	"fmt"
	"math"
	"net/http"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/quota"
)

func TestContract(t *testing.T) {
	t.Parallel()
	acctest.Contract(t, quota.Area(), ofOrganizations(), ofUsers())
}

func ofOrganizations() acctest.Case {
	c := organizations.contract()
	c.Change = acctest.Attributes{"limit": "2 GiB", "limits": limits([]int{50, 70, 80}, []int{95})}
	c.Variants = []acctest.Attributes{{"limit": "3 GiB", "limits": limits([]int{75}, nil)}, {"limit": nil, "limit_bytes": 3_000_000, "limits": nil}}
	c.Config = func(t testing.TB, registry *acctest.Registry) acctest.Attributes {
		return acctest.Attributes{"organization": registry.Organization(t), "limit": "1000 MB", "limits": limits([]int{80}, []int{90, 100})}
	}
	c.Parent = func(config acctest.Attributes) string {
		return fmt.Sprintf("/superuser/organizations/%s", config["organization"])
	}
	c.InvalidIDs = map[string]string{"Acme/x": "organization must be 1 to 255", ".": "organization must be 1 to 255"}
	c.List.Example = func(t testing.TB, registry *acctest.Registry) map[string]string {
		registry.Must(t, http.MethodPost, "/superuser/organization/acme/quota", map[string]int{"limit_bytes": 10 << 30})
		return nil
	}
	return c
}

func ofUsers() acctest.Case {
	c := users.contract()
	c.Change, c.Variants = acctest.Attributes{"limit_bytes": 7, "limits": limits(nil, []int{100})}, []acctest.Attributes{{"limit_bytes": 3_000_000}, {"limit_bytes": nil, "limit": "3 GiB"}}
	c.Config = func(t testing.TB, registry *acctest.Registry) acctest.Attributes {
		return acctest.Attributes{"username": registry.User(t), "limit_bytes": 5_000_000_000, "limits": limits([]int{80, 90}, nil)}
	}
	c.Parent = func(config acctest.Attributes) string { return fmt.Sprintf("/superuser/users/%s", config["username"]) }
	c.InvalidIDs = map[string]string{"a b": "username must be 1 to 255"}
	c.Example, c.DataSource.Example = acctest.ExampleUser("alice"), acctest.ExampleUser("alice")
	c.List.Example = func(t testing.TB, registry *acctest.Registry) map[string]string {
		registry.Simulator(t).AddUser("alice", "alice@example.com")
		registry.Must(t, http.MethodPost, "/superuser/users/alice/quota", map[string]int{"limit_bytes": 10 << 30})
		return nil
	}
	return c
}

// contract returns what the quotas of both kinds of owners have in common.
func (o owner) contract() acctest.Case {
	return acctest.Case{
		Type:     o.typeName,
		Identity: []string{o.attribute},
		Risk: func(t testing.TB, registry *acctest.Registry, config acctest.Attributes) map[string]float64 {
			_, response := registry.Call(t, http.MethodGet, fmt.Sprintf("/superuser/%s/%s/quota", o.path, config[o.attribute]), nil)
			// None is worse than any.
			risk := map[string]float64{"size": math.MaxFloat64, "bytes": math.MaxFloat64, "percent of Warning": 101, "percent of Reject": 101}
			for _, quota := range response.([]any) {
				quota := quota.(map[string]any)
				size := quota["limit_bytes"].(float64)
				risk["size"] = size
				for _, limit := range quota["limits"].([]any) {
					limit := limit.(map[string]any)
					kind, percent := limit["type"].(string), limit["limit_percent"].(float64)
					risk["percent of "+kind] = min(risk["percent of "+kind], percent)
					if kind == "Reject" {
						risk["bytes"] = min(risk["bytes"], size*percent/100) // from which on Quay rejects pushes
					}
				}
			}
			return risk
		},
		Delete: func(t testing.TB, registry *acctest.Registry, identity map[string]string) {
			_, response := registry.Call(t, http.MethodGet, "/superuser/"+o.path+"/"+identity[o.attribute]+"/quota", nil)
			if quotas, _ := response.([]any); len(quotas) == 1 {
				id := quotas[0].(map[string]any)["id"]
				registry.Call(t, http.MethodDelete, fmt.Sprintf("/superuser/%s/%s/quota/%v", o.path, identity[o.attribute], id), nil)
			}
		},
		FaultCases: 308,
		Inputs: acctest.Inputs{
			Rules: []acctest.Rule{
				acctest.NameRule(o.attribute),
				{
					Attribute: "limit", Error: "must be a whole number and a unit",
					Refused: []string{"", "-5 GiB", "1,5 GiB", "GiB"}, Accepted: []string{"5", "5 B", "5 GB", "5 GiB", "7 EiB"},
				},
				{
					Attribute: "limit", Error: "has a unit that Quay does not know: use B, KiB",
					Refused: []string{"5 gb", "5 Gib", "5 bytes"}, Accepted: []string{"5 KiB"},
				},
			},
			Invalid: []acctest.Invalid{
				{
					Config: acctest.Attributes{"limit": nil, "limit_bytes": nil},
					Error:  "No attribute specified when one (and only one) of",
				},
				{
					Config:    acctest.Attributes{"limit": "1 GiB", "limit_bytes": 5_000_000},
					Attribute: "limit", Error: "2 attributes specified when one (and only one) of",
				},
				invalidLimits([]int{0}, nil, "limits.warning_percentages must be between 1 and 100."),
				invalidLimits([]int{80}, []int{-1}, "limits.reject_percentages must be between 1 and 100."),
				invalidLimits(nil, []int{101, 90}, "limits.reject_percentages must be between 1 and 100."),
				o.invalidLimit("0 GiB", "must be more than 0"),
				o.invalidLimit("1.5 GiB", `Instead of 1.5 GiB, write "1536 MiB"`),
				o.invalidLimit("8 EiB", "must be at most 9223372036854775807 bytes"),
				o.invalidBytes(0, "must be more than 0: to have no quota, leave the resource out."),
				o.invalidBytes(-5, "must be more than 0"),
				o.invalidBytes(1.5, "limit_bytes must be a whole number."),
				o.invalidBytes(1<<63, "must be a whole number from -9223372036854775808 to 9223372036854775807."),
			},
		},
		List: &acctest.List{
			Finds:  map[string]string{"prefix": o.attribute},
			Inputs: acctest.Inputs{Rules: []acctest.Rule{acctest.PrefixRule("prefix")}},
		},
		DataSource: &acctest.DataSource{
			Config: func(t testing.TB, registry *acctest.Registry) acctest.Attributes {
				name := o.make(registry, t)
				registry.Must(t, http.MethodPost, "/superuser/"+o.path+"/"+name+"/quota", map[string]int{"limit_bytes": 1})
				return acctest.Attributes{o.attribute: name}
			},
			Inputs: acctest.Inputs{Rules: []acctest.Rule{acctest.NameRule(o.attribute)}},
		},
	}
}

// limits is a value of the attribute limits. Nil leaves percentages out.
func limits(warning, reject []int) tftypes.Value {
	set := tftypes.Set{ElementType: tftypes.Number}
	percentages := func(numbers []int) tftypes.Value {
		if numbers == nil {
			return tftypes.NewValue(set, nil)
		}
		var elements []tftypes.Value
		for _, number := range numbers {
			elements = append(elements, tftypes.NewValue(tftypes.Number, number))
		}
		return tftypes.NewValue(set, elements)
	}
	return tftypes.NewValue(
		tftypes.Object{AttributeTypes: map[string]tftypes.Type{"warning_percentages": set, "reject_percentages": set}},
		map[string]tftypes.Value{"warning_percentages": percentages(warning), "reject_percentages": percentages(reject)},
	)
}

func invalidLimits(warning, reject []int, words string) acctest.Invalid {
	return acctest.Invalid{Config: acctest.Attributes{"limits": limits(warning, reject)}, Attribute: "limits", Error: words}
}

func (o owner) invalidLimit(limit, words string) acctest.Invalid {
	return acctest.Invalid{Config: acctest.Attributes{"limit": limit, "limit_bytes": nil}, Attribute: "limit", Error: words}
}

func (o owner) invalidBytes(bytes float64, words string) acctest.Invalid {
	return acctest.Invalid{Config: acctest.Attributes{"limit": nil, "limit_bytes": bytes}, Attribute: "limit_bytes", Error: words}
}
