data "quay_organization_robot" "ci" {
  organization = "acme"
  name         = "ci"
}

output "pull_secret" {
  value     = data.quay_organization_robot.ci.dockerconfigjson
  sensitive = true
}
