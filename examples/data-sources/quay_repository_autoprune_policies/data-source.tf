data "quay_repository_autoprune_policies" "app" {
  repository = "acme/app"
}

output "policies_on_all_tags" {
  value = [for policy in data.quay_repository_autoprune_policies.app.policies : policy.uuid if policy.tag_pattern == null]
}
