data "quay_user_robot_federation" "laptop" {
  robot = "laptop"
}

output "who_can_act_as_laptop" {
  value = [for identity in data.quay_user_robot_federation.laptop.identities : identity.subject]
}
