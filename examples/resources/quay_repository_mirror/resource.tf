resource "quay_organization_robot" "mirror" {
  organization = "acme"
  name         = "mirror"
}

resource "quay_repository" "nginx" {
  namespace = "acme"
  name      = "library/nginx"

  # Quay does not delete a robot account that a mirror uses, so Terraform destroys the repository first.
  depends_on = [quay_organization_robot.mirror]
}

resource "quay_repository_mirror" "nginx" {
  repository         = "${quay_repository.nginx.namespace}/${quay_repository.nginx.name}"
  external_reference = "registry.example.com/library/nginx"
  tags               = ["latest", "1.*"]
  robot              = quay_organization_robot.mirror.username
  sync_interval      = 24 * 60 * 60
  sync_start_date    = "2030-01-31T02:00:00Z"

  username            = "acme"
  password_wo         = "a-secret-from-elsewhere"
  password_wo_version = 1

  proxy = {
    https_proxy = "http://proxy.example.com:3128"
    no_proxy    = "localhost"
  }
}
