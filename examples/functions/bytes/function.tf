# 50 GiB for each of three teams.
resource "quay_org_quota" "acme" {
  organization = "acme"
  limit_bytes  = 3 * provider::quay::bytes("50 GiB")
}
