# terraform apply -invoke=action.quay_regenerate_robot_token.ci
action "quay_regenerate_robot_token" "ci" {
  config {
    organization = "acme"
    name         = "ci"
  }
}
