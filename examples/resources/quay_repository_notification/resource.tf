# Tell a deployment server of each push.
resource "quay_repository_notification" "pushes" {
  repository = "acme/app"
  title      = "Deploy"
  event      = "repo_push"
  method     = "webhook"

  webhook = {
    url      = "https://deploy.example.com/hooks/quay"
    template = jsonencode({ image = "$${docker_url}", tags = "$${updated_tags}" })
  }
}

# Tell a channel of severe vulnerabilities.
resource "quay_repository_notification" "vulnerabilities" {
  repository          = "acme/app"
  event               = "vulnerability_found"
  vulnerability_level = "High"
  method              = "slack"

  slack = {
    url = "https://hooks.slack.com/services/T0/B0/x"
  }
}

# Tell a team of failed builds of the main branch.
resource "quay_repository_notification" "builds" {
  repository      = "acme/app"
  event           = "build_failure"
  build_ref_regex = "refs/heads/main$"
  method          = "quay_notification"

  quay_notification = {
    team = "devs"
  }
}
