resource "quay_org_quota" "acme" {
  organization = "acme"
  limit        = "10 GiB"

  # Quay warns from 8 GiB on, and rejects pushes from 10 GiB on.
  limits = {
    warning_percentages = [80]
    reject_percentages  = [100]
  }
}

# The same in bytes, for a computed limit.
resource "quay_org_quota" "other" {
  organization = "other"
  limit_bytes  = 3 * 1024 * 1024 * 1024
}
