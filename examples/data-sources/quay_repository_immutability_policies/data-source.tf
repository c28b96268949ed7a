data "quay_repository_immutability_policies" "app" {
  repository = "acme/app"
}

output "immutable_tags_of_app" {
  value = [for policy in data.quay_repository_immutability_policies.app.policies : policy.tag_pattern if policy.tag_pattern_matches]
}
