data "quay_capabilities" "this" {}

# A check instead of a failed apply.
check "tokens" {
  assert {
    condition     = contains(data.quay_capabilities.this.calls, "createOrganizationApplicationToken")
    error_message = "This registry makes no tokens of applications: it needs Quay 3.18 or later."
  }
}
