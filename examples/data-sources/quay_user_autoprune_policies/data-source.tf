data "quay_user_autoprune_policies" "mine" {
}

output "policies_on_all_tags" {
  value = [for policy in data.quay_user_autoprune_policies.mine.policies : policy.uuid if policy.tag_pattern == null]
}
