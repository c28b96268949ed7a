package quota_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/acctest"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/quaytest"
)

func TestQuotaList_filters(t *testing.T) {
	t.Parallel()
	for _, o := range []owner{organizations, users} {
		t.Run(o.noun, func(t *testing.T) {
			t.Parallel()
			registry := acctest.Start(t)
			p := registry.Serve(t, nil)
			with, without := o.make(registry, t), o.make(registry, t)
			registry.Must(t, http.MethodPost, "/superuser/"+o.path+"/"+with+"/quota", map[string]any{"limit_bytes": 5_000_000_000})
			for prefix, want := range map[string][]string{with: {with + ": 5 GB"}, without: {}} {
				if got := p.ListNames(o.typeName, acctest.Attributes{"prefix": prefix}); !slices.Equal(got, want) {
					t.Errorf("prefix %s: %q, want %q", prefix, got, want)
				}
			}
		})
	}
}

// A registry without the feature is an error, and not an empty list.
func TestQuotaList_featureOff(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t, quaytest.WithoutFeatures(quaytest.QuotaManagement))
	registry.Organization(t)
	p := registry.Serve(t, nil)
	for _, typeName := range []string{"quay_org_quota", "quay_user_quota"} {
		// The prefix is of nobody: that there are no quotas shows all the same.
		all, diags := p.List(typeName, acctest.Attributes{"prefix": "nobody"}, 100, false)
		if len(all) > 0 || len(diags) != 1 || !strings.Contains(diags[0].Detail, "FEATURE_QUOTA_MANAGEMENT: true") {
			t.Errorf("%s: %v, %v", typeName, all, diags)
		}
	}
}

// The default that a namespace without a quota has is not one of its own.
func TestQuotaList_default(t *testing.T) {
	t.Parallel()
	registry := acctest.Start(t, quaytest.WithDefaultQuota(1<<30))
	registry.Organization(t)
	p := registry.Serve(t, nil)
	if got := p.ListNames("quay_org_quota", nil); len(got) > 0 {
		t.Errorf("the quotas are %q", got)
	}
}
