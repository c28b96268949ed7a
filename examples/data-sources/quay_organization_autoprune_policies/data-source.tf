data "quay_organization_autoprune_policies" "acme" {
  organization = "acme"
}

output "policies_on_all_tags" {
  value = [for policy in data.quay_organization_autoprune_policies.acme.policies : policy.uuid if policy.tag_pattern == null]
}
