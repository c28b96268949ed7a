variable "usernames" {
  type = list(string)
}

data "quay_all_users" "all" {}

data "quay_all_users" "enabled" {
  include_disabled = false
}

# A real registry has other users, too.
output "all" {
  value = { for user in data.quay_all_users.all.users : user.username => user if contains(var.usernames, user.username) }
}

output "enabled" {
  value = { for user in data.quay_all_users.enabled.users : user.username => user if contains(var.usernames, user.username) }
}
