package quota_test

import (
	"math"
	"math/big"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
)

// What format_bytes writes, bytes reads as the same number.
func TestSizeFunctions(t *testing.T) {
	t.Parallel()
	p := acctest.At("http://quay.test", "t").Serve(t, nil)
	for bytes, want := range map[int64]string{
		0: "0 B", 1: "1 B", 1000: "1 KB", 1024: "1 KiB", 5e9: "5 GB", 10 << 30: "10 GiB", 1536 << 20: "1536 MiB",
		// Through a float these would lose their last digit.
		1<<53 + 1: "9007199254740993 B", math.MaxInt64: "9223372036854775807 B",
	} {
		number := new(big.Float).SetInt64(bytes)
		text, failure := p.Call("format_bytes", number)
		if failure != nil || !text.Equal(tftypes.NewValue(tftypes.String, want)) {
			t.Errorf("format_bytes(%d) = %s, %v; want %q", bytes, text, failure, want)
		}
		got, failure := p.Call("bytes", want)
		if failure != nil || !got.Equal(tftypes.NewValue(tftypes.Number, number)) {
			t.Errorf("bytes(%q) = %s, %v; want %d", want, got, failure, bytes)
		}
	}
}

func TestSizeFunctions_refuse(t *testing.T) {
	t.Parallel()
	p := acctest.At("http://quay.test", "t").Serve(t, nil)
	for _, c := range []struct {
		function string
		argument any
		words    string
	}{
		{"bytes", "5 gb", `The size has a unit that Quay does not know: use B, KiB,`},
		{"bytes", "1.5 GiB", `Instead of 1.5 GiB, write "1536 MiB"`},
		{"bytes", "8 EiB", "must be at most 9223372036854775807 bytes"},
		{"bytes", "", "must be a whole number and a unit"},
		{"format_bytes", 1.5, "The number must be a whole number of bytes"},
		{"format_bytes", -1, "must be at least 0"},
		{"format_bytes", new(big.Float).SetMantExp(big.NewFloat(1), 63), "must be at most 9223372036854775807 bytes (just under 8 EiB)"},
	} {
		_, failure := p.Call(c.function, c.argument)
		if failure == nil || failure.FunctionArgument == nil || *failure.FunctionArgument != 0 || !strings.Contains(failure.Text, c.words) {
			t.Errorf("%s(%v): %+v; want an error on the argument, with %q", c.function, c.argument, failure, c.words)
		}
	}
}

// In a configuration, the functions are exact. The result is unknown if an argument is
// unknown. Errors are on the argument.
func TestAccSizeFunctions(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t)
	refuse := func(call, words string) resource.TestStep {
		return resource.TestStep{Config: registry.Config("output \"refused\" { value = %s }\n", call), ExpectError: acctest.ErrorContains(words)}
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Providers(),
		TerraformVersionChecks:   acctest.Functions,
		Steps: []resource.TestStep{
			refuse(`provider::quay::bytes("10 gb")`, `Invalid value for "size" parameter: The size has a unit that Quay does not know`),
			refuse(`provider::quay::bytes(null)`, `Invalid value for "size" parameter: argument must not be null`),
			refuse(`provider::quay::format_bytes(0.5)`, `Invalid value for "bytes" parameter: The number must be a whole number of bytes.`),
			{
				Config: registry.Config(`
					resource "terraform_data" "size" { input = "5 GiB" }
					resource "quay_org_quota" "test" {
					  organization = %q
					  limit_bytes  = provider::quay::bytes(terraform_data.size.output)
					}
					output "most" { value = provider::quay::bytes("9223372036854775807") }
					output "there_and_back" { value = provider::quay::bytes(provider::quay::format_bytes(9007199254740993)) }
					output "later" { value = provider::quay::format_bytes(quay_org_quota.test.limit_bytes) }
				`, registry.Organization(t)),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectUnknownOutputValue("later"),
					plancheck.ExpectKnownOutputValue("most", knownvalue.NumberExact(new(big.Float).SetInt64(math.MaxInt64))),
				}},
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownOutputValue("there_and_back", knownvalue.Int64Exact(9007199254740993)),
					statecheck.ExpectKnownOutputValue("later", knownvalue.StringExact("5 GiB")),
				},
			},
		},
	})
}
