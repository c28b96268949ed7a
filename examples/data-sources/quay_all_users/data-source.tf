data "quay_all_users" "all" {}

# Who may log in without being a superuser?
data "quay_all_users" "enabled" {
  include_disabled = false
}

output "ordinary_users" {
  value = [for user in data.quay_all_users.enabled.users : user.username if !user.super_user]
}
