data "quay_superuser_config" "this" {}

# A check instead of a failed apply.
check "quotas" {
  assert {
    condition     = data.quay_superuser_config.this.features["FEATURE_QUOTA_MANAGEMENT"]
    error_message = "The registry has no quotas: set FEATURE_QUOTA_MANAGEMENT: true in its config.yaml."
  }
}
