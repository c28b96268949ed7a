resource "quay_org_quota" "acme" {
  organization = "acme"
  limit        = "10 GiB"
}

# The same in bytes, for a computed limit.
resource "quay_org_quota" "other" {
  organization = "other"
  limit_bytes  = 3 * 1024 * 1024 * 1024
}
