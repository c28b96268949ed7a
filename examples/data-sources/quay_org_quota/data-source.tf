resource "quay_org_quota" "acme" {
  organization = "acme"
  limit        = "10 GiB"
}

data "quay_org_quota" "acme" {
  organization = quay_org_quota.acme.organization
}

output "acme_limit" {
  value = data.quay_org_quota.acme.limit
}
