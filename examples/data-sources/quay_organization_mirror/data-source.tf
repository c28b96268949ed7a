data "quay_organization_mirror" "other" {
  organization = "other"
}

output "failed_repositories" {
  value = data.quay_organization_mirror.other.repository_counts["FAIL"]
}
