data "quay_user" "alice" {
  username = "alice"
}

output "alice_may_log_in" {
  value = data.quay_user.alice.enabled
}
