resource "quay_user_quota" "alice" {
  username = "alice"
  limit    = "10 GiB"
}

data "quay_user_quota" "alice" {
  username = quay_user_quota.alice.username
}

output "alice_limit_bytes" {
  value = data.quay_user_quota.alice.limit_bytes
}
