data "quay_organization_immutability_policies" "acme" {
  organization = "acme"
}

output "immutable_tags_of_acme" {
  value = [for policy in data.quay_organization_immutability_policies.acme.policies : policy.tag_pattern if policy.tag_pattern_matches]
}
