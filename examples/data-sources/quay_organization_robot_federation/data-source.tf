data "quay_organization_robot_federation" "ci" {
  organization = "acme"
  robot        = "ci"
}

output "who_can_act_as_ci" {
  value = [for identity in data.quay_organization_robot_federation.ci.identities : identity.subject]
}
